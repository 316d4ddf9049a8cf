"""Text that others wrote: whatever it holds, no output obeys it."""

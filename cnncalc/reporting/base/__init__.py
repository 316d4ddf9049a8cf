"""What the panels of the page share: what they are about, and readings as plain data."""

"""What a network is exported to: one language or library per file."""

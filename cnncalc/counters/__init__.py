"""How other tools count operations: one tool per file, its rules as data with their reasons."""

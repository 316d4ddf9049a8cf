"""Tables: rows that fold, columns by name."""

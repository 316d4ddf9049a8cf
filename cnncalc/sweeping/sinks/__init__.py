"""How rows are written as they come: one format a file."""

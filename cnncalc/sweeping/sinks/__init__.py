"""How rows are written as they come, and read where they are continued: one format a file."""

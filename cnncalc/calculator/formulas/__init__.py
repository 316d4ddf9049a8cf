"""The calculator: one formula per file, found by its name."""

"""The commands that are more than one analysis: one per file, loaded when called."""

"""Frameworks, one per file: how they spell things, in which rules they differ, what they refuse."""

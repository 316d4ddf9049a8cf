"""Specs held against what they say of themselves: which files, which findings, settings, rewriting."""

"""Kinds of files that a picture is written as, one per file."""

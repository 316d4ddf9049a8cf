"""Frameworks, one per file: how they spell things, in which rules they differ, what they refuse.

Nothing here is loaded before it is named, but those of which a spec without a dialect is asked.
"""

ASKED = ("keras", "torch")
"""The dialects of which a spec without one is asked: numbers must be those of all of them."""

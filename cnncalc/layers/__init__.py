"""The vocabulary: one kind of layer per file; `- conv:` in a spec is `conv.py` here."""

"""How results look: one format per file, each turning tables, diagnostics or both into text."""

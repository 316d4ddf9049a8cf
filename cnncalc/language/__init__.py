"""From YAML text to a `Network`: positions, checked keys, expressions, expansion."""

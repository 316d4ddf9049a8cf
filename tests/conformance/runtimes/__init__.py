"""What runtimes measured of one axis, asked of the rules of their dialects."""

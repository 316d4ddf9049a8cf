"""What can be computed of a network: one question per file, each answered by a `Table`."""

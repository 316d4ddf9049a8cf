"""Where a sweep is computed: one place a file, each a `run` over the parts of a space."""

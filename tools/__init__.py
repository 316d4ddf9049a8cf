"""Programs for developers: `python -m tools.docs`, `python -m tools.truth`."""

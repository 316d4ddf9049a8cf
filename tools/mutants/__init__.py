"""What the tests see of small changes to the arithmetic: `make mutants`, explained in docs/testing.md."""

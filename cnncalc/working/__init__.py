"""How a number came about: the code that computes it, run on numbers that remember."""

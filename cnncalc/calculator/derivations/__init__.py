"""The working of layers: their own code, run once more on numbers that remember."""

"""Formats of model files: NAME.py reads one, and yields what a spec is made of."""

"""Sweeps: many variants of one network."""

"""Solvers, each a file: what `cnncalc solve` can be asked for."""

"""The settings of a spec that serve a goal best: grids of values, goals, and the search."""

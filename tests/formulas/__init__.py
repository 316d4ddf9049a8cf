"""The formulas of `cnncalc calc`, held to recorded answers of other packages."""

"""The calculator: formulas by name, the values they take, and what they give."""

"""How pictures are drawn. Everything here needs matplotlib, the extra `plot`, when it is called."""

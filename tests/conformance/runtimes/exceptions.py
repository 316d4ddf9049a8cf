"""Rows that no rule explains, by dialect and operator, with what was seen."""

EXCEPTIONS: dict[tuple[str, str], dict[int, str]] = {
    ("mlx", "conv"): {48: "a kernel of 5 with stride 3 over 3 elements gives numbers that are not of the input"},
}

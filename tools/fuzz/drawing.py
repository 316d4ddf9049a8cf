"""The text of a number: always the same for the same seed, on every machine."""

from __future__ import annotations

from random import Random

from tools.fuzz import grammar, mutations

SOURCES = ("grammar", "zoo", "damage")


def dice_of(seed: int, number: int, use: str = "") -> Random:
    """The dice for one load; each `use` has dice of its own."""
    return Random(f"{seed}:{number}:{use}")  # noqa: S311 - texts, not secrets


def drawn(seed: int, number: int, *, with_bombs: bool = False) -> tuple[str, str]:
    """Which of SOURCES a text is of, and the text."""
    dice = dice_of(seed, number)
    [source] = dice.choices(SOURCES, (60, 32, 8))
    if source == "grammar":
        return source, grammar.spec(dice, with_bombs=with_bombs)
    return source, mutations.mutated(dice) if source == "zoo" else mutations.damaged(dice)

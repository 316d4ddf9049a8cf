"""Patterns on paths, matched in a time that is at most the length of one times that of the other.

A setting comes with a pull request, and a regular expression of several `*` tries every way to
share a path out among them. Here a piece of the pattern is laid on all places of the path at once:
bit n of a number says that the pieces so far can take its first n characters.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECES = re.compile(r"\*\*/|\*+|\?|\[!?[^]]+\]|.", re.DOTALL)


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a path, or a folder that it is in.

    `*` stays within a folder, `**` does not; `?` is one character of a name, `[ab]`, `[a-c]` and
    `[!ab]` are one of several. A pattern without a slash is a name anywhere. The standard library
    has this from Python 3.13 on, as a regular expression; before, a `*` of `fnmatch` goes through
    folders, and there is no `**`.

    >>> matches("specs/**/old-*.yaml", "specs/a/b/old-net.yaml"), matches("*.yaml", "specs/net.yml")
    (True, False)
    """
    places = _Places(path)
    found = 1
    for piece in _pieces(pattern):
        found = places.behind(piece, found)
    return bool(found & (places.end | places.slashes))


@cache
def _pieces(pattern: str) -> list[str]:
    text = pattern.removeprefix("./").rstrip("/")
    return _PIECES.findall(text if "/" in text else f"**/{text}")


class _Places:
    """The places of a path: place n is behind its first n characters."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.end = 1 << len(path)
        self.slashes = self._where(lambda character: character == "/")
        self._known: dict[str, int] = {"/": self.slashes}
        ends = [*(n for n, character in enumerate(path) if character == "/"), len(path)]
        starts = [0, *(end + 1 for end in ends)]
        self.names = [(2 << end) - (1 << start) for start, end in zip(starts, ends, strict=False)]
        """The places of each name between slashes."""

    def behind(self, piece: str, places: int) -> int:
        """The places behind a piece of a pattern that stands at `places`."""
        if piece == "**/":
            return places | ((_onwards(places) & self.slashes) << 1)
        if piece == "*":
            return sum(name & _onwards(places & name) for name in self.names)
        if piece[0] == "*":
            return _onwards(places) & (2 * self.end - 1)
        if piece not in self._known:
            self._known[piece] = self._where(lambda character: _is_one_of(character, piece))
        return (places & self._known[piece]) << 1

    def _where(self, fits: Callable[[str], bool]) -> int:
        """The places in front of the characters that fit."""
        return sum(1 << place for place, character in enumerate(self.path) if fits(character))


def _onwards(places: int) -> int:
    """Every place from the first of some on, without an end; none for none."""
    return -(places & -places)


def _is_one_of(character: str, piece: str) -> bool:
    """Whether `?`, `[a-c]`, `[!ab]` or a character that means itself is a character."""
    if piece == "?":
        return character != "/"
    if len(piece) == 1:
        return character == piece
    inside = piece[1:-1]
    text = inside.removeprefix("!")
    within = character in re.sub(r"(?s).-.", "", text) or any(
        first <= character <= last for first, last in re.findall(r"(?s)(.)-(.)", text)
    )
    return within is (text == inside)

"""Sections of options under each other, `[name]` and `key=value`: the files of Darknet."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.work import LIMITS

SECTION = re.compile(r"\s*\[([\w ]+)\]\s*")
"""The line that begins a section."""
_DIGITS = 9
"""A number has at most so many digits, as those of 32 bits."""


class Section(NamedTuple):
    """A section: its type, its options as they are written, and its line."""

    kind: str
    options: dict[str, str]
    line: int

    def integer(self, name: str, default: int) -> int:
        """A whole number; raises Unreadable if it is none."""
        found = self.integers(name)
        return found[0] if found else default

    def integers(self, name: str) -> list[int]:
        """A list of whole numbers; raises Unreadable."""
        text = self.options.get(name, "")
        try:
            parts = [part.strip() for part in text.split(",") if part.strip()]
            if any(len(part) > _DIGITS for part in parts):
                raise ValueError
            return [int(part) for part in parts]
        except ValueError:
            said = f"`{name}` of [{self.kind}] must be whole numbers"
            raise Unreadable(f"{said}, got `{cut(text, NAME)}`", self.line) from None


def read_sections(text: str) -> list[Section]:
    """All sections of a text; raises Unreadable for a line that is neither, and for too many."""
    found: list[Section] = []
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if not said or said[0] in "#;":
            continue
        if section := SECTION.fullmatch(said):
            found.append(Section(section[1].strip(), {}, number))
            if len(found) > LIMITS["layers"].most:
                raise Unreadable(f"more than {LIMITS['layers'].most:,} sections", number)
            continue
        name, mark, value = said.partition("=")
        if not mark or not found:
            raise Unreadable(
                "neither a section nor an option", number, help="[convolutional], or filters=64"
            )
        found[-1].options[name.strip()] = value.split("#")[0].strip()
    return found

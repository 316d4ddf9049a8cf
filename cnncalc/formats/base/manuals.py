"""A manual, which is written in Markdown, for a terminal: lines of a width, tables as lists of terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.formats.base.wrapping import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CELLS = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
_INDENT = "    "


def reflow(page: str, width: int, *, color: bool = False) -> str:
    """The manual in lines of at most `width` cells; a code example, or a long word, stays as it is."""
    lines: list[str] = []
    before = ""
    for part in _parts(page):
        # Commands that follow each other are one list of examples.
        gap = [] if before == part[0] == "```console" or not lines else [""]
        before = part[0]
        lines += [*gap, *_block(part, width, color=color)]
    return "\n".join(lines) + "\n"


def _parts(page: str) -> Iterator[list[str]]:
    """What stands between blank lines; an example is one part whatever stands in it."""
    part: list[str] = []
    fenced = False
    for line in [*page.split("\n"), ""]:
        if line.startswith("```"):
            fenced = not fenced
        if line or fenced:
            part.append(line)
        elif part:
            yield part
            part = []


def _block(part: Sequence[str], width: int, *, color: bool) -> list[str]:
    first = part[0]
    if first.startswith("## "):
        return [f"\x1b[1m{line}\x1b[0m" if color else line for line in wrap(first[3:], width)]
    if first.startswith("```"):
        return [f"  {line}".rstrip() for line in part[1:-1]]
    if first.startswith("| "):
        lines = _terms(part, width)
    else:
        lines = [line for text in _paragraphs(part) for line in _fill(text, width)]
    # Where there is no colour, backquotes say what is code.
    return [_CODE.sub("\x1b[36m\\1\x1b[0m", line) for line in lines] if color else lines


def _paragraphs(part: Sequence[str]) -> list[str]:
    """The items of a list, and what ends in a hard line break, are paragraphs of their own."""
    found: list[str] = []
    ended = True
    for line in part:
        if ended or line.startswith("- "):
            found.append(line.strip())
        else:
            found[-1] += f" {line.strip()}"
        ended = line.endswith("  ")
    return found


def _fill(text: str, width: int) -> list[str]:
    # Links lead from page to page; a terminal has none to follow.
    text = _LINK.sub(r"\1", text.replace("**", ""))
    return wrap(text, width, further="  " if text.startswith("- ") else "")


def _terms(rows: Sequence[str], width: int) -> list[str]:
    """The rows of a table: the first two cells in a line, the others below it."""
    head, _, *body = map(_cells, rows)
    lines = []
    for name, default, *others in body:
        word = default if default == "required" else f"default: {default}"
        lines += wrap(name if default == "–" else f"{name}  [{word}]", width, "  ", _INDENT)
        for title, text in zip(head[2:], others, strict=True):
            if text:
                told = text if title == "meaning" else f"{title} {text}"
                lines += wrap(told, width, _INDENT, _INDENT)
    return lines


def _cells(row: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELLS.split(row)[1:-1]]

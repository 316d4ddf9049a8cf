"""Workings for people: what is given, a line for each step, the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign
from cnncalc.formats.base.wrapping import wrap
from cnncalc.system.cells import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.working.steps import Section, Step

STEPS = 60
"""So many steps of a working are shown; JSON and CSV have all."""

_WIDTH = 100
"""Longer steps have a line for each `=`, if nobody says how wide they may be."""


def tell(sections: Sequence[Section], width: int | None, *, color: bool) -> str:
    """Each working under its title; no line is wider than `width` unless it is one long word.

    Without a width, results and notes are one line each.
    """
    return "\n".join(_tell_section(section, width, color=color) for section in sections)


def _tell_section(section: Section, width: int | None, *, color: bool) -> str:
    lines = _paint(wrap(foreign.visible(section.title), width), "1", color=color)
    givens = [f"{g.line()} ({g.note})" if g.note else g.line() for g in section.givens]
    if givens:
        lines += _list("given", givens, width or _WIDTH)
    for step in section.steps[:STEPS]:
        lines += _step(step, width or _WIDTH)
    if more := section.beyond(STEPS):
        lines.append(f"  … {more:,} more steps: --format json has all")
    if section.result:
        result = wrap(f"result {foreign.visible(section.result)}", width, "  ", "    ")
        lines += _paint(result, "1;32", color=color)
    for note in section.notes:
        lines += wrap(f"note: {foreign.visible(note)}", width, "  ", "    ")
    return "\n".join(lines) + "\n"


def _paint(lines: Sequence[str], style: str, *, color: bool) -> list[str]:
    if not color:
        return [*lines]
    indents = [line[: len(line) - len(line.lstrip())] for line in lines]
    return [
        f"{indent}\x1b[{style}m{line.lstrip()}\x1b[0m"
        for indent, line in zip(indents, lines, strict=True)
    ]


def _step(step: Step, width: int) -> list[str]:
    """A step in one line, or with a line for each `=` where that would be too wide."""
    stages = [foreign.visible(stage) for stage in step.stages()]
    line = "  " + " = ".join(stages)
    if cells(line) <= width:
        lines = [line]
    else:
        indent = " " * (cells(stages[0]) + 2)
        # Behind a long name there would be no room for what it is.
        indent = indent if len(indent) <= width // 3 else " " * 4
        lines = wrap(" = ".join(stages[:2]), width, "  ", f"{indent}   ")
        for stage in stages[2:]:
            lines += wrap(f"= {stage}", width, f"{indent} ", f"{indent}   ")
    if step.note:
        note = f"({foreign.visible(step.note)})"
        if cells(lines[-1]) + 3 + cells(note) <= width:
            lines[-1] += f"   {note}"
        else:
            lines += wrap(note, width, "    ", "     ")
    return lines


def _list(head: str, parts: Sequence[str], width: int) -> list[str]:
    """Parts separated by commas, in as many lines as they need; none is broken that fits one."""
    lines, further = [f"  {head}"], " " * (len(head) + 3)
    for i, part in enumerate(parts):
        shown = foreign.visible(part) + ("," if i + 1 < len(parts) else "")
        if cells(lines[-1]) + 1 + cells(shown) <= width:
            lines[-1] += f" {shown}"
        elif i:
            lines += wrap(shown, width, further, further)
        else:
            lines = wrap(shown, width, f"  {head} ", further)
    return lines

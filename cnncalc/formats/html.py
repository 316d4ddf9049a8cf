"""A table in HTML, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.tables.table import Column, Table
    from cnncalc.working.steps import Section, Step

FOLDS = True


def render(table: Table, **_: Any) -> str:
    """A plain table without styles of its own, the caption on top."""
    columns = table.visible
    head = "".join(f"<th{_align(column)}>{foreign.html(column.title)}</th>" for column in columns)
    body = "\n".join(
        "<tr>" + "".join(map(_cell, columns, cells)) + "</tr>" for cells in table.cells
    )
    caption = "<br>".join(map(foreign.html, table.notes))
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n"
    )


def _cell(column: Column, text: str) -> str:
    return f"<td{_align(column)}>{foreign.html(text)}</td>"


def _align(column: Column) -> str:
    return f' style="text-align:{"right" if column.right else "left"}"'


STEPS = 60
"""So many steps of a working are shown; JSON and CSV have all."""


def explain(sections: Sequence[Section], **_: Any) -> str:
    """Each working as a heading and a list of its steps."""
    return "".join(map(_explain_section, sections))


def _explain_section(section: Section) -> str:
    lines = [g.line() + (f" ({g.note})" if g.note else "") for g in section.givens]
    given = f"<p>given {foreign.html(', '.join(lines))}</p>\n" if lines else ""
    steps = "".join(f"<li>{_step(step)}</li>\n" for step in section.steps[:STEPS])
    more = section.beyond(STEPS)
    steps += f"<li>… {more:,} more steps</li>\n" if more else ""
    result = f"<p><b>{foreign.html(section.result)}</b></p>\n" if section.result else ""
    notes = "".join(f"<p>{foreign.html(note)}</p>\n" for note in section.notes)
    return f"<h4>{foreign.html(section.title)}</h4>\n{given}<ol>\n{steps}</ol>\n{result}{notes}"


def _step(step: Step) -> str:
    return foreign.html(step.line()) + (f" <i>({foreign.html(step.note)})</i>" if step.note else "")

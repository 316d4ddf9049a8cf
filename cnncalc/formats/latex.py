"""Tables and workings for LaTeX: booktabs and amsmath, to be put into a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.working.tex import prose, settable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.tables.table import Table
    from cnncalc.working.steps import Section, Step

FOLDS = True
STEPS = 60
"""So many steps of a working are shown; JSON and CSV have all."""


def render(table: Table, **_: Any) -> str:
    """A tabular with rules of booktabs, its notes below it."""
    columns = table.visible
    places = "".join("r" if column.right else "l" for column in columns)
    lines = [
        "% needs \\usepackage{booktabs,amsmath}",
        rf"\begin{{tabular}}{{{places}}}",
        r"\toprule",
        _line([column.title for column in columns]),
        r"\midrule",
        *map(_line, table.cells),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    lines += [rf"\par\noindent {_text(note)}" for note in table.notes]
    return settable("\n".join(lines) + "\n")


def explain(sections: Sequence[Section], **_: Any) -> str:
    """Each working under a heading, a line of mathematics for each step."""
    return settable("% needs \\usepackage{amsmath}\n" + "\n".join(map(_explain_section, sections)))


def _explain_section(section: Section) -> str:
    lines = [rf"\subsection*{{{_text(section.title)}}}"]
    if section.givens:
        givens = (f"${' = '.join(g.latex_stages())}$" + (f" ({_text(g.note)})" if g.note else "")
                  for g in section.givens)  # fmt: skip
        lines.append("Given: " + ", ".join(givens) + ".")
    if section.steps:
        rows = [_align(step) for step in section.steps[:STEPS]]
        lines += [r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"]
    if more := section.beyond(STEPS):
        lines.append(f"{more} more steps are left out.")
    if section.result:
        lines.append(rf"\textbf{{{_text(section.result)}}}")
    lines += [rf"\par {_text(note)}" for note in section.notes]
    return "\n".join(lines) + "\n"


def _align(step: Step) -> str:
    """A step: the first stage, then each `=` below the other."""
    first, *others = step.latex_stages()
    note = rf" && \text{{{_text(step.note)}}}" if step.note else ""
    return first + " &= " + " \\\\\n &= ".join(others) + note if others else f"& {first}{note}"


def _line(cells: Sequence[str]) -> str:
    row = " & ".join(map(_text, cells))
    # Behind the end of the row above, a bracket or star would be an option of that.
    return ("{}" if row[:1] in ("[", "*") else "") + row + r" \\"


def _text(text: str) -> str:
    """Text outside of formulas; the signs that TeX has only in formulas stand in one."""
    return prose(text)

"""Tables and findings in Markdown, for documents and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.check.reporting import path_in_repository
from cnncalc.check.verdict import outcome
from cnncalc.quantity import exact, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.check.verdict import Checked, Verdict
    from cnncalc.errors import Diagnostic
    from cnncalc.tables.table import Table
    from cnncalc.working.steps import Section, Step

FOLDS = True
APART = True
STEPS = 60
"""So many steps of a working are shown; JSON and CSV have all."""
TOTALS = ("params", "buffers", "macs")
"""The totals that its report of findings shows of every model."""


def render(table: Table, **_: Any) -> str:
    """A pipe table and the caption below it."""
    lines = [
        _line([foreign.markdown(column.title) for column in table.visible]),
        _line(["---:" if column.right else "---" for column in table.visible]),
    ]
    lines += [_line([foreign.markdown(cell) for cell in cells]) for cells in table.cells]
    notes = "\n\n".join(map(foreign.markdown_line, table.notes))
    return "\n".join(lines) + (f"\n\n{notes}\n" if notes else "\n")


_LISTED = 500
"""So many findings are shown: a summary of GitHub has at most 1 MiB."""


def report(
    findings: Sequence[Diagnostic], *, files: Sequence[Checked] = (), strict: bool = False, **_: Any
) -> str:
    """The verdict, a table of the findings, and behind a fold the numbers of every model."""
    parts = [f"**{outcome(files, strict=strict)}**"] if files else []
    if findings:
        rows = [_line(_finding(finding)) for finding in findings[:_LISTED]]
        parts.append("\n".join([_line(["place", "code", "finding"]), "|---|---|---|", *rows]))
    if len(findings) > _LISTED:
        parts.append(f"and {len(findings) - _LISTED} more")
    rows = [_line(_model(verdict, strict=strict)) for file in files for verdict in file.verdicts]
    if rows:
        head = [_line(["", "model", "params", "buffers", "MACs"]), "|---|---|---:|---:|---:|"]
        noun = "model" if len(rows) == 1 else "models"
        table = "\n".join([*head, *rows])
        parts += [f"<details><summary>{len(rows)} {noun}</summary>", table, "</details>"]
    return "\n\n".join(parts) + "\n"


def _finding(finding: Diagnostic) -> list[str]:
    place = ""
    if finding.source is not None:
        place = path_in_repository(finding.source.name)
        place += f":{finding.span.line}:{finding.span.column}" if finding.span else ""
    help = f"<br>help: {foreign.markdown(finding.help)}" if finding.help else ""
    return [foreign.markdown(place), finding.code, f"{foreign.markdown(finding.message)}{help}"]


def _model(verdict: Verdict, *, strict: bool) -> list[str]:
    shown = [""] * 3
    if verdict.totals is not None:
        params, buffers, macs = map(verdict.totals.get, TOTALS)
        shown = [exact(params), exact(buffers), short(macs)]
    return ["✗" if verdict.fails(strict=strict) else "✓", foreign.markdown(verdict.name), *shown]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def explain(sections: Sequence[Section], **_: Any) -> str:
    """Each working under a heading, its formulas as mathematics: `$$…$$`."""
    return "\n\n".join(map(_explain_section, sections)) + "\n"


def _explain_section(section: Section) -> str:
    parts = [f"### {foreign.markdown(section.title)}"]
    if section.givens:
        givens = (f"${_formula(g)}$" + (f" ({foreign.markdown(g.note)})" if g.note else "")
                  for g in section.givens)  # fmt: skip
        parts.append("Given: " + ", ".join(givens))
    for step in section.steps[:STEPS]:
        parts.append(f"$${_formula(step)}$$")
        parts += [foreign.markdown_line(step.note)] if step.note else []
    if more := section.beyond(STEPS):
        parts.append(f"… {more:,} more steps")
    if section.result:
        parts.append(f"**{foreign.markdown(section.result)}**")
    parts += map(foreign.markdown_line, section.notes)
    return "\n\n".join(parts)


def _formula(step: Step) -> str:
    return foreign.markdown_formula(" = ".join(step.latex_stages()))


def typeset(page: str, **_: Any) -> str:
    """A manual as it is written."""
    return page

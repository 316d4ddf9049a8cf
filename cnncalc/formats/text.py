"""Plain text: tables as aligned columns, never cropped; findings as frames of source text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

from cnncalc import foreign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic, Source, Span
    from cnncalc.tables.table import Table
    from cnncalc.working.steps import Section, Step

FOLDS = True
LOG = True
CONSOLE = True
"""For people alone: in the encoding of their console."""

_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36",
           "bold": "1", "frame": "1;34", "help": "36"}  # fmt: skip


def render(table: Table, **_: Any) -> str:
    """A header line, the rows, and the caption."""
    columns = table.visible
    lines = [[column.title for column in columns], *table.cells]
    lines = [list(map(foreign.visible, line)) for line in lines]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            _pad(part, width, right=column.right)
            for part, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in lines
    ]
    return foreign.lines("\n".join([*text, *map(foreign.visible, table.notes)])) + "\n"


def report(diagnostics: Sequence[Diagnostic], *, color: bool = False, **_: Any) -> str:
    """Every finding as a frame: message, place, the line with a caret, related lines, help."""
    return "\n".join(_frame(finding, color=color) for finding in diagnostics)


def _frame(finding: Diagnostic, *, color: bool) -> str:
    def paint(text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if color else text

    if finding.source is None:
        lines = [f"{paint('error', 'error')}: {foreign.visible(finding.message)}"]
        lines += [f"  help: {foreign.visible(finding.help)}"] if finding.help else []
        return "\n".join(lines) + "\n"
    kind = f"{finding.severity}[{finding.code}]"
    lines = [f"{paint(kind, finding.severity)}: {paint(foreign.visible(finding.message), 'bold')}"]
    source, span = finding.source, finding.span
    if span is None:
        lines.append(f"  {paint('-->', 'frame')} {foreign.visible(source.name)}")
        gutter = 2
    else:
        lines.append(
            f"  {paint('-->', 'frame')} {foreign.visible(source.name)}:{span.line}:{span.column}"
        )
        last = max(span.line, *(label.span.line for label in finding.related), 0)
        gutter = len(str(last)) + 1
        bar = " " * gutter + paint("|", "frame")
        lines.append(bar)
        marked = [(span, "^", finding.label, finding.severity)]
        marked += [(label.span, "-", label.text, "frame") for label in finding.related]
        for where, mark, text, style in marked:
            number = str(where.line).rjust(gutter - 1)
            shown, underline = _mark(source, where, mark, text)
            lines.append(f"{paint(f'{number} |', 'frame')} {shown}".rstrip())
            lines.append(f"{bar} {underline[0]}{paint(underline[1], style)}".rstrip())
    if finding.help:
        lines.append(f"   {paint('= help:', 'help')} {foreign.visible(finding.help)}")
    return "\n".join(lines) + "\n"


def _mark(source: Source, span: Span, mark: str, text: str) -> tuple[str, tuple[str, str]]:
    """A source line, and what goes under it: the indent, and the carets with their label."""
    line = source.line(span.line)
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    begin, length = 0, 160
    if len(line) > length:
        # A very long line is shown around the place only.
        begin = max(0, start - 40)
        more = len(line) > begin + length
        line = line[begin : begin + length]
        line = ("…" + line[1:] if begin else line)[: length - more] + "…" * more
    shown = foreign.source(line)
    before = shown[: start - begin]
    under = shown[start - begin : end - begin]
    carets = mark * max(1, _width(under))
    return shown, (" " * _width(before), f"{carets} {foreign.visible(text)}".rstrip())


def _width(text: str) -> int:
    """Terminal cells: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


STEPS = 60
"""So many steps of a working are shown; JSON and CSV have all."""


def explain(
    sections: Sequence[Section], *, width: int | None = None, color: bool = False, **_: Any
) -> str:
    """Each working under its title: what is given, a line for each step, the result."""
    return "\n".join(_explain_section(section, width or 100, color=color) for section in sections)


def _explain_section(section: Section, width: int, *, color: bool) -> str:
    title = foreign.visible(section.title)
    lines = [f"\x1b[1m{title}\x1b[0m" if color else title]
    givens = [f"{g.line()} ({g.note})" if g.note else g.line() for g in section.givens]
    if givens:
        lines += _wrap("given ", givens, width)
    for step in section.steps[:STEPS]:
        lines += _step(step, width)
    if more := section.beyond(STEPS):
        lines.append(f"  … {more:,} more steps: --format json has all")
    if section.result:
        result = f"result {foreign.visible(section.result)}"
        lines.append(f"  \x1b[1;32m{result}\x1b[0m" if color else f"  {result}")
    lines += [f"  note: {foreign.visible(note)}" for note in section.notes]
    return "\n".join(lines) + "\n"


def _step(step: Step, width: int) -> list[str]:
    """A step in one line, or with a line for each `=` where that would be too wide."""
    stages = [foreign.visible(stage) for stage in step.stages()]
    line = "  " + " = ".join(stages)
    if len(line) <= width or len(stages) < 3:
        lines = [line]
    else:
        indent = " " * (len(stages[0]) + 2)
        lines = [f"  {stages[0]} = {stages[1]}", *(f"{indent} = {stage}" for stage in stages[2:])]
    if step.note:
        noted = f"{lines[-1]}   ({foreign.visible(step.note)})"
        lines = (
            [*lines[:-1], noted]
            if len(noted) <= width
            else [*lines, f"    ({foreign.visible(step.note)})"]
        )
    return lines


def _wrap(head: str, parts: Sequence[str], width: int) -> list[str]:
    """Parts separated by commas, in as many lines as they need."""
    lines = [f"  {head}"]
    for i, part in enumerate(parts):
        shown = foreign.visible(part) + ("," if i + 1 < len(parts) else "")
        if len(lines[-1]) + len(shown) > width and lines[-1].strip():
            lines.append(" " * (len(head) + 2))
        lines[-1] += shown if lines[-1][-1:] == " " and i == 0 else f" {shown}".replace("  ", " ")
    return [line.rstrip() for line in lines]

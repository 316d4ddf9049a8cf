"""Plain text: tables as aligned columns, never cropped; findings as frames of source text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.formats.base.wrapping import wrap
from cnncalc.system.cells import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic, Source, Span
    from cnncalc.tables.table import Table
    from cnncalc.working.steps import Section

FOLDS = True
LOG = True
STEPS = 60
CONSOLE = True
"""For people alone: in the encoding of their console."""

_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36",
           "bold": "1", "frame": "1;34", "help": "36"}  # fmt: skip


def render(table: Table, *, width: int | None = None, **_: Any) -> str:
    """A header line, the rows, and the caption, whose lines are no wider than `width`."""
    columns = table.visible
    lines = [[column.title for column in columns], *table.cells]
    lines = [list(map(foreign.visible, line)) for line in lines]
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            _pad(part, width, right=column.right)
            for part, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in lines
    ]
    notes = [line for note in table.notes for line in wrap(foreign.visible(note), width)]
    return foreign.lines("\n".join([*text, *notes])) + "\n"


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
        # As they stand in the file; of the same line, the finding itself is first.
        marked.sort(key=lambda mark: mark[0].line)
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
    carets = mark * max(1, cells(under))
    return shown, (" " * cells(before), f"{carets} {foreign.visible(text)}".rstrip())


def _pad(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - cells(text))
    return gap + text if right else text + gap


def explain(
    sections: Sequence[Section], *, width: int | None = None, color: bool = False, **_: Any
) -> str:
    """Each working under its title: what is given, a line for each step, the result."""
    # Tables are what is mostly shown.
    from cnncalc.formats.base.workings import tell

    return tell(sections, width, color=color)


def typeset(page: str, *, width: int, color: bool = False, **_: Any) -> str:
    """A manual in lines of at most `width` cells."""
    from cnncalc.formats.base.manuals import reflow

    return reflow(page, width, color=color)

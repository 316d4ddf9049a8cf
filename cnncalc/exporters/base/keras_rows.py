"""Uses of a block in a row, as Keras writes them: calls, and loops where they are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporting.forward import Line
from cnncalc.exporting.python import string
from cnncalc.exporting.terms import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.keras_function import FunctionWriter
    from cnncalc.exporting.parts import Class, Part, Run


def write_row(
    writer: FunctionWriter, made: Class, part: Part, reads: Sequence[str], name: str
) -> list[Line]:
    """The uses in a row: a call, or a loop where they are the same but for the channels they read."""
    lines: list[Line] = []
    start = Term.number(0)
    runs = list(part.runs)
    source = reads[0]
    if len(runs) == 2 and _is_alike(writer, runs[0], runs[1]):
        total = part.total or Term.number(1).plus(runs[1].times)
        runs = [runs[1]._replace(times=total)]
    for run in runs:
        if str(run.times) == "1":
            label = _number_label(made, part.name, str(start))
            lines.append(Line(f"{name} = {writer.use(made, run, [source], label)}"))
            start = start.plus(Term.number(1))
        else:
            if source != name:
                lines.append(Line(f"{name} = {source}"))
            end = start.plus(run.times) if part.total is None or run is not runs[-1] else part.total
            span = str(end) if str(start) == "0" else f"{start}, {end}"
            lines.append(Line(f"for i in range({span}):"))
            label = _number_label(made, part.name, "{i}")
            lines.append(Line(f"{name} = {writer.use(made, run, [name], label)}", 1))
            start = end
        source = name
    return lines


def _number_label(made: Class, name: str, number: str) -> str:
    text = f"{name}_{number}"
    if made.kind:
        return f'f"{{name}}-{text}"'
    return f'f"{text}"' if "{" in number else string(text)


def _is_alike(writer: FunctionWriter, one: Run, other: Run) -> bool:
    names = [name for name, _ in writer.arguments(other.of)]
    return one.of is other.of and all(
        one.arguments[name] == other.arguments[name] for name in names
    )

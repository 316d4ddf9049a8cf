"""`cnncalc zoo`: the architectures that come with cnncalc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnncalc.cli.options import Color, Columns, Format, Width
from cnncalc.cli.output import emit, show_table
from cnncalc.errors import UsageError
from cnncalc.language import zoo
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import PREFIX, ZOO, Origin, open_spec, read
from cnncalc.tables.columns import show_shape
from cnncalc.tables.table import Column, Envelope, Row, Table, show_count, show_short

if TYPE_CHECKING:
    from collections.abc import Iterator

Action = Annotated[str, typer.Argument(metavar="[list|show]", show_default=False,
                                       help="List all (the default), or show one.")]  # fmt: skip
Name = Annotated[str, typer.Argument(metavar="[NAME]", show_default=False,
                                     help="The name of the spec to print.")]  # fmt: skip


def run(
    action: Action = "list",
    name: Name = "",
    format: Format = "",
    columns: Columns = None,
    color: Color = "auto",
    width: Width = None,
) -> None:
    """List the architectures that come with cnncalc, or print the spec of one.

    `zoo:NAME` is accepted wherever a SPEC is: `cnncalc shapes zoo:resnet50`.
    """
    if action == "show" and name:
        emit(open_spec(PREFIX + name.removeprefix(PREFIX)).source.text, coded=True)
    elif action == "list" and not name:
        show_table(table(), format=format, columns=columns, color=color, width=width)
    else:
        raise UsageError(f"`zoo {action}` is not understood".rstrip(),
                         "cnncalc zoo, or cnncalc zoo show NAME")  # fmt: skip


COLUMNS = (
    Column("name", "name"),
    Column("variant_of", "variant of", shown=False),
    Column("params", "params", show_count, right=True),
    Column("macs", "MACs", show_short, right=True),
    Column("input", "input", show_shape, right=True, minor=2),
    Column("year", "year", right=True, minor=1),
    Column("paper", "paper", minor=4),
    Column("source", "source", minor=3),
    Column("description", "description", shown=False),
    Column("totals_source", "totals source", shown=False),
)


def table() -> Table:
    """A row for every model and every variant in the specs, with the numbers that they have."""
    rows = [Row(values) for name in zoo.names() for values in _rows(name)]
    caption = f"{len(rows)} models in {len(zoo.names())} specs · cnncalc zoo show NAME prints one"
    return Table("zoo", COLUMNS, rows, Envelope({}, rows_are="models"), caption=caption)


def _rows(stem: str) -> Iterator[dict[str, Any]]:
    document = Document(read(Origin(zoo.path(stem), ZOO)))
    head = zoo.heading(document.source.text)
    of_file = {
        "year": int(head.year) if head.year else None,
        "paper": head.title or None,
        "source": head.reference or None,
        "description": head.what,
        "totals_source": head.totals,
    }
    for model in document.models.values():
        base = stem if len(document.models) == 1 else f"{stem}::{model.name}"
        for variant in (None, *model.variants):
            network = build(document, model.name, variant=variant, budget=document.budget)
            if variant is None:
                name = base
            else:
                name = variant.name if variant.named else f"{stem}::{variant.name}"
            yield {
                "name": name,
                "variant_of": None if variant is None else base,
                "params": network.params.value,
                "macs": network.macs.value,
                "input": network.nodes[0].output.to_dict(),
                **of_file,
            }

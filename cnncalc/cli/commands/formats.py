"""`cnncalc formats`: the model files that are read wherever a spec is."""

from __future__ import annotations

from cnncalc import registry
from cnncalc.cli.options import Color, Columns, Format, Width
from cnncalc.cli.output import show_table
from cnncalc.tables.table import Column, Envelope, Row, Table


def run(
    format: Format = "", columns: Columns = None, color: Color = "auto", width: Width = None
) -> None:
    """List the formats of model files, and what is read of each.

    A file is accepted wherever a SPEC is: `cnncalc shapes yolov4.cfg`.
    """
    show_table(table(), format=format, columns=columns, color=color, width=width)


COLUMNS = (
    Column("name", "name"),
    Column("title", "format"),
    Column("endings", "files"),
    Column("reads", "what is read", minor=1),
)


def table() -> Table:
    """A row for every importer."""
    names = registry.names("importers")
    modules = {name: registry.load("importers", name) for name in names}
    rows = [
        Row(
            {
                "name": name,
                "title": module.TITLE,
                "endings": " ".join(module.SUFFIXES),
                "reads": module.READS,
            }
        )
        for name, module in modules.items()
    ]
    caption = "told by what is in them; weights are not read, and nothing in a file is run"
    return Table("formats", COLUMNS, rows, Envelope({}, rows_are="formats"), caption=caption)

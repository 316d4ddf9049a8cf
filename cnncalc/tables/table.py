"""What analyzers return and formats take: columns that know their unit, rows, and totals."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cnncalc import __version__, quantity, registry
from cnncalc.errors import UsageError
from cnncalc.tables.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Failure, Frame, Total


class Column(NamedTuple):
    """A column: its key in JSON, its title, how to show a value and how to fold several.

    `fold` is `sum` (unknown if a term is), `max`, `last`, `union` (of lists), `same` (the value that
    all have), `only` (the value if there is just one), or a function of the rows. What `derive`s from
    the other values of a row does so again when rows are folded.
    `data` columns are in the JSON document, `flat` ones in CSV alone, as JSON has them within
    another; `shown` ones are in tables unless others are asked for. `plain` makes the plain columns of
    CSV of a value, where the keys of JSON would not name them well.
    Where a terminal is too narrow, the columns with the highest `minor` give way first.
    """

    key: str
    title: str
    show: Callable[[Any], str] = str
    right: bool = False
    fold: str | Callable[[Sequence[dict[str, Any]]], Any] = "only"
    data: bool = True
    shown: bool = True
    minor: int = 0
    derive: Callable[[dict[str, Any]], Any] | None = None
    flat: bool = False
    plain: Callable[[Any], dict[str, Any]] | None = None

    def text(self, value: Any) -> str:
        """The text of a cell."""
        return "" if value is None and self.show is str else self.show(value)


class Arrange(Protocol):
    """What makes a table anew of rows that are folded: see `Table.fold`."""

    def __call__(self, depth: int | None, *, expand: bool) -> Table:
        """The table."""


class Row(NamedTuple):
    """Values by column key, and the frame of the spec in which the layer stands."""

    values: dict[str, Any]
    frame: Frame | None = None


class Envelope(NamedTuple):
    """What the JSON document of a table has beside its rows.

    `rows_are` is the key of the rows, `sums` are totals of columns, `totals` are others, `also` are
    further parts.
    """

    header: dict[str, Any]
    sums: dict[str, Total] = {}  # noqa: RUF012 - a tuple's default, which nothing changes
    totals: dict[str, Any] = {}  # noqa: RUF012
    also: dict[str, Any] = {}  # noqa: RUF012
    rows_are: str = "layers"


class Table:
    """The answer of an analyzer; immutable.

    `to_dict()` is the document of `--format json`. In a notebook it shows itself as HTML.
    """

    def __init__(
        self,
        analysis: str,
        columns: Sequence[Column],
        rows: Iterable[Row],
        envelope: Envelope,
        *,
        caption: str = "",
        failure: Failure | None = None,
        needs: str = "",
        chosen: bool = False,
        answers: int = 1,
        findings: Sequence[Diagnostic] = (),
        arrange: Arrange | None = None,
    ) -> None:
        """`needs` names a column, or a value, without which a row is left out of tables (not of JSON).

        `chosen` columns are shown even where they are empty. The first `answers` lines of the caption
        are what was asked for, such as totals; what follows explains. `findings` are what is wrong in the
        light of the question: the command shows them, and exits with 1. `arrange` makes the table of
        one whose rows are folded before they are chosen or added up, with what `fold` is given.
        """
        self.analysis = analysis
        self.columns = tuple(columns)
        self.rows = tuple(rows)
        self.envelope = envelope
        self.caption = caption
        self.failure = failure
        self.needs = needs
        self.chosen = chosen
        self.answers = answers
        self.findings = tuple(findings)
        self.arrange = arrange

    @property
    def header(self) -> dict[str, Any]:
        """What the table is about: the model, its dialect, the batch."""
        return self.envelope.header

    @property
    def sums(self) -> dict[str, Total]:
        """The totals of columns, with what is unknown of them."""
        return self.envelope.sums

    @property
    def totals(self) -> dict[str, Any]:
        """The totals by column; None where a term is unknown, then `lower_bound` holds the rest."""
        totals: dict[str, Any] = {key: total.value for key, total in self.sums.items()}
        bounds = {key: total.known for key, total in self.sums.items() if total.gaps}
        if bounds:
            totals["lower_bound"] = bounds
            gaps = {gap: None for total in self.sums.values() for gap in total.gaps}
            totals["unknown"] = list(gaps)
        return {**totals, **self.envelope.totals}

    @property
    def visible(self) -> tuple[Column, ...]:
        """The columns that tables show: none that would be empty from top to bottom."""
        return tuple(column for column, _ in self.texts)

    @cached_property
    def texts(self) -> list[tuple[Column, list[str]]]:
        """The visible columns, each with its cells from top to bottom."""
        rows = self.visible_rows
        # To put a cell into words takes time, and every format asks more than once.
        texts = [
            (column, [column.text(row.values.get(column.key)) for row in rows])
            for column in self.columns
            if column.shown
        ]
        return [(column, cells) for column, cells in texts if self.chosen or any(cells)]

    @property
    def visible_rows(self) -> list[Row]:
        """The rows that tables show."""
        if not self.needs:
            return list(self.rows)
        return [row for row in self.rows if row.values.get(self.needs) is not None]

    @property
    def cells(self) -> list[list[str]]:
        """What tables show, row by row."""
        if not self.texts:
            return [[] for _ in self.visible_rows]
        return [list(row) for row in zip(*(cells for _, cells in self.texts), strict=True)]

    @property
    def notes(self) -> list[str]:
        """The lines below the rows: where a partial table ends and why, then the caption."""
        return self.notes_for(self.visible)

    def notes_for(self, shown: Collection[Column]) -> list[str]:
        """The lines below these columns: what explains another one (`dropped: …`) is left out."""
        lines = self._explain(shown)
        if self.failure is not None:
            name, op, _, code, operands = self.failure
            lines.insert(0, f"✗ {name} ({op}): {code}, given {operands}")
        return lines

    def _explain(self, shown: Collection[Column]) -> list[str]:
        """The lines of the caption without those that explain columns that are not `shown`."""
        titles = {column.title for column in self.columns} - {column.title for column in shown}
        lines = self.caption.split("\n") if self.caption else []
        return [line for line in lines if line.partition(": ")[0] not in titles]

    def to_dict(self) -> dict[str, Any]:
        """The JSON document: raw integers, a row for every layer."""
        keys = [column.key for column in self.columns if column.data]
        layers = []
        for row in self.rows:
            record = {key: row.values[key] for key in keys if key in row.values}
            if row.values.get("shared_with"):
                record["shared_with"] = row.values["shared_with"]
            layers.append(record)
        document = {
            "schema": 1,
            "cnncalc": __version__,
            "analysis": self.analysis,
            **self.header,
            self.envelope.rows_are: layers,
            "totals": self.totals,
            **self.envelope.also,
        }
        if self.failure is not None:
            document["failed"] = {
                "layer": self.failure.name,
                "op": self.failure.op,
                "code": self.failure.code,
            }
        if self.findings:
            document["diagnostics"] = [finding.to_dict() for finding in self.findings]
        return document

    def having(self, **changes: Any) -> Table:
        """The same table with some parts changed: its own, or those of its envelope."""
        around = {key: changes.pop(key) for key in Envelope._fields if key in changes}
        parts: dict[str, Any] = {
            "columns": self.columns,
            "rows": self.rows,
            "envelope": self.envelope._replace(**around) if around else self.envelope,
            "caption": self.caption,
            "failure": self.failure,
            "needs": self.needs,
            "chosen": self.chosen,
            "answers": self.answers,
            "findings": self.findings,
            "arrange": self.arrange,
            **changes,
        }
        return Table(self.analysis, parts.pop("columns"), parts.pop("rows"), **parts)

    def choose(self, keys: Sequence[str]) -> Table:
        """The table with these columns in this order, each by its key or what its header says.

        Raises UsageError for unknown ones.
        """
        known = {column.key: column for column in self.columns}
        headers = {_plain(column.title): column for column in reversed(self.columns)}
        chosen = []
        for key in keys:
            column = known.get(key) or headers.get(_plain(key))
            if column is None or not key:
                wrong = f"there is no column `{key}`" if key else "a column has no name"
                raise UsageError(wrong,
                                 registry.suggestion(key, known) or "columns: " + ", ".join(known))  # fmt: skip
            chosen.append(column._replace(shown=True))
        return self.having(
            columns=chosen,
            caption="\n".join(self._explain(chosen)),
            needs="" if self.needs in known else self.needs,
            chosen=True,
        )

    def fold(self, depth: int | None = None, *, expand: bool = False) -> Table:
        """Rows that the spec wrote as one become one row.

        A layer with its norm and activation is one row unless `expand`; with a `depth`, so is
        everything deeper in blocks than that.
        """
        if self.arrange is not None:
            return self.arrange(depth, expand=expand)
        return self.having(rows=fold(self.rows, self.columns, self.needs, depth, expand=expand))

    def _repr_html_(self) -> str:
        """The table as HTML, for notebooks."""
        return str(registry.load("formats", "html").render(self.fold()))


def _plain(title: str) -> str:
    """A header without what people leave out or write otherwise."""
    return title.lower().replace("_", " ").replace("-", " ").strip()


def show_count(value: int | None) -> str:
    """All digits; nothing for zero, so that what counts stands out; `?` for the unknown."""
    return "" if value == 0 else quantity.exact(value)


def show_short(value: int | None) -> str:
    """Three digits and a unit; nothing for zero."""
    return "" if value == 0 else quantity.short(value)

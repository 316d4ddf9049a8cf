"""What a saved document says of a network, in the form in which it can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import metrics
from cnncalc.analyzers.base.analyze import run_analyzer
from cnncalc.diff.snapshot import Row, Snapshot, budget, plain, total
from cnncalc.errors import UsageError
from cnncalc.language.kinds import find_layer
from cnncalc.metrics import AXES, METRICS
from cnncalc.registry import load
from cnncalc.tables.columns import show_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.network import Network


def of_document(document: Mapping[str, Any]) -> Snapshot:
    """What `--format json` of an analysis says of a network, for one example.

    Raises UsageError for a document that does not have the form of one.
    """
    try:
        batch = _number(document.get("batch", 1)) or 1
        stated = [name for name in metrics.sums() if name in document["totals"]]
        totals: dict[str, Any] = {
            name: _number(document["totals"][name], batch if METRICS[name].work else 1)
            for name in stated
        }
        records = list(document["layers"])
        rows = tuple(_of_records(records, batch))
        if rows and any(rows[-1].field.values()):
            totals["receptive_field"] = _last_field(rows)
        totals["layers"] = sum(record["op"] != "input" for record in records)
        outputs = {"output": records[-1]["output"]} if records else {}
        return Snapshot(_word(document["model"]), rows, {}, totals, outputs, {}, {}, coarse=True)
    except _MALFORMED as error:
        raise _refuse(error) from None


def of_totals(record: Mapping[str, Any]) -> Snapshot:
    """What `check --format json` says of a model: its totals alone. Raises UsageError."""
    try:
        totals: dict[str, Any] = {}
        for name in sorted(metrics.totals(), key=lambda name: METRICS[name].unit is AXES):
            value = record.get(name)
            if METRICS[name].unit is not AXES:
                totals |= {name: _number(value)} if name in record else {}
            elif value:
                totals[name] = [_number(size) for size in value]
        outputs = {
            _word(name): _shape(shape)
            for name, shape in (record[METRICS["output"].key] or {}).items()
        }
        return Snapshot(_word(record["name"]), None, {}, totals, outputs, {}, {}, coarse=True)
    except _MALFORMED as error:
        raise _refuse(error) from None


_MALFORMED = (KeyError, TypeError, IndexError, AttributeError, ZeroDivisionError)


def _refuse(error: Exception) -> UsageError:
    return UsageError(
        f"the document is not one of a network's analysis: {type(error).__name__}: {error}",
        "cnncalc summary SPEC --format json makes one",
    )


def _number(value: Any, batch: int = 1) -> int | None:
    """A number of a document, that of a batch for one example; raises TypeError for anything else."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise TypeError(f"{value!r} is not a whole number")
    return value if value is None else value // batch


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a name")
    return value


def _shape(value: Any) -> dict[str, Any]:
    """A shape of a document: one that can be shown."""
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not a shape")
    show_shape(value)
    return value


def _of_records(records: Sequence[Mapping[str, Any]], batch: int) -> Iterable[Row]:
    """Rows of layers with their norms and activations out of one record for each of these."""
    groups: list[list[Mapping[str, Any]]] = []
    for record in records:
        base, _, role = _word(record["layer"]).rpartition(".")
        # A document has only names by which to know whose norm or activation a record is.
        chained = groups and record["inputs"] == [groups[-1][-1]["layer"]]
        if role in ("norm", "act") and chained and groups[-1][0]["layer"] == base:
            groups[-1].append(record)
        else:
            groups.append([record])
    shown = {record["layer"]: group[0]["layer"] for group in groups for record in group}
    for group in groups:
        first = group[0]
        keys = _of_record(first)
        padding = keys.pop("padding", None)
        for part in group[1:]:
            keys["norm" if part["layer"].endswith(".norm") else "activation"] = part["op"]
        own = [record for record in group if not record.get("shared_with")]
        yield Row(
            first["layer"],
            _word(first["op"]),
            keys,
            tuple(shown.get(_word(name), name) for name in first["inputs"]),
            _shape(group[-1]["output"]),
            {
                name: total(
                    _number(record.get(name), batch if metric.work else 1)
                    for record in (group if metric.work else own)
                )
                for name, metric in metrics.per_layer_metrics().items()
            },
            {
                name: [_number(axis.get("size_max")) for axis in axes]
                for name, axes in group[-1].get("receptive_field", {}).items()
            },
            padding,
        )


def _of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a layer that can be read off its window and its output."""
    if record["op"] == "input":
        return {"shape": record["output"]}
    keys = {key: plain(value) for key, value in (record.get("window") or {}).items()}
    kind, _ = find_layer(record["op"])
    width = next(
        (key for key in ("filters", "units") if kind is not None and key in kind.keys), None
    )
    if width:
        keys[width] = record["output"].get("channels", record["output"].get("features"))
    if record.get("shared_with"):
        keys["reuse"] = True
    return keys


def _last_field(rows: Sequence[Row]) -> list[int | None] | None:
    """The field of the last layer that has one along all axes."""
    sizes: list[int | None]
    for row in reversed(rows):
        for sizes in row.field.values():
            if "size" in row.output and sizes and None not in sizes:
                return sizes
    return None


def coarse(network: Network) -> Snapshot:
    """A network as a document would show it, to be compared with one."""
    table = run_analyzer(load("analyzers", "summary"), network)
    found = of_document(table.to_dict())
    return found._replace(budget=budget(network), variables=network.variables)

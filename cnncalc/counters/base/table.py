"""MACs as other tools count them: columns, totals, and the reasons for differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import foreign, registry
from cnncalc.counters.base.engine import Restated, counter, restate
from cnncalc.network import times
from cnncalc.quantity import exact
from cnncalc.tables.columns import list_names
from cnncalc.tables.table import Column, Envelope, Row, Table, show_count

if TYPE_CHECKING:
    from types import ModuleType

    from cnncalc.network import Network
    from cnncalc.tables.columns import Rule


class Counts(NamedTuple):
    """A network as a tool counts it."""

    module: ModuleType
    name: str
    found: list[Restated]
    columns: list[Rule]
    totals: dict[str, Any]


def restate_counts(network: Network, name: str, batch: int) -> Counts:
    """The numbers of a tool for every layer and in all; raises UsageError if it is not known."""
    module = counter(name)
    found = restate(network, module, batch)
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    columns: list[Rule] = []
    for restated in found:
        word = restated.number.word
        title = name if len(found) == 1 else f"{name} {word}"
        column = Column(
            f"counted_{word}", title, show_count, right=True, fold="sum", data=False, flat=True
        )
        columns.append((column, _of_rows(restated.rows)))
    words = [restated.number.word for restated in found]
    whole = Column("counted", "counted", str, shown=False, derive=_gather(words))
    return Counts(module, name, found, [*columns, (whole, lambda node, net: None)],
                  _totals(module, name, found))  # fmt: skip


def _of_rows(rows: list[int | None]) -> Any:
    return lambda node, network: rows[node.index]


def _gather(words: list[str]) -> Any:
    return lambda values: {word: values[f"counted_{word}"] for word in words}


def _totals(module: ModuleType, name: str, found: list[Restated]) -> dict[str, Any]:
    """What the totals of JSON say of a convention."""
    return {
        "convention": {
            "name": name,
            "tool": module.TOOL,
            "counts": module.MEANS,
            "printed": _tool_text(module, found),
        },
        "counted": {restated.number.word: restated.total.value for restated in found},
        "why": [
            {"number": restated.number.word, "reason": reason, "difference": amount, "layers": n}
            for restated in found
            for reason, amount, n in restated.causes
        ],
    }


def _tool_text(module: ModuleType, found: list[Restated]) -> str | None:
    totals = {restated.number.word: restated.total.value for restated in found}
    return None if None in totals.values() else module.text(totals)


def differences(network: Network, counts: Counts, *, why: bool) -> list[str]:
    """What a tool prints, and with `why` the reasons for the difference, as lines."""
    module, found = counts.module, counts.found
    printed = _tool_text(module, found)
    numbers = ", ".join(f"{restated.total} {restated.number.word}" for restated in found)
    lines = [f"{module.TOOL} counts {numbers}" + (f" and prints {printed}" if printed else "")
             + f": {module.MEANS}"]  # fmt: skip
    if why:
        for restated in found:
            lines += _reasons(network, counts.name, restated)
        lines += module.NOTES
    return lines


def _reasons(network: Network, name: str, restated: Restated) -> list[str]:
    number = restated.number
    base = sum(
        number.factor * restated.times * (node.facts.macs or 0)
        for node, row in zip(network.nodes, restated.rows, strict=True)
        if row is not None
    )
    times = "MACs" if number.factor == 1 else f"{number.factor} × MACs"
    terms = [(f"{base:,}", times)]
    terms += [(f"{amount:+,}", f"{reason} ({n} {'layer' if n == 1 else 'layers'})")
              for reason, amount, n in restated.causes]  # fmt: skip
    terms.append((str(restated.total), f"{number.word} of {name}"))
    width = max(len(amount) for amount, _ in terms)
    return [f"  {amount:>{width}}  {text}" for amount, text in terms]


def compare_counters(network: Network, batch: int) -> Table:
    """A row for each number of each tool."""
    macs = network.macs
    gaps = dict.fromkeys(macs.gaps)
    rows = [Row({"convention": "cnncalc", "number": "MACs", "total": times(macs.value, batch),
                 "lower_bound": times(macs.known, batch), "difference": 0, "printed": None,
                 "counts": "multiply-adds"})]  # fmt: skip
    for key in registry.names("counters"):
        module = counter(key)
        found = restate(network, module, batch)
        for restated in found:
            total = restated.total.value
            gaps.update(dict.fromkeys(restated.total.gaps))
            base = macs.known * restated.times * restated.number.factor
            rows.append(Row({
                "convention": key.replace("_", "-"), "number": restated.number.word,
                "total": total, "lower_bound": restated.total.known,
                "difference": None if total is None else total - base,
                "printed": _tool_text(module, found), "counts": module.MEANS,
            }))  # fmt: skip
    columns = [
        Column("convention", "convention"),
        Column("number", "number"),
        Column("total", "total", exact, right=True),
        Column("lower_bound", "lower bound", exact, right=True, shown=bool(gaps)),
        Column("difference", "difference", _sign, right=True),
        Column("printed", "printed"),
        Column("counts", "counts", minor=1),
    ]
    header = {"model": network.name, "dialect": network.dialect, "batch": batch}
    some = f"\nunknown, or not counted by a tool: {list_names(list(gaps))}" if gaps else ""
    head = " · ".join([foreign.name(network.name), f"batch {batch}", *network.mark])
    caption = (f"{head}{some}\n"
               "difference: to MACs, of flops that count 2 for each to 2 × MACs; "
               "--convention NAME --why says why")  # fmt: skip
    envelope = Envelope(header, rows_are="conventions")
    return Table("macs", columns, rows, envelope, caption=caption, failure=network.failure)


def _sign(value: int | None) -> str:
    return "?" if value is None else f"{value:+,}" if value else ""

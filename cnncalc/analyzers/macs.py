"""Multiply-accumulates per layer, all arithmetic by its name, and what other tools would count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cnncalc import quantity
from cnncalc.analyzers.base.keywords import Batch, Dtype, Strict
from cnncalc.analyzers.base.tabulate import MAC_RULE, Pick, tabulate, unknown
from cnncalc.cost.memory import Memory, Way, known_batch, known_dtype
from cnncalc.cost.training import Choice, backward_flops, choose_optimizer, optimizer_flops
from cnncalc.counters.base.engine import counters
from cnncalc.counters.base.table import compare_counters, differences, restate_counts
from cnncalc.errors import UsageError
from cnncalc.network import Total, times
from cnncalc.tables.plain import nothing
from cnncalc.tables.table import Column, Table, show_count, show_short

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.tables.columns import Rule

Convention = Annotated[
    str | None, f"Also count as this tool does: {', '.join(counters())}; `all` compares them."
]
Why = Annotated[
    bool, "Explain why the tool counts differently, and how much each reason accounts for."
]
Training = Annotated[
    bool, "Include the cost of a training step: the backward pass and the optimizer."
]


class Part(NamedTuple):
    """What one question adds to the table: columns, sums and other totals, and lines below."""

    columns: list[Rule]
    notes: list[str]
    sums: dict[str, Total]
    totals: dict[str, Any]


def analyze(
    network: Network,
    *,
    batch: Batch = 1,
    convention: Convention = None,
    why: Why = False,
    training: Training = False,
    optimizer: Choice = None,
    dtype: Dtype = "fp32",
    strict: Strict = False,
) -> Table:
    """Per layer: MACs, FLOPs by the kind of arithmetic, and FLOPs for each byte moved.

    Raises UsageError if the options do not go together or name an unknown tool or type.
    """
    if why and convention in (None, "all"):
        raise UsageError("--why explains one convention", "--convention fvcore --why")
    memory = Memory(network, Way(known_batch(batch), known_dtype(dtype)))
    if convention == "all":
        if training or optimizer:
            raise UsageError(
                "tools are compared for inference", "leave out --training and --optimizer"
            )
        return _compare_tools(network, batch, strict=strict)
    step = choose_optimizer(optimizer, training=training)
    wide = not (training or optimizer or convention)
    parts = [_arithmetic(network, batch), _intensity(memory, shown=wide)]
    if step:
        parts.append(_training(network, batch, step))
    counts = restate_counts(network, convention, batch) if convention else None
    if counts:
        columns, totals = counts.columns, counts.totals
        parts.append(Part(columns, differences(network, counts, why=why), {}, totals))
    table = tabulate(
        network,
        "macs",
        (
            *("layer", "op", "inputs", "output", Pick("macs", share=True)),
            Pick("flops", shown=wide),
            *(column for part in parts for column in part.columns),
        ),
        batch=batch,
        notes=[MAC_RULE, *(note for part in parts for note in part.notes)],
        strict=strict,
    )
    return table.having(
        header={**table.header, "dtype": dtype},
        sums={**table.sums, **{k: total for part in parts for k, total in part.sums.items()}},
        totals={k: value for part in parts for k, value in part.totals.items()},
    )


def _compare_tools(network: Network, batch: int, *, strict: bool) -> Table:
    """What every tool counts; with a finding, if `strict`, where MACs are unknown."""
    found = compare_counters(network, batch)
    return found.having(findings=unknown(network, {"macs": network.macs}) if strict else ())


def _arithmetic(network: Network, batch: int) -> Part:
    """A column for each kind of arithmetic, shown if asked for, and all of them in JSON."""
    sums = Counter({"multiply_accumulate": network.macs.known * batch})
    for node in network.nodes:
        sums.update({kind: n * batch for kind, n in (node.facts.work or {}).items()})
    kinds = [kind for kind, n in sums.most_common() if n and kind != "multiply_accumulate"]
    columns: list[Rule] = [(_kind(kind), _of_work(kind, batch)) for kind in kinds]
    derived = Column(
        "work", "work", _show_work, shown=False, derive=_breakdown(kinds), plain=nothing
    )
    others = " + ".join(f"{quantity.short(sums[kind])} {kind}" for kind in kinds)
    work = {kind: n for kind, n in sums.most_common() if n}
    note = "FLOPs = 2 × MACs" + (f" + {others}" if others else "")
    return Part([*columns, (derived, _nothing)], [note], {}, {"work": work})


def _kind(kind: str) -> Column:
    return Column(
        kind, kind, show_count, right=True, fold="sum", data=False, shown=False, flat=True
    )


def _of_work(kind: str, batch: int) -> Any:
    def rule(node: Any, network: Network) -> int | None:
        work = node.facts.work
        return None if work is None else work.get(kind, 0) * batch

    return rule


def _breakdown(kinds: list[str]) -> Any:
    def derive(values: dict[str, Any]) -> dict[str, int] | None:
        found = {"multiply_accumulate": values["macs"], **{kind: values[kind] for kind in kinds}}
        return None if None in found.values() else {k: n for k, n in found.items() if n}

    return derive


def _show_work(value: dict[str, int] | None) -> str:
    if value is None:
        return "?"
    return ", ".join(f"{quantity.short(n)} {kind}" for kind, n in value.items())


def _nothing(node: Any, network: Network) -> None:
    """What a derived column says before it is derived."""


def _intensity(memory: Memory, *, shown: bool) -> Part:
    """FLOPs over the bytes of operands, weights and outputs, each moved once."""
    network = memory.network
    moved = [memory.moved_bytes(i) for i in range(len(network.nodes))]
    gaps = [node.name for node, size in zip(network.nodes, moved, strict=True) if size is None]
    total = Total(sum(size or 0 for size in moved), tuple(gaps))
    flops = network.flops
    whole = None
    if flops.value is not None and total.value is not None:
        whole = _ratio({"flops": flops.value * memory.way.batch, "bytes_moved": total.value})
    size = Column("bytes_moved", "bytes moved", show_count, right=True, fold="sum", shown=False)
    ratio = Column(
        "intensity", "intensity", _show_ratio, right=True, shown=shown, minor=5, derive=_ratio
    )
    note = (f"intensity: FLOPs for each byte of {memory.types} that is moved, operands, weights and "
            f"outputs once each; in all {_show_ratio(whole) or '0'}")  # fmt: skip
    columns: list[Rule] = [(size, lambda node, net: moved[node.index]), (ratio, _nothing)]
    return Part(columns, [note], {"bytes_moved": total}, {"intensity": whole})


def _ratio(values: dict[str, Any]) -> str | None:
    """Null is unknown; what computes nothing and moves nothing has 0."""
    flops, size = values["flops"], values["bytes_moved"]
    if flops is None or size is None:
        return None
    return quantity.rational(flops, size) if flops else "0"


def _show_ratio(value: str | None) -> str:
    return "?" if value is None else "" if value == "0" else quantity.round_quotient(value)


def _training(network: Network, batch: int, optimizer: str) -> Part:
    """FLOPs of a step: forward, backward and for the optimizer."""
    passes = [None if n is None else n * batch for n in backward_flops(network)]
    backward = Column("backward_flops", "backward", show_short, right=True, fold="sum")
    update = Column("optimizer_flops", optimizer, show_short, right=True, fold="sum")
    forward = Column(
        "forward_flops", "forward", show_short, right=True, fold="sum", data=False, flat=True
    )
    gaps = [node.name for node, n in zip(network.nodes, passes, strict=True) if n is None]
    flops = network.flops
    sums = {
        "backward_flops": Total(sum(n or 0 for n in passes), tuple(gaps)),
        "optimizer_flops": network.total(lambda node: optimizer_flops(node, optimizer)),
    }
    forward_total = flops._replace(known=flops.known * batch)
    parts = {"forward": forward_total, "backward": sums["backward_flops"],
             optimizer: sums["optimizer_flops"]}  # fmt: skip
    known = sum(total.known for total in parts.values())
    some = "≥ " if any(total.gaps for total in parts.values()) else ""
    terms = " + ".join(f"{quantity.short(total.known)} {name}" for name, total in parts.items())
    note = f"a step of training at batch {batch}: {some}{quantity.short(known)} FLOPs = {terms}"
    step = {"optimizer": optimizer, "step_flops": None if some else known}
    columns: list[Rule] = [
        (forward, lambda node, net: times(node.facts.flops, batch)),
        (backward, lambda node, net: passes[node.index]),
        (update, lambda node, net: optimizer_flops(node, optimizer)),
    ]
    return Part(columns, [note, _RULE], sums, step)


_RULE = (
    "backward: as many MACs for the weights and for the input, but of the first layers; other "
    "arithmetic again"
)

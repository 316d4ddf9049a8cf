"""Memory of weights and activations: what is alive when, where the peak is, what training adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cnncalc import foreign, quantity
from cnncalc.analyzers.base.keywords import (
    Batch,
    BiasDtype,
    Dtype,
    Eager,
    FoldNorm,
    Inplace,
    Strict,
)
from cnncalc.analyzers.base.tabulate import tabulate, unknown
from cnncalc.cost.fitting import findings, fitting, room, sentence, to_dict
from cnncalc.cost.liveness import timeline
from cnncalc.cost.memory import Memory, Way, known_way, together
from cnncalc.cost.ordering import better_order
from cnncalc.cost.training import Choice, choose_optimizer, memory_parts, saved_bytes, unfold
from cnncalc.errors import UsageError
from cnncalc.network import Total
from cnncalc.tables.columns import list_names
from cnncalc.tables.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.analyzers.base.tabulate import Key
    from cnncalc.cost.fitting import Fitting
    from cnncalc.cost.liveness import Graph, Timeline
    from cnncalc.cost.ordering import Order
    from cnncalc.network import Network
    from cnncalc.tables.columns import Rule

Training = Annotated[
    bool, "Include gradients, the optimizer, and what is kept for the backward pass."
]
Fits = Annotated[
    str | None, "Whether it fits into this much memory, 256KiB or 8GiB; exit 1 if not."
]
Flash = Annotated[str | None, "With --fits: the size of a separate memory for the weights."]


def analyze(
    network: Network,
    *,
    batch: Batch = 1,
    dtype: Dtype = "fp32",
    bias_dtype: BiasDtype = "",
    inplace: Inplace = False,
    fold_norm: FoldNorm = False,
    eager: Eager = False,
    training: Training = False,
    optimizer: Choice = None,
    fits: Fits = None,
    flash: Flash = None,
    strict: Strict = False,
) -> Table:
    """Per layer: bytes of its weights, of what it writes, and of all that is alive then.

    Raises UsageError if the options do not go together or name an unknown type or optimizer.
    """
    if flash and not fits:
        raise UsageError("--flash is where the weights lie", "--fits 256KiB --flash 1MiB")
    memory = Memory(network, known_way(Way(batch, dtype, inplace, fold_norm, bias_dtype, eager)))
    step = choose_optimizer(optimizer, training=training)
    space = room(fits, flash) if fits else None
    line = timeline(graph := memory.graph())
    order = None if eager else better_order(graph, memory.inputs)
    found = fitting(memory, space, step) if space else None
    kept = saved_bytes(unfold(memory)) if step else []
    parts = memory_parts(memory, step) if step else {}
    keys: Sequence[Key] = ("layer", "op", "inputs", "output", *_columns(memory, line, graph, kept))
    table = tabulate(network, "memory", keys)
    sums = _sums(memory, line, graph)
    notes = [
        _head(memory),
        _inference(sums, line, network),
        _peak(memory, line),
        *(_order(network, line, order) if order else [_EAGER]),
        *([_step(step, parts)] if step else []),
        *([sentence(found, batch)] if found else []),
        _RULE,
    ]
    return table.having(
        header={**table.header, **memory.way._asdict()},
        sums=sums,
        totals={**_peak_totals(memory, line, order), **_asked_totals(step, parts, found)},
        caption="\n".join(notes),
        answers=2,
        findings=[*(findings(memory, found) if found else []),
                  *(unknown(network, sums) if strict else [])],
    )  # fmt: skip


_EAGER = "in the order of the spec, as PyTorch runs it: what Python still holds is alive, too"
_RULE = (
    "live: what a layer reads and writes, and what waits for later layers; without the "
    "workspace of kernels"
)


def _peak_totals(memory: Memory, line: Timeline, order: Order | None) -> dict[str, Any]:
    """The peak in bytes, where it is, the bytes of each tensor alive then, and a better order."""
    network = memory.network
    return {
        "peak": line.peak,
        "peak_layer": _name(network, line.at),
        "peak_tensors": {_name(network, i): memory.output_bytes(i) for i in line.alive},
        "better_order": _better(network, line, order) if order else None,
    }


def _columns(memory: Memory, line: Timeline, graph: Graph, kept: list[int | None]) -> list[Rule]:
    mixed = len(set(memory.dtypes)) > 1

    def of(number: Callable[[int], Any]) -> Any:
        return lambda node, network: number(node.index)

    def column(
        key: str, title: str, fold: str = "sum", *, shown: bool = True, minor: int = 0
    ) -> Column:
        return Column(key, title, _show, right=True, fold=fold, shown=shown, minor=minor)

    columns: list[Rule] = [
        (
            Column("dtype", "dtype", fold="same", shown=mixed, minor=2),
            of(memory.dtypes.__getitem__),
        ),
        (column("weight_bytes", "weights"), of(memory.weight_bytes)),
        (column("buffer_bytes", "buffers", shown=False), of(memory.buffer_bytes)),
        (
            column("activation_bytes", "writes"),
            of(lambda i: 0 if i in line.over else graph.size(i)),
        ),
        (column("live_bytes", "live", "max"), of(line.live.__getitem__)),
    ]
    if kept:
        columns.append((column("saved_bytes", "kept"), of(kept.__getitem__)))
    mark = Column("at_peak", "", fold="max", data=False, minor=1)
    return [*columns, (mark, of(lambda i: "← peak" if i == line.at else None))]


def _show(value: int | None) -> str:
    return "" if value == 0 else quantity.size(value)


def _name(network: Network, index: int) -> str | None:
    return network.nodes[index].name if network.nodes else None


def _sums(memory: Memory, line: Timeline, graph: Graph) -> dict[str, Total]:
    weights, buffers = memory.total("weight_bytes"), memory.total("buffer_bytes")
    written = sum(graph.size(i) for i in range(len(graph.steps)) if i not in line.over)
    return {
        "weight_bytes": weights,
        "buffer_bytes": buffers,
        "activation_bytes": Total(written),
        "inference_bytes": together(weights, buffers, Total(line.peak)),
    }


def _head(memory: Memory) -> str:
    """`resnet50 · dialect torch · batch 1 · fp32 · in place · norms folded`."""
    network, way = memory.network, memory.way
    parts = [
        foreign.name(network.name),
        *([f"dialect {network.dialect}"] if network.dialect else []),
    ]
    parts += [f"batch {way.batch}", memory.types]
    parts += [f"biases {memory.bias_types}"] if memory.bias_types else []
    parts += ["eager"] if way.eager else []
    parts += ["in place"] if way.inplace else []
    parts += [f"{len(memory.folded)} norms folded"] if way.fold_norm else []
    return " · ".join([*parts, *network.mark])


def _terms(parts: dict[str, Total]) -> str:
    return " + ".join(
        f"{_at_least(total)} {name}" for name, total in parts.items() if total != Total(0)
    )


def _at_least(total: Total) -> str:
    return f"{'≥ ' if total.gaps else ''}{quantity.size(total.known)}"


def _inference(sums: dict[str, Total], line: Timeline, network: Network) -> str:
    names = {"weights": sums["weight_bytes"], "buffers": sums["buffer_bytes"],
             f"peak at {_name(network, line.at)}": Total(line.peak)}  # fmt: skip
    gaps = sums["inference_bytes"].gaps
    unknown = f"\nunknown, so that totals are lower bounds: {list_names(gaps)}" if gaps else ""
    return f"inference: {_at_least(sums['inference_bytes'])} = {_terms(names)}{unknown}"


def _peak(memory: Memory, line: Timeline) -> str:
    nodes = memory.network.nodes
    sizes = [f"{nodes[i].name} {quantity.size(memory.output_bytes(i))}" for i in line.alive]
    return f"alive at the peak: {list_names(sizes)}"


def _step(optimizer: str, parts: dict[str, Total]) -> str:
    names = {"optimizer": optimizer, "activations": "kept activations"}
    terms = {names.get(key, key): total for key, total in parts.items() if key != "total"}
    return f"training with {optimizer}: {_at_least(parts['total'])} = {_terms(terms)}"


def _asked_totals(
    optimizer: str | None, parts: dict[str, Total], found: Fitting | None
) -> dict[str, Any]:
    """What --training and --fits add: the parts of the memory by name, and whether it fits."""
    named = {"name": optimizer, **{key: total.value for key, total in parts.items()}}
    return {
        **({"training": named} if optimizer else {}),
        **({"fits": to_dict(found)} if found else {}),
    }


def _order(network: Network, line: Timeline, order: Order) -> list[str]:
    """Whether another order of the layers has a smaller peak, and which."""
    if order.peak < line.peak:
        moved = list_names(_runs(network, order.steps))
        return [f"in another order the peak is {quantity.size(order.peak)}: {moved}"]
    if order.best:
        return ["no other order has a lower peak"]
    return ["no better order is found; there are too many to try them all"]


def _runs(network: Network, steps: list[int]) -> list[str]:
    """The layers of a new order, those that stay together as `first … last`, where it is new."""
    first = next(i for i, step in enumerate(steps) if i != step)
    last = next(i for i in range(len(steps) - 1, -1, -1) if i != steps[i])
    runs: list[list[int]] = []
    for step in steps[first : last + 1]:
        if runs and step == runs[-1][-1] + 1:
            runs[-1].append(step)
        else:
            runs.append([step])
    names = [[network.nodes[i].name for i in run] for run in runs]
    return [run[0] if len(run) == 1 else f"{run[0]} … {run[-1]}" for run in names]


def _better(network: Network, line: Timeline, order: Order) -> dict[str, Any] | None:
    if order.peak >= line.peak:
        return None
    return {"peak": order.peak, "layers": [network.nodes[i].name for i in order.steps]}

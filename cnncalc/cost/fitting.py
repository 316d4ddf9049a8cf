"""Whether a network fits into a memory, how large a batch does, and what would make it fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.cost.memory import QUANTIZED, Memory, Way, stored_total, together
from cnncalc.cost.needs import largest
from cnncalc.cost.ordering import better_order
from cnncalc.cost.training import OPTIMIZERS, memory_parts
from cnncalc.errors import Diagnostic, UsageError
from cnncalc.layers.base.key_types import BITS
from cnncalc.network import Total
from cnncalc.quantity import SIZES, parse, round_size, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Room(NamedTuple):
    """What there is: memory, and perhaps another one for the weights; both in bytes."""

    memory: int
    flash: int | None = None


class Demand(NamedTuple):
    """What is needed of a memory, by its name and the part of `largest` it is, and its limit."""

    what: str
    part: str
    needed: Total
    limit: int

    @property
    def fits(self) -> bool | None:
        """None if that is not known."""
        if self.needed.known > self.limit:
            return False
        return None if self.needed.gaps else True


class Fitting(NamedTuple):
    """The demands, the largest batch that fits (None if none does), and ways that would fit.

    It `is_hopeless` if not even all options together would do.
    """

    demands: list[Demand]
    batch: int | None
    advice: list[str]
    is_hopeless: bool = False

    @property
    def fits(self) -> bool | None:
        """Whether all fits; None if that is not known."""
        answers = [demand.fits for demand in self.demands]
        return False if False in answers else None if None in answers else True


def room(fits: str, flash: str | None) -> Room:
    """The sizes that are given; raises UsageError for a text that is not a size."""
    found = []
    for option, text in (("--fits", fits), ("--flash", flash)):
        quantity = parse(text) if text else None
        if text is not None and quantity is None:
            raise UsageError(f"{option} takes a size, got {text}", SIZES)
        found.append(quantity.value if quantity else None)
    return Room(found[0] or 0, found[1])


def fitting(memory: Memory, space: Room, optimizer: str | None = None) -> Fitting:
    """Hold a network against the memory there is; with an `optimizer`, while it is trained."""
    demands = _demands(memory, space, optimizer)
    if memory.network.failures:
        return Fitting(demands, None, [])
    batch = _largest_batch(memory, space, optimizer)
    if Fitting(demands, None, []).fits:
        return Fitting(demands, batch, [])
    return Fitting(
        demands,
        batch,
        _advice(memory, space, optimizer, batch) or _advice_at_less(memory, space, optimizer),
        _is_hopeless(memory, space, optimizer),
    )


def _demands(
    memory: Memory, space: Room, optimizer: str | None, peak: int | None = None
) -> list[Demand]:
    # What stands behind a layer that could not be applied takes nobody knows how much.
    lost = Total(0, tuple(failure.name for failure in memory.network.failures))
    if optimizer:
        needed = together(memory_parts(memory, optimizer)["total"], lost)
        return [Demand(f"training with {optimizer}", "training", needed, space.memory)]
    alive = together(Total(memory.timeline.peak if peak is None else peak), lost)
    stored = together(stored_total(memory), lost)
    if space.flash is None:
        return [Demand("inference", "memory", together(stored, alive), space.memory)]
    return [
        Demand("the peak of activations", "peak", alive, space.memory),
        Demand("weights and buffers", "flash", stored, space.flash),
    ]


def _fits(memory: Memory, space: Room, optimizer: str | None, peak: int | None = None) -> bool:
    return all(demand.fits for demand in _demands(memory, space, optimizer, peak))


def _largest_batch(memory: Memory, space: Room, optimizer: str | None) -> int | None:
    """The largest batch that fits; what depends on the batch grows in proportion to it."""

    def at(batch: int) -> Memory:
        return Memory(memory.network, memory.way._replace(batch=batch))

    if not _fits(at(1), space, optimizer):
        return None
    one, two = (_demands(at(n), space, optimizer)[0] for n in (1, 2))
    each = two.needed.known - one.needed.known
    if each <= 0:
        return memory.way.batch
    batch = 1 + (one.limit - one.needed.known) // each
    # Types of less than a byte are rounded up, tensor by tensor.
    while batch > 1 and not _fits(at(batch), space, optimizer):
        batch -= 1
    return batch


def _advice(memory: Memory, space: Room, optimizer: str | None, batch: int | None) -> list[str]:
    """Other ways to run the network in which it fits, those that change least first."""
    advice = [] if batch is None else [f"--batch {batch}"]
    if optimizer is None and not memory.way.eager:
        peak = better_order(memory.graph(), memory.inputs).peak
        if _fits(memory, space, None, peak):
            advice.append("the order of layers that is given below the table")
    smaller = ("bf16",) if optimizer else ("fp16", "int8", "int4")
    advice += _first_way(memory, space, optimizer, smaller)
    if not advice and optimizer:
        advice += _lighter(memory, space, optimizer)
    if not advice and optimizer is None:
        advice += _apart(memory, space, smaller) or _first_way(memory, space, None, ("int1",))
        advice += [] if advice else _apart(memory, space, ("int1",))
    return advice


def _advice_at_less(memory: Memory, space: Room, optimizer: str | None) -> list[str]:
    """What helps one example, with the largest batch that it helps."""

    def at(batch: int) -> list[str]:
        less = Memory(memory.network, memory.way._replace(batch=batch))
        return _advice(less, space, optimizer, None)

    found = []
    for way in at(1) if memory.way.batch > 1 else ():
        low, high = 1, memory.way.batch
        while high - low > 1:
            batch = (low + high) // 2
            low, high = (batch, high) if way in at(batch) else (low, batch)
        found.append(f"--batch {low} {way if way.startswith('--') else f'and {way}'}")
    return found


def _first_way(
    memory: Memory, space: Room, optimizer: str | None, smaller: Sequence[str]
) -> list[str]:
    """The first way that fits, as options."""
    for way in _ways(memory.way, smaller, training=optimizer is not None):
        if _fits(Memory(memory.network, way), space, optimizer):
            return [_options(memory.way, way)]
    return []


def _lighter(memory: Memory, space: Room, optimizer: str) -> list[str]:
    """The optimizer that keeps most of those that would fit and keep less, with other options if it must."""
    less = [name for name in OPTIMIZERS if OPTIMIZERS[name].slots < OPTIMIZERS[optimizer].slots]
    for name in sorted(less, key=lambda name: -OPTIMIZERS[name].slots):
        if _fits(memory, space, name):
            return [f"--optimizer {name}"]
        if ways := _first_way(memory, space, name, ("bf16",)):
            return [f"{ways[0]} --optimizer {name}"]
    return []


def _apart(memory: Memory, space: Room, smaller: Sequence[str]) -> list[str]:
    """The first way in which all would fit if the weights had a memory of their own, and how large that is."""
    for way in (memory.way, *_ways(memory.way, smaller, training=False)):
        other = Memory(memory.network, way)
        stored = stored_total(other)
        if space.flash is None and other.timeline.peak <= space.memory and not stored.gaps:
            return [f"{_options(memory.way, way)} --flash {round_size(stored.known)}".strip()]
    return []


def _is_hopeless(memory: Memory, space: Room, optimizer: str | None) -> bool:
    """Whether no combination of options would do: it is known that not even that which needs least does."""
    dtype = min(BITS, key=lambda name: BITS[name])
    way = Way(1, dtype, inplace=True, fold_norm=optimizer is None, bias_dtype=dtype)
    least = Memory(memory.network, way)
    if optimizer:
        lightest = min(OPTIMIZERS, key=lambda name: OPTIMIZERS[name].slots)
        return any(demand.fits is False for demand in _demands(least, space, lightest))
    peak = better_order(least.graph(), least.inputs).peak
    needed = _demands(least, space, None, peak)
    # Weights can have a memory of their own, of any size.
    return peak > space.memory or (
        space.flash is not None and any(demand.fits is False for demand in needed)
    )


def _ways(way: Way, smaller: Sequence[str], *, training: bool) -> Iterator[Way]:
    """Ways that need less: in place, with norms folded, both; then the same in smaller types."""
    for dtype in (way.dtype, *(name for name in smaller if BITS[name] < BITS[way.dtype])):
        for inplace, fold_norm in ((False, False), (True, False), (False, True), (True, True)):
            other = way._replace(dtype=dtype, inplace=way.inplace or inplace,
                                 fold_norm=way.fold_norm or (fold_norm and not training))  # fmt: skip
            if other != way:
                yield other
    # Biases alone, of the smallest type that was tried.
    if dtype in QUANTIZED and not way.bias_dtype:
        yield way._replace(dtype=dtype, inplace=True, fold_norm=True, bias_dtype=dtype)


def _options(way: Way, other: Way) -> str:
    """The options that lead from one way to the other."""
    options = ["--inplace"] if other.inplace and not way.inplace else []
    options += ["--fold-norm"] if other.fold_norm and not way.fold_norm else []
    options += [f"--dtype {other.dtype}"] if other.dtype != way.dtype else []
    options += [f"--bias-dtype {other.bias_dtype}"] if other.bias_dtype != way.bias_dtype else []
    return " ".join(options)


def sentence(found: Fitting, batch: int) -> str:
    """The answer for this batch in words."""
    answer = {True: "yes", False: "no", None: "not known"}[found.fits]
    parts = []
    for what, _, needed, limit in found.demands:
        over = needed.known - limit
        some, most = ("≥ ", "at most ") if needed.gaps else ("", "")
        rest = f"{some}{size(over)} too much" if over > 0 else f"{most}{size(-over)} to spare"
        parts.append(f"{what} {some}{size(needed.known)} of {size(limit)}, {rest}")
    more = found.fits and found.batch is not None and found.batch > batch
    return f"fits: {answer}; {'; '.join(parts)}" + (
        f"; up to --batch {found.batch} fits" if more else ""
    )


def findings(memory: Memory, found: Fitting) -> list[Diagnostic]:
    """What does not fit, and what to shrink."""
    network = memory.network
    result = []
    for what, part, needed, limit in found.demands:
        if needed.known > limit:
            shares = [f"{name} {size(n)}" for name, n in largest(memory, part) if n]
            at_least = "at least " if needed.gaps else ""
            message = (f"{network.name}: {what} {_needs(part)} {at_least}{size(needed.known)}, "
                       f"{size(needed.known - limit)} more than there are")  # fmt: skip
            advice = "no option makes it fit" if found.is_hopeless and not needed.gaps else ""
            if found.advice:
                advice = f"it fits with {' or with '.join(found.advice)}"
            help = "; ".join(filter(None, [f"most is {', '.join(shares)}", advice]))
            result.append(
                Diagnostic("X503", message, network.source, model=network.name, help=help)
            )
        elif needed.gaps:
            message = (f"{network.name}: {what} {_needs(part)} at least {size(needed.known)}, "
                       "how much is not known")  # fmt: skip
            result.append(Diagnostic("X502", message, network.source, model=network.name,
                                     help="unknown: " + ", ".join(needed.gaps[:5])))  # fmt: skip
    return result


def _needs(part: str) -> str:
    return "need" if part == "flash" else "needs"


def to_dict(found: Fitting) -> dict[str, Any]:
    """The answer as in JSON."""
    return {
        "answer": found.fits,
        "demands": [
            {"what": what, "needed": needed.value, "at_least": needed.known, "limit": limit}
            for what, _, needed, limit in found.demands
        ],
        "largest_batch": found.batch,
        "advice": found.advice,
    }

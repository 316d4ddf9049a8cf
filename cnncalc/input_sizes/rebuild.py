"""Building a spec anew for other sizes: where its layers depend on them, and where it is refused.

A layer can depend on the size of an input only through `cin`, where features come of a map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal, SpecError, UsageError
from cnncalc.input_sizes.scan import Refused
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.work import Budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.input_sizes.scan import Place, Scan
    from cnncalc.network import Network
    from cnncalc.work import Work

    Sizes = dict[str, tuple[int, ...]]


def verify_by_building(network: Network, group: Sequence[Place], found: Scan, work: Work) -> Scan:
    """The scan with the sizes refused at which the spec itself is, and no others.

    Raises TooMuch.
    """
    if network.source is None:
        return found
    document = Document(network.source)
    refused: dict[int, Refused] = {}
    reweighted: dict[int, int] = {}
    work.spend(len(found.sizes) * len(network.nodes) * _BUILT)
    for n in found.sizes:
        size = {}
        for index, node in enumerate(network.nodes):
            if node.layer is None and node.output.rank:
                axes = list(node.output.size)
                for place in group:
                    if place[0] == index:
                        axes[place[1]] = n
                size[node.name] = tuple(axes)
        try:
            made = build(document, network.model, settings=network.variables, size=size)
        except SpecError as error:
            refused[n] = _to_refused(network, error)
        else:
            other = _first_different(network, made)
            if other is not None:
                reweighted[n] = other
    uneven = {n: node for n, node in found.uneven.items() if n not in refused}
    return found._replace(refused=refused, reweighted=reweighted, uneven=uneven)


def _first_different(network: Network, other: Network) -> int | None:
    """The first layer whose weights or kind differ; None if all are the same."""
    weights = [[node.facts.weights for node in net.nodes] for net in (network, other)]
    for index, (mine, theirs) in enumerate(zip(*weights, strict=False)):
        if mine != theirs:
            return index
    return None if len(weights[0]) == len(weights[1]) else len(network.nodes) - 1


def _to_refused(network: Network, error: SpecError) -> Refused:
    """What a finding says, as if a layer had refused."""
    finding = error.diagnostics[0]
    names = {node.name: index for index, node in enumerate(network.nodes)}
    refusal = Refusal(finding.code, finding.message, help=finding.help)
    return Refused(names.get(finding.layer or "", len(network.nodes) - 1), refusal, ())


def find_accepted_near(
    document: Document,
    model: str | None,
    sizes: Sizes,
    budget: Budget | None = None,
    **changes: object,
) -> Network | None:
    """The network with input sizes near to those that a spec is refused at; None if none is found.

    Multiples of powers of two are tried first, which fit most nets, then all sizes around, multiples of
    the sizes themselves, and what leads further into the network, as long as there are items left in
    the budget of all trials. Axes whose sizes are not what is refused keep them.
    """
    budget = budget or Budget()
    seen = set()

    def build_at(size: Sizes) -> Network:
        return build(document, model, size=size, budget=budget, **changes)  # type: ignore[arg-type]

    for trial in _trials(sizes):
        key = tuple(trial.items())
        if key in seen:
            continue
        seen.add(key)
        try:
            found = build_at(trial)
        except UsageError:
            raise
        except SpecError:
            if budget.items.is_over:
                break
        else:
            return _with_own_axes(found, trial, sizes, build_at)
    climbed = None if budget.items.is_over else _climb(sizes, build_at, budget)
    return climbed and _with_own_axes(*climbed, sizes, build_at)


def _climb(
    sizes: Sizes, build_at: Callable[[Sizes], Network], budget: Budget
) -> tuple[Network, Sizes] | None:
    """The network at sizes that are found by steps, large ones first; None if none is.

    Each step leads to where more layers can be applied. So it comes to sizes that only one in
    thousands is like: what each merge of an encoder with its decoder asks for lies within what the one before
    asks for, and is as much finer as the stride between them.
    """
    best, reached = sizes, 0
    for power in range(_HIGHEST, -1, -1):
        for trial in _steps(best, 2**power):
            try:
                return build_at(trial), trial
            except UsageError:
                raise
            except SpecError as error:
                if budget.items.is_over:
                    return None
                sound = len(error.network.nodes) if error.network is not None else 0
                if sound > reached:
                    best, reached = trial, sound
    return None


def _steps(sizes: Sizes, step: int) -> Iterator[Sizes]:
    """The sizes, and those up to four steps away, along all axes and along each alone."""
    axes = [(name, axis) for name, size in sizes.items() for axis in range(len(size))]
    yield sizes
    for moved in [axes, *([axis] for axis in axes if len(axes) > 1)]:
        for times in (1, -1, 2, -2, 3, -3, 4, -4):
            trial = {
                name: tuple(
                    max(1, n + step * times) if (name, axis) in moved else n
                    for axis, n in enumerate(size)
                )
                for name, size in sizes.items()
            }
            if trial != sizes:
                yield trial


def _with_own_axes(
    found: Network,
    trial: Sizes,
    sizes: Sizes,
    build_at: Callable[[Sizes], Network],
) -> Network:
    """The network with each axis of its own size again that may have it."""
    for name, size in sizes.items():
        for axis, n in enumerate(size):
            if trial[name][axis] == n:
                continue
            other = {**trial, name: (*trial[name][:axis], n, *trial[name][axis + 1 :])}
            try:
                found, trial = build_at(other), other
            except SpecError:
                continue
    return found


_AROUND = 32
_HIGHEST = 14
"""The largest step is two to the power of this."""
_BUILT = 8
"""To build a layer takes as long as to look at so many operands."""


def _trials(sizes: Sizes) -> Iterator[Sizes]:
    """Sizes like those given, the most promising first."""

    def each(rule: object) -> Sizes:
        return {name: tuple(rule(n) for n in size) for name, size in sizes.items()}  # type: ignore[operator]

    first = next(n for size in sizes.values() for n in size)
    for power in range(1, 8):
        step = 2**power
        yield each(lambda n, step=step: -(-n // step) * step)
        yield each(lambda n, step=step: max(1, n // step) * step)
    for distance in range(1, _AROUND + 1):
        for change in (-distance, distance):
            yield each(lambda n, change=change: max(1, n + change))
            yield each(lambda n, change=change: max(1, first + change))
    for times in (2, 4, 8, 16, 32):
        yield each(lambda n, times=times: n * times)
        yield each(lambda n, times=times: -(-n * times // 32) * 32)

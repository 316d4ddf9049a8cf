"""Which sizes of the input would fit, for messages about maps that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import UNSOLVED, SpecError, UsageError
from cnncalc.input_sizes.axes import places, solve_axes
from cnncalc.input_sizes.rebuild import find_accepted_near
from cnncalc.language.document import Document
from cnncalc.registry import alternatives
from cnncalc.work import Budget, TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.input_sizes.axes import Solved
    from cnncalc.input_sizes.progressions import Pattern
    from cnncalc.network import Network

LARGER = "a larger input"
"""What the fix of a window that does not fit says of the size of the input."""

_LAYERS = 2000
"""A message does not wait for the sizes of a network that has more layers."""
_TRIED = 10
"""Nor for more networks of so many, whose layers behind a fault nobody has counted yet."""


def add_sizes(error: SpecError, document: Document | None = None) -> SpecError:
    """The error with the sizes that would fit in the fix of maps that do not.

    The same error if it is about something else, or if no such size is found. The network is built
    anew of `document`, or of its source.
    """
    network = error.network
    if network is None or not network.failures or network.source is None:
        return error
    failure = network.failures[0]
    helps = [finding.help for finding in error.diagnostics if finding.layer == failure.name]
    phrase = LARGER if failure.code == "E301" else UNSOLVED
    if len(network.nodes) > _LAYERS or not any(phrase in help for help in helps):
        return error
    axes = _solve(network, document or Document(network.source))
    sizes = (_least if phrase == LARGER else _sentence)(network, axes)
    if not axes or not sizes:
        return error
    return SpecError(
        [
            f._replace(help=f.help.replace(phrase, sizes)) if f.layer == failure.name else f
            for f in error.diagnostics
        ],
        network,
    )


def _solve(network: Network, document: Document) -> list[Solved]:
    """The axes of the inputs whose sizes the whole network refuses; none if it cannot be said."""
    inputs = {node.name: node.output for node in network.nodes if node.layer is None}
    sizes = {name: shape.size for name, shape in inputs.items() if shape.size}
    if not sizes:
        return []
    budget = Budget()
    budget.items = Work("items", _TRIED * _LAYERS)
    given: dict[str, Any] = {
        "settings": network.variables,
        "channels": {name: shape.channels for name, shape in inputs.items() if not shape.form},
        "budget": budget,
    }
    try:
        fitting = find_accepted_near(document, network.model, sizes, **given)
        if fitting is None or len(fitting.nodes) > _LAYERS:
            return []
        asked = {
            (index, axis): network.nodes[index].output.size[axis] for index, axis in places(network)
        }
        axes, _ = solve_axes(fitting, None, asked)
    except (TooMuch, UsageError):
        return []
    return _independent(axes)


def _independent(axes: Iterable[Solved]) -> list[Solved]:
    """The axes that are refused; of those that depend on each other, the row of all together."""
    refused = [axis for axis in axes if axis.nearest is not None and any(axis.nearest)]
    together = {place for axis in refused if len(axis.places) > 1 for place in axis.places}
    return [axis for axis in refused if len(axis.places) > 1 or axis.places[0] not in together]


def _sentence(network: Network, axes: list[Solved]) -> str:
    """`the size of the input must be a multiple of 8: 352 or 360 instead of 358`."""
    told: dict[str, list[Solved]] = {}
    for axis in axes:
        near = alternatives([f"{n:,}" for n in axis.nearest or () if n is not None])
        demand = "" if str(axis.accepted) == near else f"{_demand(axis.accepted)}: "
        wanted = f"must be {demand}{near} instead of {axis.size:,}"
        told.setdefault(wanted, []).append(axis)
    return ", and ".join(f"{_name(network, same)} {wanted}" for wanted, same in told.items())


def _least(network: Network, axes: list[Solved]) -> str:
    """`an input of at least 46 instead of 32`; empty if no larger one helps."""
    told: dict[str, list[Solved]] = {}
    for axis in axes:
        least = axis.accepted.smallest
        if least is None or least < axis.size:
            return ""
        told.setdefault(f"at least {least:,} instead of {axis.size:,}", []).append(axis)
    if len(told) == 1 and len({place for axis in axes for place in axis.places}) == len(
        places(network)
    ):
        return f"an input of {next(iter(told))}"
    return "an input where " + " and ".join(
        f"{_name(network, same)} is {wanted}" for wanted, same in told.items()
    )


def _name(network: Network, axes: list[Solved]) -> str:
    """`the size` if it is said of all axes, otherwise their names."""
    named = {place for axis in axes for place in axis.places}
    inputs = {axis.inputs: None for axis in axes}
    if named == set(places(network)):
        return f"the size of the input{'s' if len(inputs) > 1 else ''}"
    return " and ".join(f"{axis.axis} of {axis.inputs}" for axis in axes)


def _demand(accepted: Pattern) -> str:
    """`a multiple of 8`, or what else is accepted."""
    if accepted.step is not None and accepted.residues == (0,) and not accepted.besides:
        least = "" if accepted.start == accepted.step else f", at least {accepted.start:,}"
        return f"a multiple of {accepted.step:,}{least}"
    period, rests = accepted.period, accepted.residues
    if period and len(rests) > 1 and rests == tuple(range(len(rests))) and len(rests) < period:
        return f"a multiple of {period:,}, or at most {rests[-1]:,} more"
    return f"one of {accepted}"

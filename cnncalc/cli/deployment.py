"""How networks are run, as options of any command that says it of memory: those of `cost.memory.Way`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, get_args

from cnncalc.analyzers.base import keywords
from cnncalc.cli.signature import command, option, parameter
from cnncalc.sweeping.request import known_options

if TYPE_CHECKING:
    from collections.abc import Callable

_WAY = "way"
"""The argument of a command that the options take the place of."""

_OPTIONS = {
    "batch": keywords.Batch,
    "dtype": keywords.Dtype,
    "bias_dtype": keywords.BiasDtype,
    "inplace": keywords.Inplace,
    "fold_norm": keywords.FoldNorm,
    "eager": keywords.Eager,
}


def add_deployment(run: Callable[..., None]) -> Callable[..., None]:
    """A command with these options, of which `run` has those that are said as `way`, a mapping.

    Of the command UsageError is raised for a way that there is not.
    """
    parameters = []
    for own in inspect.signature(run, eval_str=True).parameters.values():
        if own.name == _WAY:
            parameters += [_unsaid(name, hint) for name, hint in _OPTIONS.items()]
        else:
            parameters.append(own.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    def call(**given: Any) -> None:
        said = {name: given.pop(name) for name in _OPTIONS}
        way = {
            name: value for name, value in said.items() if value is not None and value is not False
        }
        run(**given, way=known_options(way))

    return command(call, parameters, run.__doc__ or "")


def _unsaid(name: str, hint: Any) -> inspect.Parameter:
    """An option that says nothing if it is left out: what a budget says then counts."""
    kind, help = get_args(hint)
    if kind is bool:
        return parameter(name, option(name, hint), default=False)
    return parameter(name, option(name, Annotated[kind | None, help]), None)

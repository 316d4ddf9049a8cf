"""Every analyzer is a command: its options are those of the analyzer and those of all tables."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer

from cnncalc import options
from cnncalc.errors import SpecError, UsageError
from cnncalc.output import emit, renderer, show_findings, show_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_SHARED: dict[str, tuple[Any, Any]] = {
    "set": (options.Set, []),
    "size": (options.Size, []),
    "channels": (options.Channels, []),
    "format": (options.Format, ""),
    "depth": (options.Depth, None),
    "expand": (options.Expand, False),
    "columns": (options.Columns, ""),
    "color": (options.Color, "auto"),
    "width": (options.Width, None),
}


def command(module: ModuleType) -> Callable[..., None]:
    """The function behind `cnncalc NAME SPEC`, with a signature that Typer can read."""
    # Some type names of an analyzer are for the type checker only: the network, the table.
    known = {**vars(module), "Network": object, "Table": object}
    signature = inspect.signature(module.analyze, globals=known, eval_str=True)
    own = list(signature.parameters.values())[1:]

    def run(**given: Any) -> None:
        _run(module, {p.name: given.pop(p.name) for p in own}, **given)

    parameters = [_parameter("spec", options.Spec)]
    parameters += [_parameter(p.name, _option(p.name, p.annotation), p.default) for p in own]
    parameters += [_parameter(name, kind, default) for name, (kind, default) in _SHARED.items()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__doc__ = module.__doc__
    return run


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _option(name: str, hint: Any) -> Any:
    """An analyzer's `Annotated[int, "what it means"]` as an option of the command."""
    if get_origin(hint) is not Annotated:
        return hint
    kind, *notes = get_args(hint)
    flag = "--" + name.replace("_", "-")
    return Annotated[kind, typer.Option(flag, help=notes[0], show_default=False)]


def _run(
    module: ModuleType,
    own: dict[str, Any],
    *,
    spec: str,
    set: list[str],
    size: list[str],
    channels: list[str],
    format: str,
    **looks: Any,
) -> None:
    try:
        network = options.network(spec, set, size, channels)
    except UsageError:
        raise
    except SpecError as error:
        # What is sound is shown down to the failing layer; then the error.
        if error.network is not None:
            show_table(module.analyze(error.network, **own), format=format, **looks)
        elif format == "json":
            emit(renderer(format, "report").report(error.diagnostics))
        show_findings(error.diagnostics, color=looks["color"])
        raise typer.Exit(1) from None
    show_table(module.analyze(network, **own), format=format, **looks)

"""Every analyzer is a command: its options are those of the analyzer and those of all tables."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import typer

from cnncalc import registry
from cnncalc.analyzers.base.analyze import run_analyzer
from cnncalc.cli import options, signature
from cnncalc.cli.output import (
    complain,
    emit,
    renderer,
    show_explanation,
    show_findings,
    show_table,
)
from cnncalc.cli.signature import flag, option, parameter
from cnncalc.errors import SpecError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from cnncalc.calculator.derivations.explain import Explanation
    from cnncalc.network import Network

_SHARED: dict[str, tuple[Any, Any]] = {
    "set": (options.Set, []),
    "size": (options.Size, []),
    "channels": (options.Channels, []),
    "allow": (options.Allow, []),
    "format": (options.Format, ""),
    "depth": (options.Depth, None),
    "expand": (options.Expand, False),
    "columns": (options.Columns, None),
    "explain": (options.Explain, []),
    "color": (options.Color, "auto"),
    "width": (options.Width, None),
}


_PAPER: dict[str, tuple[Any, Any]] = {
    "plot_size": (options.PlotSize, ""),
    "font_size": (options.FontSize, None),
    "dpi": (options.Dpi, None),
}


def command(module: ModuleType) -> Callable[..., None]:
    """The function behind `cnncalc NAME SPEC`, with a signature that Typer can read."""
    own = _options(module.analyze, vars(module))
    shared = {name: declared for name, declared in _SHARED.items()
              if name != "explain" or getattr(module, "HAS_WORKING", True)}  # fmt: skip
    names = {p.name for p in own}
    picture = _picture(module.__name__.rpartition(".")[2], {*names, *_SHARED})

    def run(**given: Any) -> None:
        chosen = picture.take_options(given) if picture else {}
        _run(module, {p.name: given.pop(p.name) for p in own}, picture, chosen, **given)

    parameters = [parameter("spec", options.Spec)]
    parameters += [parameter(p.name, option(p.name, p.annotation), p.default) for p in own]
    parameters += picture.parameters if picture else []
    parameters += [parameter(name, kind, default) for name, (kind, default) in shared.items()]
    return signature.command(run, parameters, module.__doc__ or "")


def _picture(name: str, known: set[str]) -> _Picture | None:
    """The picture of an analyzer whose command has the options `known`, if there is one."""
    return _Picture(name, known) if registry.exists("plots", name) else None


class _Picture:
    """The options by which a command draws the picture of its analyzer."""

    def __init__(self, name: str, known: set[str]) -> None:
        """`known` are the options that the command has already."""
        module = registry.load("plots", name)
        self.name = name
        self._taken = _options(module.draw, vars(module))
        self._own = [p for p in self._taken if p.name not in known]
        self.parameters = [
            parameter("plot", options.Plot, ""),
            parameter("overwrite", options.Overwrite, False),
            *(parameter(name, kind, default) for name, (kind, default) in _PAPER.items()),
            *(parameter(p.name, option(p.name, p.annotation), p.default) for p in self._own),
        ]

    def take_options(self, given: dict[str, Any]) -> dict[str, Any]:
        """What is asked for; the options of the picture alone are taken away from those `given`."""
        chosen = {p.name: given[p.name] for p in self._taken}
        changed = [p.name for p in self._own if given.pop(p.name) != p.default]
        paper = {name: given.pop(name) for name in _PAPER}
        changed += [name for name, value in paper.items() if value != _PAPER[name][1]]
        file, overwrite = given.pop("plot"), given.pop("overwrite")
        if not file and (overwrite or changed):
            about = flag("overwrite" if overwrite else changed[0])
            raise UsageError(f"{about} is about a picture", f"--plot FILE {about} … draws one")
        return {"file": file, "overwrite": overwrite, **paper, **chosen}

    def draw(self, network: Network, chosen: dict[str, Any]) -> None:
        """Write the file that is asked for."""
        if chosen["file"]:
            from cnncalc.plots.base.plot import plot

            plot(network, self.name, **chosen)
            complain(f"wrote {chosen['file']}")


def _options(function: Any, known: dict[str, Any]) -> list[inspect.Parameter]:
    """What a function of an analyzer or a picture takes besides the network."""
    # Some type names are for the type checker only.
    known = {**known, "Network": object, "Table": object, "Figure": object}
    found = inspect.signature(function, globals=known, eval_str=True)
    return list(found.parameters.values())[1:]


def _run(
    module: ModuleType,
    own: dict[str, Any],
    picture: _Picture | None,
    chosen: dict[str, Any],
    *,
    spec: str,
    set: list[str],
    size: list[str],
    channels: list[str],
    allow: list[str],
    format: str,
    explain: list[str] | None = None,
    **looks: Any,
) -> None:
    if explain:
        name = module.__name__.rpartition(".")[2].replace("_", "-")
        network = options.network(spec, set, size, channels, allow)
        show_explanation(
            _explanation(network, explain, name, own), format, looks["color"], looks["width"]
        )
        return
    try:
        network = options.network(spec, set, size, channels, allow)
    except UsageError:
        raise
    except SpecError as error:
        # What is sound is shown down to the failing layer; then the error.
        if error.network is not None:
            show_table(run_analyzer(module, error.network, **own), format=format, **looks)
        elif format == "json":
            emit(renderer(format, "report").report(error.diagnostics), coded=True)
        show_findings(error.diagnostics, color=looks["color"])
        raise typer.Exit(1) from None
    table = run_analyzer(module, network, **own)
    if picture:
        picture.draw(network, chosen)
    show_table(table, format=format, **looks)
    if table.findings:
        show_findings(table.findings, color=looks["color"])
        raise typer.Exit(1)


def _explanation(
    network: Network, layers: list[str], analysis: str, own: dict[str, Any]
) -> Explanation:
    """The working of the rows of layers, with those options of the analysis that change its numbers."""
    import inspect

    from cnncalc.calculator.derivations.explain import explain

    known = {name for name, p in inspect.signature(explain).parameters.items()
             if p.kind is p.KEYWORD_ONLY}  # fmt: skip
    return explain(network, layers, analysis, **{k: v for k, v in own.items() if k in known})

"""Any picture of a network by its style, as any kind of file."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.numbers import numbers_of
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from cnncalc.drawing.graph import Graph
    from cnncalc.network import Network

GRAPH = "graph"


def draw(
    network: Network, style: str = GRAPH, target: str = "svg", *, looks: dict[str, Any] | None = None,
    **options: Any,
) -> str | bytes:  # fmt: skip
    """A picture of a network: the text of an SVG, a TikZ picture, a Mermaid or DOT graph, or bytes.

    `style` and `target` are names of `drawing.styles` and `drawing.targets`; the options are those of
    the style: `depth`, `by`, `layer`, … `looks` are those of the target: `width`, `color`, `dpi`.

    Raises UsageError for what there is not, for options that belong to other styles or targets, and if
    PNG or PDF are asked for without matplotlib.
    """
    maker = registry.by_name("drawing.targets", "kind of picture", target)
    styled = registry.by_name("drawing.styles", "style", style)
    _check(f"--style {style}", options, _options_of(styled.draw))
    if hasattr(maker, "write"):
        if style != GRAPH:
            raise UsageError(f"{target} shows the graph of the layers, not --style {style}",
                             "svg, png, pdf and tikz show every style")  # fmt: skip
        _check(f"a picture in {target}", looks or {}, _options_of(maker.write))
        by = options.pop("by", "")
        graph = graph_of(network, **options, fits=_fitting(maker, looks or {}))
        numbers = numbers_of(network, graph, by) if by else None
        text: str = maker.write(network, graph, numbers, **(looks or {}))
        return text
    _check(f"a picture in {target}", looks or {}, _options_of(maker.render))
    drawn: str | bytes = maker.render(styled.draw(network, **options), **(looks or {}))
    return drawn


def _fitting(maker: Any, looks: dict[str, Any]) -> Callable[[Graph], bool] | None:
    """Whether a graph fits a target by its looks, where one has little room."""
    if not hasattr(maker, "fits"):
        return None
    given = {name: looks[name] for name in _options_of(maker.fits) if name in looks}
    return partial(maker.fits, **given)


def _options_of(function: Any) -> list[str]:
    """The options of a function: what is given by name alone."""
    found = inspect.signature(function).parameters.values()
    return [option.name for option in found if option.kind is option.KEYWORD_ONLY]


def _check(owner: str, options: dict[str, Any], known: list[str]) -> None:
    registry.check_options(owner, options, known)


def target_of(path: str) -> str:
    """The kind of picture by the ending of a path; raises UsageError for an unknown one."""
    ending = path.rpartition(".")[2].lower()
    known = {end: name for name in registry.names("drawing.targets") for end in _endings(name)}
    if ending not in known:
        endings = ", ".join(f".{end}" for end in known)
        raise UsageError(f"cannot tell from `{path}` what kind of picture it is to be",
                         f"the ending is one of {endings}; or say --format")  # fmt: skip
    return known[ending]


def _endings(name: str) -> tuple[str, ...]:
    module: ModuleType = registry.load("drawing.targets", name)
    endings: tuple[str, ...] = module.ENDINGS
    return endings

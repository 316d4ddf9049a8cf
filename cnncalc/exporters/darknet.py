"""Darknet: a cfg file, whose sections follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic, SpecError
from cnncalc.exporters.base.darknet.cfg import Cfg
from cnncalc.exporters.base.darknet.spot import Spot
from cnncalc.exporters.base.darknet.table import LAYERS, WHY
from cnncalc.exporters.base.place import says, translate
from cnncalc.foreign import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.darknet.cfg import Section
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node

TITLE = "Darknet"
ENDINGS = ("cfg",)


def export(network: Network) -> str:
    """The text of a file.

    Raises SpecError with a finding for each kind of layer, or each reason, that Darknet cannot say.
    """
    head = [f"# {visible(line)}".rstrip() for line in says(network).splitlines()]
    shape = _tell_shape(_find_input(network).output)
    return make_cfg(network).to_text([*head, "[net]", "batch=1", "subdivisions=1", *shape])


def make_cfg(network: Network) -> Cfg:
    """The sections of a network; raises SpecError as `export` does."""
    cfg = Cfg(network)
    start = _find_input(network)
    cfg.at[start.index] = cfg.start
    layers = {kind: _check(write) for kind, write in LAYERS.items()}
    translate(network, layers, WHY, TITLE, lambda network, node: Spot(network, node, cfg))
    if len(cfg.outputs) == 1:
        [last] = cfg.outputs
        cfg.bring_up(cfg.at[last])
    return cfg


def _find_input(network: Network) -> Node:
    """What goes in; raises SpecError if that is no map of two axes and no vector."""
    inputs = [node for node in network.nodes if node.layer is None]
    for node in inputs[1:]:
        raise _complain(network, node, "Darknet has one input")
    [node] = inputs
    if not _is_known(node.output):
        raise _complain(
            network, node, f"Darknet reads maps of two axes, or vectors, and this is {node.output}"
        )
    return node


def _complain(network: Network, node: Node, why: str) -> SpecError:
    finding = Diagnostic(
        "E801",
        f"`{node.name}` (input): {why}",
        network.source,
        node.span,
        model=network.model,
        layer=node.name,
    )
    return SpecError([finding], network)


def _is_known(shape: Shape) -> bool:
    return not shape.form and shape.rank in (0, 2)


def _tell_shape(shape: Shape) -> list[str]:
    if not shape.rank:
        return [f"inputs={shape.channels}"]
    height, width = shape.size
    return [f"height={height}", f"width={width}", f"channels={shape.channels}"]


def _check(write: Callable[[Spot], Section]) -> Callable[[Spot], Section]:
    """What no layer may be: of other maps, a second use of weights, or one output of several.

    Raises Refusal.
    """

    def translate(spot: Spot) -> Section:
        if not all(_is_known(shape) for shape in (*spot.inputs, spot.output)):
            raise spot.refuse("Darknet has maps of two axes, and vectors")
        if spot.node.shared_with is not None and spot.node.facts.weights:
            raise spot.refuse("weights that are used again are not written for Darknet")
        outputs = spot.cfg.outputs
        if len(outputs) > 1 and spot.node.index in outputs and spot.node.op != "yolo_head":
            raise spot.refuse(
                f"it is one of {len(outputs)} outputs, and Darknet gives the last layer, or those of [yolo]"
            )
        return write(spot)

    return translate

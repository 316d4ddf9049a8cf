"""The steps of a network as a spec has them: a layer with the norm and activation behind it is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.kinds import find_layer, layer_class
from cnncalc.language.write import plain_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.converting.naming import Place
    from cnncalc.network import Network, Node


class Step:
    """An item to be: a kind of layer or a block, its keys as plain data, and what it reads.

    `refs` are places of other steps, negative ones inputs of the network: -1 is the first. `names`
    are those of its layers in the network. The key `repeat` says how often it stands behind itself.
    """

    __slots__ = ("channels", "extra", "frames", "keys", "kind", "names", "refs")

    def __init__(
        self, kind: str, keys: dict[str, Any], refs: Sequence[int], names: list[str]
    ) -> None:
        """Of a layer `names` is one name."""
        self.kind = kind
        self.keys = keys
        self.refs = list(refs)
        self.names = names
        self.extra: dict[str, int] = {}
        """Keys that name another step."""
        self.channels = 0
        """What comes out of it: the channels of a map, 0 of anything else."""
        self.frames: list[Place] = []
        """Where each of its layers stands in blocks."""


def steps_of(network: Network) -> tuple[list[Step], dict[int, int]]:
    """The steps, and the place of the step that gives what each node does."""
    readers: dict[int, list[int]] = {}
    for node in network.nodes:
        for index in node.inputs:
            readers.setdefault(index, []).append(node.index)
    kept = set(network.outputs.values())
    kept |= {node.shared_with for node in network.nodes if node.shared_with is not None}
    steps: list[Step] = []
    place: dict[int, int] = {}
    inputs = 0
    for node in network.nodes:
        if node.layer is None:
            inputs += 1
            place[node.index] = -inputs
        elif (role := _behind(network, node, readers, kept, place)) is not None:
            host = steps[place[node.inputs[0]]]
            # It is of the type of its host, and learns as that does.
            keys = {k: v for k, v in plain_keys(node).items() if k not in ("trainable", "dtype")}
            host.keys[role] = {node.op: keys} if keys else node.op
            place[node.index] = place[node.inputs[0]]
        else:
            place[node.index] = len(steps)
            steps.append(_step(network, node, place))
    _center_windows(steps)
    for step in steps:
        # A norm takes the bias away, unless it is asked for.
        if "norm" in step.keys and "bias" in step.keys:
            del step.keys["bias"]
        elif "norm" in step.keys and "bias" in layer_class(step.kind).keys:
            step.keys["bias"] = True
    return steps, place


def _center_windows(steps: list[Step]) -> None:
    """Write padding that puts windows in the middle as what it is, so that other kernels have the same."""
    centered = set()
    for step in steps:
        values = [step.keys.get(name, 1) for name in ("kernel", "padding", "dilation")]
        if "padding" in step.keys and all(type(value) is int for value in values):
            kernel, padding, dilation = values
            if kernel % 2 and padding and (kernel - 1) * dilation == 2 * padding:
                step.keys["padding"] = _HALF
                centered.add(step.kind)
    for step in steps:
        if step.kind in centered and step.keys.get("kernel") == 1:
            step.keys.setdefault("padding", _HALF)


_HALF = "half"


def _step(network: Network, node: Node, place: dict[int, int]) -> Step:
    refs = [place[index] for index in node.inputs]
    step = _plain_step(node, refs, place)
    if node.output.size and not node.output.form:
        step.channels = node.output.channels
    if node.frame is not None:
        frames = [frame for frame in node.frame.path() if not frame.is_layer]
        # A layer of several outputs is a frame as well, and no block.
        blocks = [frame for frame in frames if find_layer(frame.op)[0] is None]
        step.frames = [tuple((frame.name, frame.op) for frame in blocks)]
    return step


def _plain_step(node: Node, refs: list[int], place: dict[int, int]) -> Step:
    if node.shared_with is not None:
        step = Step("reuse", {}, refs, [node.name])
        step.extra["layer"] = place[node.shared_with]
        return step
    keys = {name: _round(value) for name, value in plain_keys(node).items()}
    layer = node.layer
    references = layer.references if layer else ()
    extra = references if layer and len(refs) > layer.operands[0] else ()
    own = len(refs) - len(extra)
    step = Step(node.op, keys, refs[:own], [node.name])
    step.extra = dict(zip(extra, refs[own:], strict=False))
    return step


def _round(value: Any) -> Any:
    """A fraction as a person would write it: 0.075 for 0.07500000000000001, and all digits of 1/3.

    >>> _round(0.07500000000000001), _round(1 / 3)
    (0.075, 0.3333333333333333)
    """
    if not isinstance(value, float):
        return value
    short = f"{value:.12g}"
    return float(short) if len(short) < _LONG else value


_LONG = 12
"""What has so many digits left is no fraction that somebody wrote."""


def _behind(
    network: Network,
    node: Node,
    readers: dict[int, list[int]],
    kept: set[int],
    place: dict[int, int],
) -> str | None:
    """The role of a node that is the norm or the activation of the layer before it; None of another."""
    if node.layer is None or len(node.inputs) != 1 or node.shared_with is not None:
        return None
    role = node.layer.role
    before = network.nodes[node.inputs[0]]
    if role not in ("norm", "activation") or before.layer is None or before.index in kept:
        return None
    if node.index in kept and node.index not in network.outputs.values():
        return None
    host = before if before.layer.hosts else None
    if role == "activation" and before.layer.role == "norm" and len(before.inputs) == 1:
        under = network.nodes[before.inputs[0]]
        # The norm stands behind it already.
        fits = (
            under.layer is not None
            and under.layer.hosts
            and place[under.index] == place[before.index]
        )
        host = (
            under
            if fits and readers[under.index] == [before.index] and before.shared_with is None
            else host
        )
    alike = host is not None and host.shared_with is None and host.trainable == node.trainable
    # Without a type and weights it is of the type that it reads.
    typed = host is not None and (
        host.dtype == node.dtype or (node.dtype is None and node.facts.params == 0)
    )
    alone = readers.get(before.index) == [node.index]
    return role if alike and alone and typed else None

"""The sizes that a spec accepts, by building it for each: what `cnncalc inputs` must find."""

from cnncalc.errors import SpecError
from cnncalc.language.build import build


def accepts(document, model, sizes):
    """Whether a spec can be built with these input sizes; the network, or None."""
    try:
        return build(document, model, size={name: tuple(size) for name, size in sizes.items()})
    except SpecError:
        return None


def disagreements(document, network, axis, numbers, model=None):
    """The sizes out of `numbers` at which an axis, as it was solved, and the spec itself differ."""
    found = []
    for n in numbers:
        sizes = {node.name: list(node.output.size) for node in network.nodes if node.layer is None and node.output.size}
        for index, number in axis.places:
            sizes[network.nodes[index].name][number] = n
        built = accepts(document, model, sizes)
        if (built is not None) != (n in axis.accepted):
            found.append((n, "accepted"))
        if built is not None and _weights(built) != _weights(network) and n in axis.kept:
            found.append((n, "same weights"))
        if built is not None and _weights(built) == _weights(network) and n not in axis.kept:
            found.append((n, "other weights"))
    return found


def _weights(network):
    return [node.facts.weights for node in network.nodes]


# A decoder that mirrors an encoder of stride 16, with additions instead of concatenations.
STRIDE_16 = """
name: stride16
input: {channels: 3, size: [96, 160]}
defaults: {conv: {kernel: 3, padding: half, activation: relu}}
blocks:
  Up:
    args: {n: required}
    inputs: [x, skip]
    layers:
      - upsample: {from: x, scale: 2}
      - conv: {filters: $n, name: wide}
      - add: [wide, skip]
layers:
  - conv: {filters: 8, name: e1}
  - conv: {filters: 16, stride: 2, name: e2}
  - conv: {filters: 24, stride: 2, name: e3}
  - conv: {filters: 32, stride: 2, name: e4}
  - conv: {filters: 40, stride: 2}
  - Up: {from: [prev, e4], n: 32, name: d4}
  - Up: {from: [prev, e3], n: 24, name: d3}
  - Up: {from: [prev, e2], n: 16, name: d2}
  - Up: {from: [prev, e1], n: 8, name: d1}
  - conv: {filters: 1, kernel: 1}
"""

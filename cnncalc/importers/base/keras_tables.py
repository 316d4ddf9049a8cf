"""Keras layers that look things up, and sums of products: embeddings, encodings, EinsumDense."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.keras_seen import Data, Part, Seen, opaque, reshape
from cnncalc.importers.base.keras_words import activation, keys, plain

if TYPE_CHECKING:
    from cnncalc.importers.base.keras_config import Shape


def read_embedding(seen: Seen) -> list[Part]:
    """Embedding: vectors of a table."""
    return [Part("embedding", keys("embedding", seen.config), seen.refs[:1])]


def read_reversible(seen: Seen) -> list[Part]:
    """ReversibleEmbedding: an embedding, or a product with its table."""
    words, features = (plain(seen.config.get(key), key) for key in ("input_dim", "output_dim"))
    shape = [*seen.shapes, None][0]
    tied = seen.config.get("tie_weights", True)
    if not is_reverse(seen.arguments):
        if tied:
            return read_embedding(seen)
        # The table of the way back is the layer's own, whether it is gone or not.
        own = seen if seen.stated or shape is None else seen._replace(stated=[*shape, features])
        return [opaque(own, params=2 * words * features, buffers=0, macs=0)]
    if shape is None or None in shape:
        return [opaque(seen)]
    own = seen._replace(stated=[*shape[:-1], words])
    return [opaque(own, params=0, buffers=0, macs=prod(shape) * words)]


def is_reverse(arguments: list[Any]) -> bool:
    """Whether a ReversibleEmbedding is called to lead back, by the arguments of the call."""
    named = arguments[-1] if arguments and isinstance(arguments[-1], dict) else {}
    return bool(named.get("reverse")) or any(value is True for value in arguments)


def read_encoding(seen: Seen) -> list[Part]:
    """CategoryEncoding and Discretization: numbers as a vector for each, or as one of them all."""
    shape, config = [*seen.shapes, None][0], seen.config
    many = config.get("num_tokens")
    bounds = config.get("bin_boundaries")
    if isinstance(bounds, list):
        many = len(bounds) + 1
    mode = config.get("output_mode", "int" if seen.cls == "Discretization" else "multi_hot")
    if seen.stated is None and shape is not None:
        seen = seen._replace(
            stated=shape if mode == "int" else _shape_of_classes(shape, many, mode)
        )
    return [opaque(seen, params=0, buffers=0, macs=0)]


def _shape_of_classes(shape: Shape, many: Any, mode: Any) -> Shape:
    """The last axis becomes that of the classes; one of more numbers stays in front of it in `one_hot`."""
    alone = not shape or shape[-1] == 1
    return [*(shape if mode == "one_hot" and not alone else shape[:-1]), many]


def read_einsum(seen: Seen) -> list[Part]:
    """A fully connected layer over the last axes, where these are what is summed over and made anew."""
    equation = str(seen.config.get("equation", "")).replace("...", "")
    read, _, made = equation.partition("->")
    x, _, w = read.partition(",")
    output = seen.config.get("output_shape")
    output = output if isinstance(output, list) else [output]
    found = _as_dense(seen, (x, w, made), output)
    return [_as_product(seen, x, w, made)] if found is None else found


def _as_dense(seen: Seen, terms: tuple[str, str, str], output: Shape) -> list[Part] | None:
    """A fully connected layer, between reshapes where it is over several axes, or gives several."""
    x, w, made = terms
    kept = next((i for i, (a, b) in enumerate(zip(x, made, strict=False)) if a != b), len(x))
    summed, new = x[kept:], made[kept:]
    lengths = output[-len(new) :] if new else []
    units = prod(n for n in lengths if isinstance(n, int))
    if not summed or len(lengths) < len(new) or not new or None in lengths or w != summed + new:
        return None
    bias = str(seen.config.get("bias_axes") or "")
    acting = activation(seen.config.get("activation"))
    if (bias and set(bias) != set(new)) or (acting and acting[0] == "softmax" and len(new) > 1):
        return None
    front = [*(output[: -len(new)])]
    shape = [*seen.shapes, None][0]
    parts: list[Part] = []
    if len(summed) > 1:
        if shape is None or None in shape[-len(summed) :] or shape[: -len(summed)].count(None) > 1:
            return None
        parts.append(reshape(seen, [*shape[: -len(summed)], prod(shape[-len(summed) :])]))
        parts[0] = parts[0]._replace(suffix=".flat")
    own: Data = {"units": units} if bias else {"units": units, "bias": False}
    if acting:
        own["activation"] = {acting[0]: acting[1]} if acting[1] else acting[0]
    dense = Part("dense", own, [f"{seen.name}.flat"] if parts else seen.refs[:1])
    if len(new) == 1:
        return [*parts, dense]
    front = [*shape[: len(shape) - len(summed)]] if shape is not None else front
    if front.count(None) > 1:
        return None
    back = reshape(seen, [*front, *lengths])._replace(refs=[f"{seen.name}.linear"])
    return [*parts, dense._replace(suffix=".linear"), back]


def _as_product(seen: Seen, x: str, w: str, made: str) -> Part:
    """Any other sum of products: its counts follow from the lengths of the axes that it names."""
    shape, output = [*seen.shapes, None][0], seen.config.get("output_shape")
    if (
        shape is None
        or not isinstance(output, list)
        or len(x) != len(shape) + 1
        or len(made) != len(output) + 1
    ):
        return opaque(seen)
    lengths = dict(zip(made[1:], output, strict=True))
    lengths |= {axis: n for axis, n in zip(x[1:], shape, strict=True) if lengths.get(axis) is None}
    bias = str(seen.config.get("bias_axes") or "")
    if not all(isinstance(lengths.get(axis), int) for axis in {*x[1:], *w, *made[1:], *bias}):
        return opaque(seen)
    kernel, biases = (prod(lengths[axis] for axis in axes) for axes in (w, bias))
    macs = prod(lengths[axis] for axis in {*x[1:], *w, *made[1:]})
    counted = seen._replace(stated=[lengths[axis] for axis in made[1:]])
    return opaque(counted, params=kernel + (biases if bias else 0), buffers=0, macs=macs)

"""A call of an operation of `keras.ops`, or of TensorFlow, as items of a spec: they have no weights."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base import keras_layers
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.keras_layout import is_pointwise
from cnncalc.importers.base.keras_seen import Data, Part, Seen, opaque, permute, reshape
from cnncalc.importers.base.keras_words import operations, plain
from cnncalc.importers.base.numbers import NEGATION, rescaling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.keras_config import Shape

_TENSORFLOW = {
    "math.add": "Add", "__operators__.add": "Add", "math.subtract": "Subtract", "math.multiply": "Multiply",
    "math.truediv": "Divide", "math.divide": "Divide", "math.maximum": "Maximum", "math.minimum": "Minimum",
    "nn.relu": "Relu", "nn.relu6": "Relu6", "nn.sigmoid": "Sigmoid", "math.sigmoid": "Sigmoid",
    "nn.silu": "Silu", "nn.swish": "Silu", "nn.gelu": "Gelu", "nn.softmax": "Softmax", "math.tanh": "Tanh",
    "nn.tanh": "Tanh", "math.abs": "Absolute", "math.exp": "Exp", "math.sqrt": "Sqrt",
    "math.square": "Square", "cast": "Cast", "clip_by_value": "Clip", "identity": "Identity",
    "stop_gradient": "Identity", "concat": "Concatenate", "AddV2": "Add", "Mul": "Multiply",
    "Sub": "Subtract", "RealDiv": "Divide", "Neg": "Negative", "math.negative": "Negative",
}  # fmt: skip
"""Names of TensorFlow, as files of Keras 2 have them."""


def is_operation(cls: str, module: str) -> bool:
    """Whether this is no layer but a function that was called on tensors."""
    return cls in ("TFOpLambda", "TensorFlowOpLayer") or ".ops" in module


def parts_of(seen: Seen) -> list[Part]:
    """What an operation is in a spec; raises Unreadable."""
    if seen.cls in ("TFOpLambda", "TensorFlowOpLayer"):
        seen = seen._replace(cls=_TENSORFLOW.get(_function(seen.config), "TFOpLambda"))
    refs = [*seen.refs, *seen.named.values()]
    seen = seen._replace(refs=refs)
    read = _READ.get(seen.cls)
    if read is not None:
        return read(seen)
    if seen.cls in keras_layers.MERGES:
        return (
            [Part(keras_layers.MERGES[seen.cls], {}, refs)]
            if len(refs) > 1
            else [_with_constant(seen)]
        )
    kind = operations().get(seen.cls)
    if kind in _REDUCTIONS:
        return [_reduction(seen, kind)]
    if kind is not None and kind not in _OTHERWISE and len(refs) == 1:
        if "oftmax" not in seen.cls:
            return [Part(kind, {}, refs)]
        axis = seen.axes(seen.config.get("axis", -1))
        return [Part(kind, {} if seen.is_channels(axis) else {"axis": axis}, refs)]
    if is_pointwise(seen.cls):
        if len(refs) == 1:
            return [_with_constant(seen)]
        if seen.stated is None:
            seen = seen._replace(stated=_spread(seen.shapes))
        return [opaque(seen, params=0, buffers=0, macs=0, receptive_field=1)]
    return [opaque(seen, params=0, buffers=0)]


_REDUCTIONS = ("mean", "max", "min", "sum")
_OTHERWISE = (
    "stft",
    "tile",
    "gather",
    "matmul",
    "unsqueeze",
    "squeeze",
    "stack",
    "split",
    "concat",
)


def _spread(shapes: Sequence[Shape | None]) -> Shape | None:
    """The shape of tensors that are spread over each other; None if one is not known."""
    known = [shape for shape in shapes if shape is not None and None not in shape]
    if len(known) < len(shapes) or not known:
        return None
    rank = max(map(len, known))
    rows = [[1] * (rank - len(shape)) + shape for shape in known]
    return [max(lengths) for lengths in zip(*rows, strict=True)]


def _function(config: Data) -> str:
    node = config.get("node_def")
    if isinstance(node, dict):
        return str(node.get("op"))
    return str(config.get("function")).removeprefix("tf.")


def _still(seen: Seen) -> Part:
    """What only moves numbers, in a way that is not said here."""
    return opaque(seen, params=0, buffers=0, macs=0)


def _with_constant(seen: Seen) -> Part:
    """Arithmetic with numbers of the file, which spread what is read where they are more."""
    before, after = [*seen.shapes, None][0], seen.stated
    known = before is not None and after is not None and None not in (*before, *after)
    if known and before != after:
        return _still(seen)
    if seen.cls == "Negative":
        return Part("rescaling", NEGATION, seen.refs)
    number, is_first = _number_of(seen)
    keys = rescaling(_ARITHMETIC.get(seen.cls, ""), number, is_first=is_first)
    return Part("rescaling" if keys else "identity", keys or {}, seen.refs)


_ARITHMETIC = {"Add": "add", "Subtract": "subtract", "Multiply": "multiply", "Divide": "divide",
               "TrueDivide": "divide"}  # fmt: skip


def _number_of(seen: Seen) -> tuple[Any, bool]:
    """The one number among the operands, None if there is none, and whether it is the first."""
    constants = seen.config.get("constants")
    if isinstance(constants, dict):
        # A node of TensorFlow's graph: its constants by their places.
        values = [constants.get(place) for place in "01"]
    else:
        *positional, named = seen.arguments or [{}]
        given = named if isinstance(named, dict) else {}
        values = [*positional, *(given[key] for key in ("x", "x1", "y", "x2") if key in given)]
    found = [(number, place == 0) for place, value in enumerate(values[:2])
             if (number := _as_number(value)) is not None]  # fmt: skip
    return found[0] if len(found) == 1 else (None, False)


def _as_number(value: Any) -> Any:
    """A number as files write it: as it is, behind a mark, or as a tensor of one element."""
    match value:
        case ["_CONSTANT_VALUE", _, inner]:
            value = inner
        case {"class_name": "__tensor__" | "__numpy__", "config": {"value": inner}}:
            value = inner
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, (int, float)) else None


def _average(seen: Seen) -> list[Part]:
    """The mean along an axis, weighted or not."""
    return [_reduction(seen, "mean")]


def _expand(seen: Seen) -> list[Part]:
    """A vector with one more axis is a map, of one channel or of one place."""
    shape, axis = [*seen.shapes, None][0], seen.config.get("axis")
    if shape is None or len(shape) != 1 or not isinstance(axis, int) or axis == 0:
        return _with_axis("unsqueeze")(seen)
    return [reshape(seen, [1, *shape] if axis in (1, -2) else [*shape, 1])]


def _product(seen: Seen) -> list[Part]:
    """A product of two results, or of one and a matrix of the file, which is no weight."""
    if len(seen.refs) > 1 and seen.cls == "Matmul":
        return [Part("matmul", {}, seen.refs)]
    shape, stated = [*seen.shapes, None][0], seen.stated
    along = seen.config.get("axes", 1)
    one = len(seen.refs) == 1 and shape and stated and None not in (*shape, *stated)
    if not one or not isinstance(along, int) or not shape or not 0 < along <= len(shape):
        return [opaque(seen, params=0, buffers=0)]
    macs = prod(n or 1 for n in stated or ()) * prod(n or 1 for n in shape[-along:])
    return [opaque(seen, params=0, buffers=0, macs=macs)]


def _reduction(seen: Seen, kind: str) -> Part:
    axis = seen.config.get("axis")
    own: Data = {"axis": "all"} if axis is None else {"axis": seen.axes(axis)}
    if seen.is_channels(own["axis"]):
        own = {}
    if not seen.config.get("keepdims"):
        own["keep"] = False
        if seen.stated == [] or axis is None:
            # Nothing is left but a number.
            own.pop("keep")
    return Part(kind, own, seen.refs[:1])


def _concat(seen: Seen) -> list[Part]:
    axis = seen.axes(seen.config.get("axis", -1))
    if len(seen.refs) < 2:
        return [Part("identity", {}, seen.refs)]
    return [Part("concat", {} if seen.is_channels(axis) else {"axis": axis}, seen.refs)]


def _reshape(seen: Seen) -> list[Part]:
    shape = seen.config.get("newshape")
    known = seen.stated and None not in seen.stated
    return [reshape(seen, seen.stated if known or not isinstance(shape, list) else shape[1:])]


def _transpose(seen: Seen) -> list[Part]:
    axes = seen.config.get("axes")
    if not isinstance(axes, list) or axes[:1] != [0]:
        return [_still(seen)]
    return [permute(seen, axes[1:])]


def _swap_axes(seen: Seen) -> list[Part]:
    return _reorder(seen, seen.config.get("axis1"), seen.config.get("axis2"), swap=True)


def _move_axis(seen: Seen) -> list[Part]:
    return _reorder(seen, seen.config.get("source"), seen.config.get("destination"), swap=False)


def _reorder(seen: Seen, source: Any, target: Any, *, swap: bool) -> list[Part]:
    """One axis in the place of another, which takes its own or moves on; the batch stays."""
    source, target = (n[0] if isinstance(n, list) and len(n) == 1 else n for n in (source, target))
    order = list(range((seen.rank or 0) + 1))
    if not all(isinstance(n, int) and -len(order) <= n < len(order) for n in (source, target)):
        return [_still(seen)]
    source, target = source % len(order), target % len(order)
    if swap:
        order[source], order[target] = order[target], order[source]
    else:
        order.insert(target, order.pop(source))
    return [permute(seen, order[1:])] if order[0] == 0 else [_still(seen)]


def _with_axis(kind: str) -> Callable[[Seen], list[Part]]:
    def read(seen: Seen) -> list[Part]:
        axis = seen.axes(seen.config.get("axis"))
        return [Part(kind, {} if axis is None else {"axis": axis}, seen.refs)]

    return read


def _split(seen: Seen) -> list[Part]:
    given = seen.config.get("indices_or_sections")
    axis = seen.axes(seen.config.get("axis", 0))
    own: Data = {} if seen.is_channels(axis) else {"axis": axis}
    if isinstance(given, int):
        return [Part("split", {"parts": given, **own}, seen.refs[:1])]
    raise Unreadable(f"`{seen.name}` splits at places, which is not known here")


def _pad(seen: Seen) -> list[Part]:
    """Around a map; what enlarges the batch or the channels is not said here."""
    amount = seen.config.get("pad_width")
    rank = seen.rank or 0
    if not isinstance(amount, list) or len(amount) != rank + 1 or rank < 2:
        return [_still(seen)]
    (first, *size, channels) = amount
    if any(first) or any(channels) or rank > 4:
        return [_still(seen)]
    own: Data = {"amount": plain(size, "amount")}
    mode = {"reflect": "reflect", "symmetric": "symmetric"}.get(str(seen.config.get("mode")))
    return [Part("pad", {**own, **({"mode": mode} if mode else {})}, seen.refs[:1])]


def _get_item(seen: Seen) -> list[Part]:
    """Ranges of the axes of a map, each of its elements in turn."""
    index = seen.arguments[1] if len(seen.arguments) > 1 else None
    ranges = [_range(part) for part in index] if isinstance(index, list) else []
    rank = seen.rank or 0
    if seen.stated is None and isinstance(index, list) and seen.shapes:
        seen = seen._replace(stated=_lengths_at(index, seen.shapes[0]))
    if not ranges or None in ranges or len(ranges) > rank + 1 or not 1 < rank <= 4:
        return [_still(seen)]
    cut = [found or [None, None] for found in ranges] + [[None, None]] * (rank + 1 - len(ranges))
    whole = [None, None]
    own: Data = {}
    if cut[-1] != whole:
        own["channels"] = cut[-1]
    if any(found != whole for found in cut[1:-1]):
        own["size"] = cut[1:-1]
    if cut[0] != whole or not own:
        return [Part("identity", {}, seen.refs[:1]) if cut[0] == whole else _still(seen)]
    return [Part("slice", own, seen.refs[:1])]


def _resize(seen: Seen) -> list[Part]:
    """To a size, of a map whose channels are last."""
    size, first = seen.config.get("size"), seen.config.get("data_format") == "channels_first"
    if not isinstance(size, list) or first or seen.rank != 3:
        return [_still(seen)]
    mode = str(seen.config.get("interpolation", "bilinear"))
    own: Data = {"size": plain(size, "size")} | (
        {"mode": plain(mode, "mode")} if mode != "bilinear" else {}
    )
    return [Part("resize", own, seen.refs[:1])]


def _normalize(seen: Seen) -> list[Part]:
    """To unit length, if that is Euclidean."""
    if seen.config.get("order", 2) != 2:
        return [_still(seen)]
    axis = seen.axes(seen.config.get("axis", -1))
    return [Part("l2_norm", {} if seen.is_channels(axis) else {"axes": axis}, seen.refs[:1])]


def _einsum(seen: Seen) -> list[Part]:
    """A sum of products: its counts follow from the lengths of the axes that it names."""
    words = [
        word for word in (*seen.arguments, seen.config.get("subscripts")) if isinstance(word, str)
    ]
    left, arrow, right = (words[0] if words else "").replace(" ", "").partition("->")
    terms = left.split(",")
    known = [shape for shape in seen.shapes if shape is not None and None not in shape]
    fits = len(terms) == len(known) == len(seen.refs) and all(
        len(term) == len(shape) + 1 for term, shape in zip(terms, known, strict=False)
    )
    if not fits or not arrow or "." in left:
        return [opaque(seen, params=0, buffers=0)]
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, known, strict=True):
        lengths |= {letter: n or 1 for letter, n in zip(term[1:], shape, strict=True)}
    if right[:1] != terms[0][0] or not set(right[1:]) <= set(lengths):
        return [opaque(seen, params=0, buffers=0)]
    seen = seen._replace(stated=[lengths[letter] for letter in right[1:]])
    macs = prod(lengths.values()) if len(terms) > 1 else 0
    return [opaque(seen, params=0, buffers=0, macs=macs)]


def _lengths_at(index: list[Any], shape: Shape | None) -> Shape | None:
    """The lengths of what an index takes of a shape without the batch; None where that is not known."""
    if shape is None or None in shape or len(index) > len(shape) + 1:
        return None
    found: Shape = []
    for part, length in zip(index[1:], shape, strict=False):
        if isinstance(part, int):
            continue
        config = part.get("config") if isinstance(part, dict) else None
        steps = (
            [config.get(word) for word in ("start", "stop", "step")]
            if isinstance(config, dict)
            else [""]
        )
        if (
            not all(n is None or (isinstance(n, int) and n) or n == 0 for n in steps)
            or steps[-1] == 0
        ):
            return None
        found.append(len(range(length or 0)[slice(*steps)]))
    return [*found, *shape[max(len(index) - 1, 0) :]]


def _range(part: Any) -> list[Any] | None:
    """`[start, stop]`; None for what is no range, or leaves elements out."""
    config = part.get("config") if isinstance(part, dict) else None
    if not isinstance(config, dict) or part.get("class_name") != "__slice__":
        return None
    found = [config.get("start"), config.get("stop")]
    whole = all(n is None or (isinstance(n, int) and not isinstance(n, bool)) for n in found)
    return found if whole and config.get("step") in (None, 1) else None


_MOVING = (
    "Repeat", "Tile", "Take", "TakeAlongAxis", "Stft", "Flip", "Roll", "Rot90", "Sort", "Argsort", "TopK",
    "BroadcastTo", "Diagonal", "Trace", "Diff", "Cumsum", "Cumprod", "OneHot", "MultiHot", "Unstack",
    "ArraySplit", "Hstack", "Vstack", "Prod", "Var", "Std", "Median", "Quantile", "Logsumexp", "Norm",
    "Argmax", "Argmin", "Any", "All", "CountNonzero", "Slice", "CropImages", "PadImages", "ExtractPatches",
    "ExtractSequences", "Unfold", "DepthToSpace", "SpaceToDepth", "Where", "Select", "Greater",
    "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr", "LogicalNot",
    "Digitize", "NanToNum", "Hypot", "Isnan", "Isfinite", "RGBToHSV", "HSVToRGB", "BatchNorm", "LayerNorm",
    "RMSNorm", "Nanmax", "Nanmin", "Nanmean", "Nansum", "Cross",
)  # fmt: skip
"""Operations that move, choose or compare numbers, or are arithmetic of no kind: no products are summed up."""

_POOLS = {"MaxPool": "MaxPooling", "AveragePool": "AveragePooling"}


def _pool(seen: Seen) -> list[Part]:
    """A pool, which says what the layer of its kind says."""
    axes = (seen.rank or 0) - 1
    if seen.config.get("data_format") == "channels_first" or not 0 < axes <= 3:
        return [_still(seen)]
    return keras_layers.parts_of(seen._replace(cls=f"{_POOLS[seen.cls]}{axes}D"))


_READ: dict[str, Callable[[Seen], list[Part]]] = {
    "Concatenate": _concat, "Concat": _concat,
    "Reshape": _reshape, "Transpose": _transpose, "Swapaxes": _swap_axes, "Moveaxis": _move_axis,
    "ExpandDims": _expand, "Squeeze": _with_axis("squeeze"), "Stack": _with_axis("stack"),
    "Split": _split,
    "Matmul": _product, "Dot": _product, "Tensordot": _product, "Average": _average,
    "Pad": _pad,
    "GetItem": _get_item, "Einsum": _einsum, "Resize": _resize, "Normalize": _normalize,
    **dict.fromkeys(_POOLS, _pool),
    **dict.fromkeys(_MOVING, lambda seen: [_still(seen)]),
}  # fmt: skip
"""How an operation is read whose keys its configuration does not have by name."""

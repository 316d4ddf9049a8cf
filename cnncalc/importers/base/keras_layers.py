"""A call of a Keras layer as items of a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.keras_words import (
    PASSING,
    activation,
    activation_layer,
    cell,
    classes,
    keys,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.keras_graph import Shape

Data = dict[str, Any]

LETTERS = ("", "l", "hw", "dhw", "tdhw")
"""What the axes of a map are called, by how many they are."""


class Part(NamedTuple):
    """An item: its kind and keys, what it reads, and what is behind the name of the layer in its own."""

    kind: str
    keys: Data
    refs: list[str]
    suffix: str = ""


class Seen(NamedTuple):
    """What is known of a layer where it is called."""

    name: str
    """Of the item."""
    cls: str
    config: Data
    refs: list[str]
    """The tensors that it reads, as a spec calls them."""
    named: dict[str, str]
    arguments: list[Any]
    ranks: list[int | None]
    """How many axes they have, without the batch."""
    layout: int
    """The place of the channels among the axes that it reads; -1 is the last."""
    after: int
    """The same of its output, where that is a matter of how it is read."""
    stated: Shape | None
    """The shape of the output, if the file says it."""
    others: dict[int, Shape]
    """The shapes of the outputs behind it, as far as the file says them."""
    used: Sequence[int]
    """Which of them are read."""

    @property
    def rank(self) -> int | None:
        """The axes of the first tensor."""
        return self.ranks[0] if self.ranks else None

    def axis(self, number: Any) -> Any:
        """The axis of this number: as it is where the channels are last, else by its name."""
        rank = self.rank
        if self.layout < 0 or not isinstance(number, int) or rank is None or rank > len(LETTERS):
            return number
        place = number - 1 if number > 0 else number + rank
        return names_of(rank, self.layout)[place] if 0 <= place < rank else number

    def axes(self, numbers: Any) -> Any:
        """The same of several; of one, that."""
        if isinstance(numbers, list):
            found = [self.axis(plain(number, "axis")) for number in numbers]
            return found[0] if len(found) == 1 else found
        return self.axis(plain(numbers, "axis"))

    def is_channels(self, axis: Any) -> bool:
        """Whether an axis, as `axes` gives it, is that of the channels."""
        return axis == "c" or (self.layout < 0 and axis in (-1, self.rank))


def parts_of(seen: Seen) -> list[Part]:
    """What a layer is in a spec; the last item is its result. Raises Unreadable."""
    found = activation_layer(seen.cls, seen.config)
    if found is not None:
        kind, own = found
        for word in ("axis", "shared"):
            if word in own:
                own[word] = seen.axes(own[word])
        if seen.is_channels(own.get("axis")):
            del own["axis"]
        return [Part(kind, own, seen.refs[:1])]
    read = _READ.get(seen.cls)
    if read is not None:
        return read(seen)
    if seen.cls in MERGES:
        return _merge(seen)
    kind = classes().get(seen.cls)
    if kind is not None:
        return _plain_layer(seen, kind)
    if PASSING(seen.cls):
        return [Part("identity", {}, seen.refs[:1])]
    return [opaque(seen)]


def opaque(seen: Seen, **counts: int) -> Part:
    """A layer that nothing is known of but the shape of its output; raises Unreadable if that is not."""
    shape = seen.stated
    if shape is None and isinstance(seen.config.get("output_shape"), list):
        shape = seen.config["output_shape"]
    data = as_data(shape or [], at=seen.after)
    if data is None:
        raise Unreadable(
            f"`{cut(seen.name, NAME)}` is a {cut(seen.cls, NAME)}, which is not known here, and the file "
            "does not say what it gives",
            help="a file of Keras 3 (.keras) states shapes; or write the network with `opaque` in its place",
        )
    return Part("opaque", {"output": data, **counts}, seen.refs)


def names_of(rank: int, at: int) -> list[str]:
    """The axes of a map by their names, in the order of Keras, the channels standing at `at`."""
    names = list(LETTERS[rank - 1])
    names.insert(rank - 1 if at < 0 else at, "c")
    return names


def as_data(shape: Shape, *, at: int = -1) -> Data | None:
    """A shape without the batch, the channels standing at `at`, as a spec has it.

    None if it is not known, or has no axes.
    """
    if not shape or any(not isinstance(n, int) or isinstance(n, bool) or n < 1 for n in shape):
        return None
    if len(shape) == 1:
        return {"features": shape[0]}
    if len(shape) > len(LETTERS):
        return {"shape": list(shape)}
    size = list(shape)
    channels = size.pop(at)
    return {"channels": channels, "size": size}


def _plain_layer(seen: Seen, kind: str) -> list[Part]:
    """A layer whose keys are those of its configuration, with its activation behind it."""
    own = keys(kind, seen.config)
    for word in ("axis", "axes"):
        if word in own:
            own[word] = seen.axes(own[word])
            if seen.is_channels(own[word]):
                del own[word]
    if own.get("stride") == own.get("size"):
        own.pop("stride", None)
    if own.get("dropout") == 0:
        del own["dropout"]
    if kind in _GATED:
        return [Part(kind, own, seen.refs[:1])]
    behind = activation(seen.config.get("activation"))
    if behind is None:
        return [Part(kind, own, seen.refs[:1])]
    if kind in HOSTS:
        return [Part(kind, {**own, "activation": _as_value(*behind)}, seen.refs[:1])]
    inner = f"{seen.name}.linear"
    return [Part(kind, own, seen.refs[:1], ".linear"), Part(*behind, [inner])]


def _as_value(kind: str, own: Data) -> Any:
    return {kind: own} if own else kind


HOSTS = ("conv", "depthwise_conv", "separable_conv", "conv_transpose", "dense")
"""The kinds that take an activation."""

_GATED = ("lstm", "gru", "simple_rnn", "conv_lstm")

MERGES = {"Add": "add", "Subtract": "subtract", "Multiply": "multiply", "Average": "average",
          "Maximum": "maximum", "Minimum": "minimum", "Concatenate": "concat", "Merge": "add"}  # fmt: skip


def _merge(seen: Seen) -> list[Part]:
    if len(seen.refs) < 2:
        return [Part("identity", {}, seen.refs)]
    own: Data = {}
    if seen.cls == "Concatenate":
        axis = seen.axes(seen.config.get("axis", -1))
        own = {} if seen.is_channels(axis) else {"axis": axis}
    return [Part(MERGES[seen.cls], own, seen.refs)]


def _norm(seen: Seen) -> list[Part]:
    """A norm over channels; the layout is such that its axis is theirs."""
    kind = classes()[seen.cls]
    own = keys(kind, {key: value for key, value in seen.config.items() if key != "axis"})
    return [Part(kind, own, seen.refs[:1])]


def _layer_norm(seen: Seen) -> list[Part]:
    config = seen.config
    if config.get("rms_scaling"):
        config = {**config, "center": False, "scale": True}
    return _plain_layer(seen._replace(config=config), "layer_norm")


def _normalization(seen: Seen) -> list[Part]:
    """Statistics that are given are no weights."""
    if seen.config.get("mean") is not None:
        return [Part("identity", {}, seen.refs[:1])]
    axis = seen.config.get("axis", -1)
    axes = [] if axis is None else seen.axes(axis)
    return [Part("normalization", {} if seen.is_channels(axes) else {"axes": axes}, seen.refs[:1])]


def _reshape(seen: Seen) -> list[Part]:
    target = seen.config.get("target_shape")
    shape = seen.stated if as_data(seen.stated or []) else target
    return [reshape(seen, shape)]


def reshape(seen: Seen, shape: Any) -> Part:
    """To a shape without the batch, in which one length may be left open."""
    if not isinstance(shape, list) or not all(isinstance(n, int) or n is None for n in shape):
        raise Unreadable(f"`{cut(seen.name, NAME)}` has no shape to reshape to")
    # What is open takes the place of a length that no tensor has.
    filled = as_data([n if n and n > 0 else _OPEN for n in shape], at=seen.after)
    if filled is None:
        raise Unreadable(f"`{cut(seen.name, NAME)}` reshapes to nothing")

    def reopened(value: Any) -> Any:
        if isinstance(value, list):
            return [reopened(n) for n in value]
        return -1 if value == _OPEN else value

    return Part("reshape", {"to": {key: reopened(n) for key, n in filled.items()}}, seen.refs[:1])


_OPEN = 2**62


def _permute(seen: Seen) -> list[Part]:
    dims = seen.config.get("dims")
    return [permute(seen, dims)]


def permute(seen: Seen, dims: Any) -> Part:
    """The axes, counted from 1, in a new order."""
    rank = seen.rank if seen.rank is not None else len(dims) if isinstance(dims, list) else 0
    if not isinstance(dims, list) or sorted(map(str, dims)) != [*map(str, range(1, rank + 1))]:
        raise Unreadable(f"`{cut(seen.name, NAME)}` does not permute the axes that there are")
    if rank < 2:
        return Part("identity", {}, seen.refs[:1])
    if rank > len(LETTERS):
        return opaque(seen, params=0, buffers=0, macs=0)
    names = names_of(rank, seen.layout)
    order = [names[int(dim) - 1] for dim in dims]
    order.insert(0, order.pop(seen.after))
    if order == ["c", *LETTERS[rank - 1]]:
        return Part("identity", {}, seen.refs[:1])
    return Part("permute", {"axes": order}, seen.refs[:1])


def _resize(seen: Seen) -> list[Part]:
    found = [plain(seen.config.get(word), word) for word in ("height", "width")]
    own: Data = {"size": plain(found, "size")}
    mode = plain(seen.config.get("interpolation"), "mode")
    if mode not in (None, "bilinear"):
        own["mode"] = mode
    return [Part("resize", own, seen.refs[:1])]


def _centre(seen: Seen) -> list[Part]:
    found = [plain(seen.config.get(word), word) for word in ("height", "width")]
    return [Part("crop", {"size": plain(found, "size")}, seen.refs[:1])]


def _margins(seen: Seen) -> list[Part]:
    """Of one axis, Keras writes the two sides without a list around them."""
    kind = classes()[seen.cls]
    word = "padding" if kind == "pad" else "cropping"
    amount = seen.config.get(word, 1)
    amount = plain([amount] if seen.cls.endswith("1D") and isinstance(amount, list) else amount, word)
    return [Part(kind, {"amount": amount}, seen.refs[:1])]


def _dot(seen: Seen) -> list[Part]:
    axes = seen.config.get("axes")
    both = axes if isinstance(axes, list) else [axes, axes]
    found = [plain(axis, "axes") for axis in both]
    return [Part("matmul", {"axes": found}, seen.refs[:2])]


def _attention(seen: Seen) -> list[Part]:
    """Query, value and key, in Keras' order; the key is the value unless it is given."""
    tensors = [*seen.refs]
    query = tensors[0] if tensors else seen.named.get("query", "")
    value = tensors[1] if len(tensors) > 1 else seen.named.get("value", query)
    key = tensors[2] if len(tensors) > 2 else seen.named.get("key", value)
    refs = [query] if query == value == key else [query, value] if key == value else [query, key, value]
    config = seen.config
    if seen.cls == "GroupedQueryAttention":
        config = {
            "num_heads": config.get("num_query_heads"),
            "key_dim": config.get("head_dim"),
            "kv_heads": config.get("num_key_value_heads"),
            "use_bias": config.get("use_bias"),
        }
    own = keys("multi_head_attention", config)
    output = own.get("output")
    if own.get("value_dim") == own.get("key_dim"):
        own.pop("value_dim", None)
    if own.get("kv_heads") == own.get("heads"):
        own.pop("kv_heads", None)
    if own.get("dropout") == 0:
        del own["dropout"]
    axes = seen.config.get("attention_axes")
    partly = isinstance(axes, list) and seen.rank is not None and len(axes) != seen.rank - 1
    if partly or seen.config.get("use_gate") or isinstance(output, list):
        return [opaque(seen._replace(refs=refs))]
    return [Part("multi_head_attention", own, refs)]


def _embedding(seen: Seen) -> list[Part]:
    return [Part("embedding", keys("embedding", seen.config), seen.refs[:1])]


def _recurrent(seen: Seen) -> list[Part]:
    """A recurrent layer; the states behind its output are vectors of its units."""
    cls, config = seen.cls, seen.config
    if cls == "RNN":
        found = cell(config)
        if found is None:
            return [opaque(seen)]
        cls, config = found
    parts = _plain_layer(seen._replace(config=config), classes()[cls])
    return parts if not seen.used else [*_states(seen, config), *parts]


def _states(seen: Seen, config: Data) -> list[Part]:
    """The last states, as layers of their own that take nothing and give their shapes."""
    units = plain(config.get("units"), "units")
    if units is None and not seen.others:
        raise Unreadable(f"the file does not say which shape the states of `{seen.name}` have")
    found = []
    for number in seen.used:
        shape = as_data(seen.others.get(number, []), at=seen.after)
        shape = shape or ({"features": units} if units else None)
        if shape is not None:
            free = {"output": shape, "params": 0, "buffers": 0, "macs": 0}
            found.append(Part("opaque", free, seen.refs[:1], f".state{number}"))
    return found


def _bidirectional(seen: Seen) -> list[Part]:
    inner = seen.config.get("layer")
    mode = seen.config.get("merge_mode", "concat")
    if not isinstance(inner, dict) or not isinstance(inner.get("config"), dict):
        raise Unreadable(f"`{cut(seen.name, NAME)}` has no layer inside")
    config = {key: value for key, value in inner["config"].items() if key != "activation"}
    cls = str(inner.get("class_name"))
    if cls == "RNN":
        cls, config = cell(config) or (cls, config)
    kind = classes().get(cls, "")
    if kind not in _GATED:
        return [opaque(seen)]
    own = _plain_layer(seen._replace(config=config), kind)[0].keys
    states = _states(seen, config) if seen.used and mode else []
    if mode and kind != "conv_lstm":
        word = {"sum": "sum", "mul": "multiply", "ave": "average"}.get(str(mode), "concat")
        return [*states, Part(kind, {**own, "bidirectional": word}, seen.refs[:1])]
    both = [Part(kind, own, seen.refs[:1], suffix) for suffix in (".forward", ".backward")]
    if not mode:
        return both
    merge = {"sum": "add", "mul": "multiply", "ave": "average"}.get(str(mode), "concat")
    return [*both, Part(merge, {}, [f"{seen.name}{part.suffix}" for part in both])]


def _spectral(seen: Seen) -> list[Part]:
    """The layer inside, with the norm of its weights around it."""
    inner = seen.config.get("layer")
    if not isinstance(inner, dict) or not isinstance(inner.get("config"), dict):
        raise Unreadable(f"`{cut(seen.name, NAME)}` has no layer inside")
    found = parts_of(seen._replace(cls=str(inner.get("class_name")), config=inner["config"]))
    if len(found) != 1:
        return [opaque(seen)]
    part = found[0]
    return [part._replace(kind="spectral_norm", keys={"layer": {part.kind: part.keys}})]


def _einsum_dense(seen: Seen) -> list[Part]:
    """A fully connected layer, where the last axis is what is summed over, and made anew."""
    equation = str(seen.config.get("equation", ""))
    read, _, made = equation.partition("->")
    x, _, w = read.partition(",")
    output = seen.config.get("output_shape")
    units = output[-1] if isinstance(output, list) and output else output
    if len(w) != 2 or x[:-1] != made[:-1] or w != x[-1:] + made[-1:] or not isinstance(units, int):
        return [opaque(seen)]
    config = {"units": units, "use_bias": bool(seen.config.get("bias_axes"))}
    return _plain_layer(seen._replace(config={**config, "activation": seen.config.get("activation")}),
                        "dense")  # fmt: skip


_READ: dict[str, Callable[[Seen], list[Part]]] = {
    "BatchNormalization": _norm, "GroupNormalization": _norm, "SyncBatchNormalization": _norm,
    "BatchNormalizationV1": _norm, "BatchNormalizationV2": _norm,
    "LayerNormalization": _layer_norm,
    "Normalization": _normalization,
    "Reshape": _reshape, "Permute": _permute, "Resizing": _resize,
    "CenterCrop": _centre, "RandomCrop": _centre,
    "ZeroPadding1D": _margins, "ZeroPadding2D": _margins, "ZeroPadding3D": _margins,
    "Cropping1D": _margins, "Cropping2D": _margins, "Cropping3D": _margins,
    "Dot": _dot,
    "MultiHeadAttention": _attention, "GroupedQueryAttention": _attention,
    "Embedding": _embedding,
    "LSTM": _recurrent, "GRU": _recurrent, "SimpleRNN": _recurrent, "RNN": _recurrent,
    "ConvLSTM1D": _recurrent, "ConvLSTM2D": _recurrent, "ConvLSTM3D": _recurrent,
    "Bidirectional": _bidirectional,
    "SpectralNormalization": _spectral,
    "EinsumDense": _einsum_dense,
}  # fmt: skip
"""How a layer is read whose keys are not those of its configuration."""

"""A call of a Keras layer as items of a spec."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.keras_seen import (
    Data,
    Part,
    Seen,
    as_data,
    opaque,
    permute,
    reshape,
)
from cnncalc.importers.base.keras_tables import (
    read_einsum,
    read_embedding,
    read_encoding,
    read_reversible,
)
from cnncalc.importers.base.keras_words import (
    PASSING,
    activation,
    activation_layer,
    cell,
    cells,
    classes,
    keys,
    plain,
)
from cnncalc.importers.base.numbers import rescaling, rescaling_by

if TYPE_CHECKING:
    from collections.abc import Callable


def parts_of(seen: Seen) -> list[Part]:
    """What a layer is in a spec; the last item is its result. Raises Unreadable."""
    acting = activation_layer(seen.cls, seen.config)
    if acting is not None:
        return [_act(seen, *acting)]
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


def _act(seen: Seen, kind: str, own: Data) -> Part:
    """A layer that is an activation."""
    for word in ("axis", "shared"):
        if word in own:
            own[word] = seen.axes(own[word])
    if seen.is_channels(own.get("axis")):
        del own["axis"]
    return Part(kind, own, seen.refs[:1])


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


def _permute(seen: Seen) -> list[Part]:
    dims = seen.config.get("dims")
    return [permute(seen, dims)]


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
    amount = plain(
        [amount] if seen.cls.endswith("1D") and isinstance(amount, list) else amount, word
    )
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
    refs = (
        [query]
        if query == value == key
        else [query, value]
        if key == value
        else [query, key, value]
    )
    config = seen.config
    if seen.cls in ("GroupedQueryAttention", "GroupQueryAttention"):
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


def _plain_attention(seen: Seen) -> list[Part]:
    """Attention without projections: the positions of the query, the features of the value."""
    query, value = [*seen.shapes, None, None][:2]
    if seen.stated is None and query and value:
        seen = seen._replace(stated=[*query[:-1], value[-1]])
    if not query or not value or None in query or None in value:
        return [opaque(seen)]
    adds = seen.cls == "AdditiveAttention"
    scales = bool(seen.config.get("use_scale", adds))
    # Scores that are sums are scaled for each feature, products by one number.
    params = query[-1] * scales if adds else scales + (seen.config.get("score_mode") == "concat")
    features = value[-1] + (0 if adds or seen.config.get("score_mode") == "concat" else query[-1])
    return [opaque(seen, params=params, buffers=0, macs=prod(query[:-1]) * value[-2] * features)]


def _recurrent(seen: Seen) -> list[Part]:
    """A recurrent layer; the states behind its output are vectors of its units."""
    found = cells(seen.config) if seen.cls == "RNN" else [(seen.cls, seen.config)]
    if found is None:
        return [opaque(seen)]
    parts: list[Part] = []
    refs = seen.refs
    for number, (cls, config) in enumerate(found, 1):
        [part] = _plain_layer(seen._replace(config=config, refs=refs), classes()[cls])
        suffix = f".cell{number}" if number < len(found) else ""
        parts.append(part._replace(suffix=suffix))
        refs = [f"{seen.name}{suffix}"]
    return parts if not seen.used else [*_states(seen, found[-1][1]), *parts]


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
    own = {**part.keys}
    behind = own.pop("activation", None)
    wrapped = part._replace(kind="spectral_norm", keys={"layer": {part.kind: own}})
    if behind is None:
        return [wrapped]
    kind, keys_behind = next(iter(behind.items())) if isinstance(behind, dict) else (behind, {})
    return [wrapped._replace(suffix=".linear"), Part(kind, keys_behind, [f"{seen.name}.linear"])]


def _scaled_sum(seen: Seen) -> list[Part]:
    """The layer of Keras' Inception-ResNet that adds so much of one map to another."""
    factor = rescaling("multiply", seen.config.get("scale"))
    if factor and len(seen.refs) == _PAIR:
        scaled = Part("rescaling", factor, seen.refs[1:], ".scaled")
        return [scaled, Part("add", {}, [seen.refs[0], f"{seen.name}.scaled"])]
    return [opaque(seen._replace(stated=seen.stated or seen.shapes[0]), params=0, buffers=0, macs=0,
                   receptive_field=1)]  # fmt: skip


_PAIR = 2


def _rescaling(seen: Seen) -> list[Part]:
    """By two numbers; numbers of its own for each channel are of no kind, and have no weights."""
    said = [seen.config.get(key, default) for key, default in (("scale", 1), ("offset", 0))]
    numbers = [n for n in said if isinstance(n, (int, float)) and not isinstance(n, bool)]
    own = rescaling_by(*numbers) if len(numbers) == len(said) else None
    return [Part("rescaling" if own else "identity", own or {}, seen.refs[:1])]


_READ: dict[str, Callable[[Seen], list[Part]]] = {
    "BatchNormalization": _norm, "GroupNormalization": _norm, "SyncBatchNormalization": _norm,
    "BatchNormalizationV1": _norm, "BatchNormalizationV2": _norm,
    "LayerNormalization": _layer_norm,
    "Normalization": _normalization, "Rescaling": _rescaling,
    "Reshape": _reshape, "Permute": _permute, "Resizing": _resize,
    "CenterCrop": _centre, "RandomCrop": _centre,
    "ZeroPadding1D": _margins, "ZeroPadding2D": _margins, "ZeroPadding3D": _margins,
    "Cropping1D": _margins, "Cropping2D": _margins, "Cropping3D": _margins,
    "Dot": _dot,
    "MultiHeadAttention": _attention, "GroupedQueryAttention": _attention,
    "Attention": _plain_attention, "AdditiveAttention": _plain_attention,
    "GroupQueryAttention": _attention,
    "Embedding": read_embedding, "ReversibleEmbedding": read_reversible,
    "CategoryEncoding": read_encoding, "Discretization": read_encoding,
    "LSTM": _recurrent, "GRU": _recurrent, "SimpleRNN": _recurrent, "RNN": _recurrent,
    "ConvLSTM1D": _recurrent, "ConvLSTM2D": _recurrent, "ConvLSTM3D": _recurrent,
    "Bidirectional": _bidirectional,
    "SpectralNormalization": _spectral,
    "EinsumDense": read_einsum, "CustomScaleLayer": _scaled_sum,
}  # fmt: skip
"""How a layer is read whose keys are not those of its configuration."""

"""Keras' words as kinds of layer and keys: the table of the dialect, read from the other side."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.dialects.keras import Keras
from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.keys import Key

Data = dict[str, Any]

_OLDER = {
    "CuDNNLSTM": "lstm", "CuDNNGRU": "gru", "Merge": "add", "StochasticDepth": "drop_path",
    "SyncBatchNormalization": "batch_norm", "BatchNormalizationV1": "batch_norm",
    "BatchNormalizationV2": "batch_norm", "ThresholdedReLU": "threshold", "RandomCrop": "crop",
}  # fmt: skip
"""Classes of earlier versions, of packages beside Keras, and those that do two things."""

_CELLS = {"LSTMCell": "LSTM", "GRUCell": "GRU", "SimpleRNNCell": "SimpleRNN"}

PASSING = re.compile(
    r"Random(?!Crop)\w+|ActivityRegularization|AugMix|AutoContrast|CutMix|MixUp|\w*Equalization|"
    r"Solarization|RandAugment|GaussianNoise|AlphaDropout|Cast|StopGradient|Copy|Identity"
).fullmatch
"""What changes no shape, has no weights, and multiplies nothing where a model infers."""

_SILENT = ("eps", "momentum", "init", "power_iterations")
"""Keys that change no number."""


def camel(word: str) -> str:
    """`ExpandDims` for `expand_dims`."""
    return "".join(part.capitalize() for part in word.split("_"))


@cache
def classes() -> Mapping[str, str]:
    """The kinds by the classes of layers: `{"Conv2D": "conv", …}`."""
    found = dict(_OLDER)
    for kind in Keras.kinds():
        for word in Keras.words(kind).split(", "):
            name = word.rpartition(".")[2]
            if re.fullmatch(r"[A-Z]\w*", name) and name not in ("Bidirectional", "Lambda"):
                found[name] = kind
    return found


@cache
def activations() -> Mapping[str, str]:
    """The kinds by what an `Activation` calls them: `{"swish": "silu", …}`."""
    found = {}
    for kind in Keras.kinds():
        words = re.findall(r'Activation\("(\w+)"\)', Keras.words(kind))
        found.update(dict.fromkeys(words, kind))
    names = ("relu", "elu", "softmax", "leaky_relu")
    return {**found, **{name: name for name in names}, "hard_swish": "hard_swish"}


@cache
def operations() -> Mapping[str, str]:
    """The kinds by the classes of `keras.ops`: `{"ExpandDims": "unsqueeze", …}`."""
    found = {
        "Absolute": "abs",
        "Exp": "exponential",
        "Max": "max",
        "Min": "min",
        "Amax": "max",
        "Amin": "min",
    }
    for kind in Keras.kinds():
        for word in re.findall(r"ops\.(\w+)", Keras.words(kind)):
            found[camel(word)] = kind
    for word, kind in activations().items():
        found[camel(word)] = kind
    return {**found, "Concatenate": "concat", "Concat": "concat"}


@cache
def keys_of(kind: str) -> Mapping[str, Key]:
    """The keys of a kind, by their names."""
    module = registry.load("layers", kind)
    found: Mapping[str, Key] = getattr(module, camel(kind)).keys
    return found


def keys(kind: str, config: Data) -> Data:
    """What a configuration says in the keys of a kind, without what is so anyway.

    Raises Unreadable for a value that no key has.
    """
    arguments = Keras.arguments(kind)
    found: Data = {}
    for name, key in keys_of(kind).items():
        value = plain(config.get(arguments.get(name, name)), name)
        if name not in _SILENT and value is not None and value != key.default:
            found[name] = value
    return found


def plain(value: Any, name: str) -> Any:
    """A value as a spec has it: of numbers that are all the same, one; raises Unreadable."""
    if isinstance(value, list):
        parts = [plain(part, name) for part in value]
        same = bool(parts) and isinstance(parts[0], int) and all(part == parts[0] for part in parts)
        return parts[0] if same and not name.startswith("ax") else parts
    if isinstance(value, str):
        if not re.fullmatch(r"\w{1,40}", value):
            raise Unreadable(f"`{name}` cannot be `{cut(value, NAME)}`")
        return value.lower()
    if isinstance(value, dict):
        raise Unreadable(f"`{name}` is not a plain value")
    return value


def activation(value: Any) -> tuple[str, Data] | None:
    """The kind and keys of an activation that stands in a configuration; None for none.

    A function of the file's own has no weights, and stands for none.
    """
    if isinstance(value, dict):
        inner = value.get("config")
        cls = value.get("class_name")
        if isinstance(inner, dict) and isinstance(cls, str):
            return activation_layer(cls, inner)
        value = inner if isinstance(inner, str) else value.get("registered_name")
    kind = activations().get(value) if isinstance(value, str) else None
    return None if kind in (None, "identity") else (str(kind), {})


def activation_layer(cls: str, config: Data) -> tuple[str, Data] | None:
    """The same of a layer that is one; None for what is none."""
    if cls == "Activation":
        return activation(config.get("activation")) or ("identity", {})
    if cls == "ReLU":
        return _relu(config)
    if cls == "Softmax":
        axis = config.get("axis")
        return "softmax", {} if axis in (None, -1, [-1]) else {"axis": plain(axis, "axis")}
    if cls in ("LeakyReLU", "ELU"):
        given = config.get("negative_slope", config.get("alpha"))
        usual = (None, 0.3) if cls == "LeakyReLU" else (None, 1, 1.0)
        word = "slope" if cls == "LeakyReLU" else "alpha"
        kind = "leaky_relu" if cls == "LeakyReLU" else "elu"
        return kind, {} if given in usual else {word: plain(given, word)}
    if cls == "ThresholdedReLU":
        return "threshold", {}
    if cls == "PReLU":
        shared = config.get("shared_axes")
        return "prelu", {"shared": plain(shared, "axes")} if shared else {}
    return None


def _relu(config: Data) -> tuple[str, Data]:
    most, slope, threshold = (
        config.get(word) for word in ("max_value", "negative_slope", "threshold")
    )
    if not slope and not threshold and most in (6, None):
        return ("relu6" if most == 6 else "relu"), {}
    found = {"max_value": most, "slope": slope, "threshold": threshold}
    return "relu", {key: plain(value, key) for key, value in found.items() if value}


def cells(config: Data) -> list[tuple[str, Data]] | None:
    """What an `RNN` is whose cells stand on each other, one layer behind the other; None for other cells."""
    inner = config.get("cell")
    own = inner.get("config") if isinstance(inner, dict) else None
    stack = own.get("cells") if isinstance(own, dict) else None
    if not isinstance(stack, list):
        one = cell(config)
        return None if one is None else [one]
    found = []
    for number, part in enumerate(stack, 1):
        one = cell({**config, "cell": part})
        if one is None:
            return None
        all_steps = number < len(stack) or config.get("return_sequences")
        found.append((one[0], {**one[1], "return_sequences": all_steps}))
    return found or None


def cell(config: Data) -> tuple[str, Data] | None:
    """The class and configuration of the layer that an `RNN` of one cell is; None for other cells."""
    inner = config.get("cell")
    if not isinstance(inner, dict) or inner.get("class_name") not in _CELLS:
        return None
    own = inner.get("config")
    outer = {key: value for key, value in config.items() if key != "cell"}
    return _CELLS[inner["class_name"]], {**(own if isinstance(own, dict) else {}), **outer}

"""PyTorch's recurrent layers and attention: features last, time before the batch unless told.

States and attention weights that are returned too are left out.
"""

from __future__ import annotations

from ..cases import Case
from ..stating import NAMES, Stated, Statement, Unstated, View, layer
from .views import claimed

KINDS = {"RNN": "simple_rnn", "LSTM": "lstm", "GRU": "gru"}

UNSEEN = ("nonlinearity", "dropout", "batch_first")
"""Arguments that change no number of the main output."""


def sequence(case: Case) -> View:
    """Features last; the batch second unless `batch_first`."""
    if len(case.shapes[0]) == 2:
        return View(-1, None)
    return View(-1, 0 if case.args.get("batch_first") else 1)


def recurrent(case: Case) -> Stated:
    """The whole sequence is the main output."""
    claimed(case, "input_size", axis=-1)
    v = sequence(case)
    entry = layer(KINDS[case.cls], case.args, "input_size", *UNSEEN, **{"return": "sequence"})
    return Stated((v.read(case.shapes[0]),), [entry], v)


def cell(case: Case) -> Stated:
    """A recurrent layer over a sequence of one."""
    claimed(case, "input_size", axis=-1)
    v = View(-1, 0 if len(case.shapes[0]) == 2 else None)
    (features,) = v.axes(case.shapes[0])
    kind = KINDS[case.cls.removesuffix("Cell")]
    layers = [
        {"reshape": {"to": {"channels": features, "size": [1]}}},
        layer(kind, case.args, "input_size", *UNSEEN, **{"return": "last"}),
    ]
    return Stated((v.read(case.shapes[0]),), layers, v)


def attention(case: Case) -> Stated:
    """Query, key and value, or one tensor for all three."""
    args = case.args
    claimed(case, "embed_dim", axis=-1)
    if args.get("add_bias_kv") or args.get("add_zero_attn"):
        raise Unstated("further keys and values")
    v = sequence(case)
    inputs = tuple(v.read(shape) for shape in case.shapes)
    operands = list(NAMES[:3]) if len(inputs) == 3 else ["input"] * 3
    drop = ("embed_dim", "kdim", "vdim", *UNSEEN)
    entry = layer("multi_head_attention", args, *drop, **{"from": operands})
    return Stated(inputs, [entry], v)


TABLE: dict[str, Statement] = {
    "MultiheadAttention": attention,
    **dict.fromkeys(KINDS, recurrent),
    **dict.fromkeys((f"{kind}Cell" for kind in KINDS), cell),
}

"""Configurations of one axis, as other frameworks ran them: stated as specs, and asked of our windows.

`data/NAME.json.gz` holds rows measured with one-hot inputs: what goes in, the length that came out,
which inputs each output reads, where the first window starts. What the language cannot say is
`Unstated`, with a reason.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cnncalc
from cnncalc.arithmetic.windows import TransposedWindow

DATA = Path(__file__).parent / "data"

WORDS = {"SAME": "same", "SAME_LOWER": "same_lower", "VALID": "valid", "CAUSAL": "causal"}
FOLDED = {"CIRCULAR": "circular", "REFLECT": "reflect"}


class Unstated(Exception):
    """The language has no words for this."""


class Row(NamedTuple):
    """One configuration and its answer: `length` is None where it is refused, or gives nothing.

    `reads` are the inputs that each output reads; `start` is the first input of the first window,
    or what a transposed window cuts off before; None where it cannot be said.
    """

    id: int
    L: int
    k: int
    s: int
    d: int
    pad: Any
    options: dict[str, Any]
    length: int | None
    reads: list[list[int]] | None
    start: int | None


@cache
def rows(name: str) -> dict[str, list[Row]]:
    """The rows of a framework by operator."""
    with gzip.open(DATA / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        found = json.load(file)
    read = _FORMS[name]
    return {op: [read(op, row) for row in measured] for op, measured in found["ops"].items()}


def _flax(op: str, row: list[Any]) -> Row:
    number, length, k, s, d, pad, options, out, masks, aux = row
    reads = [[i for i in range(length) if mask >> i & 1] for mask in masks] if out else None
    start = aux[0] if op.startswith("conv") and aux else None
    return Row(number, length, k, s, d, pad, options, out or None, reads, start)


def _caffe(op: str, row: dict[str, Any]) -> Row:
    start = row.get("start", row.get("crop_start"))
    options = {name: row[name] for name in ("pad_h", "ceil_mode") if name in row}
    return Row(row["id"], row["L"], row["k"], row["s"], row.get("d", 1), row["pad"], options,
               row["out"], row.get("reads"), start if isinstance(start, int) else None)


_FORMS = {"flax": _flax, "caffe": _caffe}


def state_flax(op: str, row: Row) -> dict[str, Any]:
    """A row of Flax as a spec; raises Unstated."""
    word = row.pad if isinstance(row.pad, str) else ""
    pad = WORDS.get(word, [row.pad] if isinstance(row.pad, list) else row.pad)
    window = {"stride": row.s, "padding": pad}
    before: list[Any] = []
    if op.endswith("_pool"):
        layer = {op: {"size": row.k, **window}}
    elif op == "conv":
        if word in FOLDED:
            reach = row.d * (row.k - 1)
            amount = [[reach // 2, reach - reach // 2]]
            before = [{"pad": {"amount": amount, "mode": FOLDED[word]}}]
            window["padding"] = "valid"
        layer = {op: {"filters": 1, "kernel": row.k, "dilation": row.d, **window}}
    else:
        if word == "CIRCULAR":
            raise Unstated("a transposed convolution on a circle")
        if word == "SAME_LOWER":
            # Where it is not refused, the stride is 1 and it is a convolution.
            reach = row.d * (row.k - 1)
            window["padding"] = [[reach - reach // 2, reach // 2]] if row.s == 1 else "same_lower"
        layer = {op: {"filters": 1, "kernel": row.k, "dilation": row.d, **window}}
    return _spec("flax", [row.L], [*before, layer])


def state_caffe(op: str, row: Row) -> dict[str, Any]:
    """A row of Caffe as a spec; its pools have a second axis, which may be padded."""
    if op.startswith("Pooling"):
        keys: dict[str, Any] = {"size": [2, row.k], "stride": [1, row.s], "padding": [row.options["pad_h"], row.pad]}
        if row.options["ceil_mode"] is not None:
            keys["ceil"] = row.options["ceil_mode"]
        return _spec("caffe", [4, row.L], [{"max_pool" if "MAX" in op else "avg_pool": keys}])
    kind = {"Convolution": "conv", "Deconvolution": "conv_transpose"}[op]
    keys = {"filters": 1, "kernel": row.k, "stride": row.s, "padding": row.pad, "dilation": row.d}
    return _spec("caffe", [row.L], [{kind: keys}])


STATE = {"flax": state_flax, "caffe": state_caffe}


def _spec(dialect: str, size: list[int], layers: list[Any]) -> dict[str, Any]:
    return {"dialect": dialect, "input": {"channels": 1, "size": size}, "layers": layers}


def judge(name: str, op: str, row: Row) -> str:
    """What is wrong with our answer to a row, if anything; raises Unstated."""
    spec = STATE[name](op, row)
    try:
        net = cnncalc.loads(json.dumps(spec))
    except cnncalc.SpecError as error:
        return "" if row.length is None else f"{spec}: {error}, not {row.length}"
    length = net.nodes[-1].output.size[-1]
    if row.length is None:
        return f"{spec}: {length}, not refused"
    reads, n = [[i] for i in range(row.L)], row.L
    for node in net.nodes[1:]:
        window = node.facts.windows[-1]
        n, seen = window.positions(n), n
        reads = [sorted({i for tap in window.taps(u, seen) for i in reads[tap]}) for u in range(n)]
    cut = window.padding[0] if isinstance(window, TransposedWindow) else -window.padding[0]
    start = row.start if row.start is None else cut
    if (length, reads, start) != (row.length, row.reads, row.start):
        return f"{spec}: {length} {reads} from {start}, not {row.length} {row.reads} from {row.start}"
    return ""

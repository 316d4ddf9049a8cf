"""Configurations of one axis, as other frameworks ran them: stated as specs, and asked of our windows.

The files that `tests/conformance/runtimes` is asked, too, hold rows measured with one-hot inputs: what goes in, the length that came out,
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

DATA = Path(__file__).parents[1] / "conformance" / "runtimes" / "data"
FILES = {"darknet": "darknet_alexeyab"}

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
    with gzip.open(DATA / f"{FILES.get(name, name)}_windows.json.gz", "rt", encoding="utf-8") as file:
        found = json.load(file)
    read = _FORMS[name]
    tables = {op: table["rows"] if isinstance(table, dict) else table for op, table in found["ops"].items()}
    return {op: [read(op, row) for row in measured] for op, measured in tables.items()}


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


def _ncnn(op: str, row: dict[str, Any]) -> Row:
    start = row.get("start", row.get("crop_start"))
    options = {name: row[name] for name in ("pad_mode", "output_pad_right", "output_w") if name in row}
    return Row(row["id"], row["L"], row["k"], row["s"], row.get("d", 1), row["pad"], options,
               row["out"], row.get("reads"), start if isinstance(start, int) else None)


def _darknet(op: str, row: dict[str, Any]) -> Row:
    start = row.get("start")
    return Row(row["id"], row["L"], row["k"], row["s"], 1, row.get("pad"), {"padding": row["padding"]},
               row["out"], row.get("reads"), start if isinstance(start, int) else None)


_FORMS = {"flax": _flax, "caffe": _caffe, "ncnn": _ncnn, "darknet": _darknet}


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


def state_ncnn(op: str, row: Row) -> dict[str, Any]:
    """A row of ncnn as a spec; raises Unstated."""
    word = {-233: "same", -234: "same_lower"}.get(row.pad if isinstance(row.pad, int) else 0, "")
    if op.startswith("Pooling"):
        mode = row.options["pad_mode"]
        keys: dict[str, Any] = {"size": row.k, "stride": row.s}
        keys["padding"] = {2: "same", 3: "same_lower"}.get(mode, [row.pad])
        if mode:
            keys["ceil"] = False
        return _spec("ncnn", [row.L], [{"max_pool" if "max" in op else "avg_pool": keys}])
    keys = {"filters": 1, "kernel": row.k, "stride": row.s, "dilation": row.d, "padding": word or [row.pad]}
    if op.startswith("Convolution"):
        return _spec("ncnn", [row.L], [{"conv": keys}])
    size, extra = row.options["output_w"], row.options["output_pad_right"]
    if size and not word and not any(row.pad):
        raise Unstated("an output size that ncnn refuses")
    if word:
        total = (row.L - 1) * row.s + row.d * (row.k - 1) + 1 + extra - size if size else 0
        start = total // 2 if word == "same" else total - total // 2
        keys["padding"] = [[start, total - start]]
    return _spec("ncnn", [row.L], [{"conv_transpose": {**keys, "output_padding": extra}}])


def state_darknet(op: str, row: Row) -> dict[str, Any]:
    """A row of Darknet as a spec; raises Unstated."""
    padding = row.options["padding"]
    if op == "maxpool":
        total = row.k - 1 if padding is None else padding
        keys: dict[str, Any] = {"size": row.k, "stride": row.s, "padding": [[total // 2, total - total // 2]]}
        return _spec("darknet", [row.L], [{"max_pool": keys}])
    each = row.k // 2 if row.pad else padding or 0
    if row.k == row.s == 1 and each:
        raise Unstated("a convolution of one element that ignores its padding")
    return _spec("darknet", [row.L], [{"conv": {"filters": 1, "kernel": row.k, "stride": row.s, "padding": each}}])


STATE = {"flax": state_flax, "caffe": state_caffe, "ncnn": state_ncnn, "darknet": state_darknet}


def _spec(dialect: str, size: list[int], layers: list[Any]) -> dict[str, Any]:
    return {"dialect": dialect, "input": {"channels": 1, "size": size}, "layers": layers}


def judge(name: str, op: str, row: Row) -> str:
    """What is wrong with our answer to a row, if anything; raises Unstated."""
    spec = STATE[name](op, row)
    try:
        net = cnncalc.loads(json.dumps(spec))
    except cnncalc.SpecError as error:
        return "" if row.length is None else f"{spec}: {error}, not {row.length}"
    return compare(net, row, spec)


def compare(net: Any, row: Row, spec: object) -> str:
    """What is wrong with the last axis of a network for a row, if anything; `spec` is how it was stated."""
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

"""The forms of mobile runtimes and old formats, whose rows are mappings."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from cnncalc.dialects.base.asked import Asked
from cnncalc.dialects.base.dialect import find

from .rows import Form, Row, operators, padding, word

Measured = dict[str, Any]

KINDS = {"max": "max_pool", "average": "avg_pool", "avg": "avg_pool", "ave": "avg_pool", "transpose": "conv_transpose",
         "deconv": "conv_transpose", "conv": "conv", "pool": "max_pool"}  # fmt: skip


def kind_of(op: str) -> str:
    """The kind of layer that an operator is."""
    return next(kind for part, kind in KINDS.items() if part in op.lower())


def answered(dialect: str, op: str, row: Measured, asked: Asked, others: tuple[Asked, ...] = ()) -> Row:
    """A row with its answer; where values are garbage, only the length counts."""
    start = row.get("start", row.get("crop_start"))
    known = row["out"] is not None and not row.get("undefined")
    zeros = [int(u) for u, value in row.get("odd", {}).items() if value == "zero padding wins"]
    return Row(dialect, op, row["id"], asked, row["out"], row.get("reads") if known else None,
               row.get("div") if known else None, start if known and isinstance(start, int) else None, others,
               zeros if known and asked.kind == "max_pool" else None)  # fmt: skip


def ask(dialect: str, op: str, row: Measured, **said: Any) -> Asked:
    """What every row says in the same way."""
    return Asked(kind_of(op), row["L"], row["k"], row["s"], row.get("d", 1), **said)


def tflite(op: str, row: Measured) -> Iterator[Row]:
    """Padding is a word; a transposed convolution has its output length."""
    asked = ask("tflite", op, row, **padding("tflite", row["pad"]), target=row.get("output_length"))
    yield answered("tflite", op, row, asked)


def tfjs(op: str, row: Measured) -> Iterator[Row]:
    """The other axis has the same window, or a window of 1; `conv1d` is a `conv2d` of height 1."""
    rounding = {"unset": ""}.get(row.get("rounding", ""), row.get("rounding", ""))
    said = {**padding("tfjs", row["pad"]), "rounding": rounding, "target": row.get("output_length")}
    way = "layer" if op.startswith("layer") else "pool" if op == "pool" else ""
    asked = ask("tfjs", op, row, **said, way=way)
    other = asked._replace(k=1, s=1, d=1) if "1xk" in op else asked
    if op == "conv1d":
        other = asked._replace(n=1, k=1, s=1, d=1, way="1d")
    yield answered("tfjs", op, row, asked, (other,))


def coreml(op: str, row: Measured) -> Iterator[Row]:
    """Only lengths are known: there is no runtime to ask for the rest."""
    said = padding("coreml", row["pad_type"]) if row["pad"] is None else {"sides": tuple(row["pad"])}
    rounding = "ceil" if row.get("ceil_mode") else ""
    asked = ask("coreml", op, row, **said, rounding=rounding, target=row.get("output_length"))
    yield Row("coreml", op, row["id"], asked, row["out"])


def mnn(op: str, row: Measured) -> Iterator[Row]:
    """Its own API has a number beside each word; what its converter makes of ONNX is asked as such."""
    if op.startswith("ONNX"):
        said = padding("mnn", row["auto_pad"]) if row["auto_pad"] else {"sides": tuple(row["pad"])}
        counted = bool(row["count_include_pad"]) if "count_include_pad" in row else None
        rounding = "ceil" if row.get("ceil_mode") else "floor"
        asked = ask("mnn", op, row, **said, rounding=rounding, counted=counted, extra=row.get("output_padding"),
                    way="onnx")  # fmt: skip
    else:
        mode = {"CAFFE": ""}.get(row["mode"]) if row["mode"] == "CAFFE" else padding("mnn", row["mode"])["mode"]
        asked = ask("mnn", op, row, mode=mode, sides=(row["pad"], row["pad"]), rounding="ceil")
    yield answered("mnn", op, row, asked)


def nnef(op: str, row: Measured) -> Iterator[Row]:
    """A border of zeros counts, one that is ignored does not."""
    counted = {"constant": True, "ignore": False}.get(row.get("border", ""))
    asked = ask("nnef", op, row, **padding("nnef", row["pad"]), counted=counted, target=row.get("output_length") or None)
    yield answered("nnef", op, row, asked)


def ncnn(op: str, row: Measured) -> Iterator[Row]:
    """The mode of a pool is its rounding or a word for padding; a size that is 0 is not given."""
    said: dict[str, Any] = {"sides": tuple(row["pad"])} if isinstance(row["pad"], list) else {"mode": word("ncnn", row["pad"])}
    if "pad_mode" in row:
        mode = row["pad_mode"]
        said |= {"rounding": "ceil" if mode == 0 else "floor", "mode": "" if mode < 2 else word("ncnn", -231 - mode)}
    if "count_include_pad" in row:
        said["counted"] = bool(row["count_include_pad"])
    asked = ask("ncnn", op, row, **said, extra=row.get("output_pad_right"), target=row.get("output_w") or None)
    yield answered("ncnn", op, row, asked)


def caffe(op: str, row: Measured, dialect: str = "caffe") -> Iterator[Row]:
    """Its pools have a second axis of four elements and a window of two, which may be padded."""
    asked = ask(dialect, op, row, sides=(row["pad"], row["pad"]))
    if "pad_h" not in row:
        yield answered(dialect, op, row, asked)
        return
    ceil = find("caffe").defaults[asked.kind]["ceil"] if row["ceil_mode"] is None else row["ceil_mode"]
    asked = asked._replace(rounding="ceil" if ceil else "floor", way="caffe")
    other = asked._replace(n=4, k=2, s=1, sides=(row["pad_h"], row["pad_h"]))
    yield answered(dialect, op, row, asked, (other,))


def darknet(op: str, row: Measured, dialect: str = "darknet", way: str = "") -> Iterator[Row]:
    """`pad` is a flag that wins; the padding of a pool is for both sides together."""
    given = row["padding"]
    if op == "maxpool":
        said: dict[str, Any] = {"mode": "default"} if given is None else {"sides": (given // 2, given - given // 2)}
    else:
        said = {"mode": word("darknet", "pad=1")} if row.get("pad") else {"sides": (given or 0, given or 0)}
    yield answered(dialect, op, row, ask(dialect, op, row, **said, way=way))


FORMS = {
    name: Form("opencv4" if name.startswith("opencv") else name.partition("_")[0], form, operators)
    for name, form in (
        ("tflite", tflite), ("tfjs", tfjs), ("coreml", coreml), ("mnn", mnn), ("nnef", nnef), ("ncnn", ncnn),
        ("caffe", caffe), ("darknet_alexeyab", darknet), ("darknet", partial(darknet, way="original")),
        ("opencv_caffe", partial(caffe, dialect="opencv4")),
        ("opencv_darknet", partial(darknet, dialect="opencv4", way="darknet")),
    )
}  # fmt: skip

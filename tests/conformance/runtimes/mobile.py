"""The forms of mobile runtimes and old formats, whose rows are mappings."""

from collections.abc import Iterator
from typing import Any

from cnncalc.dialects.base.asked import Asked

from .rows import Form, Row, operators, padding

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


FORMS = {name: Form(name, form, operators) for name, form in (("tflite", tflite), ("tfjs", tfjs), ("coreml", coreml))}

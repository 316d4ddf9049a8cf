"""The form of ONNX's operators: each row holds the answers of several runtimes, each of them a letter."""

from collections.abc import Iterator
from typing import Any

from cnncalc.dialects.base.asked import Asked, Resizing

from .rows import Form, Row, padding

LETTERS = {"o": "onnxruntime", "v": "openvino", "c": "opencv", "t": "tract"}
KINDS = {"MaxPool": "max_pool", "AveragePool": "avg_pool", "LpPool": "lp_pool", "Conv": "conv",
         "ConvTranspose": "conv_transpose"}  # fmt: skip


def onnx(op: str, row: dict[str, Any]) -> Iterator[Row]:
    """A row for each runtime; where all agree, one for ONNX itself."""
    given = row["results"]
    for letters, result in given:
        named = ["onnx", *LETTERS.values()] if letters == "*" else [LETTERS[x] for x in letters if x in LETTERS]
        for dialect in named:
            yield _resize(dialect, row, result) if op == "Resize" else _window(dialect, op, row, result)


def _window(dialect: str, op: str, row: dict[str, Any], result: dict[str, Any]) -> Row:
    said: dict[str, Any] = {}
    if row["auto_pad"]:
        said = padding(dialect, row["auto_pad"])
    if row["pads"]:
        said["sides"] = tuple(row["pads"])
    if "cip" in row:
        said["counted"] = bool(row["cip"])
    if row.get("ceil"):
        said["rounding"] = "ceil"
    said |= {"extra": row.get("output_padding"), "target": row.get("output_shape")}
    asked = Asked(KINDS[op], row["L"], row["k"], row["s"] or 1, row["d"] or 1, **said)
    if "e" in result:
        return Row(dialect, op, row["id"], asked, None)
    shape = result.get("shape")
    return Row(dialect, op, row["id"], asked, result["n"] if shape is None else (shape or [None])[-1], result.get("w"), result.get("div"),
               result.get("start", result.get("crop")))  # fmt: skip


def _resize(dialect: str, row: dict[str, Any], result: dict[str, Any]) -> Row:
    n = (row["H"], row["L"]) if row["H"] else (row["L"],)
    sizes = row["sizes2"] or ([row["sizes"]] if row["sizes"] is not None else None)
    asked = Resizing(n, (row["scales"],) if row["scales"] is not None else None, sizes and tuple(sizes),
                     row["coord"] or "half_pixel", tuple(row["roi"] or (0, 1)), row["policy"] or "stretch", bool(row["H"]))  # fmt: skip
    length = None if "e" in result else result["n"]
    return Row(dialect, "Resize", row["id"], asked, length)


def columns(found: dict[str, Any]) -> dict[str, list[Any]]:
    """The rows of a file as mappings, by operator."""
    return {op: [dict(zip(found["columns"][op], row, strict=True)) for row in rows]
            for op, rows in found["rows"].items()}  # fmt: skip


FORMS = {"onnx": Form("onnx", onnx, columns)}

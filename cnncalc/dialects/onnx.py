"""ONNX: its operators, as their text has them."""

from __future__ import annotations

from typing import Any, ClassVar

from cnncalc.dialects.base.dialect import Dialect


class Onnx(Dialect):
    """ONNX, whatever runs it."""

    title = "ONNX"
    version = "opset 28"
    source = "Operators.md; windows measured with onnxruntime 1.32"

    recurrent_biases = 2
    merges_spread = True
    splits_unevenly = True

    neutral = "auto_pad storage_order"

    spelling = """
add | Add, Sum
"""

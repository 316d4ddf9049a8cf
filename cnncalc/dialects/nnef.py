"""NNEF: the operations of its standard whose windows are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


class Nnef(Dialect):
    """NNEF. The zeros of the padding take part in max pools unless the border is `ignore`."""

    title = "NNEF"
    version = "nnef 1.0.10"
    source = "the NNEF standard; windows measured with the package nnef"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"onnx": "nnef-tools", "caffe": "nnef-tools", "tflite": "nnef-tools"}

    words_for_padding = "auto: same"
    averages: ClassVar = {"counted": "kernel", "inputs": "inputs"}
    merges_spread = True

    limits: ClassVar = {
        "max_pool": (limits.rounding_up,),
        "avg_pool": (limits.rounding_up,),
    }

    @classmethod
    def zeros_of(cls, asked: Asked) -> str:
        """In max pools whose border is `constant`, which count the padding."""
        return "beside" if asked.kind == "max_pool" and asked.counted is not False else "never"

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size is accepted if a convolution makes the input of it; raises Refusal."""
        if asked.target is None and asked.mode != "same":
            return super().transpose(asked)
        size = asked.n * asked.s if asked.target is None else asked.target
        if transposing.forward_length(asked, size) != asked.n:
            raise cls.refuse(f"no convolution makes {asked.n} of {size} elements",
                             key="output_size")  # fmt: skip
        return transposing.cut_to(asked, size, transposing.forward_sides(asked, size)[0])

    told = """
conv | no padding written is SAME |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | the zeros of the padding take part, unless the border is `ignore` |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
avg_pool | border `constant` counts |
    divided by F, or the inputs that are read
conv_transpose | a given output shape must lead back to the input |
    SAME: O = I·S
"""
    spelling = """
avg_pool | avg_pool
conv | conv
conv_transpose | deconv
depthwise_conv | conv with groups = 0
max_pool | max_pool
"""

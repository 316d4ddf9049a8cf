"""MNN: the operators of its graphs whose windows are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.moving import Listed
from cnncalc.arithmetic.padding import half_of
from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis, TransposedWindow
    from cnncalc.dialects.base.asked import Asked


def _number_beside_word(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode and any(asked.sides):
        raise dialect.refuse("a pool is padded by a word or a number", key="padding")


class Mnn(Dialect):
    """MNN. Padding beside VALID moves the windows and not the size; SAME may start inside of the input."""

    title = "MNN"
    version = "3.6.1"
    source = "documentation of MNN; windows measured with its own API and its converter from ONNX"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"onnx": "MNNConvert", "caffe": "MNNConvert", "tflite": "MNNConvert"}
    padding_words = "valid same"

    words_for_padding = "SAME: same, VALID: valid, SAME_UPPER: same_upper, SAME_LOWER: same_upper"
    conv_same = "unclamped"
    ceil_unpadded = "full"
    ceil_padded = "full"
    averages: ClassVar = {"counted": "before", "inputs": "inputs", "same": "inputs"}
    merges_spread = True

    defaults: ClassVar = {"max_pool": {"ceil": True}, "avg_pool": {"ceil": True}}
    limits: ClassVar = {
        "max_pool": (_number_beside_word, limits.dilation_of_pool),
        "avg_pool": (_number_beside_word, limits.dilation_of_pool),
    }

    @classmethod
    def reading(cls, asked: Asked, others: Sequence[Asked] = ()) -> Axis:
        """A max pool takes the nearest element where its window has none."""
        found = super().reading(asked, others)
        if asked.kind != "max_pool":
            return found
        reads = [tuple(found.taps(u, asked.n)) for u in range(found.positions(asked.n))]
        if all(reads):
            return found
        last = asked.n - 1
        return Listed(
            tuple(
                read or ((last if u * asked.s - asked.sides[0] > last else 0),)
                for u, read in enumerate(reads)
            )
        )

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """A number beside VALID moves the windows; beside SAME it is forgotten."""
        if asked.mode == "valid" and not asked.way:
            return (asked.sides[0], -asked.sides[0])
        return super().sides_of(asked)

    @classmethod
    def rounding_of(cls, asked: Asked, others: Sequence[Asked] = ()) -> str:
        """Beside a word nothing is rounded up."""
        return "floor" if asked.mode else super().rounding_of(asked, others)

    @classmethod
    def divisor_of(cls, asked: Asked) -> str:
        """What an average of ONNX counts, it counts under every word."""
        return "before" if asked.counted else super().divisor_of(asked)

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """`same` gives n·stride and forgets the dilation in what it cuts; `valid` cuts the number, too."""
        if asked.mode.startswith("same"):
            return transposing.cut_to(asked, asked.n * asked.s, half_of(asked.k - asked.s))
        return super().spread(asked._replace(mode=""))

    told = """
conv | CAFFE is numbers; a number beside VALID moves the windows and not the size; SAME may start
    inside |
    SAME: P = (O − 1)·S + E − I, cut towards 0 when halved
max_pool | its own pools round up and drop no window; ONNX's SAME_LOWER is SAME_UPPER; a window
    without inputs takes the nearest |
    O = ⌈(I + 2P − F)/S⌉ + 1
avg_pool | as max pools |
    counted: the elements of the window up to I + P_start
conv_transpose | SAME forgets the dilation in what it cuts |
    SAME: O = I·S, (F − S)/2 cut in front
"""
    spelling = """
avg_pool | Pooling of type AVEPOOL
conv | Convolution, Convolution3D
conv_transpose | Deconvolution
depthwise_conv | ConvolutionDepthwise
max_pool | Pooling of type MAXPOOL
"""

"""Darknet: the sections of its cfg files whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.moving import Listed
from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.dialects.base.asked import Asked


class Darknet(Dialect):
    """Darknet, and the fork by AlexeyAB, whose rules hold where the two differ."""

    title = "Darknet"
    version = "59596d78 of AlexeyAB/darknet"
    source = "src/parser.c; windows measured with both on the CPU"
    partial = True

    dense_flattens = True
    words_for_padding = "pad=1: half"
    averages: ClassVar = {"inputs": "inputs"}

    limits: ClassVar = {
        "max_pool": (limits.dilation_of_pool, limits.rounding_up),
        "avg_pool": (limits.rounding_up,),
    }

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """A pool is padded by its size less one by default, of which half comes first."""
        if asked.mode == "default":
            return ((asked.k - 1) // 2, asked.k - 1 - (asked.k - 1) // 2)
        return super().sides_of(asked)

    @classmethod
    def reading(cls, asked: Asked, others: Sequence[Asked] = ()) -> Axis:
        """A window of 1 reads the map as it lies in memory, whatever the padding.

        The original does so whatever the stride. Along the diagonal of a square map that is every so
        many elements.
        """
        found = super().reading(asked, others)
        plain = asked.s == 1 and not any(cls.sides_of(asked))
        if (
            asked.kind != "conv"
            or asked.k > 1
            or plain
            or (asked.s > 1 and asked.way != "original")
        ):
            return found
        n, m = asked.n, found.positions(asked.n)
        inputs = [divmod(u * (m + 1), n + 1) for u in range(m)]
        return Listed(tuple((i,) if not rest and i < n else () for i, rest in inputs))

    padding_words = ""
    pairs = "max_pool avg_pool"
    numbers = f"{CONVOLUTIONS} conv_transpose"
    pad_layer = False
    lacks: ClassVar = {
        "max_pool": "ceil dilation",
        "avg_pool": "ceil",
        "lp_pool": "*",
        "deform_conv": "*",
    }

    neutral = "jitter random ignore_thresh truth_thresh iou_loss"

    told = """
conv | pad=1 means ⌊F/2⌋ and wins over padding=; a window of 1 reads the map as it lies in memory,
    whatever the padding (in the original whatever the stride) |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | padding is for both sides together, size − 1 by default |
    P_start = ⌊P/2⌋
conv_transpose | numbers are cut from the output |
    O = (I − 1)·S + F − 2P
"""
    spelling = """
add | shortcut
avg_pool | local_avgpool
batch_norm | batchnorm
blur_pool | antialiasing=1
concat | route
conv | convolutional | kernel: size
conv_transpose | deconvolutional | kernel: size
dense | connected | units: output
crop | crop
depth_to_space | reorg with reverse=1 | factor: stride
dropout | dropout | rate: probability
elu | activation=elu
gelu | activation=gelu
global_avg_pool | avgpool
identity | route of one layer, cost, empty
l2_norm | l2norm
leaky_relu | activation=leaky
local_response_norm | lrn | k: kappa
locally_connected | local | kernel: size
max_pool | maxpool
mish | activation=mish
multiply | scale_channels, sam
opaque | any section
parameter | implicit
pad | shortcut of fewer channels
relu | activation=relu
relu6 | activation=relu6
selu | activation=selu
sigmoid | activation=logistic
silu | activation=swish
slice | route with groups
softmax | softmax
space_to_depth | reorg | factor: stride
tanh | activation=tanh
upsample | upsample | scale: stride
weighted_add | shortcut with weights_type | normalise: weights_normalization, per: weights_type
yolo_head | yolo, region | anchors: mask
"""

"""What a dialect says of networks that come to it: who converts them, and what its layers can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

CONVOLUTIONS = "conv depthwise_conv separable_conv deform_conv locally_connected"
POOLS = "max_pool avg_pool lp_pool"


class Porting:
    """How a network of another framework is written in this one. Kinds are separated by spaces."""

    converters: ClassVar[Mapping[str, str]] = {}
    """Dialects from which networks usually come, and what converts them. There may be others between:
    who says `onnx` is reached from all that ONNX is reached from."""
    padding_words: ClassVar[str] = "valid"
    """The words for padding that a converter keeps; any other is written as numbers."""
    pairs: ClassVar[str] = f"{CONVOLUTIONS} {POOLS} conv_transpose"
    """Kinds whose own padding may be more on one side than on the other."""
    numbers: ClassVar[str] = ""
    """Kinds whose own padding is a number for both sides of an axis."""
    pad_layer: ClassVar[bool] = True
    """Whether zeros can be added by a layer of its own before a layer that cannot say it."""
    lacks: ClassVar[Mapping[str, str]] = {}
    """Kinds to the keys that they do not have here; `*` says that there is no such layer."""
    averages_count: ClassVar[bool] = True
    """Whether averages count the elements of the padding, where nothing is said."""
    counted: ClassVar[str] = "padded"
    """What averages that count the padding divide by: a name of `averaging.DIVISORS`."""
    excluded: ClassVar[str] = "read"
    """The same of averages that do not."""
    same_counted: ClassVar[str] = ""
    """The same where `same` pads, whatever is counted; empty if it makes no difference."""

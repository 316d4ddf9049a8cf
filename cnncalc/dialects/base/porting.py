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
    padding_words: ClassVar[str] = ""
    """The words for padding that a converter keeps, of ours; those of `words_for_padding` if empty.
    Any other is written as numbers."""
    pairs: ClassVar[str] = f"{CONVOLUTIONS} {POOLS} conv_transpose"
    """Kinds whose own padding may be more on one side than on the other."""
    numbers: ClassVar[str] = ""
    """Kinds whose own padding is a number for both sides of an axis."""
    pads_apart: ClassVar[bool] = False
    """Whether a spec may pad as the layer itself cannot, which is written with another one before it."""
    pad_layer: ClassVar[bool] = True
    """Whether zeros can be added by a layer of its own before a layer that cannot say it."""
    lacks: ClassVar[Mapping[str, str]] = {}
    """Kinds to the keys that they do not have here; `*` says that there is no such layer."""

    words_for_padding: ClassVar[str] = ""

    @classmethod
    def own_words(cls) -> list[str]:
        """The words that a layer here may be padded with, `valid` first."""
        pairs = (pair.partition(": ")[2] for pair in cls.words_for_padding.split(", "))
        return [word for word in dict.fromkeys(["valid", *cls.kept_words(), *pairs]) if word]

    @classmethod
    def kept_words(cls) -> list[str]:
        """The words for padding that a converter keeps."""
        pairs = (pair.split(": ") for pair in cls.words_for_padding.split(", ") if pair)
        return cls.padding_words.split() or [mode for _, mode in pairs]

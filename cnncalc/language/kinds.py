"""Kinds of layer by the words of a spec."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cnncalc import registry
from cnncalc.dialects.base.dialect import asked_dialects, dialects
from cnncalc.foreign import cut

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.errors import Span
    from cnncalc.language.report import Report
    from cnncalc.layers.base.layer import Layer


LOOSE = {"pool": "max_pool", "linear": "dense", "fc": "dense", "deconv": "conv_transpose",
          "swish": "silu", "norm": "batch_norm", "act": "relu", "attention": "multi_head_attention",
          "depthwise": "depthwise_conv", "separable": "separable_conv",
          "unpool": "max_unpool", "dcn": "deform_conv", "dynamic_conv": "cond_conv",
          "local": "locally_connected", "spectrogram": "stft", "fft_conv": "conv",
          "coord_conv": "coordinates", "quant": "quantize", "quant_stub": "quantize",
          "dequant": "dequantize", "dequant_stub": "dequantize"}  # fmt: skip
"""What people say for a kind, beside the frameworks' spellings."""

WRAPPERS = frozenset(("spectral_norm", "time_distributed"))
"""The kinds that apply another layer."""


def find_layer(word: str) -> tuple[type[Layer] | None, int | None]:
    """The class of a kind, and the number of axes if the word asserts it (`conv2d`)."""
    if registry.exists("layers", word):
        return layer_class(word), None
    if word[-2:] in ("1d", "2d", "3d") and registry.exists("layers", word[:-2]):
        return layer_class(word[:-2]), int(word[-2])
    return None, None


def layer_class(kind: str) -> type[Layer]:
    """The one class of `layers/KIND.py`, whose name is the file's in CamelCase."""
    module = registry.load("layers", kind)
    found: type[Layer] = getattr(module, "".join(part.capitalize() for part in kind.split("_")))
    return found


def report_unknown(word: str, span: Span, blocks: Collection[str], report: Report) -> None:
    """A word that is neither a kind of layer nor one of the blocks."""
    is_block = word[:1].isupper() and not spelling(word)
    code, what = ("E205", "block") if is_block else ("E102", "kind of layer")
    report.find(code, f"unknown {what} `{cut(word, 60)}`", span, help=nearest_kind(word, blocks))


def nearest_kind(word: str, blocks: Collection[str]) -> str:
    """The fix for an unknown word: frameworks' spellings first, then what looks alike."""
    kinds = registry.names("layers")
    if "(" in word:
        name = word.partition("(")[0].rpartition(".")[2].strip()
        kind = spelling(name) or "conv"
        return f"items are written with named keys: - {kind}: {{…}}"
    if found := spelling(word):
        return f"did you mean `{found}`?"
    if word.lower() in LOOSE:
        return f"did you mean `{LOOSE[word.lower()]}`?"
    return (
        registry.suggestion(word.rpartition(".")[2], [*kinds, *blocks])
        or "`cnncalc layers` lists them all"
    )


@cache
def spelling(word: str) -> str:
    """The kind that a framework spells like this, whatever the case; empty if there is none."""
    plain = _plain(word.rpartition(".")[2])
    ranked = plain[-2:] in ("1d", "2d", "3d")
    for frameworks in (asked_dialects(), dialects()):
        for kind in registry.names("layers"):
            words = [framework.words(kind) for framework in frameworks.values()]
            words += [layer_class(kind).short, kind]
            spellings = [_plain(s) for s in ", ".join(words).split(", ") if s]
            if plain in spellings or (ranked and plain[:-2] in spellings):
                return kind
    return ""


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "").strip()

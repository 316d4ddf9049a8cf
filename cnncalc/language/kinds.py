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


OPAQUE = "`opaque: {output: {…}, params: …, macs: …}`"
"""What is written for a layer that is none of the kinds."""

_ALIKE = 0.75
"""How much of its letters a word shares with a kind of which it is a slip."""

WRAPPERS = frozenset(("spectral_norm", "time_distributed", "weight_norm"))
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
    is_block = word[:1].isupper() and (not has_meaning(word) or bool(_nearest(word, blocks)))
    code, what = ("E205", "block") if is_block else ("E102", "kind of layer")
    report.find(code, f"unknown {what} `{cut(word, 60)}`", span, help=fix_of_unknown(word, blocks))


def fix_of_unknown(word: str, blocks: Collection[str]) -> str:
    """The fix for an unknown word: what is surely meant, or else what may be, and `opaque`."""
    if word.startswith("zoo:") or word.endswith((".yaml", ".yml")):
        return f"a network is used by `net`: - net: {cut(word, 60)}"
    near = nearest_kind(word, blocks)
    if "(" in word or has_meaning(word) or (near and _nearest(word, blocks)):
        return near
    way_out = f"{OPAQUE} stands for a layer that the language does not have"
    return f"{near} {way_out}" if near else f"`cnncalc layers` lists all kinds; {way_out}"


def nearest_kind(word: str, blocks: Collection[str]) -> str:
    """What may be meant by an unknown word: what others call so, or what looks alike; or nothing."""
    if "(" in word:
        name = word.partition("(")[0].rpartition(".")[2].strip()
        kind = spelling(name) or "conv"
        return f"items are written with named keys: - {kind}: {{…}}"
    block = _nearest(word, blocks) if word[:1].isupper() else ""
    if not block and has_meaning(word):
        return _translation(word)
    near = block or _nearest(word.rpartition(".")[2], [*registry.names("layers"), *blocks])
    return f"did you mean `{near}`?" if near else ""


def has_meaning(word: str) -> bool:
    """Whether a framework, a paper or somebody else calls a layer like this."""
    from cnncalc.vocabulary.base.vocabulary import find_entries

    return bool(spelling(word) or find_entries(word.rpartition(".")[2]))


def _translation(word: str) -> str:
    """What is written here for a word of others."""
    from cnncalc.vocabulary.base.vocabulary import find_entries

    entries, kind = find_entries(word.rpartition(".")[2]), spelling(word)
    word = cut(word, 60)
    if not kind or (entries and not entries[0].title):
        return entries[0].sentence(word)
    # `Max` is a reduction in some frameworks, and takes several tensors in others.
    others = [
        f", and `{entry.kind}` if it is that of {entry.title}"
        for entry in entries
        if entry.word == word and entry.kind not in ("", "opaque", kind)
    ]
    return f"`{word}` is called `{kind}` here{''.join(others)}"


def _nearest(word: str, known: Collection[str]) -> str:
    """The name of which a word is a slip; empty if there is none.

    Words of a compound are compared one by one: `min_pool` is no `max_pool`, however few letters differ.
    """
    found = registry.closest(word, known, _ALIKE)
    pairs = zip(word.lower().split("_"), found.lower().split("_"), strict=False)
    if found.count("_") == word.count("_"):
        return found if all(registry.closest(a, [b]) for a, b in pairs) else ""
    return found


@cache
def spelling(word: str) -> str:
    """The kind that a framework spells like this, whatever the case; empty if there is none."""
    from cnncalc.vocabulary.base.vocabulary import simplify

    plain = simplify(word.rpartition(".")[2])
    ranked = plain[-2:] in ("1d", "2d", "3d")
    for frameworks in (asked_dialects(), dialects()):
        for kind in registry.names("layers"):
            words = [framework.words(kind) for framework in frameworks.values()]
            words += [layer_class(kind).short, kind]
            spellings = [simplify(s) for s in ", ".join(words).split(", ") if s]
            if plain in spellings or (ranked and plain[:-2] in spellings):
                return kind
    return ""

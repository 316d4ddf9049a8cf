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


_ALIKE = 0.6
"""How much of its letters a word shares with a kind that is looked at: most slips keep more."""

_SHORT = 4
"""A word of so many letters with another letter is another word."""

_LONG = 5
"""A word of more letters is looked for among those of others, too."""

WORDS = frozenset(("net", "reuse"))
"""The words of a layer list that are no kinds: what they apply is said elsewhere."""

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
    if word in WORDS:
        report.find("E102", f"`{word}` is a word of the language, not a kind of layer", span,
                    help=f"cnncalc explain {word} shows where it may stand")  # fmt: skip
        return
    is_block = word[:1].isupper() and (not word_of_others(word) or bool(nearest_name(word, blocks)))
    code, what = ("E205", "block") if is_block else ("E102", "kind of layer")
    report.find(code, f"unknown {what} `{cut(word, 60)}`", span, help=fix_of_unknown(word, blocks))


def fix_of_unknown(word: str, blocks: Collection[str]) -> str:
    """The fix for an unknown word: what is surely meant, or else what may be, and `opaque`."""
    if word.startswith("zoo:") or word.endswith((".yaml", ".yml")):
        return f"a network is used by `net`: - net: {cut(word, 60)}"
    near = nearest_kind(word, blocks)
    if "(" in word or ": " in word or word_of_others(word) or (near and nearest_name(word, blocks)):
        return near
    from cnncalc.vocabulary.base.vocabulary import OPAQUE

    way_out = f"{OPAQUE} stands for a layer that the language does not have"
    if near:
        return f"{near} {way_out}"
    declare = "a block stands under `blocks:`; " if word[:1].isupper() else ""
    return f"{declare}`cnncalc layers` lists all kinds; {way_out}"


def nearest_kind(word: str, blocks: Collection[str]) -> str:
    """What may be meant by an unknown word: what others call so, or what looks alike; or nothing."""
    if ": " in word:
        return f"leave out the quotes: - {cut(word, 60)}"
    if "(" in word:
        name = word.partition("(")[0].rpartition(".")[2].strip()
        kind = spelling(name) or "conv"
        return f"items are written with named keys: - {kind}: {{…}}"
    block = registry.closest(word, blocks) if word[:1].isupper() else ""
    if not block and has_meaning(word):
        return translation(word)
    name = word.rpartition(".")[2]
    near = block or nearest_name(name, [*registry.names("layers"), *blocks])
    if near:
        return f"did you mean `{near}`?"
    meant = word_of_others(word)
    if meant and find_layer(meant)[0] is not None:
        return f"did you mean `{meant}`?"
    return f"did you mean `{meant}`? {translation(meant)}" if meant else ""


def word_of_others(word: str) -> str:
    """The word of others that it is, or of which it is a slip; empty if there is none."""
    from cnncalc.vocabulary.base.vocabulary import index_entries, simplify

    if has_meaning(word):
        return word
    plain = simplify(word.rpartition(".")[2])
    # Of so many words, some are alike whatever is written, if it is short.
    if len(plain) <= _LONG or nearest_name(word, registry.names("layers")):
        return ""
    return nearest_name(plain, [*index_spellings(), *index_entries()])


def has_meaning(word: str) -> bool:
    """Whether a framework, a paper or somebody else calls a layer like this."""
    from cnncalc.vocabulary.base.vocabulary import find_entries

    return bool(spelling(word) or find_entries(word.rpartition(".")[2]))


def translation(word: str) -> str:
    """What is written here for a word of others."""
    from cnncalc.vocabulary.base.vocabulary import OPAQUE, find_entries

    entries, kind = find_entries(word.rpartition(".")[2]), spelling(word)
    word = cut(word, 60)
    if not kind or (entries and not entries[0].title):
        return entries[0].sentence(word)
    if kind == "opaque":
        return f"`{word}` has no kind here: {OPAQUE} stands for it"
    # `Max` is a reduction in some frameworks, and takes several tensors in others.
    others = [
        f", and `{entry.kind}` if it is that of {entry.title}"
        for entry in entries
        if entry.word == word and entry.kind not in ("", "opaque", kind)
    ]
    return f"`{word}` is called `{kind}` here{''.join(others)}"


def nearest_name(word: str, known: Collection[str], *, loosely: bool = False) -> str:
    """The name of which a word is a slip; empty if there is none.

    With `loosely` it may also be the beginning or the end of the name, or the other way round.

    A slip is a letter too many, too few, exchanged or another one, in each word of a compound, or two
    in a long one: `min_pool` is no `max_pool`, however few letters differ.
    """
    found = registry.closest(word, known, _ALIKE)
    mine, theirs = word.lower().split("_"), found.lower().split("_")
    if len(mine) != len(theirs):
        mine, theirs = ["".join(mine)], ["".join(theirs)]
    is_slip = found and all(map(_is_slip, mine, theirs))
    return found if is_slip or (loosely and _shares_half(word.lower(), found.lower())) else ""


def _shares_half(word: str, other: str) -> bool:
    """Whether two words begin or end alike, over more than half of the shorter one."""
    least = max(_SHORT, min(len(word), len(other)) // 2 + 1)
    return bool(other) and (word[:least] == other[:least] or word[-least:] == other[-least:])


def _is_slip(word: str, other: str) -> bool:
    """Whether a word is meant to be another one."""
    edits, length = count_edits(word, other), min(len(word), len(other))
    if length < _SHORT and len(word) == len(other) and sorted(word) != sorted(other):
        return False
    return edits <= (1 if length < 2 * _SHORT else 2)


def count_edits(word: str, other: str) -> int:
    """How many letters are to be put in, taken out, changed, or exchanged with the next one.

    >>> count_edits("bacth", "batch"), count_edits("pol", "pool"), count_edits("partial", "separable")
    (1, 1, 6)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            edits = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                edits = min(edits, last[j - 2] + 1)
            row.append(edits)
    return row[-1]


def spelling(word: str) -> str:
    """The kind that a framework spells like this, whatever the case; empty if there is none.

    A word with the number of axes is looked for as it is first: `Dropout2d` is no dropout.
    """
    from cnncalc.vocabulary.base.vocabulary import simplify

    plain = simplify(word.rpartition(".")[2])
    known = index_spellings()
    found = known.get(plain, "")
    if not found and plain[-2:] in ("1d", "2d", "3d"):
        found = known.get(plain[:-2], "")
    return found


@cache
def index_spellings() -> dict[str, str]:
    """The kind of each simplified word: names of kinds, those who are asked, then all other dialects.

    Of a format that has a vocabulary, that says more of a word than the kind.
    """
    from cnncalc.vocabulary.base.vocabulary import simplify

    kinds = registry.names("layers")
    found: dict[str, str] = {simplify(kind): kind for kind in kinds}
    others = {
        name: framework
        for name, framework in dialects().items()
        if not registry.exists("vocabulary", name)
    }
    for frameworks in (asked_dialects(), others):
        for kind in kinds:
            words = [framework.words(kind) for framework in frameworks.values()]
            for text in ", ".join([*words, layer_class(kind).short]).split(", "):
                if text:
                    found.setdefault(simplify(text), kind)
    return found

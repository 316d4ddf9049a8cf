"""The contract of a vocabulary: words for layers, and what is written for them here.

A vocabulary is one file of `vocabulary/` with a `TITLE`, which is empty if its words are nobody's in
particular, a `SOURCE` and its `WORDS`, a line for each word, of which the last parts may be left out:

    word | what is written here | key: option, key: option | remark

What is written is a kind of layer, or a kind with keys as in a spec; `a / b` are alternatives, `a + b`
are all needed, and `opaque` says that the language does not have the layer. Nothing with a remark is
what needs no layer. An indented line continues the one above. A vocabulary has no rules: it says what
things are called, which importers need as much as messages do; what a framework does is a dialect.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import registry

if TYPE_CHECKING:
    from collections.abc import Collection

OPAQUE = "`opaque: {output: {…}, params: …, macs: …}`"
"""What is written for a layer that is none of the kinds."""


_BETWEEN = re.compile(r" [/+] ")


class Entry(NamedTuple):
    """A word and what is written for it."""

    word: str
    write: tuple[str, ...]
    """Kinds, or kinds with keys; none if nothing is written."""
    options: dict[str, str]
    """The keys that are called otherwise there, and what they are called."""
    remark: str
    title: str
    """Whose word it is; empty if nobody's in particular."""
    together: bool = False
    """Whether all of them are written; otherwise they are alternatives."""

    @property
    def kind(self) -> str:
        """The kind of layer that it is, if that is all there is to say; empty otherwise."""
        return self.write[0] if len(self.write) == 1 and ":" not in self.write[0] else ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds in what is written, `opaque` aside."""
        found = (text.partition(":")[0] for text in self.write)
        return tuple(kind for kind in found if kind != "opaque")

    def sentence(self, word: str) -> str:
        """What is written for the word, which the reader may have spelt in another way."""
        if not self.kinds:
            told = [self.remark, f"{OPAQUE} stands for it" if self.write else ""]
            return f"`{word}` has no kind here: {'; '.join(filter(None, told))}"
        verb = "called" if self.kind else "written with" if self.together else "written"
        *others, last = (f"`{text}`" for text in self.write)
        word_between = "and" if self.together else "or"
        texts = f"{', '.join(others)} {word_between} {last}" if others else last
        return f"`{word}` is {verb} {texts} here{self.remark and f': {self.remark}'}"


def entries(name: str) -> tuple[Entry, ...]:
    """All words of `vocabulary/NAME.py`, as they stand there; raises KeyError."""
    module = registry.load("vocabulary", name)
    return _read(module.WORDS, module.TITLE)


def all_entries() -> list[Entry]:
    """The words of all vocabularies."""
    return [entry for found in index_entries().values() for entry in found]


def find_entries(word: str) -> list[Entry]:
    """What vocabularies say of a word, however it is spelt (`max_pool` is MaxPool)."""
    return index_entries().get(simplify(word), [])


@cache
def index_entries() -> dict[str, list[Entry]]:
    """The words of all vocabularies by their simplified form; of one word, nobody's in particular is first."""
    every = [entry for name in registry.names("vocabulary") for entry in entries(name)]
    found: dict[str, list[Entry]] = {}
    for entry in sorted(every, key=lambda entry: bool(entry.title)):
        found.setdefault(simplify(entry.word), []).append(entry)
    return found


def synonyms() -> dict[str, str]:
    """The words in lower case that are nobody's in particular, and the kind that each is.

    What is opaque, or nothing, is left out.
    """
    return {
        entry.word: entry.kind
        for entry in all_entries()
        if entry.kind not in ("", "opaque", "identity")
        and not entry.title
        and entry.word.islower()
        and entry.word.isidentifier()
    }


@cache
def _keys() -> dict[str, tuple[str, ...]]:
    """What vocabularies say for keys, and the keys that may be meant."""
    found: dict[str, tuple[str, ...]] = {}
    for name in registry.names("vocabulary"):
        for line in getattr(registry.load("vocabulary", name), "KEYS", "").strip().splitlines():
            word, _, keys = line.partition("|")
            found[word.strip()] = tuple(key.strip() for key in keys.split(","))
    return found


def find_key(word: str, known: Collection[str], kind: str = "") -> str:
    """The one of the keys `known` that is called like this elsewhere; empty if there is none.

    What a format calls the keys of this kind of layer comes first.
    """
    for entry in all_entries() if kind else ():
        if kind in entry.kinds:
            for key, option in entry.options.items():
                if word in option.split() and key in known:
                    return key
    return next((key for key in _keys().get(word.lower(), ()) if key in known), "")


def simplify(word: str) -> str:
    """A word without what people spell in different ways: case, dashes, underscores."""
    return word.lower().replace("_", "").replace("-", "").strip()


@cache
def _read(words: str, title: str) -> tuple[Entry, ...]:
    found = []
    for line in words.replace("\n    ", " ").strip().split("\n"):
        word, write, options, remark = (*line.split("|"), "", "", "")[:4]
        pairs = (pair.split(": ") for pair in options.split(", ") if pair.strip())
        found.append(
            Entry(
                word.strip(),
                tuple(part.strip() for part in _BETWEEN.split(write) if part.strip()),
                {key.strip(): option.strip() for key, option in pairs},
                remark.strip(),
                title,
                " + " in write,
            )
        )
    return tuple(found)

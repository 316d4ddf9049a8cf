"""The table of docs/names.md: what frameworks, formats and papers call a layer, and what it is called here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import registry
from cnncalc.dialects.base.dialect import dialects
from cnncalc.vocabulary.base.vocabulary import entries, simplify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.dialects.base.dialect import Dialect
    from cnncalc.vocabulary.base.vocabulary import Entry

_PAGE = """\
# What is it called here

The words of frameworks, formats and papers, each with the kind of layer that it is here, the keys that are
called otherwise there, and the [idioms](idioms.md) that show it. A spec takes the keys of every framework by
its own names, whatever its dialect; an unknown kind of layer is answered as this page does. A word that is
missing may have the name that it has here: [layers.md](layers.md) lists them all. [`opaque`](layers.md#opaque)
stands for a layer that the language does not have. This page is written by `make docs`; a test keeps it
current.
"""

_PAPERS = "Papers and people"

_FEW = 2
"""An idiom is one of a kind if no more than so many show that kind."""


class Row(NamedTuple):
    """A line of a table: words that mean the same, what is written, the keys, and whatever is to be said."""

    words: tuple[str, ...]
    write: tuple[str, ...]
    options: dict[str, str]
    remark: str = ""


def page(idioms: Path) -> str:
    """The page; `idioms` is docs/idioms.md, whose sections the tables link to."""
    shown = _sections(idioms.read_text(encoding="utf-8"))
    tables = {found.title: (found.source, _of_dialect(found)) for found in dialects().values()}
    for name in registry.names("vocabulary"):
        module = registry.load("vocabulary", name)
        source, rows = tables.get(module.TITLE, (module.SOURCE, []))
        rows += map(_of_entry, entries(name))
        tables[module.TITLE or _PAPERS] = source, rows
    index = " · ".join(f"[{title}](#{anchor(title)})" for title in tables)
    sections = (
        "\n".join(_section(title, source, rows, shown)) for title, (source, rows) in tables.items()
    )
    return "\n".join([_PAGE, f"{index}\n", *sections])


def anchor(title: str) -> str:
    """The name that GitHub gives to a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _section(
    title: str, source: str, rows: Sequence[Row], shown: dict[str, set[str]]
) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"Source: {source}.\n"
    name = "word" if title == _PAPERS else title
    yield f"| {name} | here | keys that are called otherwise | |"
    yield "|---|---|---|---|"
    for row in sorted(rows, key=lambda row: (not row.words[0][0].isalpha(), row.words[0].lower())):
        words = ", ".join(f"`{word}`" for word in row.words)
        write = ", ".join(map(_link, row.write)) or "—"
        keys = ", ".join(f"`{word}`: `{key}`" for key, word in row.options.items() if word != key)
        links = [f"[{idiom}](idioms.md#{anchor(idiom)})" for idiom in _idioms(row, shown)]
        said = ". ".join(part for part in (row.remark, *links) if part)
        yield f"| {words} | {write} | {keys} | {said} |"
    yield ""


def _link(text: str) -> str:
    """What is written, its kind linked to its manual."""
    kind = text.partition(":")[0]
    return f"[`{text}`](layers.md#{kind})"


def _of_entry(entry: Entry) -> Row:
    return Row((entry.word,), entry.write, entry.options, entry.remark)


def _of_dialect(dialect: type[Dialect]) -> list[Row]:
    """A row for the words of a kind, and one for words that several kinds share."""
    kinds: dict[str, list[str]] = {}
    for kind in registry.names("layers"):
        for word in dialect.words(kind).split(", "):
            if word:
                kinds.setdefault(word, []).append(kind)
    rows: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for word, found in kinds.items():
        rows.setdefault((tuple(found), _stem(word)), []).append(word)
    return [
        Row(
            tuple(words),
            found,
            {k: v for kind in found for k, v in dialect.arguments(kind).items()},
        )
        for (found, _), words in rows.items()
    ]


def _stem(word: str) -> str:
    """A word without the number of axes that it asserts."""
    return re.sub(r"[123][dD]", "", word)


def _sections(text: str) -> dict[str, set[str]]:
    """The headings of the idioms, and the kinds of layer that stand in each."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return {
        title: set(re.findall(r"^ *- (\w+)", body, re.MULTILINE))
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def _idioms(row: Row, shown: dict[str, set[str]]) -> Iterable[str]:
    """The idioms that are named like a row, or else those that alone show its kind."""
    words = {simplify(word).replace(" ", "") for word in row.words}
    named = [title for title in shown if words & set(_runs(title))]
    if named or len(row.write) > 1:
        return named
    kinds = {text.partition(":")[0] for text in row.write if ":" not in text}
    rare = {kind for kind in kinds if sum(kind in found for found in shown.values()) <= _FEW}
    return [title for title, found in shown.items() if found & rare]


def _runs(title: str) -> Iterator[str]:
    """The words of a heading, and two and three of them that follow each other, as one word."""
    words = re.findall(r"\w+", title.lower())
    for length in (1, 2, 3):
        for start in range(len(words) - length + 1):
            yield "".join(words[start : start + length])

"""The index of words: where the docs are about each term of the field, and what has a section of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TERMS = Path(__file__).parent / "terms.txt"
MOST = 5
"""A term has so many places."""

TABLES = ("docs/names", "docs/errors", "docs/conformance")
"""Pages of tables: a term is not looked for in them."""

REFERENCE = (
    *(
        "docs/calculator",
        "docs/cheat-sheet",
        "docs/cli",
        "docs/costs",
        "docs/errors",
        "docs/idioms",
    ),
    *(
        "docs/layers",
        "docs/names",
        "docs/receptive-fields",
        "docs/runtimes",
        "docs/solvers",
        "docs/spec",
    ),
)
"""Pages whose headings are names of what they are about, not what a story comes to next."""

_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_CODE = re.compile(r"^[EWX]\d{3}\b")

_INTRODUCTION = """\
# Index of words

The terms of the field with the places that say most about them, and what the pages of reference have
a section of: layers, formulas, commands, words of the language, diagnostics. The words of frameworks and
papers, with what each is called here, have [a page of their own](names.md).
"""


class Place(NamedTuple):
    """A section: its page and the title of that, its own title, its anchor and its text."""

    page: str
    of: str
    title: str
    anchor: str
    text: str

    def link(self, entry: str) -> str:
        """The section as a link from a page of docs/, with its title where the entry does not say it."""
        target = self.page.removeprefix("docs/")
        title = word(self.title)
        known = {entry.lower(), word(self.of).lower()}
        label = self.of if title.lower() in known else f"{self.of}: {title}"
        return f"[{label}]({target}.md#{self.anchor})"


def index(pages: Mapping[str, str]) -> str:
    """The page, from the texts of the pages by their names without the ending."""
    entries: dict[str, dict[str, None]] = defaultdict(dict)
    sections = [place for name, text in pages.items() for place in places(name, text)]
    spelt = {term.lower(): term for term in TERMS.read_text(encoding="utf-8").splitlines()}
    for term in spelt.values():
        entries[term].update(dict.fromkeys(p.link(term) for p in about(term, sections)))
    for place in sections:
        if place.page in REFERENCE:
            title = word(place.title)
            entry = spelt.setdefault(title.lower(), title)
            entries[entry][place.link(entry)] = None
    letters: dict[str, list[str]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (entry.lower(), entry)):
        links = " · ".join(entries[entry])
        letters[letter(entry)].append(f"- {entry}: {links}")
    parts = [f"\n## {name}\n\n" + "\n".join(letters[name]) + "\n" for name in sorted(letters)]
    return _INTRODUCTION + "".join(parts)


def places(name: str, text: str) -> Iterator[Place]:
    """The sections of a page, with anchors as GitHub makes them."""
    plain = _FENCE.sub(lambda found: " " * len(found[0]), text)
    headings = list(_HEADING.finditer(plain))
    used: dict[str, int] = defaultdict(int)
    ends = [heading.start() for heading in headings[1:]] + [len(plain)]
    for heading, end in zip(headings, ends, strict=True):
        title = heading[2]
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        used[anchor] += 1
        if used[anchor] > 1:
            anchor += f"-{used[anchor] - 1}"
        yield Place(name, headings[0][2], title, anchor, plain[heading.end() : end])


def about(term: str, sections: list[Place]) -> list[Place]:
    """The sections that say most about a term: those whose heading has it, then those that often do."""
    words = r"[\s-]".join(map(re.escape, term.split()))
    pattern = re.compile(rf"\b{words}s?\b", re.IGNORECASE)
    found = []
    for place in sections:
        if place.page not in TABLES:
            often = len(pattern.findall(place.text))
            titled = bool(pattern.search(place.title))
            if titled or often:
                found.append((not titled, -often, len(found), place))
    return [place for *_, place in sorted(found)[:MOST]]


def word(title: str) -> str:
    """The heading as an entry: without what would be markup."""
    return re.sub(r"([\[\]*_<>])", r"\\\1", title.replace("`", ""))


def letter(entry: str) -> str:
    """What the entry stands under."""
    if _CODE.match(entry):
        return "Diagnostics"
    first = entry.lstrip("\\_*")[:1].upper()
    return first if first.isascii() and first.isalpha() else "0–9"

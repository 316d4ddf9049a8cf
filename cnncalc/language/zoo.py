"""The specs that come with cnncalc, by name: `zoo:resnet50`, and variants as `zoo:resnet101`."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import NamedTuple

from cnncalc.errors import UsageError
from cnncalc.registry import ROOT, suggestion

ENDING = ".yaml"


@cache
def folder() -> str:
    """Where the specs are: in the package, or beside it in a checkout."""
    package = ROOT
    inside = os.path.join(package, "specs")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "specs")


@cache
def names() -> tuple[str, ...]:
    """The names of all spec files, without the ending."""
    if not os.path.isdir(folder()):
        return ()
    return tuple(sorted(f[: -len(ENDING)] for f in os.listdir(folder()) if f.endswith(ENDING)))


def path(name: str) -> str:
    """The file of a spec."""
    return os.path.join(folder(), name + ENDING)


def locate(name: str) -> tuple[str, str | None]:
    """The file behind a name, and the variant in it if the name is that of a variant.

    Raises UsageError for a name that there is not.
    """
    if name in names():
        return path(name), None
    variants: dict[str, str] = {}
    for stem in names():
        with open(path(stem), encoding="utf-8") as file:
            # To find a variant the files need not be compiled: names stand where they are given.
            variants.update(dict.fromkeys(_variants(file.read()), stem))
    if name in variants:
        return path(variants[name]), name
    for stem in names():
        # Frameworks have one name for what is a model in a file here: mobilenet_v3_small.
        part = name[len(stem) + 1 :] if name.startswith(f"{stem}_") else ""
        if part and part in _models(stem):
            return path(stem), part
    raise UsageError(f"the zoo has no `{name}`",
                     suggestion(name, (*names(), *variants)) or "`cnncalc zoo` lists what it has")  # fmt: skip


def _models(stem: str) -> list[str]:
    """The models in a spec, if there are several."""
    with open(path(stem), encoding="utf-8") as file:
        _, _, body = file.read().partition("\nmodels:\n")
    return re.findall(r"^  ([\w-]+):", body, re.MULTILINE)


def _variants(text: str) -> list[str]:
    """The names that the variants of a spec have been given."""
    lists = re.findall(r"^( *)variants:\n((?:\1[ -].*\n)+)", text, re.MULTILINE)
    named = r"^ *- *\{?\s*name: *([\w.-]+)"
    return [name for _, items in lists for name in re.findall(named, items, re.MULTILINE)]


class Heading(NamedTuple):
    """What the comment at the head of a spec says: what it is, the paper, where its totals are from.

    Where there is no paper, `authors`, `year`, `title` and `reference` are empty.
    """

    what: str
    authors: str = ""
    year: str = ""
    title: str = ""
    reference: str = ""
    totals: str = ""


_PAPER = re.compile(
    r"(?P<authors>[^.:]+?(?: et al\.)?),? (?P<year>(?:19|20)\d\d), "
    r"\"(?P<title>[^\"]+)\"(?:, (?P<reference>(?:Proc\. |[^.;:]|[.:](?=\S))+))?"
)


def heading(text: str) -> Heading:
    r"""The comment above a spec, in its parts.

    >>> heading('# A net. LeCun et al. 1998, "Of nets", Proc. IEEE.\n# Totals: by hand.\n').year
    '1998'
    """
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    whole, _, totals = " ".join(lines).partition("Totals: ")
    found = _PAPER.search(whole)
    if found is None:
        return Heading(whole.strip(), totals=totals)
    what = whole[: found.start()].strip(" .:")
    parts = {name: (value or "").strip() for name, value in found.groupdict().items()}
    return Heading(what, totals=totals, **parts)

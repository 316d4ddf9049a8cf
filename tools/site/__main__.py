"""Makes the site of the docs: `python -m tools.site build/site`.

The pages are those of the repository, in the folders in which they lie, so that their links hold; what
does not resolve ends the build. MkDocs turns them into HTML, with a search of its own and nothing from other
hosts. An index of words is made of their headings.
"""

from __future__ import annotations

import logging
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parent.parent.parent
PAGES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "constraints.txt",
    "docs",
    "specs",
    "action.yml",
    "findings",
)
NAV: list[tuple[str, list[str]]] = [
    ("First steps", ["first-steps", "cheat-sheet"]),
    ("The language", ["spec", "layers", "names", "idioms", "errors", "editor"]),
    ("Numbers", ["receptive-fields", "costs", "inputs", "calculator", "solve", "solvers"]),
    ("Pictures", ["drawing", "report"]),
    ("Models of others", ["model-files", "export", "port", "runtimes"]),
    ("Every day", ["cli", "ci", "diff"]),
    ("How it is made", ["architecture", "conformance", "testing"]),
]
WORDS = "words.md"
_HEADING = re.compile(r"^#{2,4} +(.+?) *$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def slug(text: str, separator: str = "-") -> str:
    """The anchor of a heading, as the hosts of repositories make it.

    >>> slug("Options of all tables"), slug("`add`, a merge")
    ('options-of-all-tables', 'add-a-merge')
    """
    kept = re.sub(r"[^\w\s-]", "", re.sub(r"<[^>]*>", "", text).strip().lower())
    return kept.replace(" ", separator)


def stage(folder: Path) -> None:
    """Lays the pages into a folder, and the index of words."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in PAGES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    examples = sorted((folder / "docs" / "examples").iterdir())
    # Where a link leads to the folder, a repository shows what is in it.
    listed = "".join(f"- [{file.name}]({file.name})\n" for file in examples)
    (folder / "docs" / "examples" / "README.md").write_text(
        f"# Examples\n\n{listed}", encoding="utf-8"
    )
    (folder / WORDS).write_text(index(folder), encoding="utf-8")


def index(folder: Path) -> str:
    """A page of all headings by the alphabet, each with the pages that have it."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((folder / "docs").glob("*.md")):
        text = _FENCED.sub("", path.read_text(encoding="utf-8"))
        title = text.partition("\n")[0].lstrip("# ")
        for heading in _HEADING.findall(text):
            word = re.sub(r"[`*\\]|\[|\]\([^)]*\)", "", heading)
            found.setdefault(word, {}).setdefault(title, f"docs/{path.name}#{slug(heading)}")
    lines = [
        "# Index of words",
        "",
        "The headings of all pages; the search at the top finds every word.",
        "",
    ]
    letter = ""
    for word in sorted(found, key=lambda word: (word.lower().lstrip("-`. "), word)):
        first = word.lower().lstrip("-`. ")[:1].upper()
        if first != letter:
            letter = first
            lines += ["", f"## {letter}" if letter.isalpha() else "## 0–9", ""]
        places = ", ".join(f"[{title}]({place})" for title, place in found[word].items())
        lines.append(f"- {word}: {places}")
    return "\n".join(lines) + "\n"


def make(folder: Path, playground: Path | None) -> None:
    """Writes the site into a folder, with the playground in it, if that is there."""
    staged = ROOT / "build" / "site-pages"
    stage(staged)
    pages: list[Any] = [{"cnncalc": "README.md"}]
    for title, names in NAV:
        there = [f"docs/{name}.md" for name in names if (staged / "docs" / f"{name}.md").exists()]
        pages.append({title: there})
    pages += [{"Networks": "specs/README.md"}, {"Index of words": WORDS},
              {"Changes": "CHANGELOG.md"}, {"Contributing": "CONTRIBUTING.md"}]  # fmt: skip
    if playground is not None:
        shutil.copytree(playground, staged / "playground")
        pages.insert(1, {"Playground": "playground/index.html"})
    config = load_config(
        str(Path(__file__).parent / "mkdocs.yml"), docs_dir=str(staged), site_dir=str(folder),
        nav=pages, strict=True,
    )  # fmt: skip
    config["mdx_configs"]["toc"] = {"slugify": slug, "permalink": True}
    build(config)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    at = ROOT / "build" / "playground"
    make(Path(sys.argv[1]).absolute(), at if (at / "index.html").exists() else None)

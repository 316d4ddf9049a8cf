"""What the site is made of: the pages of the repository as they lie there, and an index of words."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .words import index

ROOT = Path(__file__).parent.parent.parent

_ROW = re.compile(r"^\| \[(docs/[\w-]+)\.md\]\(\1\.md\) \|", re.MULTILINE)
_LINK = re.compile(r"(\]\()(?!\w+:)([^)#\s]+)([^)\s]*\))")
_NAMED = re.compile(r"\[([^][]+)\]\((?!\w+:)([^)#\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)

PLAYGROUND = "docs/playground"
INDEX = "docs/words"
AROUND = ("specs/README", "CONTRIBUTING", "CHANGELOG")
"""Pages that are not in the README's table of docs."""

OPEN = '<p><a href="../playground/index.html"><strong>Open the playground</strong></a></p>'

_TREES = """

```{{toctree}}
:hidden:
:caption: Docs

{docs}
```

```{{toctree}}
:hidden:
:caption: More

The zoo <specs/README>
Index of words <{index}>
Contributing <CONTRIBUTING>
Changelog <CHANGELOG>
```
"""


def stage(folder: Path) -> None:
    """Copy the pages into a folder, which is emptied first, with the files that they link to."""
    shutil.rmtree(folder, ignore_errors=True)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = pages(readme)
    texts = {
        name: (ROOT / f"{name}.md").read_text(encoding="utf-8") for name in names + list(AROUND)
    }
    words = index({name: text for name, text in texts.items() if name.startswith("docs/")})
    trees = _TREES.format(docs="\n".join(names), index=INDEX)
    texts["index"] = readme + trees
    for name, text in texts.items():
        for target in linked(text):
            _copy(ROOT / name, target, folder)
        _write(folder / f"{name}.md", rewritten(text, (ROOT / name).parent))
    _write(folder / f"{INDEX}.md", words)
    page = folder / f"{PLAYGROUND}.md"
    head, rest = page.read_text(encoding="utf-8").split("\n", 1)
    _write(page, f"{head}\n\n{OPEN}\n{rest}")


def pages(readme: str) -> list[str]:
    """The pages of docs/ in the order of the README's table, first steps first."""
    return _ROW.findall(readme)


def linked(text: str) -> list[str]:
    """The paths that a page links to, as they stand there, examples of code left out."""
    return [target for _, target, _ in _LINK.findall(_FENCE.sub("", text))]


def rewritten(text: str, folder: Path) -> str:
    """A page of a folder for the site: README is its first page, and folders are none to look at."""
    text = re.sub(r"(\]\((?:\.\./)*)README\.md(?=[)#])", r"\1index.md", text)
    return _NAMED.sub(lambda m: m[1] if (folder / m[2]).is_dir() else m[0], text)


def _copy(page: Path, target: str, folder: Path) -> None:
    """Copy a file that a page links to; pages are written anyway."""
    file = (page.parent / target).resolve()
    if file.is_file() and file.suffix != ".md":
        copy = folder / file.relative_to(ROOT.resolve())
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")

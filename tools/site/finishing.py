"""What the theme leaves out of its pages for those who do not see them, or have no pointer.

Sources: WAI-ARIA 1.2, "heading" (a heading has a level); WCAG 2.1, 2.1.1 (what scrolls is reached by keys).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BETTER = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    "<pre>": '<pre tabindex="0">',
}


def finish(folder: Path) -> None:
    """Repair the pages of a site in place."""
    for page in folder.rglob("*.html"):
        page.write_text(finished(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def finished(text: str) -> str:
    """A page with what was missing.

    >>> finished("<pre>make run</pre>")
    '<pre tabindex="0">make run</pre>'
    """
    for left, better in _BETTER.items():
        text = text.replace(left, better)
    return text

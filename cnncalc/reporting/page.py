"""The page as one file: its style, scripts and data stand in it, and nothing else is ever asked for.

A Content-Security-Policy says so to the browser: no connection, no frame, no form, and no script or
style but those that the page comes with, known by their hashes (W3C, "Content Security Policy Level 3").
"""

from __future__ import annotations

import os
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

from cnncalc import foreign, registry
from cnncalc.reporting.base.tones import tone_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASSETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets")
_FIRST = ("core", "sets", "folding", "layered", "nested", "boxes")
_LAST = ("comparison", "start")


def page(
    data: Any,
    *,
    title: str,
    scripts: Sequence[str | os.PathLike[str]] = ("open",),
    connect: str = "'none'",
    workers: str = "'none'",
) -> str:
    """The page that shows a document.

    `scripts` are those that open it, by their names or files; `connect` is where they may ask for more,
    and `workers` from where they may start some: nowhere by default.
    """
    style, script = asset("style.css") + tone_rules(), script_of(scripts)
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
        f"connect-src {connect}; worker-src {workers}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = [
        ("policy", escape(policy)),
        # A title has no elements, so that nothing can stand around what notebooks read as a formula.
        ("title", escape(foreign.visible(title))),
        ("style", style),
        ("data", json_in_html(data)),
        ("script", script),
    ]
    done, rest = "", asset("page.html")
    for name, part in parts:
        # They stand in this order, and what was put in is not looked through again.
        before, _, rest = rest.partition(f"<!-- {name} -->")
        done += before + part
    return done + rest


def json_in_html(data: Any) -> str:
    r"""Data as JSON that can stand in a `<script>`: no `<` in it begins a tag or a comment.

    >>> json_in_html("</script><!--")
    '"\\u003c/script\\u003e\\u003c!--"'
    """
    text = foreign.json(data)
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


@cache
def asset(name: str) -> str:
    """A part of the page that stands in a file of its own, by its name or its path."""
    with open(os.path.join(_ASSETS, name), encoding="utf-8") as file:
        return file.read()


def script_of(more: Sequence[str | os.PathLike[str]]) -> str:
    """All scripts as one: what they share, the panels, and those that open the page."""
    own = [*_FIRST, *_panels(), *_LAST]
    files = [f"{script}.js" if isinstance(script, str) else os.fspath(script) for script in more]
    text = "\n".join(asset(name) for name in [*(f"{name}.js" for name in own), *files])
    return f'"use strict";\n{text}'


def _panels() -> list[str]:
    """The panels in the order in which they stand on the page."""
    known = registry.names("reporting.panels")
    return sorted(known, key=lambda panel: registry.load("reporting.panels", panel).PLACE)


def _source(text: str) -> str:
    """What a policy calls a script or a style that stands in the page."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

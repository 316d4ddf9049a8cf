"""What becomes of every model of the zoo in every dialect, as a table of signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.dialects.base.dialect import dialect_names
from cnncalc.language import zoo
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.porting.port import port
from cnncalc.porting.verdicts import SAME, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network
    from cnncalc.porting.port import PortedNetwork

SIGNS = {
    SAME: "=",
    UNKNOWN: "=",
    "padded": "+",
    "averages": "÷",
    "border": "¦",
    "shifted": "↔",
    "size": "≠",
    "inexpressible": "✗",
    "refused": "✗",
}


def table() -> str:
    """A line for every model, a column for every dialect."""
    names = dialect_names()
    head = f"| | from | {' | '.join(names)} |"
    lines = [head, "|---|---|" + ":---:|" * len(names)]
    for network in _models():
        found = {there.target.name: sign(there) for there in port(network).networks}
        cells = [found.get(name, "") for name in names]
        lines.append(f"| {network.name} | {network.dialect or '–'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def sign(there: PortedNetwork) -> str:
    """What becomes of a network, in a sign or two."""
    found = "✗" if there.breaks else SIGNS[there.verdict]
    return f"{found}?" if there.unknown else found


def _models() -> Iterator[Network]:
    for stem in zoo.names():
        document = Document(open_spec(zoo.path(stem)).source)
        for name in document.models:
            yield build(document, name)

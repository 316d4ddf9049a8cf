"""Mermaid: a flowchart as text, which GitHub and many wikis draw.

Source: the documentation of Mermaid 11, "Flowcharts".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign
from cnncalc.drawing.palette import heat, shade
from cnncalc.drawing.targets.base.tree import describe_box, describe_group, nest, say_shape

if TYPE_CHECKING:
    from cnncalc.drawing.graph import Graph
    from cnncalc.drawing.numbers import Numbers
    from cnncalc.network import Network

ENDINGS = ("mmd", "mermaid")
_PLAIN = frozenset(" _-.,+×·()/=")


def write(network: Network, graph: Graph, numbers: Numbers | None = None) -> str:
    """The text of a flowchart from top to bottom, blocks as subgraphs."""
    lines = ["flowchart TD"]
    for indent, kind, index in nest(graph):
        pad = "  " * (indent + 1)
        if kind == "group":
            lines.append(f'{pad}subgraph g{index}["{escape(describe_group(graph.groups[index]))}"]')
        elif kind == "end":
            lines.append(f"{pad}end")
        else:
            box = graph.boxes[index]
            text = "<br/>".join(map(escape, describe_box(box, numbers)))
            opening, closing = ('(["', '"])') if box.family == "input" else ('["', '"]')
            lines.append(f"{pad}n{index}{opening}{text}{closing}")
    for edge in graph.edges:
        shape = escape(say_shape(network, edge.tensor))
        lines.append(f'  n{edge.source} -->|"{shape}"| n{edge.target}')
    return "\n".join([*lines, *_colours(graph, numbers)]) + "\n"


def escape(text: str) -> str:
    """A text between quotes: all but letters, digits and a few signs as their numbers.

    >>> escape('a"b;<i>')
    'a#34;b#59;#60;i#62;'
    """
    shown = foreign.visible(text, foreign.NAME)
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in shown)


def _colours(graph: Graph, numbers: Numbers | None) -> list[str]:
    if numbers is not None:
        shares = [(box.number, numbers.share(box.number)) for box in graph.boxes]
        return [f"  style n{index} fill:{heat(share)},stroke:#3d444d,color:#1f2328"
                for index, share in shares if share is not None]  # fmt: skip
    lines = []
    for family in dict.fromkeys(box.family for box in graph.boxes):
        fill = shade(family)[0]
        members = ",".join(f"n{box.number}" for box in graph.boxes if box.family == family)
        lines.append(f"  classDef {family} fill:{fill},stroke:#3d444d,color:#1f2328")
        lines.append(f"  class {members} {family}")
    return lines

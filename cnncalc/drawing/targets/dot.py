"""DOT, the language of Graphviz: a digraph as text, blocks as clusters.

Source: the documentation of Graphviz, "DOT Language" and "escString".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign
from cnncalc.drawing.palette import heat, shade
from cnncalc.drawing.targets.base.tree import describe_box, describe_group, nest, say_shape

if TYPE_CHECKING:
    from cnncalc.drawing.graph import Box, Graph
    from cnncalc.drawing.numbers import Numbers
    from cnncalc.network import Network

ENDINGS = ("dot", "gv")


def write(network: Network, graph: Graph, numbers: Numbers | None = None) -> str:
    """The text of a digraph from top to bottom."""
    lines = [
        f"digraph {quote(graph.name)} {{",
        '  graph [rankdir=TB, fontname="Helvetica", fontsize=11, color="#c9ced4"]',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, color="#3d444d"]',
        '  edge [fontname="Helvetica", fontsize=9, color="#6e7781"]',
    ]
    for indent, kind, index in nest(graph):
        pad = "  " * (indent + 1)
        if kind == "group":
            lines.append(f"{pad}subgraph cluster_{index} {{")
            lines.append(f"{pad}  label={quote(describe_group(graph.groups[index]))}")
        elif kind == "end":
            lines.append(f"{pad}}}")
        else:
            box = graph.boxes[index]
            text = "\\n".join(map(escape, describe_box(box, numbers)))
            lines.append(f'{pad}n{index} [label="{text}", fillcolor="{_fill(box, numbers)}"]')
    for edge in graph.edges:
        shape = quote(say_shape(network, edge.tensor))
        lines.append(f"  n{edge.source} -> n{edge.target} [label={shape}]")
    return "\n".join([*lines, "}"]) + "\n"


def escape(text: str) -> str:
    r"""A text between quotes, of which nothing is an escape of a label or an entity of HTML.

    >>> print(escape('a"b\\N &amp;'))
    a\"b\\N &amp;amp;
    """
    shown = foreign.visible(text, foreign.NAME).replace("&", "&amp;")
    return shown.replace("\\", "\\\\").replace('"', '\\"')


def quote(text: str) -> str:
    """A text in quotes."""
    return f'"{escape(text)}"'


def _fill(box: Box, numbers: Numbers | None) -> str:
    share = numbers.share(box.number) if numbers is not None else None
    return shade(box.family)[0] if share is None else heat(share)

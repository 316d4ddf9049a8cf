"""specs/README.md: every model and variant of the zoo in tables, with the numbers of `cnncalc zoo`."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING

import cnncalc
from cnncalc.cli.commands import zoo

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.tables.table import Row, Table

_INTRO = """\
# The zoo

The architectures that everybody knows, as specs: {models} models and variants in {specs} files. Each file reads
like the table of its paper. The comment at its head says from which paper it is, where its totals come from,
and where paper and framework differ. A model that torchvision, timm or Keras has is theirs, layer by layer;
`tests/zoo` holds it to that.

They come with cnncalc. `zoo:NAME` stands wherever a spec does, and NAME may be that of a variant:

    cnncalc zoo                                  lists them
    cnncalc zoo show resnet50                    prints a spec
    cnncalc shapes zoo:resnet101                 analyses one; in Python, cnncalc.load("zoo:resnet101")

The `vars` of a spec are there to be changed, and so is its input:

<!-- cnncalc shapes zoo:resnet18 --depth 1 --set classes=10 --size 64,64 -->
```console
```

To start from one, copy it, change it, and let `check` write down what it has become:

    cnncalc zoo show resnet18 > mine.yaml
    cnncalc check mine.yaml --update

A new one for all is a file here, a row with its published numbers in `tests/zoo/published`, and if a framework
has the model, a line in `tools/truth/networks.py`.

In the tables a name that is set in is a variant of the model above it, and several inputs are stated by the
first. This page is written by `make docs`; a test keeps it current.
"""

_GROUPS = {
    "One answer for an image": "Classification, faces, landmarks.",
    "An answer for every position or region": "Segmentation, edges, detection, generation, super-resolution.",
    "Several images": "Similarity, style, pairs for a discriminator.",
    "Video and volumes": "Convolutions over three axes.",
    "Sound, text and other sequences": "Convolutions over one axis.",
}

_COLUMNS = ("params", "macs", "input", "year", "paper", "source")


def page() -> str:
    """The page, but for the outputs of commands in it."""
    table = zoo.table()
    files = set()
    grouped: dict[str, list[str]] = {title: [] for title in _GROUPS}
    for row in table.rows:
        base = row.values["variant_of"] or row.values["name"]
        stem = base.partition("::")[0]
        files.add(stem)
        if base == row.values["name"]:
            lines = grouped[_group(cnncalc.load(f"zoo:{base}"))]
        lines.append(_row(table, row, stem))
    intro = _INTRO.format(models=len(table.rows), specs=len(files))
    return "\n".join([intro, *(_section(title, lines) for title, lines in grouped.items())])


def _group(network: Network) -> str:
    """The title under which a model stands, by what goes in and what comes out."""
    inputs = [node.output for node in network.nodes if node.layer is None]
    outputs = [network.nodes[index].output for index in network.outputs.values()]
    one, many, several, volumes, sequences = _GROUPS
    if inputs[0].is_tokens or inputs[0].rank == 1:
        return sequences
    if inputs[0].rank > 2:
        return volumes
    if len(inputs) > 1:
        return several
    return many if any(x.copies * prod(x.size) > 1 for x in outputs) else one


def _section(title: str, lines: list[str]) -> str:
    head = "| | params | MACs | input | year | paper | source |"
    return "\n".join([f"## {title}\n\n{_GROUPS[title]}\n", head, "|---|---:|---:|---:|---:|---|---|",
                      *lines, ""])  # fmt: skip


def _row(table: Table, row: Row, stem: str) -> str:
    """A line; of a variant without the paper, which is that of the line above."""
    shown = {column.key: column.text(row.values[column.key]) for column in table.columns}
    cells = {key: _escaped(shown[key]) for key in _COLUMNS}
    cells["source"] = re.sub(
        r"arXiv:([\d.]+\d)", r"[arXiv:\1](https://arxiv.org/abs/\1)", cells["source"]
    )
    name = f"[`{shown['name']}`]({stem}.yaml)"
    if row.values["variant_of"] is not None:
        name = f"&emsp;{name}"
        cells |= dict.fromkeys(("year", "paper", "source"), "")
    elif not cells["paper"]:
        cells["paper"] = "–"
    return f"| {' | '.join([name, *cells.values()])} |"


def _escaped(text: str) -> str:
    """Text as it is, in Markdown."""
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", text)

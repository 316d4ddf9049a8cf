"""What must hold of every text that loads, or is refused, by what cnncalc says itself.

An oracle is given what was loaded and dice. It returns how many answers it has looked at, and raises
Fault where they are wrong; whatever else is raised within it is a fault as well.
"""

from __future__ import annotations

import csv
import io
import json
from random import Random
from typing import Any

import cnncalc
from cnncalc import registry
from cnncalc.check.claims import budget, expect
from cnncalc.check.linting import Lints, Rules
from cnncalc.foreign import NAME
from cnncalc.language.write import write
from cnncalc.network import Network, Node
from tools.fuzz.loading import Built, Loaded, load

MOST_NODES = 3_000
"""Of larger networks the numbers are computed, but not shown."""
MOST_TEXT = 2_000_000
FEW_SIZES = 32
"""At so many sizes `inputs` builds a network, where it is one analysis among others."""
ANALYZERS = registry.names("analyzers")
FORMATS = registry.names("formats")
TABLES = [name for name in FORMATS if hasattr(registry.load("formats", name), "render")]
FINDINGS = [name for name in FORMATS if hasattr(registry.load("formats", name), "report")]
EVERY_LINT = Rules(
    tuple(registry.load("check.lints", name).CODE for name in registry.names("check.lints"))
)


class Fault(Exception):
    """Two answers that differ, or one that may not be; `what` is the same for faults of one sort."""

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(f"{what}: {detail}" if detail else what)
        self.what = what


def same(one: object, other: object, what: str) -> None:
    """Raise Fault unless two answers are equal."""
    if one != other:
        raise Fault(what, f"{str(one)[:300]} is not {str(other)[:300]}")


def analyses(loaded: Loaded, dice: Random) -> int:
    """Every analyzer ends in a table, which is shown in one of the formats, and as JSON."""
    count = 0
    for built in loaded.networks:
        for name in ANALYZERS:
            options = {"up_to": FEW_SIZES} if name == "inputs" else {}
            table = cnncalc.analyze(built.network, name, **options)
            document = table.to_dict()
            if len(built.network.nodes) < MOST_NODES:
                json.dumps(document, allow_nan=False)
                registry.load("formats", dice.choice(TABLES)).render(table.fold()).encode()
            count += 1
    return count


def all_sizes(loaded: Loaded, dice: Random) -> int:
    """`inputs` ends with as many sizes as it looks at unless it is told."""
    cnncalc.analyze(loaded.first.network, "inputs").to_dict()
    return 1


def checks(loaded: Loaded, dice: Random) -> int:
    """Every lint and every claim is judged, and what they find can be shown."""
    lints = Lints(EVERY_LINT)
    found = []
    for built in loaded.networks:
        lints.look(built.network, built.variant)
        found += [*expect.judge(built.network), *budget.judge(built.network)]
    _told([*found, *lints.findings(loaded.document)], dice)
    return len(loaded.networks)


def refusals(loaded: Loaded, dice: Random) -> int:
    """What is wrong with a text is said at a place, and shown at bounded length."""
    if not loaded.findings:
        raise Fault("refused without a finding")
    _told(loaded.findings, dice)
    return len(loaded.findings)


def _told(findings: Any, dice: Random) -> None:
    shown = registry.load("formats", dice.choice(FINDINGS)).report(findings)
    if len(shown.encode()) > MOST_TEXT:
        raise Fault("a long report", f"{len(shown):,} characters")
    json.dumps([finding.to_dict() for finding in findings], allow_nan=False)


def expanded(loaded: Loaded, dice: Random) -> int:
    """Written out without variables and blocks, a network is the same network."""
    count = 0
    for built in loaded.networks:
        network = built.network
        if all(node.layer is None for node in network.nodes):
            continue
        text = write(network)
        again = load(text)
        if again.findings:
            finding = again.findings[0]
            raise Fault(f"expanded, it is refused with {finding.code}", finding.message)
        _same_network(network, again.first)
        same(write(again.first.network), text, "expanded twice")
        count += 1
    return count


def _same_network(network: Network, again: Built) -> None:
    same(len(network.nodes), len(again.network.nodes), "expanded, the number of nodes")
    for node, other in zip(network.nodes, again.network.nodes, strict=True):
        # A name that blocks within blocks have made too long is written shorter.
        first = len(node.name) > NAME
        same(told(node)[first:], told(other)[first:], "expanded, a node")
    for number in ("params", "trainable", "buffers", "macs", "flops", "depth"):
        same(getattr(network, number), getattr(again.network, number), f"expanded, {number}")
    # Names of what is not there, such as `repeat: 0`, may mean the same output.
    outputs = list(dict.fromkeys(network.outputs.values()))
    same(outputs, list(again.network.outputs.values()), "expanded, the outputs")


def told(node: Node) -> tuple[Any, ...]:
    """What a node is."""
    facts = node.facts
    return (node.name, node.op, node.inputs, facts.output, facts.windows, facts.params,
            facts.buffer_count, facts.macs, facts.flops, node.trainable, node.dtype,
            node.shared_with)  # fmt: skip


def sums(loaded: Loaded, dice: Random) -> int:
    """The totals of JSON, those of the rows of CSV, and those of the network are the same."""
    network = loaded.first.network
    if len(network.nodes) > MOST_NODES:
        return 0
    count = 0
    for name, columns in _SUMMED.items():
        table = cnncalc.analyze(network, name)
        document = json.loads(registry.load("formats", "json").render(table))
        read = csv.DictReader(io.StringIO(registry.load("formats", "csv").render(table)))
        rows = list(read)
        for column in columns:
            total = getattr(network, column)
            same(document["totals"].get(column), total.value, f"{name}, total of {column}")
            adding = [_counts(row, column) for row in document["layers"]]
            texts = [_count(row[column]) for row, adds in zip(rows, adding, strict=True) if adds]
            numbers = [row[column] for row in document["layers"] if _counts(row, column)]
            for source, found in (("CSV", texts), ("JSON", numbers)):
                known = sum(n for n in found if n is not None)
                same(known, total.known, f"{name}, sum of {column} in {source}")
                same(None in found, bool(total.gaps), f"{name}, gaps of {column} in {source}")
            count += 1
    return count


_SUMMED = {
    "shapes": ("params",),
    "params": ("params", "trainable", "buffers"),
    "macs": ("macs", "flops"),
}


def _counts(row: dict[str, Any], column: str) -> bool:
    """Whether a row adds to a total: weights that are used again do not, their work does."""
    return column in {"macs", "flops"} or not row.get("shared_with")


def _count(text: str) -> int | None:
    return int(text) if text else None

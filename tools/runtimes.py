"""The tables of docs/runtimes.md: what every runtime does with windows, assumes, and holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.dialects.base.asked import Resizing
from cnncalc.dialects.base.dialect import dialects
from cnncalc.errors import Refusal
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.shape import Shape
from tests.conformance.runtimes.exceptions import EXCEPTIONS
from tests.conformance.runtimes.read import DATA, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.dialects.base.dialect import Dialect

_OPERATORS = {
    "conv": "Convolution",
    "max_pool": "Max pooling",
    "avg_pool": "Average pooling",
    "lp_pool": "Power-average pooling",
    "conv_transpose": "Transposed convolution",
    "adaptive_avg_pool": "Adaptive pooling",
    "upsample": "Resizing by a factor",
    "resize": "Resizing to a size",
}

_HELD = {
    "batch_norm": {},
    "group_norm": {"groups": 4},
    "lstm": {"units": 8},
    "gru": {"units": 8},
    "multi_head_attention": {"heads": 2},
}
"""Layers of 8 channels or units, whose numbers are told."""


def windows() -> str:
    """A table for each operator: runtime, rule in words and as a formula, rows, exceptions."""
    verified, excepted = _verified()
    lines = []
    for kind, title in _OPERATORS.items():
        lines += [
            "",
            f"### {title}",
            "",
            "| runtime | rule | formula | rows |",
            "|---|---|---|---|",
        ]
        for name, dialect in dialects().items():
            words, formula = dialect.rule(kind)
            if words:
                rows = f"{verified[name, kind]:,}" if verified[name, kind] else "–"
                rows += excepted.get((name, kind), "")
                lines.append(
                    f"| {dialect.title} (`{name}`) | {_cell(words)} | {_cell(formula)} | {rows} |"
                )
    return "\n".join(lines)


def _verified() -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], str]]:
    """How many rows were right by dialect and kind, and what is said of those that are not."""
    verified: Counter[tuple[str, str]] = Counter()
    excepted: dict[tuple[str, str], str] = {}
    for path in sorted(DATA.iterdir()):
        for row in read(path):
            if isinstance(row.asked, Resizing):
                kind = "upsample" if row.asked.sizes is None else "resize"
            else:
                kind = (
                    "adaptive_avg_pool" if row.asked.kind.startswith("adaptive") else row.asked.kind
                )
            seen = EXCEPTIONS.get((row.dialect, row.operator), {}).get(row.id)
            verified[row.dialect, kind] += not seen
            if seen:
                excepted[row.dialect, kind] = f"; but row {row.id}: {seen}"
    return verified, excepted


def usual() -> str:
    """What each runtime assumes where a layer is written without it, and its version."""
    head = "| runtime | version | words for padding | `conv` pads | pools step by | `ceil` | averages |"
    rows = [head, "|---|---|---|---|---|---|---|"]
    for name, found in dialects().items():
        conv = found.defaults.get("conv", {})
        pool, average = found.defaults.get("max_pool", {}), found.defaults.get("avg_pool", {})
        ceil = {pool.get("ceil", False), average.get("ceil", False)}
        rounded = "max pools" if len(ceil) > 1 else "yes" if True in ceil else "no"
        cells = (
            f"{found.title} (`{name}`)",
            found.version,
            ", ".join(_words(found)) or "–",
            f"`{conv.get('padding', 'valid')}`" + ("" if conv.get("bias", True) else ", no bias"),
            str(pool.get("stride", "the size")),
            rounded,
            "count the padding" if next(iter(found.averages)) == "counted" else "leave it out",
        )
        rows.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(rows)


def _words(found: type[Dialect]) -> Iterator[str]:
    """Its words for padding, with ours where they are others."""
    for pair in filter(None, found.words_for_padding.split(", ")):
        theirs, ours = pair.split(": ")
        yield f"`{theirs}`" + ("" if theirs.lower() == ours else f" (`{ours}`)")


def held() -> str:
    """What norms, recurrent layers and attention of 8 channels hold."""
    rows = [f"| runtime | {' | '.join(f'`{kind}`' for kind in _HELD)} |", "|---" * 6 + "|"]
    for name, found in dialects().items():
        numbers = list(_numbers(name, found))
        if any(number != "–" for number in numbers):
            rows.append(f"| {found.title} (`{name}`) | {' | '.join(numbers)} |")
    return "\n".join(rows)


def _numbers(name: str, found: type[Dialect]) -> Iterator[str]:
    for kind, keys in _HELD.items():
        try:
            if not found.covers(kind):
                raise found.refuse_kind(kind)
            needed = {"key_dim": 4} if kind == "multi_head_attention" and name == "keras" else {}
            facts = layer_class(kind)(dialect=name, **keys, **needed).apply(Shape(8, (5,)))
            yield f"{facts.params}" + (f" + {facts.buffer_count}" if facts.buffer_count else "")
        except Refusal:
            yield "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

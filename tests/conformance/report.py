"""Writes docs/conformance.md: `python -m tests.conformance.report`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from .cases import cases, fields, grids, reads
from .fields import UPPER
from .judge import verdicts
from .windows import GRIDS

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"

INTRO = """\
# Conformance

Single layers of Keras 3.15.1 and PyTorch 2.13.0 with random arguments on random shapes, as the
frameworks themselves answered: output shape, parameters, buffers, multiply-accumulates, or a
refusal. `tests/conformance` states each call in our language and compares every number, refusals
included. The answers are in `tests/conformance/data`; `tools/truth` makes more of them.

Functions are there under a name like that of a class, and so are layers of torchvision and timm, and
what papers say and PyTorch has no layer for, put together of its operations (torch 2.14.1, torchvision
0.29.1, timm 1.0.31). Every kind of layer is met but `opaque`, whose numbers the spec gives, and
`yolo_head`, a check of channels that no framework has.

A call that the language cannot say is not stated, and the reason is counted. Of layers that return
states or attention weights too, the main output is compared.

This page is written by `python -m tests.conformance.report`; a test keeps it current.
"""

REASONS = {
    "a convolution has an axis more than a dense layer": "a dense layer on a map is stated as a convolution",
    "another einsum": "an equation that is no convolution",
    "attention over several axes": "flatten the positions first",
    "axes in the wrong order": "a call that cannot mean anything",
    "contradicts its input": "we never write input channels, so they cannot be wrong",
    "further keys and values": "`add_bias_kv` and `add_zero_attn` have no key",
    "malformed padding": "a flat list of a length that does not suit the axes",
    "more than three operands": "only in these tables: our merges take any number",
    "more than four axes of a map": "three of space and one of time are the most",
    "no axis besides the batch": "every tensor of ours has at least one feature",
    "no kind of layer for it": "use `opaque`",
    "no such axis": "our axes have names",
    "normalises the batch axis": "one example is all there is",
    "padding full": "Keras has no such word and refuses it; to us it means what it says",
    "several layers in one wrapper": "a wrapped layer that takes more than one of ours",
    "spectral normalisation of another layer": "only those of convolutions are asked for",
    "touches the batch axis": "one example is all there is",
}
"""Why a call cannot be stated, or what to write instead."""


def render() -> str:
    """The page."""
    return "\n".join([INTRO, *_table("keras"), *_table("torch"), *_reasons(), *_windows(), *_fields()])


def _table(framework: str) -> list[str]:
    title = {"keras": "Keras", "torch": "PyTorch"}[framework]
    lines = [
        f"## {title}",
        "",
        "| class | cases | refused by it | stated | agree | not stated |",
        "|---|---:|---:|---:|---:|---|",
    ]
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for cls in cases(framework):
        row, why = _count(framework, cls)
        total += row
        reasons += why
        lines.append(_row(cls, row, why))
    return [*lines, _row("**all**", total, reasons, names=False), ""]


def _count(framework: str, cls: str) -> tuple[Counter[str], Counter[str]]:
    row: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for case, reason, complaint in verdicts(framework, cls):
        row["cases"] += 1
        row["refused"] += case.answer is None
        row["stated"] += not reason
        row["agree"] += not reason and not complaint
        if reason:
            reasons[reason] += 1
    return row, reasons


def _row(cls: str, row: Counter[str], reasons: Counter[str], *, names: bool = True) -> str:
    numbers = " | ".join(f"{row[word]:,}" for word in ("cases", "refused", "stated", "agree"))
    why = ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())
    return f"| {cls} | {numbers} | {why if names else sum(reasons.values()) or ''} |"


def _reasons() -> list[str]:
    counts: Counter[str] = Counter()
    for framework in ("keras", "torch"):
        for cls in cases(framework):
            counts += _count(framework, cls)[1]
    rows = [f"| {reason} | {counts[reason]} | {REASONS[reason]} |" for reason in sorted(counts)]
    return ["## Not stated", "", "| reason | cases | why, or what to write |", "|---|---:|---|", *rows, ""]


def _windows() -> list[str]:
    lines = [
        "## Windows",
        "",
        "Exhaustive one-dimensional grids: the size of the output, and where the framework was asked,",
        "the first and last input that each output reads.",
        "",
        "| grid | rows | refused by it | reads compared |",
        "|---|---:|---:|---:|",
    ]
    for name in GRIDS:
        rows = grids()[name]
        refused = sum(GRIDS[name].answer(row) is None for row in rows)
        compared = f"{len(rows) - refused:,}" if GRIDS[name].spans else ""
        lines.append(f"| {name} | {len(rows):,} | {refused:,} | {compared} |")
    return [
        *lines,
        "",
        "And which inputs, each of them, every output reads, through whatever layers state the call:",
        "",
        "| PyTorch class | cases | refused by it |",
        "|---|---:|---:|",
        *(
            f"| {cls} | {len(rows)} | {sum(not read for _, read in rows)} |"
            for cls, rows in sorted(reads().items())
        ),
        "",
    ]


def _fields() -> list[str]:
    return [
        "## Unit fields",
        "",
        "Which positions every position of an output depends on, by the gradients of PyTorch, on small maps of one",
        "to three axes, against the exact field of that unit. Where it says why, the field holds all that is seen.",
        "",
        "| class | cases | equal, or why it may hold more |",
        "|---|---:|---|",
        *(
            f"| {cls} | {len(rows)} | {UPPER.get(cls, 'equal')} |"
            for cls, rows in sorted(fields().items())
        ),
        "",
    ]


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8")

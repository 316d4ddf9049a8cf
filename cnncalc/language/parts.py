"""Norms and activations: what may stand behind a layer, and what an expression there names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.expressions import is_expression
from cnncalc.language.grammar import missing
from cnncalc.language.item import FAULT, Item, defaults_of, freeze
from cnncalc.language.kinds import find_layer, report_unknown
from cnncalc.language.values import Failed
from cnncalc.layers.base.key_types import show

if TYPE_CHECKING:
    from cnncalc.errors import Span
    from cnncalc.language.item import Defaults, Late
    from cnncalc.language.report import Report

NONE = "none"


def compile_named(late: Late, word: object, report: Report) -> Item | None:
    """The norm or activation of this word, its keys those of the defaults; None for none.

    Raises Failed after reporting if there is no such one, or if it needs keys that have no default.
    """
    node, role = late.word.node, late.role
    if word is None or word == NONE:
        return None
    if not isinstance(word, str) or not word or is_expression(word):
        report.find("E104", f"`{role}` must be a kind of layer, got {show(word)}", node.span)
        raise Failed
    if not plays(role, word, node.span, report):
        raise Failed
    layer, rank = find_layer(word)
    if layer is None:
        if word == "reuse":
            report_bare_reuse(node.span, report)
        else:
            report_unknown(word, node.span, (), report)
        raise Failed
    item = Item(word[:-2] if rank else word, node, node)
    item.layer, item.rank = layer, rank
    defaults = defaults_of(late.defaults, item.op, rank)
    item.values = {name: defaults[name] for name in layer.keys if name in defaults}
    item.trainable, item.dtype = defaults.get("trainable"), defaults.get("dtype")
    if absent := missing(item.values, layer.keys):
        first = next(iter(layer.keys))
        if item.values.get(first, True) is not None:
            report_missing(word, absent, item, late.defaults, report)
        raise Failed
    freeze([item])
    return item


def plays(role: str, word: str, span: Span, report: Report) -> bool:
    """Whether a kind may stand behind `norm:` or `activation:` (the role); reports if not."""
    layer, _ = find_layer(word)
    if layer is None and word == "linear":
        report.find("E102", "`linear` is not an activation here", span, help="did you mean `none`?")
        return False
    if layer is None or layer.role == role:
        return True
    what = {"norm": "a normalisation", "activation": "an activation"}[role]
    report.find("E104", f"`{role}` must be {what}, got `{word}`", span,
                help=f"give it an item of its own: `- {word}`")  # fmt: skip
    return False


def report_missing(
    word: str, absent: list[str], item: Item, defaults: Defaults, report: Report
) -> None:
    """Required keys that are not given, unless a fault in the defaults may have taken them."""
    if FAULT in defaults_of(defaults, item.op, item.rank) or item.layer is None:
        return
    keys = item.layer.keys
    listed = ", ".join(f"`{name}`" for name in absent)
    report.find("E106", f"`{word}` needs {listed}", item.op_node.span,
                help=" ".join(f"{name}: {keys[name].help};" for name in absent)[:-1])  # fmt: skip


def report_bare_reuse(span: Span, report: Report) -> None:
    """`reuse` without its keys."""
    report.find("E106", "`reuse` needs `layer` and `from`", span,
                help="- reuse: {layer: encoder, from: other, name: encoded}")  # fmt: skip

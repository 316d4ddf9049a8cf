"""Blocks and defaults: what a file declares once and its layers use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Label
from cnncalc.foreign import cut
from cnncalc.language.grammar import ARGUMENTS, BLOCK, COMMON, HOST, entries, fields, missing
from cnncalc.language.item import FAULT, Block, Defaults
from cnncalc.language.items import Items
from cnncalc.language.kinds import WORDS, find_layer, nearest_kind, report_unknown
from cnncalc.language.limits import NESTING
from cnncalc.language.names import Names
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
from cnncalc.language.values import HANDED_ON, Value
from cnncalc.layers.base.key_types import ANY

if TYPE_CHECKING:
    from cnncalc.language.context import CompileContext
    from cnncalc.language.item import Item
    from cnncalc.language.report import Report
    from cnncalc.layers.base.keys import Key
    from cnncalc.layers.base.layer import Layer

_WORD = str.isidentifier


def compile_defaults(node: Node | None, context: CompileContext) -> Defaults:
    """`defaults: {conv: {kernel: 3, activation: relu}}`, checked against the kinds' keys.

    A word with the number of axes, `conv3d`, is the kind without it, as in a layer list.
    """
    report = context.report
    is_list = node is not None and not isinstance(node, Mapping) and not _is_null(node)
    found: Defaults = {FAULT: {}} if is_list else {}
    words: dict[str, Scalar] = {}
    for key, value in entries(node, "defaults", report):
        layer, rank = find_layer(key.text)
        if layer is None:
            if key.text in WORDS:
                report_unknown(key.text, key.span, (), report)
            else:
                report.find("E102", f"unknown kind of layer `{cut(key.text, 60)}`", key.span,
                            help=nearest_kind(key.text, ()) or "`cnncalc layers` lists all kinds")  # fmt: skip
            # Nobody knows which layers they were for.
            found[FAULT] = {}
            continue
        kind = key.text[:-2] if rank else key.text
        if kind in words:
            report.find("E107", f"`{words[kind].text}` and `{key.text}` are both the defaults of `{kind}`",
                        key.span, help=f"write them once, under `{kind}`",
                        related=(Label(words[kind].span, "the first"),))  # fmt: skip
            found[kind] = {**found[kind], FAULT: None}
            continue
        words[kind] = key
        found[kind] = _defaults_of(key, value, layer, context)
    return found


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _defaults_of(
    key: Scalar, value: Node, layer: type[Layer], context: CompileContext
) -> dict[str, Value | None]:
    """The defaults of one kind, with FAULT among them if one could not be read."""
    report = context.report
    if not isinstance(value, Mapping):
        report.find("E101", f"the defaults of `{key.text}` must be a mapping", value.span,
                    help=f"{key.text}: {{kernel: 3}}")  # fmt: skip
        return {FAULT: None}
    common = {name: COMMON[name] for name in ("trainable", "dtype")}
    keys: dict[str, Key] = {**layer.keys, **common, **(HOST if layer.hosts else {})}
    given, sound = fields(value, keys, f"for `{key.text}`", report, layer.kind)
    values = {
        name: Value.check(name, keys[name].kind, part, context) for name, (_, part) in given.items()
    }
    for part in values.values():
        if part is not None:
            part.by_default = True
    # A fault here is not to be found once more in every layer that uses it.
    return values if sound else {**values, FAULT: None}


def merge(outer: Defaults, inner: Defaults) -> Defaults:
    """Defaults inside defaults: key by key, the inner ones win."""
    return {kind: {**outer.get(kind, {}), **inner.get(kind, {})} for kind in {**outer, **inner}}


def compile_blocks(
    node: Node | None, defaults: Defaults, context: CompileContext
) -> dict[str, Block]:
    """All blocks of a file; recursion and too deep nesting are reported."""
    report = context.report
    blocks: dict[str, Block] = {}
    bodies: list[tuple[Block, Mapping]] = []
    for key, value in entries(node, "blocks", report):
        if not key.text[:1].isupper() or not _WORD(key.text):
            report.find("E211", f"the block name `{cut(key.text, 60)}` must start with a capital", key.span,
                        help="kinds of layer are lower-case, blocks are capitalised")  # fmt: skip
        block = blocks[key.text] = Block(key.text, key)
        if isinstance(value, Mapping):
            bodies.append((block, value))
        else:
            report.find("E101", f"block `{key.text}` must be a mapping with `layers`", value.span,
                        help=f"{cut(key.text, 60)}: {{layers: […]}}")  # fmt: skip
    headers = [(block, _header(block, body, context)) for block, body in bodies]
    for block, given in headers:
        _compile_body(block, given, defaults, blocks, context)
    _check_nesting(blocks, report)
    return blocks


def _header(block: Block, body: Mapping, context: CompileContext) -> dict[str, Node]:
    """Arguments and inputs come first: uses of the block are checked against them."""
    report = context.report
    named, sound = fields(body, BLOCK, f"in block `{block.name}`", report)
    if sound and missing(named, BLOCK):
        report.find("E106", f"block `{block.name}` needs `layers`", block.name_node.span)
    given = {name: pair[1] for name, pair in named.items()}
    args: dict[str, Value | None] = {}
    known = list(context.known)
    steps = context.budget.steps
    for key, value in entries(given.get("args"), "args", report):
        if len(args) == ARGUMENTS:
            report.find("E105", f"a block has at most {ARGUMENTS} arguments", key.span)
            break
        if not _WORD(key.text) or key.text in (*COMMON, "i", "cin"):
            report.find("E204", f"`{key.text}` cannot be an argument", key.span,
                        help="a word that is not a key of every layer, nor `i` or `cin`")  # fmt: skip
            continue
        required = isinstance(value, Scalar) and value.text == "required"
        # An argument knows those above it.
        steps.spend(len(known) // HANDED_ON, key)
        here = context.knowing(tuple(known))
        args[key.text] = None if required else Value.check(key.text, ANY, value, here)
        known.append(key.text)
    block.args = args
    if "inputs" in given:
        block.inputs = _input_names(given["inputs"], report)
    return given


def _input_names(node: Node, report: Report) -> tuple[str, ...]:
    names: list[str] = []
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Scalar) and _WORD(item.text) and item.text not in (*names, "prev"):
            names.append(item.text)
        else:
            report.find("E204", "the inputs of a block are different words", item.span)
    return tuple(names) or ("input",)


def _compile_body(
    block: Block,
    given: dict[str, Node],
    defaults: Defaults,
    blocks: dict[str, Block],
    context: CompileContext,
) -> None:
    # Whatever stands in the block keeps the names that are known there.
    context.budget.steps.spend(len(context.known) + len(block.args), block.name_node)
    inside = context.knowing(dict.fromkeys((*context.known, *block.args, "i", "cin")))
    own = compile_defaults(given.get("defaults"), inside)
    if "layers" in given:
        names = Names(block.inputs, context.report)
        items = Items(names, inside, merge(defaults, own), blocks)
        block.items = items.all(given["layers"])
        block.taken = frozenset(item.name for item in block.items if item.name)


def _check_nesting(blocks: dict[str, Block], report: Report) -> None:
    """Walk the uses between blocks: none may lead back, none be deeper than NESTING.

    A use with a condition may lead back: how deep that goes is seen where it is expanded.
    """
    used = {
        name: [
            item
            for item in block.items
            if item.op in blocks and item.block is not None and item.when is None
        ]
        for name, block in blocks.items()
    }
    depth: dict[str, int] = {}
    for start in blocks:
        path, open_blocks = [(start, 0)], {start}
        while path:
            name, position = path.pop()
            if name in depth:
                continue
            if position == len(used[name]):
                depth[name] = 1 + max((depth.get(item.op, 0) for item in used[name]), default=0)
                open_blocks.discard(name)
                if depth[name] == NESTING + 1:
                    report.find("E206", f"blocks stand more than {NESTING} deep in each other",
                                blocks[name].name_node.span)  # fmt: skip
                continue
            path.append((name, position + 1))
            item = used[name][position]
            if item.op in open_blocks:
                _report_cycle(item, [above for above, _ in path], blocks, report)
            elif item.op not in depth:
                path.append((item.op, 0))
                open_blocks.add(item.op)
    for name, level in depth.items():
        for item in used[name] if level > NESTING else ():
            item.block = None


def _report_cycle(item: Item, path: list[str], blocks: dict[str, Block], report: Report) -> None:
    cycle = " → ".join([*path[path.index(item.op) :][:8], item.op])
    report.find("E206", f"block `{item.op}` contains itself: {cycle}", item.op_node.span,
                related=(Label(blocks[item.op].name_node.span, "declared here"),),
                help="a condition ends it: `when: $(depth > 1)`")  # fmt: skip
    item.block = None

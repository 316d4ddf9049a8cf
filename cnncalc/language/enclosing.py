"""What stands in a block, or in the network of another file: where it is entered, and what it is left with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.env import NOTHING, SEVERAL, Env, Named
from cnncalc.language.hosting import attributes
from cnncalc.language.values import Failed
from cnncalc.network import Frame, Use

if TYPE_CHECKING:
    from cnncalc.language.context import ExpandContext
    from cnncalc.language.env import Around
    from cnncalc.language.item import Block, Item, Whole
    from cnncalc.language.report import Report


def label(item: Item) -> str:
    """What rows call an item: its kind, the name of its block, or of the network that it is."""
    return item.block.name if item.block is not None and item.block.whole else item.op


def enter(
    item: Item,
    block: Block,
    context: ExpandContext,
    inner: ExpandContext,
    env: Env,
    named: Named,
    frame: Frame | None,
    around: Around | None = None,
) -> Env:
    """Where the items of a block stand in one use of it, `inner` being the context in it.

    What is `around` it is put around each of its layers. Raises Failed after reporting.
    """
    trainable, dtype = attributes(item, context, env)
    used = None
    if around is None:
        arguments = {name: inner.scope.get(name) for name in block.args}
        used = Use(item, arguments, tuple(named.operands))
    within = Frame(named.name, label(item), frame, given=named.given, use=used)
    inside = Env(inner, f"{named.name}.", within, block.taken, env.used,
                 trainable=trainable, dtype=dtype, depth=env.depth + 1,
                 wrappers=(*env.wrappers, around) if around else env.wrappers)  # fmt: skip
    for name, operand in zip(block.inputs, named.operands, strict=True):
        inside.names[name] = Named(operand, name, [], 0, 0)
    above = len(block.inputs) == 1 or block.whole is None
    inside.prev = named.operands[0] if above else NOTHING
    return inside


def leave(item: Item, block: Block, whole: Whole, inside: Env, named: Named) -> None:
    """What the network of another file gives, and the names in it: `named.out` is that of its last layer."""
    names = {name: found for name, found in inside.names.items() if name not in block.inputs}
    if whole.outputs is not None and len(whole.outputs) == 1:
        named.out = inside.tensor(whole.outputs[0])
    elif whole.outputs is not None:
        named.out = SEVERAL
        # Whoever asks which of them is meant is told those first.
        first = [ref.text for ref in whole.outputs if ref.text in names]
        names = {name: names[name] for name in (*first, *names)}
    if item.name:
        named.children = names


def assert_same_dialect(
    item: Item, block: Block, whole: Whole, dialect: str | None, report: Report
) -> None:
    """A network follows the rules of one framework; raises Failed after reporting that it does not."""
    if whole.dialect in (None, dialect):
        return
    here = f"one of {dialect}" if dialect else "says no dialect"
    report.find("E214", f"`{block.name}` is a network of {whole.dialect}, and this file {here}",
                item.op_node.span, help=f"dialect: {whole.dialect}")  # fmt: skip
    raise Failed

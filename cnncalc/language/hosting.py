"""A layer expanded together with the norm and the activation behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language import parts
from cnncalc.language.env import POISON, SEVERAL, Named
from cnncalc.language.item import Late
from cnncalc.language.values import Failed
from cnncalc.network import Frame

if TYPE_CHECKING:
    from cnncalc.language.context import ExpandContext
    from cnncalc.language.env import Env
    from cnncalc.language.item import Item
    from cnncalc.language.nodes import Nodes
    from cnncalc.layers.base.number_types import NumberType

_SUFFIXES = {"norm": "norm", "activation": "act"}
"""What a norm or activation is called behind the name of its layer."""


class LayerExpander:
    """Appends layers to the nodes of a network."""

    def __init__(self, nodes: Nodes) -> None:
        """What expressions name is kept, for a block is expanded many times."""
        self.nodes = nodes
        self._late: dict[tuple[int, str], Item | None] = {}

    def expand(
        self, item: Item, context: ExpandContext, env: Env, named: Named, frame: Frame | None
    ) -> None:
        """A layer with what stands behind it: sets `named.out`. Raises Failed after reporting."""
        if item.layer is not None and item.layer.has_pieces:
            self._in_pieces(item, context, env, named, frame)
            return
        present = self._present(item, context) if item.parts else {}
        # With a norm behind it a bias has no effect: it is off unless it is asked for.
        unbiased = "norm" in present and "bias" not in item.values
        layer = self.nodes.build(item, context, unbiased=unbiased, wrappers=env.wrappers)
        if present:
            ops = "+".join([item.op, *map(_short, present.values())])
            frame = Frame(named.name, ops, frame, is_layer=True, given=named.given)
        operands = (*named.operands, *self._extra(item, env)) if item.extra else named.operands
        trainable, dtype = attributes(item, context, env)
        host = self.nodes.add(named.name, item, layer, tuple(operands), frame, context, named.given,
                              trainable, dtype)  # fmt: skip
        named.out = host
        if present:
            named.out = self._put_behind(present, host, host, item, context, env, named, frame)

    def finish(self, item: Item, context: ExpandContext, env: Env, named: Named) -> None:
        """A body with the norm and the activation behind it; raises Failed after reporting."""
        present = self._present(item, context)
        if not present:
            return
        if named.out < 0:
            raise Failed
        named.out = self._put_behind(present, named.out, None, item, context, env, named, env.frame)

    def _put_behind(
        self,
        present: dict[str, Item],
        out: int,
        host: int | None,
        item: Item,
        context: ExpandContext,
        env: Env,
        named: Named,
        frame: Frame | None,
    ) -> int:
        """Nodes for what stands behind `out`; the last of them."""
        trainable, dtype = attributes(item, context, env)
        for role, part in present.items():
            suffix = _SUFFIXES[role]
            learns, kind = trainable, dtype
            if part.trainable is not None or part.dtype is not None:
                learns, kind = attributes(part, context, env)
                learns, kind = trainable and learns, kind if part.dtype is not None else dtype
            behind = self.nodes.build(part, context, wrappers=env.wrappers)
            out = self.nodes.add(f"{named.name}.{suffix}", part, behind, (out,), frame, context, False,
                                 learns, kind, host)  # fmt: skip
            self.nodes.list[out].span = context.place or item.span
            if item.name:
                operand = list(self.nodes.list[out].inputs)
                named.children[suffix] = Named(out, f"{named.name}.{suffix}", operand, out, out + 1)
        return out

    def _in_pieces(
        self, item: Item, context: ExpandContext, env: Env, named: Named, frame: Frame | None
    ) -> None:
        """A node for each output of a layer that has several; raises Failed after reporting."""
        layer = self.nodes.build(item, context)
        index = named.operands[0]
        pieces = self.nodes.pieces(layer, index, item, named.name, context, env.wrappers)
        frame = Frame(named.name, item.op, frame, given=named.given)
        trainable, dtype = attributes(item, context, env)
        self.nodes.limits.spend(item, len(pieces), len(pieces) * len(named.name), len(pieces))
        for number, piece in enumerate(pieces):
            name = f"{named.name}.{number}"
            out = self.nodes.add(
                name, item, piece, (index,), frame, context, trainable=trainable, dtype=dtype
            )
            named.children[str(number)] = Named(out, name, [index], out, out + 1)
        named.is_row = True
        named.out = SEVERAL

    def _extra(self, item: Item, env: Env) -> list[int]:
        """The tensors that keys of the layer refer to."""
        found = [env.tensor(ref) for ref in item.extra]
        env.used.update(found)
        if POISON in found:
            raise Failed
        return found

    def _present(self, item: Item, context: ExpandContext) -> dict[str, Item]:
        """The norm and the activation, as far as there are any."""
        found = {}
        for role, part in item.parts.items():
            chosen = self._choose(part, context) if isinstance(part, Late) else part
            if chosen is not None:
                found[role] = chosen
        return found

    def _choose(self, part: Late, context: ExpandContext) -> Item | None:
        """The norm or activation that an expression names."""
        word = part.word.resolve(context)
        if not isinstance(word, str):
            return parts.compile_named(part, word, context.report)
        place = (id(part), word)
        if place not in self._late:
            self._late[place] = parts.compile_named(part, word, context.report)
        return self._late[place]


def attributes(item: Item, context: ExpandContext, env: Env) -> tuple[bool, NumberType | None]:
    """Whether the weights are trainable, and the type of the numbers."""
    trainable, dtype = env.trainable, env.dtype
    if item.trainable is not None:
        trainable = trainable and bool(item.trainable.resolve(context))
    if item.dtype is not None:
        dtype = item.dtype.resolve(context)
    return trainable, dtype


def _short(part: Item) -> str:
    return (part.layer.short if part.layer else "") or part.op

"""A layer expanded together with the norm and the activation behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.network import Frame
from cnncalc.spec import parts
from cnncalc.spec.env import POISON, Named
from cnncalc.spec.item import Late
from cnncalc.spec.values import Failed

if TYPE_CHECKING:
    from cnncalc.spec.context import ExpandContext
    from cnncalc.spec.env import Env
    from cnncalc.spec.item import Item
    from cnncalc.spec.nodes import Nodes

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
        roles = [(role, self._part(part, context)) for role, part in item.parts.items()]
        present = [(role, part) for role, part in roles if part is not None]
        # With a norm behind it a bias has no effect: it is off unless it is asked for.
        unbiased = any(role == "norm" for role, _ in present) and "bias" not in item.values
        layer = self.nodes.build(item, context, unbiased=unbiased)
        if present:
            ops = "+".join([item.op, *(_short(part) for _, part in present)])
            frame = Frame(named.name, ops, frame, is_layer=True, given=named.given)
        extra = [env.tensor(ref) for ref in item.extra]
        env.used.update(extra)
        if POISON in extra:
            raise Failed
        trainable, dtype = attributes(item, context, env)
        host = out = self.nodes.add(named.name, item, layer, (*named.operands, *extra), frame,
                                    given=named.given, trainable=trainable, dtype=dtype)  # fmt: skip
        for role, part in present:
            suffix = _SUFFIXES[role]
            learns, kind = trainable, dtype
            if part.trainable is not None or part.dtype is not None:
                learns, kind = attributes(part, context, env)
                learns, kind = trainable and learns, kind if part.dtype is not None else dtype
            out = self.nodes.add(f"{named.name}.{suffix}", part, self.nodes.build(part, context),
                                 (out,), frame, host=host, trainable=learns, dtype=kind)  # fmt: skip
            self.nodes.list[out].span = item.span
            if item.name:
                operand = list(self.nodes.list[out].inputs)
                named.children[suffix] = Named(out, f"{named.name}.{suffix}", operand, out, out + 1)
        named.out = out

    def _part(self, part: Item | Late | None, context: ExpandContext) -> Item | None:
        """The norm or activation, its expression evaluated."""
        if not isinstance(part, Late):
            return part
        word = part.word.resolve(context)
        if not isinstance(word, str):
            return parts.named(part, word, context.report)
        place = (id(part), word)
        if place not in self._late:
            self._late[place] = parts.named(part, word, context.report)
        return self._late[place]


def attributes(item: Item, context: ExpandContext, env: Env) -> tuple[bool, str | None]:
    """Whether the weights are trainable, and the type of the numbers."""
    trainable, dtype = env.trainable, env.dtype
    if item.trainable is not None:
        trainable = trainable and bool(item.trainable.resolve(context))
    if item.dtype is not None:
        dtype = item.dtype.resolve(context)
    return trainable, dtype


def _short(part: Item) -> str:
    return (part.layer.short if part.layer else "") or part.op

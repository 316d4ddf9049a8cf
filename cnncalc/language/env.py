"""What names mean while a spec is expanded."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc.foreign import NAME, cut
from cnncalc.language.names import levels

if TYPE_CHECKING:
    from cnncalc.language.context import ExpandContext
    from cnncalc.language.item import Item
    from cnncalc.language.names import Ref
    from cnncalc.language.tree import Node
    from cnncalc.layers.base.nested import Wrapper
    from cnncalc.layers.base.number_types import NumberType
    from cnncalc.network import Frame

    Around: TypeAlias = tuple[type[Wrapper], tuple[tuple[str, Any], ...]]
    """What layers are put into, with the values of its keys but for the layer."""

EACH = ".*"
"""Ends a reference to every repetition, or every output, of what stands before."""

POISON = -1
"""Stands for a tensor that cannot be known because of a fault that is reported already."""

NOTHING = -2
"""Stands for the layer above where there is none: several inputs, and no layer yet."""


SEVERAL = -3
"""Stands for the one output of a layer that has several: each has a name of its own."""


class Named:
    """What a name refers to: a tensor, the nodes that made it, and the names inside."""

    __slots__ = ("children", "given", "is_row", "name", "operands", "out", "start", "stop")

    def __init__(self, out: int, name: str, operands: list[int], start: int, stop: int,
                 *, given: bool = False) -> None:  # fmt: skip
        """`out` is the index of a node; [start, stop) are the nodes that belong to the name.

        `given` says that somebody gave the name.
        """
        self.out = out
        self.name = name
        self.operands = operands
        self.start = start
        self.stop = stop
        self.given = given
        self.children: dict[str, Named] = {}
        self.is_row = False
        """Whether it is a row of repetitions, perhaps none, or of outputs."""


class Env:
    """Where an item stands: what the names of tensors mean, and what encloses it."""

    __slots__ = ("above", "context", "counts", "depth", "dtype", "frame", "names", "prefix", "prev", "taken",
                 "trainable", "used", "wrappers")  # fmt: skip

    def __init__(self, context: ExpandContext, prefix: str, frame: Frame | None,
                 taken: frozenset[str], used: set[int], *, trainable: bool = True,
                 dtype: NumberType | None = None, depth: int = 0,
                 wrappers: tuple[Around, ...] = ()) -> None:  # fmt: skip
        """`taken` are the names given in this body, which generated ones stay clear of.

        `used` gathers the tensors that are read, here and in what stands inside; `depth` is how many
        blocks enclose this body, `wrappers` are put around every layer, the last one first.
        """
        self.context = context
        self.prefix = prefix
        self.frame = frame
        self.taken = taken
        self.trainable = trainable
        self.dtype = dtype
        self.used = used
        self.depth = depth
        self.wrappers = wrappers
        self.names: dict[str, Named] = {}
        self.counts: dict[str, int] = {}
        self.prev = POISON
        self.above: Item | None = None
        """The item that gave `prev`; None at the top."""

    def next_name(self, op: str) -> str:
        """The next free `conv1`, `conv2`, … of this body."""
        while True:
            self.counts[op] = self.counts.get(op, 0) + 1
            name = f"{op}{self.counts[op]}"
            if name not in self.taken:
                return name

    # References -----------------------------------------------------------------------------

    def operands(self, item: Item) -> list[int]:
        """The tensors an item reads: the one above if it does not say, and its kind reads any."""
        if item.layer is not None and item.layer.operands[1] == 0:
            return []
        if item.refs is None:
            found = [self._above(item.op_node) if item.op else POISON]
        else:
            found = (
                [index for ref in item.refs for index in self.tensors(ref)]
                if item.has_rows
                else [self.tensor(ref) for ref in item.refs]
            ) or [POISON]
        self.used.update(found)
        return found

    def tensors(self, ref: Ref) -> list[int]:
        """The tensors a reference means: `m.*` is every repetition of `m`, or every output of a split."""
        if not ref.text.endswith(EACH):
            return [self.tensor(ref)]
        named = self.lookup(ref._replace(text=ref.text[: -len(EACH)]))
        if named is None:
            return [POISON]
        found = [child.out for name, child in named.children.items() if name.isdigit()]
        if not found and named.out != POISON and not named.is_row:
            self.context.report.find("E201", f"`{named.name}` is not repeated: `{ref.text}` names nothing",
                                     ref.node.span, help="`.*` stands for all that `repeat` makes")  # fmt: skip
            return [POISON]
        self.context.budget.links.spend(len(found), ref.node)
        return found

    def tensor(self, ref: Ref) -> int:
        """The tensor a reference means; POISON, reported, if there is none."""
        if ref.text == "prev":
            return self._above(ref.node)
        named = self.lookup(ref)
        if named is None:
            return POISON
        if named.out == SEVERAL:
            own = ref.text
            return self._which(f"`{own}`", [f"{own}.{part}" for part in named.children], ref.node)
        return named.out

    def _above(self, node: Node) -> int:
        """The tensor of the layer above `node`; POISON, reported, if there is none."""
        if self.prev == NOTHING:
            self.context.report.find("E208", "there is no layer above, and several inputs",
                                     node.span, help="say which with `from:`")  # fmt: skip
            return POISON
        if self.prev == SEVERAL:
            return self._which("the layer above", self._parts_above(), node)
        return self.prev

    def _parts_above(self) -> list[str]:
        """What the outputs of the layer above are called; NAME if it has none itself."""
        item = self.above
        named = self.names.get(item.name) if item and item.name else None
        own = item.name if item and named else "NAME"
        if named:
            parts = list(named.children)
        elif item and item.block and item.block.whole and item.block.whole.outputs:
            parts = [ref.text for ref in item.block.whole.outputs]
        else:
            parts = ["0", "1"]
        each = [EACH[1:]] if parts and parts[0].isdigit() else []
        return [f"{own}.{part}" for part in [*parts[: 4 - 2 * len(each)], *each]]

    def _which(self, what: str, parts: list[str], node: Node) -> int:
        """POISON, after a finding that asks which of several outputs is meant."""
        help = "say which with `from:`: " + ", ".join(parts[:4])
        if not parts:
            inside = f"{what.strip('`')}.NAME.0" if what[0] == "`" else "NAME.0"
            help = (
                f"give the layer in it that has them a name, and say which with `from:`: {inside}"
            )
        self.context.report.find("E212", f"{what} has several outputs", node.span, help=help)
        return POISON

    def lookup(self, ref: Ref) -> Named | None:
        """What a name means: the whole text, or a name and a path inside it."""
        text = ref.text
        if text in self.names:
            return self.names[text]
        if text == "input":
            return next(iter(self.names.values()))
        self.context.budget.characters.spend(len(text), ref.node)
        for end in reversed(levels(text)):
            named = self.names.get(text[:end])
            if named is not None:
                return self._inside(named, text[end + 1 :].split("."), ref)
        return None

    def _inside(self, named: Named, steps: list[str], ref: Ref) -> Named | None:
        for step in steps:
            if step in named.children:
                named = named.children[step]
                continue
            if named.out != POISON:
                known = ", ".join(islice(named.children, 8))
                help = f"it has: {known}" if known else _why_empty(named)
                self.context.report.find("E201", f"`{named.name}` has no layer named `{cut(step, NAME)}`",
                                         ref.node.span, help=help)  # fmt: skip
            return None
        return named


def _why_empty(named: Named) -> str:
    """Why a name has no names inside."""
    if named.start == named.stop:
        return "it is not there: its `when` is false, or it is repeated no time"
    return "nothing in it has a name"

"""The contract of a layer: what goes in and out, what it costs, how it reads its input.

A kind of layer is one class in one file of `layers/`. Its class attributes declared with `key()`
are its YAML keys, its docstring is its manual, `facts` is its derivation.
"""

from __future__ import annotations

from contextlib import suppress
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from cnncalc.dialects.base.dialect import Dialect, agree, asked_dialects, find
from cnncalc.errors import Refusal
from cnncalc.layers.base.kernels import Kernel
from cnncalc.layers.base.key_types import REQUIRED
from cnncalc.layers.base.keys import Keyed
from cnncalc.layers.base.shape import LARGEST, Shape, not_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.arithmetic.windows import Axis


class Facts:
    """What a layer does to one example.

    `windows`: how each spatial axis of the input is read; () is elementwise.
    `weights`, `buffers`: name to shape of what is learnt, and of what is stored but not learnt;
    None where unknown. `macs`: multiply-accumulates; None where unknown.
    `work`: the other arithmetic by its name (add, multiply, divide, compare, exp, …), for FLOPs.
    `saved`: the numbers within the layer that training keeps, besides what `Layer.saves` names.
    `inner`: the MACs on what the layer itself has computed, such as the state of a recurrent one;
    their gradients are needed even where that of the input is not.
    """

    __slots__ = (
        "buffer_count",
        "buffers",
        "inner",
        "macs",
        "output",
        "params",
        "saved",
        "weights",
        "windows",
        "work",
    )

    def __init__(
        self,
        output: Shape,
        *,
        windows: tuple[Axis, ...] = (),
        weights: Mapping[str, tuple[int, ...]] | None = {},
        buffers: Mapping[str, tuple[int, ...]] | None = {},
        macs: int | None = 0,
        work: Mapping[str, int] | None = {},
        saved: int = 0,
        inner: int = 0,
    ) -> None:
        """See the class."""
        self.output = output
        self.windows = windows
        self.weights = weights
        self.buffers = buffers
        self.macs = macs
        self.work = work
        self.saved = saved
        self.inner = inner
        self.params = count(weights)
        self.buffer_count = count(buffers)

    def replace(self, **changes: Any) -> Facts:
        """The same facts with some parts changed, as a layer around another one has them."""
        same = {name: getattr(self, name) for name in Facts.__slots__ if name not in _COUNTED}
        return Facts(**{**same, **changes})

    @property
    def flops(self) -> int | None:
        """Floating-point operations: two for each MAC, one for each piece of other work."""
        if self.macs is None or self.work is None:
            return None
        return 2 * self.macs + sum(self.work.values())


_COUNTED = ("params", "buffer_count")
"""The facts that follow from others."""


def count(tensors: Mapping[str, tuple[int, ...]] | None) -> int | None:
    """The elements of all tensors together; None stays unknown."""
    return None if tensors is None else sum(map(prod, tensors.values()))


Piece = tuple[str, dict[str, Any]]
"""A layer by its kind and its keys, in their final form."""


class Layer(Keyed):
    """A kind of layer: immutable, equal to any other with the same keys and dialect.

    Subclasses declare keys and implement `facts`. The class attributes below say the rest.
    """

    kind: ClassVar[str] = ""
    """What a spec calls it: the name of its file."""
    has_pieces: ClassVar[bool] = False
    """Whether it has several outputs, of which each is a node: see `pieces`."""
    operands: ClassVar[tuple[int, int | None]] = (1, 1)
    """The least and the most inputs; None is any number. (0, 0) reads not even the layer above."""
    usual_axes: ClassVar[int] = 2
    """The axes of the map that it is mostly used on, where nobody says how many there are."""
    reads_ids: ClassVar[bool] = False
    """Whether it reads token ids, which have no channels."""
    role: ClassVar[Literal["", "norm", "activation"]] = ""
    """Whether it may stand behind `norm:` or `activation:`."""
    hosts: ClassVar[bool] = False
    """Whether it takes `norm:` and `activation:` itself."""
    differs: ClassVar[bool] = False
    """Whether the frameworks may disagree: then without a dialect both are asked."""
    instead: ClassVar[str] = ""
    """What avoids the question on which they disagree, for the message."""
    elsewhere: ClassVar[Mapping[str, str]] = {}
    """Keys that it does not have and that others call so, and what is written for them."""
    references: ClassVar[tuple[str, ...]] = ()
    """Keys that name a layer to be used as a further input."""
    kernels: Sequence[str] = ()
    """The weights that `weight_norm` and `spectral_norm` take: those that PyTorch calls `weight`."""
    independent: ClassVar[bool] = False
    """Whether the output depends on no value: of its inputs, if any, the shapes alone are read."""
    storage: ClassVar[Literal["own", "view", "over", "channels", "idle", "stored"]] = "own"
    """Where the output lies: in memory of its own, or in that of the first operand. A `view` is
    always that; `over` may be written over it, `channels` one by one if each follows from one
    alone; `idle` is a view except while training; `stored` is a weight or a buffer itself."""
    converts: ClassVar[bool] = False
    """Whether what it reads is of another type of numbers than what it gives."""
    saves: ClassVar[Sequence[str] | None] = ()
    """What training keeps for the backward pass: `inputs`, `output`, `either` (the inputs, or the
    output written over them), `mask` (a byte per element of the output), `indices` (8 bytes),
    `statistics` (two numbers per channel and batch). None where unknown."""
    periodic: ClassVar[Literal["", "space", "all"]] = ""
    """Whether, from some size on, an axis that is longer by a stride of its windows is treated as one
    that is not, and what comes of it is longer by as much each time; `all` holds for channels, too.
    Such layers are solved for all sizes of an input."""
    keeps_apart: ClassVar[Literal["", "maps", "vectors"]] = ""
    """Where channels and sizes have nothing to do with each other: output channels and weights follow from the
    channels, output sizes and windows from the sizes, and MACs are so many for each position of the output."""
    of_channels: ClassVar[tuple[str, ...]] = ()
    """The keys that concern the channels alone."""
    summary: ClassVar[str] = ""
    """Defaults to the first line of the docstring."""
    removes_mean: ClassVar[bool] = False
    """Whether it subtracts the mean of every channel: a constant before it has no effect."""
    short: ClassVar[str] = ""
    """An abbreviation for tables: bn."""
    source: ClassVar[str] = ""
    """Where the rules come from."""
    example: ClassVar[str] = ""
    """A layer list that runs, for the manual."""

    axis_keys: ClassVar[tuple[str, ...]] = ()
    """The keys that name axes, which may be numbers under a dialect."""

    dialect: str | None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Take the name of the file."""
        super().__init_subclass__(**kwargs)
        cls.kind = cls.__module__.rpartition(".")[2]
        cls.axis_keys = tuple(name for name, key in cls.keys.items() if key.kind.of_axes)

    def __init__(self, *, dialect: str | None = None, **values: Any) -> None:
        """Every key as a keyword, in its final form: lists as tuples."""
        record = self.__dict__
        for name, default in self._defaults(dialect).items():
            record[name] = values.pop(name, default)
            if record[name] is REQUIRED:
                raise TypeError(f"{type(self).__name__}() needs {name}=")
        if values:
            raise TypeError(f"{type(self).__name__}() has no {', '.join(values)}")
        record["dialect"] = dialect

    def __setattr__(self, name: str, value: object) -> None:
        """A layer never changes."""
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        """Same kind, same keys, same dialect."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        """`Conv(filters=64, kernel=7)`: what differs from the defaults."""
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.chosen_keys().items())})"

    def chosen_keys(self) -> dict[str, Any]:
        """The keys whose values are not the default."""
        record, defaults = self.__dict__, self._defaults(self.dialect)
        return {name: record[name] for name in defaults if record[name] != defaults[name]}

    @classmethod
    def _defaults(cls, dialect: str | None) -> dict[str, Any]:
        """The default of every key: that of the dialect, or else that of the kind."""
        defaults = {name: declared.default for name, declared in cls.keys.items()}
        return {**defaults, **find(dialect).defaults.get(cls.kind, {})} if dialect else defaults

    @property
    def rules(self) -> type[Dialect]:
        """The rules of the dialect; those that hold while undecided without one."""
        return find(self.dialect) if self.dialect else Dialect

    @property
    def modulus(self) -> int:
        """What the elements of the first operand are divided by: 1 if it does not matter."""
        return 1

    @property
    def axis_rules(self) -> type[Dialect]:
        """Those by which axes are numbered: without a dialect all agree on the axes of what was accepted."""
        numbered = self.dialect is None and self.is_disputed()
        return next(iter(asked_dialects().values())) if numbered else self.rules

    def check(self, *known: Any, at: str = "") -> None:
        """Raise the Refusal of the dialect, if its framework would not accept the layer.

        `known` is what there is to be judged: an input, windows. A kind that is judged more than
        once has a name for each of the moments, `at`.
        """
        for refuses in self.rules.refusals.get(at or self.kind, ()):
            refuses(self, *known)

    def facts(self, *inputs: Shape) -> Facts:
        """What the layer does to inputs of these shapes; raises `Refusal`."""
        raise NotImplementedError

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """The kernels among the weights, as they are normalised; raises Refusal if unknown."""
        found = {name: weights[name] for name in self.kernels if weights.get(name)}
        return {name: Kernel(shape, shape[0]) for name, shape in found.items()}

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """How the output reads one operand, an axis each; () is elementwise.

        None says that nothing of it is read but its shape.
        """
        if self.independent:
            return None
        most = self.operands[1]
        return None if self.references and operand >= (most or operand) else facts.windows

    def reads_of_all(self, inputs: Sequence[Shape], facts: Facts) -> list[tuple[Axis, ...] | None]:
        """`reads` of every operand."""
        return [self.reads(operand, inputs, facts) for operand in range(len(inputs))]

    def pieces(self, x: Shape) -> Iterator[Piece]:
        """The layers that give its outputs, one each, where there are several; none elsewhere.

        Raises `Refusal`.
        """
        return iter(())

    def apply(self, *inputs: Shape) -> Facts:
        """`facts`, after the questions that concern every kind of layer.

        Without a dialect, a layer on whose numbers the frameworks disagree is refused with both.

        Raises Refusal, too, if the dialect lacks the layer or the output is too large.
        """
        if not self.rules.covers(self.kind):
            raise self.rules.refuse_kind(self.kind)
        facts = _ask_each(self, *inputs) if self.dialect is None and self.is_disputed() else None
        facts = facts or self.facts(*inputs)
        if facts.output.elements > LARGEST:
            raise Refusal("E309", f"the output {facts.output} has more than 2^63 elements")
        return facts

    def apply_often(self, shapes: Sequence[Shape], places: Sequence[int]) -> Facts:
        """`apply` to operands of which many are the same: `places` are those of theirs in `shapes`.

        The output, the weights and the windows are those of `apply`, the work need not be.
        """
        return self.apply(*[shapes[place] for place in places])

    def tells_channels_apart(self, x: Shape) -> bool:
        """Whether each channel of the output follows from the same one of the operands, of shape `x`, alone."""
        return False

    def is_disputed(self) -> bool:
        """Whether the frameworks may disagree on what this layer does."""
        return self.differs or self.is_numbered

    @property
    def is_numbered(self) -> bool:
        """Whether a key of it gives an axis by its number."""
        return any(_is_numbered(self.__dict__[name]) for name in self.axis_keys)


def _ask_each(layer: Layer, *inputs: Shape) -> Facts | None:
    """The facts on which the frameworks that accept the layer agree; None if none does."""
    found = {}
    values = {name: layer.__dict__[name] for name in layer.keys}
    for name, dialect in asked_dialects().items():
        with suppress(Refusal):
            found[name] = dialect.title, type(layer)(dialect=name, **values).facts(*inputs)
    return agree(found, layer.instead)


def _is_numbered(axes: object) -> bool:
    """Whether an axis is given by its number, which is not the same axis in every framework."""
    if isinstance(axes, tuple):
        return any(map(_is_numbered, axes))
    return isinstance(axes, int)


class Elementwise(Layer):
    """Base of layers that change values and nothing else; `cost` is the work per element."""

    storage = "over"
    saves: ClassVar[Sequence[str] | None] = ("inputs",)
    periodic = "all"
    keeps_apart = "maps"
    cost: ClassVar[Mapping[str, int]] = {}

    def facts(self, *inputs: Shape) -> Facts:
        """The input's shape; nothing learnt; no MACs; the arithmetic of `cost`."""
        x = not_tokens(inputs[0], self.kind)
        return Facts(x, work={kind: n * x.elements for kind, n in self.cost.items()})

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each element by itself."""
        return True


class Activation(Elementwise):
    """Base of activations: one operation per element unless the class says otherwise."""

    role = "activation"
    cost: ClassVar[Mapping[str, int]] = {"compare": 1}

"""Stacks of layers by their receptive field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.key_types import COUNT, Bad, Kind, show
from cnncalc.layers.base.keys import key
from cnncalc.solving.bounds import Bounded
from cnncalc.solving.solver import Answer, Solver, report_unsolved
from cnncalc.solving.stacks import Stack, even_out, powers, stack_layers
from cnncalc.tables.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

FURTHEST = 1 << 20
"""No larger field is solved for; a kernel of 2 takes as many layers."""

_SHOWN = 12


class Strides(Kind):
    """The stride of every layer, or a list of those of the first layers."""

    noun = "a whole number, or a list of them for the first layers"

    def parse(self, value: Any) -> int | tuple[int, ...]:
        """A list becomes a tuple; raises Bad for an empty list."""
        if not isinstance(value, (list, tuple)):
            return COUNT.parse(value)
        if not value:
            raise Bad(f"must be {self.noun}, got an empty list")
        return tuple(COUNT.parse(item) for item in value)


class ReceptiveField(Solver):
    """How many layers, or which dilations, see a field of a size, without holes.

    Along one axis, layers of one kernel. Told are the fewest layers without dilation; if that saves
    layers, the fewest with dilations 1, 2, 4, …; and the fewest at all, as even as can be. With a
    number of layers it is the least base of dilations 1, b, b², … that reaches the field, and the
    dilations as even as can be. `--stride 2` is the stride of every layer, `--stride 2,2` that of
    the first two. Fields of up to 2^20 = 1,048,576 elements are solved for.

    A field has no holes if in no layer the taps are further apart than the field before it is
    long: dilation · jump ≤ field. Then the next field is one stretch, from the first tap's field to
    the last's. So a kernel k may let the field grow k-fold in a layer: dilations 1, k, k², ….
    """

    source = "Wang et al. 2018, arXiv:1702.08502, on gridding; Araujo et al. 2019 for the field"
    examples = (
        "receptive-field --target 1001 --kernel 3",
        "receptive-field --target 31 --layers 4",
        "receptive-field --target 400 --stride 2,2",
    )

    target: int = key(Bounded(FURTHEST), help="the field to be reached, in elements of the input")
    kernel: int = key(COUNT, 3, help="the kernel of every layer")
    stride: Any = key(Strides(), 1, help="the stride of every layer, or a list for the first ones")
    layers: int | None = key(Bounded(10_000), None, help="exactly so many layers")

    def solve(self) -> Answer:
        """The stacks, each looked at as a network is."""
        solutions: list[dict[str, Any]] = []
        for stack in dict.fromkeys(self._stacks()):
            found = self._describe(stack)
            fewer = not solutions or found["layers"] < solutions[-1]["layers"]
            if found["receptive_field"] >= self.target and (fewer or self.layers):
                solutions.append(found)
        if not solutions:
            return Answer([], _COLUMNS, missing=self._missing())
        dilated = any(solution["dilation"] != 1 for solution in solutions)
        rule = "without holes: no taps are further apart than the field before them is long"
        return Answer(solutions, _COLUMNS, rule if dilated else "")

    def _stacks(self) -> Iterator[Stack]:
        """The plainest first."""
        k, s, target, layers = self.kernel, self.stride, self.target, self.layers
        if layers:
            powered = (
                stack_layers(k, s, powers(b), target=target, layers=layers) for b in _bases(k)
            )
            yield from filter(None, (next(filter(None, powered), None),))
        else:
            for base in (1, 2):
                yield from filter(None, (stack_layers(k, s, powers(base), target=target),))
            layers = self._fewest()
        if layers:
            yield from filter(None, (even_out(k, s, target, layers),))

    def _fewest(self) -> int:
        """The fewest layers that reach the field without holes; 0 if none do."""
        found = stack_layers(
            self.kernel, self.stride, lambda _, largest: largest, target=self.target
        )
        return len(found.dilations) if found else 0

    def _describe(self, stack: Stack) -> dict[str, Any]:
        field, jump = stack.field_and_jump()
        same = len(set(stack.dilations)) == 1
        return {
            "layers": len(stack.dilations),
            "kernel": stack.kernel,
            "stride": self.stride if isinstance(self.stride, int) else list(self.stride),
            "dilation": stack.dilations[0] if same else list(stack.dilations),
            "receptive_field": field,
            "jump": jump,
        }

    def _missing(self) -> Any:
        layers = f"{self.layers} layers" if self.layers else "layers"
        stride = f" and stride {show(self.stride)}" if self.stride != 1 else ""
        message = f"{layers} of kernel {self.kernel}{stride} cannot see {self.target:,} elements without holes"
        fewest = self._fewest()
        if fewest:
            return report_unsolved(message, f"{fewest} layers are the fewest that do")
        if self.kernel == 1:
            return report_unsolved(
                message, "a kernel of 1 sees one element, however many layers there are"
            )
        return report_unsolved(message, "a stride larger than the kernel skips elements")


def _bases(kernel: int) -> range:
    """The bases of dilations that leave no holes."""
    return range(1, kernel + 1)


def _dilations(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    more = ", …" if len(value) > _SHOWN else ""
    return ", ".join(map(str, value[:_SHOWN])) + more


_COLUMNS = (
    Column("layers", "layers", "{:,}".format, right=True),
    Column("kernel", "kernel", right=True),
    Column("stride", "stride", _dilations, right=True),
    Column("dilation", "dilation", _dilations, right=True),
    Column("receptive_field", "receptive field", "{:,}".format, right=True),
    Column("jump", "jump", "{:,}".format, right=True),
)

"""A new axis among those there are: where it stands, and where the others go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.named_axes import AXIS, Axis
from cnncalc.layers.base.regrouping import memory_axes, shape_with
from cnncalc.layers.base.shape import LETTERS, MOST_AXES

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class Inserting(Layer):
    """Base of unsqueeze and stack."""

    axis: Axis = key(
        AXIS, help="the new axis, as the output calls it: l, h, w, d, channels, or its number"
    )

    def insert(self, x: Shape, n: int) -> tuple[Shape, dict[str, str]]:
        """`x` with a new axis of length `n`, and what its axes are called there."""
        axes = memory_axes(x, self.rules)
        at = self._place(x, [name for name, _ in axes])
        lengths = [length for _, length in axes]
        lengths.insert(at, n)
        names = [name for name, _ in axes]
        # The channels are still told from the other axes if they are where they were: first or last.
        new = names.index("c") + (names.index("c") >= at) if "c" in names else None
        edge = len(lengths) - 1 if self.rules.channels_last else 0
        output = shape_with(x, lengths, new if new == edge else None)
        after = [name for name, _ in memory_axes(output, self.rules)]
        del after[at]
        return output, dict(zip(names, after, strict=True))

    def _place(self, x: Shape, names: list[str]) -> int:
        """The index of the new axis among all of the output, in the order of the framework."""
        count = len(names) + 1
        if isinstance(self.axis, int):
            if self.axis == 0 or not -count <= self.axis <= count:
                raise Refusal("E302", f"there is no place {self.axis} for a new axis",
                              key="axis", help=f"1 to {count} or −1 to −{count}", operands=True)  # fmt: skip
            return self.axis - 1 if self.axis > 0 else count + self.axis
        if x.form:
            raise Refusal("E302", "the axes of a tensor are numbers", key="axis",
                          help=f"1 to {count}", operands=True)  # fmt: skip
        if self.axis in ("c", "channels"):
            return count - 1 if self.rules.channels_last else 0
        space = LETTERS[x.rank + 1] if x.rank < MOST_AXES else ""
        if self.axis not in space:
            raise Refusal("E302", f"the output would have no axis `{self.axis}`", key="axis",
                          help=f"its axes of space: {' '.join(space) or 'none, it has too many'}",
                          operands=True)  # fmt: skip
        return space.index(self.axis) + (not self.rules.channels_last)

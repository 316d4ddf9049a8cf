"""Stacks of convolutions by the receptive field that they are to have, without holes.

Along one axis a layer adds `(kernel − 1) · dilation · jump` to the field, where the jump is the
product of the strides before it. The taps of a layer are `dilation · jump` elements apart. If no
layer's taps are further apart than the field before it is long, every element of the field is
seen. The converse holds too for dilations that do not fall: with a larger step the element right
behind the field so far is seen through no tap. Wang et al. 2018 call such holes gridding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.intervals import INPUT, through
from cnncalc.arithmetic.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Rule = Callable[[int, int], int]
    """The dilation of a layer by that of the layer before (0 for none) and the largest without holes."""

_LONG = 1 << 40
"""The length of an input of which no field reaches an end."""


class Stack(NamedTuple):
    """Layers of one kernel: the strides of the first ones or of all, and a dilation each."""

    kernel: int
    strides: int | tuple[int, ...]
    dilations: tuple[int, ...]

    @property
    def windows(self) -> Iterator[Window]:
        """The layers' windows, in their order."""
        for index, dilation in enumerate(self.dilations):
            yield Window(self.kernel, stride_of(self.strides, index), dilation)

    def field_and_jump(self) -> tuple[int, int]:
        """The receptive field and the jump, layer by layer as of any network."""
        field = INPUT
        for window in self.windows:
            found = through(field, window, _LONG, _LONG)
            field = found or field
        return field.size, field.shift or 1


def stride_of(strides: int | Sequence[int], index: int) -> int:
    """The stride of a layer: the one of all, or that of the list and 1 behind its end."""
    if isinstance(strides, int):
        return strides
    return strides[index] if index < len(strides) else 1


def stack_layers(
    kernel: int,
    strides: int | tuple[int, ...],
    rule: Rule,
    *,
    target: int,
    layers: int | None = None,
    most: int = 1 << 20,
) -> Stack | None:
    """Layers until the field reaches `target`, or exactly `layers` of them if that is enough.

    None if it is not enough, if the layers would skip elements, or if there are more than `most`.
    """
    field, jump, dilation, dilations = 1, 1, 0, list[int]()
    while (len(dilations) < layers) if layers else (field < target or not dilations):
        largest = field // jump
        if largest == 0 or len(dilations) >= most or (kernel == 1 and field < target):
            return None
        dilation = min(rule(dilation, largest), largest)
        field += (kernel - 1) * dilation * jump
        jump *= stride_of(strides, len(dilations))
        dilations.append(dilation)
    return Stack(kernel, strides, tuple(dilations)) if field >= target else None


def powers(base: int) -> Rule:
    """Dilations 1, base, base², …; where strides would leave holes, they begin further on."""
    return lambda previous, _: max(1, base * previous)


def even_out(kernel: int, strides: int | tuple[int, ...], target: int, layers: int) -> Stack | None:
    """The stack whose largest dilation is least; at stride 1 with no more field than needed."""
    low, high = 1, max(1, target)
    if (
        stack_layers(kernel, strides, lambda _, largest: largest, target=target, layers=layers)
        is None
    ):
        return None
    while low < high:
        middle = (low + high) // 2
        if (
            stack_layers(kernel, strides, _capped_rule(middle), target=target, layers=layers)
            is None
        ):
            low = middle + 1
        else:
            high = middle
    found = stack_layers(kernel, strides, _capped_rule(low), target=target, layers=layers)
    if found is None or any(stride_of(strides, index) > 1 for index in range(layers)):
        return found
    # With one less in all of the largest it would not be enough: so in some of them it is.
    over = 1 + (kernel - 1) * sum(found.dilations) - target
    rest = over // (kernel - 1) if kernel > 1 and low > 1 else 0
    dilations = list(found.dilations)
    for index, dilation in enumerate(dilations):
        if dilation == low and rest > 0:
            dilations[index] -= 1
            rest -= 1
    return found._replace(dilations=tuple(dilations))


def _capped_rule(cap: int) -> Rule:
    return lambda _, largest: min(cap, largest)

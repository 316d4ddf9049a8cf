"""Variables of a spec: a width of which all others are multiples, and how many classes there are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.converting.arguments import Expression
from cnncalc.language.kinds import find_layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.converting.steps import Step

_WIDTH, _CLASSES = "width", "classes"
_FEWEST = 4
"""So many layers or blocks must have a width for it to be a variable."""
_SMALLEST = 4
_OTHERS = 0.25
"""At most such a part of them may have another width: heads have numbers of their own."""


class _Use(NamedTuple):
    """Where a number stands."""

    step: Step
    key: str

    @property
    def value(self) -> Any:
        return self.step.keys[self.key]


def find_variables(steps: Sequence[Step], bodies: Sequence[Sequence[Step]]) -> dict[str, int]:
    """The variables with their values, which are put into the steps; `bodies` are those of blocks."""
    found: dict[str, int] = {}
    classes = _find_classes([steps, *bodies])
    if len(classes) > 1:
        found[_CLASSES] = classes[0].value
        for use in classes:
            use.step.keys[use.key] = Expression(f"${_CLASSES}")
    uses = [use for use in _uses(steps, "filters") if use.value >= _SMALLEST]
    width = _find_width(uses)
    if width:
        found[_WIDTH] = width
        for use in uses:
            if _is_power_of_two(use.value, width):
                times = use.value // width
                text = f"${_WIDTH}" if times == 1 else f"$({times}*{_WIDTH})"
                use.step.keys[use.key] = Expression(text)
    return dict(sorted(found.items(), reverse=True))


def _uses(steps: Sequence[Step], key: str) -> Iterator[_Use]:
    """Where steps have a whole number under a key."""
    for step in steps:
        value = step.keys.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            yield _Use(step, key)


def _find_width(uses: list[_Use]) -> int | None:
    """The smallest width, if nearly all are one, two, four … times as wide."""
    if len(uses) < _FEWEST:
        return None
    counted: Counter[int] = Counter(use.value for use in uses)
    for width in sorted(counted):
        fitting = [value for value in counted if _is_power_of_two(value, width)]
        many = sum(counted[value] for value in fitting)
        if len(fitting) > 2 and len(uses) - many <= _OTHERS * len(uses):
            return width
    return None


def _is_power_of_two(value: int, width: int) -> bool:
    times, rest = divmod(value, width)
    return rest == 0 and times.bit_count() == 1


def _find_classes(bodies: Sequence[Sequence[Step]]) -> list[_Use]:
    """The layers that tell as many classes as the last dense one does."""
    last = [use for use in _uses(bodies[0], "units") if _ends(use.step)][-1:]
    uses = [use for body in bodies for use in _uses(body, "units")]
    return [use for use in uses if last and use.value == last[0].value]


def _ends(step: Step) -> bool:
    layer, _ = find_layer(step.kind)
    return layer is not None and step.kind == "dense"

"""What JSON has within a value as plain columns: `output_channels`, `field_h`, `padding_w_before`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.shape import LETTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_QUOTIENT = r"-?\d+/\d+"


def axis_names(count: int) -> tuple[str, ...]:
    """What the axes of a map are called in columns, `h` and `w`; of more than three by their numbers."""
    return tuple(LETTERS[count]) if count < len(LETTERS) else tuple(map(str, range(1, count + 1)))


def per_axis(values: Sequence[Any] | None, *names: str) -> dict[str, Any]:
    """A value of each axis under `NAME_h` and `NAME_w`, those of pairs under a name each."""
    found = {}
    for letter, value in zip(axis_names(len(values or ())), values or (), strict=True):
        for name, part in zip(names, value if len(names) > 1 else (value,), strict=True):
            found[f"{name}_{letter}"] = part
    return found


def flatten(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The plain values within one of JSON, and what their columns are called."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flatten(f"{name}_{key}", part)
    elif not isinstance(value, (list, tuple)):
        yield name, number(value)
    elif all(isinstance(part, str) for part in value):
        yield name, ", ".join(value)
    elif all(isinstance(part, dict) for part in value):
        told = ([n for n in part.values() if isinstance(n, (str, int))] for part in value)
        yield name, "; ".join(" ".join(map(str, words)) for words in told)
    else:
        sides = ("before", "after")
        for letter, part in zip(axis_names(len(value)), value, strict=True):
            if isinstance(part, (list, tuple)) and len(part) == len(sides):
                yield from (
                    (f"{name}_{letter}_{side}", n) for side, n in zip(sides, part, strict=True)
                )
            else:
                yield from flatten(f"{name}_{letter}", part)


def number(value: Any) -> Any:
    """A quotient that JSON has as text, `1/2`, as a number; anything else as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _divide(value) if isinstance(value, str) and re.fullmatch(_QUOTIENT, value) else value


def quotient(above: int, below: int) -> float:
    """`above` / `below`: an integer where that is one."""
    return above / below if above % below else above // below


def _divide(text: str) -> float:
    above, _, below = text.partition("/")
    return quotient(int(above), int(below or 1))


_EXACT = ("stride", "offset", "padding")
_OF_FIELD = {
    "size_max": "field", "size_min": "field_min", "stride": "stride", "offset": "offset",
    "padding": "field_padding", "min_path": "min_path", "erf": "erf", "erf_sigma": "erf_sigma",
    "global": "global", "global_via": "global_via", "local": "local", "period": "period",
    "not_computed": "not_computed",
}  # fmt: skip
"""What is known of a field along an axis, as in JSON, and the columns in which it stands."""


def nothing(value: Any) -> dict[str, Any]:
    """No columns, for what stands in others."""
    return {}


def of_sizes(name: str) -> Callable[[Mapping[str, Any] | None], dict[str, Any]]:
    """The columns of a pattern of sizes called `name`: its lists are no axes, and stand in one column each."""

    def columns(pattern: Mapping[str, Any] | None) -> dict[str, Any]:
        found = {}
        for key, value in (pattern or {}).items():
            if isinstance(value, list):
                runs = [f"{n[0]}-{n[1]}" if isinstance(n, list) else str(n) for n in value]
                found[f"{name}_{key}"] = " ".join(runs)
            else:
                found[f"{name}_{key}"] = value
        return found

    return columns


def of_field(axes: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """What layers see along each axis, `field_h` being the largest field of a unit."""
    found = {}
    for letter, axis in zip(axis_names(len(axes or ())), axes or (), strict=True):
        for key, name in _OF_FIELD.items():
            if key in axis:
                value = axis[key]
                is_exact = key in _EXACT and value is not None
                found[f"{name}_{letter}"] = _divide(value) if is_exact else number(value)
    return found


def of_fields(by_input: Mapping[str, Sequence[Mapping[str, Any]]] | None) -> dict[str, Any]:
    """The same for each of several inputs, whose names come first: `left_field_h`."""
    return {
        f"{source}_{name}": value
        for source, axes in (by_input or {}).items()
        for name, value in of_field(axes).items()
    }

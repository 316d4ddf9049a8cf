"""Numbers and values of a comparison in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.metrics import METRICS
from cnncalc.tables.columns import show_shape

if TYPE_CHECKING:
    from cnncalc.metrics import Metric


def metric(key: str) -> Metric:
    """What is known of a total, or of one output: `output.mask`."""
    key = key.partition(" (")[0]
    return METRICS[key if key in METRICS else key.partition(".")[0]]


def name(key: str) -> str:
    """What a total is called."""
    plain, *way = key.partition(" (")
    title = METRICS[plain].title if plain in METRICS else plain.replace("output.", "output ")
    return "".join((title, *way))


def value(key: str, number: Any) -> str:
    """A total: `3,504,872`, `300.8M`, `13.4 MiB`, `7×7`, `1000×7×7`; nothing where there is none."""
    unit = metric(key).unit
    return unit.unknown if number is None else unit.show(number)


def change(key: str, old: Any, new: Any) -> str:
    """`−24.8 %`; the difference itself where it is small, or no share of anything.

    Of sizes along several axes it is the difference along each, once if they are alike.
    """
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)) and len(old) == len(new):
        if old == new or None in (*old, *new):
            return ""
        apart = [show_signed(b - a) or "0" for a, b in zip(old, new, strict=True)]
        return apart[0] if len(set(apart)) == 1 else " × ".join(apart)
    if not isinstance(old, int) or not isinstance(new, int) or old == new:
        return ""
    difference = new - old
    sign = "−" if difference < 0 else "+"
    tenths = (
        0
        if not metric(key).unit.in_percent or not old
        else (2000 * abs(difference) + old) // (2 * old)
    )
    if tenths == 0:
        return sign + value(key, abs(difference))
    return f"{sign}{tenths // 10:,}.{tenths % 10} %"


def show_signed(number: int | None) -> str:
    """`+1,234`, `−1,234`; nothing for 0, `?` for the unknown."""
    if number is None:
        return "?"
    return f"{'−' if number < 0 else '+'}{abs(number):,}" if number else ""


def show_signed_short(number: int | None) -> str:
    """`+301.2M`."""
    if number is None:
        return "?"
    return f"{'−' if number < 0 else '+'}{quantity.figures(abs(number))}" if number else ""


def describe_budget(key: str, number: Any, limit: int | None, before: int | None) -> str:
    """How a total stands to its budget: `87.9 % of 3,000,000`, `12,000 over 3,000,000`."""
    if limit is None:
        return "" if before is None else f"no more (was {value(key, before)})"
    was = f" (was {value(key, before)})" if before is not None and before != limit else ""
    shown = f"{value(key, limit)}{was}"
    if isinstance(number, list) and all(isinstance(n, int) for n in number):
        # It holds along every axis.
        number = max(number, default=None)
    if not isinstance(number, int):
        return f"of {shown}"
    if number > limit:
        return f"{value(key, number - limit)} over {shown}"
    return f"{quantity.share(number, limit)} % of {shown}"


def setting(key: str, then: Any, now: Any) -> str:
    """`kernel 3 → 5`, `reads a → b`, `norm none → batch_norm`."""
    word = "reads" if key == "from" else key
    return f"{word} {plain(then)} → {plain(now)}"


def plain(thing: Any) -> str:
    """A value of a key as in a spec."""
    if thing is None:
        return "none"
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, dict):
        if thing.keys() & {"channels", "features", "tokens", "shape"}:
            return show_shape(thing)
        inside = ", ".join(f"{key}: {plain(item)}" for key, item in thing.items())
        return "{" + inside + "}"
    if isinstance(thing, (list, tuple)):
        if all(isinstance(item, str) for item in thing):
            return ", ".join(thing) or "nothing"
        return "[" + ", ".join(map(plain, thing)) + "]"
    return str(thing)

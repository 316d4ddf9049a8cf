"""How many windows there are where a last one sticks out: the rules, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _floor(room: int, stride: int, start: int) -> int:
    return room // stride + 1


def _truncate(room: int, stride: int, start: int) -> int:
    return room // stride + 1 if room >= 0 else 1 - -room // stride


def _half_up(room: int, stride: int, start: int) -> int:
    return (2 * room + stride) // (2 * stride) + 1


def _full(room: int, stride: int, start: int) -> int:
    return -(-room // stride) + 1


def _ceil(room: int, stride: int, start: int) -> int:
    count = _full(room, stride, start)
    return count - 1 if (count - 1) * stride >= start else count


def _starting(room: int, stride: int, start: int) -> int:
    return -(-start // stride)


def _within(room: int, stride: int, start: int) -> int:
    return min(_full(room, stride, start), _starting(room, stride, start))


ROUNDING: dict[str, Callable[[int, int, int], int]] = {
    "floor": _floor,
    "truncated": _truncate,
    "ceil": _ceil,
    "full": _full,
    "starting": _starting,
    "round": _half_up,
    "within": _within,
}
"""How many windows there are, by the name of the rule: of the `room` that is left beside the first
window, the stride, and the elements in which a window may `start`, the input with what is padded
before it.

`floor`: only whole windows. `truncated`: as C divides, so that a window counts if it is too long
by less than a stride. `full`: a partial last window counts. `ceil`: the same, unless it starts
behind the input. `starting`: every window that starts in the input or before it. `round`: a partial
last window counts if at least half of a stride is there. `within`: partial windows count that start in
the input or before it.

Sources: `floor` and `ceil` are PyTorch's; Caffe's convolutions truncate, and its pools are `ceil` where
there is padding, `full` elsewhere; MXNet's pooling convention `full` and Chainer's `cover_all` are
`full`; NNabla without `ignore_border` is `starting`; TensorFlow.js has `round`; tinygrad is
`within`.
"""

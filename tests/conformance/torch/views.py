"""How PyTorch lays out tensors: channels first, and the batch may be missing."""

from __future__ import annotations

from ..cases import Case
from ..stating import Entry, Stated, Unstated, View


def view(case: Case) -> View:
    """Channels first; without a batch if there is just one axis more than the class slides over."""
    unbatched = case.rank and len(case.shapes[0]) == case.rank + 1
    return View(0, None if unbatched else 0)


def through(case: Case, *layers: Entry) -> Stated:
    """The layers one after the other, on the one input of the call."""
    v = view(case)
    return Stated((v.read(case.shapes[0]),), list(layers), v)


def claimed(case: Case, argument: str, axis: int = 1) -> None:
    """Lets an argument pass that repeats the size of an axis of the input; we never write those."""
    shape = case.shapes[0]
    if case.rank and len(shape) == case.rank + 1:
        axis -= 1
    if case.args[argument] != shape[axis]:
        raise Unstated("contradicts its input")

"""What is known of a Keras layer where it is called, and the items that need no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.keras_words import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.keras_config import Shape

Data = dict[str, Any]

LETTERS = ("", "l", "hw", "dhw", "tdhw")
"""What the axes of a map are called, by how many they are."""


_MOST = 2**53
"""No length of a spec is larger."""

_OPEN = _MOST
"""Stands for a length that is open while a shape is read."""


class Part(NamedTuple):
    """An item: its kind and keys, what it reads, and what is behind the name of the layer in its own."""

    kind: str
    keys: Data
    refs: list[str]
    suffix: str = ""


class Seen(NamedTuple):
    """What is known of a layer where it is called."""

    name: str
    """Of the item."""
    cls: str
    config: Data
    refs: list[str]
    """The tensors that it reads, as a spec calls them."""
    named: dict[str, str]
    arguments: list[Any]
    ranks: list[int | None]
    """How many axes they have, without the batch."""
    shapes: list[Shape | None]
    """Their shapes, as far as the file says them."""
    layout: int
    """The place of the channels among the axes that it reads; -1 is the last."""
    after: int
    """The same of its output, where that is a matter of how it is read."""
    stated: Shape | None
    """The shape of the output, if the file says it."""
    others: dict[int, Shape]
    """The shapes of the outputs behind it, as far as the file says them."""
    used: Sequence[int]
    """Which of them are read."""

    @property
    def rank(self) -> int | None:
        """The axes of the first tensor."""
        return self.ranks[0] if self.ranks else None

    def axis(self, number: Any) -> Any:
        """The axis of this number: as it is where the channels are last, else by its name."""
        rank = self.rank
        if self.layout < 0 or not isinstance(number, int) or rank is None or rank > len(LETTERS):
            return number
        place = number - 1 if number > 0 else number + rank
        return names_of(rank, self.layout)[place] if 0 <= place < rank else number

    def axes(self, numbers: Any) -> Any:
        """The same of several; of one, that."""
        if isinstance(numbers, list):
            found = [self.axis(plain(number, "axis")) for number in numbers]
            return found[0] if len(found) == 1 else found
        return self.axis(plain(numbers, "axis"))

    def is_channels(self, axis: Any) -> bool:
        """Whether an axis, as `axes` gives it, is that of the channels."""
        if axis is None:
            return False
        return axis == "c" or (self.layout < 0 and axis in (-1, self.rank))


def opaque(seen: Seen, **counts: int) -> Part:
    """A layer that nothing is known of but the shape of its output; raises Unreadable if that is not."""
    shape = seen.stated
    if shape is None and isinstance(seen.config.get("output_shape"), list):
        shape = seen.config["output_shape"]
    data = as_data(shape or [], at=seen.after)
    if data is None:
        raise Unreadable(
            f"`{cut(seen.name, NAME)}` is a {cut(seen.cls, NAME)}, which is not known here, and the file "
            "does not say what it gives",
            help="a file of Keras 3 (.keras) states shapes; or write the network with `opaque` in its place",
        )
    return Part("opaque", {"output": data, **counts}, seen.refs)


def names_of(rank: int, at: int) -> list[str]:
    """The axes of a map by their names, in the order of Keras, the channels standing at `at`."""
    names = list(LETTERS[rank - 1])
    names.insert(rank - 1 if at < 0 else at, "c")
    return names


def as_data(shape: Shape, *, at: int = -1) -> Data | None:
    """A shape without the batch, the channels standing at `at`, as a spec has it.

    None if it is not known, or has no axes.
    """
    if not shape or any(
        not isinstance(n, int) or isinstance(n, bool) or not 0 < n <= _MOST for n in shape
    ):
        return None
    if len(shape) == 1:
        return {"features": shape[0]}
    if len(shape) > len(LETTERS):
        return {"shape": list(shape)}
    size = list(shape)
    channels = size.pop(at)
    return {"channels": channels, "size": size}


def reshape(seen: Seen, shape: Any) -> Part:
    """To a shape without the batch, in which one length may be left open; raises Unreadable."""
    if not isinstance(shape, list) or not all(isinstance(n, int) or n is None for n in shape):
        raise Unreadable(f"`{cut(seen.name, NAME)}` has no shape to reshape to")
    # What is open takes the place of a length that no tensor has.
    filled = as_data([n if n and n > 0 else _OPEN for n in shape], at=seen.after)
    if filled is None:
        raise Unreadable(f"`{cut(seen.name, NAME)}` reshapes to nothing")

    def reopened(value: Any) -> Any:
        if isinstance(value, list):
            return [reopened(n) for n in value]
        return -1 if value == _OPEN else value

    return Part("reshape", {"to": {key: reopened(n) for key, n in filled.items()}}, seen.refs[:1])


def permute(seen: Seen, dims: Any) -> Part:
    """The axes, counted from 1, in a new order; raises Unreadable."""
    rank = seen.rank if seen.rank is not None else len(dims) if isinstance(dims, list) else 0
    if not isinstance(dims, list) or sorted(map(str, dims)) != [*map(str, range(1, rank + 1))]:
        raise Unreadable(f"`{cut(seen.name, NAME)}` does not permute the axes that there are")
    if rank < 2:
        return Part("identity", {}, seen.refs[:1])
    if rank > len(LETTERS):
        return opaque(seen, params=0, buffers=0, macs=0)
    names = names_of(rank, seen.layout)
    order = [names[int(dim) - 1] for dim in dims]
    order.insert(0, order.pop(seen.after))
    if order == ["c", *LETTERS[rank - 1]]:
        return Part("identity", {}, seen.refs[:1])
    return Part("permute", {"axes": order}, seen.refs[:1])

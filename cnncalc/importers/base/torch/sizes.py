"""What goes into a module: from what a caller says of it, and what the module says itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.torch.live import program_of
from cnncalc.importers.base.torch.reader import describe_program

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description

Dims = tuple[int, ...]


class Entrance(NamedTuple):
    """What the first layer with weights reads: so many channels, axes of space, and whether ids."""

    channels: int
    rank: int
    ids: bool = False


def describe_module(module: Any, size: Any = None, *, channels: int | None = None) -> Description:
    """The network of a live module.

    `size` is the shape of what goes in without the batch, channels first, `(3, 224, 224)`, or with a
    batch in front; sizes alone, `(224, 224)`, have the `channels`, or those that the first layer reads.
    Several inputs are a list or a mapping of such, in the order of `forward`; tensors stand for their shapes.

    Raises Unreadable, also where no size is said and the module does not know one.
    """
    entrance = find_entrance(module)
    ways = _ways(entrance, size if size is not None else known_size(module), channels)
    said: list[Unreadable] = []
    for shapes in ways:
        try:
            program = program_of(module, shapes, whole=entrance is not None and entrance.ids)
        except Unreadable as error:
            said.append(error)
        else:
            return describe_program(program)
    raise said[0]


def find_entrance(module: Any) -> Entrance | None:
    """What the first layer with weights reads; None if no layer says it."""
    for part in module.modules():
        weight = getattr(part, "weight", None)
        dims = tuple(getattr(weight, "shape", ()))
        channels = getattr(part, "in_channels", None)
        if isinstance(channels, int) and len(dims) > 2:
            return Entrance(channels, len(dims) - 2)
        features = getattr(part, "in_features", None)
        if isinstance(features, int) and len(dims) == 2:
            return Entrance(features, 0)
        if isinstance(getattr(part, "num_embeddings", None), int) and len(dims) == 2:
            return Entrance(0, 1, ids=True)
        features = getattr(part, "input_size", None)
        if isinstance(features, int) and hasattr(part, "hidden_size"):
            return Entrance(features, 1)
    return None


def known_size(module: Any) -> Any:
    """The size that a module says of itself, as those of timm do; None if it does not."""
    for name in ("pretrained_cfg", "default_cfg"):
        found = getattr(module, name, None)
        if isinstance(found, Mapping):
            found = found.get("input_size")
            if isinstance(found, (list, tuple)) and all(isinstance(n, int) for n in found):
                return tuple(found)
    return None


def _ways(entrance: Entrance | None, size: Any, channels: int | None) -> list[list[Dims]]:
    """The shapes to try, with their batch: what is said may have one or not."""
    if size is None:
        if entrance is None or entrance.rank or entrance.ids:
            raise Unreadable("the module leaves the size of what goes in open", code="E703",
                             help="--size 224,224, or from_torch(module, (3, 224, 224))")  # fmt: skip
        return [[(1, entrance.channels)]]
    many = _several(size)
    if many is not None:
        return [[_with_batch(shape)[0] for shape in many], [_with_batch(s)[-1] for s in many]]
    return [[shape] for shape in _shapes(entrance, _as_dims(size), channels)]


def _several(size: Any) -> list[Dims] | None:
    """The shapes of several inputs; None if it is one."""
    if isinstance(size, Mapping):
        return [_as_dims(value) for value in size.values()]
    if isinstance(size, str):
        raise Unreadable(f"{cut(repr(size), NAME)} is no shape")
    if isinstance(size, Sequence) and size and not all(isinstance(n, int) for n in size):
        return [_as_dims(value) for value in size]
    return None


def _as_dims(size: Any) -> Dims:
    """A shape, or that of a tensor; raises Unreadable."""
    found = getattr(size, "shape", size)
    found = (found,) if isinstance(found, int) else found
    try:
        dims = tuple(int(n) for n in found)
    except (TypeError, ValueError):
        raise Unreadable(f"{cut(repr(size), NAME)} is no shape") from None
    if any(n < 1 for n in dims) or len(dims) > 8:
        raise Unreadable(f"{list(dims)} is no shape")
    return dims


def _with_batch(dims: Dims) -> list[Dims]:
    return [(1, *dims), dims] if dims[:1] != (1,) else [dims, (1, *dims)]


def _shapes(entrance: Entrance | None, dims: Dims, channels: int | None) -> list[Dims]:
    """What one input may be, the likeliest first."""
    if entrance is None:
        return _with_batch(dims)
    if channels is not None or (len(dims) == entrance.rank and not entrance.ids):
        return [(1, channels or entrance.channels, *dims), (1, *dims)]
    if len(dims) == entrance.rank + 2 and dims[0] == 1:
        return [dims, (1, *dims)]
    return [(1, *dims), dims]

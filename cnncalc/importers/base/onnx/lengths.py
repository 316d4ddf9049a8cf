"""The lengths of inputs that a file leaves open, and what a reader says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.model_file import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.onnx.values import Dims

_LONGEST = 2**31


class Lengths:
    """Closes the shapes of inputs; `open` are those that stay open, `symbols` what the file calls lengths."""

    def __init__(self, asked: Asked, space: Callable[[int], range]) -> None:
        """`space` says which axes of an input are those of space, by how many it has."""
        self._asked = asked
        self._space = space
        self.open: dict[str, str] = {}
        self.symbols: dict[str, None] = {}

    def close(self, name: str, layer: str, dims: tuple[int | str, ...], batch: int) -> Dims:
        """The lengths of an input, the open ones as they are asked for, else 1; raises Unreadable."""
        found: list[int] = []
        for axis, length in enumerate(dims):
            n: Any = length
            if isinstance(length, str) and length:
                self.symbols[length] = None
                n = self._asked.symbols.get(length)
            if isinstance(n, int) and not isinstance(n, bool) and 0 < n < _LONGEST:
                found.append(n)
            else:
                found.append(1 if axis == batch else 0)
        space = self._space(len(dims))
        opened = [axis for axis, n in enumerate(found) if n == 0]
        said = self._asked.size_of(layer)
        if said is not None and opened:
            axes = space if len(said) == len(space) else opened
            for axis, n in zip(axes, said, strict=False):
                if found[axis] == 0 and isinstance(n, int) and 0 < n < _LONGEST:
                    found[axis] = n
            opened = [axis for axis in opened if found[axis] == 0]
        beside = [axis for axis in opened if axis not in space]
        if beside:
            told = ", ".join(str(n or "?") for n in dims)
            named = [cut(str(dims[axis]), NAME) for axis in beside if dims[axis]]
            if named and self._asked == Asked():
                self.open[layer] = ",".join(f"{symbol}=?" for symbol in named)
                return tuple(n or 1 for n in found)
            raise Unreadable(f"the input `{cut(name, NAME)}` has open lengths: {cut(told, NAME)}",
                             help=f"--set {named[0]}=128" if named else
                             "export the model with fixed lengths")  # fmt: skip
        if opened:
            self.open[layer] = ",".join(
                "?" if found[axis] == 0 else str(found[axis]) for axis in space
            )
        return tuple(n or 1 for n in found)

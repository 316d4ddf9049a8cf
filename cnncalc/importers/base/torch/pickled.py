"""Pickles as plain data: opcodes that build data are followed, and nothing that a pickle names is ever called.

What a pickle would call stands for itself; a few are known, which hold tensors and lists. A `Made` is an object
of a class of the file, with the attributes that it is given.

Source: Lib/pickletools.py of Python; torch/csrc/jit/serialization/unpickler.cpp.
"""

from __future__ import annotations

from math import prod
from struct import calcsize, error, unpack_from
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 1_000_000
"""A pickle has so many opcodes at most."""
_FLOATS = ("Float", "Double", "Half", "BFloat16", "ComplexFloat", "ComplexDouble")
_FORMS = {"Long": "<q", "Int": "<i", "Float": "<f", "Double": "<d", "Bool": "<?"}
_MARK = object()


class Named(NamedTuple):
    """Whatever the pickle names by its module and its name."""

    name: str


class Stored(NamedTuple):
    """A tensor: where its numbers are, its shape, and the type of its storage, `Float`."""

    place: tuple[Any, ...]
    dims: tuple[int, ...]
    kind: str

    @property
    def is_learnt(self) -> bool:
        """Whether its numbers have a fraction."""
        return self.kind in _FLOATS

    def read_number(self, data: bytes) -> float | None:
        """The one number of a tensor without axes, of the bytes of its storage; None for any other."""
        form = _FORMS.get(self.kind)
        if self.dims or form is None or len(data) < calcsize(form):
            return None
        found: float = unpack_from(form, data)[0]
        return found


class Made:
    """An object of a class of the file."""

    def __init__(self, kind: str) -> None:
        """Its attributes come later."""
        self.kind = kind
        self.attributes: dict[str, Any] = {}


def read_pickle(data: bytes) -> Any:
    """What a pickle holds; raises Unreadable for one that is damaged, or not of these opcodes."""
    try:
        return _Reader(data).run()
    except (LookupError, TypeError, ValueError, AttributeError, error) as fault:
        raise Unreadable(f"a pickle in the archive is damaged: {type(fault).__name__}") from None


class _Reader:
    """The stack and the memo of one pickle."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        """Follow the opcodes to the end."""
        for _ in range(_MOST):
            code = self.data[self.at]
            self.at += 1
            if code == ord("."):
                return self.stack.pop()
            step = _STEPS.get(code)
            if step is None:
                raise Unreadable(
                    f"a pickle in the archive has the opcode {code}, which builds no data"
                )
            step(self)
        raise Unreadable(f"a pickle in the archive has more than {_MOST:,} opcodes")

    def take(self, form: str, size: int) -> int:
        """A number that stands behind an opcode."""
        found: int | float = unpack_from(form, self.data, self.at)[0]
        self.at += size
        return found  # type: ignore[return-value]

    def text(self, size: int) -> str:
        """A text of so many bytes."""
        found = self.data[self.at : self.at + size]
        self.at += size
        return found.decode()

    def line(self) -> str:
        """A text up to the end of its line."""
        end = self.data.index(b"\n", self.at)
        found = self.data[self.at : end].decode()
        self.at = end + 1
        return found

    def since_mark(self) -> list[Any]:
        """What is on the stack above the last mark."""
        at = len(self.stack) - 1
        while self.stack[at] is not _MARK:
            at -= 1
            if at < 0:
                raise ValueError("no mark")
        found = self.stack[at + 1 :]
        del self.stack[at:]
        return found

    def name(self) -> None:
        """GLOBAL: a name, which is not looked up."""
        self.stack.append(Named(f"{self.line()}.{self.line()}"))

    def reduce(self) -> None:
        """REDUCE: what is named is not called; some are known to hold data."""
        arguments, named = self.stack.pop(), self.stack.pop()
        known = _HOLD.get(named.name) if isinstance(named, Named) else None
        self.stack.append(known(*arguments) if known else named)

    def make(self) -> None:
        """NEWOBJ: an object of a class of the file."""
        self.stack.pop()
        named = self.stack.pop()
        self.stack.append(Made(named.name))

    def build(self) -> None:
        """BUILD: the attributes of an object."""
        state, owner = self.stack.pop(), self.stack[-1]
        if isinstance(owner, Made) and isinstance(state, dict):
            owner.attributes.update({str(key): value for key, value in state.items()})

    def put_items(self, items: list[Any]) -> None:
        """Pairs into the mapping below them."""
        # A key that is a tuple in tuples would be hashed without end.
        if not all(isinstance(key, (str, int, float)) for key in items[::2]):
            raise TypeError("a key that is no text or number")
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))

    def long(self) -> None:
        """A whole number of any length, of which those that fit are read."""
        size = self.take("<B", 1)
        found = self.data[self.at : self.at + size]
        self.at += size
        self.stack.append(int.from_bytes(found, "little", signed=True))


def _rebuild(storage: Any, offset: Any, dims: Any, *_: Any) -> Stored:
    """_rebuild_tensor: a view of a storage, ("storage", type, key, device, numbers)."""
    kind = storage[1].name.rpartition(".")[2].removesuffix("Storage")
    axes = tuple(int(n) for n in dims)
    if not isinstance(storage[2], str) or not isinstance(offset, int):
        raise TypeError("a place that is none")
    if any(n < 0 for n in axes) or prod(axes) >= 2**62:
        raise ValueError("a shape that is none")
    return Stored((storage[2], offset, axes), axes, kind)


def _parameter(data: Any, *_: Any) -> Any:
    return data


_HOLD: dict[str, Callable[..., Any]] = {
    "torch._utils._rebuild_tensor_v2": _rebuild, "torch._utils._rebuild_tensor": _rebuild,
    "torch._utils._rebuild_parameter": _parameter, "torch.jit._pickle.restore_type_tag": _parameter,
    "torch.jit._pickle.build_intlist": list, "torch.jit._pickle.build_boollist": list,
    "torch.jit._pickle.build_doublelist": list, "torch.jit._pickle.build_tensorlist": list,
    "collections.OrderedDict": lambda *_: {},
}  # fmt: skip
"""What is known to hold data, and what that is."""


def _push(value: Callable[[_Reader], Any]) -> Callable[[_Reader], None]:
    return lambda reader: reader.stack.append(value(reader))


def _last(reader: _Reader, count: int) -> tuple[Any, ...]:
    found = tuple(reader.stack[-count:])
    del reader.stack[-count:]
    return found


_STEPS: dict[int, Callable[[_Reader], Any]] = {
    0x80: lambda r: r.take("<B", 1),
    0x95: lambda r: r.take("<Q", 8),
    ord("("): lambda r: r.stack.append(_MARK),
    ord("N"): _push(lambda r: None), 0x88: _push(lambda r: True), 0x89: _push(lambda r: False),
    ord("J"): _push(lambda r: r.take("<i", 4)), ord("K"): _push(lambda r: r.take("<B", 1)),
    ord("M"): _push(lambda r: r.take("<H", 2)), ord("G"): _push(lambda r: r.take(">d", 8)),
    0x8A: _Reader.long,
    ord("X"): _push(lambda r: r.text(r.take("<I", 4))), 0x8C: _push(lambda r: r.text(r.take("<B", 1))),
    ord("]"): _push(lambda r: []), ord("}"): _push(lambda r: {}), ord(")"): _push(lambda r: ()),
    ord("t"): _push(lambda r: tuple(r.since_mark())), ord("l"): _push(lambda r: r.since_mark()),
    0x85: _push(lambda r: _last(r, 1)), 0x86: _push(lambda r: _last(r, 2)), 0x87: _push(lambda r: _last(r, 3)),
    ord("a"): lambda r: r.stack[-2].append(r.stack.pop()),
    ord("e"): lambda r: _extend(r, r.since_mark()),
    ord("s"): lambda r: r.put_items(list(_last(r, 2))), ord("u"): lambda r: r.put_items(r.since_mark()),
    ord("q"): lambda r: r.memo.__setitem__(r.take("<B", 1), r.stack[-1]),
    ord("r"): lambda r: r.memo.__setitem__(r.take("<I", 4), r.stack[-1]),
    0x94: lambda r: r.memo.__setitem__(len(r.memo), r.stack[-1]),
    ord("h"): _push(lambda r: r.memo[r.take("<B", 1)]), ord("j"): _push(lambda r: r.memo[r.take("<I", 4)]),
    ord("c"): _Reader.name, ord("R"): _Reader.reduce, 0x81: _Reader.make, ord("b"): _Reader.build,
    # A persistent id is the tuple that says where a storage is.
    ord("Q"): lambda r: None,
}  # fmt: skip
"""What each opcode does; all others are refused."""


def _extend(reader: _Reader, items: list[Any]) -> None:
    reader.stack[-1].extend(items)

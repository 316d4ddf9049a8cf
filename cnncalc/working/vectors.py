"""Many numbers that remember: vectors, their sums and what is computed of each element.

A long vector is not traced element by element: its elements get their memory when they are asked
for, and a long sum keeps its first two terms and the last, which are those that are written.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, Any

from cnncalc.working.expressions import LONG
from cnncalc.working.traced import REST, add_up, plain_value, remember, rename

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Array = Any
    """A number, or tuples of such in as many levels as there are axes."""


class Vector(tuple[Any, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """Numbers with names, or rows of such. It holds plain numbers and hands out traced ones."""

    label: Callable[[int], str]

    def __new__(cls, values: Sequence[Any], label: Callable[[int], str]) -> Vector:  # noqa: PYI034
        """`label` says what the element of an index is called."""
        made = super().__new__(cls, plain_values(values))
        made.label = label
        return made

    @classmethod
    def from_name(cls, name: str, values: Sequence[Any]) -> Vector:
        """`x` has the elements x_1, x_2, x_3; a matrix has such rows, with elements like x_1_2."""
        return cls(values, lambda index: f"{name}_{index + 1}")

    @classmethod
    def flat(cls, name: str, values: Array) -> Vector:
        """All numbers of an array: x_1_1, x_1_2, x_2_1, x_2_2; x of a number alone."""
        shape = shape_of(values)

        def label(index: int) -> str:
            places: list[str] = []
            for length in reversed(shape):
                index, place = divmod(index, length)
                places.append(str(place + 1))
            return "_".join([name, *reversed(places)])

        return cls(flat(values), label)

    def __getitem__(self, index: Any) -> Any:
        """The traced element; of a matrix, the row."""
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        value = super().__getitem__(index)
        name = self.label(range(len(self))[index])
        return Vector.from_name(name, value) if isinstance(value, tuple) else rename(name, value)

    def __iter__(self) -> Iterator[Any]:
        """The traced elements."""
        return (self[index] for index in range(len(self)))


def plain_values(values: Sequence[Any]) -> Iterator[Any]:
    """The elements of a vector without their names."""
    return tuple.__iter__(values) if isinstance(values, tuple) else iter(values)


def shape_of(values: Array) -> tuple[int, ...]:
    """The lengths of nested tuples that are regular: () of a number.

    >>> shape_of(((1, 2, 3), (4, 5, 6)))
    (2, 3)
    """
    shape: list[int] = []
    while isinstance(values, tuple):
        shape.append(len(values))
        values = next(plain_values(values))
    return tuple(shape)


def flat(values: Array) -> tuple[Any, ...]:
    """All numbers of nested tuples as plain numbers in one tuple.

    >>> flat(((1, 2), (3, 4)))
    (1, 2, 3, 4)
    """
    found: Any = (values,)
    for _ in shape_of(values):
        found = [value for part in found for value in plain_values(part)]
    return tuple(map(plain_value, found))


def map_arrays(function: Callable[..., Any], first: Array, *others: Array) -> Array:
    """`function` of each number of arrays of the same shape."""
    if not isinstance(first, tuple):
        return function(first, *others)
    parts = zip(*map(plain_values, (first, *others)), strict=True)
    return tuple(map_arrays(function, *part) for part in parts)


def sum_over(term: Callable[..., Any], *vectors: Sequence[Any]) -> Any:
    """Σ term(a_i, b_i, …) over vectors of one length."""
    value = add_up(map(term, *map(plain_values, vectors)))
    terms = _written_terms(term, vectors)
    return value if terms is None else remember("total", value, *terms)


def length_over(term: Callable[..., Any], *vectors: Sequence[Any]) -> Any:
    """√(Σ term(a_i, b_i, …)²), which does not overflow where only the squares would."""
    value = math.hypot(*map(term, *map(plain_values, vectors)))
    terms = _written_terms(lambda *parts: square(term(*parts)), vectors)
    if terms is None:
        return value
    return remember("call", value, remember("total", value * value, *terms), name="sqrt")


def dot(first: Sequence[Any], second: Sequence[Any]) -> Any:
    """Σ a_i·b_i."""
    return sum_over(mul, first, second)


def largest(vector: Sequence[Any]) -> Any:
    """max(a_1, a_2, …)."""
    return _extreme("max", max(plain_values(vector)), vector)


def smallest(vector: Sequence[Any]) -> Any:
    """min(a_1, a_2, …)."""
    return _extreme("min", min(plain_values(vector)), vector)


def _extreme(name: str, value: Any, vector: Sequence[Any]) -> Any:
    terms = _written_terms(lambda number: number, (vector,))
    return value if terms is None else remember("call", value, *terms, name=name)


def square(value: Any) -> Any:
    """The number times itself; unlike `value**2` it becomes infinite where it overflows."""
    return value * value


def _written_terms(term: Callable[..., Any], vectors: Sequence[Sequence[Any]]) -> list[Any] | None:
    """The traced terms that are written of a long sum; None if no vector remembers."""
    if not any(isinstance(vector, Vector) for vector in vectors):
        return None
    count = len(vectors[0])
    indices = range(count) if count <= LONG else (0, 1, count - 1)
    terms = [term(*(vector[i] for vector in vectors)) for i in indices]
    return terms if count <= LONG else [*terms[:2], REST, terms[2]]

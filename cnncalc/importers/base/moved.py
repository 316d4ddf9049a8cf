"""Tensors as they read a source whose numbers were moved: cut into axes, put together, turned, sliced.

An axis is a row of atoms: so many numbers, so far apart, of one axis of the source.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Atom(NamedTuple):
    """Numbers of one axis of a source: how many, and how far apart."""

    axis: int
    step: int
    length: int


Axis = tuple[Atom, ...]


class Seen(NamedTuple):
    """A tensor as it reads a source: the atoms of its axes, and where the features begin."""

    axes: tuple[Axis, ...]
    offset: int = 0


def atoms_of(axis: int, step: int, length: int) -> Axis:
    """So many numbers of an axis of the source, so far apart."""
    return (Atom(axis, step, length),) if length > 1 else ()


def whole(dims: Sequence[int]) -> Seen:
    """A source as it is."""
    return Seen(tuple(atoms_of(axis, 1, length) for axis, length in enumerate(dims)))


def merge(atoms: Axis) -> Axis:
    """Atoms behind each other as one where they are one."""
    found: list[Atom] = []
    for atom in atoms:
        if found and found[-1].axis == atom.axis and found[-1].step == atom.step * atom.length:
            found[-1] = Atom(atom.axis, atom.step, found[-1].length * atom.length)
        else:
            found.append(atom)
    return tuple(found)


def regroup(axes: Sequence[Axis], dims: Sequence[int]) -> tuple[Axis, ...] | None:
    """The atoms in axes of other lengths; None if one would have to be cut unevenly.

    >>> regroup((atoms_of(0, 1, 6), atoms_of(1, 1, 4)), (3, 8))
    ((Atom(axis=0, step=2, length=3),), (Atom(axis=0, step=1, length=2), Atom(axis=1, step=1, length=4)))
    """
    left = [atom for axis in axes for atom in axis][::-1]
    found = []
    for length in dims:
        group: list[Atom] = []
        rest = length
        while rest > 1:
            if not left:
                return None
            atom = left.pop()
            if rest % atom.length == 0:
                group.append(atom)
                rest //= atom.length
            elif atom.length % rest == 0:
                inner = atom.length // rest
                group.append(Atom(atom.axis, atom.step * inner, rest))
                left.append(Atom(atom.axis, atom.step, inner))
                rest = 1
            else:
                return None
        found.append(merge(tuple(group)))
    return None if left else tuple(found)


def cut(seen: Seen, axis: int, start: int, stop: int, last: int) -> Seen | None:
    """A range of an axis, if that is one of the features of the source."""
    group = seen.axes[axis]
    if not group or group[0].axis != last:
        return None
    inner = prod(atom.length for atom in group[1:])
    if start % inner or stop % inner:
        return None
    top = Atom(last, group[0].step, (stop - start) // inner)
    own = merge((*((top,) if top.length > 1 else ()), *group[1:]))
    axes = (*seen.axes[:axis], own, *seen.axes[axis + 1 :])
    return Seen(axes, seen.offset + start // inner * group[0].step)

"""Attention that a file holds as its arithmetic: products of heads and a softmax between linear layers.

Only what is multi-head attention to the letter becomes that layer: query, key and value are parts of what
fully connected layers give, cut into heads, and nothing else happens to the scores than a scale.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.description import Entry
from cnncalc.importers.base.moved import Seen, atoms_of, cut, merge, regroup, whole
from cnncalc.layers.base.shape import MOST_AXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.entries import Entries
    from cnncalc.importers.base.onnx.values import Dims

_SOURCELESS = ("parameter", "constant")
_MOVES = ("reshape", "permute", "slice", "split")


class _Part(NamedTuple):
    """Query, key or value: what gives it, and which of its features are that."""

    source: int
    offset: int
    features: int
    heads: int
    step: int


class _Attention(NamedTuple):
    """What was found: the entries that it is made of, by their places, and the layers in their place."""

    members: frozenset[int]
    last: int
    """The member whose place and readers are those of the whole."""
    entries: tuple[Entry, ...]
    reads: tuple[tuple[str, ...], ...]


def join_attention(walk: Entries, outputs: list[str], *, as_module: bool = False) -> list[str]:
    """Write attention as the layer that it is; gives the outputs by what they are called then.

    `as_module` is only what a module of PyTorch could be: over one axis, whose channels the heads share.
    """
    if not any(entry.kind == "softmax" for entry in walk.entries):
        return outputs
    joiner = _Joiner(walk, outputs, as_module)
    found = [
        one
        for index, entry in enumerate(walk.entries)
        if entry.kind == "softmax" and (one := joiner.attention(index)) is not None
    ]
    if found:
        joiner.rewrite(found)
    return [joiner.renamed.get(name, name) for name in outputs]


class _Layers:
    """The layers of one network, what each reads, and who reads it."""

    def __init__(self, walk: Entries, outputs: Sequence[str]) -> None:
        self.walk, self.entries = walk, walk.entries
        self.place = {entry.keys["name"]: index for index, entry in enumerate(self.entries)}
        self.reads = list(_reads(self.entries))
        self.renamed: dict[str, str] = {}
        for entry in self.entries:
            for number in range(len(entry.keys["sizes"]) if entry.kind == "split" else 0):
                self.place[f"{entry.keys['name']}.{number}"] = self.place[entry.keys["name"]]
        self.readers: dict[int, list[int]] = {}
        for index, names in ((-1, outputs), *enumerate(self.reads)):
            for name in (*names, *_owners(self.entries[index] if index >= 0 else None)):
                if name in self.place:
                    self.readers.setdefault(self.place[name], []).append(index)

    def rewrite(self, found: Sequence[_Attention]) -> None:
        """All entries anew, with those that were found in place of what they are made of."""
        kept: list[Entry] = []
        by_last = {one.last: one for one in found}
        gone = {index for one in found for index in one.members}
        for index, entry in enumerate(self.entries):
            new = by_last.get(index)
            if new is not None:
                rows = list(zip(new.entries, new.reads, strict=True))
            else:
                rows = [] if index in gone else [(entry, self.reads[index])]
            for row, names in rows:
                _say_reads(row, [self.renamed.get(name, name) for name in names], kept)
                kept.append(row)
        for index in gone - set(by_last):
            self.walk.stated.pop(self.name(index), None)
        self.walk.entries[:] = kept

    def name(self, index: int) -> str:
        """What a layer is called."""
        name: str = self.entries[index].keys["name"]
        return name

    def axes(self, name: str) -> Dims:
        """The lengths of a result, all axes but the batch in the order of the file."""
        made = self.walk.made.get(name)
        return () if made is None else made.axes

    def only_reader(self, index: int) -> int | None:
        """Who alone reads a layer."""
        readers = self.readers.get(index, ())
        return readers[0] if len(readers) == 1 and readers[0] >= 0 else None

    def before_scales(self, name: str, inside: set[int]) -> str:
        """What this is a multiple of."""
        while name in self.walk.scalings:
            inside.add(self.place[name])
            name = self.reads[self.place[name]][0]
        return name

    def move(self, seen: Seen, name: str, last: int) -> Seen | None:
        """A tensor behind a layer that moves its numbers; None if they cannot be followed."""
        entry = self.entries[self.place[name]]
        if entry.kind == "reshape":
            axes = regroup(seen.axes, self.axes(name))
            return None if axes is None else seen._replace(axes=axes)
        if entry.kind == "permute":
            order = entry.keys["axes"]
            if sorted(order) != list(range(1, len(seen.axes) + 1)):
                return None
            return seen._replace(axes=tuple(seen.axes[axis - 1] for axis in order))
        axis, bounds = entry.keys.get("axis"), entry.keys.get("range")
        if entry.kind == "split":
            number, sizes = int(name.rpartition(".")[2]), entry.keys["sizes"]
            bounds = [sum(sizes[:number]), sum(sizes[: number + 1])]
        if not isinstance(axis, int) or not isinstance(bounds, list) or len(bounds) != 2:
            return None
        return cut(seen, axis - 1, bounds[0], bounds[1], last)


class _Joiner(_Layers):
    """Finds attention around a softmax, and the layers in its place."""

    def __init__(self, walk: Entries, outputs: Sequence[str], as_module: bool) -> None:
        super().__init__(walk, outputs)
        self.as_module = as_module

    def attention(self, softmax: int) -> _Attention | None:
        """What stands around a softmax, if it is attention."""
        inside = {softmax}
        scores = self.place.get(self.before_scales(self.reads[softmax][0], inside))
        mixing = self.only_reader(softmax)
        if scores is None or mixing is None or not self._is_product(scores):
            return None
        if not self._is_product(mixing) or self.reads[mixing][0] != self.name(softmax):
            return None
        value = self.walk.made.get(self.name(softmax))
        last = None if value is None else value.axis(len(value.dims) - 1)
        if last is None or self.entries[softmax].keys.get("axis") != last:
            return None
        inside |= {scores, mixing}
        first, second = self.reads[scores]
        query = self._part(first, inside)
        key = self._part(second, inside, turned=True)
        value_of = self._part(self.reads[mixing][1], inside)
        if query is None or key is None or value_of is None:
            return None
        output = self._output(mixing, query, value_of, inside)
        if output is None or not self._fits(query, key, value_of):
            return None
        if self.as_module and not self._is_of_torch(query, value_of, output):
            return None
        sources = {part.source for part in (query, key, value_of)}
        members = inside | sources | {output}
        if not self._is_closed(members, output):
            return None
        return self._layers((query, key, value_of), softmax, output, members)

    def _is_product(self, index: int) -> bool:
        return self.entries[index].kind == "matmul" and len(self.reads[index]) == 2

    def _part(self, name: str, inside: set[int], *, turned: bool = False) -> _Part | None:
        """What an operand of a product is of a fully connected layer; `turned` has its features first."""
        path: list[str] = []
        name = self.before_scales(name, inside)
        index = self.place.get(name)
        while index is not None and self.entries[index].kind in _MOVES:
            path.append(name)
            name = self.before_scales(self.reads[index][0], inside)
            index = self.place.get(name)
        if index is None or self.entries[index].kind != "dense":
            return None
        dims = self.axes(self.name(index))
        seen: Seen | None = whole(dims)
        for step in reversed(path):
            seen = None if seen is None else self.move(seen, step, len(dims) - 1)
        inside.update(self.place[step] for step in path)
        if seen is None or len(seen.axes) < 2:
            return None
        positions, features = seen.axes[-2:] if not turned else seen.axes[:-3:-1]
        heads = merge(tuple(atom for axis in seen.axes[:-2] for atom in axis))
        if positions != merge(tuple(atom for axis in whole(dims[:-1]).axes for atom in axis)):
            return None
        last, d = len(dims) - 1, prod(atom.length for atom in features)
        if features != atoms_of(last, 1, d) or len(heads) > 1:
            return None
        count = heads[0].length if heads else 1
        if heads and heads[0].axis != last:
            return None
        return _Part(index, seen.offset, d, count, heads[0].step if heads else d)

    def _output(self, mixing: int, query: _Part, value: _Part, inside: set[int]) -> int | None:
        """The fully connected layer behind the heads, put side by side."""
        dims = self.axes(self.name(mixing))
        seen: Seen | None = whole(dims)
        index = self.only_reader(mixing)
        while index is not None and seen is not None and self.entries[index].kind in _MOVES[:2]:
            seen = self.move(seen, self.name(index), -1)
            inside.add(index)
            index = self.only_reader(index)
        if index is None or seen is None or self.entries[index].kind != "dense":
            return None
        n = len(dims)
        positions = self.axes(self.name(query.source))[:-1]
        heads = tuple(atom for axis in range(n - 2) for atom in atoms_of(axis, 1, dims[axis]))
        wanted = (*(regroup((atoms_of(n - 2, 1, dims[-2]),), positions) or ()),
                  merge((*heads, *atoms_of(n - 1, 1, dims[-1]))))  # fmt: skip
        if self.axes(self.name(index))[:-1] != positions or seen.axes != wanted:
            return None
        return index if value.heads == query.heads else None

    def _fits(self, query: _Part, key: _Part, value: _Part) -> bool:
        """Whether they share their heads, and all that the layers above give is used once."""
        parts = (query, key, value)
        if len({part.heads for part in parts}) > 1 or query.features != key.features:
            return False
        if any(part.step != part.features and part.heads > 1 for part in parts):
            return False
        for source in {part.source for part in parts}:
            end = 0
            for part in sorted(part for part in parts if part.source == source):
                if part.offset != end:
                    return False
                end += part.heads * part.features
            if end != self.axes(self.name(source))[-1]:
                return False
        channels = self.axes(self.reads[query.source][0])[-1:]
        positions = [self.axes(self.name(part.source))[:-1] for part in parts]
        if not channels or not positions[0] or len(positions[0]) != len(positions[1]):
            return False
        return positions[1] == positions[2] and len(positions[0]) <= MOST_AXES

    def _is_of_torch(self, query: _Part, value: _Part, output: int) -> bool:
        """Whether a module of PyTorch could be this: along one axis, of as many channels everywhere."""
        *positions, channels = self.axes(self.reads[query.source][0])
        widths = (query.heads * query.features, query.heads * value.features)
        made = self.axes(self.name(output))[-1]
        return len(positions) == 1 and {*widths, made} == {channels}

    def _is_closed(self, members: set[int], output: int) -> bool:
        """Whether what is inside is read inside only."""
        return all(
            set(self.readers.get(index, ())) <= members for index in members if index != output
        )

    def _layers(
        self, parts: tuple[_Part, _Part, _Part], softmax: int, output: int, members: set[int]
    ) -> _Attention:
        """The layer, between changes of axes, for there the channels are the last."""
        walk, last = self.walk, self.entries[output]
        query, key, value = parts
        read = [self.reads[part.source][0] for part in parts]
        channels = self.axes(read[0])[-1]
        keys: Data = {"heads": query.heads}
        if query.features * query.heads != channels:
            keys["key_dim"] = query.features
        if value.features != query.features:
            keys["value_dim"] = value.features
        if self.axes(last.keys["name"])[-1] != channels:
            keys["output"] = last.keys["units"]
        biased = [
            name for name, index in zip(("query", "key", "value", "output"),
                                        (query.source, key.source, value.source, output), strict=True)
            if self.entries[index].keys.get("bias", True)
        ]  # fmt: skip
        if len(biased) < len(parts) + 1:
            keys["bias"] = biased or False
        operands = read[:1] if len(set(read)) == 1 else read[:2] if read[1] == read[2] else read
        stem = _stem([self.name(query.source), last.keys["name"]])
        free = stem in {self.name(index) for index in members} and stem != last.keys["name"]
        name = stem if free else walk.names.unique(stem, "attention")
        line = self.entries[softmax].line
        rank = len(self.axes(last.keys["name"]))
        forth, back = [rank, *range(1, rank)], [*range(2, rank + 1), 1]
        entries: list[Entry] = []
        reads: list[tuple[str, ...]] = []
        turned: dict[str, str] = {}
        for operand in dict.fromkeys(operands):
            turned[operand] = walk.names.unique(f"{name}.permute")
            entries.append(Entry("permute", {"name": turned[operand], "axes": forth}, line))
            reads.append((operand,))
        entries.append(Entry("multi_head_attention", {"name": name, **keys}, line))
        reads.append(tuple(turned[operand] for operand in operands))
        back_name, extra = self._undone(output)
        entries.append(Entry("permute", {"name": last.keys["name"], "axes": back}, last.line))
        reads.append((name,))
        if back_name:
            self.renamed[back_name] = last.keys["name"]
        return _Attention(frozenset(members | extra), output, tuple(entries), tuple(reads))

    def _undone(self, output: int) -> tuple[str, set[int]]:
        """Changes of axes behind the last layer that undo each other, and what the last of them is called."""
        start = whole(self.axes(self.name(output)))
        seen: Seen | None = start
        path, end = [], 0
        index = self.only_reader(output)
        while index is not None and self.entries[index].kind in _MOVES[:2] and seen is not None:
            seen = self.move(seen, self.name(index), -1)
            path.append(index)
            if seen == start:
                end = len(path)
            index = self.only_reader(index)
        return (self.name(path[end - 1]), set(path[:end])) if end else ("", set())


def _say_reads(entry: Entry, names: list[str], above: list[Entry]) -> None:
    """Say what a layer reads, unless it is the one above."""
    before = above[-1].keys["name"] if above else "input"
    if len(names) > 1:
        entry.keys["from"] = names
    elif names and (names[0] != before or entry.kind == "reuse"):
        entry.keys["from"] = names[0]
    elif names:
        entry.keys.pop("from", None)


def _reads(entries: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    """What each layer reads."""
    before = "input"
    for entry in entries:
        said = entry.keys.get("from")
        if said is not None:
            yield (said,) if isinstance(said, str) else tuple(said)
        else:
            yield () if entry.kind in _SOURCELESS else (before,)
        before = entry.keys["name"]


def _owners(entry: Entry | None) -> Iterator[str]:
    """The layers that an entry names but does not read: those whose weights it has."""
    for key in ("layer", "like"):
        if entry is not None and isinstance(entry.keys.get(key), str):
            yield entry.keys[key]


def _stem(names: Sequence[str]) -> str:
    """What the names of several layers begin with, as far as it is the name of a module."""
    parts = [name.split(".") for name in names]
    same = 0
    while all(len(own) > same and own[same] == parts[0][same] for own in parts):
        same += 1
    return ".".join(parts[0][:same])

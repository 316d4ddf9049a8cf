"""The layers of a network as a tree: blocks and repetitions as the dots of the names say."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence

    from cnncalc.diff.snapshot import Row

_NUMBERED = re.compile(r"(\w*?)\d+")


class Part:
    """A layer, or a group of them: a use of a block, or its repetitions.

    `name` is its own, `path` with those of the groups around it. `label` is its kind, or the block;
    empty where a document does not say. `signature` is equal for what is the same but for names
    and shapes. `layers` counts the signatures of all layers in it, `kinds` their kinds. `generated`
    says that nobody gave the name.
    """

    __slots__ = (
        "children",
        "generated",
        "kinds",
        "label",
        "layers",
        "name",
        "path",
        "row",
        "signature",
    )

    def __init__(
        self, name: str, path: str, label: str, row: Row | None = None, *, generated: bool = True
    ) -> None:
        """A layer if there is a `row`, else a group without children yet."""
        self.name = name
        self.generated = generated
        self.path = path
        self.label = label
        self.row = row
        self.children: list[Part] = []
        self.signature: Hashable = None
        self.layers: Counter[Hashable] = Counter()
        self.kinds: Counter[Hashable] = Counter()

    @property
    def size(self) -> int:
        """How many layers it has."""
        return sum(self.layers.values())

    @property
    def repeats(self) -> bool:
        """Whether it is a list of repetitions."""
        return self.row is None and all(child.name.isdigit() for child in self.children)

    def once(self) -> Part:
        """The same as the first repetition of itself."""
        copy = Part("0", self.path, self.label, self.row)
        copy.children, copy.signature = self.children, self.signature
        copy.layers, copy.kinds = self.layers, self.kinds
        return copy

    def rows(self) -> Iterator[Row]:
        """All layers, in their order."""
        if self.row is not None:
            yield self.row
        for child in self.children:
            yield from child.rows()


def grow_trees(
    rows: Iterable[Row], labels: Mapping[str, str], given: Container[str] | None = None
) -> list[Part]:
    """The trees of a network: what stands next to each other under one name is one group.

    `given` are the paths whose last part somebody gave, None where a document does not say.
    """

    def item(name: str, path: str, label: str, row: Row | None = None) -> Part:
        known = _looks_generated(name, label) if given is None else path not in given
        return Part(name, path, label, row, generated=known)

    root = Part("", "", "")
    for row in rows:
        here, path = root, ""
        *above, own = row.name.split(".")
        for step in above:
            path = f"{path}.{step}" if path else step
            last = here.children[-1] if here.children else None
            if last is None or last.name != step or last.row is not None:
                last = item(step, path, labels.get(path, ""))
                here.children.append(last)
            here = last
        here.children.append(item(own, row.name, row.op, row))
    _sign(root.children)
    return root.children


def _looks_generated(name: str, label: str) -> bool:
    """Whether a name in a saved document is a number, or `conv3` of a conv: it has nothing but names."""
    match = _NUMBERED.fullmatch(name)
    if match is None or not match[1]:
        return match is not None
    return match[1] == label if label else match[1][0].isupper()


def is_counted(name: str, kind: str) -> bool:
    """Whether a name may be one of a list of such, which move on: `conv2d_5`, `layer1`, or the name of its kind.

    >>> is_counted("conv2d_5", "conv"), is_counted("relu", "relu"), is_counted("cls", "conv")
    (True, True, False)
    """
    return name[-1:].isdigit() or name == kind


def _sign(items: Sequence[Part]) -> None:
    for item in items:
        if item.row is not None:
            item.signature = item.row.signature
            item.layers, item.kinds = Counter([item.signature]), Counter([item.row.op])
        else:
            _sign(item.children)
            # The hash of a group covers all in it, so that comparing does not descend again.
            item.signature = hash(tuple(child.signature for child in item.children))
            for child in item.children:
                item.layers.update(child.layers)
                item.kinds.update(child.kinds)


def likeness(one: Counter[Hashable], other: Counter[Hashable]) -> float:
    """How much two groups have in common: 1 if the same layers, or kinds of them, 0 if none."""
    return 2 * sum((one & other).values()) / (sum(one.values()) + sum(other.values()))

"""Names and references: what may be called what, and what `from:` may say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import Label
from cnncalc.foreign import NAME, cut
from cnncalc.language.tree import MOST, Node, Scalar, Sequence
from cnncalc.registry import exists, suggestion

if TYPE_CHECKING:
    from cnncalc.language.report import Report

RESERVED = ("prev", "input")
LONGEST = 4000
"""A reference has at most so many characters: a name at each level of blocks in each other."""
_NAME = re.compile(r"[^\W\d][\w-]*(?:\.[\w-]+)*").fullmatch
_GENERATED = re.compile(r"([a-z_]+?(?:[123]d)?)\d+").fullmatch


class Ref(NamedTuple):
    """A reference as it is written, and where."""

    text: str
    node: Node


class Names:
    """The names of one body: those declared above the present line, and its inputs."""

    def __init__(self, inputs: tuple[str, ...], report: Report) -> None:
        """`inputs` are the names of what enters the body."""
        self.inputs = inputs
        self.report = report
        self.declared: dict[str, Node] = {}
        self.above = True
        """Whether references are to what stands above them, as they are inside a layer list."""
        self.failed = False
        """Whether an item could not be read, so that its name may be missing here."""
        self._unsure = 0

    def declare(self, node: Node) -> str | None:
        """The name in `node` if it can be given; reports why not."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.report.find("E204", "a name must be a word", node.span)
            return None
        name = node.text
        if name in RESERVED or name in self.inputs:
            self.report.find("E204", f"`{name}` is taken: it refers to the input or the layer above",
                             node.span, help="choose another name")  # fmt: skip
            return None
        if len(name) > NAME or not _NAME(name):
            self.report.find("E204", f"`{cut(name, 60)}` cannot be a name", node.span,
                             help="letters, digits, `_`, `-` and `.`; a letter first")  # fmt: skip
            return None
        if name in self.declared:
            self.report.find("E203", f"the name `{name}` is used twice", node.span,
                             related=(Label(self.declared[name].span, "first used here"),))  # fmt: skip
            return None
        self.declared[name] = node
        return name

    def refs(self, node: Node) -> list[Ref] | None:
        """The references in `from: a` or `from: [a, b]`, each checked to stand above."""
        nodes = node.items if isinstance(node, Sequence) else [node]
        if not nodes:
            self.report.find("E207", "`from` names no layer", node.span)
            return None
        found = [self.ref(item) for item in nodes]
        return None if None in found else [ref for ref in found if ref is not None]

    def ref(self, node: Node, *, inputs: bool = True) -> Ref | None:
        """One reference, checked as far as the text alone allows.

        Without `inputs`, only layers are suggested for an unknown name.
        """
        if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.text:
            self.report.find("E201", "a layer is referred to by its name", node.span,
                             help="numbers and offsets are not references: name the layer")  # fmt: skip
            return None
        text = node.text
        if text == "prev" or self.knows(text):
            return Ref(text, node)
        generated = _GENERATED(text) if len(text) <= NAME else None
        if generated and exists("layers", _base(generated[1])):
            self.report.find("E202", f"`{text}` is a generated name", node.span,
                             help=f"give the layer a name: {{name: …}}; {_why()}")  # fmt: skip
        elif text == "input":
            self.report.find("E201", "there are several inputs: say which", node.span,
                             help="one of " + ", ".join(self.inputs))  # fmt: skip
        elif self._is_unknown(text):
            known = [*self.declared, *([*self.inputs, "prev"] if inputs else [])]
            self.report.find("E201", f"unknown layer `{cut(text, NAME)}`", node.span,
                             label="not defined above this line" if self.above
                             else "no layer has this name",
                             help=_as_list(text) or suggestion(text, known))  # fmt: skip
        return None

    def _is_unknown(self, text: str) -> bool:
        """Whether it is certain that `text` names no layer, or looks like a name that is misspelt."""
        if not self.failed:
            return True
        self._unsure += 1
        return self._unsure <= MOST and bool(suggestion(text, self.declared))

    def layer(self, node: Node) -> Ref | None:
        """What `reuse` names: a layer or block above, not an input."""
        text = node.text if isinstance(node, Scalar) else ""
        if text in (*self.inputs, *RESERVED):
            self.report.find("E201", "`reuse` takes a layer or block by its name", node.span)
            return None
        return self.ref(node, inputs=False)

    def knows(self, text: str) -> bool:
        """Whether `text`, or a leading part of it up to a dot, is declared above."""
        if text in self.inputs or text in self.declared:
            return True
        if text == "input":
            return len(self.inputs) == 1 or "input" in self.inputs
        return len(text) <= LONGEST and any(text[:end] in self.declared for end in levels(text))


def levels(text: str) -> list[int]:
    """Where a reference may be divided into a name and what is meant inside: a name is not long."""
    return [end for end, character in enumerate(text[: NAME + 1]) if character == "."]


def _base(kind: str) -> str:
    return kind[:-2] if kind[-2:] in ("1d", "2d", "3d") else kind


def _as_list(text: str) -> str:
    """The fix if several layers are written as one text: `a + b`."""
    parts = [part for part in re.split(r"[\s,+]+", text) if part]
    return f"several layers are a list: [{', '.join(parts)}]" if len(parts) > 1 else ""


def _why() -> str:
    return "inserting a layer would silently change what a number refers to"

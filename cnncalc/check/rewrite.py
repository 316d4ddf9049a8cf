"""`check --update`: the numbers of failing `expect` written anew, in place.

Only numbers change, each in the style it is written in; comments and layout stay. What is not a
number that stands in an `expect` of the file (an expression, an alias, a range, a budget) stays too,
and so does a number that several networks of the file would need to be different.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.check.verdict import Change
from cnncalc.errors import Source, Span, UsageError
from cnncalc.language.roots import find_root
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
from cnncalc.metrics import claimed_value
from cnncalc.quantity import like
from cnncalc.system import files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from cnncalc.network import Claim, Network

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BOM = b"\xef\xbb\xbf"


class _Number(NamedTuple):
    """A number of an `expect`: its place in the text, how it is written, and what it should be."""

    start: int
    text: str
    wanted: set[str | None]


class Rewriting:
    """The numbers in the `expect` of a text, and those that the networks have."""

    def __init__(self, source: Source) -> None:
        """`source` is a text that can be composed."""
        self.path, self.text = source.name, source.text
        self.lines = [0, *(match.end() for match in _BREAK.finditer(source.text))]
        root, _ = find_root(source)
        self.nodes = {node.span: node for node in self._expected_values(root)}
        self.numbers: dict[Span, _Number] = {}
        self.claims: dict[Span, str] = {}

    def hear(self, network: Network) -> None:
        """Take down what a network says of the numbers of its claims."""
        for claim in network.claims:
            self._vote(network, claim)
            if claim.kind == "expect":
                self.claims[claim.span] = ".".join(claim.keys)

    def correct(self, failing: Collection[Span]) -> tuple[str, list[Change]]:
        """The text with the numbers of the claims at the spans `failing` corrected, and what changed."""
        edits: dict[int, tuple[_Number, str, Change]] = {}
        for span, name in self.claims.items():
            for number, new in self._new(span) if span in failing else ():
                edits[number.start] = (
                    number,
                    new,
                    Change(self.path, span.line, name, number.text, new),
                )
        text = self.text
        for start in sorted(edits, reverse=True):
            number, new, _ = edits[start]
            text = text[:start] + new + text[start + len(number.text) :]
        return text, [edits[start][2] for start in sorted(edits)]

    def _vote(self, network: Network, claim: Claim) -> None:
        """What a network says of the numbers of a claim; a budget wants them as they are."""
        node = self.nodes.get(claim.span)
        if node is None:
            return
        values: Any = None
        if claim.kind == "expect":
            values, _ = claimed_value(network, claim)
        scalars = self._scalars(node)
        if not isinstance(values, tuple):
            values = (values,) * len(scalars) if isinstance(node, Scalar) else ()
        if len(values) != len(scalars):
            values = (None,) * len(scalars)
        for scalar, value in zip(scalars, values, strict=True):
            number = self._number(scalar)
            known = isinstance(value, int) and not isinstance(value, bool)
            number.wanted.add(like(number.text, value) if known else None)

    def _new(self, span: Span) -> list[tuple[_Number, str]]:
        """The numbers of a claim that have to change, and into what; none if one of them cannot."""
        found = []
        for scalar in self._scalars(self.nodes.get(span)):
            number = self._number(scalar)
            [new, *others] = number.wanted
            if new is None or others:
                return []
            if new != number.text:
                found.append((number, new))
        return found

    def _scalars(self, node: Node | None) -> list[Scalar]:
        if isinstance(node, Scalar):
            return [node]
        items = node.items if isinstance(node, Sequence) else []
        return [item for item in items if isinstance(item, Scalar)]

    def _number(self, scalar: Scalar) -> _Number:
        """The number a scalar holds, without quotes."""
        span = scalar.span
        if span not in self.numbers:
            start, end = self._offset(span.line, span.column), self._offset(*span[2:])
            written = self.text[start:end]
            if len(written) > 1 and written[0] in "'\"" and written[0] == written[-1]:
                start, end = start + 1, end - 1
            self.numbers[span] = _Number(start, self.text[start:end], set())
        return self.numbers[span]

    def _expected_values(self, root: Node | None) -> Iterator[Node]:
        """Every value inside an `expect:`, without aliases: their values are elsewhere."""
        open_nodes = [(root, False)] if root is not None else []
        while open_nodes:
            node, inside = open_nodes.pop()
            start = self._offset(*node.span[:2])
            if self.text[start : start + 1] == "*":
                continue
            if inside:
                yield node
            if isinstance(node, Mapping):
                open_nodes += [(value, inside or key.text == "expect") for key, value in node.pairs]
            elif isinstance(node, Sequence):
                open_nodes += [(item, inside) for item in node.items]

    def _offset(self, line: int, column: int) -> int:
        return self.lines[line - 1] + column - 1


def write(path: str, old: str, new: str) -> bool:
    """Replace the text of a file, its byte order mark aside; False if it does not hold `old` any more.

    Raises UsageError if it cannot be written.
    """
    if files.is_stream(path):
        raise UsageError(f"cannot write {path}: it is a device or a pipe, and no file")
    try:
        with open(path, "rb") as file:
            mark = _BOM if file.read(3) == _BOM else b""
        files.write(path, mark + new.encode(), replace=True, old=mark + old.encode())
    except files.ChangedError:
        return False
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    return True

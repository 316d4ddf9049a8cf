"""YAML text to a tree of nodes that know where they stand.

The profile is small: YAML 1.2's core scalars, one document, aliases, no tags, no merge keys, no
duplicate keys. libyaml reads the events; the tree is built here because PyYAML's own composers
lose the position of aliases and have no limits. This is loaded for texts alone: a model file needs no YAML.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.scanner import ScannerError

from cnncalc.errors import Diagnostic, Label, Source, Span, SpecError
from cnncalc.foreign import cut
from cnncalc.language.scalars import resolve
from cnncalc.language.tree import (
    BROKEN,
    BYTES,
    DEPTH,
    MOST,
    NODES,
    Mapping,
    Node,
    Scalar,
    Sequence,
    span_of,
)

# PyYAML made without libyaml has no `cyaml`; its own parser is slower and says the same.
PARSER: Any = getattr(getattr(yaml, "cyaml", None), "CParser", None) or yaml.SafeLoader


def compose(source: Source) -> tuple[Node | None, list[Diagnostic]]:
    """The root of the text and the findings that do not stop reading.

    Raises SpecError where reading has to stop: syntax, depth, size.
    """
    return _Composer(source).run()


class _Composer:
    """One run over the events of one text; a stack, no recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Diagnostic] = []
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0
        self.repeated = 0
        """So many characters stand for aliases."""

    def run(self) -> tuple[Node | None, list[Diagnostic]]:
        text = self.source.text
        if len(text) > BYTES:
            raise self.stop("E004", f"the file has more than {BYTES:,} characters", None)
        try:
            return self.read(text), self.findings
        except (yaml.YAMLError, UnicodeError) as error:
            from cnncalc.language.syntax_errors import describe_invalid

            raise self.too_deep(error) or SpecError(
                [*self.findings, describe_invalid(self.source, error)]
            ) from None

    def read(self, text: str) -> Node | None:
        parser = PARSER(text)
        try:
            return self.document(parser.get_event)
        finally:
            parser.dispose()

    def too_deep(self, error: Exception) -> SpecError | None:
        """The refusal of what stands in front of an error, if that is too deep.

        A scanner looks ahead for the colon of a key, up to 1,024 characters, and may meet the error,
        or a limit to depth of its own, before the levels in between are told of.
        """
        if not isinstance(error, ScannerError):
            return None
        for mark in filter(None, (error.context_mark, error.problem_mark)):
            try:
                _Composer(self.source).read(self.source.text[: mark.index])
            except SpecError as found:
                if found.diagnostics[-1].code == "E003":
                    return found
            except (yaml.YAMLError, UnicodeError):
                continue
        return None

    def document(self, next_event: Any) -> Node | None:
        root: Node | None = None
        documents = 0
        # Open collections: the node, the pending key of a mapping, its known keys, its anchor.
        stack: list[tuple[Any, dict[str, Scalar] | None, str | None]] = []
        keys: list[Scalar | None] = []
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                node: Node = self.scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self.open(event, kind is MappingStartEvent, stack, keys)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node, _, anchor = stack.pop()
                keys.pop()
                node.end = event.end_mark
                if anchor is not None:
                    self.anchors[anchor] = node
            elif kind is AliasEvent:
                node = self.alias(event, len(stack))
            elif kind is StreamEndEvent:
                return root
            else:
                documents += kind is DocumentStartEvent
                if documents > 1:
                    raise self.stop("E008", "a spec is one YAML document", event)
                continue
            if not stack:
                root = node
                continue
            parent, known, _ = stack[-1]
            parent.size += node.size
            if known is None:
                parent.items.append(node)
            elif keys[-1] is None:
                keys[-1] = self.key(node, known)
            else:
                name = keys[-1]
                if known.get(name.text) is name or name.value is BROKEN:
                    parent.pairs.append((name, node))
                keys[-1] = None

    def scalar(self, event: Any) -> Scalar:
        self.nodes += 1
        if self.nodes > NODES:
            self.grow(0, event)
        text = event.value
        if event.tag is not None:
            self.tag(event)
        plain = (event.implicit[0] or event.tag is not None) and event.style in (None, "")
        node = Scalar(resolve(text) if plain else text, text, event.start_mark, event.end_mark)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def open(self, event: Any, is_mapping: bool, stack: list[Any], keys: list[Any]) -> None:
        if len(stack) >= DEPTH:
            raise self.stop("E003", f"nested more than {DEPTH} levels deep", event)
        self.grow(1, event)
        if event.tag is not None:
            self.tag(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        made = Mapping if is_mapping else Sequence
        node = made([], event.start_mark, event.end_mark)
        stack.append((node, {} if is_mapping else None, event.anchor))
        keys.append(None)

    def alias(self, event: Any, depth: int) -> Node:
        """The anchored node, standing where the alias stands."""
        name = event.anchor
        if name not in self.anchors:
            raise self.stop("E005", f"unknown alias `*{name}`", event,
                            help=f"no `&{name}` stands above this line")  # fmt: skip
        node = self.anchors[name]
        if node is None:
            raise self.stop("E005", f"`*{name}` stands inside what it names", event)
        self.grow(node.size, event)
        copy: Node
        if isinstance(node, Scalar):
            copy = Scalar(node.value, node.text, event.start_mark, event.end_mark)
        elif isinstance(node, Sequence):
            copy = Sequence(node.items, event.start_mark, event.end_mark)
        else:
            copy = Mapping(getattr(node, "pairs", []), event.start_mark, event.end_mark)
        copy.size = node.size
        height, characters = _extent(node)
        if depth + height > DEPTH:
            raise self.stop("E003", f"nested more than {DEPTH} levels deep", event)
        self.repeated += characters
        if self.repeated > BYTES:
            raise self.stop(
                "E004", f"more than {BYTES:,} characters after aliases are expanded", event
            )
        return copy

    def key(self, node: Node, known: dict[str, Scalar]) -> Scalar:
        if not isinstance(node, Scalar):
            self.find("E009", "a key must be a word", node.span, help=self._braces(node.span))
            return Scalar(BROKEN, "", node.start, node.end)
        if node.text == "<<" and node.value == "<<":
            self.find("E006", "merge keys (`<<`) are not part of the language", node.span,
                      help="use `defaults:` for keys that repeat, or a block with `args:`")  # fmt: skip
            return Scalar(BROKEN, "<<", node.start, node.end)
        if node.text in known:
            self.find("E002", f"duplicate key `{node.text}`", node.span, label="second value",
                      related=(Label(known[node.text].span, "first value is here"),))  # fmt: skip
        else:
            known[node.text] = node
        return node

    def _braces(self, span: Span) -> str:
        doubled = self.source.line(span.line)[span.column - 2 :].startswith("{{")
        return "expressions are written $name or $(…), not {{…}}" if doubled else ""

    def grow(self, count: int, event: Any) -> None:
        self.nodes += count
        if self.nodes > NODES:
            raise self.stop("E004", f"more than {NODES:,} values after aliases are expanded", event)

    def tag(self, event: Any) -> None:
        self.find("E007", f"tags (`{cut(event.tag, 60)}`) are not part of the language",
                  span_of(event.start_mark, event.end_mark), help="remove it")  # fmt: skip

    def find(self, code: str, message: str, span: Span, **more: Any) -> None:
        if len(self.findings) == MOST:
            raise SpecError(self.findings)
        self.findings.append(Diagnostic(code, cut(message), self.source, span, **more))

    def stop(self, code: str, message: str, event: Any, help: str = "") -> SpecError:
        span = span_of(event.start_mark, event.end_mark) if event is not None else None
        finding = Diagnostic(code, cut(message), self.source, span, help=cut(help))
        return SpecError([*self.findings, finding])


def _extent(node: Node) -> tuple[int, int]:
    """The levels of collections in `node`, which is at most DEPTH deep, and the characters in it."""
    level, height, characters = [node], 0, 0
    while level:
        below: list[Node] = []
        for item in level:
            if isinstance(item, Mapping):
                below.extend(part for pair in item.pairs for part in pair)
            elif isinstance(item, Sequence):
                below.extend(item.items)
        height += any(not isinstance(item, Scalar) for item in level)
        characters += sum(len(item.text) for item in level if isinstance(item, Scalar))
        level = below
    return height, characters

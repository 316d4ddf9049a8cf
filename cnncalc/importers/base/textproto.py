"""The text format of protobuf, with the line of every value.

Nothing is known of a schema: what a value means is asked for. Fields that nobody asks for, as those
of a fork, are read over.
Source: "Text Format Language Specification" of protobuf.dev.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""[ \t\r\f\v]*(?:
      (?P<word>[A-Za-z_][\w./-]*)
      | (?P<sign>[{}<>:;,\[\]])
      | (?P<number>[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[fF]?)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<minus>-)
      | (?P<note>\#.*|$)
      | (?P<bad>.))""",
    re.VERBOSE,
)
_DEPTH = 64
"""So many messages lie within each other at most."""
_VALUES = 200_000
"""So many words, numbers and signs are read at most; a network of a thousand layers has 60,000."""
_DIGITS = 18
"""A whole number has at most so many digits, as those of 64 bits."""
_OPEN = {"{": "}", "<": ">"}
_ESCAPE = re.compile(r"\\(.)")
_WHOLE = re.compile(r"[-+]?\d+")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class Value(NamedTuple):
    """A value: `kind` is word, number, text or message; of the first three, `said` is how it is written."""

    kind: str
    said: str
    line: int
    message: Message | None = None


class Message:
    """The fields of a message by name, each with all its values in their order."""

    def __init__(self, line: int) -> None:
        """`line` is where it begins."""
        self.line = line
        self.fields: dict[str, list[Value]] = {}

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self.fields

    def lines(self, name: str) -> int:
        """The line of a field, or that of the message if it has none."""
        found = self.fields.get(name)
        return found[-1].line if found else self.line

    def messages(self, name: str) -> list[Message]:
        """All messages of a field; raises Unreadable if a value is none."""
        found = []
        for value in self.fields.get(name, ()):
            if value.message is None:
                raise Unreadable(
                    f"`{name}` must be a message in braces, got `{_show(value)}`", value.line
                )
            found.append(value.message)
        return found

    def message(self, name: str) -> Message:
        """The message of a field, without fields if it is not there; several are one."""
        parts = self.messages(name)
        if len(parts) == 1:
            return parts[0]
        merged = Message(parts[0].line if parts else self.line)
        for part in parts:
            for key, values in part.fields.items():
                merged.fields.setdefault(key, []).extend(values)
        return merged

    def texts(self, name: str) -> list[str]:
        """All texts or words of a field; raises Unreadable for a message."""
        found = []
        for value in self.fields.get(name, ()):
            if value.kind == "message":
                raise Unreadable(f"`{name}` must be a text, got a message", value.line)
            found.append(value.said)
        return found

    def text(self, name: str, default: str = "") -> str:
        """The last text or word of a field."""
        return (self.texts(name) or [default])[-1]

    def integers(self, name: str) -> list[int]:
        """All whole numbers of a field; raises Unreadable for anything else."""
        return [_whole(name, value) for value in self.fields.get(name, ())]

    def integer(self, name: str, default: int) -> int:
        """The last whole number of a field."""
        return (self.integers(name) or [default])[-1]

    def numbers(self, name: str) -> list[float]:
        """All numbers of a field; raises Unreadable for anything else."""
        return [_number(name, value) for value in self.fields.get(name, ())]

    def number(self, name: str, default: float) -> float:
        """The last number of a field."""
        return (self.numbers(name) or [default])[-1]

    def flag(self, name: str, *, default: bool) -> bool:
        """The last truth value of a field; raises Unreadable for anything else."""
        for value in self.fields.get(name, ())[-1:]:
            if value.said.lower() in {"true", "t", "1"}:
                return True
            if value.said.lower() in {"false", "f", "0"}:
                return False
            raise Unreadable(f"`{name}` must be true or false, got `{_show(value)}`", value.line)
        return default


def _show(value: Value) -> str:
    return "{…}" if value.kind == "message" else cut(value.said, NAME)


def _whole(name: str, value: Value) -> int:
    if not _WHOLE.fullmatch(value.said) or len(value.said) > _DIGITS:
        raise Unreadable(f"`{name}` must be a whole number, got `{_show(value)}`", value.line)
    return int(value.said)


def _number(name: str, value: Value) -> float:
    try:
        return float(value.said.rstrip("fF") if value.kind == "number" else value.said)
    except ValueError:
        raise Unreadable(f"`{name}` must be a number, got `{_show(value)}`", value.line) from None


def parse(text: str) -> Message:
    """The message that a text is; raises Unreadable with the line of the mistake."""
    tokens = list(_tokens(text))
    root = Message(1)
    open_messages: list[tuple[Message, str]] = [(root, "")]
    at = 0
    while tokens[at].kind != "end":
        message, closing = open_messages[-1]
        token = tokens[at]
        if closing and token.text == closing and token.kind == "sign":
            open_messages.pop()
            at += 1
        elif token.kind == "sign" and token.text in ",;":
            at += 1
        else:
            at = _read_field(tokens, at, message, open_messages)
    if len(open_messages) > 1:
        message, closing = open_messages[-1]
        raise Unreadable(f"the message that begins here has no `{closing}`", message.line)
    return root


def _tokens(text: str) -> Iterator[_Token]:
    """The words of a text, then its end; raises Unreadable for what is none, and for too many."""
    count = number = 0
    for number, line in enumerate(text.split("\n"), 1):
        for found in _TOKEN.finditer(line):
            kind = found.lastgroup or ""
            if kind == "note":
                break
            if kind == "bad":
                raise Unreadable(f"`{cut(found[kind], NAME)}` has no meaning here", number)
            yield _Token(kind, found[kind], number)
            count += 1
            if count > _VALUES:
                raise Unreadable(f"more than {_VALUES:,} words, numbers and signs", number)
    yield _Token("end", "", number)


def _read_field(
    tokens: list[_Token], at: int, message: Message, inside: list[tuple[Message, str]]
) -> int:
    """Read a field; where a message begins, what follows is in it. Gives where to go on."""
    name = tokens[at]
    if name.kind != "word":
        said = "the text ends" if name.kind == "end" else f"`{cut(name.text, NAME)}` stands"
        raise Unreadable(f"{said} where the name of a field should", name.line)
    values = message.fields.setdefault(name.text, [])
    at += 1
    colon = tokens[at].text == ":" and tokens[at].kind == "sign"
    at += colon
    token = tokens[at]
    if token.kind == "sign" and token.text in _OPEN:
        if len(inside) > _DEPTH:
            raise Unreadable(f"more than {_DEPTH} messages within each other", token.line)
        made = Message(name.line)
        values.append(Value("message", "", name.line, made))
        inside.append((made, _OPEN[token.text]))
        return at + 1
    if not colon:
        raise Unreadable(f"`{cut(name.text, NAME)}` has no value", name.line,
                         help="`name: value`, or `name { … }`")  # fmt: skip
    if token.kind == "sign" and token.text == "[":
        return _read_list(tokens, at + 1, name, values)
    value, at = _read_value(tokens, at, name)
    values.append(value)
    return at


def _read_list(tokens: list[_Token], at: int, name: _Token, values: list[Value]) -> int:
    while tokens[at].text != "]" or tokens[at].kind != "sign":
        if tokens[at].text == "," and tokens[at].kind == "sign":
            at += 1
            continue
        value, at = _read_value(tokens, at, name)
        values.append(value)
    return at + 1


def _read_value(tokens: list[_Token], at: int, name: _Token) -> tuple[Value, int]:
    """A value that is no message, and where it ends; texts that follow each other are one."""
    token = tokens[at]
    if token.kind in ("word", "number"):
        return Value(token.kind, token.text, token.line), at + 1
    if token.kind == "minus" and tokens[at + 1].kind in ("word", "number"):
        return Value("number", "-" + tokens[at + 1].text, token.line), at + 2
    if token.kind != "text":
        raise Unreadable(f"`{cut(name.text, NAME)}` has no value", name.line,
                         help="`name: value`, or `name { … }`")  # fmt: skip
    parts = []
    while tokens[at].kind == "text":
        parts.append(_ESCAPE.sub(r"\1", tokens[at].text[1:-1]))
        at += 1
    return Value("text", "".join(parts), token.line), at

"""Python as it is laid out: names, literals, statements in lines of 88 characters."""

from __future__ import annotations

import keyword
import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WIDTH = 88
_OPENING, _CLOSING = "([{", ")]}"


def identifier(text: str, taken: Collection[str] = ()) -> str:
    """A name of Python made of any text: words of ASCII, joined by `_`; one that is not among `taken`.

    >>> identifier("layer1.0.conv1"), identifier("2nd"), identifier("class")
    ('layer1_0_conv1', 'n2nd', 'class_')
    """
    plain = unicodedata.normalize("NFKD", cut(text, 120)).encode("ascii", "ignore").decode()
    words = re.sub(r"\W+", "_", plain).strip("_") or "layer"
    if words[0].isdigit():
        words = f"n{words}"
    while keyword.iskeyword(words) or words in taken:
        words += "_"
    return words


def class_name(text: str, taken: Collection[str] = ()) -> str:
    """The name of a class.

    >>> class_name("resnet50"), class_name("inverted_residual"), class_name("U-Net")
    ('Resnet50', 'InvertedResidual', 'UNet')
    """
    words = identifier(text).split("_")
    return identifier("".join(word[:1].upper() + word[1:] for word in words), taken)


def number_name(name: str, taken: Collection[str]) -> str:
    """A name that is not taken: with a number behind it if it is.

    >>> number_name("Up", ["Up", "Up2"])
    'Up3'
    """
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}{number}"
    return found


def literal(value: Any) -> str:
    """A number, a truth value, a tuple of them, or text."""
    if isinstance(value, (tuple, list)):
        if value and all(part == value[0] for part in value):
            return literal(value[0])
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, str):
        return string(value)
    return repr(value)


def string(text: str) -> str:
    """A string that means this text, in quotes and printable."""
    inner = repr(text.replace('"', "'"))[1:-1].replace("\\'", "'")
    return f'"{inner}"'


def docstring(text: str) -> str:
    """What may stand in a docstring: one line of plain characters."""
    line = " ".join(text.split())
    return cut(
        line.encode("ascii", "replace").decode().replace("\\", "/").replace('"""', "'''"), 200
    )


def statement(text: str, indent: int) -> list[str]:
    """A statement in as many lines as it needs: brackets are opened from the last one."""
    pad = " " * indent
    if len(pad + text) <= WIDTH:
        return [pad + text]
    if chain := _find_chain(text):
        return [pad + text[:chain] + "(", *_lay_out_chain(text[chain:], indent + 4), f"{pad})"]
    found = _find_opening(text, indent)
    if found is None and text.startswith("return ") and ", " in text:
        return statement(f"return ({text[7:]})", indent)
    target, equals, value = text.partition(" = ")
    if found is None and equals and target.isidentifier() and not value.startswith("("):
        return [f"{pad}{target} = (", *statement(value, indent + 4), f"{pad})"]
    if found is None:
        return [pad + text]
    start, stop = found
    head, body, tail = text[: start + 1], text[start + 1 : stop], text[stop:]
    one = " " * (indent + 4) + body
    parts = split(body)
    if len(one) <= WIDTH:
        return [pad + head, one, pad + tail]
    lines = [pad + head]
    if len(parts) == 1 and (loop := _loop(body)):
        inner = [*statement(body[:loop], indent + 4), *statement(body[loop + 1 :], indent + 4)]
        return [*lines, *inner, pad + tail]
    for part in parts:
        comma = "" if len(parts) == 1 and not _takes_comma(head) else ","
        lines += statement(part + comma, indent + 4)
    return [*lines, pad + tail]


def _find_chain(text: str) -> int:
    """Where a value begins that calls methods of what calls give, two or more times; 0 if none does."""
    start = len("return ") if text.startswith("return ") else text.find(" = ") + 3
    value = text[start:]
    calls = _calls_of_methods(value)
    plain = re.fullmatch(r"[\w.]*", value[: _brackets(value)[0][0]]) if calls else None
    return start if len(calls) > 1 and plain and start > 2 and value.endswith(")") else 0


def _calls_of_methods(text: str) -> list[int]:
    """The places of the dots behind a bracket, of the outermost level, that end in a call."""
    ends = [stop for _, stop in _brackets(text)]
    return [end + 1 for end in ends if re.match(r"\)\.\w+\(", text[end:])]


def _lay_out_chain(text: str, indent: int) -> list[str]:
    """A chain in brackets: in one line, or a line for each call."""
    if indent + len(text) <= WIDTH:
        return [" " * indent + text]
    places = [0, *_calls_of_methods(text), len(text)]
    parts = [text[a:b] for a, b in pairwise(places)]
    return [line for part in parts for line in statement(part, indent)]


def _loop(text: str) -> int:
    """Where the loop of a generator begins that stands in no bracket; 0 if there is none."""
    for found in re.finditer(r" for _ in ", text):
        before = text[: found.start()]
        if sum(map(before.count, _OPENING)) == sum(map(before.count, _CLOSING)):
            return found.start()
    return 0


def _takes_comma(head: str) -> bool:
    """Whether a comma may stand behind the only thing in a bracket: in a call, not around an expression."""
    return len(head) > 1 and (head[-2].isalnum() or head[-2] in "_])")


def _brackets(text: str) -> list[tuple[int, int]]:
    """The brackets of the outermost level that hold something."""
    depth, start = 0, 0
    found = []
    quote = ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and text[place - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign in _OPENING:
            if not depth:
                start = place
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
            if not depth and place > start + 1:
                found.append((start, place))
    return found


def _find_opening(text: str, indent: int) -> tuple[int, int] | None:
    """The bracket that is opened first: the last one before which the line is not too long."""
    found = _brackets(text)
    if text.startswith("def "):
        return found[0] if found else None
    fitting = [pair for pair in found if indent + pair[0] + 1 <= WIDTH]
    return fitting[-1] if fitting else None


def split(text: str, at: str = ",") -> list[str]:
    """The parts of a text between its commas that stand in no bracket."""
    parts, depth, start, quote = [], 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and text[place - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        elif sign == at and not depth:
            parts.append(text[start:place].strip())
            start = place + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def block(lines: Iterable[str], indent: int) -> list[str]:
    """Statements at one level, each laid out."""
    return [line for text in lines for line in statement(text, indent)]

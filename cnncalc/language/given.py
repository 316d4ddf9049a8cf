"""What a person gives: SPEC, and the texts behind --set, --size and --channels."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.language.document import Document


def document(
    spec: str, allowed: Iterable[str] = (), given: Mapping[str, Any] | None = None
) -> tuple[Document, str | None]:
    """The compiled file behind SPEC, and the model it names; the rest as for `open_spec`."""
    from cnncalc.language.document import Document
    from cnncalc.language.source import open_spec

    opened = open_spec(spec, allowed, given)
    return Document(opened.source), opened.model


def sizes(given: list[str] | None) -> Any:
    """`["224,224"]` as a tuple for all inputs, `["a=64", "b=32"]` by name; None if there is none."""
    return _by_input(given, "size", _axes)


def counts(given: list[str] | None) -> Any:
    """`["3"]` as a number for all inputs, `["a=3", "b=1"]` by name; None if there is none."""
    return _by_input(given, "channels", _whole)


def settings(given: list[str]) -> dict[str, Any]:
    """`["w=0.5"]` as `{"w": 0.5}`; values are read as in YAML.

    Raises UsageError for a text without a name or a value, and for numbers that are not finite.
    """
    found: dict[str, Any] = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not mark or not name:
            raise UsageError(f"--set takes NAME=VALUE, got {text}")
        read = found[name.strip()] = setting(value)
        numbers = read if isinstance(read, list) else [read]
        if any(isinstance(number, float) and not isfinite(number) for number in numbers):
            raise UsageError(f"--set takes finite numbers, got {text}")
    return found


def setting(text: str) -> Any:
    """The value of a variable as it is typed: a plain scalar of YAML, or a list of them in brackets."""
    from cnncalc.language.scalars import resolve

    text = text.strip()
    if text[:1] == "[" and text[-1:] == "]":
        return [resolve(item.strip()) for item in text[1:-1].split(",")]
    return resolve(text)


def _by_input(given: list[str] | None, option: str, read: Any) -> Any:
    """`["224,224"]` for all inputs, `["a=64", "b=32"]` by name; None if nothing is given."""
    if not given:
        return None
    named: dict[str, Any] = {}
    for text in given:
        name, mark, value = text.rpartition("=")
        if not mark:
            if len(given) > 1:
                raise UsageError(f"several --{option}: say for which input, {option} NAME={text}")
            return read(value, option)
        named[name] = read(value, option)
    return named


def _axes(text: str, option: str) -> tuple[int, ...]:
    return tuple(_whole(part, option) for part in text.replace("x", ",").split(","))


def _whole(text: str, option: str) -> int:
    if not text.strip().isdigit() or len(text) > 15:
        raise UsageError(f"--{option} takes whole numbers, got {text}", f"--{option} 224,224"
                         if option == "size" else f"--{option} 3")  # fmt: skip
    return int(text)

"""Questions that are asked in Python: by position or by name, with values of numpy and the like.

On the command line the same is done by `keyed_command`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from cnncalc.calculator.kinds import Long
from cnncalc.calculator.question import (
    accept,
    aliases,
    by_position,
    command_of,
    flag,
    refuse,
)
from cnncalc.errors import UsageError
from cnncalc.layers.base.key_types import Bad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.calculator.question import Question

Q = TypeVar("Q", bound="Question")

MOST = 10_000_000
"""A `range` or another sequence that makes its values is read up to this length."""

DEEPEST = 8
"""No formula takes arrays of more axes."""

_PLAIN = frozenset((int, float, bool, str, type(None)))
_TEXT = (str, bytes, bytearray, os.PathLike)


def ask(question: type[Q], values: Sequence[Any], inputs: Mapping[str, Any]) -> Q:
    """The question with inputs by position and by name; raises UsageError.

    A name that Python keeps for itself may have an underscore behind it: `return_`.
    """
    words = {word for key in question.keys for word in (key, *aliases(question, key))}
    named = {
        word if word in words else word.removesuffix("_"): value for word, value in inputs.items()
    }
    _check_shapes(question, values, named)
    given = {word: data(value) for word, value in named.items()}
    by_position(question, [*map(data, values)], given)
    return accept(question, given)


def _check_shapes(
    question: type[Question], values: Sequence[Any], inputs: Mapping[str, Any]
) -> None:
    """Raise UsageError for an array that is too long, before its elements are looked at."""
    given = [*zip(question.keys, values, strict=False), *inputs.items()]
    meant = {word: key for key in question.keys for word in (*aliases(question, key), key)}
    for word, value in given:
        key = meant.get(word, "")
        kind = question.keys[key].kind if key else None
        if isinstance(kind, Long):
            try:
                kind.check_shape(_shape_of(value))
            except Bad as bad:
                raise refuse(bad.inside(key)) from None


def _shape_of(value: Any) -> Sequence[int]:
    """The lengths of an array or of lists in lists, by the first of each; () of what is neither."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and all(isinstance(length, int) for length in shape):
        return shape
    lengths: list[int] = []
    # A list may hold itself.
    while (
        isinstance(value, Sequence)
        and not isinstance(value, _TEXT)
        and len(value)
        and len(lengths) < DEEPEST
    ):
        lengths.append(len(value))
        value = value[0]
    return lengths


def data(value: Any) -> Any:
    """A value as JSON could hold it: arrays, ranges, tuples and other numbers become Python's own.

    What has no such form stays, and is refused by the input that gets it.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {data(key): data(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, _TEXT):
        if not isinstance(value, (list, tuple)) and len(value) > MOST:
            return value
        # Of long lists of plain numbers nothing is to be changed, and one look says so.
        is_plain = _PLAIN.issuperset(map(type, value))
        return list(value) if is_plain else [data(part) for part in value]
    return _of_library(value)


def _of_library(value: Any) -> Any:
    """Arrays and scalars of numpy and of whatever acts like them; fractions and decimals."""
    kind = type(value)
    if not hasattr(kind, "tolist") and hasattr(kind, "__array__"):
        value = value.__array__()
    if hasattr(type(value), "tolist"):
        return value.tolist()
    if isinstance(value, _TEXT):
        return value
    for name in ("__index__", "__float__"):
        if hasattr(kind, name):
            return getattr(value, name)()
    return value


@contextmanager
def name_as_python(question: type[Question]) -> Iterator[None]:
    """Errors inside name the inputs as Python does: `per_class`, not --per-class.

    Raises UsageError in place of such an error, and if the inputs are nested too deeply.
    """
    try:
        yield
    except UsageError as error:
        finding = error.diagnostics[0]
        help = finding.help
        if help.startswith(("for example: cnncalc ", f"`cnncalc {question.command} ")):
            names = ", ".join(map(flag, question.keys))
            help = f"{command_of(question)} takes {names}, by name or in this order"
        raise UsageError(_replace_options(finding.message), _replace_options(help)) from None
    except RecursionError:
        raise UsageError("the inputs are nested too deeply") from None


_OPTION = re.compile(r"(?<![\w.`/-])--(\w+(?:-\w+)*)((?:\[\d+\]|\.\w+)*)")


def _replace_options(text: str) -> str:
    """A text with the names of inputs in place of options; what is quoted stays."""
    return _OPTION.sub(lambda found: f"`{found[1].replace('-', '_')}{found[2]}`", text)

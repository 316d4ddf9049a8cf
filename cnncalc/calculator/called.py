"""Questions that are asked in Python: by position or by name, with values of numpy and the like.

On the command line the same is done by `keyed_command`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from cnncalc.calculator.question import accept, aliases, by_position, command_of, flag
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.calculator.question import Question

Q = TypeVar("Q", bound="Question")

MOST = 10_000_000
"""A `range` or another sequence that makes its values is read up to this length."""

_PLAIN = frozenset((int, float, bool, str, type(None)))
_TEXT = (str, bytes, bytearray, os.PathLike)


def ask(question: type[Q], values: Sequence[Any], inputs: Mapping[str, Any]) -> Q:
    """The question with inputs by position and by name; raises UsageError.

    A name that Python keeps for itself may have an underscore behind it: `return_`.
    """
    words = {word for key in question.keys for word in (key, *aliases(question, key))}
    given = {
        word if word in words else word.removesuffix("_"): data(value)
        for word, value in inputs.items()
    }
    by_position(question, [*map(data, values)], given)
    return accept(question, given)


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
        if help.startswith("for example: cnncalc "):
            names = ", ".join(map(flag, question.keys))
            help = f"{command_of(question)} takes {names}, by name or in this order"
        raise UsageError(_replace_options(finding.message), _replace_options(help)) from None
    except RecursionError:
        raise UsageError("the inputs are nested too deeply") from None


_OPTION = re.compile(r"(?<![\w.`/-])--(\w+(?:-\w+)*)((?:\[\d+\]|\.\w+)*)")


def _replace_options(text: str) -> str:
    """A text with the names of inputs in place of options; what is quoted stays."""
    return _OPTION.sub(lambda found: f"`{found[1].replace('-', '_')}{found[2]}`", text)

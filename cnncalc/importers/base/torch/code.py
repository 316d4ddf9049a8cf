"""The code of an archive of TorchScript: functions and classes, parsed and not run."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CODE = 1_500_000
_MODULE = 400_000
"""So many characters of code are read at most, in all and of one module."""
_NESTING = 60
_SIGNS = 300
"""An expression has so many signs between two commas."""
_PREFIXED = r"\w[\"']"
"""What begins a text that is computed, such as f"{x}": Python reads these slowly."""
_STRING = r'"(?:[^"\\\n]|\\.)*"'


class Class(NamedTuple):
    """A class of the file: its methods, and what its body says."""

    methods: Mapping[str, ast.FunctionDef]
    said: Mapping[str, Any]


class Code:
    """The functions and classes of an archive, read when they are asked for."""

    def __init__(self, load: Callable[[str], str]) -> None:
        """`load` gives the text of a module, such as `__torch__.torch.nn.functional`."""
        self._load = load
        self._modules: dict[str, dict[str, ast.stmt]] = {}
        self._classes: dict[str, Class] = {}
        self._read = 0

    def find(self, name: str) -> ast.stmt | None:
        """A function or a class by its whole name; raises Unreadable if it cannot be read."""
        module, _, own = name.rpartition(".")
        if module not in self._modules:
            text = self._load(module)
            self._read += len(text)
            if self._read > _CODE or len(text) > _MODULE:
                raise Unreadable(
                    f"the code has more than {_CODE:,} characters, or a module {_MODULE:,}"
                )
            self._modules[module] = _parse(text, module)
        return self._modules[module].get(own)

    def class_of(self, name: str) -> Class:
        """A class by its whole name; raises Unreadable if there is none."""
        if name not in self._classes:
            found = self.find(name)
            if not isinstance(found, ast.ClassDef):
                raise Unreadable(f"the code of `{cut(name, NAME)}` is not in the archive")
            methods = {part.name: part for part in found.body if isinstance(part, ast.FunctionDef)}
            self._classes[name] = Class(methods, dict(_statements(found.body)))
        return self._classes[name]


def _statements(body: Sequence[ast.stmt]) -> list[tuple[str, Any]]:
    """The constants that a class says of itself."""
    found: list[tuple[str, Any]] = []
    for part in body:
        target = (
            part.targets[0]
            if isinstance(part, ast.Assign)
            else part.target
            if isinstance(part, ast.AnnAssign)
            else None
        )
        value = getattr(part, "value", None)
        if isinstance(target, ast.Name) and value is not None:
            try:
                found.append((target.id, ast.literal_eval(value)))
            except ValueError:
                continue
    return found


def _parse(text: str, module: str) -> dict[str, ast.stmt]:
    """The functions and classes of a module; raises Unreadable."""
    try:
        _check_nesting(re.sub(_STRING, '""', text))
        body = ast.parse(text).body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise Unreadable(
            f"the code of `{cut(module, NAME)}` is damaged: {cut(str(error), NAME)}"
        ) from None
    return {part.name: part for part in body if isinstance(part, (ast.FunctionDef, ast.ClassDef))}


def _check_nesting(text: str) -> None:
    """Raises ValueError for what nests deeper than Python reads: brackets, and long expressions.

    Blocks within blocks it counts itself.
    """
    if re.search(_PREFIXED, text):
        raise ValueError("it has texts of a kind that TorchScript does not write")
    signs = [0]
    for letter in text:
        if letter in "([{":
            signs[-1] += 1
            signs.append(0)
        elif letter in ")]}" and len(signs) > 1:
            signs.pop()
        elif letter in ",=" or (letter == "\n" and len(signs) == 1):
            signs[-1] = 0
        elif not letter.isalnum() and letter not in "_ \n":
            signs[-1] += 1
        if len(signs) > _NESTING or signs[-1] > _SIGNS:
            raise ValueError("it is nested too deeply")

"""Numbers and boxes from files: JSON, CSV and, where numpy is installed, NPY.

A fault is told with the file and the line on which it stands.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cnncalc.layers.base.key_types import Bad, show
from cnncalc.system.installing import install_command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Place = Sequence[int | str]

T = TypeVar("T")

BYTES = 1 << 28
"""No file may be longer: 256 MiB."""

LONG = "write it as a float, such as 1e20"
"""What helps where an integer has too many digits."""

CELLS = 10_000_000
"""No table of a CSV file may have more, as many as an array may hold numbers."""

DIGITS = 400
"""No integer in a text may have more digits; a float holds 309."""

ENDINGS = (".json", ".csv", ".txt", ".xml", ".npy")
"""How the names of files end that are read; text that ends otherwise is no file."""


def is_file(value: object) -> bool:
    """Whether a value is the name of a file with data."""
    return isinstance(value, (str, os.PathLike)) and str(value).lower().endswith(ENDINGS)


class Loaded(NamedTuple):
    """What a file holds, and where in the file a part of it stands."""

    value: Any
    line: Callable[[Place], int]
    """The line of the part to which indices and keys lead, counted from 1; 0 where there are none."""


def load(path: str) -> Loaded:
    """The data of a .json, .csv or .npy file; raises Bad."""
    ending = os.path.splitext(path)[1].lower()
    if ending == ".npy":
        return Loaded(_npy(path), lambda at: 0)
    text = read_text(path)
    return json_data(path, text) if ending == ".json" else _csv(path, text)


def check_file(path: str, check: Callable[[Any], T], reader: Callable[[str], Loaded] = load) -> T:
    """`check` of what a file holds; raises Bad, with file and line, for what it refuses."""
    loaded = reader(path)
    try:
        return check(loaded.value)
    except Bad as bad:
        raise bad_line(path, loaded.line(bad.at), bad) from None


def bad_line(path: str, line: int, bad: Bad) -> Bad:
    """A fault with its place in a file: `boxes.json:3: --boxes[2] …`, once the input is known."""
    place = f"{path}:{line}" if line else path
    if bad.sentence:
        return Bad(f"{place}: {bad.message}", bad.help, sentence=True)
    return Bad(bad.message, bad.help, at=bad.at, file=place)


def read_text(path: str) -> str:
    """The text of a file; raises Bad if it is empty, too long, no text or cannot be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(BYTES + 1)
    except OSError as error:
        raise Bad(f"cannot read {path}: {error.strerror}", sentence=True) from None
    if len(data) > BYTES:
        raise Bad(f"{path} is longer than {BYTES >> 20} MiB", sentence=True)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Bad(f"{path}:{line}: not UTF-8 text", sentence=True) from None
    if not text.strip():
        raise Bad(f"{path} is empty", sentence=True)
    return text


# JSON ---------------------------------------------------------------------------------------------


def json_data(path: str, text: str) -> Loaded:
    """What a JSON text holds; raises Bad with the line of a fault."""
    return Loaded(load_json(path, text), lambda at: text.count("\n", 0, _offset(text, at)) + 1)


def load_json(path: str, text: str) -> Any:
    """The data of a JSON text; raises Bad with the line of a fault.

    An object that has a name twice is refused: Python would keep the last of both, others the first.
    """
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        raise Bad(f"{path}:{error.lineno}: not JSON: {error.msg}", sentence=True) from None
    except _Constant as constant:
        line = text.count("\n", 0, _offset_of_word(text, str(constant))) + 1
        raise Bad(f"{path}:{line}: {constant} is no number", sentence=True) from None
    except RecursionError:
        raise Bad(f"{path}: nested too deeply", sentence=True) from None
    except Bad as bad:
        line = text.count("\n", 0, _offset_of_name(text)) + 1
        raise Bad(f"{path}:{line}: {bad.message}", sentence=True) from None
    except ValueError:
        place, message = longest_integer(text)
        line = text.count("\n", 0, place) + 1
        raise Bad(f"{path}:{line}: {message}", LONG, sentence=True) from None


def parse_json(text: str) -> Any:
    """The data of a JSON text.

    Raises Bad for a name that stands twice in an object, JSONDecodeError and RecursionError, and
    ValueError for an integer of thousands of digits, which Python does not convert.
    """
    return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_mapping)


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The names and values of an object; raises Bad if a name stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set()
        for name, _ in pairs:
            if name in seen:
                raise Bad(f"the name {show(name)} stands twice", sentence=True)
            seen.add(name)
    return found


def longest_integer(text: str) -> tuple[int, str]:
    """Where the integer of most digits stands in a JSON text, and what is said of it."""
    import re

    found = max(re.finditer(r'"(?:[^"\\]|\\.)*"|\d+', text),
                key=lambda token: 0 if token[0][0] == '"' else len(token[0]))  # fmt: skip
    return found.start(), f"an integer of {len(found[0]):,} digits, too long to be read"


def _offset_of_name(text: str) -> int:
    """Where the first name stands that its object has already; objects end from the inside out."""
    import re

    seen: list[tuple[set[str], list[int]]] = []
    for token in re.finditer(r'("(?:[^"\\]|\\.)*")\s*(:)?|[{}]', text):
        if token[0] == "{":
            seen.append((set(), []))
        elif token[0] == "}":
            _, twice = seen.pop()
            if twice:
                return twice[0]
        elif token[2]:
            names, twice = seen[-1]
            name = json.loads(token[1])
            if name in names:
                twice.append(token.start())
            names.add(name)
    return 0


class _Constant(Exception):
    """NaN or Infinity, which JSON does not have and Python writes all the same."""


def _no_constant(word: str) -> float:
    raise _Constant(word)


def _offset_of_word(text: str, word: str) -> int:
    """Where a bare word stands that is no part of a string."""
    inside, start = False, 0
    while start < len(text):
        if text[start] == "\\" and inside:
            start += 1
        elif text[start] == '"':
            inside = not inside
        elif not inside and text.startswith(word, start):
            return start
        start += 1
    return 0


def _offset(text: str, at: Place) -> int:
    """Where the value begins to which indices and keys lead in a JSON text."""
    decoder = json.JSONDecoder()
    start = _skip(text, 0)
    for step in at:
        is_list = text[start] == "["
        if not is_list and text[start] != "{":
            break
        place, index = _skip(text, start + 1), 0
        while text[place] not in "]}":
            key: int | str = index
            if not is_list:
                key, place = decoder.raw_decode(text, place)
                place = _skip(text, place)
            if key == step:
                start = place
                break
            place = _skip(text, decoder.raw_decode(text, place)[1])
            index += 1
        else:
            break
    return start


def _skip(text: str, start: int) -> int:
    """The next place that is neither blank nor a separator."""
    while start < len(text) and text[start] in " \t\r\n,:":
        start += 1
    return start


# CSV and NPY --------------------------------------------------------------------------------------


def rows(path: str, text: str) -> tuple[list[list[str]], list[int]]:
    """The rows of a CSV text that are not blank, and their lines; raises Bad, for too many at once."""
    import csv
    import io

    cells = text.count(",") + text.count("\n")
    if cells > CELLS:
        raise Bad(f"{path} holds {cells:,} cells or more, more than {CELLS:,}", sentence=True)
    reader = csv.reader(io.StringIO(text), skipinitialspace=True)
    found: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                if max(map(len, row)) > DIGITS:
                    _check_row(f"{path}:{reader.line_num}", row)
                found.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise Bad(f"{path}:{reader.line_num}: not CSV: {error}", sentence=True) from None
    return found, lines


def _check_row(place: str, row: Sequence[str]) -> None:
    for n, cell in enumerate(row, 1):
        try:
            check_digits(cell)
        except Bad as bad:
            raise Bad(f"{place}: column {n} {bad.message}", bad.help, sentence=True) from None


def _csv(path: str, text: str) -> Loaded:
    """A matrix of numbers, one row a line; a single row or a single column is a vector."""
    found, lines = rows(path, text)
    cells = [[to_number(cell) for cell in row] for row in found]
    if len(cells) == 1:
        return Loaded(cells[0], lambda at: lines[0])
    value: Any = [row[0] for row in cells] if all(len(row) == 1 for row in cells) else cells
    return Loaded(value, lambda at: lines[at[0]] if at and isinstance(at[0], int) else lines[0])


def to_number(text: str) -> float | str:
    """A cell as an integer or a float; text that is none stays text, and is refused later."""
    text = text.strip()
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def check_digits(text: str) -> None:
    """Raise Bad if a text is an integer of more digits, for which `float` would say infinity."""
    digits = text.strip().lstrip("+-")
    if len(digits) > DIGITS and digits.isdigit():
        raise Bad(f"is an integer of {len(digits):,} digits, too long to be read", LONG)


def _npy(path: str) -> Any:
    """The array of a file written by numpy, read by numpy itself; objects are never unpickled."""
    try:
        import numpy as np
    except ImportError:
        raise Bad(f"{path} is read by numpy, which is not installed",
                  f"{install_command('numpy')}, or save the array as JSON or CSV",
                  sentence=True) from None  # fmt: skip
    try:
        with open(path, "rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise Bad(f"{path}: not a .npy file", _SAVE, sentence=True)
        array = np.load(path, allow_pickle=False, mmap_mode="r")
    except OSError as error:
        raise Bad(f"cannot read {path}: {error.strerror or error}", sentence=True) from None
    except (ValueError, EOFError, AttributeError):
        # What numpy says of arrays of objects is how to load them unsafely.
        raise Bad(
            f"{path}: not an array of numbers, or not all of it", _SAVE, sentence=True
        ) from None
    if array.size * 8 > BYTES:
        raise Bad(f"{path} holds {array.size:,} numbers, more than {BYTES // 8:,}", sentence=True)
    return array.tolist()


_MAGIC = b"\x93NUMPY"
"""How every .npy file begins; an archive of arrays, .npz, does not."""
_SAVE = "save one array of numbers with numpy.save"

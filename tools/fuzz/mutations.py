"""Real specs with a few changes: of numbers, words, lines, kinds, dialects, sizes; and damaged text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

from cnncalc.dialects.base.dialect import dialect_names
from cnncalc.errors import Source
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.grammar import BLOCK, COMMON, FILE, HOST
from tools.fuzz.items import KINDS
from tools.fuzz.values import EXTREME

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("specs", "specs/slim", "cnncalc/templates")

_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_WORD = re.compile(r"[A-Za-z_]\w*")
_KIND = re.compile(r"(?<=- )(?:" + "|".join(KINDS) + r")\b")
_SIZE = re.compile(r"(?<=size: \[)[^\[\]]*(?=\])")
_DIALECT = re.compile(r"^dialect: .*\n", re.MULTILINE)

PIECES = (
    "\n", "\n  ", "\n  - ", "- ", ": ", ", ", "{", "}", "[", "]", " ", "#", "&a ", "*a", "!t ", "|", ">", "? ",
    "<<: ", "'", '"', "$", "$(", ")", "${w}", "(", "+", "*", "//", "%", "==", " if ", " else ", " not ", ".",
    "---\n", "...", "~", "\t", "\r\n", "\ufeff", "\x85", "\u2028", "\x00", "\x7f", "é", "\u202e", "\ud7ff",
    "\U0001f600", ".inf", ".nan", "0x1F", "1e999", "true", "null", "none", "prev", "input", "i",
    "cin", "same", "valid", "half", "required",
    *KINDS, *FILE, *COMMON, *HOST, *BLOCK, *(str(n) for n in EXTREME),
)  # fmt: skip


@cache
def zoo() -> tuple[list[str], list[float]]:
    """The texts of all specs, and how often each is taken: the smaller its networks, the more."""
    texts, weights = [], []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            document = Document(Source(path.name, text))
            nodes = sum(len(build(document, name).nodes) for name in document.models)
            texts.append(text)
            weights.append(1 / (10 + nodes))
    return texts, weights


def mutated(dice: Random) -> str:
    """A spec with one to three changes that a person could make."""
    text = dice.choices(*zoo())[0]
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        text = dice.choice(_CHANGES)(dice, text)
    return text


def damaged(dice: Random) -> str:
    """A spec, or a few words of the language, with pieces of text put in, taken out and repeated."""
    if dice.random() < 0.3:
        return "".join(dice.choices(PIECES, k=dice.randint(1, 40)))
    text = dice.choices(*zoo())[0]
    for _ in range(dice.randint(1, 4)):
        at = dice.randint(0, len(text))
        cut = dice.choice((0, 0, 0, 1, 1, 2, 5, 40))
        put = "" if dice.random() < 0.4 else dice.choice(PIECES)
        if dice.random() < 0.05:
            put *= dice.choice((2, 50, 200))
        text = text[:at] + put + text[at + cut :]
    return text


def _number(dice: Random, text: str) -> str:
    """Another number in place of one of the numbers."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    one = dice.choice(found)
    n = int(one[0])
    near = (n + 1, n - 1, 2 * n, n // 2, n + 8, 1, 2, 3)
    new = dice.choice(near if dice.random() < 0.8 else EXTREME)
    return f"{text[: one.start()]}{new}{text[one.end() :]}"


def _expression(dice: Random, text: str) -> str:
    """An expression in place of a number."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    one = dice.choice(found)
    n = int(one[0])
    forms = (f"$({n})", f"$({n} + 1)", f"$({n} * 2 // 2)", f"$(min({n} - -1; 7))", "$(cin)", "$(i + 1)",
             f"$({n} / 2)", f"$(make_divisible({n}))", "$nope")  # fmt: skip
    new = f'"{dice.choice(forms).replace(";", ",")}"'
    return f"{text[: one.start()]}{new}{text[one.end() :]}"


def _lines(dice: Random, text: str) -> str:
    """A line left out, repeated, moved or swapped with another."""
    lines = text.splitlines(keepends=True)
    at, other = (dice.randrange(len(lines)) for _ in range(2))
    match dice.choice(("delete", "double", "move", "swap", "copy")):
        case "delete":
            del lines[at]
        case "double":
            lines.insert(at, lines[at])
        case "move":
            lines.insert(other, lines.pop(at))
        case "swap":
            lines[at], lines[other] = lines[other], lines[at]
        case "copy":
            lines.insert(at, lines[other])
    return "".join(lines)


def _kind(dice: Random, text: str) -> str:
    """Another kind in place of one."""
    return _replaced(dice, text, _KIND, dice.choice(KINDS))


def _dialect(dice: Random, text: str) -> str:
    """Another dialect, or none."""
    bare = _DIALECT.sub("", text)
    if dice.random() < 0.3:
        return bare
    return f"dialect: {dice.choice(dialect_names())}\n{bare}"


def _size(dice: Random, text: str) -> str:
    """Another size in place of one."""
    sizes = [1, 2, 7, 8, 31, 32, 33, 48, 64, 97, 128, 224, dice.choice(EXTREME)]
    rank = dice.choice((1, 2, 2, 2, 3))
    side = dice.choice(sizes)
    each = [side if dice.random() < 0.7 else dice.choice(sizes) for _ in range(rank)]
    return _replaced(dice, text, _SIZE, ", ".join(map(str, each)))


def _word(dice: Random, text: str) -> str:
    """A word of the text in place of another."""
    found = _WORD.findall(text)
    return _replaced(dice, text, _WORD, dice.choice(found)) if found else text


def _replaced(dice: Random, text: str, pattern: re.Pattern[str], new: str) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = dice.choice(found)
    return text[: one.start()] + new + text[one.end() :]


_CHANGES = (_number, _number, _number, _expression, _lines, _lines, _kind, _dialect, _size, _word)

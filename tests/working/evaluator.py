"""Reads what `notation` writes, text or LaTeX, and computes it exactly: an oracle that shares no code with it."""

import math
import re
from fractions import Fraction

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")
_TOKEN = re.compile(r"\s*(\d[\d,]*(?:\.\d+)?(?:e−?\d+)?|mod|frac|[A-Za-z]+|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|.)")
_LATEX = {r"\left\lfloor": "⌊", r"\right\rfloor": "⌋", r"\left\lceil": "⌈", r"\right\rceil": "⌉",
          r"\left(": "(", r"\right)": ")", r"\cdot": "·", r"\operatorname{mod}": "mod", r"\frac": "frac",
          "{,}": ",", "-": "−"}


def evaluate(text, values=None, *, latex=False):
    """The number that a formula comes to, with the symbols' values."""
    for sign, plain in _LATEX.items() if latex else ():
        text = text.replace(sign, plain)
    reader = _Reader(text, values or {})
    found = reader.sum()
    assert reader.next() == "", f"left over in {text}: {reader.tokens[reader.place:]}"
    return found


class _Reader:
    def __init__(self, text, values):
        # A comma between digits groups them, one with a space separates operands.
        self.tokens = [*_TOKEN.findall(text.replace(", ", " ; ")), ""]
        self.values = values
        self.place = 0

    def next(self):
        return self.tokens[self.place].strip()

    def take(self, *expected):
        word = self.next()
        assert not expected or word in expected, f"{word!r} where {expected} belongs in {self.tokens}"
        self.place += 1
        return word

    def sum(self):
        sign = -1 if self.next() == "−" and self.take() else 1
        found = sign * self.product()
        while self.next() in ("+", "−"):
            found += self.product() if self.take() == "+" else -self.product()
        return found

    def product(self):
        found = self.power()
        while self.next() in ("·", "/"):
            if self.take() == "·":
                found *= self.power()
            else:
                found /= self.power()
        return found

    def power(self):
        found = self.atom()
        if self.next()[:1] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻" and self.next():
            return found ** int(self.take().translate(_SUPERSCRIPTS).replace("−", "-"))
        if self.next() == "^":
            self.take()
            exponent = self.bracketed("{", "}") if self.next() == "{" else self.atom()
            return found ** int(exponent)
        return found

    def bracketed(self, opening, closing):
        self.take(opening)
        found = self.sum()
        self.take(closing)
        return found

    def atom(self):
        word = self.next()
        if word == "(":
            return self.bracketed("(", ")")
        if word == "⌊":
            return Fraction(math.floor(self.bracketed("⌊", "⌋")))
        if word == "⌈":
            return Fraction(math.ceil(self.bracketed("⌈", "⌉")))
        self.take()
        if word == "frac":
            return self.bracketed("{", "}") / self.bracketed("{", "}")
        if word == "mod":
            self.take("(")
            first = self.sum()
            self.take(";")
            second = self.sum()
            self.take(")")
            return first % second
        if word[0].isdigit():
            return Fraction(word.replace(",", "").replace("−", "-"))
        return Fraction(self.values[word])

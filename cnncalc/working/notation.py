"""How numbers, names and operations are written: in text and in LaTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.working.tex import words

if TYPE_CHECKING:
    from collections.abc import Callable


class Notation(NamedTuple):
    """How one kind of text writes operations."""

    times: str
    minus: str
    group: Callable[[str], str]
    fraction: Callable[[str, str], str]
    power: Callable[[str, str], str]
    floor: Callable[[str], str]
    ceil: Callable[[str], str]
    call: Callable[[str, list[str]], str]
    name: Callable[[str], str]
    number: Callable[[float], str]
    stacks: bool
    """Whether a fraction puts one part over the other, so that neither needs brackets."""


def show_number(value: float) -> str:
    """All digits of an integer, in groups of three; a float with up to ten significant ones.

    >>> show_number(2359296), show_number(-0.1), show_number(1e308)
    ('2,359,296', '−0.1', '1e308')
    """
    if isinstance(value, int):
        text = f"{int(value):,}"
    else:
        text = f"{float(value) + 0.0:.10g}".replace("e+", "e")  # never −0
        text = text.replace("e-0", "e-")
    return text.replace("-", "−")


_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _text_power(base: str, exponent: str) -> str:
    if exponent.lstrip("−").isdecimal():
        return base + exponent.translate(_SUPERSCRIPTS)
    return f"{base}^{exponent}" if exponent.isalnum() else f"{base}^({exponent})"


def _text_call(name: str, parts: list[str]) -> str:
    if name == "exp":
        return _text_power("e", parts[0])
    if name == "sqrt":
        return f"√({parts[0]})" if not parts[0].isalnum() else f"√{parts[0]}"
    if name == "abs":
        return f"|{parts[0]}|"
    if name == "norm":
        return f"‖{parts[0]}‖"
    return f"{name}({', '.join(parts)})"


TEXT = Notation(
    times="·",
    minus="−",
    group=lambda inner: f"({inner})",
    fraction=lambda over, under: f"{over} / {under}",
    power=_text_power,
    floor=lambda inner: f"⌊{inner}⌋",
    ceil=lambda inner: f"⌈{inner}⌉",
    call=_text_call,
    name=lambda name: name,
    number=show_number,
    stacks=False,
)

_LATEX_FUNCTIONS = {
    "exp": r"\exp", "ln": r"\ln", "max": r"\max", "min": r"\min", "tanh": r"\tanh",
    "arctan": r"\arctan",
}  # fmt: skip


def latex_name(name: str) -> str:
    r"""`P_start` as `P_{\text{start}}`; a longer word is upright text.

    >>> print(latex_name("P_start"), latex_name("α"), latex_name("units"))
    P_{\text{start}} \alpha \text{units}
    """
    if " " in name or "(" in name:
        return words(name)
    base, *below = name.split("_")
    found = base if _is_letter(base) else words(base)
    if not below:
        return found
    texts = [part if len(part) == 1 or part.isdecimal() else words(part) for part in below]
    return f"{found}_{{{','.join(texts)}}}"


def latex_shape(text: str) -> str:
    r"""A shape, symbols or numbers with × between them; anything else is words.

    >>> print(latex_shape("K×O_h×O_w"), latex_shape("K anchors"))
    K \times O_{h} \times O_{w} \text{K anchors}
    """
    if not re.fullmatch(r"\w+(×\w+)*", text):
        return words(text)
    sides = text.split("×")
    return r" \times ".join(side if side.isdecimal() else latex_name(side) for side in sides)


def _is_letter(base: str) -> bool:
    """Whether a symbol is one letter, perhaps with strokes: x, x'."""
    letter = base.rstrip("'")
    return len(letter) == 1 and letter.isascii() and letter.isalpha()


def _latex_number(value: float) -> str:
    text = show_number(value).replace("−", "-").replace(",", "{,}")
    base, mark, exponent = text.partition("e")
    return rf"{base} \cdot 10^{{{exponent}}}" if mark and base[:1] in "-0123456789" else text


def _latex_call(name: str, parts: list[str]) -> str:
    if name == "exp":
        return f"e^{{{parts[0]}}}"
    if name == "sqrt":
        return rf"\sqrt{{{parts[0]}}}"
    if name in ("abs", "norm"):
        bar = "|" if name == "abs" else r"\|"
        return rf"\left{bar} {parts[0]} \right{bar}"
    function = _LATEX_FUNCTIONS.get(name) or rf"\operatorname{{{name}}}"
    return rf"{function}\left({', '.join(parts)}\right)"


LATEX = Notation(
    times=r" \cdot ",
    minus="-",
    group=lambda inner: rf"\left({inner}\right)",
    fraction=lambda over, under: rf"\frac{{{over}}}{{{under}}}",
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    floor=lambda inner: rf"\left\lfloor {inner} \right\rfloor",
    ceil=lambda inner: rf"\left\lceil {inner} \right\rceil",
    call=_latex_call,
    name=latex_name,
    number=_latex_number,
    stacks=True,
)

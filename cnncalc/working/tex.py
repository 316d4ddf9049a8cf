r"""Any text for TeX: in a formula, where a renderer of web pages reads it too, and between formulas.

In formulas only what LaTeX with amsmath, MathJax and KaTeX have in common is written: letters and
digits stand in `\text{…}`, and every sign outside of it as the mathematics that it is. Between
formulas LaTeX has a command for each of its own signs, and the others stand in a formula.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from cnncalc import foreign

GREEK = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\epsilon", "ζ": r"\zeta",
    "η": r"\eta", "θ": r"\theta", "\u03b9": r"\iota", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "\u03bd": r"\nu", "ξ": r"\xi", "\u03bf": "o", "π": r"\pi", "ρ": r"\rho", "ς": r"\varsigma",
    "σ": r"\sigma", "τ": r"\tau", "\u03c5": r"\upsilon", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi",
    "ω": r"\omega", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi",
    "Π": r"\Pi", "Σ": r"\Sigma", "\u03a5": r"\Upsilon", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
    "…": r"\dots",
}  # fmt: skip
"""The letters that a symbol may be, and the dots between terms."""

SIGNS = {
    "\\": r"\backslash", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#",
    "$": r"\$", "^": r"\wedge", "~": r"\sim", "<": "<", ">": ">", "|": r"\vert",
    "≥": r"\ge", "≤": r"\le", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "±": r"\pm",
    "·": r"\cdot", "×": r"\times", "÷": r"\div", "−": "-", "→": r"\to", "←": r"\leftarrow",
    "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "↕": r"\updownarrow", "∞": r"\infty",
    "√": r"\surd", "‖": r"\|", "⌈": r"\lceil", "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor",
    "∈": r"\in", "∉": r"\notin", "∩": r"\cap", "\u222a": r"\cup", "∅": r"\emptyset", "∝": r"\propto",
    "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "\u2032": "'",
    "⊙": r"\odot", "⊕": r"\oplus", "⊗": r"\otimes", "\u2217": r"\ast", "°": r"^{\circ}",
    "½": r"\frac{1}{2}", "¼": r"\frac{1}{4}", "¾": r"\frac{3}{4}", "µ": r"\mu", "§": r"\S",
    "✗": r"\times", "✓": r"\surd", **GREEK,
    **{bar: rf"\rule{{0.4em}}{{{height / 5}ex}}" for height, bar in enumerate("▁▂▃▄▅▆▇█", 1)},
}  # fmt: skip
"""The signs that are mathematics in a formula; a bar of eighths is a rule of its height."""

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₋₊", "0123456789-+")

_TEXT = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&",
    "#": r"\#", "$": r"\$", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "§": r"\S{}", "–": "--",
    "—": "---", "\u2018": "`", "\u2019": "'", "“": "``", "”": "''", "\u00a0": " ",
}  # fmt: skip
"""The signs that LaTeX has between formulas."""

_RUNS = re.compile(
    rf"[{re.escape(''.join(SIGNS))}]|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+|[₀₁₂₃₄₅₆₇₈₉₋₊]+|"
    rf"[^{re.escape(''.join(SIGNS))}⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₀₁₂₃₄₅₆₇₈₉₋₊]+"
)

_ACCENTS = [*"\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327"]
_LETTERS = "ßæœøåÆŒØÅıł"
"""Letters that pdfLaTeX sets without further packages, besides those with an accent."""


def words(text: str) -> str:
    r"""Words in a formula: upright, but for the signs that TeX has only in formulas.

    >>> print(words("0.62 ≥ 0.5"))
    \text{0.62 } \ge \text{ 0.5}
    """
    return " ".join(map(_in_formula, _RUNS.findall(foreign.visible(text, None))))


def _in_formula(run: str) -> str:
    if run in SIGNS:
        return SIGNS[run]
    return _script(run) or rf"\text{{{run}}}"


def _script(run: str) -> str:
    """Raised or lowered digits as such; empty for anything else."""
    for mark, table in (("^", _RAISED), ("_", _LOWERED)):
        if ord(run[0]) in table:
            return f"{mark}{{{run.translate(table)}}}"
    return ""


def prose(text: str) -> str:
    r"""Words between formulas, with whatever signs; what pdfLaTeX cannot set is written as its number.

    >>> print(prose("e^x ≥ 10⁻³ of a_b, 猫"))
    e\textasciicircum{}x $\ge$ 10$^{-3}$ of a\_b, U+732B
    """
    return "".join(map(_between_formulas, _RUNS.findall(settable(foreign.visible(text)))))


def _between_formulas(run: str) -> str:
    if run in _TEXT:
        return _TEXT[run]
    formula = SIGNS.get(run) or _script(run)
    if formula:
        return f"${formula}$"
    # Two hyphens would become a dash.
    pairs = zip(run, f"{run[1:]} ", strict=True)
    return "".join("-{}" if c == after == "-" else _TEXT.get(c, c) for c, after in pairs)


def settable(text: str) -> str:
    """A whole document; signs that pdfLaTeX does not know are written as their numbers."""
    return text if text.isascii() else "".join(map(_settable, normalize("NFC", text)))


def _settable(sign: str) -> str:
    known = sign.isascii() or sign in SIGNS or sign in _TEXT or sign in _LETTERS
    if known or ord(sign) in _RAISED or ord(sign) in _LOWERED:
        return sign
    parts = normalize("NFD", sign)
    is_letter = parts[0].isascii() and parts[0].isalpha() and parts[1:] in _ACCENTS
    return sign if is_letter and sign < "\u0180" else f"U+{ord(sign):04X}"

"""Padding modes: from a word, a number or a pair to the elements added before and after.

Symbols: `n` input size, `k` kernel, `s` stride, `d` dilation, `e = d(k-1) + 1` its extent.
"""

from __future__ import annotations

WORDS = ("valid", "same", "full", "half", "causal", "same_upper", "same_lower")
"""The modes that have a name."""

RULES = {
    "valid": "valid: none",
    "same": "same: ⌈I / S⌉ outputs, the odd element after",
    "full": "full: the extent of the window less one, on both sides",
    "half": "half: D·⌊F / 2⌋ on both sides",
    "causal": "causal: D·(F − 1) before",
    "same_upper": "same_upper: the odd element after",
    "same_lower": "same_lower: the odd element before",
    "explicit": "as written",
}
"""What each mode does, in words and the symbols of workings."""


def tell_mode(mode: str, before: int, after: int) -> str:
    """What a mode does, as `RULES` has it, with the side of the odd element that it came to; "" if unknown.

    >>> tell_mode("same", 1, 0)
    'same: ⌈I / S⌉ outputs, the odd element before'
    """
    rule = RULES.get(mode, "")
    if before == after or not mode.startswith("same"):
        return rule
    what = "the odd element" if abs(before - after) == 1 else "more"
    return (
        rule.partition("the odd element")[0] + f"{what} {'before' if before > after else 'after'}"
    )


def by_mode(mode: str, n: int, k: int, s: int = 1, d: int = 1) -> tuple[int, int]:
    """The (before, after) of a named mode along one axis of `n` elements.

    `same` is TensorFlow's rule, `⌈n/s⌉` outputs and an odd total with its extra element after;
    at stride 1 PyTorch's is the same.

    >>> by_mode("same", 224, 3, 2)
    (0, 1)
    >>> by_mode("half", 224, 3, 2)
    (1, 1)
    """
    if mode == "valid":
        return (0, 0)
    if mode == "full":
        return (d * (k - 1), d * (k - 1))
    if mode == "half":
        return (d * (k // 2), d * (k // 2))
    if mode == "causal":
        return (d * (k - 1), 0)
    total = same_total(n, k, s, d)
    less, more = total // 2, total - total // 2
    return (more, less) if mode == "same_lower" else (less, more)


def same_total(n: int, k: int, s: int = 1, d: int = 1) -> int:
    """What `same` adds along an axis, before and after together, so that ⌈n/s⌉ outputs fit.

    A window smaller than the last stride leaves a negative total: TensorFlow clamps it to 0.

    >>> same_total(224, 3, 2)
    1
    """
    return max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)


def _without_dilation(mode: str, n: int, k: int, s: int, d: int) -> tuple[int, int]:
    return by_mode(mode, n, k, s)


def _without_clamp(mode: str, n: int, k: int, s: int, d: int) -> tuple[int, int]:
    total = (-(-n // s) - 1) * s + d * (k - 1) + 1 - n
    before = half_of(total + 1 if mode == "same_lower" else total)
    return (before, total - before)


def half_of(total: int) -> int:
    """Half of a number, cut towards zero.

    >>> half_of(3), half_of(-3)
    (1, -1)
    """
    return total // 2 if total > 0 else -(-total // 2)


def _without_either(mode: str, n: int, k: int, s: int, d: int) -> tuple[int, int]:
    return _without_clamp(mode, n, k, s, 1)


def _at_the_centre(mode: str, n: int, k: int, s: int, d: int) -> tuple[int, int]:
    before = (k - 1) // 2
    return (before, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n - before)


def _half_each(mode: str, n: int, k: int, s: int, d: int) -> tuple[int, int]:
    each = d * (k - 1) // 2
    return (each, each)


SAME = {
    "balanced": by_mode,
    "undilated": _without_dilation,
    "unclamped": _without_clamp,
    "unclamped and undilated": _without_either,
    "centred": _at_the_centre,
    "halved": _half_each,
}
"""What the words that begin with `same` add before and after, by the name of the rule.

`balanced`: what ⌈n/s⌉ windows need, half on each side, an odd element as the word says.
`undilated`: the same, as if there were no dilation. `unclamped`: the same, but what is not needed is
cut off, so that the first window may start inside. `centred`: (k − 1)/2 before, whatever the stride.
`halved`: (e − 1)/2 on both sides, so that a window of an even extent gives one output less.
"""


CUTS = {
    "valid": "valid: nothing; in Keras at least I·S outputs",
    "same": "same: what leaves I·S outputs",
    "half": "half: D·⌊F / 2⌋ on both sides",
    "full": "full: the extent of the window less one, on both sides",
}
"""The modes of a transposed convolution, and what each cuts from the full output."""


def cut_by_mode(
    mode: str, k: int, s: int, d: int, extra: int | None, *, at_least_same: bool = False
) -> tuple[int, int]:
    """The (before, after) that a named mode cuts from the full output `(n - 1) * s + e`.

    `extra` is the output padding, None if not given; what it adds at the end is a negative cut.
    Keras' `same` without it gives n·s outputs, with it (n-1)·s + (e mod 2) + extra; its `valid`
    without it gives at least n·s (`at_least_same`).

    >>> cut_by_mode("same", 4, 2, 1, None)
    (1, 1)
    """
    e = d * (k - 1) + 1
    if mode == "same":
        span = s + e - 2 if extra is None else e + e % 2 - 2 + extra
        start = min(-(-span // 2), e - 1)
        return (e - 1 - start, e - 1 - (span - start))
    if mode == "valid" and extra is None and at_least_same:
        return (0, -max(0, s - e))
    each = {"valid": 0, "half": d * (k // 2), "full": e - 1}[mode]
    return (each, each - (extra or 0))

"""Receptive field of a stack of windows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import Window
from cnncalc.calculator.derivations.fields import derive_centre, derive_stack
from cnncalc.calculator.formula import Formula
from cnncalc.layers.base.key_types import LIMIT, Bad, Choice, Kind, show
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain

_LAYER = re.compile(r"[kp](\d+)(?:s(\d+))?(?:d(\d+))?(?:a(\d+))?")
MOST = 10_000
"""So many layers may be given."""


class Layers(Kind):
    """Windows one after the other, as text: k3s2d1a1 is kernel 3, stride 2, dilation 1, padding 1."""

    noun = "layers such as k3s1,k3s2d2,p2s2 (kernel, stride, dilation, a for padding)"

    def parse(self, value: Any) -> tuple[str, ...]:
        """Words, as text with commas or as a list.

        Raises Bad for an empty list or more than MOST layers.
        """
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, (list, tuple)) or not words:
            raise Bad(f"must be {self.noun}, got {show(value)}")
        if len(words) > MOST:
            raise Bad(f"has {len(words):,} layers, more than {MOST:,}")
        for place, word in enumerate(words):
            window(word, place)
        return tuple(word.strip() for word in words)

    def schema(self) -> dict[str, Any]:
        """Text, or a list of it."""
        return {"type": ["string", "array"]}


def window(word: Any, place: int, mode: str = "") -> Window:
    """`k3s2d2a1` as a window; `mode` is the padding of those that have none. Raises Bad."""
    found = _LAYER.fullmatch(word.strip()) if isinstance(word, str) else None
    if found is None:
        raise Bad(f"must be {Layers.noun}, got {show(word)}", at=(place,))
    kernel, stride, dilation = (int(part or 1) for part in found.groups()[:3])
    if min(kernel, stride, dilation) < 1:
        raise Bad(f"has a kernel, stride or dilation of 0: {show(word)}", at=(place,))
    if max(kernel, stride, dilation) > LIMIT:
        raise Bad(f"is larger than 2^53: {show(word)}", at=(place,))
    side = int(found[4]) if found[4] is not None else (
        dilation * (kernel // 2) if mode == "half" else 0)  # fmt: skip
    return Window(kernel, stride, dilation, (side, side))


class ReceptiveField(Formula):
    """What one unit behind a stack of windows sees of the input: size R, jump j, start, centre.

    R_k = R_(k−1) + (E_k − 1)·j_(k−1) with the extent E = D·(F − 1) + 1, j_k = j_(k−1)·S_k,
    start_k = start_(k−1) − P_k·j_(k−1). Start and centre are those of the first unit; 0 is the
    middle of the first input element. `--layers k3s1,k3s2d2,p2s2`: k or p and the kernel, s the
    stride, d the dilation, a the padding, from the input on.
    """

    topic = "convolution"
    unit = "px"
    source = "Araujo, Norris, Sim 2019, Computing Receptive Fields of CNNs, Distill"
    examples = (
        "receptive-field --layers k3s1,k3s2d2,p2s2",
        "receptive-field k7s2,p3s2,k3 --padding half",
    )

    layers: tuple[str, ...] = key(Layers(), help="the windows from the input on, k3s1,k3s2d2,p2s2")
    padding: str = key(Choice("valid", "half"), "valid", help="of layers that say none")

    def work(self, w: Plain) -> Any:
        """See the class."""
        words = enumerate(self.layers)
        stack = [(word, window(word, place, self.padding)) for place, word in words]
        size, jump, start = derive_stack(w, stack)
        centre = derive_centre(w, size, start)
        return {"size": size, "jump": jump, "start": start, "centre": centre}

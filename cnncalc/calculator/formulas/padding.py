"""Padding modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import WORDS, by_mode
from cnncalc.arithmetic.windows import Window
from cnncalc.calculator.derivations.facts import derive_padding
from cnncalc.calculator.formula import Formula
from cnncalc.layers.base.key_types import COUNT, Choice
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Padding(Formula):
    """What a padding mode adds before and after an axis: P_start and P_end.

    valid adds nothing; same leaves ⌈I/S⌉ outputs; full lets every window that touches the input
    count; half is ⌊F/2⌋ on both sides; causal pads in front only.
    """

    topic = "convolution"
    unit = "px"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285; TensorFlow's rule for same"
    examples = (
        "padding --mode same --input 224 --kernel 7 --stride 2",
        "padding --mode full --input 5 --kernel 3",
    )

    mode: str = key(Choice(*WORDS), help="the padding mode")
    input: int = key(COUNT, symbol="I", help="size of the input along the axis")
    kernel: int = key(COUNT, also="kernel_size", symbol="F", help="size of the window")
    stride: int = key(COUNT, 1, also="strides", symbol="S", help="step of the window")
    dilation: int = key(COUNT, 1, also="dilation_rate", symbol="D", help="distance of the taps")

    def work(self, w: Plain) -> Any:
        """See the class."""
        n = w.add_given("I", self.input, "input size")
        f, s = w.add_given("F", self.kernel, "kernel"), w.add_given("S", self.stride, "stride")
        d = self.dilation if self.dilation == 1 else w.add_given("D", self.dilation, "dilation")
        window = Window(f, s, d, by_mode(self.mode, n, f, s, d), rule=self.mode)
        derive_padding(w, window, n)
        before, after = window.padding
        if self.mode == "valid":
            w.say("P_start", "", "", 0, note="valid adds nothing")
            w.say("P_end", "", "", 0)
        if self.mode == "full":
            w.remark("the cheat sheet lets P_start be anything from 0 to F − 1; frameworks that have "
                     "this mode pad F − 1 on both sides")  # fmt: skip
        if self.mode.startswith("same") and self.stride > 1:
            w.remark("PyTorch has no same padding for strides above 1; its padding F//2 gives as many "
                     "outputs for odd kernels, but looks elsewhere where P is odd")  # fmt: skip
        if window.positions(n) > 0:
            w.let("O", window.positions(n), note="outputs with this padding")
        return {"start": before, "end": after}

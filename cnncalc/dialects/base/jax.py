"""The windows of `jax.lax`, which the frameworks over JAX hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base.windows import WindowRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


class JaxWindows(WindowRules):
    """Words are TensorFlow's, and numbers are added to the stretched input of a transposed convolution.

    Where no window fits, the output is empty.
    """

    words_for_padding: ClassVar[str] = "SAME: same, SAME_LOWER: same_lower, VALID: valid"
    averages: ClassVar[Mapping[str, str]] = {"counted": "kernel", "inputs": "inputs"}
    empties: ClassVar[str] = "conv max_pool avg_pool conv_transpose"
    transposed_valid_fills: ClassVar[bool] = True
    transposed_padding: ClassVar[str] = "added"
    channels_last: ClassVar[bool] = True
    merges_spread: ClassVar[bool] = True
    clamps: ClassVar[bool] = True

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """`same_lower`, which is for a stride of 1, adds what it adds to a convolution."""
        if asked.mode == "same_lower":
            reach = asked.extent - 1
            asked = asked._replace(mode="", sides=(reach - reach // 2, reach // 2))
        return super().spread(asked)

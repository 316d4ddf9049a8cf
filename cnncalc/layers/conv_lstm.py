"""Convolutional long short-term memory."""

from __future__ import annotations

from math import prod

from cnncalc.arithmetic.sequences import Prefix, Recurrence
from cnncalc.arithmetic.windows import Axis, Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, FLAG, PADDING, PER_AXIS, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.recurrent import RETURNED
from cnncalc.layers.base.shape import MOST_AXES, Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding


class ConvLstm(Layer):
    """Long short-term memory over a sequence of maps: its products are convolutions.

    The first axis of `size` is time, the others are convolved at each step.
    Output: the last state, a map without the axis of time (`return: last`), or all of them.
    Weights: 4·filters × channels × ∏ kernel for the input, 4·filters × filters × ∏ kernel for the
    state, 4·filters biases.
    MACs: steps × positions × both. The convolution of the state is padded to keep its size. Of
    other arithmetic, per filter, position and step: four biases, five activations, three products
    and a sum.
    Window: time as in lstm; in space the kernel, widened by the kernel of the state with each step.
    """

    periodic = "space"
    usual_axes = 3
    saves = ("inputs",)
    kernels = ("kernel", "recurrent")
    source = "Shi et al. 2015, arXiv:1506.04214; ConvLSTM documentation of Keras"
    example = "- conv_lstm: {filters: 16, kernel: 3, padding: same, return: sequence}"
    gates = 4
    gate_names = ("input", "forget", "cell", "output")

    filters: int = key(COUNT, symbol="K", help="channels of the state")
    kernel: PerAxis = key(PER_AXIS, symbol="F", help="window size, for input and state")
    stride: PerAxis = key(PER_AXIS, 1, symbol="S", help="step of the window over the input")
    padding: PaddingValue = key(
        PADDING, "valid", symbol="P", help="how much is added around the input"
    )
    dilation: PerAxis = key(PER_AXIS, 1, symbol="D", help="distance of the taps in the input")
    bias: bool = key(FLAG, True, help="whether biases are learnt")
    return_: str = key(RETURNED, "last", help="the last state, or the state after every step")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal for an input without an axis of space."""
        x = a_map(inputs[0], "conv_lstm", axes=MOST_AXES)
        if x.rank < 2:
            raise Refusal("E302", "conv_lstm needs an axis of time and one or more of space, "
                          "the input has one axis", operands=True,
                          help="use `lstm` for a sequence of vectors")  # fmt: skip
        steps, space = x.size[0], x._replace(size=x.size[1:])
        windows = sliding(space, self.kernel, self.stride, self.padding, self.dilation)
        self.check(windows)
        state = space._replace(channels=self.filters, size=output_sizes(windows, space.size))
        weights = self._weights(x.channels, tuple(w.kernel for w in windows))
        last = self.return_ == "last"
        time: Axis = Everything() if last else Prefix()
        elements = state.elements * steps
        inner = self.gates * elements * prod(weights["recurrent"][1:])
        return Facts(
            state if last else state._replace(size=(steps, *state.size)),
            windows=(time, *(Recurrence(w, w.kernel, steps - 1) for w in windows)),
            weights=weights,
            macs=self.gates * elements * prod(weights["kernel"][1:]) + inner,
            work={
                "exp": 5 * elements,
                "multiply": 3 * elements,
                "add": (5 if self.bias else 1) * elements,
            },
            saved=5 * elements,
            inner=inner,
        )

    def _weights(self, channels: int, kernel: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        rows = self.gates * self.filters
        weights: dict[str, tuple[int, ...]] = {
            "kernel": (rows, channels, *kernel),
            "recurrent": (rows, self.filters, *kernel),
        }
        return {**weights, "bias": (rows,)} if self.bias else weights

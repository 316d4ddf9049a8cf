"""A tensor of fixed values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.given import Given
from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class Constant(Given):
    """Gives a tensor of fixed values, which reads nothing and is part of the program, not of the weights.

    What is kept with the weights is a `parameter: {learnt: false}`.
    Output: the shape stated.
    Weights: none.
    MACs: none.
    Window: none; it depends on no input.
    """

    source = "Constant and ConstantOfShape of ONNX; torch.full; keras.ops.full"
    example = (
        "- flatten\n- dense: {units: 8, name: x}\n- constant: {features: 8, name: half}\n"
        "- multiply: [x, half]"
    )

    value: float | None = key(NUMBER, None, help="what each element is; changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal without a shape."""
        return Facts(self.read_shape())

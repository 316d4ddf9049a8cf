"""Content cost of neural style transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import VALUES
from cnncalc.calculator.style import same_shapes
from cnncalc.layers.base.keys import key
from cnncalc.working.vectors import square, sum_over

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class ContentCost(Formula):
    """The content cost of a layer: J = 1/2·‖a(C) − a(G)‖², C the content and G the generated image.

    Other texts divide the sum of squares by 4·n_H·n_W·n_C instead of 2.
    """

    topic = "recognition and style"
    source = "Gatys et al. 2015, arXiv:1508.06576"
    examples = (
        "content-cost --content 1,2 --generated 3,2",
        "content-cost '[[1,2],[3,4]]' '[[1,0],[3,4]]'",
    )

    content: Any = key(VALUES, help="activations of the content image, as JSON or a file")
    generated: Any = key(VALUES, help="the activations of the generated image, of the same shape")

    def work(self, w: Plain) -> Any:
        """See the class."""
        same_shapes(content=self.content, generated=self.generated)
        w.array("C", self.content, "of the content")
        w.array("G", self.generated, "of the generated image")
        content, generated = w.flat("C", self.content), w.flat("G", self.generated)
        w.remark("other texts divide by 4·n_H·n_W·n_C instead of 2")
        return w.let("J", sum_over(lambda c, g: square(c - g), content, generated) / 2)

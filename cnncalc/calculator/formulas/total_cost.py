"""Total cost of neural style transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import POSITIVE
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class TotalCost(Formula):
    """The total cost of neural style transfer: J = α·J_content + β·J_style.

    Only the ratio of α and β matters for the image; Gatys et al. report α/β of 1e-3 and 1e-4.
    """

    topic = "recognition and style"
    source = "Gatys et al. 2015, arXiv:1508.06576"
    examples = ("total-cost --content 3 --style 0.5 --alpha 10 --beta 40",)

    content: float = key(POSITIVE, help="J_content, of `calc content-cost`")
    style: float = key(POSITIVE, help="J_style, of `calc style-cost`")
    alpha: float = key(POSITIVE, 10, help="α: the weight of the content")
    beta: float = key(POSITIVE, 40, help="β: the weight of the style")

    def work(self, w: Plain) -> Any:
        """See the class."""
        content, style = w.add_given("J_content", self.content), w.add_given("J_style", self.style)
        alpha, beta = w.add_given("α", self.alpha), w.add_given("β", self.beta)
        return w.let("J", alpha * content + beta * style)

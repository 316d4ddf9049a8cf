"""Style cost of neural style transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import POSITIVE
from cnncalc.calculator.style import ACTIVATIONS, LAYOUT, by_channel, gram, same_shapes
from cnncalc.layers.base.keys import key
from cnncalc.working.vectors import square, sum_over

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class StyleCost(Formula):
    """The style cost of a layer: λ / (2·n_H·n_W·n_C)² · Σ_k Σ_k' (G(S)_kk' − G(G)_kk')².

    G(S) and G(G) are the Gram matrices of the style image and of the generated one, as
    `calc gram` has them. The style cost of several layers is the sum of theirs, each with its
    weight λ.
    """

    topic = "recognition and style"
    source = "Gatys et al. 2015, arXiv:1508.06576"
    examples = ("style-cost --style '[[[1,2],[3,4]]]' --generated '[[[1,0],[3,1]]]'",)

    style: Any = key(
        ACTIVATIONS,
        help="n_H×n_W×n_C activations of the style image, or positions×n_C, as JSON or a file",
    )
    generated: Any = key(ACTIVATIONS, help="those of the generated image")
    layout: str = key(LAYOUT, "hwc", help="whether channels come last, or first")
    weight: float = key(POSITIVE, 1, help="λ: the weight of the layer")

    def work(self, w: Plain) -> Any:
        """See the class."""
        same_shapes(style=self.style, generated=self.generated)
        style, generated = (by_channel(a, self.layout) for a in (self.style, self.generated))
        height, width = w.add_given("n_H", style.height), w.add_given("n_W", style.width)
        channels = w.add_given("n_C", len(style.values))
        weight = w.add_given("λ", self.weight, "weight of the layer")
        scale = w.let("scale", 2 * height * width * channels)
        one = w.flat("GS", gram(w, style, "GS", "S"))
        other = w.flat("GG", gram(w, generated, "GG", "G"))
        apart = w.let("apart", sum_over(lambda s, g: square(s - g), one, other))
        return w.let("J", weight * apart / square(scale))

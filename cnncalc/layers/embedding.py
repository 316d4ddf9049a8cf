"""Embedding of token ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.kernels import Kernel
from cnncalc.layers.base.key_types import AMOUNT, COUNT, Choice
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.shape import Shape


class Embedding(Layer):
    """Looks up a learnt vector for every token id.

    Output: a map of `dim` channels with one position per token; with `reduce` a vector, the sum,
    mean or maximum over all of them.
    Weights: vocab × dim.
    MACs: none, it is a look-up.
    Window: elementwise, position by position; with `reduce` everything.
    """

    periodic = "space"
    saves = ("inputs",)
    kernels = ("embedding",)
    reads_ids = True
    source = "Bengio et al. 2003, A Neural Probabilistic Language Model"
    example = "- embedding: {vocab: 20000, dim: 128}"

    vocab: int = key(COUNT, symbol="V", help="how many ids there are")
    dim: int = key(COUNT, symbol="E", help="features of each vector")
    reduce: str = key(Choice("sum", "mean", "max"), None, help="one vector for all tokens")
    padding_idx: int = key(AMOUNT, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal unless the input is token ids."""
        x = inputs[0]
        if not x.is_tokens:
            raise Refusal("E303", f"embedding needs token ids, got a {x.kind}", operands=True,
                          help="declare the input as {tokens: N}")  # fmt: skip
        output = x._replace(channels=self.dim, form="")
        weights = {"embedding": (self.vocab, self.dim)}
        if self.reduce is None:
            return Facts(output, weights=weights)
        vector = output._replace(size=())
        work = {"compare" if self.reduce == "max" else "add": output.elements - vector.elements}
        if self.reduce == "mean":
            work["divide"] = vector.elements
        return Facts(vector, windows=(Everything(),) * x.rank, weights=weights, work=work)

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """The table, of which a row is a vector in every framework."""
        return {"embedding": Kernel(weights["embedding"], self.dim)}

"""Embedding of token ids."""

from __future__ import annotations

from cnncalc.errors import Refusal
from cnncalc.keys import AMOUNT, COUNT, key
from cnncalc.layer import Facts, Layer, Shape


class Embedding(Layer):
    """Looks up a learnt vector for every token id.

    Output: a map of `dim` channels with one position per token.
    Weights: vocab × dim.
    MACs: none, it is a look-up.
    Window: elementwise, position by position.
    """

    keras = "Embedding"
    torch = "Embedding"
    source = "Bengio et al. 2003, A Neural Probabilistic Language Model"
    example = "- embedding: {vocab: 20000, dim: 128}"

    vocab: int = key(
        COUNT, keras="input_dim", torch="num_embeddings", help="how many ids there are"
    )
    dim: int = key(COUNT, keras="output_dim", torch="embedding_dim", help="features of each vector")
    padding_idx: int = key(AMOUNT, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = inputs[0]
        if not x.tokens:
            raise Refusal("E303", f"embedding needs token ids, got a {x.kind}", operands=True,
                          help="declare the input as {tokens: N}")  # fmt: skip
        output = x._replace(channels=self.dim, tokens=False)
        return Facts(output, weights={"embedding": (self.vocab, self.dim)})

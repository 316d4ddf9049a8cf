"""Layers around a layer: spectral normalisation."""

import pytest

from cnncalc.errors import Refusal
from cnncalc.layer import Shape
from cnncalc.layers.conv import Conv
from cnncalc.layers.conv_transpose import ConvTranspose
from cnncalc.layers.dense import Dense
from cnncalc.layers.depthwise_conv import DepthwiseConv
from cnncalc.layers.embedding import Embedding
from cnncalc.layers.relu import Relu
from cnncalc.layers.separable_conv import SeparableConv
from cnncalc.layers.spectral_norm import SpectralNorm

MAP, VECTOR, TOKENS = Shape(4, (9, 9)), Shape(7), Shape(1, (5,), tokens=True)


@pytest.mark.parametrize(("layer", "x", "keras", "torch"), [
    # Keras keeps a vector along the last axis of its kernel, PyTorch one for each side of it.
    (Conv(filters=8, kernel=3), MAP, 8, 8 + 4 * 9),
    (Conv(filters=8, kernel=3, groups=2), MAP, 8, 8 + 2 * 9),
    (ConvTranspose(filters=6, kernel=3), MAP, 4, 6 + 4 * 9),
    (DepthwiseConv(kernel=3, multiplier=2), MAP, 2, 8 + 9),
    (Dense(units=5), VECTOR, 5, 5 + 7),
    (Embedding(vocab=10, dim=4), TOKENS, 4, 10 + 4),
])
def test_spectral_norm_keeps_singular_vectors(layer, x, keras, torch):
    plain = layer.apply(x)
    found = {name: SpectralNorm(layer=layer, dialect=name).apply(x) for name in ("keras", "torch")}

    assert {name: facts.buffer_count for name, facts in found.items()} == {"keras": keras, "torch": torch}
    for facts in found.values():
        assert (facts.output, facts.params, facts.macs, facts.windows) == (
            plain.output, plain.params, plain.macs, plain.windows)  # fmt: skip


def test_without_a_dialect_spectral_norm_has_two_answers():
    with pytest.raises(Refusal, match="Keras 8 buffers, PyTorch 44 buffers"):
        SpectralNorm(layer=Conv(filters=8, kernel=3)).apply(MAP)


@pytest.mark.parametrize("layer", [Relu(), SeparableConv(filters=5, kernel=3)])
def test_spectral_norm_needs_one_kernel(layer):
    with pytest.raises(Refusal, match="needs a layer with one kernel"):
        SpectralNorm(layer=layer, dialect="keras").apply(MAP)

"""Dropouts and noises: they do nothing at inference."""

import pytest

from cnncalc.dialects.base.dialect import find
from cnncalc.errors import Refusal
from cnncalc.layers.alpha_dropout import AlphaDropout
from cnncalc.layers.base.key_types import Bad
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.drop_path import DropPath
from cnncalc.layers.dropout import Dropout
from cnncalc.layers.feature_alpha_dropout import FeatureAlphaDropout
from cnncalc.layers.gaussian_dropout import GaussianDropout
from cnncalc.layers.gaussian_noise import GaussianNoise
from cnncalc.layers.spatial_dropout import SpatialDropout

MAP = Shape(6, (4, 5))
KINDS = [AlphaDropout, DropPath, Dropout, FeatureAlphaDropout, GaussianDropout, GaussianNoise,
         SpatialDropout]


@pytest.mark.parametrize("x", [MAP, Shape(3, (9,)), Shape(3, (2, 3, 4), copies=5)], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_happens_at_inference(kind, x):
    facts = kind(rate=0.2).apply(x)

    assert facts.output == x
    assert (facts.params, facts.buffer_count, facts.flops, facts.windows) == (0, 0, 0, ())


@pytest.mark.parametrize("kind", KINDS)
def test_half_is_dropped_unless_said(kind):
    assert kind().rate == 0.5


@pytest.mark.parametrize("kind", KINDS[:-1])
def test_vectors_pass(kind):
    assert kind().apply(Shape(10)).output == Shape(10)


def test_whole_channels_are_those_of_a_map():
    with pytest.raises(Refusal, match="spatial_dropout needs a map") as refused:
        SpatialDropout().apply(Shape(10))
    assert refused.value.code == "E303"


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_are_not_dropped(kind):
    with pytest.raises(Refusal, match=r"(dropout|noise|drop_path) needs") as refused:
        kind().apply(Shape(1, (9,), form="tokens"))
    assert refused.value.code == "E303"


@pytest.mark.parametrize("rate", [0, 0.25, 1])
def test_rates(rate):
    assert Dropout.keys["rate"].kind.parse(rate) == rate


@pytest.mark.parametrize("rate", [-0.1, 1.5, 50, "half", None, True])
def test_no_rates(rate):
    with pytest.raises(Bad):
        Dropout.keys["rate"].kind.parse(rate)


@pytest.mark.parametrize(("kind", "keras", "torch"), [
    (Dropout, "", "p"), (SpatialDropout, "", "p"), (AlphaDropout, "", "p"), (GaussianNoise, "stddev", ""),
])
def test_the_rate_by_its_names(kind, keras, torch):
    words = [find(name).arguments(kind.kind).get("rate", "") for name in ("keras", "torch")]
    assert words == [keras, torch]

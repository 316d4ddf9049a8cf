"""Normalisations: what they learn and keep, what they cost, what they read."""

import pytest

from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Bad
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.batch_norm import BatchNorm
from cnncalc.layers.global_response_norm import GlobalResponseNorm
from cnncalc.layers.group_norm import GroupNorm
from cnncalc.layers.instance_norm import InstanceNorm
from cnncalc.layers.l2_norm import L2Norm
from cnncalc.layers.layer_norm import LayerNorm
from cnncalc.layers.layer_scale import LayerScale
from cnncalc.layers.local_response_norm import LocalResponseNorm
from cnncalc.layers.normalization import Normalization
from cnncalc.layers.rms_norm import RmsNorm

MAP = Shape(12, (4, 5))  # 12 · 20 = 240 elements
VECTOR = Shape(12)
LINE = Shape(6, (7,))

def test_a_layer_scale_has_a_factor_for_every_channel():
    facts = LayerScale().apply(MAP)

    assert (facts.output, facts.params, facts.macs) == (MAP, 12, 0)
    assert facts.work == {"multiply": 240}


EACH_KIND = [BatchNorm(), LayerNorm(), RmsNorm(), GroupNorm(groups=4), InstanceNorm(), L2Norm(),
             LocalResponseNorm(size=5), Normalization(), GlobalResponseNorm()]


@pytest.mark.parametrize(("layer", "x", "params", "buffers", "flops"), [
    # a scale and a shift per channel; mean and variance; a product and a sum per element
    (BatchNorm(), MAP, 12 + 12, 12 + 12, 2 * 240),
    (BatchNorm(), VECTOR, 12 + 12, 12 + 12, 2 * 12),
    (BatchNorm(scale=False), MAP, 12, 24, 2 * 240),
    (BatchNorm(center=False), MAP, 12, 24, 2 * 240),
    (BatchNorm(scale=False, center=False), MAP, 0, 24, 2 * 240),
    # without running statistics they are measured: 5 per element, 4 if nothing is learnt
    (BatchNorm(track=False), MAP, 24, 0, 5 * 240),
    (BatchNorm(track=False, scale=False, center=False), MAP, 0, 0, 4 * 240),
    (LayerNorm(), MAP, 12 + 12, 0, 5 * 240),
    (LayerNorm(), VECTOR, 12 + 12, 0, 5 * 12),
    (LayerNorm(center=False), MAP, 12, 0, 5 * 240),
    (LayerNorm(scale=False, center=False), MAP, 0, 0, 4 * 240),
    # a scale and a shift for every element
    (LayerNorm(axes="all"), MAP, 240 + 240, 0, 5 * 240),
    (LayerNorm(axes="space"), MAP, 20 + 20, 0, 5 * 240),
    (LayerNorm(axes="space"), Shape(3, (5,)), 5 + 5, 0, 5 * 15),
    (LayerNorm(axes=("w",)), MAP, 5 + 5, 0, 5 * 240),
    (LayerNorm(axes=("h", "c")), MAP, 2 * 4 * 12, 0, 5 * 240),
    (LayerNorm(axes="l"), LINE, 7 + 7, 0, 5 * 42),
    # a square, an addition, a division and the scale
    (RmsNorm(), MAP, 12, 0, 4 * 240),
    (RmsNorm(scale=False), MAP, 0, 0, 3 * 240),
    (RmsNorm(axes="all"), MAP, 240, 0, 4 * 240),
    (GroupNorm(groups=4), MAP, 12 + 12, 0, 5 * 240),
    (GroupNorm(groups=-1), MAP, 12 + 12, 0, 5 * 240),
    (GroupNorm(groups=3, center=False), VECTOR, 12, 0, 5 * 12),
    (GroupNorm(groups=1, scale=False, center=False), MAP, 0, 0, 4 * 240),
    (InstanceNorm(), MAP, 0, 0, 4 * 240),
    (InstanceNorm(affine=True), MAP, 12 + 12, 0, 5 * 240),
    (InstanceNorm(track=True), MAP, 0, 12 + 12, 2 * 240),
    (InstanceNorm(affine=True, track=True), MAP, 24, 24, 2 * 240),
    # 20 vectors of 12: 12 squares, 11 additions, a root, 12 divisions each
    (L2Norm(), MAP, 0, 0, 20 * (12 + 11 + 1 + 12)),
    (L2Norm(axes="all"), MAP, 0, 0, 240 + 239 + 1 + 240),
    (L2Norm(), VECTOR, 0, 0, 12 + 11 + 1 + 12),
    # a square, a scaling, 5 additions, a power, a division
    (LocalResponseNorm(size=5), MAP, 0, 0, (1 + 1 + 5 + 1 + 1) * 240),
    # a mean and a variance each, and one count
    (Normalization(), MAP, 0, 12 + 12 + 1, 2 * 240),
    (Normalization(axes="all"), MAP, 0, 240 + 240 + 1, 2 * 240),
    (Normalization(axes=()), MAP, 0, 1 + 1 + 1, 2 * 240),
])
def test_counts(layer, x, params, buffers, flops):
    facts = layer.apply(x)

    assert facts.output == x
    assert (facts.params, facts.buffer_count) == (params, buffers)
    assert (facts.macs, facts.flops) == (0, flops)


@pytest.mark.parametrize(("layer", "windows"), [
    (BatchNorm(), ()),
    (BatchNorm(track=False), (Everything(4), Everything(5))),
    (LayerNorm(), ()),
    (LayerNorm(axes="all"), (Everything(4), Everything(5))),
    (LayerNorm(axes=("c", "w")), (Window(), Everything(5))),
    (RmsNorm(), ()),
    (RmsNorm(axes="h"), (Everything(4), Window())),
    (GroupNorm(groups=4), (Everything(4), Everything(5))),
    (InstanceNorm(), (Everything(4), Everything(5))),
    (InstanceNorm(track=True), ()),
    (L2Norm(), ()),
    (L2Norm(axes="space"), (Everything(4), Everything(5))),
    (LocalResponseNorm(size=5), ()),
    (Normalization(), ()),
])
def test_statistics_over_space_read_all_of_it(layer, windows):
    facts = layer.apply(MAP)

    assert facts.windows == windows
    assert all(w.positions(n) == n for w, n in zip(windows, MAP.size, strict=False))


@pytest.mark.parametrize("layer", EACH_KIND)
def test_copies_multiply_work_and_no_weights(layer):
    one, three = layer.apply(MAP), layer.apply(MAP._replace(copies=3))

    assert three.output == MAP._replace(copies=3)
    assert (three.params, three.buffer_count) == (one.params, one.buffer_count)
    assert three.flops == 3 * one.flops


@pytest.mark.parametrize("layer", EACH_KIND)
def test_tokens_are_not_normalised(layer):
    with pytest.raises(Refusal) as refused:
        layer.apply(Shape(1, (9,), form="tokens"))
    assert refused.value.code == "E303"


def test_an_instance_is_a_map():
    with pytest.raises(Refusal, match="needs a map") as refused:
        InstanceNorm().apply(VECTOR)
    assert refused.value.code == "E303"


@pytest.mark.parametrize("dialect", [None, "keras", "torch"])
@pytest.mark.parametrize("groups", [5, 8, 24])
def test_groups_divide_the_channels(groups, dialect):
    with pytest.raises(Refusal, match=f"12 channels, {groups} groups") as refused:
        GroupNorm(groups=groups, dialect=dialect).apply(MAP)
    assert refused.value.code == "E304"


@pytest.mark.parametrize(("layer", "x"), [
    (GroupNorm(groups=-1, dialect="torch"), MAP),
    (LocalResponseNorm(size=5, dialect="torch"), VECTOR),
])
def test_what_pytorch_refuses(layer, x):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert refused.value.code == "E308"


@pytest.mark.parametrize("axes", ["l", ("c", "d"), ("h", "h"), ("c", "channels")])
@pytest.mark.parametrize("kind", [LayerNorm, RmsNorm, L2Norm, Normalization])
def test_axes_exist_and_are_named_once(kind, axes):
    with pytest.raises(Refusal) as refused:
        kind(axes=axes).apply(MAP)
    assert (refused.value.code, refused.value.key) == ("E302", "axes")


@pytest.mark.parametrize(("value", "parsed"), [
    ("channels", "channels"), ("all", "all"), ("space", "space"), ("w", "w"), (["h", "c"], ("h", "c")),
])
def test_axes_are_named(value, parsed):
    assert LayerNorm.keys["axes"].kind.parse(value) == parsed


@pytest.mark.parametrize("value", [-7, [1, 9], [], "x", ["all"], None, True, 1.5])
def test_axes_are_words_or_small_numbers(value):
    with pytest.raises(Bad):
        LayerNorm.keys["axes"].kind.parse(value)


def test_no_axes_at_all_are_one_mean_for_the_data():
    assert Normalization.keys["axes"].kind.parse([]) == ()


@pytest.mark.parametrize(("value", "parsed"), [(8, 8), (-1, -1), (8.0, 8)])
def test_groups_are_a_count_or_minus_one(value, parsed):
    assert GroupNorm.keys["groups"].kind.parse(value) == parsed


@pytest.mark.parametrize("value", [0, -2, 1.5, True, "all"])
def test_other_groups_are_refused(value):
    with pytest.raises(Bad):
        GroupNorm.keys["groups"].kind.parse(value)


@pytest.mark.parametrize(("kind", "first", "short", "role"), [
    (BatchNorm, "scale", "bn", "norm"), (LayerNorm, "axes", "ln", "norm"),
    (RmsNorm, "axes", "rms", "norm"), (GroupNorm, "groups", "gn", "norm"),
    (InstanceNorm, "affine", "in", "norm"), (LocalResponseNorm, "size", "", ""),
    (L2Norm, "axes", "", ""), (Normalization, "axes", "", ""),
])
def test_what_a_kind_is_called_and_what_a_scalar_sets(kind, first, short, role):
    assert (next(iter(kind.keys)), kind.short, kind.role) == (first, short, role)


@pytest.mark.parametrize(("groups", "kept"), [(1, 2), (4, 8), (-1, 24)])
def test_a_group_norm_keeps_a_mean_and_a_deviation_of_each_group(groups, kept):
    assert GroupNorm(groups=groups).apply(MAP).saved == kept

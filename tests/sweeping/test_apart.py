"""Rows are what a fresh `load` says, however they came about."""

import json
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import registry
from cnncalc.errors import Refusal, Source, SpecError
from cnncalc.language.document import Document
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.shape import Shape
from cnncalc.sweeping.apart import FIXED, KNOWN, Apart
from cnncalc.sweeping.numbers import number_of
from cnncalc.sweeping.variants import Refused, Variants

NUMBERS = ("params", "trainable", "buffers", "macs", "flops", "memory", "memory.weights", "memory.peak", "memory.flash",
           "memory.training", "receptive_field", "depth", "layers")  # fmt: skip

APART = [kind for kind in registry.names("layers") if layer_class(kind).keeps_apart]

# Layers whose channels and sizes are apart, joined in every way; `k` changes sizes, `g` and `w` channels.
SPEC = """
vars: {w: 1.0, res: 32, k: 3, g: 1, deep: 2, joined: 1, s: 2}
input: {channels: 3, size: [$res, $(res // 2 + 8)]}
defaults: {conv: {padding: half, norm: batch_norm, activation: relu}}
blocks:
  Body:
    args: {c: required}
    layers:
      - conv: {filters: $(make_divisible(c * w)), kernel: 1, name: a}
      - depthwise_conv: {kernel: $k, padding: half, stride: "$(s if i == 0 else 1)"}
      - conv: {filters: $(make_divisible(c * w)), kernel: 1, activation: none}
      - add: {from: [prev, input], when: $(joined and s == 1 and cin == make_divisible(c * w))}
      - dropout: 0.1
layers:
  - conv: {filters: $(make_divisible(16 * w)), kernel: $k, stride: 2, groups: $g}
  - Body: {c: 16, repeat: $deep}
  - max_pool: {size: 2, stride: 1, when: $(k > 1)}
  - conv: {filters: 8, kernel: 1, name: left}
  - global_avg_pool: {keep_size: true}
  - conv: {filters: 8, kernel: 1, activation: sigmoid, norm: none, padding: valid}
  - multiply: [left, prev]
  - global_avg_pool
  - dense: 10
"""
FLAT = SPEC.replace("- global_avg_pool\n  - dense", "- flatten\n  - dense")


def document(text=SPEC):
    return Document(Source("net.yaml", text))


def fresh(text, names, set, size, way):
    """What a network says that was loaded by itself."""
    network = cnncalc.loads(text, set=set, size=size)
    return {name: number_of(name, network, way) for name in names}


WAYS = st.sampled_from([{}, {"dtype": "int8"}, {"dtype": "int4", "batch": 3}, {"inplace": True}, {"fold_norm": True},
                        {"inplace": True, "fold_norm": True, "dtype": "int8"}, {"eager": True}])  # fmt: skip
SETTINGS = st.lists(
    st.fixed_dictionaries({
        "w": st.sampled_from([0.25, 0.5, 1, 1.0, 2.0]), "res": st.sampled_from([1, 7, 16, 31, 32, 64]),
        "k": st.sampled_from([1, 3, 5]), "g": st.sampled_from([1, 1, 1, 3]), "deep": st.integers(0, 3),
        "joined": st.booleans(), "s": st.sampled_from([1, 2]),
        "size": st.sampled_from([None, None, (9, 40), (64, 64)]),
    }), min_size=2, max_size=24,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(SETTINGS, WAYS, st.sampled_from([SPEC, FLAT]), st.booleans())
def test_every_row_is_what_a_fresh_load_says(rows, way, text, few):
    names = tuple(name for name in NUMBERS if name in KNOWN) if few else NUMBERS
    found = Variants(document(text), None, names, way=way)
    for row in rows:
        setting = dict(row)
        size = setting.pop("size")
        numbers = found.at(setting, size)
        try:
            expected = fresh(text, names, setting, size, way)
        except SpecError as error:
            assert isinstance(numbers, Refused)
            first = error.diagnostics[0]
            assert numbers.reason == f"{first.code}: {first.message}"
        else:
            assert numbers == expected


def test_of_a_grid_each_width_is_built_once(monkeypatch):
    found = Variants(document(), None, ("params", "macs", "memory.peak", "receptive_field"))
    built = []
    build = found._again.network
    monkeypatch.setattr(
        found._again, "network", lambda setting, size: built.append(setting) or build(setting, size)
    )
    for w, res in product((0.5, 1.0, 2.0), (32, 48, 64, 96)):
        found.at({"w": w, "res": res})

    assert [setting["w"] for setting in built] == [0.5, 1.0, 2.0]


def test_sizes_of_other_axes_are_another_network():
    text = "vars: {w: 1, shape: [8, 8]}\ninput: {channels: 3, size: $shape}\nlayers: [conv: {filters: $w, kernel: 3}]\n"
    found = Variants(document(text), None, ("macs", "receptive_field"))
    for w, shape in product((1, 2), ([8, 8], [8], [9, 8], [2, 8], [8, 8, 8])):
        numbers = found.at({"w": w, "shape": shape})
        if shape == [2, 8]:
            assert numbers.reason.startswith("E301: kernel 3 does not fit: the input has 2")
        else:
            assert numbers == {"macs": w * 3 * prod(3 * (n - 2) for n in shape), "receptive_field": 3}


def test_what_is_flattened_is_built_every_time(monkeypatch):
    found = Variants(document(FLAT), None, ("macs",))
    built = []
    build = found._again.network
    monkeypatch.setattr(
        found._again, "network", lambda setting, size: built.append(setting) or build(setting, size)
    )
    for w, res in product((0.5, 1.0), (32, 48)):
        found.at({"w": w, "res": res})

    assert len(built) == 4


def test_what_is_kept_has_an_end(monkeypatch):
    monkeypatch.setattr("cnncalc.sweeping.apart._KEPT", 200)
    monkeypatch.setattr("cnncalc.sweeping.variants._KEPT", 20)
    found = Variants(document(), None, ("macs", "memory.peak"))
    for w, res in product((0.5, 1.0, 2.0), (32, 48, 64, 96)):
        assert found.at({"w": w, "res": res}) == fresh(
            SPEC, ("macs", "memory.peak"), {"w": w, "res": res}, None, {}
        )


def test_numbers_that_do_not_depend_on_sizes_are_known():
    assert set(FIXED) < KNOWN <= set(NUMBERS)
    assert not Apart.can_tell(("flops",), {})
    assert not Apart.can_tell(("macs",), {"eager": True})


def layers_of(kind):
    """Layers of a kind, with some of its keys changed."""
    cls = layer_class(kind)
    usual = {"filters": 8, "kernel": 3, "units": 8, "size": 2}
    values = {name: usual[name] for name, key in cls.keys.items() if name in usual and name in cls.keys}
    choices = {
        "groups": (1, 4), "multiplier": (1, 2), "stride": (1, 2), "dilation": (1, 2), "keep_size": (False, True),
        "padding": ("valid", "same", 1), "ceil": (False, True), "bias": (False, True), "track": (True, False),
    }  # fmt: skip
    varied = {name: choices[name] for name in cls.keys if name in choices}
    for chosen in product(*varied.values()):
        for dialect in (None, "torch", "keras"):
            yield cls(dialect=dialect, **values, **dict(zip(varied, chosen, strict=True)))


CHANNELS, SIZES = (1, 4, 6, 8), ((), (1,), (7,), (4, 6), (9, 9))


def applied(layer, *shapes):
    try:
        return layer.apply(*shapes)
    except Refusal:
        return None


@pytest.mark.parametrize("kind", APART)
def test_channels_and_sizes_have_nothing_to_do_with_each_other(kind):
    """As `Layer.keeps_apart` says it, of every two shapes of as many axes."""
    cls = layer_class(kind)
    sizes = [()] if cls.keeps_apart == "vectors" else SIZES
    for layer in layers_of(kind):
        count = max(1, cls.operands[0])
        known = {(c, size): applied(layer, *[Shape(c, size)] * count) for c in CHANNELS for size in sizes}
        for one, other in product(sizes, sizes):
            if len(one) != len(other):
                continue
            for c, d in product(CHANNELS, CHANNELS):
                first, wide, large = known[c, one], known[d, one], known[c, other]
                if first is None or wide is None or large is None:
                    continue
                # What is refused is so for its channels or for its size, and both are accepted elsewhere.
                both = known[d, other]
                assert both is not None
                assert both.output == Shape(wide.output.channels, large.output.size)
                assert both.weights == wide.weights
                assert both.buffers == wide.buffers
                assert both.windows == large.windows
                assert both.macs * positions(first) == wide.macs * positions(large)


def positions(facts):
    found = 1
    for n in facts.output.size:
        found *= n
    return found


@pytest.mark.parametrize("kind", APART)
def test_keys_of_the_channels_change_no_size(kind):
    cls = layer_class(kind)
    assert set(cls.of_channels) <= set(cls.keys)
    size = () if cls.keeps_apart == "vectors" else (9, 12)
    for layer in layers_of(kind):
        for name in cls.of_channels:
            changed = cls(dialect=layer.dialect, **{**layer.chosen_keys(), name: 4})
            one, other = applied(layer, Shape(8, size)), applied(changed, Shape(8, size))
            if one is not None and other is not None:
                assert one.output.size == other.output.size
                assert one.windows == other.windows


def test_the_zoo_is_the_same_at_other_sizes():
    """Real networks, of which the last one of a row is told without being built."""
    for name, grid in {
        "mobilenet_v2": [{"w": w, "res": res} for w in (0.35, 1.4) for res in (96, 192)],
        "resnet50": [{"classes": n} for n in (10, 1000)],
        "mobilenet_v1": [{}],
    }.items():
        opened = cnncalc.load(f"zoo:{name}").source
        names = tuple(sorted(KNOWN))
        found = Variants(Document(opened), None, names)
        for setting in grid:
            for size in (None, (128, 160), (96, 96)):
                network = cnncalc.load(f"zoo:{name}", set=setting, size=size)
                expected = {number: number_of(number, network) for number in names}
                assert found.at(setting, size) == expected, json.dumps(setting)


# Of the specs that come along those whose channels and sizes are apart, so that other sizes are told without being built.
TOLD = (
    "convmixer_768_32", "dcgan::discriminator", "efficientnet_b0", "efficientnet_v2_s", "m5", "mnasnet1_0", "mobilenet_v2",
    "mobilenet_v3::large", "nin", "r3d_18", "regnet_y_400mf", "repvgg_a0", "resnet18", "resnext50_32x4d", "se_resnet50", "srcnn",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("way", [{}, {"dtype": "int8", "inplace": True, "fold_norm": True}])
def test_a_network_of_the_zoo_is_told_at_other_sizes(name, way, monkeypatch):
    stem, _, model = name.partition("::")
    names = tuple(sorted(KNOWN))
    found = Variants(Document(cnncalc.load(f"zoo:{name}").source), model or None, names, way=way)
    base = cnncalc.load(f"zoo:{name}")
    usual = next(node.output.size for node in base.nodes if node.layer is None)
    sizes = [None, *(tuple(n + more for n in usual) for more in (1, 32, 64))]
    expected = [cnncalc.load(f"zoo:{stem}{'::' * bool(model)}{model}", size=size) for size in sizes]
    for size in sizes:
        found.at({}, size)
    monkeypatch.setattr(found, "network", None)
    for size, network in zip(sizes, expected, strict=True):
        assert found.at({}, size) == {n: number_of(n, network, way) for n in names}

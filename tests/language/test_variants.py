"""Variables, settings from outside, sweeps and variants."""

import pytest

import cnncalc
from cnncalc.errors import Source
from cnncalc.language.build import build
from cnncalc.language.document import Document
from tests.nets import spec

from .reading import codes, findings, layers, net

WIDE = "vars: {w: 4, k: 3}\n"
ITEM = "conv: {filters: $w, kernel: $k}"


def document(text):
    return Document(Source("net.yaml", text))


# vars and set -------------------------------------------------------------------------------


@pytest.mark.parametrize(("settings", "expected"), [
    (None, "conv1 4×30×30"), ({}, "conv1 4×30×30"), ({"w": 7}, "conv1 7×30×30"), ({"w": 7, "k": 5}, "conv1 7×28×28"), ({"k": [1, 3]}, "conv1 4×32×30"),
])
def test_set_changes_variables(settings, expected):
    assert layers(net(ITEM, head=WIDE, set=settings)) == [expected]


def test_variables_may_use_those_above_and_follow_them():
    head = "vars: {a: 2, b: $(a*3), c: $(b-a)}\n"
    assert layers(net("conv: {filters: $c, kernel: 1}", head=head)) == ["conv1 4×32×32"]
    assert layers(net("conv: {filters: $c, kernel: 1}", head=head, set={"a": 5})) == ["conv1 10×32×32"]
    assert layers(net("conv: {filters: $c, kernel: 1}", head=head, set={"b": 9})) == ["conv1 7×32×32"]


def test_the_variables_of_a_network_are_kept():
    assert net("relu", head="vars: {w: 0.5, a: [1, 2], s: same, n: null}\n", set={"w": 2}).variables == {"w": 2, "a": [1, 2], "s": "same", "n": None}


@pytest.mark.parametrize(("head", "code", "message"), [
    ("vars: {a: $b, b: 1}\n", "E401", "unknown name `b`"),
    ("vars: {a: $a}\n", "E401", "unknown name `a`"),
    ("vars: {a: $(1/0)}\n", "E406", "division by zero in `1 / 0`"),
    ("vars: {i: 1}\n", "E204", "`i` cannot be a variable"),
    ("vars: {cin: 1}\n", "E204", "`cin` cannot be a variable"),
    ("vars: {a-b: 1}\n", "E204", "`a-b` cannot be a variable"),
    ("vars: {1: 1}\n", "E204", "`1` cannot be a variable"),
    ("vars: [a]\n", "E101", "`vars` must be a mapping"),
    ("vars: {a: 1, a: 2}\n", "E002", "duplicate key `a`"),
])
def test_what_is_wrong_with_variables(head, code, message):
    found = findings(spec("relu", head=head))[0]
    assert (found.code, found.message) == (code, message)


def test_an_unknown_setting_is_a_wrong_request():
    with pytest.raises(cnncalc.UsageError, match=r"has no variable `width` .*w"):
        net(ITEM, head=WIDE, set={"width": 3})


@pytest.mark.parametrize(("settings", "code"), [({"w": 0}, "E105"), ({"w": 2.5}, "E405"), ({"w": "many"}, "E104"), ({"w": True}, "E104"), ({"w": None}, "E104"),
                                                ({"k": 99}, "E301"), ({"w": float("nan")}, "E405"), ({"w": 2**60}, "E105"), ({"w": {"a": 1}}, "E104")])
def test_a_setting_is_checked_where_it_is_used(settings, code):
    assert codes(spec(ITEM, head=WIDE), set=settings) == [code]


def test_a_setting_is_a_value_and_no_expression():
    assert codes(spec(ITEM, head=WIDE), set={"w": "$(4)"}) == ["E104"]


def test_with_settings_the_expectations_of_the_file_are_not_judged():
    text = spec(ITEM, head=WIDE, tail="expect: {params: 1}\nbudget: {params: 1}\n")
    assert len(cnncalc.loads(text).claims) == 2
    assert cnncalc.loads(text, set={"w": 9}).claims == ()


def test_size_and_channels_change_the_input():
    text = spec("conv: {filters: 4, kernel: 3}")
    assert layers(cnncalc.loads(text, size=(10, 12))) == ["conv1 4×8×10"]
    assert cnncalc.loads(text, channels=5).params.value == 4 * 5 * 9 + 4
    with pytest.raises(cnncalc.UsageError, match="has 2 axes, got 1"):
        cnncalc.loads(text, size=(10,))
    with pytest.raises(cnncalc.UsageError, match="there is no input `b`"):
        cnncalc.loads(text, size={"b": (3, 3)})
    with pytest.raises(cnncalc.UsageError):
        cnncalc.loads(text, channels=0)


# sweep --------------------------------------------------------------------------------------


def test_a_sweep_is_kept_as_it_stands():
    assert net(ITEM, head=WIDE + "sweep: {w: [1, 2.5, same], k: [[1, 3], 5]}\n").sweep == {"w": (1, 2.5, "same"), "k": ([1, 3], 5)}


@pytest.mark.parametrize(("sweep", "code", "message"), [
    ("{z: [1]}", "E401", "`sweep` names no variable: `z`"),
    ("{w: 3}", "E104", "`sweep: w` must be a list of values"),
    ("{w: []}", "E104", "`sweep: w` must be a list of values"),
    ("{w: {a: 1}}", "E104", "`sweep: w` must be a list of values"),
    ("{w: [$k]}", "E401", "unknown name `k`"),
    ("{w: [$(1/0)]}", None, None),
    ("[w]", "E101", "`sweep` must be a mapping"),
])
def test_what_is_wrong_with_a_sweep(sweep, code, message):
    found = findings(spec(ITEM, head=WIDE + f"sweep: {sweep}\n"))[0]
    assert code is None or (found.code, found.message) == (code, message)


# variants -----------------------------------------------------------------------------------


def test_a_variant_sets_its_variables_and_brings_its_own_claims():
    text = spec(ITEM, head=WIDE, tail="expect: {params: 112}\nvariants: [{set: {w: 8}, expect: {params: 224}, budget: {macs: 1M}}, {name: small, set: {w: 1, k: 1}}]\n")
    doc = document(text)
    first, second = doc.select()[0].variants

    assert (first.name, first.settings, second.name, second.settings) == ("w=8", {"w": 8}, "small", {"w": 1, "k": 1})
    found = build(doc, variant=first)
    assert (found.params.value, [(c.kind, c.keys, c.text) for c in found.claims]) == (224, [("expect", ("params",), "224"), ("budget", ("macs",), "1M")])
    assert layers(build(doc, variant=second)) == ["conv1 1×32×32"]
    assert build(doc).params.value == 112


@pytest.mark.parametrize(("variants", "code", "message"), [
    ("{set: {w: 1}}", "E101", "`variants` must be a list"),
    ("[w]", "E101", "a variant must be a mapping"),
    ("[{}]", "E106", "a variant needs `set`"),
    ("[{expect: {params: 1}}]", "E106", "a variant needs `set`"),
    ("[{set: {z: 1}}]", "E401", "unknown variable `z`"),
    ("[{set: [w]}]", "E101", "`set` must be a mapping"),
    ("[{set: {w: 1}, sett: 2}]", "E103", None),
    ("[{set: {w: $k}}]", "E401", "unknown name `k`"),
    ("[{set: {w: $(1/0)}}]", None, None),
])
def test_what_is_wrong_with_a_variant(variants, code, message):
    found = findings(spec(ITEM, head=WIDE, tail=f"variants: {variants}\n"))[0]
    assert code is None or found.code == code
    assert message is None or found.message == message

"""The file itself, and files with several models."""

import pytest

import cnncalc
from tests.nets import MAP, spec

from .reading import codes, finding, findings, layers, marked, net

GAN = """cnncalc: 1
name: gan
description: two networks
dialect: torch
vars: {z: 8}
defaults: {dense: {bias: false}}
blocks: {Wide: {layers: [dense: $(2*cin)]}}
models:
  gen: {description: makes, input: {features: $z}, layers: [Wide, Wide], expect: {params: 640}}
  disc: {dialect: keras, input: {features: 4}, layers: [dense: 1], budget: {params: 10}}
"""


def test_models_share_what_stands_above_them():
    gen, disc = (cnncalc.loads(GAN, model=name) for name in ("gen", "disc"))

    assert layers(gen) == ["Wide1.dense1 16", "Wide2.dense1 32"]
    assert (gen.name, gen.dialect, gen.description, gen.params.value) == ("gan::gen", "torch", "makes", 8 * 16 + 16 * 32)
    assert (disc.name, disc.dialect, disc.params.value) == ("gan::disc", "keras", 4)


def test_settings_reach_the_models():
    assert layers(cnncalc.loads(GAN, model="gen", set={"z": 1})) == ["Wide1.dense1 2", "Wide2.dense1 4"]


def test_several_models_ask_which():
    with pytest.raises(cnncalc.UsageError) as error:
        cnncalc.loads(GAN)
    assert "gen" in str(error.value)
    assert "disc" in str(error.value)


def test_an_unknown_model_is_told_the_nearest():
    with pytest.raises(cnncalc.UsageError, match="has no model or variant `gan` .*did you mean `gen`"):
        cnncalc.loads(GAN, model="gan")
    with pytest.raises(cnncalc.UsageError, match="has no model"):
        cnncalc.loads(spec("relu"), model="other")


def test_a_path_may_name_a_model(tmp_path):
    path = tmp_path / "a::b.yaml"
    path.write_text(GAN, encoding="utf-8")

    assert cnncalc.load(f"{path}::disc").params.value == 4
    with pytest.raises(cnncalc.UsageError):
        cnncalc.load(f"{path}::nope")


def test_a_file_of_one_model_needs_no_name():
    text = "name: one\nmodels: {only: {input: {features: 3}, layers: [dense: 2]}}\n"
    assert cnncalc.loads(text).name == "one"
    assert cnncalc.loads(text, model="only").name == "one"


@pytest.mark.parametrize(("text", "code", "message"), [
    ("models: {}\n", "E101", "`models` holds no model"),
    ("models: [a]\n", "E101", "`models` must be a mapping"),
    ("models: {a: [relu]}\n", "E101", "model `a` must be a mapping"),
    ("models: {a: {input: {features: 3}}}\n", "E106", "model `a` has no `layers`"),
    ("models: {a: {layers: [relu]}}\n", "E106", "the network has no `input`"),
    ("models: {a: {input: {features: 3}, layers: [relu], vars: {w: 1}}}\n", "E103", None),
    (MAP + "layers: [relu]\nmodels: {a: {input: {features: 3}, layers: [relu]}}\n", "E103", None),
    ("models: {a: {input: {features: 3}, layers: [relu]}, a: {input: {features: 3}, layers: [relu]}}\n", "E002", "duplicate key `a`"),
])
def test_what_is_wrong_with_models(text, code, message):
    found = findings(text)[0]
    assert found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize(("text", "code", "message"), [
    (MAP, "E106", "the file has no `layers`"),
    ("layers: [relu]\n", "E106", "the network has no `input`"),
    (MAP + "layers: []\n", "E101", None),
    (MAP + "layers: {relu: {}}\n", "E101", "`layers` must be a list of layers"),
    (MAP + "layers:\n", "E101", None),
    (MAP + "layers: relu\n", "E101", "`layers` must be a list of layers"),
    ("cnncalc: 2\n" + spec("relu"), "E109", "this is not version 1 of the language"),
    ("cnncalc: true\n" + spec("relu"), "E109", "this is not version 1 of the language"),
    ("cnncalc:\n" + spec("relu"), "E109", "this is not version 1 of the language"),
    ("cnncalc: '1'\n" + spec("relu"), "E109", "this is not version 1 of the language"),
    ("dialect: pytorch\n" + spec("relu"), "E104", None),
    ("dialect: [torch]\n" + spec("relu"), "E104", None),
    ("laers: [relu]\n" + spec("relu"), "E103", None),
    ("- relu\n", "E101", "a spec must be a mapping"),
    ("relu\n", "E101", "a spec must be a mapping"),
    ("{}\n", "E106", None),
])
def test_what_is_wrong_with_a_file(text, code, message):
    found = findings(text)[0]
    assert found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize(("head", "name"), [("", "model"), ("name: tiny\n", "tiny"), ("name: 42\n", "42"), ("name: ''\n", "model"), ("name: 'a b/c'\n", "a b/c")])
def test_the_name_of_a_network(head, name):
    assert net("relu", head=head).name == name


def test_without_a_name_a_network_is_called_like_its_file(tmp_path):
    path = tmp_path / "my.net.yaml"
    path.write_text(spec("relu"), encoding="utf-8")
    assert cnncalc.load(str(path)).name == "my.net"


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="nope"):
        cnncalc.load(str(tmp_path / "nope.yaml"))
    with pytest.raises(OSError):
        cnncalc.load(str(tmp_path))


@pytest.mark.parametrize(("item", "code", "message"), [
    ("3", "E108", "an item is one kind of layer with its keys"),
    ("null", "E108", None), ("[relu]", "E108", None), ("{}", "E108", None), ("true", "E108", None), ("''", "E108", None),
    ("{conv: {filters: 3, kernel: 1}, relu: {}}", "E108", None),
    ("{type: conv, filters: 3}", "E108", "an item is one kind of layer with its keys"),
    ("covn: {filters: 3}", "E102", "unknown kind of layer `covn`"),
    ("__class__", "E102", "unknown kind of layer `__class__`"), ("../conv", "E102", None), ("layers", "E102", None), ("name", "E102", None),
    ("conv: {filters: 3}", "E106", "`conv` needs `kernel`"),
    ("conv", "E106", "`conv` needs `filters`, `kernel`"),
    ("conv:", "E106", "`conv` needs `filters`, `kernel`"),
    ("conv: {filters: 3, kernel: 1, kernal: 2}", "E103", "unknown parameter `kernal` for `conv`"),
    ("conv: {filters: 3, kernel: 1, in_channels: 2}", "E103", None),
    ("flatten: 3", "E104", None),
    ("conv: {filters: '3', kernel: 1}", "E104", None), ("conv: {filters: 0, kernel: 1}", "E105", "`filters` must be at least 1, got 0"),
    ("conv: {filters: 9007199254740993, kernel: 1}", "E105", "`filters` is larger than 2^53"),
    ("conv: {filters: .inf, kernel: 1}", None, None), ("conv: {filters: .nan, kernel: 1}", None, None), ("conv: {filters: 1e400, kernel: 1}", None, None),
    ("relu: {budget: {params: 3}}", "E103", None),
])
def test_what_is_wrong_with_an_item(item, code, message):
    found = finding(spec("tanh", item))
    assert code is None or found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize("form", ["relu", "relu:", "relu: {}", "relu: null", "{relu: {}}", "'relu'", "relu: {name: a}"])
def test_the_forms_of_an_item(form):
    assert net(form).nodes[-1].op == "relu"


def test_every_fault_of_a_file_is_found_in_one_run_in_its_order():
    text = spec("conv: {filters: 6, kernal: 5, padding: smae}", "covn: 3", "relu: {name: prev}", "add: [prev, zzz]", "dense: 3", head="vars: {i: 1}\n", tail="expect: {parms: 3}\n")
    assert codes(text) == ["E204", "E103", "E104", "E102", "E204", "E103"]


def test_a_long_list_of_faults_ends_somewhere():
    found = findings(spec(*["rulu"] * 3000))
    assert 100 <= len(found) <= 300
    assert marked(found[0]) == "rulu"


def test_a_spec_error_carries_the_sound_part():
    with pytest.raises(cnncalc.SpecError) as error:
        cnncalc.loads(spec("conv: {filters: 4, kernel: 3}", "conv: {filters: 4, kernel: 99}", "relu"))
    network = error.value.network

    assert layers(network) == ["conv1 4×30×30"]
    assert network.failures[0].code == "E301"
    assert "incomplete" in cnncalc.analyze(network, "shapes").caption


def test_an_opaque_layer_leaves_totals_unknown():
    found = net("opaque: {output: {features: 7}}", "dense: 2")
    assert (found.params.value, found.params.known, found.params.gaps) == (None, 7 * 2 + 2, ("opaque1",))
    assert str(found.params) == "≥ 16"
    assert cnncalc.analyze(found, "params").totals["params"] is None
    assert net("opaque: {output: {features: 7}, params: 5, buffers: 0, macs: 3}", "dense: 2").params.value == 5 + 16

"""`cnncalc zoo` and `zoo:NAME`: the specs that come along, by name."""

import json
import re

import pytest

import cnncalc
from cnncalc import UsageError
from cnncalc.language import zoo


@pytest.fixture
def run(cnncalc):
    """The command line; `cnncalc` is the library here."""
    return cnncalc


@pytest.mark.parametrize(("name", "called", "params"), [
    ("zoo:resnet50", "resnet50", 25_557_032),
    ("zoo:resnet101", "resnet101", 44_549_160),
    ("zoo:resnet50::resnet101", "resnet101", 44_549_160),
    ("zoo:mobilenet_v3_small", "mobilenet_v3::small", 2_542_856),
    ("zoo:dcgan::generator", "dcgan::generator", 3_576_704),
])
def test_the_library_takes_a_name_of_the_zoo(name, called, params):
    net = cnncalc.load(name)

    assert (net.name, net.params.value) == (called, params)


def test_a_variant_is_loaded_with_its_settings_and_others():
    net = cnncalc.load("zoo:resnet101", set={"classes": 10})

    assert net.params.value == 44_549_160 - 990 * 2049
    assert not net.claims


@pytest.mark.parametrize(("name", "message"), [
    ("zoo:resnet_50", r"the zoo has no `resnet_50` \(did you mean `resnet50`\?\)"),
    ("zoo:qqqqqq", r"the zoo has no `qqqqqq` \(`cnncalc zoo` lists what it has\)"),
    ("zoo:../pyproject", r"the zoo has no `\.\./pyproject`"),
    ("zoo:resnet50::resnet34", r"has no model or variant `resnet34` \(did you mean"),
])
def test_a_name_that_there_is_not(name, message):
    with pytest.raises(UsageError, match=message):
        cnncalc.load(name)


def test_show_prints_the_spec_as_it_is_written(run):
    with open(zoo.path("resnet50"), encoding="utf-8") as file:
        text = file.read()

    assert run("zoo", "show", "resnet50") == (0, text, "")
    assert run("zoo", "show", "zoo:resnet101") == (0, text, "")


@pytest.mark.parametrize("arguments", [("list", "resnet50"), ("show",), ("shwo", "resnet50")])
def test_other_words_are_wrong_usage(run, arguments):
    code, printed, complaint = run("zoo", *arguments)

    assert (code, printed) == (2, "")
    assert "cnncalc zoo show NAME" in complaint


@pytest.mark.slow
def test_the_list_has_every_name_that_can_be_loaded(run):
    code, printed, _ = run("zoo", "--format", "json")
    models = {model["name"]: model for model in json.loads(printed)["models"]}

    assert code == 0
    assert {name.partition("::")[0] for name in zoo.names()} <= {
        (model["variant_of"] or name).partition("::")[0] for name, model in models.items()
    }
    for name in ("resnet152", "dcgan::generator", "vgg19_bn"):
        assert cnncalc.load(f"zoo:{name}").params.value == models[name]["params"]
    assert models["resnet152"]["variant_of"] == "resnet50"
    assert models["resnet50"]["year"] == 2015


def test_names_are_unique():
    names = list(zoo.names())
    for stem in zoo.names():
        with open(zoo.path(stem), encoding="utf-8") as file:
            names += zoo._variants(file.read())

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(("text", "expected"), [
    ('# A net. Ah, Bee 1998, "Of nets",\n# Proc. IEEE 86(11). Other words.\n# Totals: by hand.\nname: x',
     ("A net", "Ah, Bee", "1998", "Of nets", "Proc. IEEE 86(11)", "by hand.")),
    ('# A net: of two. Ah et al. 2015, "Of: nets?", arXiv:1512.03385; figure 3.\n',
     ("A net: of two", "Ah et al.", "2015", "Of: nets?", "arXiv:1512.03385", "")),
    ("# A net; no paper.\n# Totals: by hand.\n", ("A net; no paper.", "", "", "", "", "by hand.")),
    ("name: x\n", ("", "", "", "", "", "")),
])
def test_the_comment_at_the_head_in_its_parts(text, expected):
    assert tuple(zoo.heading(text)) == expected


def test_a_spec_of_the_zoo_is_a_file_like_any_other(run):
    _, printed, _ = run("shapes", "zoo:resnet101", "--depth", "1")

    assert re.search(r"^layer3 +Bottleneck ×23 +1024×14×14", printed, re.MULTILINE)

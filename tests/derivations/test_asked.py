"""What `macs` shows besides when it is asked to: a step of training, the counts of other tools."""

import json

import pytest

import cnncalc
from cnncalc import UsageError, explain
from cnncalc.analyzers import macs as table_of
from cnncalc.counters.base.engine import counter, counters, restate
from cnncalc.formats.text import explain as as_text
from cnncalc.language import zoo
from cnncalc.manual import kinds
from tests.test_manuals import examples

from .networks import each
from .test_rows import models, shown, worked

FROZEN = """
input: {channels: 2, size: [5, 5]}
layers:
- conv: {filters: 3, kernel: 3, trainable: false, name: a}
- batch_norm: {name: b}
- conv: {filters: 4, kernel: 3, bias: false, name: c}
- flatten
- dense: {units: 4, name: d}
"""


def training_rows(network, optimizer, batch):
    rows, total = worked(network, "macs", training=True, optimizer=optimizer, batch=batch)
    table = table_of.analyze(network, training=True, optimizer=optimizer, batch=batch)
    for node, said in rows:
        row = table.rows[node.index].values
        batched = batch != 1 and said["backward"] not in (0, "?")
        assert said["backward of the batch" if batched else "backward"] == shown(row["backward_flops"])
        assert said[optimizer] == shown(row["optimizer_flops"])
    sums = table.to_dict()["totals"]
    if total and sums["backward_flops"]:
        assert total["backward of the batch" if batch != 1 else "backward"] == sums["backward_flops"]
        assert total[optimizer] == sums["optimizer_flops"]
        assert total["step"] == sums["step_flops"]


def counted_rows(network, batch):
    rows, total = worked(network, "macs", convention="all", batch=batch)
    for name in counters():
        module = counter(name)
        for found in restate(network, module, batch):
            title = name if len(module.COUNTS) == 1 else f"{name} {found.number.word}"
            for node, said in rows:
                assert said[title] == shown(found.rows[node.index])
            if total and found.total.value is not None:
                assert total[title] == found.total.value


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_layer(kind):
    for _, network in examples(kind):
        training_rows(network, "momentum", 1)
        counted_rows(network, 2)


@pytest.mark.parametrize("name", each(zoo.names()))
def test_networks(name):
    for network in models(name):
        training_rows(network, "adam", 3)
        counted_rows(network, 1)


def lines(layer, **options):
    return as_text(explain(cnncalc.loads(FROZEN), layer, "macs", **options).sections).splitlines()


@pytest.mark.parametrize(("layer", "said"), [
    ("a", ["  backward = 0   (nothing is learnt in it or before it)", "  adam = 0   (nothing is learnt)"]),
    ("b", ["  backward = multiply + add = 27 + 27 = 54", "  adam = trainable·a = 6·12 = 72"]),
    ("c", ["  MACs_weights = MACs = 108", "  MACs_input = MACs = 108",
           "  backward = 2·(MACs_weights + MACs_input) = 2·(108 + 108) = 432", "  adam = trainable·a = 108·12 = 1,296"]),
])  # fmt: skip
def test_a_step_of_training(layer, said):
    """Of what stands first and is frozen nothing is computed backward; c has 3·3·3·4 weights on one position."""
    found = [line for line in lines(layer, training=True) if line.split(" = ")[0].strip() in
             ("MACs_weights", "MACs_input", "backward", "adam")]  # fmt: skip
    assert found == said


def test_what_a_tool_counts():
    """torchinfo adds biases: one for each of the 4 outputs."""
    assert lines("d", convention="torchinfo", batch=2)[-2:] == [
        "  d_1 = U = 4   (torchinfo: biases: 1 per output)",
        "  torchinfo = MACs·B + d_1·B = 16·2 + 4·2 = 40",
    ]


def test_the_command(cnncalc, tmp_path):
    file = tmp_path / "net.yaml"
    file.write_text(FROZEN, encoding="utf-8")
    said = cnncalc("macs", str(file), "--training", "--optimizer", "sgd", "--explain", "c", "--explain", "d", "--format", "json")
    document = json.loads(said.out)

    assert document["explain"] == ["c", "d"]
    assert [section["title"] for section in document["sections"]] == ["c (conv)", "d (dense)"]
    assert [step["value"] for step in document["sections"][1]["working"] if step.get("name") == "sgd"] == [40]
    said = cnncalc("macs", str(file), "--convention", "foo", "--explain", "c")
    assert (said.code, said.err[:38]) == (2, "cnncalc: there is no convention `foo` ")


def test_layers_are_explained_in_the_order_in_which_they_are_asked_for():
    network = cnncalc.loads(FROZEN)
    found = explain(network, ["d", "a", "d"], "params")

    assert [section.title for section in found.sections] == ["d (dense)", "a (conv)"]
    assert found.to_dict()["explain"] == ["d", "a", "d"]
    assert explain(network, ["d"], "params").to_dict()["explain"] == "d"
    assert explain(network, [], "params").to_dict()["explain"] is None
    assert len(explain(network, [], "params").sections) == len(explain(network, "", "params").sections) > 5
    with pytest.raises(UsageError, match="no layer `e`"):
        explain(network, ["a", "e"])

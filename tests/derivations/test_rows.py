"""Every number that stands in a row of a table is the result of a step of the working of that row."""

import pytest

from cnncalc.analyzers import macs as macs_table
from cnncalc.analyzers import memory as memory_table
from cnncalc.analyzers import params as params_table
from cnncalc.derivations.explain import explain
from cnncalc.spec import zoo
from cnncalc.spec.build import build
from cnncalc.spec.document import Document
from cnncalc.spec.source import open_spec


def models(name):
    """Every network of a spec of the zoo."""
    document = Document(open_spec(zoo.path(name)).source)
    return [build(document, model) for model in document.models]


def worked(network, analysis, **options):
    """The index, the section and its values for each layer; the last values are those of the total."""
    found = explain(network, "", analysis, **options).sections
    values = [{step.name: step.value for step in section.steps} for section in found]
    layers = [node for node in network.nodes if node.layer is not None]
    rows = list(zip(layers, values, strict=False))
    return rows, values[-1] if len(values) > len(layers) else None


def shown(value):
    """As the working has it: `?` for what is not known."""
    return "?" if value is None else value


@pytest.mark.parametrize("name", zoo.names())
def test_parameters(name):
    for network in models(name):
        rows, total = worked(network, "params")
        table = params_table.analyze(network)
        for node, said in rows:
            row = table.rows[node.index].values
            assert said["params"] == shown(row["params"])
            assert said["trainable"] == shown(row["trainable"])
            assert said.get("buffers", 0) == shown(row["buffers"])
            if row["params"]:
                assert said["params %"] == pytest.approx(100 * row["params"] / network.params.known)
        if total:
            assert total["params"] == shown(network.params.value)
            assert total["trainable"] == shown(network.trainable.value)
            assert total.get("buffers", 0) == shown(network.buffers.value)


@pytest.mark.parametrize("name", zoo.names())
def test_macs(name):
    for network in models(name):
        rows, total = worked(network, "macs", batch=3)
        table = macs_table.analyze(network, batch=3)
        for node, said in rows:
            row = table.rows[node.index].values
            assert said["MACs of the batch" if said["MACs"] != "?" else "MACs"] == shown(row["macs"])
            assert said["FLOPs of the batch" if said["FLOPs"] != "?" else "FLOPs"] == shown(row["flops"])
            assert said["bytes moved"] == shown(row["bytes_moved"])
        if total and network.macs.value is not None:
            assert total["MACs of the batch"] == 3 * network.macs.value


WAYS = [
    {"training": True},
    {"inplace": True, "training": True},
    {"fold_norm": True, "batch": 2, "dtype": "fp16"},
]


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("name", zoo.names())
def test_memory(name, way):
    for network in models(name):
        rows, total = worked(network, "memory", **way)
        table = memory_table.analyze(network, **way)
        for node, said in rows:
            row = table.rows[node.index].values
            assert said.get("weights", 0) == shown(row["weight_bytes"])
            assert said.get("buffers in memory", 0) == shown(row["buffer_bytes"])
            assert said["writes"] == row["activation_bytes"], node.name
            assert said["alive"] == row["live_bytes"]
            if "training" in way:
                assert said["kept"] == shown(row["saved_bytes"])
        if total:
            assert total["peak"] <= table.extra_totals["peak"]
            assert total.get("weights", 0) == shown(table.sums["weight_bytes"].value)


def test_an_input_is_told_what_it_takes():
    network = models("lenet5")[0]
    said = {step.name: step.value for step in explain(network, "input", "memory").sections[0].steps}
    assert said["writes"] == said["alive"] == network.nodes[0].output.elements * 4

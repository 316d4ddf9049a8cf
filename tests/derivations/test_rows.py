"""Every number that stands in a row of a table is the result of a step of the working of that row."""

import re
from fractions import Fraction

import pytest

import cnncalc
from cnncalc import quantity
from cnncalc.analyzers import macs as macs_table
from cnncalc.analyzers import memory as memory_table
from cnncalc.analyzers import params as params_table
from cnncalc.analyzers import receptive_field as field_table
from cnncalc.calculator.derivations.explain import explain
from cnncalc.calculator.derivations.tracing import AXES
from cnncalc.language import zoo
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.receptive_field import describe

from .networks import each

SLOW = ("efficientnet_v2_s", "hrnet_w18", "inception_resnet_v2", "nasnet_mobile", "densenet121")
"""Networks of very many layers, on which nothing happens that does not happen on the others."""


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


@pytest.mark.parametrize("name", each(zoo.names()))
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


@pytest.mark.parametrize("name", each(zoo.names()))
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
        intensity = table.to_dict()["totals"]["intensity"]
        if total and intensity not in (None, "0"):
            assert total["FLOPs / B"] == pytest.approx(float(Fraction(intensity)))


WAYS = [
    {"training": True},
    {"inplace": True, "training": True},
    {"fold_norm": True, "batch": 2, "dtype": "fp16"},
]


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("name", each(zoo.names()))
@pytest.mark.slow
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
            assert total["peak"] <= table.totals["peak"]
            assert total.get("weights", 0) == shown(table.sums["weight_bytes"].value)


def test_an_input_is_told_what_it_takes():
    network = models("lenet5")[0]
    said = {step.name: step.value for step in explain(network, "input", "memory").sections[0].steps}
    assert said["writes"] == said["alive"] == network.nodes[0].output.elements * 4


@pytest.mark.parametrize("name", each(n for n in zoo.names() if n not in SLOW))
@pytest.mark.slow
def test_receptive_fields(name):
    for network in models(name):
        rows, _ = worked(network, "receptive-field")
        table = field_table.analyze(network)
        for node, said in rows:
            row = table.rows[node.index].values
            told = list(row["receptive_field"].values())
            for axes in told:
                letters = AXES[len(axes)] if len({str(one) for one in axes}) > 1 and axes else ()
                for at, one in enumerate(axes):
                    # What is as along another axis is told there.
                    tails = [f"_{letters[i]}" for i in (at, axes.index(one)) if letters]
                    tail = next((t for t in tails if f"field{t}" in said), "")
                    if len(told) == 1:
                        check_axis(said, one, tail)
            if len(told) == 1 and row["share"] is not None:
                share = row["share"]
                assert said["seen %"] == quantity.share(share.numerator, share.denominator)


def check_axis(said, one, tail):
    """The steps of one axis come to what stands in the table."""
    field = describe.show_size(one)
    assert str(said[f"field{tail}"]) == (field or "?")
    if one["size_max"] is None:
        return
    assert said[f"jump{tail}"] == (one["stride"] or "")
    if one["offset"] is not None:
        assert Fraction(said[f"centre{tail}"]) == Fraction(one["offset"])
    if one["min_path"] is not None:
        assert said[f"shortest{tail}"] == one["min_path"]
    if one["erf"] is not None:
        assert said[f"effective{tail}"] == pytest.approx(one["erf"], abs=1e-3)


def is_sum(text):
    return set(ungrouped(text)) <= set("0123456789/ +·−()")


def ungrouped(text):
    """Without the commas between thousands."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def value(text):
    """Of a formula with its numbers in, where Python can read it."""
    text = ungrouped(text).translate({ord("·"): "*", ord("−"): "-"})
    return eval(re.sub(r"\d+", r"Fraction(\g<0>)", text))  # noqa: S307


MERGED = """
input: {channels: 4, size: [20, 20]}
layers:
- conv: {filters: 4, kernel: 3, name: a}
- conv_transpose: {filters: 4, kernel: 4, stride: 2, padding: 1, name: up}
- conv: {filters: 4, kernel: 5, padding: 2, name: b}
- add: [b, up]
- adaptive_avg_pool: {size: 9, name: c}
- conv: {filters: 4, kernel: 3, padding: 1, name: d}
- add: [d, c]
"""


@pytest.mark.parametrize("name", [None, *each(zoo.names())])
@pytest.mark.slow
def test_the_shortest_path_adds_up(name):
    """Also where it leads through layers whose units do not see alike."""
    told = 0
    for network in models(name) if name else [cnncalc.loads(MERGED)]:
        for section in explain(network, "", "receptive-field").sections:
            for step in section.steps:
                if step.name.startswith("shortest") and step.substituted:
                    told += 1
                    assert is_sum(step.substituted)
                    assert value(step.substituted) == step.value
    assert told or name

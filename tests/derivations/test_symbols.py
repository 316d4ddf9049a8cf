"""No step uses a symbol that is neither given nor found before, and no symbol stands for two things."""

import re

import pytest

from cnncalc.calculator.derivations.explain import explain
from cnncalc.language import zoo

from .networks import each
from .test_explain import EXAMPLES, models

ANALYSES = ("working", "receptive-field", "memory", "padding", "macs", "params")


def faults(network, analysis):
    """The symbols of each section that are used before they are told, or told twice."""
    found = set()
    layers = {node.name for node in network.nodes}
    for section in explain(network, "", analysis, training=True).sections:
        values, results = {}, {}
        for step in section.givens:
            if values.setdefault(step.name, step.value) != step.value:
                found.add((section.title, step.name, "is given twice"))
        known = {*values, "…", *(layers if section.title.endswith(" in all") else ())}
        for step in section.steps:
            known.update(re.findall(r"(\w+) = ", step.note))
            found.update((section.title, name, "is not told", step.line()) for name in step.symbols() - known)
            if step.name in values and step.symbols() != {step.name} and step.value != values[step.name]:
                found.add((section.title, step.name, "is given and is a result", step.line()))
            if results.setdefault(step.name, step.value) != step.value and step.name[0] not in "Rj":
                # Fields are told input by input.
                found.add((section.title, step.name, "is two results", step.line()))
            known.add(step.name)
    return found


@pytest.mark.parametrize("kind", [kind for kind, network in EXAMPLES.items() if network is not None])
@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.slow
def test_of_every_kind(kind, analysis):
    assert faults(EXAMPLES[kind], analysis) == set()


@pytest.mark.parametrize("name", each(zoo.names()))
@pytest.mark.slow
def test_of_the_zoo(name):
    for network in models(name):
        assert faults(network, "working") == set()

"""What one gate of a recurrent layer has: its part of every tensor that all gates share out."""

import pytest

import cnncalc
from cnncalc.calculator.derivations.explain import explain

SEQUENCE, FILM = "{channels: 20, size: [9]}", "{channels: 3, size: [5, 8, 8]}"

UNDECIDED = [
    ("gru: 30", SEQUENCE),
    ("gru: {units: 30, bias: false, layers: 2}", SEQUENCE),
    ("lstm: {units: 30, bias: false}", SEQUENCE),
    ("lstm: {units: 30, bias: false, bidirectional: concat, layers: 3}", SEQUENCE),
    ("conv_lstm: {filters: 4, kernel: 3}", FILM),
]
DECIDED = [
    *UNDECIDED,
    ("lstm: 30", SEQUENCE),
    ("lstm: {units: 30, layers: 2}", SEQUENCE),
]


def workings():
    """Every layer in every dialect that takes it, with its params and those of its projection."""
    for dialect, layers in (("", UNDECIDED), ("keras", DECIDED), ("torch", DECIDED)):
        for layer, shape in layers:
            if not (dialect == "keras" and "layers" in layer) and not (dialect == "torch" and "conv_lstm" in layer):
                yield dialect, layer, shape, 0
    yield "torch", "lstm: {units: 30, projection: 10}", SEQUENCE, 10 * 30
    yield "torch", "lstm: {units: 30, projection: 10, layers: 2}", SEQUENCE, 2 * 10 * 30


@pytest.mark.parametrize(("dialect", "layer", "shape", "projection"), [*workings()])
def test_the_gates_come_to_the_layer(dialect, layer, shape, projection):
    spec = f"dialect: {dialect or 'null'}\ninput: {shape}\nlayers:\n - {layer}\n"
    network = cnncalc.loads(spec if dialect else spec.partition("\n")[2])
    node = network.nodes[1]
    section = explain(network, node.name, "params").sections[0]
    gates = {step.name: step.value for step in section.steps if step.name.endswith(" gate")}
    assert list(gates) == [f"{name} gate" for name in node.layer.gate_names]
    assert sum(gates.values()) == node.facts.params - projection
    given = {step.name: step.value for step in section.givens}
    assert given["g"] == len(gates)


def test_a_projection_is_no_part_of_a_gate():
    found = cnncalc.calculate("params lstm", features=20, units=30, projection=10, dialect="torch")
    lines = [step.line() for step in found.working]
    assert "input gate = U·C + U·r + 2·U = 30·20 + 30·10 + 2·30 = 960" in lines
    assert found.value == 4 * 960 + 300

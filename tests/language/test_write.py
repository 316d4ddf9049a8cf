"""What `expand` prints is a spec that gives the same network, whatever names and texts it holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cnncalc
from cnncalc.language.write import write

NAMES = ["null", "true", "no", "y", "Infinity", "e3", "_", "größe", "a.b", "a-1"]
TEXTS = [
    "", " ", "~", "null", "1e3", "0x10", "4.09G", ".inf", "a: b", "a #b", "- x", "? x", "a\tb", "a\nb", "a\rb", "\x07", "\x7f", "\x85",
    "\xa0", "\u2028", "\u200b", "\u202e", "\ufeff", "😀", "\U000e0001", "---", "...", "%x", "@x", "{a}", "&a", "*a", "!a", "'", '"', "\\", "<<", "$x",
]  # fmt: skip


def quoted(text):
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def loaded(name="net", description="", **keys):
    head = {"cnncalc": 1, "input": {"features": 3}, "layers": [{"dense": 2}], **keys}
    return cnncalc.loads(f"{json.dumps(head)[:-1]}, name: {quoted(name)}, description: {quoted(description)}}}")


def parts(network):
    nodes = [(node.name, node.op, node.inputs, node.output) for node in network.nodes]
    return network.name, network.description, nodes, network.params.value, network.macs.value


@given(st.text(max_size=8), st.text(max_size=8))
@example("\x7f", "\x85")
def test_any_text_comes_back(name, description):
    network = loaded(name=name, description=description)

    assert parts(cnncalc.loads(write(network))) == parts(network)


@pytest.mark.parametrize("text", TEXTS)
def test_texts_that_mean_something_to_yaml_come_back(text):
    network = loaded(name=f"a{text}", description=text)
    assert parts(cnncalc.loads(write(network))) == parts(network)
    assert write(network).replace("\n", "").isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_names_that_look_like_values_come_back(name):
    network = loaded(layers=[{"relu": {"name": name}}, {"dense": {"units": 3, "name": "k"}}, {"add": [name, "k"]}], outputs=[name, "add"][:1],
                     expect={"output": {"features": 3}})  # fmt: skip
    assert parts(cnncalc.loads(write(network))) == parts(network)
    if name.isidentifier():
        network = cnncalc.loads(json.dumps({"inputs": {name: {"features": 3}, "b": {"features": 3}}, "layers": [{"add": [name, "b"]}]}))
        assert parts(cnncalc.loads(write(network))) == parts(network)


INPUTS = "inputs: {a: {features: 3}, b: {features: 3}}\nlayers:\n"


@pytest.mark.parametrize(("spec", "lines"), [
    # An input that only a layer reads which is not there.
    (INPUTS + "  - relu: {from: b, when: false}\n  - dense: {units: 2, from: a}\n", ["  - identity: {from: b, when: false}"]),
    # No layer at all.
    ("input: {features: 3}\nlayers: [relu: {repeat: 0}]\n",                       ["  - identity: {from: input, when: false}"]),
    (INPUTS + "  - relu: {from: [b], when: false}\n  - relu: {from: a, repeat: 0}\n",
     ["  - identity: {from: a, when: false}", "  - identity: {from: b, when: false}", "outputs: a"]),
    # Names that mean the same tensor.
    ("input: {features: 3}\nlayers: [relu: {name: x}, relu: {name: y, when: false}, dense: 1]\noutputs: [x, y]\n", ["outputs: x"]),
    ("input: {features: 3}\nlayers: [relu: {name: x}, relu: {name: y, when: false}]\noutputs: [x, y]\n",         []),
    ("input: {features: 3}\nlayers: [relu: {name: x}, dense: {units: 1, name: z}]\noutputs: [x, z, x]\n",        ["outputs: [x, z]"]),
    ('input: {features: 3}\nlayers: [relu: {name: "null"}, dense: 1]\noutputs: ["null"]\n',                  ['outputs: "null"']),
])  # fmt: skip
def test_layers_that_are_not_there_leave_their_inputs_and_outputs(spec, lines):
    network = cnncalc.loads(spec)
    text = write(network)
    again = cnncalc.loads(text)

    assert [line for line in text.splitlines() if "identity" in line or "outputs" in line] == lines
    assert parts(again) == parts(network)
    assert set(again.outputs.values()) == set(network.outputs.values())
    assert write(again) == text


@pytest.mark.parametrize("arguments", [["expand"], ["shapes", "--format", "json"], ["check", "--format", "json"]])
def test_data_is_utf_8_on_every_terminal(tmp_path, arguments):
    (tmp_path / "net.yaml").write_text("name: größe×😀\ninput: {features: 3}\nlayers: [relu]\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(cnncalc.__file__).parent.parent)}
    done = subprocess.run([sys.executable, "-m", "cnncalc", arguments[0], str(tmp_path / "net.yaml"), *arguments[1:]],
                          capture_output=True, check=True, env=environment)  # fmt: skip

    assert "größe×😀" in done.stdout.decode() or json.dumps("größe×😀")[1:-1] in done.stdout.decode()


def test_names_that_blocks_have_made_too_long_are_shortened():
    text = ("input: {channels: 1, size: [64]}\nblocks:\n  Level: {args: {level: 1}, layers: [{conv: {filters: 4, kernel: 3, padding: same}}, "
            "{Level: {level: $(level + 1), when: $(level < 20)}}]}\nlayers: [Level]\n")  # fmt: skip
    network = cnncalc.loads(text)
    again = cnncalc.loads(write(network))

    assert max(len(node.name) for node in network.nodes) > 100
    assert max(len(node.name) for node in again.nodes) <= 100
    assert [node.facts.params for node in again.nodes] == [node.facts.params for node in network.nodes]

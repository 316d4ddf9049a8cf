"""Public model files give, layer by layer, what the tools say that they were made for."""

import pytest

from cnncalc.importers.base.names import Names

from .reading import axes, held, load_text, public_files


def files(name):
    return sorted(public_files(name))


@pytest.mark.parametrize("file", files("caffe"))
def test_layers_of_caffe(file, tmp_path):
    public, names = public_files("caffe")[file], Names()
    net = load_text(tmp_path, file, public["text"])
    got = {node.name: (axes(node.output), held(node.facts), node.facts.macs) for node in net.nodes}

    wanted = [(names.unique(name), (out, params, macs)) for name, _, out, params, macs in public["layers"]]

    assert [(name, got[name]) for name, _ in wanted] == wanted
    assert len(net.nodes) == len(wanted) + 1


@pytest.mark.parametrize("file", files("ncnn"))
def test_layers_of_ncnn(file, tmp_path):
    public, names = public_files("ncnn")[file], Names()
    net = load_text(tmp_path, file, public["text"])
    # What a layer ends with is a node of its own here.
    got = {node.name.removesuffix(".act"): (axes(node.output), 0) for node in net.nodes}
    got |= {node.name: (got[node.name][0], held(node.facts)) for node in net.nodes if not node.name.endswith(".act")}

    wanted = [(names.unique(name), (out, params)) for name, _, out, params, _ in public["layers"]]

    assert [(name, got[name]) for name, _ in wanted] == wanted
    assert len(got) == len(wanted) + 1


@pytest.mark.parametrize("file", files("darknet"))
def test_layers_of_darknet(file, tmp_path):
    public = public_files("darknet")[file]
    net = load_text(tmp_path, file, public["text"])
    got = {}
    for node in net.nodes[1:]:
        # A section is one node or several: its convolution, norm and activation, the parts of a route.
        number = int(node.name.split(".")[0].split("_part")[0].rsplit("_", 1)[1])
        _, numbers, macs = got.get(number, ([], 0, 0))
        got[number] = (axes(node.output), numbers + held(node.facts), macs + node.facts.macs)

    assert len(got) == len(public["layers"])
    for number, kind, out, params, macs in public["layers"]:
        found, *counts = got[number]
        # A vector is a map of size 1 there, and some layers do not say what they give.
        assert (found, *counts) == (_as_here(out, found), params, macs), (number, kind)


def _as_here(out, found):
    if not out:
        return found
    if len(found) > 1:
        return out
    total = 1
    for n in out:
        total *= n
    return [total]


@pytest.mark.parametrize("name", ["caffe", "darknet", "ncnn"])
def test_a_layer_that_differs_would_be_noticed(name):
    layers = [layer for file in public_files(name).values() for layer in file["layers"]]

    assert len(layers) > 200 or name == "caffe"
    assert sum(bool(layer[3]) for layer in layers) > 40

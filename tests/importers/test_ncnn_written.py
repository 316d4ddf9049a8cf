"""Files of ncnn that pnnx wrote of PyTorch's networks: `python -m tools.truth.ncnn_files` makes them anew."""

import gzip
import json

import pytest

from cnncalc.importers.base.names import Names

from .reading import DATA, axes, load_text

FILES = json.loads(gzip.decompress((DATA / "ncnn_written.json.gz").read_bytes()))


@pytest.mark.parametrize("file", FILES)
def test_layers_are_those_that_ncnn_ran_and_numbers_those_of_pytorch(file, tmp_path):
    written, names = FILES[file], Names()
    net = load_text(tmp_path, "net.param", written["text"])
    # What a layer ends with is a node of its own here; a layer of several outputs has none of its name.
    got = {node.name.removesuffix(".act"): axes(node.output) for node in net.nodes}
    layers = [line.split() for line in written["text"].splitlines()[2:]]
    wanted = {names.unique(w[1]): written["blobs"][w[4 + int(w[2])]] for w in layers if int(w[3]) == 1}

    assert {name: got[name] for name in wanted} == wanted
    assert (net.params.value, net.macs.value) == (written["params"], written["macs"])

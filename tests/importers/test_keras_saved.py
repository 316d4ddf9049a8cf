"""What a SavedModel of Keras 2 has beside its graph: `keras_metadata.pb`, layer by layer what Keras says."""

import gzip
import json

import pytest

from cnncalc import SpecError, load
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import Origin, read
from tests.importers.reading import DATA, axes

SAVED = json.loads(gzip.decompress((DATA / "keras" / "saved_models.json.gz").read_bytes()))


def network(data, name="keras_metadata.pb"):
    return build(Document(read(Origin(name), data)))


@pytest.mark.parametrize("name", sorted(SAVED))
@pytest.mark.parametrize("called", ["keras_metadata.pb", "net.yaml", "net"])
def test_layers_are_those_of_keras(name, called):
    net = network(SAVED[name]["file"].encode("latin-1"), called)
    found = {node.name: node for node in net.nodes if node.layer is not None and node.host is None}

    for layer, output, held in SAVED[name]["rows"]:
        node = found.pop(layer)
        whole = [node, *(other for other in net.nodes if other.name.startswith(f"{layer}."))]
        stored = sum(part.facts.params + part.facts.buffer_count for part in whole)
        assert (sorted(axes(node.output)), stored) == (sorted(output), held), layer
    assert not [name for name in found if "." not in name]


@pytest.mark.parametrize(("change", "message"), [
    (lambda data: data.replace(b'"class_name"', b'"glass_name"'), "this JSON is not that of a model: it has no class_name"),
    (lambda data: data[:200], "the file breaks off, or is damaged, at byte 3"),
])  # fmt: skip
def test_what_cannot_be_read_says_why(change, message):
    with pytest.raises(SpecError) as caught:
        network(change(SAVED["sequential"]["file"].encode("latin-1")))

    assert (caught.value.diagnostics[0].code, caught.value.diagnostics[0].message) == ("E701", message)


def test_the_graph_itself_holds_no_layers(tmp_path):
    path = tmp_path / "saved_model.pb"
    path.write_bytes(b"\x08\x01\x12\x10\x0a\x0e\x12\x05serve\x22\x01v\x2a\x02ab")
    with pytest.raises(SpecError) as caught:
        load(path)

    [found] = caught.value.diagnostics
    assert found.message == "this is the graph of a SavedModel, which holds no layers"
    assert found.help == "keras_metadata.pb beside it is read, if Keras 2 has saved it"

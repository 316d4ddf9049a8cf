"""Files of Keras: `.keras`, JSON of Keras 2 and 3 and TensorFlow.js, `.h5`, a SavedModel's `keras_metadata.pb`.

What is read is the configuration of the model; its weights are stepped over, and nothing in it is run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.archive import read_member
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.hdf5 import read_attribute
from cnncalc.importers.base.json_data import parse_json
from cnncalc.importers.base.keras_network import describe_model
from cnncalc.importers.base.model_file import TEXT
from cnncalc.importers.base.wire import Wire
from cnncalc.protobuf import BYTES

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "Keras"
SUFFIXES = (".keras", ".json", ".h5", "keras_metadata.pb")
READS = "the layers of Functional and Sequential models; .h5 needs cnncalc[h5]"

_ZIP = b"PK\x03\x04"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_GRAPH = re.compile(rb'"format"\s*:\s*"graph-model"|"modelTopology"\s*:\s*\{\s*"node"')
_MODEL = re.compile(rb'^\s*\{.*"(class_name|modelTopology|model_config)"', re.DOTALL)
_SAVED = re.compile(rb"\n[\x80-\xff]*[\0-\x7f](?:\x10.)?\x1a\x04root\"", re.DOTALL)
"""SavedMetadata begins with the object that is the whole: its number, and its path."""


def recognises(name: str, head: bytes) -> bool:
    """Whether it is an archive or an HDF5 file called so, or JSON that begins as a model does."""
    ending = name.lower().rpartition(".")[2]
    if head.startswith(_ZIP):
        return ending == "keras" or (b"metadata.json" in head[:60] or b"config.json" in head[:60])
    if head.startswith(_HDF5) or _SAVED.match(head):
        return True
    if _MODEL.match(head.removeprefix(b"\xef\xbb\xbf")) is None or _GRAPH.search(head):
        return False
    return b'"config"' in head or b"keras" in head


def describe(file: ModelFile) -> Description:
    """The network of a file of Keras; raises Unreadable."""
    head = file.head()
    if head.startswith(_ZIP):
        text = _decode(read_member(file, "config.json", TEXT))
    elif head.startswith(_HDF5):
        text = _of_hdf5(file)
    elif _SAVED.match(head):
        text = _of_metadata(file)
    else:
        text = file.text()
    return describe_text(text, is_saved=_SAVED.match(head) is not None)


def describe_text(text: str, *, is_saved: bool = False) -> Description:
    """The network of the JSON of a model, or of what `is_saved` with it; raises Unreadable."""
    try:
        data = parse_json(text, "the configuration")
        return describe_model(_model(_unwrap(data) if is_saved else data))
    except RecursionError:
        raise Unreadable("the configuration is nested too deeply") from None
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        said = f"the configuration is not that of a model of Keras: {cut(str(error), NAME)}"
        raise Unreadable(said) from None


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("the configuration is not UTF-8") from None


def _unwrap(data: Any) -> Any:
    """Plain lists for the tuples of a SavedModel, which are objects with `items`."""
    if isinstance(data, list):
        return [_unwrap(part) for part in data]
    if not isinstance(data, dict):
        return data
    if data.get("class_name") in ("__tuple__", "TensorShape") and "items" in data:
        return _unwrap(data["items"])
    return {key: _unwrap(value) for key, value in data.items()}


def _model(data: dict[str, Any]) -> dict[str, Any]:
    """The configuration of the model in what is around it: that of TensorFlow.js, and of older files."""
    for word in ("modelTopology", "model_config"):
        inner = data.get(word)
        if isinstance(inner, dict):
            data = inner
    if "node" in data:
        raise Unreadable("this is a graph model of TensorFlow.js, which holds no layers",
                         help="a layers model does: --output_format=tfjs_layers_model")  # fmt: skip
    if not isinstance(data.get("class_name"), str):
        raise Unreadable("this JSON is not that of a model: it has no class_name")
    return data


def _of_metadata(file: ModelFile) -> str:
    """What SavedMetadata says of the whole: one of its objects, whose path is `root`; raises Unreadable."""
    wire = Wire(file)
    for saved in wire.fields(0, wire.size):
        parts = {part.number: part for part in wire.message(saved)} if saved.number == 1 else {}
        if 3 not in parts or wire.text(parts[3]) != "root" or 5 not in parts:
            continue
        said = parts[5]
        if said.form != BYTES or said.stop - said.start > TEXT:
            raise Unreadable(f"the configuration has more than {TEXT:,} bytes, or is none")
        return _decode(wire.bytes(said.start, said.stop))
    raise Unreadable("the file does not say what the whole model is")


def _of_hdf5(file: ModelFile) -> str:
    """The attribute that holds the configuration; raises Unreadable if there is none."""
    found = read_attribute(file, "model_config")
    if found is None:
        raise Unreadable("this HDF5 file holds weights alone: how the layers are connected is not in it",
                         help="save the whole model: model.save, and not save_weights")  # fmt: skip
    return _decode(found)

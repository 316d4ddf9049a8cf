"""Keras' files: `.keras`, the JSON of Keras 2 and 3, TensorFlow.js layers models, and HDF5 (`.h5`).

What is read is the configuration of the model; its weights are stepped over, and nothing in it is run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.archive import read_member
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.json_data import parse_json
from cnncalc.importers.base.keras_network import describe_model
from cnncalc.importers.base.model_file import TEXT

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "Keras"
SUFFIXES = (".keras", ".json", ".h5")
READS = "the layers of Functional and Sequential models; .h5 needs cnncalc[h5]"

_ZIP = b"PK\x03\x04"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_MODEL = re.compile(rb'^\s*\{.*"(class_name|modelTopology|model_config)"', re.DOTALL)


def recognises(name: str, head: bytes) -> bool:
    """Whether it is an archive or an HDF5 file called so, or JSON that begins as a model does."""
    ending = name.lower().rpartition(".")[2]
    if head.startswith(_ZIP):
        return ending == "keras" or (b"metadata.json" in head[:60] or b"config.json" in head[:60])
    if head.startswith(_HDF5):
        return True
    return _MODEL.match(head.removeprefix(b"\xef\xbb\xbf")) is not None and (
        b'"config"' in head or b"keras" in head
    )


def describe(file: ModelFile) -> Description:
    """The network of a file of Keras; raises Unreadable."""
    head = file.head()
    if head.startswith(_ZIP):
        text = _decode(read_member(file, "config.json", TEXT))
    elif head.startswith(_HDF5):
        text = _of_hdf5(file)
    else:
        text = file.text()
    return describe_text(text)


def describe_text(text: str) -> Description:
    """The network of the JSON of a model; raises Unreadable."""
    try:
        return describe_model(_model(parse_json(text, "the configuration")))
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


def _of_hdf5(file: ModelFile) -> str:
    """The attribute that holds the configuration; raises Unreadable if there is none."""
    try:
        import h5py
    except ImportError:
        raise Unreadable("an HDF5 file is read by h5py, which is not installed",
                         help='pip install "cnncalc[h5]", or save the model as .keras') from None  # fmt: skip
    try:
        with h5py.File(file.stream(), "r") as opened:
            found = opened.attrs.get("model_config")
    except (OSError, RuntimeError, ValueError, TypeError, LookupError, MemoryError) as error:
        raise Unreadable(f"this HDF5 file cannot be read: {cut(str(error), NAME)}") from None
    if found is None:
        raise Unreadable("this HDF5 file holds weights alone: how the layers are connected is not in it",
                         help="save the whole model: model.save, and not save_weights")  # fmt: skip
    return _decode(found) if isinstance(found, bytes) else str(found)

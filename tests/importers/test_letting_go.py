"""What was read of a file takes no memory once its network is described."""

import gc

import pytest

from cnncalc.importers import onnx, openvino, tfjs
from cnncalc.importers.base.description import Description
from cnncalc.importers.base.model_file import ModelFile
from cnncalc.importers.base.onnx.model import Graph
from cnncalc.importers.base.openvino.xml import Layer

from .exported import unpack
from .onnx_files import model, node, value


def onnx_file(folder):
    path = folder / "net.onnx"
    path.write_bytes(model([node("Relu", "x", "y")], [value("x", [1, 3, 4, 4])], [value("y", [1, 3, 4, 4])]))
    return path


FILES = {
    onnx: onnx_file,
    openvino: lambda folder: unpack("openvino", "plain", folder),
    tfjs: lambda folder: unpack("tfjs", "plain", folder),
}


@pytest.mark.parametrize("importer", FILES, ids=lambda importer: importer.TITLE)
@pytest.mark.slow
def test_a_file_is_let_go_of(importer, tmp_path):
    """By its description alone: the collector of garbage stands still while a large network is built."""
    path = FILES[importer](tmp_path)
    gc.collect()
    gc.disable()
    try:
        with open(path, "rb") as stream:
            found = importer.describe(ModelFile(path.name, stream, str(path)))
        left = [thing for thing in gc.get_objects() if isinstance(thing, (Graph, Layer))]
    finally:
        gc.enable()

    assert isinstance(found, Description)
    assert not left

"""Files of ONNX, of operators from version 7 on: the graph is read, and the weights are stepped over.

Nodes whose operands are all constants are computed; what is left are layers. The batch, the first axis
of what goes in, is no part of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.importing import Import
from cnncalc.importers.base.onnx.model import listing, read_model
from cnncalc.importers.base.wire import Wire
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "ONNX"
SUFFIXES = (".onnx",)
READS = "every operator of a CNN from opset 7 on; others, and control flow, are opaque"

_OLDEST = 7
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def recognises(name: str, head: bytes) -> bool:
    """Whether the file is called so; what is in a file of protobuf does not tell what it is."""
    return name.lower().endswith(SUFFIXES) and not head.startswith(_PICKLES)


@pause
def describe(file: ModelFile) -> Description:
    """The network of a file; raises Unreadable."""
    wire = Wire(file)
    model = read_model(wire)
    text = listing(model.graph)
    try:
        if model.opset < _OLDEST:
            raise Unreadable(f"the operators are of version {model.opset}; the oldest that is read "
                             f"is {_OLDEST}", help="onnx.version_converter writes newer ones")  # fmt: skip
        return Import(model, wire, file.asked).run(text)
    except Unreadable as error:
        error.text = error.text or text
        raise

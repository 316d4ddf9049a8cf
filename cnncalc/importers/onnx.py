"""Files of ONNX, of operators from version 7 on: the graph is read, and the weights are stepped over.

Nodes whose operands are all constants are computed; what is left are layers. The batch, the first axis
of what goes in, is no part of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import AlongBatch, Unreadable, is_batch_second
from cnncalc.importers.base.looks import is_text
from cnncalc.importers.base.onnx.importing import Import
from cnncalc.importers.base.onnx.model import listing, read_model
from cnncalc.importers.base.onnx.telling import is_model
from cnncalc.importers.base.wire import Wire
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile
    from cnncalc.importers.base.onnx.model import Graph

TITLE = "ONNX"
SUFFIXES = (".onnx",)
READS = "every operator of a CNN from opset 7 on; others, and control flow, are opaque"

_OLDEST = 7


def recognises(name: str, head: bytes) -> bool:
    """Whether it begins as a model does, or is called so and is neither a text nor an archive."""
    return is_model(head) or (
        name.lower().endswith(SUFFIXES) and not head.startswith(b"PK\x03\x04") and not is_text(head)
    )


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
        try:
            return Import(model, wire, file.asked).run(text)
        except AlongBatch:
            if not is_batch_second(_shapes(model.graph)):
                raise
            return Import(read_model(wire), wire, file.asked, batch=1).run(text)
    except Unreadable as error:
        error.text = error.text or text
        raise


def _shapes(graph: Graph) -> list[tuple[int | str, ...]]:
    """The shapes of what goes in."""
    inputs = (dims for name, (_, dims) in graph.inputs.items() if name not in graph.weights)
    return [dims or () for dims in inputs]

"""Core ML: neural networks, programs and pipelines of them, `.mlmodel` files and `.mlpackage` folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.coreml_pipeline import read_whole, tell
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.mil_layers import CoreMl
from cnncalc.importers.base.onnx.model import listing
from cnncalc.importers.base.wire import Wire, read
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile


TITLE = "Core ML"
SUFFIXES = (".mlmodel", ".mlpackage")
READS = "programs, neural networks and pipelines of them, every operator of a CNN; control flow is opaque"


def recognises(name: str, head: bytes) -> bool:
    """Whether the file is called so; what is in a file of protobuf does not tell what it is."""
    return name.lower().endswith(SUFFIXES)


@pause
def describe(file: ModelFile) -> Description:
    """The network of a file; raises Unreadable."""
    wire = Wire(file)
    whole = read_whole(wire, read(wire, None), file.model)
    text = listing(whole.graph)
    try:
        found = CoreMl(whole.graph, tell(whole), wire, file.asked).run(text)
        return found._replace(name=file.model or found.name)
    except Unreadable as error:
        error.text = error.text or text
        raise

"""Graph models of TensorFlow.js: a graph of TensorFlow as JSON, and its weights in files beside it.

Of the weights, only small ones that say what a node does are read. Layers models are read as Keras' files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.json_data import parse_json
from cnncalc.importers.base.tfjs.graph import read_graph
from cnncalc.importers.base.tfjs.importing import TensorFlow
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "TensorFlow.js"
SUFFIXES = (".json",)
READS = "graph models, most operators of CNNs; loops by their steps; the .bin files for shapes among weights"

_GRAPH = re.compile(
    rb'"format"\s*:\s*"graph-model"|"modelTopology"\s*:\s*\{\s*"node"\s*:|"node"\s*:\s*\[\s*\{\s*"(name|op)"'
)


def recognises(name: str, head: bytes) -> bool:
    """Whether it is JSON that begins as a graph model does."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and _GRAPH.search(head) is not None


@pause
def describe(file: ModelFile) -> Description:
    """The network of a graph model; raises Unreadable."""
    data = parse_json(file.text(), "the model")
    if not isinstance(data.get("modelTopology"), dict) or not isinstance(
        data["modelTopology"].get("node"), list
    ):
        raise Unreadable("the model has no nodes", help="is it the weights manifest alone?")
    text = ""
    try:
        read = read_graph(data, file)
        text = read.text
        return TensorFlow(read, file.asked).run(text)
    except Unreadable as error:
        error.text = error.text or text
        raise
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise Unreadable(f"this is no graph model: {cut(str(error), NAME)}") from None

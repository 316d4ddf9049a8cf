"""OpenVINO's intermediate representation: an XML file of layers, and its weights in a `.bin` beside it.

Of the weights, only small constants that say what a layer does are read; without them, the shapes that the XML
says of ports stand in for these layers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable, keep_lines
from cnncalc.importers.base.openvino.graph import Weights, as_graph
from cnncalc.importers.base.openvino.importing import OpenVino
from cnncalc.importers.base.openvino.xml import read_net
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "OpenVINO IR"
SUFFIXES = (".xml",)
READS = "IR 10 and 11, every operator of a CNN; loops by their steps; small constants of the .bin"

_NET = re.compile(rb"<net[\s>]")


def recognises(name: str, head: bytes) -> bool:
    """Whether it is XML that is called so, or in which a network begins."""
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    return name.lower().endswith(SUFFIXES) or _NET.search(head) is not None


@pause
def describe(file: ModelFile) -> Description:
    """The network of a file; raises Unreadable."""
    text = file.text()
    try:
        weights = Weights(file)
        graph = as_graph(read_net(text), weights)
        found = OpenVino(graph, weights, file.asked).run(text)
        # Findings are about layers; the rest of the text, their ports, is 20 times as long.
        lines = {found.line, *(layer.line for layer in found.layers)}
        return found._replace(text=keep_lines(text, lines))
    except Unreadable as error:
        error.text = error.text or text
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(
            f"this is no network of OpenVINO: {cut(str(error), NAME)}", text=text
        ) from None

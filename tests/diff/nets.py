"""Two versions of a net, and what `cnncalc diff` makes of them."""

import cnncalc
from cnncalc.diff import layers
from cnncalc.diff.lines import lines
from cnncalc.diff.snapshot import of_network

HEAD = "input: {channels: 3, size: [32, 32]}\ndefaults: {conv: {kernel: 3, padding: same}}\n"


def net(text):
    """A network of a layer list, or of blocks and layers."""
    return cnncalc.loads(HEAD + (text if "layers:" in text else f"layers:\n{text}"))


def compared(old, new):
    return layers.compare(of_network(net(old)), of_network(net(new)))


def told(old, new, depth=None):
    """Every change as `mark name: what`."""
    return [f"{line.status} {line.name}: {line.what}" for line in lines(compared(old, new), depth)]


def affected(old, new):
    return [change.row.name for change in compared(old, new).changes if change.status == "affected"]

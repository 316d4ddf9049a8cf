"""Networks for tests: one way to write a spec of a few layers, and the specs of cnncalc, compiled once.

A model of specs/ is called `stem`, `stem::model`, and a variant of either by its name behind a
space, `vgg16 vgg19_bn`.
"""

from functools import cache

from cnncalc.language import zoo
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec

MAP = "input: {channels: 3, size: [32, 32]}\n"


def spec(*items, head="", input=MAP, tail=""):
    """A spec of these items, `head` above its input and `tail` below its layers."""
    return head + input + "layers:\n" + "".join(f"  - {item}\n" for item in items) + tail


@cache
def document(stem):
    """A spec of cnncalc, compiled."""
    return Document(open_spec(zoo.path(stem)).source)


@cache
def network(name, size=None):
    """A network of these specs, at another size of its input if one is given."""
    base, _, label = name.partition(" ")
    stem, _, model = base.partition("::")
    chosen = document(stem).select(model or None)[0]
    variants = {"": None, **{variant.name: variant for variant in chosen.variants}}
    return build(document(stem), chosen.name, size=size, variant=variants[label])

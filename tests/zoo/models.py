"""Every model and variant of specs/, compiled and built once for all tests of the zoo.

A model is called as in the tables of `published/`: `stem`, `stem::model`, and a variant of either
by its name behind a space, `vgg16 vgg19_bn`.
"""

from functools import cache

from cnncalc.spec import zoo
from cnncalc.spec.build import build
from cnncalc.spec.document import Document
from cnncalc.spec.source import open_spec


@cache
def document(stem):
    """The spec in a file, compiled."""
    return Document(open_spec(zoo.path(stem)).source)


@cache
def names():
    """Every model and variant that the specs have."""
    found = []
    for stem in zoo.names():
        models = document(stem).models
        for model in models.values():
            base = stem if len(models) == 1 else f"{stem}::{model.name}"
            found += [base, *(f"{base} {variant.name}" for variant in model.variants)]
    return found


@cache
def network(name, size=None):
    """The network of a name, for another size of its input if one is given."""
    base, _, label = name.partition(" ")
    stem, _, model = base.partition("::")
    chosen = document(stem).model(model or None)
    variants = {"": None, **{variant.name: variant for variant in chosen.variants}}
    return build(document(stem), chosen.name, size=size, variant=variants[label])


def text(stem):
    """A spec as it is written."""
    return document(stem).source.text

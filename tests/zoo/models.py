"""Every model and variant of specs/; a model is called as in the tables of `published/`."""

from functools import cache

from cnncalc.language import zoo
from tests.nets import document


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


def text(stem):
    """A spec as it is written."""
    return document(stem).source.text

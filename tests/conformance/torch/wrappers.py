"""PyTorch's normalisations of weights."""

from __future__ import annotations

from ..cases import Case
from ..stating import Stated, Statement, Unstated
from . import convolutions, norms, plain, pooling, sequences

MODULES: dict[str, Statement] = {
    **convolutions.TABLE,
    **norms.TABLE,
    **plain.TABLE,
    **pooling.TABLE,
    **sequences.TABLE,
}

TAKEN_OUT = ("from", "name")
"""What an item says of the layer around, not of the one within."""


def normalised(case: Case) -> Stated:
    """The module as its own table states it, put into the layer of that name."""
    args = case.args
    inner = case._replace(cls=args["module"], args=args["args"])
    if inner.cls not in MODULES:
        raise Unstated("no kind of layer for it")
    stated = MODULES[inner.cls](inner)
    if len(stated.layers) != 1:
        raise Unstated("not one layer")
    ((kind, given),) = stated.layers[0].items()
    outside = {name: given[name] for name in TAKEN_OUT if name in given}
    entry = {kind: {name: value for name, value in given.items() if name not in outside}}
    if inner.cls == "Linear" and kind == "conv" and args.get("dim") == 2:
        raise Unstated("a convolution has an axis more than a dense layer")
    if "within" in args:
        entry = {args["within"]: {"layer": entry}}
    if "dim" in args:
        outside["dim"] = "none" if args["dim"] is None else args["dim"]
    return stated._replace(layers=[{case.cls: {"layer": entry, **outside}}])


TABLE: dict[str, Statement] = {"weight_norm": normalised, "spectral_norm": normalised}

"""Where Keras keeps the channels: last, unless `data_format` says first."""

from __future__ import annotations

from ..cases import Case
from ..stating import FIRST, LAST, Entry, Stated, View


def view(case: Case) -> View:
    """As `data_format` says."""
    return FIRST if case.args.get("data_format") == "channels_first" else LAST


def through(case: Case, *layers: Entry) -> Stated:
    """The layers one after the other, on the one input of the call."""
    v = view(case)
    return Stated((v.read(case.shapes[0]),), list(layers), v)

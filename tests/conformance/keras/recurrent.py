"""Keras' recurrent layers and what wraps layers. States that are returned too are left out."""

from __future__ import annotations

from ..cases import Case
from ..stating import Entry, Stated, Statement, Unstated, layer
from .views import through

UNSEEN = ("return_state", "go_backwards")
"""Arguments that change no number of the main output."""

KINDS = {"SimpleRNN": "simple_rnn", "LSTM": "lstm", "GRU": "gru"}


def recurrent(case: Case) -> Stated:
    """The class as our kind."""
    return through(case, layer(KINDS[case.cls], case.args, *UNSEEN))


def bidirectional(case: Case) -> Stated:
    """The wrapped layer with `bidirectional`; unmerged, it is two layers side by side."""
    inner = case.args["layer"]
    kind, merge = KINDS[inner["class_name"]], case.args.get("merge_mode", "concat")
    if merge is not None:
        return through(case, layer(kind, inner["config"], *UNSEEN, bidirectional=merge))
    both = ("forward", "backward")
    sides = [layer(kind, inner["config"], *UNSEEN, **{"from": "input", "name": n}) for n in both]
    return through(case, *sides)._replace(outputs=both)


def conv_lstm(case: Case) -> Stated:
    """The first of our axes is time."""
    drop = (*UNSEEN, "data_format")
    return through(case, layer("conv_lstm", case.args, *drop))


def time_distributed(case: Case) -> Stated:
    """The wrapped layer in our words, applied to each step of the first axis."""
    from . import TABLE

    inner = case.args["layer"]
    batch, _, *step = case.shapes[0]
    once = TABLE[inner["class_name"]](
        Case(case.framework, inner["class_name"], inner["config"], ([batch, *step],), None)
    )
    if len(once.layers) > 1:
        raise Unstated("several layers in one wrapper")
    wrapped: Entry = {"time_distributed": {"layer": once.layers[0]}}
    return through(case, wrapped)


TABLE: dict[str, Statement] = {
    "SimpleRNN": recurrent,
    "LSTM": recurrent,
    "GRU": recurrent,
    "Bidirectional": bidirectional,
    "ConvLSTM1D": conv_lstm,
    "ConvLSTM2D": conv_lstm,
    "ConvLSTM3D": conv_lstm,
    "TimeDistributed": time_distributed,
}

"""Everything there is to say of every layer in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.fields.describe import columns
from cnncalc.fields.survey import survey_of
from cnncalc.keywords import Batch
from cnncalc.tabulate import MAC_RULE, tabulate

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.table import Table


def analyze(network: Network, *, batch: Batch = 1) -> Table:
    """Per layer: window, output, receptive field, parameters, buffers, MACs and FLOPs."""
    survey = survey_of(network)
    views = survey.views
    keys = ("layer", "op", "inputs", "window", "output", "params", "trainable", "buffers", "macs",
            "flops")  # fmt: skip
    return tabulate(
        network,
        "summary",
        keys,
        batch=batch,
        more=columns(views),
        places={"field": "output", "jump": "field"},
        shares=["macs"],
        notes=[*survey.notes("field"), MAC_RULE],
        hidden=["trainable"],
        abbreviated=["macs"],
    )

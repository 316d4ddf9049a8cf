"""Everything about every layer, in one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analyzers.base.keywords import Batch
from cnncalc.analyzers.base.tabulate import MAC_RULE, Pick, tabulate
from cnncalc.receptive_field.describe import columns
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.tables.table import Table


def analyze(network: Network, *, batch: Batch = 1) -> Table:
    """Per layer: window, output, receptive field, parameters, buffers, MACs and FLOPs."""
    survey = survey_of(network)
    by_input, field, jump = columns(survey.views)
    keys = (
        *("layer", "op", "inputs", "window", "output", field, jump),
        *("params", Pick("trainable", shown=False), "buffers"),
        *(Pick("macs", share=True, short=True), "flops", by_input),
    )
    notes = [*survey.notes("field"), MAC_RULE]
    return tabulate(network, "summary", keys, batch=batch, notes=notes)

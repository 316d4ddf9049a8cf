"""What norms, recurrent layers and attention of 8 channels or units hold in each framework."""

import json
import re
from pathlib import Path

import pytest

from cnncalc.dialects.base.dialect import find
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.batch_norm import BatchNorm
from cnncalc.layers.conv import Conv
from cnncalc.layers.group_norm import GroupNorm
from cnncalc.layers.gru import Gru
from cnncalc.layers.lstm import Lstm
from cnncalc.layers.multi_head_attention import MultiHeadAttention

ROWS = json.loads((Path(__file__).parent / "data" / "framework_params.json").read_text(encoding="utf-8"))["rows"]

# Of these, the framework has two forms, and the dialect has the other one, which is a row as well.
OTHERS = {
    ("flax", "nnx.GRUCell(8,8)"): 416,
    ("chainer", "LSTM(8,8)"): 576,
    ("mindspore", "mint.nn.Conv2d(8,8,3)"): 576,
}

# Counters are left out, as that of PyTorch is: one number beside the statistics, or one for each of both.
COUNTERS = {17: 1, 34: 2, 1: 1}


def layer_of(framework, word):
    """Our layer for the word of a framework, and what goes in."""
    name, dialect = word.lower(), {"dialect": framework}
    flat = Shape(8, (5,))
    if "conv" in name:
        return Conv(filters=8, kernel=3, **dialect), Shape(8, (9, 9)) if "2d" in name else Shape(8, (9,))
    if re.search(r"batch_?norm", name):
        return BatchNorm(**dialect), flat
    if re.search(r"group_?norm", name):
        return GroupNorm(groups=4, **dialect), Shape(12, (5,)) if "12" in name else flat
    if "lstm" in name:
        return Lstm(units=8, **dialect), flat
    if "gru" in name:
        return Gru(units=8, **dialect), flat
    assert "attention" in name
    return MultiHeadAttention(heads=2, **dialect), flat


KNOWN = [row for row in ROWS if row[0] not in ("keras", "torch")]


@pytest.mark.parametrize(("framework", "word", "params", "state"), KNOWN)
def test_a_layer_holds_what_its_framework_lists(framework, word, params, state):
    layer, x = layer_of(framework, word)
    facts = layer.apply(x)

    assert facts.params == OTHERS.get((framework, word), params)
    if state and isinstance(layer, BatchNorm):
        assert facts.buffer_count == state - COUNTERS.get(state, 0)


def test_two_forms_are_two_numbers():
    for (framework, word), ours in OTHERS.items():
        assert next(row[2] for row in ROWS if row[:2] == [framework, word]) != ours


def test_many_frameworks_are_asked():
    assert len({framework for framework, *_ in KNOWN}) >= 14
    assert all(find(framework).version for framework, *_ in KNOWN)

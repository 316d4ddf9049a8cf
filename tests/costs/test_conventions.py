"""Every convention against its tool: recorded by measure.py, to the digit."""

import json
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc.counting import counter, restate

MEASURED = json.loads((Path(__file__).parent / "data" / "counters.json").read_text(encoding="utf-8"))
SPECS = Path(__file__).parent.parent.parent / "specs"
TOOLS = ("fvcore", "thop", "ptflops", "torchinfo", "deepspeed", "onnx-tool")


@cache
def layer(name):
    return cnncalc.loads(MEASURED["layers"][name]["spec"])


@cache
def network(name):
    return cnncalc.load(str(SPECS / f"{name}.yaml"))


def said(net, tool, batch=1):
    """What a convention makes of a network, in the form of the recording."""
    totals = {found.number.word.lower(): found.total.value for found in restate(net, counter(tool), batch)}
    return next(iter(totals.values())) if len(totals) == 1 else totals


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", MEASURED["layers"])
def test_a_layer_counts_what_the_tool_counts(name, tool):
    assert said(layer(name), tool) == MEASURED["layers"][name]["counts"][tool]

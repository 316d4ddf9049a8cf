"""Every kind of layer has the recorded truth of a framework, or a reason why there is none."""

import re

from cnncalc.registry import names

from .cases import cases
from .judge import state
from .stating import Unstated

NONE = {
    "constant": "numbers that a program holds: no framework has it as a layer",
    "parameter": "a tensor that a module holds: no framework has it as a layer",
    "global_response_norm": "timm's, and no layer of PyTorch or Keras",
    "opaque": "its numbers are those that the spec gives",
    "yolo_head": "a check of channels: no framework has it as a layer",
}
"""Kinds without truth, and why no framework can be asked."""


def kinds_with_truth():
    """The kinds that accepted calls are stated with."""
    found = set()
    for framework in ("keras", "torch"):
        for each in cases(framework).values():
            for case in each:
                try:
                    stated = state(case) if case.answer else None
                except Unstated:
                    continue
                found |= {re.sub(r"[123]d$", "", kind) for item in stated.layers for kind in item} if stated else set()
    return found


def test_only_what_no_framework_has_is_without_truth():
    assert set(names("layers")) - kinds_with_truth() == set(NONE)

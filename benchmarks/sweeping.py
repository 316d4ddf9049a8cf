"""Variants of MobileNetV2: swept, loaded one by one, built by torchvision; and many of them in one run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from measure import Subject, reported
from result import Result
from work import has

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
ROOM = 50_000_000
"""Bytes by which the memory may grow while 10⁵ variants are computed."""
_TORCHVISION = "torchvision, meta device: build, FlopCounterMode"


def results(
    rounds: int, env: Mapping[str, str], folder: str, interpreters: Sequence[str]
) -> list[Result]:
    """Parameters, MACs, peak memory and field for each of 24 widths × 5 sizes; of 10⁵ variants."""
    subjects = [_subject("subjects", "sweep", sys.executable)]
    python = next((p for p in interpreters if has(p, "torchvision", env)), None)
    if python is not None:
        subjects.append(_subject("peers", "torchvision_variants", python))
    found = reported(subjects, rounds, env, folder)
    ours = found["sweep"]
    peer = found.get("torchvision_variants", {}).get("variant")
    measure = "MobileNetV2, a variant of 24 × 5"
    return [
        Result(measure, ours["variant"], _TORCHVISION, peer, 0.01),
        Result(measure, ours["variant"], "load and analyses, one by one", ours["alone"], 0.1),
        Result("  a variant of 10⁵", ours["many"], "of 24 × 5", ours["variant"], 1.0),
        Result("  growth of the memory meanwhile", ours["growth"], "room", ROOM, 1.0, "bytes"),
    ]


def _subject(kind: str, script: str, python: str) -> Subject:
    return Subject(script, [python, os.path.join(HERE, kind, f"{script}.py")])

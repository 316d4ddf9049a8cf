"""The page of `cnncalc report` for ResNet-152: what it takes to make, and how large it is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from measure import Subject, whole
from result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAIN = "from cnncalc.__main__ import main; main()"


def results(rounds: int, env: Mapping[str, str], folder: str) -> list[Result]:
    """The whole process against 1.5 seconds, its page against 1.5 MB."""
    path = os.path.join(env["PYTHONPYCACHEPREFIX"], "resnet152.html")
    ours = [sys.executable, "-c", _MAIN, "report", "zoo:resnet152", "-o", path, "--overwrite"]
    seconds = whole([Subject("ours", ours)], rounds, env, folder)["ours"]
    size = os.path.getsize(path)
    return [
        Result("ResNet-152: cnncalc report", seconds, "1.5 seconds", 1.5, 1.0),
        Result("  its page", size, "1.5 MB", 1_500_000, 1.0, "bytes"),
    ]

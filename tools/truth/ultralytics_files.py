"""The files of an installed ultralytics at every scale: parameters must be those that the package builds.

Nothing of the package is kept: its licence is not ours.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import torch
import ultralytics
import yaml
from ultralytics.nn import tasks

import cnncalc

FOLDER = Path(ultralytics.__file__).parent / "cfg" / "models"


def compare(only: list[str]) -> None:
    """Hold all files to the package, or those of these names; ends the process with 1 if one differs."""
    good = asked = 0
    for path in sorted(FOLDER.rglob("*.yaml")):
        if only and path.stem not in only:
            continue
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        for scale in said.get("scales") or [""]:
            asked += 1
            wanted = _count(said, scale)
            net = cnncalc.load(str(path), set={"scale": scale} if scale else None)
            good += net.params.value == wanted
            if net.params.value != wanted:
                print(f"{path.stem} {scale}: {net.params}, and the package builds {wanted:,}")
    print(f"{good} of {asked} have the package's parameters")
    if good < asked:
        sys.exit(1)


def _count(said: dict[str, object], scale: str) -> int:
    """The parameters that the package builds, without numbers in them."""
    with torch.device("meta"):
        built, _ = tasks.parse_model(
            {"nc": 80, **copy.deepcopy(said), "scale": scale}, 3, verbose=False
        )
    return sum(p.numel() for p in built.parameters())

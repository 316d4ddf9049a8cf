"""The files of an installed ultralytics at every scale: parameters must be those that the package builds.

So must be the multiply-accumulates at the first scale, where they are known and modules read images alone.
Nothing of the package is kept: its licence is not ours.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

import torch
import ultralytics
import yaml
from torch.utils.flop_counter import FlopCounterMode
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
        for number, scale in enumerate(said.get("scales") or [""]):
            asked += 1
            built, kept = _build(said, scale)
            wanted = sum(p.numel() for p in built.parameters())
            net = cnncalc.load(str(path), set={"scale": scale} if scale else None)
            macs = net.macs.value if number == 0 else None
            counted = None if macs is None else _count_macs(built, kept, net.nodes[0].output.size)
            is_same = net.params.value == wanted and counted in (None, macs)
            good += is_same
            if not is_same:
                found = f"{net.params} parameters and {net.macs} multiply-accumulates"
                print(f"{path.stem} {scale}: {found}; the package {wanted:,} and {counted or 0:,}")
    print(
        f"{good} of {asked} have the package's parameters, and its arithmetic where that is known"
    )
    if good < asked:
        sys.exit(1)


def _build(said: dict[str, Any], scale: str) -> tuple[Any, list[int]]:
    """What the package builds, without numbers in it, and the rows whose results others read."""
    with torch.device("meta"):
        built, kept = tasks.parse_model(
            {"nc": 80, **copy.deepcopy(said), "scale": scale}, 3, verbose=False
        )
    return built, kept


def _count_macs(built: Any, kept: list[int], size: tuple[int, ...]) -> int | None:
    """The multiply-accumulates of a run on an image; None if texts are read as well, or there is none."""
    x: Any = torch.zeros((1, 3, *size), device="meta")
    rows: list[Any] = []
    for norm in built.modules():
        norm.training = not isinstance(norm, torch.nn.BatchNorm2d)
    counter = FlopCounterMode(display=False)
    try:
        with torch.no_grad(), counter:
            for module in built:
                read = module.f
                if read != -1:
                    many = [
                        x if at == -1 else rows[at]
                        for at in ([read] if isinstance(read, int) else read)
                    ]
                    x = many[0] if isinstance(read, int) else many
                x = module(x)
                rows.append(x if module.i in kept else None)
    except (TypeError, AssertionError):
        return None
    return int(counter.get_total_flops()) // 2

"""Variants of MobileNetV2: swept, loaded one by one, built by torchvision; and many of them in one run."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from io import BytesIO
from typing import TYPE_CHECKING

from measure import Subject, reported
from result import Result
from work import has

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
ROOM = 50_000_000
"""Bytes by which the memory may grow while 10⁵ variants are computed."""
FORMER = "c4c9c88"
"""The build before there were sweeps."""
OVERHEAD, TWO_WORKERS = 1.15, 1 / 1.7
"""Of a cluster of one worker to one process, and of two workers to one."""
CORES = 4
"""So many take two workers, their scheduler and who asks: with fewer the ratios say nothing of the cluster."""
_TORCHVISION = "torchvision, meta device: build, FlopCounterMode"


def results(
    rounds: int, env: Mapping[str, str], folder: str, interpreters: Sequence[str]
) -> list[Result]:
    """Parameters, MACs, peak memory and field for each of 24 widths × 5 sizes; of 10⁵ variants."""
    subjects = [_subject("subjects", "sweep", sys.executable)]
    subjects.append(_subject("subjects", "alone", sys.executable))
    former = _check_out(env["PYTHONPYCACHEPREFIX"], folder)
    if former:
        command = _subject("subjects", "alone", sys.executable).command
        subjects.append(Subject("former", [*command, former]))
    python = next((p for p in interpreters if has(p, "torchvision", env)), None)
    if python is not None:
        subjects.append(_subject("peers", "torchvision_variants", python))
    found = reported(subjects, rounds, env, folder)
    ours = found["sweep"]
    peer = found.get("torchvision_variants", {}).get("variant")
    measure = "MobileNetV2, a variant of 24 × 5"
    return [
        Result(measure, ours["variant"], _TORCHVISION, peer, 0.01),
        Result(measure, ours["variant"], "load and analyses, one by one",
               found["alone"]["variant"], 0.1),
        Result(measure, ours["variant"], f"the same of build {FORMER}",
               found.get("former", {}).get("variant"), 0.1),
        Result("  a variant of 10⁵", ours["many"], "of 24 × 5", ours["variant"], 1.0),
        Result("  growth of the memory meanwhile", ours["growth"], "room", ROOM, 1.0, "bytes"),
    ]  # fmt: skip


def cluster(rounds: int, env: Mapping[str, str], folder: str) -> list[Result]:
    """10⁵ variants by the clock: in one process, on one worker of Dask, on two."""
    if not has(sys.executable, "distributed", env):
        return []
    subject = _subject("subjects", "cluster", sys.executable)
    found = reported([subject], rounds, env, folder)["cluster"]
    measure = "10⁵ variants on a Dask cluster"
    limits = (OVERHEAD, TWO_WORKERS) if (os.cpu_count() or 1) >= CORES else (None, None)
    return [
        Result(f"{measure}, one worker", found["one"], "one process", found["here"], limits[0]),
        Result("  two workers", found["two"], "one worker", found["one"], limits[1]),
    ]


def _check_out(parent: str, folder: str) -> str:
    """A folder with the build before; empty where the history does not have it."""
    git = ["git", "archive", FORMER, "cnncalc", "specs/mobilenet_v2.yaml"]
    try:
        found = subprocess.run(git, cwd=folder, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
    made = os.path.join(parent, FORMER)
    with tarfile.open(fileobj=BytesIO(found)) as archive:
        archive.extractall(made, filter="data")
    return made


def _subject(kind: str, script: str, python: str) -> Subject:
    return Subject(script, [python, os.path.join(HERE, kind, f"{script}.py")])

"""Formulas: non-max suppression against OpenCV, its growth, and the start of `calc`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from measure import Failed, Subject, reported, whole
from result import Result
from work import has

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
COUNTS = (1_000, 10_000, 100_000)
CLASSES = 80
_MAIN = "from cnncalc.__main__ import main; main()"
_IOU = ("calc", "iou", "--a", "0,0,2,2", "--b", "1,1,3,3")
_FLOOR = "import typer, yaml"
_AGAINST = "numpy, OpenCV's NMSBoxesBatched, whole process"


def results(
    rounds: int, env: Mapping[str, str], folder: str, interpreters: Sequence[str]
) -> list[Result]:
    """10,000 boxes against OpenCV, 10³ to 10⁵ boxes, and one small formula."""
    files = env["PYTHONPYCACHEPREFIX"]
    _write(files)
    return [
        *_start(rounds, env, folder),
        *_opencv(rounds, env, folder, interpreters, os.path.join(files, "boxes_10000.json")),
        *_growth(min(rounds, 3), env, folder, files),
    ]


def _write(folder: str) -> None:
    """Files of boxes in 80 classes in an image, of which many overlap."""
    from tests.formulas.boxes import boxes

    for count in COUNTS:
        with open(os.path.join(folder, f"boxes_{count}.json"), "w", encoding="utf-8") as file:
            json.dump(boxes(count, count, CLASSES, whole=False), file)


def _start(rounds: int, env: Mapping[str, str], folder: str) -> list[Result]:
    found = whole(
        [
            Subject("iou", [sys.executable, "-c", _MAIN, *_IOU]),
            Subject("floor", [sys.executable, "-c", _FLOOR]),
        ],
        4 * rounds, env, folder,
    )  # fmt: skip
    return [Result("calc iou", found["iou"], _FLOOR, found["floor"], 1.3)]


def _opencv(
    rounds: int, env: Mapping[str, str], folder: str, interpreters: Sequence[str], path: str
) -> list[Result]:
    ours = [sys.executable, "-c", _MAIN, "calc", "nms", "--boxes", path]
    subjects = [Subject("ours", ours)]
    python = next((p for p in interpreters if has(p, "cv2", env) and has(p, "numpy", env)), None)
    if python is not None:
        peer = [python, os.path.join(HERE, "peers", "opencv_nms.py"), path]
        subjects.append(Subject("opencv", peer))
        _compare(ours, peer, env, folder)
    found = whole(subjects, 2 * rounds, env, folder)
    measure = "calc nms, 10,000 boxes of a JSON file"
    return [Result(measure, found["ours"], _AGAINST, found.get("opencv"), 2.0)]


def _compare(ours: Sequence[str], peer: Sequence[str], env: Mapping[str, str], folder: str) -> None:
    """Both keep the same boxes; their order differs where scores are equal in single precision."""
    answers = []
    for command in ([*ours, "--format", "json"], peer):
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, check=True)
        answer = json.loads(done.stdout)
        answers.append(sorted(answer["value"] if isinstance(answer, dict) else answer))
    if answers[0] != answers[1]:
        raise Failed("nms and OpenCV keep different boxes")


def _growth(rounds: int, env: Mapping[str, str], folder: str, files: str) -> list[Result]:
    script = os.path.join(HERE, "subjects", "suppression.py")
    subject = Subject("suppression", [sys.executable, script, files])
    found = reported([subject], rounds, env, folder)["suppression"]
    return [
        Result(f"{title} per box, {count:,} boxes", found[f"{name}_{count}"], "the same, 1,000",
               found[f"{name}_1000"], limit, "µs")
        for name, title, limit in (("file", "nms of a file", 2.0), ("suppress", "  of which suppression", None))
        for count in COUNTS[1:]
    ]  # fmt: skip

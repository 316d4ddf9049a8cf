"""CPU time of whole processes, and the numbers that processes report about themselves.

Subjects that are compared run in turn, round after round, so that a busy machine slows all of
them down alike; each is judged by its best round.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Subject(NamedTuple):
    """A command line to be measured, and the name under which its numbers are reported."""

    name: str
    command: Sequence[str]


class Failed(Exception):
    """A subject ended with an error: nothing was measured."""


def environment(cache: str) -> dict[str, str]:
    """The environment of all subjects: bytecode is kept in `cache`, terminals are in colour.

    Without kept bytecode the start would be the time of the compiler.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "NO_COLOR")
    }
    forced = {"PYTHONPYCACHEPREFIX": cache, "FORCE_COLOR": "1", "COLUMNS": "120", "TERM": "xterm"}
    return {**kept, **forced}


def whole(
    subjects: Sequence[Subject], rounds: int, env: Mapping[str, str], folder: str
) -> dict[str, float]:
    """The CPU seconds, user and system, of each subject's process from start to end."""
    found: dict[str, float] = {}
    for number in range(rounds + 1):
        for subject in subjects:
            before = _children()
            _run(subject, env, folder)
            seconds = _children() - before
            # The first round fills the caches of bytecode and files.
            if number:
                found[subject.name] = min(seconds, found.get(subject.name, seconds))
    return found


def reported(
    subjects: Sequence[Subject], rounds: int, env: Mapping[str, str], folder: str
) -> dict[str, dict[str, float]]:
    """The numbers that each subject prints as JSON: the least of all rounds for each of them."""
    found: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for subject in subjects:
            numbers: dict[str, float] = json.loads(_run(subject, env, folder))
            best = found.setdefault(subject.name, numbers)
            for name, value in numbers.items():
                best[name] = min(value, best[name])
    return found


def _run(subject: Subject, env: Mapping[str, str], folder: str) -> str:
    done = subprocess.run(
        subject.command, env=env, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{subject.name} ended with {done.returncode}:\n{done.stderr.strip()}")
    return done.stdout


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

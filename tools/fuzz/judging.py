"""One text before all oracles that want it; what they do not like, and how small it can be made."""

from __future__ import annotations

import re
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import cnncalc
from tools.fuzz.drawing import dice_of, drawn
from tools.fuzz.loading import load
from tools.fuzz.oracles import Fault
from tools.fuzz.rates import ORACLES, Oracle

SECONDS = 20
"""The CPU time of one load with all that is asked of it."""
STEPS = 400
"""A text is made smaller in at most so many trials."""
ROOT = str(Path(cnncalc.__file__).parent.parent)


class Late(BaseException):
    """A load took too long; no handler of errors may take it for one of its own."""


class Finding(NamedTuple):
    """A fault: of which load, in whose eyes, where it was raised, and the text."""

    number: int
    oracle: str
    message: str
    place: str
    text: str

    @property
    def sort(self) -> tuple[str, str]:
        """What faults of one cause have in common."""
        return self.oracle, self.place


class Judged(NamedTuple):
    """What became of one load: what came out, the answers by oracle, the faults."""

    source: str
    state: str
    answers: Counter[str]
    faults: list[Finding]


def judged(seed: int, number: int, *, with_bombs: bool = False, rarer: int = 1) -> Judged:
    """Draw the text of a number, and ask everything that is to be asked of it."""
    source, text = drawn(seed, number, with_bombs=with_bombs)
    dice = dice_of(seed, number, "oracles")
    answers: Counter[str] = Counter()
    faults: list[Finding] = []
    state = "refused"
    try:
        with limited():
            loaded = load(text)
            state = "refused" if loaded.findings else "loaded"
    except (Exception, Late) as error:
        return Judged(source, "fault", answers, [_finding(number, "load", error, text)])
    for oracle in ORACLES:
        if oracle.wants(loaded, dice, rarer):
            try:
                with limited():
                    count = oracle.asks(loaded, dice_of(seed, number, oracle.name))
                answers[oracle.name] += count
            except (Exception, Late) as error:
                faults.append(_finding(number, oracle.name, error, text))
    return Judged(source, state, answers, faults)


@contextmanager
def limited() -> Iterator[None]:
    """Raise Late after SECONDS of CPU time."""
    before = signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _late(number: int, frame: FrameType | None) -> None:
    raise Late(f"it takes more than {SECONDS} seconds")


def _finding(number: int, oracle: str, error: BaseException, text: str) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(ROOT)]
    last = ours[-1]
    name = last.filename.removeprefix(ROOT).lstrip("/")
    where = f"{type(error).__name__} {name}:{last.lineno}"
    if isinstance(error, Late):
        where = "Late"  # where time runs out is chance
    elif isinstance(error, Fault):
        where = error.what
    message = f"{type(error).__name__}: {error}"
    return Finding(number, oracle, message[:1000], where, text)


def smaller(seed: int, finding: Finding) -> Finding:
    """The same fault in a text of fewer lines, and then in shorter ones."""
    if finding.oracle == "fields" or finding.place == "Late":
        return finding
    trials = [STEPS]

    def fails(text: str) -> bool:
        trials[0] -= 1
        return trials[0] >= 0 and (found := _again(seed, finding, text)) is not None and (
            found.sort == finding.sort
        )  # fmt: skip

    lines = reduced(finding.text.splitlines(keepends=True), lambda kept: fails("".join(kept)))
    text = "".join(reduced(_ENDS.split("".join(lines)), lambda kept: fails("".join(kept))))
    return _again(seed, finding, text) or finding


def _again(seed: int, finding: Finding, text: str) -> Finding | None:
    """The fault that an oracle finds in another text, if it does."""
    try:
        with limited():
            loaded = load(text)
            oracle = _named(finding.oracle)
            if oracle is None or (bool(loaded.findings) and oracle.of == "loaded"):
                return None
            oracle.asks(loaded, dice_of(seed, finding.number, oracle.name))
    except (Exception, Late) as error:
        return _finding(finding.number, finding.oracle, error, text)
    return None


def _named(name: str) -> Oracle | None:
    return next((oracle for oracle in ORACLES if oracle.name == name), None)


_ENDS = re.compile(r"(?<=[{\[\n])|(?<=, )|(?=[}\]\n])")
"""Where a text may be cut: around brackets, behind commas and lines."""


def reduced(parts: list[str], fails: Callable[[list[str]], bool]) -> list[str]:
    """As few of the parts as still fail: runs of them are left out, shorter and shorter ones."""
    size = len(parts) // 2
    while size:
        at = 0
        while at < len(parts):
            kept = parts[:at] + parts[at + size :]
            if kept and fails(kept):
                parts = kept
            else:
                at += size
        size //= 2
    return parts

"""Replays answers from any file: `python -m tests.conformance.replay torch fresh.json`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from .cases import read
from .judge import judge


def main(framework: str, path: str) -> int:
    """Prints what disagrees and what was not stated; 1 if anything disagrees."""
    verdicts = [judge(case) for case in read(framework, Path(path))]
    complaints = [v.complaint for v in verdicts if v.complaint]
    reasons = Counter(f"{v.case.cls}: {v.reason}" for v in verdicts if v.reason)
    lines = [
        *complaints,
        *(f"{n} × {reason}" for reason, n in reasons.most_common()),
        f"{len(verdicts)} cases, {reasons.total()} not stated, {len(complaints)} disagree",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

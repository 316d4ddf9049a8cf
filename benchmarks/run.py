"""Measures what the design demands of the speed; ends with 1 if a limit is broken.

python benchmarks/run.py [--rounds N] [--json FILE] [--peers PYTHON]... [GROUP]...
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, FOLDER)

from calculator import results as calculator  # noqa: E402 - the folder above must be known first
from drawing import results as drawing  # noqa: E402
from importing import results as importing  # noqa: E402
from measure import environment  # noqa: E402
from report import results as report  # noqa: E402
from result import Result, table  # noqa: E402
from start import results as start  # noqa: E402
from sweeping import cluster  # noqa: E402
from sweeping import results as sweeping  # noqa: E402
from work import fields, growth, reading, resnet  # noqa: E402

GROUPS = ("start", "resnet", "fields", "reading", "growth", "calculator", "importing", "sweep",
          "cluster", "drawing", "report")  # fmt: skip
SPEC = os.path.join("specs", "resnet50.yaml")
_FRAMEWORKS = os.path.join(FOLDER, ".venv-truth", "bin", "python")


def main() -> int:
    given = _arguments()
    groups = given.groups or GROUPS
    peers = [sys.executable, *given.peers]
    if os.path.exists(_FRAMEWORKS):
        peers.append(_FRAMEWORKS)
    found: list[Result] = []
    with tempfile.TemporaryDirectory() as cache:
        env = environment(cache)
        for name, results in _results(given.rounds, peers, env).items():
            if name in groups:
                found += results()
    sys.stdout.write(table(found))
    broken = [result for result in found if result.verdict == "BROKEN"]
    print(f"CPU time, best of the rounds, Python {platform.python_version()}; "
          f"{len(broken) or 'no'} limit{'s' * (len(broken) != 1)} broken")  # fmt: skip
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump({"python": platform.python_version(), "rounds": given.rounds,
                       "results": [result.to_dict() for result in found]}, file, indent=2)  # fmt: skip
            file.write("\n")
    return 1 if broken else 0


def _results(
    rounds: int, peers: Sequence[str], env: Mapping[str, str]
) -> dict[str, Callable[[], list[Result]]]:
    """What measures each of GROUPS."""
    few = min(rounds, 3)
    return {
        "start": lambda: start(SPEC, 4 * rounds, env, FOLDER),
        "resnet": lambda: resnet(SPEC, rounds, env, FOLDER, peers),
        "fields": lambda: fields(SPEC, rounds, env, FOLDER),
        "reading": lambda: reading(rounds, env, FOLDER),
        "growth": lambda: growth(few, env, FOLDER),
        "calculator": lambda: calculator(rounds, env, FOLDER, peers),
        "importing": lambda: importing(rounds, env, FOLDER, peers),
        "sweep": lambda: sweeping(few, env, FOLDER, peers),
        "cluster": lambda: cluster(few, env, FOLDER),
        "drawing": lambda: drawing(SPEC, rounds, env, FOLDER, peers),
        "report": lambda: report(rounds, env, FOLDER),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures what the design demands of the speed.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each runs")
    parser.add_argument("--json", metavar="FILE", help="write the numbers there as well")
    parser.add_argument("--peers", action="append", default=[], metavar="PYTHON",
                        help="an interpreter that has torch, torchview, keras, onnx, cv2, …")  # fmt: skip
    given = parser.parse_args()
    unknown = set(given.groups) - set(GROUPS)
    if unknown or given.rounds < 1:
        parser.error(f"the groups are {', '.join(GROUPS)}; there is at least one round")
    return given


if __name__ == "__main__":
    sys.exit(main())

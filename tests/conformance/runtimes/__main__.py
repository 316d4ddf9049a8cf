"""`python -m tests.conformance.runtimes FILE…`: how many rows each dialect answers as its runtime did."""

import sys
from pathlib import Path

from .judge import answers
from .read import read


def main(paths: list[str], *, shown: int = 3) -> int:
    """Prints right/total for each dialect and operator with the ids that differ; 1 if any does."""
    wrong = 0
    for path in paths:
        for (dialect, operator), judged in answers(read(Path(path))).items():
            ids = [row.id for row, complaint in judged if complaint]
            wrong += len(ids)
            print(f"{dialect:14} {operator:24} {len(judged) - len(ids):5}/{len(judged)}", *(ids and [f"differ: {ids}"]))
            if "-v" in sys.argv:
                for row, complaint in [pair for pair in judged if pair[1]][:shown]:
                    print(f"    {row.id}: {complaint} {row.others}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main([path for path in sys.argv[1:] if path != "-v"]))

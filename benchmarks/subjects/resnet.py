"""ResNet-50 in parts: reading the spec, making the layers with all their facts, the tables."""

from __future__ import annotations

import json
import os
import sys

sys.path.insert(1, os.getcwd())

from tables import analyzers
from timing import best

from cnncalc.language.build import build
from cnncalc.language.document import Document

try:
    from cnncalc.language.source import locate, read
except ModuleNotFoundError:
    # Builds before this one, to compare with.
    from cnncalc.language.build import read

    locate = str


def main() -> None:
    source = read(locate(sys.argv[1]))
    document = Document(source)
    network = build(document)
    tables = analyzers()

    def everything() -> object:
        # Nothing is kept from one run to the next: every layer and every fact is made anew.
        made = build(document)
        return [analyze(made) for analyze in tables]

    print(json.dumps({
        "all": best(everything, runs=40),
        "tables": best(lambda: [analyze(network) for analyze in tables], runs=40),
        "load": best(lambda: build(Document(source)), runs=40),
        "params": network.params.known,
    }))  # fmt: skip


if __name__ == "__main__":
    main()

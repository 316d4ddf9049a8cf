"""A file of 5,000 layers in some 7,500 lines: PyYAML's fastest loader, and what we make of it."""

from __future__ import annotations

import json
import os
import sys

sys.path.insert(1, os.getcwd())

import yaml
from timing import best

from cnncalc.errors import Source
from cnncalc.language.build import build
from cnncalc.language.compose import compose
from cnncalc.language.document import Document

_HEAD = "cnncalc: 1\ndialect: torch\ninput: {channels: 3, size: [224, 224]}\nlayers:\n"
_PAIR = """\
  - conv: {{name: conv_{number}, filters: {filters}, kernel: 3, padding: 1, bias: false}}
  - batch_norm:
      momentum: 0.1
"""


def main() -> None:
    pairs = (_PAIR.format(number=n, filters=64 + 8 * (n % 8)) for n in range(2500))
    text = _HEAD + "".join(pairs)
    source = Source("long.yaml", text)
    print(json.dumps({
        "yaml": best(lambda: yaml.load(text, yaml.CSafeLoader), enough=2),
        "compose": best(lambda: compose(source), enough=2),
        "compile": best(lambda: Document(source), enough=2),
        "load": best(lambda: build(Document(source)), enough=2),
    }))  # fmt: skip


if __name__ == "__main__":
    main()

"""What the analyses print for some specs, word for word; `pytest tests/golden --update` rewrites it.

Before a golden file is compared or written, its columns are added up again from the text.
"""

import re
from pathlib import Path

import pytest

from cnncalc import analyze
from cnncalc.formats import text
from tests.nets import document, network

GOLDEN = Path(__file__).parent

# Each as it is on the command line: the options of the analyzer, and how far rows are folded.
ANALYSES = {
    "shapes": ({}, None),
    "summary": ({}, 1),
    "padding": ({}, None),
    "params": ({"by": "op"}, None),
    "macs": ({}, None),
    "receptive-field": ({}, None),
}


# One spec of each kind: a chain, branches, a decoder, depthwise, several models, weights used
# again, several outputs, a sequence.
STEMS = ("alexnet", "inception_3a", "unet", "mobilenet_v2", "dcgan", "siamese_triplet", "yolov3",
         "imdb_cnn_lstm", "lenet5", "resnet50")  # fmt: skip


MODELS = {
    stem if len(document(stem).models) == 1 else f"{stem}.{model}": f"{stem}::{model}"
    for stem in STEMS
    for model in document(stem).models
}
CASES = [(name, analysis) for name in MODELS for analysis in ANALYSES]


@pytest.mark.parametrize(("name", "analysis"), CASES)
def test_an_analysis_prints_what_is_in_its_golden_file(name, analysis, request):
    net = network(MODELS[name])
    options, depth = ANALYSES[analysis]
    table = analyze(net, analysis, **options).fold(depth)
    printed = text.render(table)
    golden = GOLDEN / f"{name}.{analysis}.txt"

    for title in ("params", "trainable", "buffers", "MACs"):
        # The summary abbreviates its MACs: there are no digits to add.
        if title in printed.split("\n", 1)[0].split() and (analysis, title) != ("summary", "MACs"):
            assert _added(table, printed, title) == getattr(net, title.lower()).value, title
    if request.config.getoption("--update"):
        golden.write_text(printed, encoding="utf-8")

    assert printed == golden.read_text(encoding="utf-8")


def test_there_is_no_golden_file_of_something_else(request):
    known = {f"{name}.{analysis}.txt" for name, analysis in CASES}
    others = [path for path in GOLDEN.glob("*.txt") if path.name not in known]
    while others and request.config.getoption("--update"):
        others.pop().unlink()

    assert not others


def _added(table, printed, title):
    """The sum of a column as a reader would make it: cells end where their title does."""
    header, *lines = printed.split("\n")
    end = re.search(rf"(?<!\S){title}(?!\S)", header).end()
    total = 0
    for row, line in zip(table.visible_rows, lines, strict=False):
        shared = title != "MACs" and row.values.get("shared_with")
        number = re.search(r"[\d,]+$", line[:end].ljust(end))
        total += int(number[0].replace(",", "")) if number and not shared else 0
    return total

"""The script that follows a unit in the page against what the commands find, for random units of all the zoo."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

import cnncalc
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.receptive_field.exact import find_seen
from cnncalc.reporting.base.subject import Subject
from cnncalc.reporting.page import asset
from cnncalc.reporting.panels import fields
from cnncalc.work import TooMuch

ROOT = Path(cnncalc.__file__).parent.parent

UNITS = 6
DRIVER = """
const {fields, links, units} = JSON.parse(require("fs").readFileSync(0, "utf8"));
fields.inputs = new Set(fields.inputs);
const found = units.map(([node, unit, local]) => seenBy(fields, links, node, unit, local).map(([input, set]) => {
  const told = measure(set);
  return [input, told && told.box, told ? told.elements : 0];
}));
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def node():
    path = shutil.which("node")
    if path is None:
        pytest.skip("node is not installed")
    return path


def seen(network, index, unit, *, local):
    """What the library finds: the input, its box, how many elements; None where it is too much work."""
    places = {node.name: node.index for node in network.nodes}
    try:
        found = find_seen(network, index, unit, local=local)
    except TooMuch:
        return None
    return [[places[name], one.box and [list(side) for side in one.box], one.elements] for name, one in found.items()]


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_unit_sees_in_the_page_what_it_sees_in_the_library(node, path):
    document = Document(open_spec(str(path)).source)
    chosen = random.Random(path.stem)  # noqa: S311 - the same units in every run
    for model in document.models:
        network = build(document, model)
        data = fields.data(Subject(network))
        if data is None or data["gap"]:
            continue
        units, wanted = [], []
        while len(units) < UNITS:
            one = chosen.choice(network.nodes)
            unit = [chosen.randrange(size) for size in one.output.size]
            local = chosen.random() < 0.3
            answer = seen(network, one.index, unit, local=local)
            if answer is not None:
                units.append([one.index, unit, local])
                wanted.append(answer)
        given = {"fields": data, "links": [list(one.inputs) for one in network.nodes], "units": units}
        done = subprocess.run([node, "-e", asset("sets.js") + DRIVER], input=json.dumps(given), capture_output=True, text=True, check=True)
        assert json.loads(done.stdout) == wanted

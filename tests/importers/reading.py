"""Model files for tests: public ones with what the native tool says of them, and texts written by hand.

`data/NAME.json.gz` has by file its origin and licence, its text, and a row for each layer of the native tool: its name
or number, type, output, numbers of all kinds that it holds, multiply-accumulates (null if not measured).
"""

import gzip
import io
import json
import random
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.model_file import ModelFile

DATA = Path(__file__).parent / "data"


@cache
def public_files(name):
    """The public files of a format, by name."""
    with gzip.open(DATA / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)


def load_text(folder, name, text):
    """The network of a file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return cnncalc.load(path)


def rows(net):
    """Name, output, numbers held and multiply-accumulates of each layer; None for what is unknown."""
    return [(node.name, axes(node.output), held(node.facts), node.facts.macs) for node in net.nodes[1:]]


def axes(shape):
    """A shape as a list, channels first."""
    return list(shape.size) if shape.form == "tensor" else [shape.channels, *shape.size]


def held(facts):
    """How many numbers a layer holds, learnt or not; None if unknown."""
    counts = facts.params, facts.buffer_count
    return None if None in counts else sum(counts)


def complaint(folder, name, text):
    """The code, message, line and help of the one error that a file ends in."""
    with pytest.raises(cnncalc.SpecError) as refused:
        load_text(folder, name, text)
    [found] = refused.value.diagnostics
    return found.code, found.message, found.span.line if found.span else None, found.help or ""


def describe(importer, data):
    """The description of bytes; None where they are refused as unreadable, which is all that may happen."""
    try:
        return importer.describe(ModelFile("file", io.BytesIO(data)))
    except Unreadable:
        return None


def mutate(text, seed):
    """A text with parts cut, doubled, exchanged, or with other numbers."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        way, at = chance.randrange(6), chance.randrange(len(lines))
        other = chance.randrange(len(lines))
        words = lines[at].split(" ")
        if way == 0:
            del lines[at:]
        elif way == 1:
            lines[at] = lines[other]
        elif way == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 3:
            odd = ("0", "-1", "7", "999999999", "9" * 40, "1e9", "x", "", "=", "{", "-233", "1,2,3")
            words[chance.randrange(len(words))] = chance.choice(odd)
            lines[at] = " ".join(words)
        elif way == 4:
            digits = [i for i, c in enumerate(lines[at]) if c.isdigit()]
            if digits:
                place = chance.choice(digits)
                lines[at] = lines[at][:place] + chance.choice("0123456789-.,") + lines[at][place + 1 :]
        else:
            place = chance.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:place] + chance.choice("{}\"'#,:;=[]- \x00é") + lines[at][place:]
        lines = lines or [""]
    return "\n".join(lines)

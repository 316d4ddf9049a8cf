"""Files of every format, cut off, with bits turned and parts exchanged: a network or a SpecError, and nothing else.

Not of HDF5: what is wrong in such a file is its library's to find, which may not come back.
"""

import random

import pytest

from cnncalc import SpecError
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import Origin, read
from tests.importers.reading import DATA
from tests.importers.test_commands import FILES
from tests.importers.test_keras_saved import SAVED

EXAMPLES = {
    **FILES,
    "keras archive": ("net.keras", (DATA / "keras" / "lambda_net.keras").read_bytes()),
    "keras saved model": ("keras_metadata.pb", SAVED["sequential"]["file"].encode("latin-1")),
}
ROUNDS, FEW = 10_000, 150


def spoil(data, chance):
    """Bytes with one to four faults: cut off, turned, doubled, left out, exchanged, or given large numbers."""
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if not spoilt:
            break
        way, at = chance.randrange(7), chance.randrange(len(spoilt))
        other, length = chance.randrange(len(spoilt)), chance.randint(1, 64)
        if way == 0:
            del spoilt[at:]
        elif way == 1:
            spoilt[at] ^= 1 << chance.randrange(8)
        elif way == 2:
            spoilt[at : at + length] = spoilt[other : other + length]
        elif way == 3:
            del spoilt[at : at + length]
        elif way == 4:
            spoilt[at:at] = spoilt[other : other + length]
        elif way == 5:
            spoilt[at] = chance.choice(b"\x00\x7f\x80\xff-09.{}[]\"',:=\n ")
        else:
            spoilt[at : at + 1] = chance.choice([b"\xff" * 9 + b"\x01", b"999999999999", b"-1", b"\x00" * 8])
    return bytes(spoilt)


def try_reading(name, data):
    try:
        build(Document(read(Origin(name), data)))
    except SpecError as error:
        assert error.diagnostics


def try_rounds(format, rounds):
    name, data = EXAMPLES[format]
    chance = random.Random(format)  # noqa: S311 - not for secrets
    for _ in range(rounds):
        try_reading(chance.choice([name, name, "net.yaml"]), spoil(data, chance))


@pytest.mark.parametrize("format", EXAMPLES)
def test_a_few_spoilt_files_are_read_or_refused(format):
    try_rounds(format, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("format", EXAMPLES)
def test_spoilt_files_are_read_or_refused(format):
    try_rounds(format, ROUNDS)

"""What `--where` takes."""

import pytest

from cnncalc.errors import UsageError
from cnncalc.sweeping.condition import Condition

ROW = {"w": 0.5, "act": "relu", "macs": 300_000_000, "memory.peak": 262_144, "params": None}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("macs <= 300M", True), ("macs < 300M", False), ("macs <= 0.3G and w < 1", True), ("memory.peak <= 256KiB", True),
        ("memory.peak < 256 * 1024 or w == 1", False), ("memory.peak <= 256kB", False), ("not macs > 1e9", True),
        ("100M < macs <= 300_000_000", True), ("act == 'relu'", True), ('act == "300M"', False), ("1 if w > 0.4 else 0", True),
        ("macs / memory.peak > 1k", True), ("max(w, 2) == 2", True), ("w", True), ("params > 0", False), ("not params > 0", False),
        ("w ** 2 == 0.25", True),
    ],
)  # fmt: skip
def test_a_condition_holds(text, holds):
    assert Condition(text, ROW).holds(ROW) is holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mac <= 300M", "--where knows no `mac` .did you mean `macs`"), ("memory.top > 1", "--where knows no `memory.top`"),
        ("macs <=", "--where: cannot read `macs <=`"), ("macs <= 300Q", "--where cannot read `300Q`"),
        ("macs.real > 1", "--where knows no `macs.real`"), ("", "--where: cannot read ``"), ("__import__('os')", "knows no `__import__`"),
        ("[1][0]", "cannot read"), ("(lambda: 1)()", "--where knows no `lambda`"), ("w == " + "1 + " * 90 + "1", "at most 200 characters"),
        ("macs <= 300M)", "cannot read"), ("9 ** 9 ** 9 > w", None), ("w; w", "cannot read"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_read_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        Condition(text, ROW).holds(ROW)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("act > 3", "--where: `>` takes numbers, got `relu`"), ("act", "true or false|neither true nor false"),
        ("memory.peak / 0 > 1", "--where: division by zero in `262144 / 0`"), ("act and w", "a condition must be true or false"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_ends_it(text, message):
    condition = Condition(text, ROW)
    with pytest.raises(UsageError, match=message):
        condition.holds(ROW)

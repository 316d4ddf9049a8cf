"""Several processes give what one gives, in the same order."""

import os
import time

import pytest

from cnncalc.check import parallel
from cnncalc.check.parallel import spread
from cnncalc.errors import UsageError


def worker(value):
    return value, os.getpid()


def failing(value):
    if value == 7:
        raise UsageError("seven", "take eight")
    return value


@pytest.fixture
def divided(monkeypatch):
    """Divide the work after the first value, whatever it takes."""
    monkeypatch.setattr(parallel, "TRIAL", -1)
    monkeypatch.setattr(parallel, "WORTH", -1)
    monkeypatch.setattr(parallel, "processors", lambda: 2)


def test_little_work_is_done_here():
    assert list(spread(worker, range(50), [1] * 50)) == [(n, os.getpid()) for n in range(50)]


def test_much_work_is_divided_and_stays_in_order(divided):
    found = list(spread(worker, range(50), [1] * 50))

    assert [value for value, _ in found] == list(range(50))
    assert found[0][1] == os.getpid()
    assert os.getpid() not in {process for _, process in found[1:]}


def test_on_one_processor_nothing_is_divided(divided, monkeypatch):
    monkeypatch.setattr(parallel, "processors", lambda: 1)

    assert {process for _, process in spread(worker, range(9), [1] * 9)} == {os.getpid()}


def test_a_fault_of_another_process_is_raised_here(divided):
    with pytest.raises(UsageError, match=r"seven \(take eight\)"):
        list(spread(failing, range(9), [1] * 9))


def test_work_is_divided_only_if_enough_is_left(monkeypatch):
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    monkeypatch.setattr(parallel, "_map_in_processes", lambda function, values, weights: iter([len(values)]))
    clock = iter([0, *[n / 10 for n in range(99)]])
    monkeypatch.setattr(parallel.time, "perf_counter", lambda: next(clock))

    # Each value takes 0.1 s: after two it is clear that 0.2 s are left of four and 0.8 s of ten.
    assert list(spread(str, range(4), [1] * 4)) == list("0123")
    clock = iter([0, *[n / 10 for n in range(99)]])
    assert list(spread(str, range(10), [1] * 10)) == ["0", "1", 8]


def test_both_ways_print_the_same(check, write, monkeypatch):
    for n in range(12):
        write(f"specs/{n:02}.yaml", f"cnncalc: 1\ninput: {{features: 2}}\nlayers: [dense: {n + 1}]\nexpect: {{params: {n * 3}}}\n")
    alone = check("specs", "--format", "json")
    monkeypatch.setattr(parallel, "TRIAL", -1)
    monkeypatch.setattr(parallel, "WORTH", -1)
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    started = time.perf_counter()

    assert check("specs", "--format", "json") == alone
    assert time.perf_counter() - started < 60

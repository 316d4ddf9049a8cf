"""The same rows from a cluster: a scheduler and workers, each a process of its own."""

import json
import os
import subprocess
import sys
import time

import pytest

from cnncalc.errors import Source
from cnncalc.language.document import Document
from cnncalc.sweeping.executors.dask import pack, unpack
from cnncalc.sweeping.job import compute
from cnncalc.sweeping.request import Request
from cnncalc.sweeping.spaces import Listed
from cnncalc.sweeping.sweep import Sweep

pytest.importorskip("distributed")

# 4,000 dense layers of their own: nothing is shared, so that a part takes a while.
NET = """
vars: {u: 1, n: 1}
input: {features: $n}
layers:
  - dense: {units: $u, repeat: 6}
"""
WAIT = 60


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler, and its workers: two processes of one thread."""
    file = tmp_path / "scheduler.json"
    where = ["--scheduler-file", str(file), "--no-dashboard"]
    started = []

    def start(name, *arguments):
        process = subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{name}", *arguments], cwd=tmp_path,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        started.append(process)
        return process

    start("scheduler", *where, "--port", "0", "--host", "127.0.0.1")
    workers = [start("worker", *where, "--nthreads", "1", "--no-nanny") for _ in range(2)]
    end = time.monotonic() + WAIT
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.1)
    yield json.loads(file.read_text(encoding="utf-8"))["address"], workers
    for process in started:
        process.kill()
        process.wait()


def sweep(net, output, *arguments):
    """A run, and where its complaints are."""
    command = [sys.executable, "-m", "cnncalc", "sweep", net, "--var", "u=1:4000:1", "--var", "n=1,2"]
    with open(output + ".err", "wb") as complaints:
        return subprocess.Popen([*command, "--output", output, *arguments], stderr=complaints)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_rows(cluster, tmp_path):
    address, workers = cluster
    net, alone, shared = (str(tmp_path / name) for name in ("net.yaml", "alone.csv", "shared.csv"))
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    assert sweep(net, alone).wait() == 0
    run = sweep(net, shared, "--scheduler", address)
    end = time.monotonic() + WAIT
    while not (os.path.exists(shared) and os.path.getsize(shared) > 10_000):
        assert time.monotonic() < end
        time.sleep(0.05)
    workers[0].kill()
    assert run.wait(WAIT) == 0
    with open(alone, "rb") as one, open(shared, "rb") as other:
        assert one.read() == other.read()


def test_rows_are_the_same_behind_the_way():
    # 1 and 1.0 and true are equal, and are three settings.
    listed = [{"u": 1, "n": 2}, {"u": 0, "n": 2}, {"u": True, "n": 2.0}, {"u": [1, (2,)], "n": 2**40}, {"u": 1.0, "n": 3}]
    request = Request(metrics=("params", "macs"), where="n > 2 or n == 2")
    found = Sweep(Document(Source("net.yaml", NET)), request, Listed(listed))
    packed = pack(found.job, found.space, 7)
    assert repr(unpack(found.job, packed)) == repr(compute(found.job, found.space, 7))
    assert [place for place, _ in unpack(found.job, packed)] == [7, 8, 9, 10, 11]
    none = found.job._replace(key="other", wanted=(("--where", "n > 2"),))
    assert unpack(none, pack(none, Listed(listed[:2]), 7)) == []


@pytest.mark.slow
def test_where_nobody_answers_is_one_message(tmp_path):
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    output = str(tmp_path / "x.csv")
    run = sweep(str(tmp_path / "net.yaml"), output, "--scheduler", "tcp://127.0.0.1:9")
    assert run.wait(WAIT) == 2
    with open(output + ".err", encoding="utf-8") as file:
        complaint = file.read()
    last = complaint.strip().splitlines()[-1]
    assert last.startswith("cnncalc: no Dask scheduler answers at tcp://127.0.0.1:9")
    assert "Traceback" not in complaint

"""However a run ends, it ends without a traceback, with its exit code, and leaves nothing behind."""

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnncalc.errors import UsageError
from cnncalc.system import ending, processes, streams

if os.name == "nt":
    pytest.skip("signals and descriptors as POSIX has them", allow_module_level=True)

GOOD = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers: [relu]\n"
BAD = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers: [nonsense]\n"
RUN = [sys.executable, "-m", "cnncalc"]


@pytest.fixture(autouse=True)
def interruptible():
    """A shell ignores SIGINT for what it runs in the background, nohup SIGHUP; what they start inherits it."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)



@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(streams.__file__).parent.parent))
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.yaml").write_text(BAD, encoding="utf-8")


def shell(command):
    """The exit code and what was complained, of a command in bash of which `cnncalc` is one part."""
    line = f'set -o pipefail; cnncalc() {{ {sys.executable} -m cnncalc "$@"; }}; {command}'
    done = subprocess.run([shutil.which("bash"), "-c", line], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(("command", "code", "complaint"), [
    ("cnncalc check good.yaml | true", 0, ""),
    ("cnncalc check bad.yaml | true", 1, ""),
    ("cnncalc check bad.yaml --output /dev/stdout | true", 1, ""),
    ("cnncalc shapes good.yaml | true", 0, ""),
    ("cnncalc shapes bad.yaml 2>&1 | true", 1, ""),
    ("cnncalc shapes nowhere.yaml 2>&1 | true", 2, ""),
    ("cnncalc --help | true", 0, ""),
    ("cnncalc check good.yaml >&-", 0, ""),
    ("cnncalc check bad.yaml <&- >&- 2>&-", 1, ""),
    ("cnncalc shapes nowhere.yaml 2>&-", 2, ""),
    ("cnncalc shapes - <&-", 2, "cnncalc: cannot read <stdin>: Bad file descriptor\n"),
    ("cnncalc shapes good.yaml > /dev/full", 2, "cnncalc: cannot write the output: No space left on device\n"),
    ("cnncalc check bad.yaml > /dev/full", 2, "cnncalc: cannot write the output: No space left on device\n"),
    ("cnncalc --help > /dev/full", 2, "cnncalc: cannot write the output: No space left on device\n"),
    ("cnncalc check bad.yaml -f json 2> /dev/full > out", 1, ""),
])
def test_streams_that_take_nothing_change_no_verdict(command, code, complaint):
    assert shell(command) == (code, complaint)


def test_a_closed_stream_is_not_taken_for_a_file():
    """What is opened next would have its number, and get what others write to it."""
    shell("cnncalc schema --output schema.json >&- 2>&-")
    assert Path("schema.json").read_text(encoding="utf-8").startswith("{")


def test_an_input_that_fails_is_named(cnncalc, monkeypatch):
    def fail(_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(read=fail)))

    assert cnncalc("shapes", "-") == (2, "", "cnncalc: cannot read <stdin>: Input/output error\n")


# Signals -------------------------------------------------------------------------------------


def started(*arguments, code=""):
    """A run that has begun; with `code` Python code, run before and told of by a line."""
    head = f"import sys\nfrom cnncalc import __main__\n{code}\nsys.argv = {['cnncalc', *arguments]!r}\n__main__.main()"
    return subprocess.Popen([sys.executable, "-c", head], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


WAIT = "print('ready', flush=True); import time; time.sleep(60)"
PLACES = {
    "importing": f"import builtins; real = builtins.__import__\ndef slow(name, *rest, **more):\n    if name == 'typer': {WAIT}\n    return real(name, *rest, **more)\nbuiltins.__import__ = slow",
    "setting out": f"import gc\ndef slow(): {WAIT}\ngc.disable = slow",
    "judging": f"import cnncalc.check.judge as judge\ndef slow(*_, **__): {WAIT}\njudge.build = slow",
    "dying objects": f"import cnncalc.check.judge as judge\nclass Slow:\n    def __del__(self): {WAIT}\ndef slow(*_, **__): Slow()\njudge.build = slow",
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("place", PLACES)
def test_a_signal_ends_the_run_at_once_wherever_it_is(place, number):
    run = started("check", "good.yaml", code=PLACES[place])
    assert run.stdout.readline() == "ready\n"
    run.send_signal(number)
    out, err = run.communicate(timeout=30)

    assert (run.returncode, out, err) == (128 + number, "", "")


def test_before_anything_is_set_up_ctrl_c_is_heard_too():
    code = "import builtins; real = builtins.__import__\ndef stop(name, *rest, **more):\n    if name == 'cnncalc.system.ending': raise KeyboardInterrupt\n    return real(name, *rest, **more)\nbuiltins.__import__ = stop"
    run = started("check", "good.yaml", code=code)

    assert (run.communicate(timeout=30), run.returncode) == (("", ""), 130)


def test_what_is_ignored_stays_ignored():
    """As in `nohup cnncalc`, or in the background of a script."""
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); import os; import gc; gc.disable = lambda: os.kill(os.getpid(), signal.SIGHUP)"
    run = started("check", "good.yaml", code=code)
    out, err = run.communicate(timeout=30)

    assert (run.returncode, err) == (0, "")
    assert out.startswith("✓ 1 model passed")


def test_a_file_half_made_goes_with_the_run():
    code = f"import cnncalc.system.files as files, os\nfiles._nameless = lambda folder: None\ndef slow(_): {WAIT}\nos.fsync = slow"
    run = started("schema", "--output", "schema.json", code=code)
    assert run.stdout.readline() == "ready\n"
    assert any(path.name.startswith(".cnncalc-") for path in Path().iterdir())
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=30)

    assert run.returncode == 143
    assert sorted(path.name for path in Path().iterdir()) == ["bad.yaml", "good.yaml"]


# Several processes ---------------------------------------------------------------------------

SHARED = """
from cnncalc.check import judge, parallel
parallel.TRIAL = parallel.WORTH = -1
parallel.processors = lambda: 2
import os, time
real, here = judge.build, os.getpid()
def slow(*arguments, **options):
    if os.getpid() != here:
        {action}
    return real(*arguments, **options)
judge.build = slow
"""


def shared(action):
    for number in range(6):
        Path(f"{number}.yaml").write_text(GOOD, encoding="utf-8")
    return started("check", *(f"{number}.yaml" for number in range(6)), code=SHARED.format(action=action))


def is_alive(process):
    """Whether a process runs; one that has ended and was not asked for is no more."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux which processes there are")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_processes_that_share_the_work_end_with_the_run(number):
    run = shared("os.write(1, f'{os.getpid()}\\n'.encode()); time.sleep(60)")
    workers = [int(run.stdout.readline()) for _ in range(2)]
    run.send_signal(number)
    _, err = run.communicate(timeout=30)
    until = time.monotonic() + 30
    while any(map(is_alive, workers)) and time.monotonic() < until:
        time.sleep(0.02)

    assert not any(map(is_alive, workers))
    assert run.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert err == ""


def test_a_process_that_was_killed_is_a_message():
    run = shared("os.kill(os.getpid(), 9)")
    out, err = run.communicate(timeout=60)

    assert (run.returncode, out) == (2, "")
    assert err == ("cnncalc: a process that shared the work was ended from outside "
                   "(if the memory did not suffice, check fewer specs at a time)\n")  # fmt: skip


# The parts -----------------------------------------------------------------------------------


def test_the_end_terminates_removes_and_exits(monkeypatch):
    done = []
    Path("half").write_text("", encoding="utf-8")
    monkeypatch.setattr(ending, "unfinished", {"half", "gone already"})
    monkeypatch.setattr(ending, "_children", lambda: [type("Child", (), {"terminate": lambda self: done.append("child")})()])
    monkeypatch.setattr(os, "_exit", done.append)
    ending.end(15)

    assert done == ["child", 143]
    assert not Path("half").exists()


def test_who_works_for_another_heeds_it(monkeypatch):
    done = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(ending, "end", done.append)
    monkeypatch.setattr("multiprocessing.parent_process", type("Parent", (), {"join": lambda self: done.append("joined")}))
    processes.begin()
    found = signal.getsignal(signal.SIGINT)
    for number, handler in before.items():
        signal.signal(number, handler)
    while len(done) < 2:
        time.sleep(0.01)

    assert (found, done) == (signal.SIG_IGN, ["joined", signal.SIGTERM])
    monkeypatch.setattr("multiprocessing.parent_process", lambda: None)
    processes._follow()
    assert len(done) == 2


class Failing(io.StringIO):
    def __init__(self, fault, number):
        super().__init__()
        self.fault = fault
        self.number = number

    def write(self, text):
        raise self.fault

    def flush(self):
        raise self.fault

    def fileno(self):
        return self.number


@pytest.mark.parametrize(("name", "fault", "message"), [
    ("stdout", OSError(28, "No space left on device"), "cannot write the output: No space left on device"),
    ("stdout", BrokenPipeError(32, "Broken pipe"), None),
    ("stderr", OSError(28, "No space left on device"), None),
])
@pytest.mark.parametrize("act", ["put", "flush"])
def test_what_a_stream_does_not_take_is_given_up(monkeypatch, name, fault, message, act):
    spare = os.open(os.devnull, os.O_WRONLY)
    monkeypatch.setattr(sys, name, Failing(fault, spare))
    do = (lambda: streams.put("text", getattr(sys, name))) if act == "put" else streams.flush
    if message:
        with pytest.raises(UsageError, match=message):
            do()
    else:
        do()
    os.close(spare)


def test_the_null_device_takes_the_place_of_what_is_closed(monkeypatch):
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(sys, name, None)
    opened = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda *given: opened.append(real(*given)) or opened[-1])
    streams.replace_closed()
    sys.stdout.write("×")
    sys.stdout.close()
    os.close(opened[0])

    assert sys.stdin is None

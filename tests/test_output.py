"""Devices, pipes and open descriptors are written through: what they are stays, nothing replaces them."""

import os
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from cnncalc.check import rewrite
from cnncalc.cli import output
from cnncalc.cli.main import main
from cnncalc.errors import UsageError
from cnncalc.language.schema import text
from cnncalc.system import files

pytest.importorskip("resource", reason="pipes with names are those of Unix")

WRONG = "cnncalc: 1\ninput: {features: 3}\nlayers: [dense: 2]\nexpect: {params: 9}\n"
X501 = "net.yaml:4:18: X501: net: params is 8, expected 9 (-1)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of its own with a spec that expects too much."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    Path("net.yaml").write_text(WRONG, encoding="utf-8")
    return tmp_path


@contextmanager
def pipe(name):
    """A pipe of this name; what was written into it is in the list at the end."""
    os.mkfifo(name)
    found = []
    reader = Thread(target=lambda: found.append(Path(name).read_bytes()), daemon=True)
    reader.start()
    yield found
    reader.join(timeout=20)
    assert stat.S_ISFIFO(os.stat(name).st_mode)


def run(*arguments):
    """Run a command within this process; its exit code."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    return stopped.value.code


def test_a_report_goes_into_a_pipe():
    with pipe("report") as found:
        assert run("check", "net.yaml", "--format", "concise", "--output", "report") == 1
    assert found[0].decode().startswith(X501)


def test_a_new_file_goes_into_a_pipe_and_needs_no_force():
    with pipe("schema.json") as found:
        assert run("schema", "--output", "schema.json") == 0
    assert found == [text().encode()]


def test_a_picture_goes_into_a_pipe():
    with pipe("net.svg") as found:
        assert run("receptive-field", "zoo:lenet5", "--plot", "net.svg") == 0
    assert b"</svg>" in found[0]


def test_a_link_to_a_pipe_stays_a_link():
    os.symlink("report", "link")
    with pipe("report") as found:
        assert run("schema", "--output", "link", "--overwrite") == 0
    assert found == [text().encode()]
    assert os.readlink("link") == "report"


@pytest.mark.parametrize("arguments", [
    ["schema", "--output"], ["schema", "--overwrite", "--output"], ["check", "net.yaml", "--exit-zero", "--output"]])
def test_a_device_takes_everything(arguments):
    # By a link: whoever tests as root and replaces the device itself breaks the machine.
    os.symlink(os.devnull, "device")
    assert run(*arguments, "device") == 0
    assert os.readlink("device") == os.devnull


@pytest.mark.parametrize(("path", "stream"), [
    ("/dev/stdout", "stdout"), ("/dev/stderr", "stderr"), ("/dev/fd/1", "stdout")])
def test_what_is_redirected_to_a_file_is_written_behind_what_is_there(path, stream):
    files = {name: Path(f"{name}.log") for name in ("stdout", "stderr")}
    for file in files.values():
        file.write_text("before\n", encoding="utf-8")
    with files["stdout"].open("a") as out, files["stderr"].open("a") as err:
        done = subprocess.run([sys.executable, "-m", "cnncalc", "check", "net.yaml", "--format", "concise", "--output", path],
                              stdout=out, stderr=err, check=False)  # fmt: skip
    found = {name: file.read_text(encoding="utf-8") for name, file in files.items()}

    assert done.returncode == 1
    assert found[stream].startswith(f"before\n{X501}")
    assert "error[X501]" in found["stdout"], "what people read follows"
    assert sorted(os.listdir()) == ["net.yaml", "stderr.log", "stdout.log"]


def test_an_open_descriptor_is_written_to_where_it_stands():
    with open("log", "w", encoding="utf-8") as log:
        log.write("before ")
        log.flush()
        files.write(f"/dev/fd/{log.fileno()}", "first ")
        output.save(f"/dev/fd/{log.fileno()}", "second ")
        log.write("after")
    assert Path("log").read_text(encoding="utf-8") == "before first second after"


@pytest.mark.parametrize("write", [files.write, output.save])
def test_a_descriptor_that_is_not_open_cannot_be_written(write):
    with pytest.raises(UsageError, match="^cannot write /dev/fd/987: "):
        write("/dev/fd/987", "text")


@pytest.mark.parametrize("write", [files.write, output.save])
def test_a_reader_that_has_seen_enough_is_no_fault(write):
    read, written = os.pipe()
    os.close(read)
    write(f"/dev/fd/{written}", "text")
    os.close(written)


def test_numbers_in_a_pipe_cannot_be_corrected():
    """To open it again would wait for ever."""
    os.mkfifo("spec")
    with pytest.raises(UsageError, match="^cannot write spec: it is a device or a pipe, and no file$"):
        rewrite.write("spec", WRONG, "")


def test_a_file_or_a_folder_is_none_of_these():
    os.mkdir("folder")
    assert not any(map(files.is_stream, ["net.yaml", "folder", "nothing", ""]))


def test_a_report_replaces_nothing_unasked():
    before = Path("net.yaml").read_text(encoding="utf-8")
    assert run("check", "net.yaml", "--output", "net.yaml") == 2
    assert Path("net.yaml").read_text(encoding="utf-8") == before
    assert run("check", "net.yaml", "--output", "report.json", "--format", "json") == 1
    assert run("check", "net.yaml", "--output", "report.json") == 2
    assert run("check", "net.yaml", "--output", "report.json", "--overwrite", "--exit-zero") == 0
    assert Path("report.json").read_text(encoding="utf-8").startswith("error[X501]")


@pytest.mark.parametrize("arguments", [
    ("shapes", "zoo:lenet5"), ("macs", "zoo:lenet5", "--explain", "conv1"), ("diff", "zoo:lenet5", "zoo:alexnet"),
    ("explain", "conv"), ("calc", "conv", "--input", "5", "--kernel", "3"), ("inputs", "zoo:lenet5"),
])  # fmt: skip
def test_a_text_of_markdown_ends_with_an_empty_line(cnncalc, arguments):
    done = cnncalc(*arguments, "--format", "markdown")

    assert done.code == 0
    assert done.out.endswith("\n\n")

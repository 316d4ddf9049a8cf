"""Files are written whole or not at all, by whatever command."""

import os
import stat
import subprocess
import sys
import threading

import pytest

from cnncalc import files
from cnncalc.errors import UsageError
from cnncalc.judging import rewrite
from cnncalc.output import create, save

WRITERS = {
    "save": save,
    "create": create,
    "create, forced": lambda path, text: create(path, text, force=True),
    "rewrite": rewrite.write,
}
REPLACING = [name for name in WRITERS if name != "create"]
POSIX = pytest.mark.skipif(os.name == "nt", reason="modes, links and devices as POSIX has them")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["save", "create", "create, forced"])
def test_a_new_file_is_as_any_other(tmp_path, name):
    WRITERS[name](str(tmp_path / "a"), "é\n")
    (tmp_path / "b").write_text("")

    assert (tmp_path / "a").read_bytes() == "é\n".encode()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode
    assert names(tmp_path) == ["a", "b"]


def test_the_name_may_be_without_a_folder_and_as_long_as_names_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = "x" * 255
    save(name, "1")
    save(name, "2")

    assert (tmp_path / name).read_text() == "2"
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("name", REPLACING)
def test_who_reads_the_file_that_is_replaced_reads_it_to_its_end(tmp_path, name):
    file = tmp_path / "a"
    file.write_text("old" * 10_000)
    with file.open() as reader:
        begin = reader.read(3)
        WRITERS[name](str(file), "new")

        assert begin + reader.read() == "old" * 10_000
    assert file.read_text() == "new"
    assert names(tmp_path) == ["a"]


def test_what_is_there_is_not_replaced_unasked(tmp_path):
    file = tmp_path / "a"
    file.write_text("mine")
    for path in (file, tmp_path):
        with pytest.raises(UsageError, match=r"exists already \(say so\)"):
            create(str(path), "new", help="say so")

    assert file.read_text() == "mine"
    assert names(tmp_path) == ["a"]


STEPS = {
    "save": ["fsync", "chmod", "replace"],
    "create": ["fsync", "link"],
    "create, forced": ["fsync", "chmod", "replace"],
    "rewrite": ["fsync", "chmod", "replace"],
}


@pytest.mark.parametrize(("name", "step"), [(name, step) for name, steps in STEPS.items() for step in steps])
def test_whatever_fails_leaves_all_as_it_was(tmp_path, monkeypatch, name, step):
    file = tmp_path / "a"
    if name in REPLACING:
        file.write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    if step == "link":
        monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(UsageError, match="cannot write .*: No space left on device"):
        WRITERS[name](str(file), "new")

    assert names(tmp_path) == (["a"] if name in REPLACING else [])
    assert name not in REPLACING or file.read_text() == "old"


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_links(tmp_path, monkeypatch, taken):
    def fail(*_):
        if taken:
            (tmp_path / "a").write_text("theirs")
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    if taken:
        with pytest.raises(UsageError, match="exists already"):
            create(str(tmp_path / "a"), "new")
    else:
        create(str(tmp_path / "a"), "new")

    assert (tmp_path / "a").read_text() == ("theirs" if taken else "new")
    assert names(tmp_path) == ["a"]


@POSIX
@pytest.mark.parametrize("name", REPLACING)
def test_mode_and_links_stay(tmp_path, name):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to("real")
    WRITERS[name](str(link), "new")

    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@POSIX
def test_a_link_that_leads_nowhere_leads_to_the_file_then(tmp_path):
    (tmp_path / "link").symlink_to("real")
    save(str(tmp_path / "link"), "new")

    assert (tmp_path / "real").read_text() == "new"
    with pytest.raises(UsageError, match="exists already"):
        create(str(tmp_path / "link"), "newer")


@pytest.mark.parametrize("name", REPLACING)
@pytest.mark.parametrize("by", ["mode", "right"])
def test_what_is_read_only_stays(tmp_path, monkeypatch, name, by):
    file = tmp_path / "a"
    file.write_text("old")
    if by == "mode":
        file.chmod(0o444)
    else:
        # As another user's file in a folder of one's own.
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UsageError, match="cannot write .*: Permission denied"):
        WRITERS[name](str(file), "new")

    assert file.read_text() == "old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("name", WRITERS)
def test_a_place_where_no_file_can_be(tmp_path, name):
    with pytest.raises(UsageError, match="cannot write .*: No such file or directory"):
        WRITERS[name](str(tmp_path / "no" / "a"), "new")
    if name != "create":
        with pytest.raises(UsageError, match="cannot write .*: "):
            WRITERS[name](str(tmp_path), "new")


@POSIX
def test_a_pipe_is_written_to(tmp_path):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()), daemon=True)
    reader.start()
    save(str(pipe), "new")
    reader.join(timeout=10)

    assert heard == ["new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert (files.is_stream(str(pipe)), files.is_stream("/dev/null"), files.is_stream(__file__)) == (True, True, False)


@POSIX
@pytest.mark.parametrize("redirected", [False, True])
def test_the_output_of_the_process_is_written_to(tmp_path, redirected):
    code = "from cnncalc.output import save; save('/dev/stdout', 'new\\n')"
    with (tmp_path / "out").open("w") as file:
        done = subprocess.run([sys.executable, "-c", code], stdout=file if redirected else subprocess.PIPE, text=True, check=True)

    assert ((tmp_path / "out").read_text() if redirected else done.stdout) == "new\n"


@POSIX
@pytest.mark.parametrize("name", ["save", "create", "create, forced"])
def test_an_open_descriptor_is_written_to_where_it_stands(tmp_path, name):
    with (tmp_path / "log").open("w") as log:
        log.write("before ")
        log.flush()
        WRITERS[name](f"/dev/fd/{log.fileno()}", "new ")
        log.write("after")

    assert (tmp_path / "log").read_text() == "before new after"
    assert names(tmp_path) == ["log"]


@POSIX
@pytest.mark.parametrize("name", ["save", "create"])
def test_a_pipe_that_nobody_reads_is_no_fault_of_the_file(name):
    read, written = os.pipe()
    os.close(read)
    with pytest.raises(BrokenPipeError):
        WRITERS[name](f"/dev/fd/{written}", "new")
    os.close(written)


@POSIX
def test_what_comes_out_of_a_pipe_cannot_be_corrected(tmp_path):
    os.mkfifo(tmp_path / "spec")
    with pytest.raises(UsageError, match="cannot write .*: it is a device or a pipe, and no file"):
        rewrite.write(str(tmp_path / "spec"), "new")


def test_what_is_appended_stands_behind_what_was_there(tmp_path):
    save(str(tmp_path / "a"), "one\n", append=True)
    save(str(tmp_path / "a"), "two\n", append=True)

    assert (tmp_path / "a").read_text() == "one\ntwo\n"
    with pytest.raises(UsageError, match="cannot write"):
        save(str(tmp_path / "no" / "a"), "one\n", append=True)

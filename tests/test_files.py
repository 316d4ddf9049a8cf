"""Files are written whole or not at all, by whatever command."""

import os
import re
import stat
import subprocess
import sys
import threading

import pytest

from cnncalc.check import rewrite
from cnncalc.cli.output import save
from cnncalc.errors import UsageError
from cnncalc.system import files

WRITERS = {
    "save": save,
    "create": files.write,
    "create, forced": lambda path, text: files.write(path, text, replace=True),
    "rewrite": lambda path, text: rewrite.write(path, read(path), text),
}
REPLACING = [name for name in WRITERS if name != "create"]
POSIX = pytest.mark.skipif(os.name == "nt", reason="modes, links and devices as POSIX has them")


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return "old"


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
            files.write(str(path), "new", help="say so")

    assert file.read_text() == "mine"
    assert names(tmp_path) == ["a"]


@pytest.fixture(params=["nameless", "named"])
def way(request, monkeypatch):
    """Both ways to make a file: without a name until it is complete, and where no system has that."""
    if request.param == "named":
        monkeypatch.setattr(files, "_nameless", lambda folder: None)


STEPS = {
    "save": ["fsync", "chmod", "replace"],
    "create": ["fsync", "link"],
    "create, forced": ["fsync", "chmod", "replace"],
    "rewrite": ["fsync", "chmod", "replace"],
}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("name", "step"), [(name, step) for name, steps in STEPS.items() for step in steps])
def test_whatever_fails_leaves_all_as_it_was(tmp_path, monkeypatch, name, step):
    file = tmp_path / "a"
    if name in REPLACING:
        file.write_text("old")

    def fail(*_, **__):
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
    def fail(*_, **__):
        if taken:
            (tmp_path / "a").write_text("theirs")
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    if taken:
        with pytest.raises(UsageError, match="exists already"):
            files.write(str(tmp_path / "a"), "new")
    else:
        files.write(str(tmp_path / "a"), "new")

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
        files.write(str(tmp_path / "link"), "newer")


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
    code = "from cnncalc.cli.output import save; save('/dev/stdout', 'new\\n')"
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
def test_a_pipe_that_nobody_reads_is_no_fault(name):
    ending, written = os.pipe()
    os.close(ending)
    WRITERS[name](f"/dev/fd/{written}", "new")
    os.close(written)


@POSIX
def test_what_comes_out_of_a_pipe_cannot_be_corrected(tmp_path):
    os.mkfifo(tmp_path / "spec")
    with pytest.raises(UsageError, match="cannot write .*: it is a device or a pipe, and no file"):
        rewrite.write(str(tmp_path / "spec"), "old", "new")


def test_what_is_appended_stands_behind_what_was_there(tmp_path):
    save(str(tmp_path / "a"), "one\n", append=True)
    save(str(tmp_path / "a"), "two\n", append=True)

    assert (tmp_path / "a").read_text() == "one\ntwo\n"
    with pytest.raises(UsageError, match="cannot write"):
        save(str(tmp_path / "no" / "a"), "one\n", append=True)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_whole_or_not_there_after_every_call_of_the_system(tmp_path, monkeypatch, name):
    """As a kill between two calls leaves it; the next run takes away what may be left."""
    calls = {step: getattr(os, step) for step in ("open", "link", "chmod", "replace", "rename", "unlink", "fsync")}
    seen = set()

    def watched(step):
        def call(*arguments, **options):
            done = calls[step](*arguments, **options)
            inside = {path.name: path.read_text() for path in tmp_path.iterdir()}
            seen.add(inside.pop("a", None))
            assert all(re.fullmatch(r"\.cnncalc-[0-9a-f]{16}", left) for left in inside)
            return done

        return call

    if name in REPLACING:
        (tmp_path / "a").write_text("old" * 1_000)
    for step in calls:
        monkeypatch.setattr(os, step, watched(step))
    WRITERS[name](str(tmp_path / "a"), "new" * 1_000)

    assert seen == {"old" * 1_000 if name in REPLACING else None, "new" * 1_000}
    assert names(tmp_path) == ["a"]


def test_what_a_killed_run_has_left_is_taken_away_and_nothing_else(tmp_path):
    for name in (".cnncalc-0123456789abcdef", ".cnncalc-notes", ".cnncalc.toml", ".cnncalc-0123456789abcdef0"):
        (tmp_path / name).write_text("x")
    save(str(tmp_path / "a"), "new")

    assert names(tmp_path) == [".cnncalc-0123456789abcdef0", ".cnncalc-notes", ".cnncalc.toml", "a"]


@POSIX
def test_who_holds_the_folder_for_long_does_not_stop_the_others(tmp_path, monkeypatch):
    import fcntl

    monkeypatch.setattr(files, "_PAUSE", 0.001)
    (tmp_path / ".cnncalc-0123456789abcdef").write_text("theirs")
    holder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    save(str(tmp_path / "a"), "new")
    os.close(holder)

    assert names(tmp_path) == [".cnncalc-0123456789abcdef", "a"]


@POSIX
@pytest.mark.parametrize("fault", [OSError(95, "Operation not supported"), None])
def test_a_file_system_without_locks(tmp_path, monkeypatch, fault):
    def fail(*_):
        raise fault

    if fault:
        monkeypatch.setattr("fcntl.flock", fail)
    else:
        monkeypatch.setitem(sys.modules, "fcntl", None)
    save(str(tmp_path / "a"), "new")
    files.write(str(tmp_path / "b"), "new")

    assert names(tmp_path) == ["a", "b"]


@POSIX
@pytest.mark.parametrize("name", REPLACING)
@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_not_followed_out_of_its_folder(tmp_path, name, there):
    inside, outside = tmp_path / "inside", tmp_path / "inside-not"
    inside.mkdir()
    outside.mkdir()
    if there:
        (outside / "a").write_text("old")
    (inside / "a").symlink_to("../inside-not/a")
    if name == "rewrite" and not there:
        return
    with pytest.raises(UsageError, match=r"cannot write .*inside/a: it is a link out of its folder \(write to .*/inside-not/a itself\)"):
        WRITERS[name](str(inside / "a"), "new")

    assert names(outside) == (["a"] if there else [])
    assert not there or (outside / "a").read_text() == "old"


def test_what_has_changed_since_it_was_read_is_not_replaced(tmp_path):
    file = tmp_path / "a"
    file.write_text("theirs")

    assert rewrite.write(str(file), "old", "new") is False
    assert rewrite.write(str(file), "their", "new") is False
    assert file.read_text() == "theirs"
    assert rewrite.write(str(file), "theirs", "new") is True
    assert names(tmp_path) == ["a"]

"""Files as they are in a revision of a git repository, read without touching the working tree."""

from __future__ import annotations

import os
import subprocess
from errno import EISDIR
from typing import NamedTuple

from cnncalc.errors import UsageError
from cnncalc.foreign import NAME, cut


class Place(NamedTuple):
    """A path in a revision: `origin/main:specs`, an empty path being everything."""

    revision: str
    path: str


def parse(text: str) -> Place | None:
    r"""`main:specs/net.yaml` as revision and path; None for what cannot be one.

    The colon that counts is the first outside of braces, for a revision may hold one:
    `HEAD@{10:30}:net.yaml`. `C:\net.yaml` and `C:/net.yaml` are paths on a drive.
    """
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == ":" and depth == 0:
            revision, path = text[:place], text[place + 1 :]
            drive = len(revision) == 1 and path[:1] in ("\\", "/")
            if not revision or drive or revision.startswith("-") or "\0" in text:
                return None
            return Place(revision, path)
    return None


def files(place: Place) -> dict[str, bytes] | bytes:
    """The content of a file in a revision, or of all YAML files below a folder, by relative path.

    A path is looked for from the root of the repository, as git does, then from the current
    folder. Raises UsageError where there is no repository, no such revision or no such path.
    """
    inside = _git(("rev-parse", "--git-dir"), b"")
    if inside.returncode:
        reason = _words(inside)
        none = "not a git repository" in reason
        raise UsageError(f"{place.revision}:{place.path} asks git: "
                         f"{'this folder is in no repository' if none else reason}")  # fmt: skip
    if not _is_revision(place.revision):
        raise UsageError(f"git knows no revision {place.revision}",
                         "in CI, fetch it first: actions/checkout with fetch-depth: 0")  # fmt: skip
    for path in _candidates(place.path):
        kind = _ask("cat-file", "-t", f"{place.revision}:{path}")
        if kind == b"blob\n":
            _refuse_link(place.revision, path)
            return _read_output("cat-file", "blob", f"{place.revision}:{path}")
        if kind == b"tree\n":
            return _below(f"{place.revision}:{path}")
    raise UsageError(f"there is no {place.path} in {place.revision}",
                     "the path is that from the root of the repository, or from this folder")  # fmt: skip


def has(place: Place) -> bool:
    """Whether a revision has a file, or a link, of that name; False without git."""
    try:
        return any(
            _ask("cat-file", "-t", f"{place.revision}:{path}") == b"blob\n"
            for path in _candidates(place.path)
        )
    except UsageError:
        return False


def root() -> str:
    """The folder in which the repository of the current folder begins; raises UsageError without git."""
    found = _ask("rev-parse", "--show-toplevel")
    return "" if found is None else os.fsdecode(found.rstrip(b"\n"))


def knows(revision: str) -> bool:
    """Whether the current folder is in a repository that has a revision; False without git."""
    try:
        return _is_revision(revision)
    except UsageError:
        return False


def file(place: Place) -> bytes:
    """The content of a file in a revision.

    Raises IsADirectoryError for a folder, otherwise UsageError as `files`.
    """
    found = files(place)
    if isinstance(found, bytes):
        return found
    raise IsADirectoryError(EISDIR, os.strerror(EISDIR), f"{place.revision}:{place.path}")


def _is_revision(name: str) -> bool:
    return _ask("rev-parse", "--verify", "--quiet", f"{name}^{{tree}}") is not None


def _refuse_link(revision: str, path: str) -> None:
    """What git has of a symbolic link is where it leads, which is no spec; raises UsageError."""
    folder, _, name = path.rpartition("/")
    listed = _ask(
        "ls-tree", "-z", "--full-tree", f"{revision}:{folder}{'/' if folder == '.' else ''}", name
    )
    if listed is not None and listed.startswith(_LINK):
        to = _read_output("cat-file", "blob", f"{revision}:{path}").decode("utf-8", "replace")
        raise UsageError(f"{path} in {revision} is a link to {cut(to, NAME)}",
                         "name the file to which it leads")  # fmt: skip


_LINK = b"120000"
"""The mode of a symbolic link."""


def _candidates(path: str) -> list[str]:
    """The path from the root, and the one from the current folder."""
    path = path.replace(os.sep, "/").rstrip("/")
    if path in ("", "."):
        return [path and "./"]
    return [path] if path.startswith(("./", "../")) else [path, f"./{path}"]


def _below(tree: str) -> dict[str, bytes]:
    """The YAML files of a folder and those inside; links and submodules are passed over."""
    found = {}
    listing = _read_output("ls-tree", "-r", "-z", "--full-tree", tree)
    for line in filter(None, listing.split(b"\0")):
        about, _, name = line.partition(b"\t")
        mode, kind, name_of_content = about.split(b" ")
        path = name.decode("utf-8", "surrogateescape")
        hidden = any(part.startswith(".") for part in path.split("/"))
        if kind == b"blob" and mode != _LINK and path.endswith((".yaml", ".yml")) and not hidden:
            found[path] = name_of_content
    contents = _contents(list(found.values()))
    return dict(zip(found, contents, strict=True))


def _contents(names: list[bytes]) -> list[bytes]:
    """What is stored under each name, by one process for all."""
    if not names:
        return []
    answer = _read_output("cat-file", "--batch", stdin=b"".join(name + b"\n" for name in names))
    found, start = [], 0
    for _ in names:
        end = answer.index(b"\n", start)
        size = int(answer[start:end].split(b" ")[2])
        found.append(answer[end + 1 : end + 1 + size])
        start = end + size + 2
    return found


def _ask(*arguments: str) -> bytes | None:
    """What git answers; None if it refuses."""
    done = _git(arguments, b"")
    return done.stdout if done.returncode == 0 else None


def _read_output(*arguments: str, stdin: bytes = b"") -> bytes:
    """What git answers; raises UsageError with its own words if it refuses."""
    done = _git(arguments, stdin)
    if done.returncode:
        raise UsageError(f"git {arguments[0]} failed: {_words(done)}")
    return done.stdout


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    """What git says of a failure, in its first line."""
    return done.stderr.decode("utf-8", "replace").strip().split("\n")[0].removeprefix("fatal: ")


def _git(arguments: tuple[str, ...], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    # Nobody can answer a question, and messages are looked at by people only.
    settings = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(["git", *arguments], input=stdin,  # noqa: S603, S607
                              capture_output=True,
                              check=False, env=settings)  # fmt: skip
    except FileNotFoundError:
        raise UsageError("git is not installed, and REV:path asks it") from None

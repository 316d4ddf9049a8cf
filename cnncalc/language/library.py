"""Networks of other files: what `net:` names is found, read and compiled, each file once.

A spec may come from a stranger, and what it names is read where it is judged. So only files beside it,
or below, are read, and those of the zoo; others where whoever runs cnncalc allows it.
"""

from __future__ import annotations

import os
import posixpath
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import SpecError, UsageError
from cnncalc.foreign import NAME, cut
from cnncalc.language.limits import NESTING
from cnncalc.language.model import choose
from cnncalc.language.report import Report
from cnncalc.language.roots import find_root
from cnncalc.language.source import FILE, PREFIX, REVISION, STREAM, ZOO, Origin, locate, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.errors import Diagnostic
    from cnncalc.language.model import Compiled, Model, Variant
    from cnncalc.language.tree import Node
    from cnncalc.work import Budget

    Compile = Callable[[Node | None, str, Report, Budget, "Library"], Compiled]


class Unusable(Exception):
    """Why a network of another file cannot be used; `help` says what to do, `code` what kind of fault it is."""

    def __init__(self, message: str, help: str = "", code: str = "E213") -> None:
        """Both are sentences without a stop."""
        super().__init__(message)
        self.help = help
        self.code = code


class Chosen(NamedTuple):
    """A network of another file: the file compiled, the model, and the variant if one was named."""

    file: Compiled
    model: Model
    variant: Variant | None


class Library:
    """The networks that one file may name."""

    def __init__(self, origin: Origin | None, budget: Budget, compile: Compile) -> None:
        """`origin` is where the file is, None for a text that is in no file.

        What is read of other files is taken from `budget`, and compiled by `compile`.
        """
        self.origin = origin
        self.files: dict[Origin, Compiled] = {}
        """All files that were read, by where they are, those that they name included."""
        self._budget = budget
        self._compile = compile
        self._open: tuple[Origin, ...] = () if origin is None else (_place(origin),)

    def find(self, text: str) -> Chosen:
        """The network that `net: {of: TEXT}` means; raises Unusable, and TooMuch."""
        origin = self._locate(text)
        if (place := _place(origin)) in self._open:
            chain = [*self._open[self._open.index(place) :], place]
            listed = " → ".join(posixpath.basename(step.path) for step in chain)
            raise Unusable(f"`{cut(text, NAME)}` contains itself: {listed}", code="E206")
        # Of a spec all networks are compiled at once, of a model file the one that is asked for.
        compiled = self.files.get(place) or self.files.get(_place_of_one(origin))
        if compiled is None:
            if len(self._open) > NESTING:
                raise Unusable(f"files stand more than {NESTING} deep in each other", code="E206")
            compiled = self._read(origin, place, text)
        try:
            return Chosen(compiled, *choose(compiled.models, text, origin.model))
        except UsageError as error:
            raise _unusable(error) from None

    def _locate(self, text: str) -> Origin:
        """Where the file is; raises Unusable if it may not be read."""
        try:
            if text.startswith(PREFIX):
                return locate(text)
            name, _, model = text.partition("::")
            return self._beside(name)._replace(model=model or None)
        except UsageError as error:
            raise _unusable(error) from None

    def _beside(self, name: str) -> Origin:
        home = self.origin
        if home is None:
            raise Unusable("a text has no folder in which another file could be",
                           "zoo:NAME is a network that comes with cnncalc")  # fmt: skip
        folder = "" if home.kind == STREAM else os.path.dirname(home.path)
        if home.kind == REVISION:
            return _in_revision(home, name)
        found = os.path.join(folder, name)
        try:
            real = os.path.realpath(found)
        except ValueError:  # a character that no path may have
            raise Unusable("no file can have such a name") from None
        allowed = [*([] if os.path.isabs(name) else [folder or "."]), *home.allowed]
        if not any(_is_inside(real, os.path.realpath(place)) for place in allowed):
            raise _outside(name, home, real)
        if not os.path.isfile(real):
            raise Unusable(
                f"there is no file `{cut(name, NAME)}`",
                "a path is that from the folder of this spec",
            )
        return Origin(
            os.path.normpath(found), home.kind if home.kind == ZOO else FILE, allowed=home.allowed
        )

    def _read(self, origin: Origin, place: Origin, text: str) -> Compiled:
        """The file compiled and kept, and all files that it names; raises Unusable if it is no sound spec."""
        try:
            source = read(origin)
            self._budget.text.spend(len(source.text))
            report = Report(source)
            root, findings = find_root(source)
        except UsageError as error:
            raise _unusable(error) from None
        except SpecError as error:
            raise _bad_spec(text, origin, error.diagnostics) from None
        except OSError as error:
            raise Unusable(f"`{cut(text, NAME)}` cannot be read: {error.strerror}") from None
        for finding in findings:
            report.add(finding)
        if source.open and source.again is not None:
            raise Unusable(f"`{cut(text, NAME)}` leaves the size of its input open",
                           f"say it in `{cut(os.path.basename(origin.path), NAME)}.yaml` beside it")  # fmt: skip
        inside = Library(origin, self._budget, self._compile)
        inside.files, inside._open = self.files, (*self._open, place)
        compiled = self._compile(root, os.path.basename(origin.path), report, self._budget, inside)
        if report or not compiled.models:
            raise _bad_spec(text, origin, report.findings())
        self.files[place if source.tree is None else _place_of_one(origin)] = compiled
        return compiled


def _in_revision(home: Origin, name: str) -> Origin:
    """A file beside one that is in a revision, or in a folder that is allowed."""
    revision, _, path = home.path.rpartition(":")
    folder = posixpath.dirname(path)
    if posixpath.isabs(name):
        raise Unusable(f"`{cut(name, NAME)}` is a path of the disk, which a revision does not have",
                       "a path is that from the folder of this spec")  # fmt: skip
    found = posixpath.normpath(posixpath.join(folder, name))
    # What begins with a point is looked for from the current folder, not from the root.
    start = "./" if path.startswith("./") else ""
    if posixpath.relpath(found, folder or ".").split("/")[0] == "..":
        start = _allowed_start(found, start, home.allowed, name)
    return home._replace(path=f"{revision}:{start}{found}")


def _allowed_start(found: str, start: str, allowed: tuple[str, ...], name: str) -> str:
    """From where a path of a revision leads into a folder that is allowed; raises Unusable if from nowhere."""
    from cnncalc.language import git

    for begins, base in (("", git.root()), ("./", ".")) if allowed else ():
        # Where the file does not stand any more, its folder may.
        real = os.path.realpath(os.path.join(base, found))
        if base and begins >= start and any(_is_inside(real, os.path.realpath(d)) for d in allowed):
            return begins
    raise _outside(name)


def _place(origin: Origin) -> Origin:
    """The file alone: what is meant in it, and how it was named, do not matter."""
    path = origin.path if origin.kind in (REVISION, STREAM) else os.path.realpath(origin.path)
    return Origin(path, FILE if origin.kind == ZOO else origin.kind)


def _place_of_one(origin: Origin) -> Origin:
    """The place of one network of a model file; that which is meant without a name is called nothing."""
    return _place(origin)._replace(model=origin.model or "")


def _is_inside(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath((path, folder)) == folder
    except ValueError:  # on another drive
        return False


def _outside(name: str, home: Origin | None = None, real: str = "") -> Unusable:
    folder = os.path.realpath(os.path.dirname(home.path) or ".") if home is not None else ""
    if os.path.isabs(name) and folder and _is_inside(real, folder):
        here = cut(os.path.relpath(real, folder), NAME)
        return Unusable(f"`{cut(name, NAME)}` is an absolute path, which holds on this machine alone",
                        f"write it from the folder of this spec: {here}")  # fmt: skip
    return Unusable(f"`{cut(name, NAME)}` is not in the folder of this spec",
                    "put it there, or let it be read: --allow DIR")  # fmt: skip


def _unusable(error: UsageError) -> Unusable:
    finding = error.diagnostics[0]
    return Unusable(finding.message, finding.help)


def _bad_spec(
    text: str, origin: Origin, findings: list[Diagnostic] | tuple[Diagnostic, ...]
) -> Unusable:
    """What is wrong in the file itself: the first of all. It is named as the command line finds it."""
    name = cut(text, NAME)
    if not findings:
        return Unusable(f"`{name}` holds no network")
    first, more = findings[0], len(findings) - 1
    if (
        first.code == "E206"
    ):  # what is wrong is how files hold each other, not what one of them says
        return Unusable(first.message, first.help, code=first.code)
    path = text.partition("::")[0] if origin.kind == ZOO else origin.path
    line = f", line {first.span.line}" if first.span is not None else ""
    others = f", and {more} more {'error' if more == 1 else 'errors'}" if more else ""
    return Unusable(f"`{name}` cannot be used: {first.code}{line}: {first.message}{others}",
                    f"cnncalc check {quote(cut(path))} shows all that is wrong")  # fmt: skip

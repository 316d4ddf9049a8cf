"""A repository of its own for every test, and the command run in it."""

from functools import partial
from types import SimpleNamespace

import pytest

from cnncalc import registry
from cnncalc.check import linting


@pytest.fixture(autouse=True)
def lint(monkeypatch):
    """Puts one lint in place of all that there are; until it is called there is none."""

    def install(**functions):
        lints = {"toy": SimpleNamespace(CODE="W601", **functions)} if functions else {}
        monkeypatch.setattr(linting, "registry", SimpleNamespace(
            names=lambda folder: tuple(lints) if folder == "check.lints" else registry.names(folder),
            load=lambda folder, name: lints[name] if folder == "check.lints" else registry.load(folder, name),
        ))

    install()
    return install


@pytest.fixture
def every_lint(lint, monkeypatch):
    """The lints that there are."""
    monkeypatch.setattr(linting, "registry", registry)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty folder with `.git` in which the test stands; no service is around it."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def check(repository, cnncalc):
    """Run `cnncalc check` in the repository."""
    return partial(cnncalc, "check")


@pytest.fixture
def found(check):
    """The findings of a run as `net.yaml:3:5: X501`."""

    def run(*arguments, **more):
        done = check(*arguments, "--format", "concise", **more)
        assert not done.err, done.err
        lines = done.out.split("\n\n")[0] if "\n\n" in done.out else ""
        return [": ".join(line.split(": ")[:2]) for line in lines.splitlines()]

    return run


@pytest.fixture
def write(repository):
    """Write a file of the repository."""

    def put(name, text):
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return put

"""What the tests with other programs share."""

import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from importlib.metadata import distributions
from pathlib import Path

import pytest

from .browser import Browser

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("package.json", "package-lock.json")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Nothing in this folder runs in `make test`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def versions(tmp_path_factory):
    """What the tests install has the versions of what they run with, so that no release changes them."""
    found = {each.name: each.version for each in distributions() if each.name not in ("cnncalc", "pip")}
    path = tmp_path_factory.mktemp("versions") / "constraints.txt"
    path.write_text("".join(f"{name}=={version}\n" for name, version in found.items()), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        # Older versions of pip look for the build backend's version in the first, newer ones in the second.
        for name in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"):
            patch.setenv(name, str(path))
        yield


def program(name):
    """The path of a program; skips the test if there is none."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@contextmanager
def one_at_a_time(path):
    """While this process is inside, others wait."""
    with path.open("w") as lock:
        with suppress(ImportError):  # Windows has no such locks
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(npm, folder, wanted):
    """Install the packages that the files name; skips the test if that is not possible."""
    for file in wanted:
        shutil.copy(file, folder)
    command = [npm, "ci", "--silent", "--ignore-scripts", "--fetch-retries=4", "--prefix", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        pytest.skip(f"npm cannot install {folder.name}: {(error.stderr or 'no answer').strip()[:200]}")


@pytest.fixture(scope="session")
def language_server(request):
    """The command that starts the language server of the YAML extensions of editors."""
    node, npm = program("node"), program("npm")
    folder = packages(request, npm, "language_server", "npm")
    return [node, str(folder / "node_modules/yaml-language-server/bin/yaml-language-server"), "--stdio"]


def packages(request, npm, name, named):
    """The folder in which the packages are installed that are `named` in a folder here."""
    folder = request.config.cache.mkdir(name)
    wanted = [Path(__file__).parent / named / file for file in PACKAGES]
    with one_at_a_time(folder.with_suffix(".lock")):
        # Tests run in several processes, and the first of them installs it for all.
        is_there = (folder / "node_modules").exists()
        if not is_there or any((folder / file.name).read_bytes() != file.read_bytes() for file in wanted):
            install(npm, folder, wanted)
    return folder


@pytest.fixture(scope="session")
def browser(request):
    """A browser: Chromium, or what CHROMIUM names."""
    node, npm = program("node"), program("npm")
    chromium = program(os.environ.get("CHROMIUM", "chromium"))
    found = Browser(node, packages(request, npm, "browser", "browser"), chromium)
    yield found
    found.close()


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """This repository as it is now, committed: what a user's tools would fetch."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a checkout")
    copy = tmp_path_factory.mktemp("source")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    commit(copy)
    return copy


def git(folder, *arguments):
    """What git prints in a folder."""
    done = subprocess.run([program("git"), *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder):
    """Make a repository of a folder, or commit what has changed in it; the new revision."""
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, *who, "commit", "--quiet", "--message", "test")
    return git(folder, "rev-parse", "HEAD")

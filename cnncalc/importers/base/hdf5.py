"""An attribute of an HDF5 file, read by the library in a process of its own.

On some damaged files the library does not come back, and nothing in this process could stop it.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from cnncalc.importers.base.model_file import ModelFile

_SECONDS = 10
"""No sound file takes a tenth of it."""

_READ = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
import h5py
try:
    with h5py.File(sys.argv[2], "r") as opened:
        found = opened.attrs.get(sys.argv[3])
except Exception as error:
    sys.exit(str(error))
if found is None:
    sys.exit(3)
sys.stdout.buffer.write(found if isinstance(found, bytes) else str(found).encode("utf-8", "replace"))
"""
_NONE = 3


def read_attribute(file: ModelFile, name: str) -> bytes | None:
    """An attribute of the root; None if there is none of the name.

    Raises Unreadable if the file is damaged, or h5py is not installed.
    """
    import tempfile

    if not _is_installed():
        raise Unreadable("an HDF5 file is read by h5py, which is not installed",
                         help='pip install "cnncalc[h5]", or save the model as .keras')  # fmt: skip
    if path := file.path():
        return _read(path, name)
    with tempfile.TemporaryDirectory() as folder:
        copied = f"{folder}/model.h5"
        with open(copied, "wb") as copy:
            copy.writelines(file.read(start, _CHUNK) for start in range(0, file.size, _CHUNK))
        return _read(copied, name)


_CHUNK = 1 << 20


def _is_installed() -> bool:
    try:
        return find_spec("h5py") is not None
    except ValueError:  # it is said not to be there
        return False


def _read(path: str, name: str) -> bytes | None:
    import json
    import subprocess
    import sys

    command = [sys.executable, "-I", "-c", _READ, json.dumps(sys.path), path, name]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,  # noqa: S603
                              check=False, timeout=_SECONDS)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unreadable(
            "this HDF5 file cannot be read: it is damaged, and its library does not end"
        ) from None
    if done.returncode == _NONE:
        return None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else "its library fails"
        raise Unreadable(f"this HDF5 file cannot be read: {cut(why, NAME)}")
    return done.stdout

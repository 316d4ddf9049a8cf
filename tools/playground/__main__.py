"""Makes the playground: the live page, Python for browsers beside it, and cnncalc itself.

    python -m tools.playground build/playground

All that it needs lies in the folder, to be served by anything: `python -m http.server -d build/playground`.
Python is Pyodide, out of its npm package; PyYAML goes without its part in C, which a browser cannot run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

import cnncalc
from cnncalc.reporting.page import page

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PYODIDE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
EXAMPLES = (
    "lenet5",
    "resnet18",
    "unet",
    "mobilenet_v2",
    "yolov3_tiny",
    "dcgan",
    "text_cnn",
    "wavenet",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def make(folder: Path) -> None:
    """Writes the playground into a folder, over one that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    install(folder / "pyodide")
    pack(folder / "packages.zip")
    shutil.copy(HERE / "worker.mjs", folder)
    examples = {
        f"{name}.yaml": (ROOT / "specs" / f"{name}.yaml").read_text(encoding="utf-8")
        for name in EXAMPLES
    }
    text = page(
        {"examples": examples}, title="cnncalc playground", connect="'self'", workers="'self'",
        scripts=("live", HERE / "playground.js"),
    )  # fmt: skip
    (folder / "index.html").write_text(text, encoding="utf-8", newline="\n")


def install(folder: Path) -> None:
    """Puts Pyodide into a folder: the files of its npm package that a browser loads."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed: the playground needs the package `pyodide` of it")
    at = ROOT / "build" / "npm"
    at.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, at)
    subprocess.run([npm, "ci", "--silent", "--ignore-scripts", "--prefix", str(at)], check=True)
    folder.mkdir(exist_ok=True)
    for name in PYODIDE:
        shutil.copy(at / "node_modules" / "pyodide" / name, folder)


def pack(path: Path) -> None:
    """Packs cnncalc and PyYAML: their sources and data, the same file whenever they are the same."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for module in (cnncalc, yaml):
            root = Path(str(module.__file__)).parent
            for file in sorted(root.rglob("*")):
                if (
                    file.is_file()
                    and file.suffix not in (".pyc", ".so", ".pyd")
                    and "__pycache__" not in file.parts
                ):
                    entry = zipfile.ZipInfo(file.relative_to(root.parent).as_posix(), _EPOCH)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, file.read_bytes())


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "build/playground"))

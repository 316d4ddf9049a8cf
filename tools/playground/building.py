"""The parts of the playground, and how they are put together."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from html import escape
from inspect import getdoc, signature
from pathlib import Path
from string import Template

from cnncalc import __version__, registry
from cnncalc.cli.analysis_command import command
from cnncalc.language import zoo
from cnncalc.reporting.page import page as report_page

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
WORK = ROOT / "build" / "playground-parts"

LOCK = "package-lock.json"

PYODIDE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
"""What a browser needs of the package."""

FIRST = "lenet5"
"""The example that the page shows before Python is there."""

LIVE = "live.html"
"""The page of `cnncalc report`, live beside an editor."""

EXAMPLES = (
    *("lenet5", "resnet18", "unet", "mobilenet_v2"),
    *("yolov3_tiny", "dcgan", "text_cnn", "wavenet"),
)
"""The specs that it offers."""

STYLES = ("text-align:left", "text-align:right")
"""The style attributes of a table in HTML, which the page allows by their hashes."""


class NotBuilt(Exception):
    """A part of the playground cannot be had: a program is missing, or the network."""


def build(folder: Path, docs: str = "") -> None:
    """Write the playground into a folder, which is emptied first."""
    packages = install_packages()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pyodide").mkdir(parents=True)
    for name in PYODIDE:
        shutil.copyfile(packages / "pyodide" / name, folder / "pyodide" / name)
    for file in (HERE / "page").iterdir():
        if file.suffix in {".mjs", ".css"}:
            shutil.copyfile(file, folder / file.name)
    (folder / "index.html").write_text(page(docs), encoding="utf-8")
    (folder / LIVE).write_text(live_page(docs), encoding="utf-8", newline="\n")
    pack(folder / "packages.zip", [*download_wheels(), build_wheel()])


def install_packages() -> Path:
    """The folder with the npm packages of the lock, each of which npm holds to its hash."""
    target = WORK / "npm"
    fresh = (HERE / "npm" / LOCK).read_bytes()
    installed = target / "node_modules"
    if not installed.exists() or (target / LOCK).read_bytes() != fresh:
        target.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", LOCK):
            shutil.copyfile(HERE / "npm" / name, target / name)
        run("npm", "ci", "--silent", "--ignore-scripts", "--prefix", str(target))
    return installed


def download_wheels() -> list[Path]:
    """The wheels of requirements.txt, which pip holds to their hashes."""
    target = WORK / "wheels"
    shutil.rmtree(target, ignore_errors=True)
    # Those of one platform, whatever this one is; what is compiled in them is left out.
    where = ["--python-version", "3.14", "--implementation", "cp", "--abi", "cp314", "--platform"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    chosen = ["--no-deps", "--only-binary", ":all:", *where, "manylinux_2_28_x86_64"]
    chosen += ["--platform", "manylinux2014_x86_64", "--require-hashes", "--dest", str(target)]
    run(*pip, *chosen, "--requirement", str(HERE / "requirements.txt"))
    return sorted(target.iterdir())


def build_wheel() -> Path:
    """The wheel of cnncalc as it is now."""
    target = WORK / "own"
    shutil.rmtree(target, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target))
    [wheel] = target.iterdir()
    return wheel


def pack(archive: Path, wheels: list[Path]) -> None:
    """Everything that Python is to find, in one archive that is the same each time."""
    files = {"bridge.py": (HERE / "page" / "bridge.py").read_bytes()}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as opened:
            files |= {name: opened.read(name) for name in opened.namelist() if is_wanted(name)}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(files):
            packed.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)


def is_wanted(name: str) -> bool:
    """Whether a file of a wheel goes into the browser: nothing that is compiled for a processor."""
    return not name.endswith(("/", ".so", ".pyi"))


def page(docs: str) -> str:
    """The page with its choices filled in."""
    template = Template((HERE / "page" / "index.html").read_text(encoding="utf-8"))
    lock = json.loads((HERE / "npm" / LOCK).read_text(encoding="utf-8"))
    return template.substitute(
        policy=policy(),
        docs=f'<a href="{escape(docs)}">Documentation</a>' if docs else "",
        examples="\n".join(option(name, name, chosen=name == FIRST) for name in zoo.names()),
        commands="\n".join(offered()),
        first=escape(Path(zoo.path(FIRST)).read_text(encoding="utf-8")),
        version=__version__,
        pyodide=lock["packages"]["node_modules/pyodide"]["version"],
    )


def live_page(docs: str = "") -> str:
    """The page of `cnncalc report`, which asks a worker where `cnncalc serve` would answer.

    It leads back to the other page, and to the `docs` if there are some.
    """
    links = [["Tables", "index.html"], *([["Documentation", docs]] if docs else [])]
    texts = {f"{name}.yaml": Path(zoo.path(name)).read_text(encoding="utf-8") for name in EXAMPLES}
    return report_page(
        {"examples": texts, "links": links}, title="cnncalc playground", connect="'self'", workers="'self'",
        scripts=("live", HERE / "page" / "live.js"),
    )  # fmt: skip


def policy() -> str:
    """What the page may do: run its own files and WebAssembly, and reach no other address."""
    hashes = [base64.b64encode(hashlib.sha256(style.encode()).digest()) for style in STYLES]
    allowed = " ".join(f"'sha256-{found.decode()}'" for found in hashes)
    rules = {
        "default-src": "'none'",
        "script-src": "'self' 'wasm-unsafe-eval'",
        "worker-src": "'self' blob:",
        "connect-src": "'self'",
        "style-src": f"'self' 'unsafe-hashes' {allowed}",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def option(
    value: str, label: str, *, chosen: bool = False, takes: str = "", title: str = ""
) -> str:
    """An entry of a choice."""
    extra = f' data-takes="{takes}"' if takes else ""
    extra += f' title="{escape(title)}"' if title else ""
    return f'<option value="{value}"{extra}{" selected" if chosen else ""}>{escape(label)}</option>'


TEXTS = ("check", "expand", "export", "port", "working")
"""The commands besides those that make tables."""


def offered() -> list[str]:
    """The commands that the page offers, each with the fields that it takes."""
    found = []
    for name in ("shapes", *(n for n in registry.names("analyzers") if n != "shapes"), *TEXTS):
        is_table = name not in TEXTS
        module = registry.load("analyzers" if is_table else "cli.commands", name)
        run_it = command(module) if is_table else module.run
        takes = [word for word in ("size", "depth") if word in signature(run_it).parameters]
        about = (getdoc(run_it) or "").split("\n")[0]
        label = name.replace("_", "-")
        found.append(option(label, label, takes=" ".join(takes), title=about))
    return found


def run(*words: str) -> None:
    """Run a program at the root of the repository; raises NotBuilt with what it says if it fails."""
    program = shutil.which(words[0])
    if program is None:
        raise NotBuilt(f"{words[0]} is not installed; the playground needs it")
    command = [program, *words[1:]]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise NotBuilt(f"{' '.join(words)}\n{done.stderr or done.stdout}")

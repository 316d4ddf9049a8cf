"""Asks the frameworks: `python -m tools.truth`, or `python -m tools.truth torch FILE --seed 7`.

Without arguments the answers that the tests replay are made anew. See README.md beside this file.
`python -m tools.truth networks --only resnet50` asks for whole networks, and
`python -m tools.truth formulas --only iou` for what formulas give, `python -m tools.truth ported` for
what converters make of networks. `python -m tools.truth programs` writes what importers are held to, and
`python -m tools.truth modules` holds cnncalc to the live modules of timm. `python -m tools.truth darknet`
has cfg files run by OpenCV; it must be asked for by name, for it takes version 4.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from . import networks, ported
from .dice import Dice

DATA = Path("tests/conformance/data")

QUESTIONS = {
    "keras": ("keras_layers", "keras_drawn.json.gz", 2500),
    "torch": ("torch_layers", "torch_drawn.json.gz", 2500),
    "keras_axes": ("keras_axes", "keras_axes.json.gz", 1000),
    "axes": ("torch_axes", "torch_axes.json.gz", 1000),
    "built": ("torch_built", "torch_built.json.gz", 1300),
    "fields": ("torch_fields", "fields_torch.json.gz", 430),
    "keras_ops": ("keras_ops", "keras_ops.json.gz", 240),
    "ops": ("torch_ops", "torch_ops.json.gz", 1600),
    "ops_reads": ("ops_reads", "reads_ops.json.gz", 400),
    "wrappers": ("torch_wrappers", "torch_wrappers.json.gz", 600),
    "reads": ("torch_reads", "reads_torch.json.gz", 900),
}
"""What single layers are asked: the module that does it, the file that the tests replay, its cases."""

NETWORKS = Path("tests/zoo/data")
"""Where the answers about whole networks are, a file each."""

PORTED = Path("tests/porting/data")
"""Where the sizes are that real converters give, a file for each framework that networks come from."""

FORMULAS = Path("tests/formulas/truth")
"""Where the answers about formulas are, a file for each module of the folder `formulas`."""


FRAMEWORKS = ("keras", "onnx", "torch")
"""Those whose code is run."""

EXPORTS = Path("tests/exporters/data")
"""Where the answers about exported code are, a file for each framework."""

PROGRAMS = Path("tests/importers/data/torch.json.gz")
"""Where exported programs are, with what PyTorch says of them."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.truth", description=__doc__)
    own = ["ported", "exports", "darknet", "programs", "modules", "ultralytics"]
    choices = [*QUESTIONS, "networks", "formulas", *own]
    parser.add_argument("question", nargs="?", choices=choices, help="all if left out")
    parser.add_argument(
        "output",
        nargs="?",
        type=Path,
        help="a .json or .json.gz file; a folder for networks and formulas",
    )
    parser.add_argument("--cases", type=int, help="how many in all")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same cases")
    parser.add_argument(
        "--only", nargs="*", metavar="NAME", help="classes, networks or formulas; all unless given"
    )
    options = parser.parse_args()
    usual = [choice for choice in choices if choice != "darknet"]
    for question in [options.question] if options.question else usual:
        if question == "networks":
            describe(options.output or NETWORKS, options.only or [])
            continue
        if question == "ported":
            carry(options.output or PORTED, options.only or [])
            continue
        if question == "formulas":
            calculate(options.output or FORMULAS, options.only or [])
            continue
        if question == "exports":
            run_exports(options.output or EXPORTS, options.only or [])
            continue
        if question == "programs":
            programs = import_module(".torch_programs", __package__)
            write(options.output or PROGRAMS, programs.ask())
            continue
        if question == "darknet":
            found = import_module(".exports_darknet", __package__).answers(options.only or [])
            write_rows(options.output or EXPORTS / "darknet.json", found)
            continue
        if question == "modules":
            import_module(".live_modules", __package__).compare(options.only or [])
            continue
        if question == "ultralytics":
            import_module(".ultralytics_files", __package__).compare(options.only or [])
            continue
        module, file, count = QUESTIONS[question]
        output = options.output or DATA / file
        ask(module, output, options.cases or count, options.seed, options.only or [])


def ask(module: str, output: Path, count: int, seed: int, only: list[str]) -> None:
    """Draws calls of every class in turn, those with little to vary one time in eight."""
    asked = import_module(f".{module}", __package__)
    classes = only or sorted(asked.DRAWS)
    turns = [cls for turn in range(8) for cls in classes if turn == 0 or cls not in asked.FEW]
    dice = Dice(seed)
    cases = []
    for number in range(count):
        cls = turns[number % len(turns)]
        args, shapes = asked.DRAWS[cls](dice)
        given = shapes[0] if len(shapes) == 1 else shapes
        answer = asked.ask(cls, args, shapes)
        cases.append({"id": number, "cls": cls, asked.ARGS: args, "in": given, **answer})
    errors = sum("error" in case for case in cases)
    write(output, {"versions": asked.VERSIONS, "note": asked.NOTE, "seed": seed, "n": len(cases),
                   "n_error": errors, "cases": cases})  # fmt: skip
    print(f"{output}: {len(cases)} cases of {len(classes)} classes, {errors} refused")


def describe(folder: Path, only: list[str]) -> None:
    """Writes what whole networks consist of, a file for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, answer in networks.answers(only):
        path = folder / f"{name.replace('::', '.')}.json.gz"
        write(path, answer)
        print(f"{path}: {len(answer['layers'])} layers, {answer['totals']}")


def carry(folder: Path, only: list[str]) -> None:
    """Writes what converters make of networks, a file for each framework that they come from."""
    if len(only) != 1:
        command = [sys.executable, "-m", "tools.truth", "ported", str(folder), "--only"]
        for name in only or ported.WAYS:
            # A process has one backend of Keras, and the other questions take another one.
            subprocess.run([*command, name], check=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, answer in ported.answers(only):
        path = folder / f"{name}.json.gz"
        write(path, answer)
        print(f"{path}: {len(answer['nets'])} networks")


def calculate(folder: Path, only: list[str]) -> None:
    """Writes what the modules of the folder `formulas` answer, a file each."""
    if len(only) != 1:
        found = {path.stem for path in (Path(__file__).parent / "formulas").glob("*.py")}
        command = [sys.executable, "-m", "tools.truth", "formulas", str(folder), "--only"]
        for name in only or sorted(found - {"recording"}):
            # A process has one backend of Keras, and the other questions take another one.
            subprocess.run([*command, name], check=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{only[0]}.json"
    write(path, import_module(f".formulas.{only[0]}", __package__).answers())
    print(f"{path}: {path.stat().st_size:,} bytes")


def run_exports(folder: Path, only: list[str]) -> None:
    """Writes what the frameworks make of the code that is exported, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for target in FRAMEWORKS:
        answers = import_module(".exports", __package__).answers(target, only)
        write_rows(folder / f"{target}.json", answers)
        print(f"{folder / target}.json: {len(answers)} networks")
    if not only:
        import_module(".exports_numbers", __package__).write(folder / "onnx_numbers.json")
        import_module(".exports_back", __package__).write(folder / "torch_back.json")
        import_module(".exports_keras_numbers", __package__).write(folder / "keras_numbers.json")
        import_module(".exports_keras_back", __package__).write(folder / "keras_back.json")
        for target in FRAMEWORKS:
            answers = import_module(".exports_normalised", __package__).answers(target)
            write_rows(folder / f"normalised_{target}.json", answers)


def write_rows(path: Path, answers: dict[str, Any]) -> None:
    """JSON with a line for each answer."""
    lines = [f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def write(path: Path, document: dict[str, Any]) -> None:
    """Compact JSON; compressed without a time stamp, so that equal answers are equal files."""
    text = json.dumps(document, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0) if path.suffix == ".gz" else text)


main()

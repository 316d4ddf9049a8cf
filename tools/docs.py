"""Writes the generated pages, and the outputs in the written ones: `python -m tools.docs`.

Every page of `PAGES` is made by a function of its present text. A page that is written by hand
holds real output, each piece behind a comment that says where it comes from:

    <!-- cnncalc shapes specs/resnet50.yaml -->      a command: its output, in a fenced block
    <!-- commands -->  …  <!-- end -->               a table made by a function below
"""

from __future__ import annotations

import io
import os
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from typer.models import ArgumentInfo

from cnncalc import manual, registry
from cnncalc.calculator import formula as formulas
from cnncalc.cli import main as cli
from cnncalc.cli.analysis_command import _SHARED, command
from cnncalc.cli.signature import describe_help, flag, parameter
from cnncalc.dialects.base.dialect import dialects
from cnncalc.metrics import METRICS
from cnncalc.solving import solver as solvers

from . import names as called
from . import portability, runtimes, zoo

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.dialects.base.dialect import Dialect

ROOT = Path(__file__).parent.parent

_BLOCK = re.compile(r"(<!-- cnncalc (.+?) -->\n\n?)```console\n.*?```", re.DOTALL)
_TABLE = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SECONDS = re.compile(r"in \d+\.\d\d s\b")

_LAYERS = """\
# Layers

`cnncalc explain KIND` prints the same, laid out for the terminal. The keys that every layer has besides its own
(`name`, `from`, `when`, `repeat`, …) are in [the language](spec.md#keys-of-every-layer).
This page is written by `make docs`; a test keeps it current.
"""

_ERRORS = """\
# Diagnostics

`cnncalc explain CODE` prints the same, laid out for the terminal. E0 is about YAML, E1 about keys and values, E2
about names, E3 about shapes, E4 about expressions, X5 about expectations and budgets.
This page is written by `make docs`; a test keeps it current.
"""

_CLI = """\
# The command line

`cnncalc COMMAND --help` prints the same at the terminal.
This page is written by `make docs`; a test keeps it current.

Results go to the standard output, everything else to the standard error. On a terminal a table is
drawn with Rich; in a pipe it is plain text and never cut off. `--color always` and `never` decide
over colour, otherwise `NO_COLOR`, `FORCE_COLOR` and the terminal do.

| exit code | |
|---:|---|
| 0 | clean |
| 1 | findings: a bad spec, a number that is not as expected, a budget that is exceeded |
| 2 | wrong usage, a file that cannot be read, no spec found |
| 3 | an error of cnncalc itself |
| 130, 143 | ended by Ctrl-C (SIGINT), by `kill` (SIGTERM); 129 where the terminal goes away |

A reader that has seen enough (`| head`) and a standard stream that is closed (`>&-`) change no exit code; an
output that cannot be written, to a full disk, is 2, and so is a process of `check` that others have killed. A
run that ends early leaves no file half made: one that was killed outright (SIGKILL) at the very moment at which
a file gets its name may leave `.cnncalc-` and 16 hexadecimal digits beside it, which the next run that writes
there takes away.
"""


# Pages written by hand -----------------------------------------------------------------------


def filled(text: str) -> str:
    """A page with the outputs and tables in it made anew."""
    text = _BLOCK.sub(lambda m: f"{m[1]}```console\n$ cnncalc {m[2]}\n{output(m[2])}```", text)
    return _TABLE.sub(lambda m: f"{m[1]}\n{_TABLES[m[2]]()}\n{m[3]}", text)


_OWN_ERROR = 3
"""The exit code of an error of cnncalc itself."""


def output(arguments: str) -> str:
    """What `cnncalc ARGUMENTS` prints, run at the root of the repository and in a pipe.

    Raises RuntimeError if that is an error of cnncalc itself, which no page shall show.
    """
    printed = io.StringIO()
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        plain = patch.dict(os.environ, {"NO_COLOR": "1", "COLUMNS": "100"})
        with plain, redirect_stdout(printed), redirect_stderr(printed):
            cli.main(shlex.split(arguments))
    except SystemExit as ended:
        if ended.code == _OWN_ERROR:
            raise RuntimeError(f"cnncalc {arguments}:\n{printed.getvalue()}") from None
    finally:
        os.chdir(before)
    return _SECONDS.sub("in … s", printed.getvalue())


def commands() -> str:
    """Every command with one line."""
    first = {name: _first(run) for name, run in runs().items()}
    first |= {name: _about(module) for name, module in groups().items()}
    rows = [f"| [`{name}`](docs/cli.md#{name}) | {first[name]} |" for name in sorted(first)]
    return "\n".join(["| command | |", "|---|---|", *rows])


def differing() -> str:
    """The kinds of layer on which the frameworks may disagree."""
    kinds = [kind for kind in manual.kinds() if manual.layer_class(kind).differs]
    return ", ".join(f"[`{kind}`](layers.md#{kind})" for kind in kinds) + "."


def topics() -> str:
    """The sections of docs/cheat-sheet.md, each with its first command and what that answers."""
    page = (ROOT / "docs/cheat-sheet.md").read_text(encoding="utf-8")
    rows, chapter, title = [], "", ""
    for line in page.split("\n"):
        if line.startswith("## "):
            chapter, title = line[3:], line[3:]
        elif line.startswith("### "):
            title = f"{chapter}: {line[4:]}"
        elif (found := _COMMAND.match(line)) and title:
            link = called.anchor(title.rpartition(": ")[2])
            command = found[1].replace("|", "\\|")
            rows.append(f"| [{title}](#{link}) | `cnncalc {command}` | {_answer(found[1])} |")
            title = ""
    return "\n".join(["| topic | command | answer |", "|---|---|---|", *rows])


_COMMAND = re.compile(r"<!-- cnncalc (.+?) -->")


def _answer(arguments: str) -> str:
    """The line of an output that answers: the result of a formula, the totals of a table."""
    lines = output(arguments).rstrip("\n").split("\n")
    results = [
        line.strip().removeprefix("result ") for line in lines if line.startswith("  result")
    ]
    totals = [line for line in lines if " · " in line or "→" in line]
    return _cell((*results, *totals, lines[-1])[0])


def calculator(_: str) -> str:
    """docs/calculator.md: the manual of every formula with its examples worked out, by topic."""
    parts = [_CALCULATOR]
    for topic in formulas.TOPICS:
        names = [name for name in formulas.names() if formulas.load(name).topic == topic]
        links = ", ".join(f"[{name}](#{name})" for name in names)
        parts.append(f"**{topic.capitalize()}:** {links}.\n")
    for topic in formulas.TOPICS:
        names = [name for name in formulas.names() if formulas.load(name).topic == topic]
        parts += [_EXAMPLE.sub(_worked, manual.formula(name)) for name in names]
    return "\n".join(parts)


def solving(_: str) -> str:
    """docs/solvers.md: the manual of every solver with its examples solved."""
    names = solvers.names()
    links = ", ".join(f"[{name}](#{name})" for name in names)
    return "\n".join(
        [_SOLVERS, f"{links}.\n", *(_EXAMPLE.sub(_worked, manual.solver(name)) for name in names)]
    )


_SOLVERS = """\
# Solvers

The manuals of what `cnncalc solve` solves, with examples; [backwards](solve.md) is the introduction to it.
`cnncalc explain solve:NAME` prints one, laid out for the terminal. In Python it is `cnncalc.solve(NAME, …)`,
whose result has `solutions` and `to_dict()`. This page is written by `make docs`; a test keeps it current.
"""

_EXAMPLE = re.compile(r"```console\n\$ cnncalc ((?:calc|solve) .+?)\n```", re.DOTALL)


def _worked(example: re.Match[str]) -> str:
    return f"```console\n$ cnncalc {example[1]}\n{output(example[1])}```"


_CALCULATOR = """\
# The calculator

`cnncalc calc` computes the formulas of the field and shows how: the formula, the same with the numbers in,
the result. What is shown is the computation itself, run on numbers that remember how they came about.
`cnncalc explain NAME` prints the manual of one at the terminal; [the cheat sheet](cheat-sheet.md) has them
in the order of a course. In Python it is `cnncalc.calculate(NAME, …)`, whose result has `value`, `unit`,
`working` and `to_dict()`. This page is written by `make docs`; a test keeps it current.
"""


def frameworks() -> str:
    """Every dialect: its framework, the version that was asked, what it covers."""
    rows = [
        f"| `{name}` | {found.title} | {found.version} | {_covered(found)} |"
        for name, found in dialects().items()
    ]
    return "\n".join(
        ["", "| `dialect:` | framework | version | covers |", "|---|---|---|---|", *rows, ""]
    )


def _covered(found: type[Dialect]) -> str:
    """The kinds of layer that a dialect covers."""
    kinds = [f"[`{kind}`](layers.md#{kind})" for kind in manual.kinds() if found.covers(kind)]
    return ", ".join(kinds) if found.partial else "every kind"


def metrics() -> str:
    """Every number that a spec may expect of itself, and that a budget may limit."""
    rows = [f"| `{name}` | {_cell(metric.about)} |" for name, metric in METRICS.items()]
    return "\n".join(["| key of `expect` and `budget` | |", "|---|---|", *rows])


_TABLES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "dialects": frameworks,
    "differing": differing,
    "numbers": metrics,
    "portability": portability.table,
    "topics": topics,
    "usual": runtimes.usual,
    "held": runtimes.held,
    "windows": runtimes.windows,
}


# Pages written by the program ----------------------------------------------------------------


def layers(_: str) -> str:
    """docs/layers.md: the manual of every kind of layer, behind an index by family."""
    families: dict[str, list[str]] = {name: [] for name in ("Layers", *_FAMILIES)}
    for kind in manual.kinds():
        found = manual.layer_class(kind)
        families[next((n for n, holds in _FAMILIES.items() if holds(found)), "Layers")].append(kind)
    index = [
        f"**{name}:** {', '.join(f'[{kind}](#{kind})' for kind in kinds)}.\n"
        for name, kinds in families.items()
    ]
    return "\n".join([_LAYERS, *index, *(manual.layer(kind) for kind in manual.kinds())])


_FAMILIES: dict[str, Callable[[Any], bool]] = {
    "Of several inputs": lambda layer: layer.operands[0] > 1,
    "Normalisations, for `norm:`": lambda layer: layer.role == "norm",
    "Activations, for `activation:`": lambda layer: layer.role == "activation",
}


def errors(_: str) -> str:
    """docs/errors.md: the manual of every diagnostic code."""
    try:
        sections = manual.codes()
    except FileNotFoundError as error:
        raise SystemExit(f"tools.docs needs {error.filename}, which describes the codes") from None
    return "\n".join([_ERRORS, *sections.values()])


def command_line(_: str) -> str:
    """docs/cli.md: arguments and options of every command, and the formats."""
    shared = [parameter(name, *declared) for name, declared in _SHARED.items()]
    tables = ("## Options of all tables\n", "| option | |", "|---|---|", *map(_option, shared), "")
    described = {name: _command(name, run) for name, run in runs().items()}
    described |= {name: _group(name, module) for name, module in groups().items()}
    return "\n".join([_CLI, formats(), *tables, *(described[name] for name in sorted(described))])


def the_zoo(_: str) -> str:
    """specs/README.md: every model that comes with cnncalc."""
    return filled(zoo.page())


def names(_: str) -> str:
    """docs/names.md: what a layer is called elsewhere, and here."""
    return called.page(ROOT / "docs/idioms.md")


def formats() -> str:
    """Every format with one line."""
    found = {name: registry.load("formats", name) for name in registry.names("formats")}
    rows = [f"| `{name}` | {_first(module)} |" for name, module in found.items()]
    return "\n".join(["## Formats\n", "| `--format` | |", "|---|---|", *rows, ""])


def runs() -> dict[str, Callable[..., None]]:
    """The function behind every command, by the command's name."""
    modules = {name: registry.load("cli.commands", name) for name in registry.names("cli.commands")}
    found = {name: module.run for name, module in modules.items() if hasattr(module, "run")}
    analyzers = registry.names("analyzers")
    found |= {name: command(registry.load("analyzers", name)) for name in analyzers}
    return {name.replace("_", "-"): found[name] for name in sorted(found)}


def groups() -> dict[str, Any]:
    """The modules of the commands that have commands of their own, by the command's name."""
    modules = {name: registry.load("cli.commands", name) for name in registry.names("cli.commands")}
    return {
        name.replace("_", "-"): module
        for name, module in modules.items()
        if hasattr(module, "group")
    }


def _group(name: str, module: Any) -> str:
    """A command with commands of its own: each with one line."""
    group = module.group(name)
    rows = [
        f"| `cnncalc {name} {word}` | {_cell(_sentence(group.get_command(None, word).help or ''))} |"
        for word in group.list_commands(None)
    ]
    lines = [f"## {name}\n", f"`cnncalc {name} NAME [OPTIONS]`\n"]
    lines += [f"{_about(module)} `cnncalc {name} NAME --help` lists the options.\n"]
    return "\n".join([*lines, f"| `cnncalc {name} NAME` | |", "|---|---|", *rows, ""])


def _about(module: Any) -> str:
    """What the docstring of a command says behind its name and the colon."""
    about = _first(module).partition(": ")[2]
    return about[:1].upper() + about[1:]


def _sentence(text: str) -> str:
    return text.split("\n", maxsplit=1)[0].rstrip(".") + "."


def _command(name: str, run: Callable[..., None]) -> str:
    # Not the text of --help: its layout is another one in every version of Typer.
    parameters = list(signature(run, eval_str=True).parameters.values())
    is_table = registry.exists("analyzers", name.replace("-", "_"))
    own = [p for p in parameters if not (is_table and p.name in _SHARED)]
    arguments = [_info(p).metavar for p in own if isinstance(_info(p), ArgumentInfo)]
    options = ["[OPTIONS]"] if len(parameters) > len(arguments) else []
    usage = ["cnncalc", name, *arguments, *options]
    lines = [f"## {name}\n", f"`{' '.join(usage)}`\n", f"{getdoc(run)}\n"]
    if own:
        lines += ["| argument or option | |", "|---|---|", *map(_option, own), ""]
    if is_table:
        missing = [f"`{flag(n)}`" for n in _SHARED if n not in {p.name for p in parameters}]
        but = f", without {' and '.join(missing)}" if missing else ""
        lines.append(f"Also the [options of all tables](#options-of-all-tables){but}.\n")
    return "\n".join(lines)


def _info(parameter: Parameter) -> Any:
    """What Typer is told about an argument or option."""
    return parameter.annotation.__metadata__[-1]


def _option(parameter: Parameter) -> str:
    info, kind = _info(parameter), parameter.annotation.__origin__
    if isinstance(info, ArgumentInfo):
        return f"| `{_cell(info.metavar)}` | {_cell(info.help)} |"
    # Of an annotation, Typer takes the first flag for the default.
    flags = [flag for flag in (info.default, *(info.param_decls or ())) if str(flag)[:1] == "-"]
    value = (
        "" if kind is bool else " " + _cell(info.metavar or ("N" if "int" in str(kind) else "WORD"))
    )
    return (
        f"| {', '.join(f'`{flag}{value}`' for flag in flags)} | {_cell(describe_help(info.help))} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _first(described: Any) -> str:
    """The first sentence of what a docstring says."""
    return (getdoc(described) or "").split("\n")[0].rstrip(".") + "."


PAGES: dict[str, Callable[[str], str]] = {
    "README.md": filled,
    "docs/architecture.md": filled,
    "docs/calculator.md": calculator,
    "docs/cheat-sheet.md": filled,
    "docs/cli.md": command_line,
    "docs/costs.md": filled,
    "docs/diff.md": filled,
    "docs/drawing.md": filled,
    "docs/editor.md": filled,
    "docs/errors.md": errors,
    "docs/export.md": filled,
    "docs/first-steps.md": filled,
    "docs/idioms.md": filled,
    "docs/inputs.md": filled,
    "docs/layers.md": layers,
    "docs/names.md": names,
    "docs/port.md": filled,
    "docs/receptive-fields.md": filled,
    "docs/runtimes.md": filled,
    "docs/solve.md": filled,
    "docs/solvers.md": solving,
    "docs/spec.md": filled,
    "docs/sweep.md": filled,
    "docs/model-files.md": filled,
    "specs/README.md": the_zoo,
}
"""What every page is made of: a function of the text that it has."""


def made(page: str) -> str:
    """The text that a page should have."""
    path = ROOT / page
    return PAGES[page](path.read_text(encoding="utf-8") if path.exists() else "")


if __name__ == "__main__":
    for name in PAGES:
        (ROOT / name).write_text(made(name), encoding="utf-8")

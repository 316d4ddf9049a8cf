"""`cnncalc check`: hold specs against what they expect of themselves."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnncalc import registry
from cnncalc.analyzers.base import keywords
from cnncalc.check.config import Config, find
from cnncalc.check.judge import Task, judge_file
from cnncalc.check.linting import Rules
from cnncalc.check.parallel import spread
from cnncalc.check.search import specs
from cnncalc.check.verdict import Checked, is_failure, outcome
from cnncalc.cli.options import Allow, Color, Overwrite
from cnncalc.cli.output import (
    complain,
    destination,
    emit,
    renderer,
    save,
    show,
    wants_color,
)
from cnncalc.cli.signature import formats
from cnncalc.errors import UsageError
from cnncalc.foreign import visible
from cnncalc.language.source import FILE, REVISION, STDIN, STREAM, Origin, content, locate
from cnncalc.system.files import write

if TYPE_CHECKING:
    from cnncalc.errors import Diagnostic
    from cnncalc.network import Deployment

_SUMMARY = "GITHUB_STEP_SUMMARY"

Paths = Annotated[list[str], typer.Argument(metavar="[PATH…]", show_default=False,
                                            help="Specs, directories of specs, or - for stdin; "
                                                 "the current directory by default.")]  # fmt: skip
Format = Annotated[str, typer.Option("--format", "-f", show_default=False, help=formats("report"))]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write the report to a file, and the text to stdout.")]  # fmt: skip
Strict = Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")]
Select = Annotated[list[str], typer.Option("--select", metavar="CODE,…", show_default=False,
                                           help="Report only these findings: codes, or prefixes such as X "
                                                "and W6.")]  # fmt: skip
Ignore = Annotated[list[str], typer.Option("--ignore", metavar="CODE,…", show_default=False,
                                           help="Do not report these findings.")]  # fmt: skip
ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with 0 even if something is found.")
]
StdinFilename = Annotated[str, typer.Option("--stdin-filename", metavar="FILE", show_default=False,
                                            help="The name of the spec on stdin in findings.")]  # fmt: skip
Update = Annotated[bool, typer.Option("--update", help="Rewrite the numbers of `expect` that do not hold, "
                                                       "in place.")]  # fmt: skip
Dtype = Annotated[str, typer.Option("--dtype", show_default=False, help=keywords.DTYPE)]
BiasDtype = Annotated[
    str, typer.Option("--bias-dtype", show_default=False, help=keywords.BIAS_DTYPE)
]
Eager = Annotated[bool, typer.Option("--eager", help=keywords.EAGER)]
Inplace = Annotated[bool, typer.Option("--inplace", help=keywords.INPLACE)]
FoldNorm = Annotated[bool, typer.Option("--fold-norm", help=keywords.FOLD_NORM)]


def run(
    paths: Paths = [],  # noqa: B006
    format: Format = "",
    output: Output = "",
    overwrite: Overwrite = False,
    strict: Strict = False,
    select: Select = [],  # noqa: B006
    ignore: Ignore = [],  # noqa: B006
    exit_zero: ExitZero = False,
    stdin_filename: StdinFilename = "",
    update: Update = False,
    allow: Allow = [],  # noqa: B006
    dtype: Dtype = "",
    bias_dtype: BiasDtype = "",
    inplace: Inplace = False,
    fold_norm: FoldNorm = False,
    eager: Eager = False,
    color: Color = "auto",
) -> None:
    """Judge the `expect`, `budget` and `variants` of specs; exit 1 if one is not met.

    In a directory every *.yaml and *.yml that has the key `cnncalc:` is a spec. The settings of
    a project are in `[tool.cnncalc]` of pyproject.toml or in .cnncalc.toml.
    """
    started = time.perf_counter()
    output = destination(output, overwrite=overwrite)
    origins = {path: locate(path, allow) for path in paths or ["."]}
    config = find([_place(origin, stdin_filename) for origin in origins.values()])
    strict, module = strict or config.strict, _format(format, config)
    summary = os.environ.get(_SUMMARY, "") if module.__name__.endswith(".github") else ""
    totals = getattr(registry.load("formats", "markdown") if summary else module, "TOTALS", ())
    way = _way(dtype=dtype, bias_dtype=bias_dtype, inplace=inplace, fold_norm=fold_norm,
               eager=eager)  # fmt: skip
    rules = _rules(select, ignore, config)
    task = Task(Origin(""), rules, update=update, totals=tuple(totals), way=way)
    files = _judge_origins(origins, config, task, stdin_filename)
    _tell_changes(files)
    findings = [finding for file in files for finding in file.findings]
    if output:
        write(output, module.report(findings, files=files, strict=strict), replace=overwrite)
        module = registry.load("formats", "text")
    use_color = wants_color(color, sys.stdout)
    show(module, module.report(findings, files=files, strict=strict, color=use_color))
    _conclude(module, files, strict=strict, started=started)
    if summary:
        _append_page(summary, findings, files, strict=strict)
    fails = any(is_failure(found, strict=strict) for found in findings)
    _exit(files, fails=fails and not exit_zero)


def _append_page(
    summary: str, findings: list[Diagnostic], files: list[Checked], *, strict: bool
) -> None:
    """Append the report as a page to the summary of a workflow's step."""
    page = registry.load("formats", "markdown").report(findings, files=files, strict=strict)
    save(summary, f"{page}\n", append=True)


def _exit(files: list[Checked], *, fails: bool) -> None:
    """End with what the files have come to, if that is not 0."""
    if any(file.crash for file in files):
        _tell_crashes(files)
        raise typer.Exit(3)
    if fails:
        raise typer.Exit(1)


def _way(**given: Any) -> Deployment:
    """How networks are run: the options that are given; raises UsageError."""
    chosen = tuple((name, value) for name, value in given.items() if value)
    if chosen:
        from cnncalc.cost.memory import Way, known_way

        known_way(Way(**dict(chosen)))
    return chosen


def _rules(select: list[str], ignore: list[str], config: Config) -> Rules:
    """The codes to judge by: those of the options, else those of the settings."""
    return Rules(
        _codes(select, "--select") or _codes(config.select, f"{config.file}: select"),
        _codes(ignore, "--ignore") or _codes(config.ignore, f"{config.file}: ignore"),
    )


def _judge_origins(
    origins: dict[str, Origin], config: Config, task: Task, stdin_filename: str
) -> list[Checked]:
    """Everything found in the files that PATHs mean; raises UsageError if there is none."""
    named = [path for path, origin in origins.items() if origin.kind != STREAM]
    streams = [origin for origin in origins.values() if origin.kind == STREAM]
    chosen = specs(named, root=config.root, include=config.include, exclude=config.exclude)
    allowed = next(iter(origins.values())).allowed
    tasks = [
        task._replace(**spec._asdict())._replace(origin=spec.origin._replace(allowed=allowed))
        for spec in chosen
    ]
    if streams:
        if task.update:
            raise UsageError("--update needs a file, and stdin is none")
        data = content(streams[0])
        name = stdin_filename or STDIN
        models = dict.fromkeys(origin.model for origin in streams)
        tasks += [
            task._replace(origin=Origin(name, model=m, allowed=allowed), data=data) for m in models
        ]
    if not tasks:
        raise UsageError(f"no spec found in {', '.join(origins)}",
                         "in a directory, specs are the YAML files that carry `cnncalc: 1`; "
                         "of a model file net.onnx, net.onnx.yaml says what is expected")  # fmt: skip
    return list(spread(judge_file, tasks, [1 + _weight(task) for task in tasks]))


def _weight(task: Task) -> int:
    """How much there is to read, so that processes get equal shares; raises OSError."""
    if task.data is not None:
        return len(task.data)
    if task.origin.kind == REVISION or not (task.is_named or os.path.exists(task.origin.path)):
        return 0
    return os.path.getsize(task.origin.path)


def _format(given: str, config: Config) -> Any:
    """The module of the format asked for; a message about one of the settings says where it stands."""
    if given or not config.format:
        return renderer(given or "text", "report")
    try:
        return renderer(config.format, "report")
    except UsageError as error:
        finding = error.diagnostics[0]
        raise UsageError(f"{config.file}: {finding.message}", finding.help) from None


def _place(origin: Origin, stdin_filename: str) -> str:
    """The file or folder whose settings apply to PATH; the current one for zoo: and stdin."""
    if origin.kind == FILE:
        return origin.path
    return (stdin_filename if origin.kind == STREAM else "") or "."


def _codes(given: list[str] | tuple[str, ...], where: str) -> tuple[str, ...]:
    """`["X,W6"]` as `("X", "W6")`; each must be a code that may be left out, or its beginning."""
    codes = tuple(code.strip() for text in given for code in text.split(",") if code.strip())
    if codes:
        from cnncalc import manual

        known = sorted(manual.codes())
        for code in codes:
            if not any(name.startswith(code) for name in known):
                raise UsageError(f"{where}: there is no code {visible(code)}",
                                 registry.suggestion(code, known) or "codes: " + ", ".join(known))  # fmt: skip
            if code[:1] not in "XW":
                raise UsageError(f"{where}: {code} is always raised",
                                 "a spec that is wrong cannot be judged")  # fmt: skip
    return codes


def _tell_changes(files: list[Checked]) -> None:
    """What `--update` has rewritten."""
    for file in files:
        for change in file.changes:
            place = f"{visible(change.path)}:{change.line}"
            complain(f"{place}: {change.name} {change.old} → {change.new}")


def _tell_crashes(files: list[Checked]) -> None:
    """Where cnncalc itself has failed, for whoever is to correct it."""
    for file in files:
        for line in file.crash.splitlines():
            complain(line)
        if file.crash:
            complain(
                f"cnncalc: {visible(file.path)}: this is an error of cnncalc itself, not of the spec"
            )


def _conclude(module: Any, files: list[Checked], *, strict: bool, started: float) -> None:
    """What follows the findings in a format that is a log: the verdict."""
    if not getattr(module, "LOG", False):
        return
    if any(file.findings for file in files):
        emit("\n")
    emit(f"{outcome(files, strict=strict)} in {time.perf_counter() - started:.2f} s\n")

"""A spec judged: every model and variant held against its claims, and looked over by the lints."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc import registry
from cnncalc.check.linting import ALL, Lints, Rules
from cnncalc.check.suppress import UNUSED, filter_findings, find_unused, ignores
from cnncalc.check.verdict import Change, Checked, Verdict, in_order
from cnncalc.errors import Diagnostic, Source, SpecError, UsageError
from cnncalc.foreign import cut
from cnncalc.language.build import build, title
from cnncalc.language.document import Document
from cnncalc.language.limits import report_excess
from cnncalc.language.report import Report
from cnncalc.language.source import Origin, read
from cnncalc.metrics import METRICS
from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.check.rewrite import Rewriting
    from cnncalc.language.model import Model, Variant
    from cnncalc.network import Deployment


class Task(NamedTuple):
    """What is to be done with one file: a plain value, so that another process can do it.

    `data` replaces what the file holds (the standard input). `fault` says why it cannot be
    read; that is a finding, unless it `is_named`. `way` is how networks are run where their claims
    say nothing else.
    """

    origin: Origin
    rules: Rules = ALL
    data: bytes | None = None
    update: bool = False
    totals: tuple[str, ...] = ()
    is_named: bool = True
    fault: str = ""
    way: Deployment = ()


def judge_file(task: Task) -> Checked:
    """Everything found in a file; with `update` the numbers of failing claims are rewritten first.

    Raises OSError if it was named and cannot be read, UsageError if it has no such model. Any other
    error is a finding, so that other files are judged all the same.
    """
    try:
        return _judge_task(task)
    except (UsageError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - one spec must not end the run
        return _crash(task.origin.name, error)


def _judge_task(task: Task) -> Checked:
    origin = task.origin
    if task.fault:
        return _unreadable(origin.path, task.fault)
    try:
        source = read(origin, task.data)
    except SpecError as error:
        return _unusable(origin.path, error)
    except OSError as error:
        if task.is_named:
            raise
        return _unreadable(origin.path, error.strerror or "it cannot be opened")
    run = _Run(source, origin.model, task)
    return _update(run, task) if task.update else run.judge_all()


_TRIES = 20


def _update(run: _Run, task: Task) -> Checked:
    """The verdicts after the numbers of failing claims were rewritten.

    Whoever changes the file at the same time loses nothing: it is judged anew then.
    """
    for _ in range(_TRIES):
        changes = run.update()
        if changes is not None:
            break
        run = _Run(read(task.origin), task.origin.model, task)
    else:
        raise UsageError(f"cannot update {task.origin.path}: others change it all the time")
    if changes:
        run = _Run(run.source, task.origin.model, task)
    return run.judge_all()._replace(changes=tuple(changes))


def judge_source(source: Source, model: str | None = None, rules: Rules = ALL) -> Checked:
    """Everything found in a text, or in one model of it."""
    return _Run(source, model, Task(Origin(source.name), rules)).judge_all()


class _Run:
    """One file, judged once."""

    def __init__(self, source: Source, chosen: str | None, task: Task) -> None:
        self.source = source
        self.task = task
        self.lints = Lints(task.rules)
        self.rewriting: Rewriting | None = None
        try:
            document = Document(source)
            if not document.models:
                raise document.report.error()
        except SpecError as error:
            self.verdicts = list(_unusable(source.name, error).verdicts)
            return
        if task.update:
            from cnncalc.check.rewrite import Rewriting

            self.rewriting = Rewriting(source.beside or source)
        self.verdicts = list(self._judge_chosen(document, chosen))
        if not any(f.code[:1] == "E" for verdict in self.verdicts for f in verdict.findings):
            self._finish(document if chosen is None else None)

    def judge_all(self) -> Checked:
        """The verdicts."""
        return Checked(self.source.name, tuple(self.verdicts))

    def update(self) -> list[Change] | None:
        """Rewrite the numbers of the claims that fail, in the file; what has changed.

        None if the file is not what was judged any more.
        """
        findings = [finding for verdict in self.verdicts for finding in verdict.findings]
        failing = {f.span for f in findings if f.code[:1] == "X" and f.span is not None}
        if self.rewriting is None or not failing:
            return []
        text, changes = self.rewriting.correct(failing)
        if changes:
            from cnncalc.check.rewrite import write

            own = self.source.beside or self.source
            if not write(own.name, own.text, text):
                return None
            beside = self.source.beside is not None
            self.source = read(self.task.origin) if beside else Source(own.name, text, own.origin)
        return changes

    def _judge_chosen(self, document: Document, chosen: str | None) -> Iterator[Verdict]:
        """The verdicts of the whole file, or of the model or variant that is asked for."""
        if chosen is None:
            for model in document.models.values():
                yield from self._judge_model(document, model)
                if document.budget.is_over:
                    return
            return
        model, variant = document.select(chosen)
        if variant is None:
            yield from self._judge_model(document, model)
        else:
            yield self._attempt(document, model, variant)

    def _judge_model(self, document: Document, model: Model) -> Iterator[Verdict]:
        """The verdicts of a model and of its variants; these only if the model can be built."""
        verdict = self._attempt(document, model)
        yield verdict
        if not any(finding.code[:1] == "E" for finding in verdict.findings):
            for variant in model.variants:
                yield self._attempt(document, model, variant)
                if document.budget.is_over:
                    return

    def _attempt(self, document: Document, model: Model, variant: Variant | None = None) -> Verdict:
        """Build one network and judge it by every module of `checks/`."""
        name = title(document, model, variant)
        verdict = Verdict(name, model.name, variant.name if variant else None)
        try:
            network = build(document, model.name, variant=variant, budget=document.budget,
                            way=self.task.way)  # fmt: skip
        except UsageError:
            raise
        except SpecError as error:
            faults = _label_faults(_advise(error, document), document, name, variant)
            return verdict._replace(findings=tuple(self._within_budget(faults, document)))
        self.lints.look(network, name if variant else "")
        if self.rewriting is not None:
            self.rewriting.hear(network)
        checks = [registry.load("check.claims", check) for check in registry.names("check.claims")]
        claimed = (finding for check in checks for finding in check.judge(network))
        found = self._within_budget(
            (f for f in claimed if self.task.rules.allows(f.code)), document
        )
        return verdict._replace(
            findings=in_order(found),
            totals={name: METRICS[name].value(network) for name in self.task.totals} or None,
        )

    def _within_budget(
        self, findings: Iterable[Diagnostic], document: Document
    ) -> list[Diagnostic]:
        """As many as the file may have, and one that says so if there are more."""
        kept: list[Diagnostic] = []
        for finding in findings:
            try:
                if not document.budget.is_over:
                    document.budget.findings.spend(1)
            except TooMuch as error:
                report = Report(self.source)
                report_excess(error, report, finding)
                return [*kept, *report.findings()]
            kept.append(finding)
        return kept

    def _codes(self) -> set[str]:
        """All codes that a comment may name."""
        checks = [registry.load("check.claims", check) for check in registry.names("check.claims")]
        stated = [*self.lints.known, *checks]
        unknown = {check.UNKNOWN for check in checks if hasattr(check, "UNKNOWN")}
        return {UNUSED, *unknown, *(module.CODE for module in stated)}

    def _finish(self, document: Document | None) -> None:
        """Add what the lints find, and take away what comments ignore.

        Without a `document` only a part of the file was judged, and nobody knows what the rest needs.
        """
        places = {verdict.name: place for place, verdict in enumerate(self.verdicts)}
        found = [list(verdict.findings) for verdict in self.verdicts]
        for finding in self.lints.findings(document):
            found[places.get(finding.model or "", 0)].append(finding)
        comments = ignores(self.source)
        everything = [finding for findings in found for finding in findings]
        found = [filter_findings(findings, comments) for findings in found]
        if document is not None and self.task.rules.allows(UNUSED):
            idle = find_unused(self.source, comments, everything, self.lints.has_run, self._codes())
            found[0] += self._within_budget(idle, document)
        self.verdicts = [
            verdict._replace(findings=in_order(f.where_it_stands() for f in findings))
            for verdict, findings in zip(self.verdicts, found, strict=True)
        ]


def _advise(error: SpecError, document: Document) -> SpecError:
    """The error with the sizes of the input that would fit, where maps are refused for theirs."""
    if error.network is None:
        return error
    from cnncalc.input_sizes.advice import add_sizes

    return add_sizes(error, document)


def _label_faults(
    error: SpecError, document: Document, name: str, variant: Variant | None
) -> Iterator[Diagnostic]:
    """The faults of one network, not those of the whole file; those of a variant say which."""
    several = len(document.models) > 1
    common = {(f.code, f.span) for f in document.report.findings()} if several else ()
    for finding in error.diagnostics:
        if (finding.code, finding.span) in common:
            yield finding
        elif variant is None:
            yield finding._replace(model=name)
        else:
            yield finding._replace(model=name, message=f"{name}: {finding.message}")


def _unreadable(path: str, reason: str) -> Checked:
    """A file or a folder that cannot be read."""
    fault = Diagnostic("E001", f"it cannot be read: {reason}", Source(path, ""),
                       help="make it readable, or leave it out by `exclude` in the settings")  # fmt: skip
    return _unusable(path, SpecError([fault]))


def _crash(path: str, error: Exception) -> Checked:
    """A file at which cnncalc failed."""
    from traceback import format_exception

    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    fault = Diagnostic("E900", cut(f"an error of cnncalc itself, not of the spec: {what}"),
                       Source(path, ""), help="report it together with the spec")  # fmt: skip
    found = _unusable(path, SpecError([fault]))
    return found._replace(crash=cut("".join(format_exception(error)), _TRACEBACK))


_TRACEBACK = 20_000


def _unusable(path: str, error: SpecError) -> Checked:
    """A file that is not a spec."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return Checked(path, (Verdict(name or path, findings=error.diagnostics),))

"""What `cnncalc check` says of a file: a verdict for each of its models and variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.errors import Diagnostic

SEVERITIES = ("error", "warning", "note")
"""From the worst to the mildest."""


class Verdict(NamedTuple):
    """One model, or one variant of it, judged.

    `name` is the network's, which says the variant: `mobilenet-v2 (w=0.5)`. `model` and `variant`
    are the words of the file, None where there is none. `totals` are by the names of their metrics,
    None if they were not asked for or it could not be built.
    """

    name: str
    model: str | None = None
    variant: str | None = None
    findings: tuple[Diagnostic, ...] = ()
    totals: dict[str, Any] | None = None

    def fails(self, *, strict: bool = False) -> bool:
        """Whether a finding is an error or, with `strict`, a warning."""
        return any(is_failure(finding, strict=strict) for finding in self.findings)


class Change(NamedTuple):
    """A number of an `expect` that `--update` has rewritten: where, what it is, from and to."""

    path: str
    line: int
    name: str
    old: str
    new: str


class Checked(NamedTuple):
    """A file and everything found in it; what concerns the whole file stands with its first model.

    `crash` is the traceback of an error of cnncalc itself, empty if there was none.
    """

    path: str
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...] = ()
    crash: str = ""

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """All findings, each once, in the order of the file."""
        found: dict[object, Diagnostic] = {}
        for verdict in self.verdicts:
            for finding in verdict.findings:
                found.setdefault(_identity(finding), finding)
        return in_order(found.values())


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings of one file in the order of their places; those without a place come last."""
    return tuple(sorted(findings, key=lambda f: (f.span is None, f.span or (), f.code)))


def is_failure(finding: Diagnostic, *, strict: bool) -> bool:
    """Whether a finding ends a run with exit code 1: errors do, with `strict` warnings too."""
    return finding.severity == "error" or (strict and finding.severity == "warning")


def outcome(files: Sequence[Checked], *, strict: bool) -> str:
    """One line for all: `✗ 1 of 11 models failed (1 error)`, `✓ 23 models passed`."""
    verdicts = [verdict for file in files for verdict in file.verdicts]
    findings = [finding for file in files for finding in file.findings]
    failed = sum(verdict.fails(strict=strict) for verdict in verdicts)
    noun = "model" if len(verdicts) == 1 else "models"
    if failed:
        why = "; with `strict` warnings fail" if strict and _has_warning(findings) else ""
        return f"✗ {failed} of {len(verdicts)} {noun} failed ({count_findings(findings)}{why})"
    told = f" ({count_findings(findings)})" if findings else ""
    return f"✓ {len(verdicts)} {noun} passed{told}"


def _has_warning(findings: Iterable[Diagnostic]) -> bool:
    return any(finding.severity == "warning" for finding in findings)


def count_findings(findings: Iterable[Diagnostic]) -> str:
    """`1 error, 2 warnings`; what there is none of is left out."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return ", ".join(
        f"{number} {word}{'' if number == 1 else 's'}" for word, number in counts.items() if number
    )


def _identity(finding: Diagnostic) -> object:
    """What makes two findings one: a fault of the spec is one fault in all models that show it."""
    if finding.code[:1] == "X" or finding.span is None:
        return (finding.code, finding.span, finding.message)
    return (finding.code, finding.span)

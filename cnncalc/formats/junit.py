"""A JUnit report: a suite for each file, a test case for each model and variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign, registry
from cnncalc.check.reporting import path_in_repository
from cnncalc.check.verdict import is_failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.check.verdict import Checked, Verdict
    from cnncalc.errors import Diagnostic


def report(
    findings: Sequence[Diagnostic], *, files: Sequence[Checked] = (), strict: bool = False, **_: Any
) -> str:
    """The report of all files.

    A case fails by a claim that does not hold; it has an error if the network could not be built.
    What fails nothing is in its output.
    """
    suites = [_suite(file, strict=strict) for file in files]
    counts = [sum(counts[place] for _, counts in suites) for place in range(3)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', _open("testsuites", "cnncalc check", counts)]
    for text, _counts in suites:
        lines += text
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(file: Checked, *, strict: bool) -> tuple[list[str], tuple[int, int, int]]:
    """The lines of a suite, and how many tests, failures and errors are in it."""
    path = path_in_repository(file.path)
    cases = [_case(verdict, path, strict=strict) for verdict in file.verdicts]
    failures = sum(kind == "failure" for _, kind in cases)
    errors = sum(kind == "error" for _, kind in cases)
    counts = (len(cases), failures, errors)
    lines = [f"  {_open('testsuite', path, counts)}"]
    for text, _kind in cases:
        lines += text
    return [*lines, "  </testsuite>"], counts


def _case(verdict: Verdict, path: str, *, strict: bool) -> tuple[list[str], str]:
    """The lines of a test case, and what it came to."""
    failing = [finding for finding in verdict.findings if is_failure(finding, strict=strict)]
    others = [finding for finding in verdict.findings if not is_failure(finding, strict=strict)]
    head = f'    <testcase name="{foreign.xml(verdict.name)}" classname="{foreign.xml(path)}"'
    kind, lines = "", []
    if failing:
        first = failing[0]
        kind = "error" if any(finding.code[:1] == "E" for finding in failing) else "failure"
        message = first.message + (f" (and {len(failing) - 1} more)" if failing[1:] else "")
        lines.append(f'      <{kind} type="{foreign.xml(first.code)}" message="{foreign.xml(message)}">'
                     f"{_text(failing)}</{kind}>")  # fmt: skip
    if others:
        lines.append(f"      <system-out>{_text(others)}</system-out>")
    return ([f"{head}>", *lines, "    </testcase>"] if lines else [f"{head}/>"]), kind


def _text(findings: Sequence[Diagnostic]) -> str:
    frames = registry.load("formats", "text").report(findings)
    return "\n".join(foreign.xml(line) for line in frames.split("\n")).rstrip()


def _open(tag: str, name: str, counts: Sequence[int]) -> str:
    tests, failures, errors = counts
    totals = f'tests="{tests}" failures="{failures}" errors="{errors}"'
    return f'<{tag} name="{foreign.xml(name)}" {totals}>'

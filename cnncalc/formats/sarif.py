"""SARIF 2.1.0, for GitHub code scanning and other services that collect findings.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cnncalc import __version__, foreign, manual
from cnncalc.check.reporting import fingerprints, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic, Source, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"


def report(findings: Sequence[Diagnostic], **_: Any) -> str:
    """A log with one run: the codes that were found, with their manuals, and a result for each finding."""
    codes = sorted({finding.code for finding in findings})
    prints = fingerprints(findings)
    run = {
        "tool": {
            "driver": {
                "name": "cnncalc",
                "version": __version__,
                "rules": _rules(codes),
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [
            _result(finding, codes.index(finding.code), fingerprint)
            for finding, fingerprint in zip(findings, prints, strict=True)
        ],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return foreign.json(log, indent=2) + "\n"


def _rules(codes: Sequence[str]) -> list[dict[str, Any]]:
    """What each code means, from its manual."""
    sections = manual.codes()
    rules = []
    for code in codes:
        rule: dict[str, Any] = {"id": code}
        section = sections.get(code)
        if section:
            heading, _, body = section.partition("\n\n")
            paragraph = re.sub(r"\s+", " ", body.partition("\n\n")[0])
            rule |= {
                "shortDescription": {"text": heading.removeprefix(f"## {code} ")},
                "fullDescription": {"text": paragraph},
                "help": {"text": body, "markdown": body},
            }
        level = "warning" if code[:1] == "W" else "error"
        rules.append({**rule, "defaultConfiguration": {"level": level}})
    return rules


def _result(finding: Diagnostic, rule: int, fingerprint: str) -> dict[str, Any]:
    help = f"\nhelp: {foreign.sarif(finding.help)}" if finding.help else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": foreign.sarif(finding.message) + help},
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1"},
    }
    if finding.source is not None:
        location = _location(finding.source, finding.span)
        named = {"model": finding.model, "layer": finding.layer}
        logical = [foreign.name(name) for name in named.values() if name]
        if logical:
            location["logicalLocations"] = [{"fullyQualifiedName": "/".join(logical)}]
        result["locations"] = [location]
        related = [
            {
                **_location(finding.source, label.span),
                "message": {"text": foreign.sarif(label.text)},
            }
            for label in finding.related
        ]
        if related:
            result["relatedLocations"] = related
    return result


def _location(source: Source, span: Span | None) -> dict[str, Any]:
    path = path_in_repository(source.name)
    # A path may hold bytes that are not text.
    coded = os.fsencode(path)
    artifact = {"uri": quote(coded), "uriBaseId": _ROOT}
    if path.startswith("/"):
        artifact = {"uri": f"file://{quote(coded)}"}
    elif path[1:3] == ":/":
        artifact = {"uri": f"file:///{quote(coded, safe='/:')}"}
    place: dict[str, Any] = {"artifactLocation": artifact}
    if span is not None:
        line, column, end_line, end_column = span
        place["region"] = {"startLine": line, "startColumn": column,
                           "endLine": end_line, "endColumn": end_column}  # fmt: skip
    return {"physicalLocation": place}

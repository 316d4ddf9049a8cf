"""What is said of a text that is no YAML, or no text: where, and the fix where the cause is known."""

from __future__ import annotations

import re
from typing import Any

from cnncalc.errors import Diagnostic, Label, Source, Span, SpecError

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _point(mark: Any) -> Span:
    return Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def describe_invalid(source: Source, error: Exception) -> Diagnostic:
    """A syntax error in the words of the parser, with the fix where the cause is known."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    problem = _in_words_of_libyaml(problem, str(getattr(error, "context", None)))
    at = getattr(error, "problem_mark", None)
    opened: Any = getattr(error, "context_mark", None)
    at = at or opened
    if at is None:
        return _unprintable(source)
    line = source.line(at.line + 1)[max(0, at.column - 100) : at.column + 100] if at else ""
    related: tuple[Label, ...] = ()
    is_apart = opened is not None and opened.line != at.line
    # Where the last line has no end, one parser stops there, the other on a line behind it.
    if is_apart or (opened is not None and opened.index < at.index >= len(source.text)):
        what = str(getattr(error, "context", "")).replace("while parsing a", "this")
        what = what.replace("while scanning a", "this").replace("block ", "")
        if "flow" in what or "quoted" in what:
            # What is never closed is at fault, not the end of the file.
            mark = source.line(opened.line + 1)[opened.column : opened.column + 1]
            problem, line, at = f"this `{mark}` is never closed", "", opened
        elif is_apart:
            related = (Label(_point(opened), f"{what} starts here"),)
    return Diagnostic("E001", f"not valid YAML: {problem}", source,
                         _point(at) if at else None, help=_remedy(line, problem),
                         related=related)  # fmt: skip


def _in_words_of_libyaml(problem: str, context: str) -> str:
    """What PyYAML's own parser says, as libyaml says it: a text has one fault, whoever reads it."""
    if problem.startswith("expected <block end>, but found"):
        expected = "'-' indicator" if "collection" in context else "key"
        return f"did not find expected {expected}"
    for said, as_there in _WORDS:
        problem = said.sub(as_there, problem)
    return problem


_WORDS = (
    (re.compile(r"^expected (',' or '.'), but got .*", re.DOTALL), r"did not find expected \1"),
    (
        re.compile(r"^expected (?:the )?'?(.*?)'?, but found .*", re.DOTALL),
        r"did not find expected \1",
    ),
    (re.compile(r"^sequence entries"), "block sequence entries"),
    (re.compile(r"not allowed here$"), "not allowed in this context"),
    (re.compile(r"^found character .* that cannot", re.DOTALL), "found character that cannot"),
)


def _unprintable(source: Source) -> Diagnostic:
    """The error of a text with a character that no YAML may have: the first of them."""
    text = source.text
    found = _FORBIDDEN.search(text)
    place = found.start() if found else 0
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    name = f"U+{ord(found[0]):04X}" if found else "that YAML does not know"
    return Diagnostic("E001", f"not valid YAML: control character {name}", source,
                         Span(line, column, line, column + 1),
                         help="a spec is a text file in UTF-8")  # fmt: skip


def refuse_bytes(source: Source, before: str, reason: str) -> SpecError:
    """The error of a file that is not UTF-8; `before` is the part that is."""
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    finding = Diagnostic("E001", f"not a text file in UTF-8: {reason}", source,
                         Span(line, column, line, column + 1),
                         help="save the spec as UTF-8; `cnncalc formats` lists what else is read")  # fmt: skip
    return SpecError([finding])


def _remedy(line: str, problem: str) -> str:
    if "${" in line:
        return "write expressions as $name or $(...), not ${...}"
    if "\t" in line:
        return "indent with spaces, not tabs"
    tight = _TIGHT.search(line)
    if tight:
        return f"put a space after the colon: {tight[1]}: {tight[2]}"
    if line.lstrip()[:1] == "-" and line.lstrip()[1:2] not in ("", " ", "-"):
        return "put a space after the dash"
    return next((fix for words, fix in _REMEDIES if words in problem), "")


_TIGHT = re.compile(r"(\w{1,40}):([{\[])")
_REMEDIES = (
    ("mapping values are not allowed", "quote text that contains `: `, or check the indentation"),
    ("never closed", "close it on the line where the value ends"),
    ("end of stream", "a quote is not closed"),
    ("did not find expected ',' or", "a comma, or the closing bracket or brace, is missing"),
    ("did not find expected", "check the indentation: keys of one layer start in the same column"),
    ("could not find expected ':'", "check the indentation and the `:` after each key"),
    ("control characters", "a spec is a text file in UTF-8"),
    ("not allowed", "a spec is a text file in UTF-8"),
    ("codec", "a spec is a text file in UTF-8"),
)

"""`# cnncalc: ignore[W601]` at the end of a line: findings of that line that are not to be raised.

Without a list it is about every finding of the line. What makes a spec unusable (E) cannot be
ignored. A comment that ignores nothing is itself a finding, so none outlives its cause.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import Diagnostic, Source, Span, SpecError
from cnncalc.foreign import cut, visible
from cnncalc.language.roots import find_root
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

UNUSED = "W600"
_LISTED = 400

_COMMENT = re.compile(
    r"(?:^|(?<=[ \t]))#[ \t]*cnncalc:[ \t]*ignore\b[ \t]*(?:\[(?P<codes>[^\]\n]*)\]?)?",
    re.MULTILINE,
)


_BLOCKS = ("|", ">")


class Ignore(NamedTuple):
    """One comment: the codes it names, none for all, and where it stands."""

    codes: tuple[str, ...]
    span: Span

    def covers(self, finding: Diagnostic) -> bool:
        """Whether it is about a finding."""
        if finding.span is None or finding.span.line != self.span.line:
            return False
        return is_ignorable(finding.code) and (not self.codes or finding.code in self.codes)


def is_ignorable(code: str) -> bool:
    """Whether findings of a code may be left out: expectations, budgets and lints."""
    return code[:1] in "XW" and code != UNUSED


def ignores(source: Source) -> list[Ignore]:
    """The comments of a text, those inside of quotes and blocks of text left out."""
    if "cnncalc:" not in source.text or not _COMMENT.search(source.text):
        return []
    scalars = sorted(_spans(source))
    found = []
    for number, line in enumerate(source.lines, 1):
        for match in _COMMENT.finditer(line) if "cnncalc" in line else ():
            span = Span(number, match.start() + 1, number, match.end() + 1)
            before = bisect_right(scalars, span) - 1
            if before < 0 or scalars[before][2:] <= span[:2]:
                words = (match["codes"] or "").split(",")
                found.append(Ignore(tuple(word.strip() for word in words if word.strip()), span))
    return found


def filter_findings(findings: Iterable[Diagnostic], comments: Iterable[Ignore]) -> list[Diagnostic]:
    """The findings that no comment is about."""
    lines: dict[int, list[Ignore]] = {}
    for comment in comments:
        lines.setdefault(comment.span.line, []).append(comment)
    return [
        finding
        for finding in findings
        if finding.span is None
        or not any(comment.covers(finding) for comment in lines.get(finding.span.line, ()))
    ]


def find_unused(
    source: Source,
    comments: Iterable[Ignore],
    findings: Iterable[Diagnostic],
    has_run: Callable[[str], bool],
    known: Collection[str],
) -> Iterator[Diagnostic]:
    """A warning for every comment, or code in it, that none of the `findings` needs.

    `has_run` tells whether a code was looked for: where it was not, nobody knows. `known` are the
    codes that there are.
    """
    lines: dict[int, list[Diagnostic]] = {}
    for finding in findings:
        if finding.span is not None:
            lines.setdefault(finding.span.line, []).append(finding)
    for comment in comments:
        present = lines.get(comment.span.line, ())
        met = {finding.code for finding in present if comment.covers(finding)}
        if comment.codes:
            idle = [code for code in comment.codes if code not in met and has_run(code)]
            what = cut(", ".join(f"`{code}`" for code in idle), _LISTED)
        else:
            idle, what = [] if met or not has_run("") else ["all"], "anything"
        if not idle:
            continue
        fixed = [code for code in idle if code[:1] == "E"]
        help = "a spec that is wrong cannot be judged: correct it" if fixed else "remove it"
        if comment.codes and not fixed and len(idle) < len(comment.codes):
            help = f"leave {what} out"
        if not fixed:
            help = _misspelt(idle, known) or help
        yield Diagnostic(UNUSED, f"nothing to ignore here: this line has no finding of {what}"
                         if comment.codes else "nothing to ignore here: this line has no finding",
                         source, comment.span, help=help, severity="warning")  # fmt: skip


def _misspelt(codes: Iterable[str], known: Collection[str]) -> str:
    """What to write in place of the first code that there is none of."""
    for code in codes:
        if code in known or code == "all":
            continue
        if any(name.startswith(code) for name in known):
            return "a comment names every code in full"
        similar = suggestion(code.upper(), sorted(known))
        return f"there is no code `{visible(code)}`" + (f"; {similar}" if similar else "")
    return ""


def _spans(source: Source) -> Iterator[Span]:
    """Where the scalars of a text stand."""
    try:
        root, _ = find_root(source)
    except SpecError:
        return
    open_nodes: list[Node] = [root] if root is not None else []
    seen: set[int] = set()
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, Scalar):
            span = node.span
            # Behind the mark of a block of text there may be a comment; the text is below it.
            is_block = source.line(span.line)[span.column - 1 : span.column] in _BLOCKS
            yield span._replace(line=span.line + 1, column=1) if is_block else span
        elif isinstance(node, (Mapping, Sequence)):
            children = node.items if isinstance(node, Sequence) else node.pairs
            # Several aliases may mean one list.
            if id(children) not in seen:
                seen.add(id(children))
                for child in children:
                    open_nodes += child if isinstance(child, tuple) else (child,)

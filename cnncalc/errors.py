"""What can be wrong: a finding with its place and its fix, and the exceptions that carry findings.

ValueError
  └── SpecError      a bad spec; holds every finding and the part that is sound
        └── UsageError   the spec may be fine, the request is not (command line: exit 2)
Exception
  └── Refusal        raised by a layer, which knows what is wrong but not where
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from cnncalc.network import Network


class Span(NamedTuple):
    """A stretch of source text: 1-based lines and columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class SpanBeside(Span):
    """A stretch of another text than the one that a finding is about: of what stands beside a model file."""

    source: Source


class Source:
    """A text, the name to call it by in messages, and where it was read: `language.source.Origin`."""

    __slots__ = (
        "_lines",
        "again",
        "beside",
        "judged",
        "name",
        "open",
        "origin",
        "stated",
        "symbols",
        "text",
        "tree",
    )

    def __init__(self, name: str, text: str, origin: Any = None) -> None:
        """`name` is a path as the user wrote it, or `<stdin>`, `<string>`; a string has no `origin`."""
        self.name = name
        self.text = text
        self.origin = origin
        self.tree: Any = None
        """The root of the spec, where it was made of a model file."""
        self.beside: Source | None = None
        """The spec beside a model file, which says what is expected of it."""
        self.judged = True
        """Whether it matters what is wrong with what is expected."""
        self.stated: Mapping[str, Any] = {}
        """The shapes that a model file says of its layers, by their names."""
        self.open: Mapping[str, str] = {}
        """The inputs whose size a model file leaves open, and what it says of it: `?,?`."""
        self.again: Callable[[Any, Mapping[str, Any]], Source] | None = None
        """Reads a model file anew for other sizes of its inputs, and other lengths of its `symbols`."""
        self.symbols: Collection[str] = ()
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines without their ends.

        Only the breaks that YAML counts end a line, so numbers agree with the positions.
        """
        if self._lines is None:
            unified = self.text.replace("\r\n", "\n").replace("\r", "\n")
            for other in ("\x85", "\u2028", "\u2029"):
                unified = unified.replace(other, "\n")
            self._lines = unified.split("\n")
        return self._lines

    def line(self, number: int) -> str:
        """Line `number`, counted from 1; empty beyond the text."""
        lines = self.lines
        return lines[number - 1] if 0 < number <= len(lines) else ""


class Label(NamedTuple):
    """A second place that belongs to a finding, and what is there."""

    span: Span
    text: str


class Diagnostic(NamedTuple):
    """One finding: what is wrong, where, and the fix.

    `code` is a stable identifier (`E306`); `cnncalc explain E306` prints its manual.
    `label` stands beside the caret, `help` below the frame, `related` are further places.
    `model` and `layer` name what was being judged where that is known.
    """

    code: str
    message: str
    source: Source | None = None
    span: Span | None = None
    label: str = ""
    help: str = ""
    related: tuple[Label, ...] = ()
    severity: str = "error"
    model: str | None = None
    layer: str | None = None

    def where_it_stands(self) -> Diagnostic:
        """The same, its source being the text that its place is in."""
        if not isinstance(self.span, SpanBeside):
            return self
        inside = [label for label in self.related if isinstance(label.span, SpanBeside)]
        return self._replace(source=self.span.source, related=tuple(inside))

    def __str__(self) -> str:
        """One line: `net.yaml:12:18: E306: message`."""
        place = ""
        if self.source is not None:
            place = f"{self.source.name}: "
            if self.span is not None:
                place = f"{self.source.name}:{self.span.line}:{self.span.column}: "
        return f"{place}{self.code}: {self.message}"

    def to_dict(self) -> dict[str, object]:
        """The finding as the `diagnostics` entry of a JSON document."""
        line, column, end_line, end_column = self.span or (None, None, None, None)
        return {
            "code": self.code,
            "severity": self.severity,
            "message": cut(self.message),
            "path": self.source.name if self.source else None,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "model": self.model and cut(self.model, NAME),
            "layer": self.layer,
            "help": cut(self.help) or None,
            "related": [
                {"line": label.span.line, "column": label.span.column, "message": label.text}
                for label in self.related
            ],
        }


class SpecError(ValueError):
    """A spec that cannot be used; `diagnostics` holds every finding of the run.

    `network` is the part that is sound, where there is one: the layers down to the failing one.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], network: Network | None = None) -> None:
        """`diagnostics` in the order they are to be shown; at least one."""
        self._diagnostics = tuple(diagnostics)
        self._better: Callable[[SpecError], SpecError] | None = None
        self.network = network
        super().__init__("\n".join(str(finding) for finding in self._diagnostics))

    def put_off(self, better: Callable[[SpecError], SpecError]) -> None:
        """Make a `better` error of this one, whose fixes take work to find, once somebody looks at it."""
        self._better = better

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every finding."""
        if self._better is not None:
            better, self._better = self._better, None
            self._diagnostics = better(self).diagnostics
        return self._diagnostics

    def __str__(self) -> str:
        """The findings, a line each, and below each the fix."""
        lines = []
        for finding in self.diagnostics:
            lines += [str(finding), f"  = help: {cut(finding.help)}"][: 1 + bool(finding.help)]
        return "\n".join(lines)


class UsageError(SpecError):
    """A request that does not fit: an unknown model, variable, analyzer, option or format."""

    def __init__(self, message: str, help: str = "") -> None:
        """`message` states the problem, `help` the fix."""
        super().__init__([Diagnostic("usage", message, help=help)])

    def __str__(self) -> str:
        """The message and, in parentheses, the fix."""
        finding = self.diagnostics[0]
        return f"{finding.message} ({finding.help})" if finding.help else finding.message


UNSOLVED = "`cnncalc inputs` says which sizes of the input fit"
"""What a fix says of the sizes of the input, in whose place those are put that fit, where they can be found."""


class Refusal(Exception):
    """A layer cannot be applied to its inputs.

    `key` names the key at fault, if it is one; `operands` asks for the inputs and their shapes
    to be shown. Where in the file all this stands is added by the spec.
    """

    def __init__(
        self, code: str, message: str, *, key: str = "", help: str = "", operands: bool = False
    ) -> None:
        """See the class."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.key = key
        self.help = help
        self.operands = operands

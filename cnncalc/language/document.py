"""A whole file, compiled: variables, blocks and models, ready to be expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.language.compile import compile_file
from cnncalc.language.compose import compose
from cnncalc.language.expressions import BadExpression
from cnncalc.language.report import Report
from cnncalc.language.values import bad_place, evaluate_data, report_bad
from cnncalc.registry import suggestion
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.errors import Source
    from cnncalc.language.context import Scope
    from cnncalc.language.model import Model, Variant


class Document:
    """A compiled file; `report` holds what is wrong with it so far."""

    @pause
    def __init__(self, source: Source) -> None:
        """Compiles the text of `source`; raises SpecError where it cannot be read as YAML."""
        self.source = source
        self.report = Report(source)
        root, findings = compose(source)
        for finding in findings:
            self.report.add(finding)
        compiled = compile_file(root, _stem(source.name), self.report)
        self.name, self.variables, self.sweep, self.blocks, self.models = compiled
        self.reads_cin = any("cin" in item.names for item in compiled.items())
        """Whether layers may depend on the channels, or features, that they are given."""

    def model(self, name: str | None = None) -> Model:
        """The model called `name`, or the only one; raises UsageError."""
        names = ", ".join(list(self.models)[:20]) + (", …" if len(self.models) > 20 else "")
        if name is None:
            if len(self.models) == 1:
                return next(iter(self.models.values()))
            raise UsageError(f"{self.source.name} holds several models",
                             f"name one of {names}: {self.source.name}::{next(iter(self.models))}")  # fmt: skip
        if name not in self.models:
            known = [*self.models, *(v.name for m in self.models.values() for v in m.variants)]
            listed = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
            raise UsageError(f"{self.source.name} has no model or variant `{name}`",
                             suggestion(name, known) or f"there are: {listed}")  # fmt: skip
        return self.models[name]

    def select(self, name: str | None = None) -> tuple[Model, Variant | None]:
        """The model, or the model and its variant, called `name`; raises UsageError."""
        if name is not None and name not in self.models:
            found = [(m, v) for m in self.models.values() for v in m.variants if v.name == name]
            if found:
                return found[0]
        return self.model(name), None

    def scope(self, settings: Mapping[str, Any] | None, report: Report) -> Scope:
        """The variables' values, `settings` in place of what the file says.

        Raises UsageError for a setting that is no variable.
        """
        for name in settings or ():
            if name not in self.variables:
                raise UsageError(f"{self.source.name} has no variable `{name}`",
                                 suggestion(name, self.variables) or "variables: "
                                 + (", ".join(self.variables) or "none"))  # fmt: skip
        scope: Scope = {}
        for name, value in self.variables.items():
            if settings and name in settings:
                scope[name] = settings[name]
                continue
            try:
                scope[name] = evaluate_data(value.data, scope)
            except BadExpression as bad:
                report_bad(bad, bad_place(bad, value.node), report)
                scope[name] = None
        return scope


def _stem(path: str) -> str:
    """`resnet50` of `specs/resnet50.yaml`."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return (name.rsplit(".", 1)[0] or name) if not name.startswith("<") else "model"

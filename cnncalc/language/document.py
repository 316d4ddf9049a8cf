"""A whole file, compiled: variables, blocks and models, ready to be expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.language.compile import compile_file
from cnncalc.language.expressions import BadExpression
from cnncalc.language.library import Library
from cnncalc.language.limits import report_excess
from cnncalc.language.model import Compiled, choose
from cnncalc.language.report import Report
from cnncalc.language.roots import find_root
from cnncalc.language.sizes import size
from cnncalc.language.stock import Stocks
from cnncalc.language.values import bad_place, evaluate_data, report_bad
from cnncalc.registry import suggestion
from cnncalc.system.gc_pause import pause
from cnncalc.work import Budget, TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.errors import Source
    from cnncalc.language.context import Scope
    from cnncalc.language.model import Model, Variant


class Document:
    """A compiled file; `report` holds what is wrong with it so far, `budget` what it has taken.

    Whoever builds all that stands in it once hands the budget to `build`.
    """

    @pause
    def __init__(self, source: Source) -> None:
        """Compiles the text of `source`; raises SpecError where it cannot be read as YAML."""
        self.source = source
        self.stocks = Stocks()
        self.report = Report(source)
        root, findings = find_root(source)
        for finding in findings:
            self.report.add(finding)
        self.budget = Budget()
        library = Library(source.origin, self.budget, compile_file)
        compiled = Compiled("", {}, {}, {}, {})
        try:
            compiled = compile_file(root, source.name, self.report, self.budget, library)
        except TooMuch as error:
            report_excess(error, self.report)
        self.name, self.variables, self.sweep, self.blocks, self.models = compiled
        files = (compiled, *library.files.values())
        self.reads_cin = any("cin" in item.names for file in files for item in file.items())
        """Whether layers may depend on the channels, or features, that they are given."""

    def select(self, name: str | None = None) -> tuple[Model, Variant | None]:
        """The model, or the model and its variant, called `name`; raises UsageError."""
        return choose(self.models, self.source.name, name)

    def scope(self, settings: Mapping[str, Any] | None, report: Report, budget: Budget) -> Scope:
        """The variables' values, `settings` in place of what the file says.

        Raises UsageError for a setting that is no variable, TooMuch if they become too large.
        """
        for name in settings or ():
            if name not in self.variables:
                raise UsageError(f"{self.source.name} has no variable `{name}`",
                                 suggestion(name, self.variables) or "variables: "
                                 + (", ".join(self.variables) or "none"))  # fmt: skip
        scope: Scope = {}
        values = Work("values")
        for name, value in self.variables.items():
            budget.steps.spend(value.weight, value)
            if settings and name in settings:
                scope[name] = settings[name]
            else:
                try:
                    scope[name] = evaluate_data(value.data, scope, value)
                except BadExpression as bad:
                    report_bad(bad, bad_place(bad, value.node), report)
                    scope[name] = None
            values.spend(size(scope[name])[0], value)
        return scope

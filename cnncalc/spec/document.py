"""A whole file, compiled: variables, blocks and models, ready to be expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.bases.shape_key import SHAPE
from cnncalc.collector import paused
from cnncalc.dialect import asked, listed
from cnncalc.errors import UsageError
from cnncalc.keys import ANY, Choice
from cnncalc.registry import suggestion
from cnncalc.spec.blocks import compile_blocks, compile_defaults
from cnncalc.spec.compose import Mapping, Node, Scalar, Sequence, compose
from cnncalc.spec.expressions import BadExpression
from cnncalc.spec.grammar import (
    FILE,
    MODEL,
    VARIABLES,
    VARIANT,
    VERSION,
    entries,
    fields,
    missing,
)
from cnncalc.spec.item import freeze
from cnncalc.spec.items import Items
from cnncalc.spec.names import Names, Ref
from cnncalc.spec.report import Report
from cnncalc.spec.values import Scope, Value, bad_place, plain, report_bad

if TYPE_CHECKING:
    from collections.abc import Mapping as Settings

    from cnncalc.errors import Source
    from cnncalc.spec.blocks import Block
    from cnncalc.spec.item import Item


class Variant(NamedTuple):
    """Other values of the variables, and what they must give.

    One that the spec does not name is called by its settings, `w=0.5`.
    """

    name: str
    settings: dict[str, Any]
    expect: Node | None
    budget: Node | None
    node: Node
    named: bool = False


class Model:
    """One network of a file."""

    def __init__(self, name: str, node: Node) -> None:
        """Filled in by the compiler."""
        self.name = name
        self.node = node
        self.description = ""
        self.dialect: str | None = None
        self.inputs: dict[str, Value] = {}
        self.items: list[Item] = []
        self.outputs: list[Ref] | None = None
        self.expect: Node | None = None
        self.budget: Node | None = None
        self.variants: list[Variant] = []


class Document:
    """A compiled file; `report` holds what is wrong with it so far."""

    @paused
    def __init__(self, source: Source) -> None:
        """Compiles the text of `source`; raises SpecError where it cannot be read as YAML."""
        self.source = source
        self.report = Report(source)
        self.name = _stem(source.name)
        self.variables: dict[str, Node] = {}
        self.sweep: dict[str, tuple[Any, ...]] = {}
        self.models: dict[str, Model] = {}
        self.blocks: dict[str, Block] = {}
        root, findings = compose(source)
        for finding in findings:
            self.report.add(finding)
        self._compile(root)
        items = [item for block in self.blocks.values() for item in block.items]
        items += [item for model in self.models.values() for item in model.items]
        freeze(items)
        self.reads_cin = any("cin" in item.names for item in items)
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

    def scope(self, settings: Settings[str, Any] | None, report: Report) -> Scope:
        """The variables' values, `settings` in place of what the file says.

        Raises UsageError for a setting that is no variable.
        """
        for name in settings or ():
            if name not in self.variables:
                raise UsageError(f"{self.source.name} has no variable `{name}`",
                                 suggestion(name, self.variables) or "variables: "
                                 + (", ".join(self.variables) or "none"))  # fmt: skip
        scope: Scope = {}
        for name, node in self.variables.items():
            if settings and name in settings:
                scope[name] = settings[name]
                continue
            try:
                scope[name] = plain(node, scope)
            except BadExpression as bad:
                report_bad(bad, bad_place(bad, node), report)
                scope[name] = None
        return scope

    def _compile(self, root: Node | None) -> None:
        report = self.report
        if not isinstance(root, Mapping):
            span = root.span if root is not None else None
            what = "the file is empty" if root is None else "a spec must be a mapping"
            report.find("E101", what, span, help="start with `input:` and `layers:`")
            return
        keys = dict(FILE)
        if root.get("models") is not None:
            # With `models` the file itself has no layers; each model has its own.
            keys = {
                name: key for name, key in FILE.items() if name not in MODEL or name == "dialect"
            }
            keys["description"] = FILE["description"]
        named, sound = fields(root, keys, "in the file", report)
        given = {name: pair[1] for name, pair in named.items()}
        self._version(given.get("cnncalc"))
        if isinstance(name := given.get("name"), Scalar) and name.text:
            self.name = name.text
        self._variables(given.get("vars"), given.get("sweep"))
        known = frozenset(self.variables)
        defaults = compile_defaults(given.get("defaults"), known, report, of_file=True)
        self.blocks = compile_blocks(given.get("blocks"), known, defaults, report)
        if "models" not in given:
            if sound and missing(given, keys):
                report.find("E106", "the file has no `layers`", (root.pairs[0][0] if root.pairs else root).span,
                            help="layers: a list, one layer to an item")  # fmt: skip
            self.models[self.name] = self._model(
                self.name, root, given, None, defaults, self.blocks
            )
            return
        for key, body in entries(given["models"], "models", report):
            if not isinstance(body, Mapping):
                report.find("E101", f"model `{key.text}` must be a mapping", body.span)
                continue
            parts, whole = fields(body, MODEL, f"in model `{key.text}`", report)
            if whole and missing(parts, MODEL):
                report.find("E106", f"model `{key.text}` has no `layers`", key.span)
            values = {name: pair[1] for name, pair in parts.items()}
            self.models[key.text] = self._model(
                key.text, body, values, given.get("dialect"), defaults, self.blocks
            )
        if not entries(given["models"], "models", report):
            report.find("E101", "`models` holds no model", given["models"].span)

    def _version(self, node: Node | None) -> None:
        if node is not None and not (isinstance(node, Scalar) and node.value == VERSION
                                     and node.value is not True):  # fmt: skip
            self.report.find("E109", f"this is not version {VERSION} of the language", node.span,
                             help=f"write `cnncalc: {VERSION}`, or use a newer cnncalc")  # fmt: skip

    def _variables(self, node: Node | None, sweep: Node | None) -> None:
        for key, value in entries(node, "vars", self.report):
            if len(self.variables) == VARIABLES:
                self.report.find("E105", f"a file has at most {VARIABLES} variables", key.span)
                break
            if not key.text.isidentifier() or key.text in ("i", "cin"):
                self.report.find("E204", f"`{key.text}` cannot be a variable", key.span,
                                 help="letters, digits and `_`; not `i` or `cin`")  # fmt: skip
                continue
            if Value.checked(key.text, ANY, value, self.variables, self.report) is not None:
                self.variables[key.text] = value
            else:
                self.variables[key.text] = Scalar(1, "1", value.start, value.end)
        for key, value in entries(sweep, "sweep", self.report):
            if key.text not in self.variables:
                self.report.find("E401", f"`sweep` names no variable: `{key.text}`", key.span,
                                 help=suggestion(key.text, self.variables))  # fmt: skip
            elif not isinstance(value, Sequence) or not value.items:
                self.report.find(
                    "E104", f"`sweep: {key.text}` must be a list of values", value.span
                )
            elif Value.checked(key.text, ANY, value, (), self.report) is not None:
                values = self._constant(value)
                self.sweep[key.text] = tuple(values or ())

    def _model(
        self,
        name: str,
        body: Mapping,
        given: dict[str, Node],
        dialect: Node | None,
        defaults: Any,
        blocks: dict[str, Block],
    ) -> Model:
        model, report = Model(name, body), self.report
        if isinstance(text := given.get("description"), Scalar):
            model.description = text.text
        node = given.get("dialect", dialect)
        if node is not None:
            value = Value.checked("dialect", Choice(*listed()), node, (), report)
            # For one at fault any is taken, so that layers which need a dialect are not blamed.
            model.dialect = value.value if value else list(asked())[-1]
        self._inputs(model, given)
        names = Names(tuple(model.inputs), report)
        known = frozenset(self.variables)
        if "layers" in given:
            model.items = Items(names, known, defaults, blocks, report).all(given["layers"])
        if "outputs" in given:
            names.above = False
            model.outputs = names.refs(given["outputs"])
        model.expect, model.budget = given.get("expect"), given.get("budget")
        model.variants = self._variants(given.get("variants"))
        return model

    def _inputs(self, model: Model, given: dict[str, Node]) -> None:
        report = self.report
        if ("input" in given) == ("inputs" in given):
            both = "input" in given
            body = model.node
            first = body.pairs[0][0] if isinstance(body, Mapping) and body.pairs else body
            report.find("E106", "`input` and `inputs` exclude each other" if both
                        else "the network has no `input`", (given["inputs"] if both else first).span,
                        help="input: {channels: 3, size: [224, 224]}")  # fmt: skip
            return
        found = [("input", given["input"])] if "input" in given else []
        for key, value in entries(given.get("inputs"), "inputs", report):
            if key.text == "prev" or not key.text.isidentifier():
                report.find("E204", f"`{key.text}` cannot be the name of an input", key.span)
            # One with a bad name keeps it, so that the input is not missing as well.
            found.append((key.text, value))
        if not found:
            report.find("E106", "the network has no input", given["inputs"].span)
        for name, node in found:
            shape = Value.checked(name, SHAPE, node, self.variables, report)
            # An input at fault keeps its name: what reads it is not to blame.
            model.inputs[name] = shape or Value(name, SHAPE, Scalar(None, "", node.start, node.end))

    def _variants(self, node: Node | None) -> list[Variant]:
        if node is None:
            return []
        if not isinstance(node, Sequence):
            self.report.find("E101", "`variants` must be a list", node.span,
                             help="- {set: {w: 0.5}, expect: {params: 1968680}}")  # fmt: skip
            return []
        found = []
        for entry in node.items:
            if not isinstance(entry, Mapping):
                self.report.find("E101", "a variant must be a mapping", entry.span)
                continue
            parts, sound = fields(entry, VARIANT, "in a variant", self.report)
            given = {name: pair[1] for name, pair in parts.items()}
            if sound and missing(given, VARIANT):
                self.report.find("E106", "a variant needs `set`", entry.span)
            settings = self._settings(given.get("set"))
            listed = ", ".join(f"{name}={value}" for name, value in settings.items())
            label = given.get("name")
            named = isinstance(label, Scalar)
            found.append(Variant(label.text if isinstance(label, Scalar) else listed, settings,
                                 given.get("expect"), given.get("budget"), entry, named))  # fmt: skip
        return found

    def _settings(self, node: Node | None) -> dict[str, Any]:
        settings = {}
        for key, value in entries(node, "set", self.report):
            if key.text not in self.variables:
                self.report.find("E401", f"unknown variable `{key.text}`", key.span,
                                 help=suggestion(key.text, self.variables)
                                 or "variables: " + (", ".join(self.variables) or "none"))  # fmt: skip
                continue
            if Value.checked(key.text, ANY, value, (), self.report) is not None:
                settings[key.text] = self._constant(value)
        return settings

    def _constant(self, node: Node) -> Any:
        """A value that no variable enters into; None after reporting if it cannot be computed."""
        try:
            return plain(node, {})
        except BadExpression as bad:
            report_bad(bad, bad_place(bad, node), self.report)
            return None


def _stem(path: str) -> str:
    """`resnet50` of `specs/resnet50.yaml`."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return (name.rsplit(".", 1)[0] or name) if not name.startswith("<") else "model"

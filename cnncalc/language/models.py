"""Models and their variants, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.dialects.base.dialect import asked_dialects, dialect_names
from cnncalc.language.claims import claims_of_model
from cnncalc.language.grammar import VARIANT, entries, fields, missing
from cnncalc.language.items import Items
from cnncalc.language.model import Model, Variant
from cnncalc.language.names import Names
from cnncalc.language.sizes import size
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
from cnncalc.language.values import Value, constant
from cnncalc.layers.base.key_types import ANY, Choice, show
from cnncalc.layers.base.shape_key import SHAPE
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.language.claims import Claims
    from cnncalc.language.context import CompileContext
    from cnncalc.language.item import Block, Defaults


_MEANT = {
    "tensorflow": "keras", "tf": "keras", "tf.keras": "keras", "pytorch": "torch", "libtorch": "torch",
    "jax": "flax", "linen": "flax", "nnx": "flax",
}  # fmt: skip
"""What frameworks are also called, and the dialect of each."""


class ModelCompiler:
    """Compiles the models of a file, which share its variables, defaults and blocks."""

    def __init__(
        self, context: CompileContext, defaults: Defaults, blocks: dict[str, Block]
    ) -> None:
        """`context` is that of the file."""
        self.context = context
        self.defaults = defaults
        self.blocks = blocks

    def model(self, name: str, body: Mapping, given: dict[str, Node]) -> Model:
        """A model with its keys, and those of the file that hold for it."""
        model, report = Model(name, body), self.context.report
        if isinstance(text := given.get("description"), Scalar):
            model.description = text.text
        if "dialect" in given:
            model.dialect = self._dialect(given["dialect"])
        if "targets" in given:
            model.targets = self._targets(given["targets"])
        model.inputs = self._inputs(model, given)
        names = Names(tuple(model.inputs), report)
        if "layers" in given:
            items = Items(names, self.context, self.defaults, self.blocks)
            model.items = items.all(given["layers"])
            model.taken = frozenset(item.name for item in model.items if item.name)
        if "outputs" in given:
            names.above = False
            outputs = names.refs(given["outputs"])
            model.outputs = tuple(outputs) if outputs is not None else None
        claimed = _output_names(given.get("outputs"))
        model.claims = self._claims(given, claimed)
        model.variants = tuple(self._variants(given.get("variants"), claimed))
        return model

    def _dialect(self, node: Node) -> str:
        """The name of a dialect; the one that is meant for one at fault, or any.

        So layers which need a dialect are not blamed.
        """
        known = dialect_names()
        meant = (
            _MEANT.get(node.text.lower().strip("0123456789._ "))
            if isinstance(node, Scalar)
            else None
        )
        if meant is not None and isinstance(node, Scalar) and node.text not in known:
            self.context.report.find(
                "E104",
                f"`dialect` must be one of {', '.join(known)}, got {show(node.text)}",
                node.span,
                help=f"did you mean `{meant}`?",
            )
            return meant
        value = Value.check("dialect", Choice(*known), node, self.context.knowing(()))
        return value.value if value else list(asked_dialects())[-1]

    def _targets(self, node: Node) -> tuple[str, ...]:
        """The dialects that a list, or a single word, names; each once."""
        kind = Choice(*dialect_names())
        items = node.items if isinstance(node, Sequence) else [node]
        known = self.context.knowing(())
        values = [Value.check("targets", kind, item, known) for item in items]
        return tuple(dict.fromkeys(value.value for value in values if value is not None))

    def _claims(self, given: dict[str, Node], outputs: Iterable[str]) -> Claims:
        """What `expect` and `budget` say; both may tell outputs from each other."""
        return (
            *claims_of_model(given.get("expect"), "expect", outputs, self.context),
            *claims_of_model(given.get("budget"), "budget", outputs, self.context),
        )

    def _inputs(self, model: Model, given: dict[str, Node]) -> dict[str, Value]:
        report = self.context.report
        if ("input" in given) == ("inputs" in given):
            both = "input" in given
            body = model.node
            pairs = body.pairs if isinstance(body, Mapping) else []
            if not both and any(key.text.lower() in ("input", "inputs") for key, _ in pairs):
                # It is there, and is reported as a key that is not known.
                return {}
            first = pairs[0][0] if pairs else body
            report.find("E106", "`input` and `inputs` exclude each other" if both
                        else "the network has no `input`", (given["inputs"] if both else first).span,
                        help="input: {channels: 3, size: [224, 224]}")  # fmt: skip
            return {}
        found = [("input", given["input"])] if "input" in given else []
        for key, value in entries(given.get("inputs"), "inputs", report):
            if key.text == "prev" or not key.text.isidentifier():
                report.find("E204", f"`{key.text}` cannot be the name of an input", key.span)
            # One with a bad name keeps it, so that the input is not missing as well.
            found.append((key.text, value))
        if not found:
            report.find("E106", "the network has no input", given["inputs"].span)
        # An input at fault keeps its name: what reads it is not to blame.
        return {
            name: Value.check(name, SHAPE, node, self.context)
            or Value(name, SHAPE, Scalar(None, "", node.start, node.end))
            for name, node in found
        }

    def _variants(self, node: Node | None, outputs: Iterable[str]) -> list[Variant]:
        report = self.context.report
        if node is None:
            return []
        if not isinstance(node, Sequence):
            report.find("E101", "`variants` must be a list", node.span,
                             help="- {set: {w: 0.5}, expect: {params: 1968680}}")  # fmt: skip
            return []
        found = []
        for entry in node.items:
            if not isinstance(entry, Mapping):
                report.find("E101", "a variant must be a mapping", entry.span)
                continue
            parts, sound = fields(entry, VARIANT, "in a variant", report)
            given = {name: pair[1] for name, pair in parts.items()}
            if sound and missing(given, VARIANT):
                report.find("E106", "a variant needs `set`", entry.span)
            settings = self._settings(given.get("set"))
            listed = _list_settings(settings)
            label = given.get("name")
            named = isinstance(label, Scalar)
            found.append(Variant(label.text if isinstance(label, Scalar) else listed, settings,
                                 self._claims(given, outputs), entry, named))  # fmt: skip
        return found

    def _settings(self, node: Node | None) -> dict[str, Any]:
        report, variables = self.context.report, self.context.known
        settings = {}
        for key, value in entries(node, "set", report):
            if key.text not in variables:
                report.find("E401", f"unknown variable `{key.text}`", key.span,
                                 help=suggestion(key.text, variables)
                                 or "variables: " + (", ".join(variables) or "none"))  # fmt: skip
                continue
            if Value.check(key.text, ANY, value, self.context.knowing(())) is not None:
                settings[key.text] = constant(value, report)
        return settings


def _list_settings(settings: dict[str, Any]) -> str:
    """What a variant is called that has no name: `w=0.5, sizes=[8, 16]`; only a beginning if it is long."""
    found = ""
    for name, value in settings.items():
        if len(found) > foreign.MOST:
            break
        shown = value if size(value)[0] <= _SHOWN else show(value)
        found += f", {name}={foreign.cut(str(shown))}"
    return foreign.cut(found[2:])


_SHOWN = 100
"""A value of more values is told by its beginning."""


def _output_names(node: Node | None) -> tuple[str, ...]:
    """The names under which `expect: output:` may tell outputs from each other."""
    if node is None:
        return ("output",)
    nodes = node.items if isinstance(node, Sequence) else [node]
    return tuple(item.text for item in nodes if isinstance(item, Scalar))

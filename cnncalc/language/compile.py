"""The first of two steps: everything in a file that can be checked without shapes is compiled.

Nothing is compiled afterwards. `expand` makes networks of what comes of this, and does not write
to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.blocks import compile_blocks, compile_defaults
from cnncalc.language.context import CompileContext
from cnncalc.language.grammar import (
    FILE,
    INHERITED,
    MODEL,
    VARIABLES,
    VERSION,
    entries,
    fields,
    missing,
)
from cnncalc.language.item import freeze
from cnncalc.language.model import Compiled
from cnncalc.language.models import ModelCompiler
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
from cnncalc.language.values import Value, constant
from cnncalc.layers.base.key_types import ANY
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from cnncalc.language.library import Library
    from cnncalc.language.model import Model
    from cnncalc.language.report import Report
    from cnncalc.work import Budget


def compile_file(
    root: Node | None, path: str, report: Report, budget: Budget, library: Library
) -> Compiled:
    """A whole file, called as `path` is unless it says otherwise; findings go to `report`.

    `library` has the networks of other files that it names.

    Raises TooMuch if it takes more than is left of `budget`.
    """
    context = CompileContext(report, budget, library)
    name = _stem(path)
    found = Compiled(name, {}, {}, {}, {})
    if isinstance(root, Mapping):
        found = _compile(root, name, context)
    else:
        span = root.span if root is not None else None
        what = "the file is empty" if root is None else "a spec must be a mapping"
        report.find("E101", what, span, help="start with `input:` and `layers:`")
    freeze(found.items(), found.blocks.values())
    for model in found.models.values():
        model.freeze()
    return found


def _compile(root: Mapping, name: str, context: CompileContext) -> Compiled:
    report = context.report
    keys = dict(FILE)
    if root.get("models") is not None:
        # With `models` the file itself has no layers; each model has its own.
        keys = {name: key for name, key in FILE.items() if name not in MODEL or name in INHERITED}
        keys["description"] = FILE["description"]
    named, sound = fields(root, keys, "in the file", report)
    given = {name: pair[1] for name, pair in named.items()}
    _check_version(given.get("cnncalc"), report)
    if isinstance(word := given.get("name"), Scalar) and word.text:
        name = word.text
    variables = _variables(given.get("vars"), context)
    context = context.knowing(variables)
    sweep = _sweep(given.get("sweep"), context)
    defaults = compile_defaults(given.get("defaults"), context.knowing(variables, of_file=True))
    blocks = compile_blocks(given.get("blocks"), defaults, context)
    compiler = ModelCompiler(context, defaults, blocks)
    if "models" in given:
        inherited = {name: given[name] for name in INHERITED if name in given}
        models = _models(given["models"], inherited, compiler)
    else:
        if sound and missing(given, keys):
            report.find("E106", "the file has no `layers`", (root.pairs[0][0] if root.pairs else root).span,
                        help="layers: a list, one layer to an item")  # fmt: skip
        models = {name: compiler.model(name, root, given)}
    return Compiled(name, variables, sweep, blocks, models)


def _models(node: Node, inherited: dict[str, Node], compiler: ModelCompiler) -> dict[str, Model]:
    """The networks under `models:`, with what the file says for all unless they say otherwise."""
    report = compiler.context.report
    found: dict[str, Model] = {}
    for key, body in entries(node, "models", report):
        if not isinstance(body, Mapping):
            report.find("E101", f"model `{key.text}` must be a mapping", body.span)
            continue
        parts, whole = fields(body, MODEL, f"in model `{key.text}`", report)
        if whole and missing(parts, MODEL):
            report.find("E106", f"model `{key.text}` has no `layers`", key.span)
        values = {**inherited, **{name: pair[1] for name, pair in parts.items()}}
        found[key.text] = compiler.model(key.text, body, values)
    if not entries(node, "models", report):
        report.find("E101", "`models` holds no model", node.span)
    return found


def _check_version(node: Node | None, report: Report) -> None:
    if node is not None and not (isinstance(node, Scalar) and node.value == VERSION
                                 and node.value is not True):  # fmt: skip
        report.find("E109", f"this is not version {VERSION} of the language", node.span,
                    help=f"write `cnncalc: {VERSION}`, or use a newer cnncalc")  # fmt: skip


def _variables(node: Node | None, context: CompileContext) -> dict[str, Value]:
    """The variables of a file, each of which knows those above it."""
    report = context.report
    found: dict[str, Value] = {}
    for key, value in entries(node, "vars", report):
        if len(found) == VARIABLES:
            report.find("E105", f"a file has at most {VARIABLES} variables", key.span)
            break
        if not key.text.isidentifier() or key.text in ("i", "cin"):
            report.find("E204", f"`{key.text}` cannot be a variable", key.span,
                        help="letters, digits and `_`; not `i` or `cin`")  # fmt: skip
            continue
        # One at fault has a value all the same: what uses it is not to blame.
        known = context.knowing(found)
        found[key.text] = Value.check(key.text, ANY, value, known) or _one(key.text, value)
    return found


def _sweep(node: Node | None, context: CompileContext) -> dict[str, tuple[Any, ...]]:
    """The lists of values under `sweep:`, by variables."""
    report, variables = context.report, context.known
    found: dict[str, tuple[Any, ...]] = {}
    for key, value in entries(node, "sweep", report):
        if key.text not in variables:
            report.find("E401", f"`sweep` names no variable: `{key.text}`", key.span,
                        help=suggestion(key.text, variables))  # fmt: skip
        elif not isinstance(value, Sequence) or not value.items:
            report.find("E104", f"`sweep: {key.text}` must be a list of values", value.span)
        elif Value.check(key.text, ANY, value, context.knowing(())) is not None:
            found[key.text] = tuple(constant(value, report) or ())
    return found


def _stem(path: str) -> str:
    """`resnet50` of `specs/resnet50.yaml`."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return (name.rsplit(".", 1)[0] or name) if not name.startswith("<") else "model"


def _one(name: str, node: Node) -> Value:
    """The value 1 in place of another."""
    value = Value(name, ANY, Scalar(1, "1", node.start, node.end))
    value.value = value.data = 1
    return value

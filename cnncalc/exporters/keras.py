"""Keras: a function for each block, and one that makes the model; any backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic, SpecError
from cnncalc.exporters.base.keras_function import FunctionWriter
from cnncalc.exporters.base.keras_helpers import HELPERS
from cnncalc.exporters.base.keras_table import LAYERS, WHY
from cnncalc.exporters.base.place import find_functions, says, translate
from cnncalc.exporting.python import identifier, number_name
from cnncalc.exporting.variables import find_classes

if TYPE_CHECKING:
    from cnncalc.exporting.code import Code
    from cnncalc.network import Network

TITLE = "Keras"
ENDINGS = ("py",)

TAKEN = frozenset(
    ("keras", "layers", "ops", "name", "inputs", "i", "x", "out", "range", "int", "float", "bool",
     "tuple", "sum", "super", "min", "max", "abs", "round", "make_divisible")
)  # fmt: skip
"""What nothing is called: the names that the file uses."""


def export(network: Network) -> str:
    """The text of a module; raises SpecError with a finding for each kind of layer Keras cannot say."""
    classes, found = find_classes(
        network,
        _translate,
        lambda text: identifier(text, TAKEN),
        anew=True,
    )
    needs = dict.fromkeys(name for code in classes.codes.values() for name in code.needs)
    if "make_divisible" in find_functions(found):
        needs = {"make_divisible": None, **needs}
    taken = [*HELPERS, *TAKEN]
    # Functions are seen where arguments and results are.
    known = {name for made in found for name in (*made.arguments, *made.locals, *made.inputs)}
    known |= {part.called for made in found for part in made.parts}
    for made in found:
        name = _snake(made.kind or network.name)
        made.name = number_name(f"{name}_block" if made.kind and name in known else name, taken)
        taken.append(made.name)
    writer = FunctionWriter(classes)
    body = "".join(f"\n\n{HELPERS[name].strip()}\n" for name in needs)
    body += "".join("\n".join(writer.write(made)) + "\n" for made in found)
    names = [name for name in ("layers", "ops") if f"{name}." in body]
    more = f"from keras import {', '.join(names)}\n" if names else ""
    return f'"""{says(network)}"""\n\nimport keras\n{more}{body}'


def _translate(network: Network) -> dict[int, Code]:
    """The code of every layer; raises SpecError, too, for weights that no output depends on."""
    codes = translate(network, LAYERS, WHY, TITLE)
    needed = set(network.outputs.values())
    for node in reversed(network.nodes):
        if node.index in needed:
            needed.update(node.inputs)
        elif node.facts.params or node.facts.buffer_count:
            why = "no output depends on it, and a model of Keras has no such layers"
            message = f"`{node.name}` ({node.op}): {why}"
            finding = Diagnostic("E801", message, network.source, node.span, layer=node.name,
                                 help="read its output somewhere, or make it one of `outputs`")  # fmt: skip
            raise SpecError([finding], network)
    return codes


def _snake(text: str) -> str:
    """The name of a function: `InvertedResidual` is `inverted_residual`."""
    name = identifier(text)
    parts: list[str] = []
    for at, sign in enumerate(name):
        after = name[at + 1 : at + 2]
        new = (
            sign.isupper()
            and at
            and (not name[at - 1].isupper() or after.islower())
            and name[at - 1] != "_"
        )
        parts.append(f"_{sign.lower()}" if new else sign.lower())
    return "".join(parts)

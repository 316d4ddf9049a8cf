"""PyTorch: one module file with a class for each block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.place import translate
from cnncalc.exporters.base.torch_class import ClassWriter
from cnncalc.exporters.base.torch_helpers import HELPERS
from cnncalc.exporters.base.torch_table import LAYERS, WHY
from cnncalc.exporting.bodies import Outline
from cnncalc.exporting.classes import Classes
from cnncalc.exporting.python import class_name, docstring, identifier, numbered

if TYPE_CHECKING:
    from cnncalc.exporting.parts import Class
    from cnncalc.exporting.terms import Term
    from cnncalc.network import Network

TITLE = "PyTorch"

TAKEN = frozenset(
    """T_destination add_module append apply bfloat16 buffers call_super_init children compile cpu cuda
    double dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter
    get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules
    named_parameters parameters register_buffer register_module register_parameter requires_grad_ self
    set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
    torch nn F ops super range int float bool tuple""".split()  # noqa: SIM905
)
"""What nothing is called: the names that every module has, and those that the file uses."""


def export(network: Network) -> str:
    """The text of a module file; raises SpecError with a finding for each kind of layer it cannot say."""
    codes = translate(network, LAYERS, WHY, TITLE)
    classes = Classes(network, codes, lambda text: identifier(text, TAKEN))
    found = classes.find(Outline(network).find())
    needs = dict.fromkeys(name for code in codes.values() for name in code.needs)
    called = {name for made in found for term in _terms(made) for name in term.functions()}
    if "make_divisible" in called:
        needs = {"make_divisible": None, **needs}
    taken = list(HELPERS)
    for made in found:
        made.name = numbered(class_name(made.kind or network.name), taken)
        taken.append(made.name)
    writer = ClassWriter(classes)
    body = "".join(f"\n\n{HELPERS[name].strip()}\n" for name in needs)
    body += "".join("\n".join(writer.write(made)) + "\n" for made in found)
    return f'"""{_says(network)}"""\n\n{_imports(body)}{body}'


def _imports(body: str) -> str:
    lines = ["import torch"]
    if "F." in body:
        lines.append("import torch.nn.functional as F")
    lines.append("from torch import nn")
    if "ops." in body:
        lines.append("from torchvision import ops")
    return "\n".join(lines) + "\n"


def _says(network: Network) -> str:
    """What the docstring of the file says: what it is, and what cnncalc says of it."""
    title = docstring(network.description or network.name)
    inputs = ", ".join(str(node.output) for node in network.nodes if node.layer is None)
    numbers = f"{network.params} parameters, {network.macs} multiply-accumulates for {inputs}"
    end = "" if title.endswith((".", "!", "?")) else "."
    return f"{title}{end}\n\n{docstring(numbers.replace('×', 'x').replace('≥', 'at least'))} (cnncalc).\n"


def _terms(made: Class) -> list[Term]:
    found = list(made.flags.values())
    for part in made.parts:
        found += part.terms.values()
        for run in part.runs:
            found += [*run.arguments.values(), run.times]
    return found

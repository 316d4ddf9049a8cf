"""PyTorch: one module file with a class for each block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.place import find_functions, says, translate
from cnncalc.exporters.base.torch_class import ClassWriter
from cnncalc.exporters.base.torch_helpers import HELPERS
from cnncalc.exporters.base.torch_table import LAYERS, WHY
from cnncalc.exporting.python import class_name, identifier, number_name
from cnncalc.exporting.variables import find_classes

if TYPE_CHECKING:
    from cnncalc.network import Network

TITLE = "PyTorch"
ENDINGS = ("py",)

TAKEN = frozenset(
    """T_destination add_module append apply bfloat16 buffers call_super_init children compile cpu cuda
    double dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter
    get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules
    named_parameters parameters register_buffer register_module register_parameter requires_grad_ self
    set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
    torch nn F ops parametrizations super range int float bool tuple min max abs round make_divisible""".split()  # noqa: SIM905
)
"""What nothing is called: the names that every module has, and those that the file uses."""


def export(network: Network) -> str:
    """The text of a module file; raises SpecError with a finding for each kind of layer it cannot say."""
    classes, found = find_classes(
        network,
        lambda network: translate(network, LAYERS, WHY, TITLE),
        lambda text: identifier(text, TAKEN),
    )
    needs = dict.fromkeys(name for code in classes.codes.values() for name in code.needs)
    if "make_divisible" in find_functions(found):
        needs = {"make_divisible": None, **needs}
    taken = [*HELPERS, *TAKEN]
    for made in found:
        made.name = number_name(class_name(made.kind or network.name), taken)
        taken.append(made.name)
    writer = ClassWriter(classes)
    body = "".join(f"\n\n{HELPERS[name].strip()}\n" for name in needs)
    body += "".join("\n".join(writer.write(made)) + "\n" for made in found)
    return f'"""{says(network)}"""\n\n{_imports(body)}{body}'


def _imports(body: str) -> str:
    lines = []
    if "Callable[" in body:
        lines += ["from collections.abc import Callable", "from typing import Any", ""]
    lines.append("import torch")
    if "F." in body:
        lines.append("import torch.nn.functional as F")
    lines.append("from torch import nn")
    if "parametrizations." in body:
        lines.append("from torch.nn.utils import parametrizations")
    if "ops." in body:
        lines.append("from torchvision import ops")
    return "\n".join(lines) + "\n"

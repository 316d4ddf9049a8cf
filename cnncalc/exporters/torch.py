"""PyTorch: one module file with a class for each block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Diagnostic, Refusal, SpecError
from cnncalc.exporters.base.place import Place
from cnncalc.exporters.base.torch_helpers import HELPERS
from cnncalc.exporters.base.torch_table import LAYERS
from cnncalc.exporting.bodies import Outline
from cnncalc.exporting.classes import Class, Classes, Part, Run
from cnncalc.exporting.code import REQUIRED, Code, fill
from cnncalc.exporting.forward import Forward, filled
from cnncalc.exporting.python import block, class_name, docstring, identifier, literal, statement
from cnncalc.exporting.terms import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Network, Node

SUFFIX = ".py"

MODULE = """add_module append apply bfloat16 buffers call_super_init children compile cpu cuda double
dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half
ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
register_buffer register_module register_parameter requires_grad_ self set_extra_state set_submodule share_memory
state_dict to to_empty train training type xpu zero_grad torch nn F""".split()
"""What a layer cannot be called: the names that every module has, and those of the file."""


def export(network: Network) -> str:
    """The text of a module file; raises SpecError if PyTorch cannot say a layer."""
    return _Writer(network).text()


def translate(network: Network) -> dict[int, Code]:
    """The code of every layer by its index; raises SpecError with a finding for each that cannot be said."""
    found: dict[int, Code] = {}
    refused: dict[str, Diagnostic] = {}
    for node in network.nodes:
        if node.layer is None:
            continue
        place = Place(network, node)
        try:
            if node.op not in LAYERS:
                raise place.refuse("PyTorch has no such layer, or it is not written yet",
                                   help="`convert` and the other commands take it")  # fmt: skip
            found[node.index] = LAYERS[node.op](place)
        except Refusal as refusal:
            refused.setdefault(f"{node.op}{refusal.help}", Diagnostic(
                refusal.code, refusal.message, source=network.source, span=node.span, help=refusal.help,
                model=network.model, layer=node.name))  # fmt: skip
    if refused:
        raise SpecError(refused.values(), network)
    return found


class _Writer:
    """Writes one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.codes = translate(network)
        self.names: dict[int, str] = {}
        root = Outline(network).find()
        self.classes = Classes(network, self._code, lambda text: identifier(text, MODULE))
        self.list = self.classes.find(root)
        taken: list[str] = ["Attention", "Recurrent"]
        for made in self.list:
            made.name = _numbered(class_name(made.kind or network.name), taken)
            taken.append(made.name)

    def _code(self, node: Node) -> Code:
        return self.codes[node.index]

    def text(self) -> str:
        """The whole file."""
        parts = [part for made in self.list for line in self._class(made) for part in [line]]
        body = "\n".join(parts)
        needs = dict.fromkeys(name for code in self.codes.values() for name in code.needs)
        calls = {f for made in self.list for term in _terms(made) for f in term.functions()}
        if "make_divisible" in calls:
            needs = {"make_divisible": None, **needs}
        helpers = "".join(f"\n\n{HELPERS[name].strip()}\n" for name in needs)
        text = helpers + body
        title = docstring(self.network.description or self.network.name)
        head = [f'"""{title}{"" if title.endswith(".") else "."}', "", f"{self._says()}", '"""', "", "import torch"]
        if "F." in text:
            head.append("import torch.nn.functional as F")
        head.append("from torch import nn")
        if "ops." in text:
            head.append("from torchvision import ops")
        return "\n".join(head) + "\n" + helpers + body + "\n"

    def _says(self) -> str:
        network = self.network
        inputs = ", ".join(str(n.output) for n in network.nodes if n.layer is None)
        return f"{network.params} parameters and {network.macs} MACs for {inputs}, by cnncalc.".replace("×", "x").replace("≥", ">=")

    # Classes --------------------------------------------------------------------------------------

    def _class(self, made: Class) -> list[str]:
        lines = ["", "", f"class {made.name}(nn.Module):"]
        lines += [f'    """{self._doc(made)}"""', ""]
        lines += statement(self._signature(made), 4)
        lines.append("        super().__init__()")
        lines += self._init(made)
        lines.append("")
        lines += self._forward(made)
        return lines

    def _doc(self, made: Class) -> str:
        if made.kind:
            return docstring(f"{made.kind}, a block of {self.network.name}.")
        return docstring(f"{self.network.name}.")

    def _signature(self, made: Class) -> str:
        arguments = ["self"]
        required, others = [], []
        for name, column in self._ordered(made):
            kind = _type(column)
            default = self._default(made, name)
            if default is REQUIRED:
                required.append(f"{name}: {kind}")
            else:
                others.append(f"{name}: {kind} = {literal(default)}")
        return f"def __init__({', '.join([*arguments, *required, *others])}) -> None:"

    def _ordered(self, made: Class) -> list[tuple[str, list[Any]]]:
        """The arguments, channels that are read first."""
        return sorted(made.arguments.items(), key=lambda item: not item[0].endswith("channels"))

    def _default(self, made: Class, name: str) -> Any:
        if not made.kind:
            return made.arguments[name][0]
        use = made.bodies[0].frame and made.bodies[0].frame.use
        for key, value in (use.item.block.args if use and use.item.block else {}).items():
            if self.classes.name(key) == name and value is not None and value.constant:
                return value.value if isinstance(value.value, (int, float, bool)) else REQUIRED
        return REQUIRED

    def _init(self, made: Class) -> list[str]:
        lines: list[str] = []
        for flag, term in made.flags.items():
            lines += statement(f"self.{flag} = {term}", 8)
        at = 0
        parts = made.parts
        while at < len(parts):
            flag, stop = parts[at].flag, at
            inner: list[str] = []
            while stop < len(parts) and parts[stop].flag == flag:
                inner += self._made(made, parts[stop])
                stop += 1
            if flag and inner:
                lines += [f"        if self.{flag}:", *block(inner, 12)]
            else:
                lines += block(inner, 8)
            at = stop
        return lines

    def _made(self, made: Class, part: Part) -> list[str]:
        """The statements that make what a part needs."""
        if part.again or (part.node is not None and part.node.shared_with is not None):
            return []
        if part.code is None:
            return [f"self.{part.name} = {self._uses(part)}"]
        texts = {name: literal_of(term) for name, term in part.terms.items()}
        lines = []
        for suffix, what in part.code.made.items():
            arguments = [
                f"{argument.name}={fill(argument.text, texts)}" if argument.name else fill(argument.text, texts)
                for argument in what.arguments
                if argument.default is REQUIRED
                or fill(argument.text, texts) != fill(_shown(argument.default), texts)
            ]
            lines.append(f"self.{_joined(part.name, suffix)} = {what.function}({', '.join(arguments)})")
        inside = {name for what in part.code.made.values() for a in what.arguments for name in part.code.slots_in(a.text)}
        for name in part.code.slots_in(part.code.given):
            if not part.terms[name].is_number and name not in inside:
                lines.append(f"self.{part.name}_{name} = {part.terms[name]}")
        for name in part.code.slots_in(part.code.given):
            if not part.terms[name].is_number and name in inside:
                lines.append(f"self.{part.name}_{name} = {part.terms[name]}")
        return list(dict.fromkeys(lines))

    def _uses(self, part: Part) -> str:
        runs = [self._run(run) for run in part.runs]
        if len(part.runs) == 1 and str(part.runs[0].count) == "1" and not runs[0].startswith("*"):
            return runs[0]
        return f"nn.Sequential({', '.join(runs)})"

    def _run(self, run: Run) -> str:
        arguments = []
        defaults = {name: self._default(run.of, name) for name, _ in self._ordered(run.of)}
        names = [name for name, _ in self._ordered(run.of)]
        names.sort(key=lambda name: defaults[name] is not REQUIRED)
        for place, name in enumerate(names):
            text = literal_of(run.arguments[name])
            if defaults[name] is not REQUIRED and text == literal(defaults[name]):
                continue
            bare = (place < 3 and defaults[name] is REQUIRED and "=" not in "".join(arguments)
                    and not isinstance(run.of.arguments[name][0], bool))  # fmt: skip
            arguments.append(text if bare else f"{name}={text}")
        call = f"{run.of.name}({', '.join(arguments)})"
        if str(run.count) == "1":
            return call
        return f"*({call} for _ in range({run.count}))"

    # Forward --------------------------------------------------------------------------------------

    def _forward(self, made: Class) -> list[str]:
        given = [*made.inputs, *made.outside.values()]
        arguments = ", ".join(f"{name}: torch.Tensor" for name in given)
        several = len(made.outputs) > 1
        gives = f"tuple[{', '.join(['torch.Tensor'] * len(made.outputs))}]" if several else "torch.Tensor"
        if len(made.outputs) > 3:
            gives = "tuple[torch.Tensor, ...]"
        forward = Forward(made, lambda part, reads: self._call(made, part, reads), "self.")
        lines = statement(f"def forward(self, {arguments}) -> {gives}:", 4)
        for text, level in forward.write():
            lines += statement(text, 8 + 4 * level)
        last = lines[-1].strip()
        result = forward.result()
        if not several and last.startswith(f"{result} = ") and lines[-1].startswith(" " * 8 + result):
            lines[-1] = f"        return {last[len(result) + 3:]}"
            return lines
        return [*lines, *statement(f"return {result}", 8)]

    def _call(self, made: Class, part: Part, reads: Sequence[str]) -> str:
        name = part.again or part.name
        if part.code is None:
            outside = [made.outside[part.name]] if part.name in made.outside else []
            return f"self.{name}({', '.join([*reads, *outside])})"
        if part.node is not None and part.node.shared_with is not None:
            name = self._shared(made, part.node.shared_with)
        more = {"m": f"self.{name}", part.code.outside: made.outside.get(part.name, "")}
        for suffix in part.code.made:
            if suffix:
                more[f"m_{suffix}"] = f"self.{name}_{suffix}"
        for slot, term in part.terms.items():
            more[slot] = literal_of(term) if term.is_number else f"self.{name}_{slot}"
        return filled(part.code.given, reads, more)

    def _shared(self, made: Class, index: int) -> str:
        """The attribute that holds the weights of a node."""
        for part in made.parts:
            if part.node is not None and part.node.index == index:
                return part.name
        return self._path(index)

    def _path(self, index: int) -> str:
        """Where the weights of a node lie that stands in a block."""
        for part in self.list[-1].parts:
            if part.again or part.node is not None:
                continue
            found = self._find(self.list[-1], part, index)
            if found:
                return found
        raise Refusal("E801", "weights that are used again lie in a block that is used more than once")

    def _find(self, made: Class, part: Part, index: int) -> str:
        body = made.bodies[0]
        step = body.steps[self.classes.step_names(body).index(part.name)]
        for number, use in enumerate(step.uses):
            if not any(node.index == index for node in use.nodes):
                continue
            of, _ = self.classes.of[id(use)]
            where = f"{part.name}[{number}]" if step.is_row else part.name
            for name, inner in zip(self.classes.step_names(use), use.steps, strict=True):
                if inner.node is not None and inner.node.index == index:
                    return f"{where}.{name}"
                for deeper in of.parts:
                    if deeper.name == name and inner.uses:
                        below = self._inside(inner, index)
                        if below:
                            return f"{where}.{name}.{below}"
        return ""

    def _inside(self, step: Any, index: int) -> str:
        for use in step.uses:
            for name, inner in zip(self.classes.step_names(use), use.steps, strict=True):
                if inner.node is not None and inner.node.index == index:
                    return name
        return ""


def _numbered(name: str, taken: Sequence[str]) -> str:
    """A name that is not taken: with a number behind it if it is."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}{number}"
    return found


def literal_of(term: Term) -> str:
    """A term as it is written."""
    return literal(term.tree.value) if term.is_number else str(term)  # type: ignore[attr-defined]


def _shown(default: Any) -> str:
    return default if isinstance(default, str) else literal(default)


def _joined(name: str, suffix: str) -> str:
    return f"{name}_{suffix}" if suffix else name


def _type(column: Sequence[Any]) -> str:
    value = column[0]
    if isinstance(value, tuple):
        return "tuple[int, ...]"
    if any(isinstance(one, float) for one in column):
        return "float"
    return type(value).__name__


def _terms(made: Class) -> list[Term]:
    found = list(made.flags.values())
    for part in made.parts:
        found += part.terms.values()
        for run in part.runs:
            found += [*run.arguments.values(), run.count]
    return found

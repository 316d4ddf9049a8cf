"""Modules of PyTorch that are there: exported on the meta device, and the program as plain data.

This runs the code of the module, and nothing else here does: it is asked for by a caller who has the
module, or by a name that somebody typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.torch.program import WRAPPERS, Call, Held, Program, Ref

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOLD = 300
"""So much of what PyTorch says of a failure is shown."""

_NUMBERS = (bool, int, float)


def program_of(module: Any, shapes: Sequence[tuple[int, ...]], *, whole: bool = False) -> Program:
    """The program that a module is on inputs of these shapes, the batch included; raises Unreadable.

    `whole` says that ids go in. The module is exported as it is in evaluation, and is as before afterwards.
    """
    import torch

    training = {name: part.training for name, part in module.named_modules()}
    module.eval()
    try:
        return _read(_export(torch, module, shapes, whole), module)
    finally:
        for name, part in module.named_modules():
            part.training = training.get(name, part.training)


def _export(torch: Any, module: Any, shapes: Sequence[tuple[int, ...]], whole: bool) -> Any:
    held = next(iter([*module.parameters(), *module.buffers()]), None)
    device = held.device if held is not None else torch.device("meta")
    dtype = next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)
    said = []
    for strict in (False, True):
        made = {"dtype": torch.int64 if whole else dtype, "device": device}
        inputs = tuple(torch.zeros(shape, **made) for shape in shapes)
        try:
            with torch.no_grad():
                return torch.export.export(module, inputs, strict=strict)
        except Exception as error:  # noqa: BLE001 - whatever the code of others raises
            text = str(error).strip() or type(error).__name__
            said.append(f"{type(error).__name__}: {text}")
    told = cut(_one_line(said[0]), _TOLD)
    raise Unreadable(f"torch.export cannot follow the module: {told}", help=_help(said[0]))


def _help(text: str) -> str:
    """What helps where the way through a module depends on data, as in detectors that choose boxes."""
    if "DataDependent" not in text:
        return ""
    return "read the part before what depends on data, such as a backbone, or the module as an ONNX file"


def _one_line(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())


def _read(exported: Any, module: Any) -> Program:
    """What torch.export made as plain data."""
    program = Program()
    first = _first_names(module)
    for spec in exported.graph_signature.input_specs:
        name = getattr(spec.arg, "name", "")
        kind = spec.kind.name
        if kind in ("PARAMETER", "BUFFER"):
            program.held[name] = Held(first.get(spec.target, spec.target), kind == "PARAMETER")
        elif kind == "USER_INPUT":
            program.inputs.append(name)
        else:
            program.held[name] = Held(spec.target or name, learnt=False, stored=False)
    program.outputs = _read_graph(program, exported.graph, "")
    program.inputs = [name for name in program.inputs if name in program.dims]
    program.told = "PyTorch"
    return program


def _read_graph(program: Program, graph: Any, prefix: str) -> list[str]:
    """All calls of a graph, whose values have names that begin so; what it gives."""
    outputs: list[str] = []
    for node in graph.nodes:
        name = prefix + node.name
        _note_shape(program, name, node.meta.get("val"))
        if node.op == "call_function":
            _read_call(program, node, prefix)
        elif node.op == "output":
            found = _flat(_plain(node.args, prefix))
            outputs = [ref.name for ref in found if isinstance(ref, Ref)]
        elif node.op == "get_attr":
            program.held[name] = Held(str(node.target), learnt=False, stored=False)
    return outputs


def _first_names(module: Any) -> dict[str, str]:
    """The first name of each tensor, by all of its names."""
    names: dict[int, str] = {}
    found = {}
    for kind in ("named_parameters", "named_buffers"):
        for name, tensor in getattr(module, kind)(remove_duplicate=False):
            found[name] = names.setdefault(id(tensor), name)
    return found


def _note_shape(program: Program, name: str, value: Any) -> None:
    if isinstance(value, (list, tuple)):
        for place, one in enumerate(value):
            _note_shape(program, f"{name}#{place}", one)
    elif hasattr(value, "shape"):
        program.dims[name] = tuple(_length(n) for n in value.shape)
        if not (value.is_floating_point() or value.is_complex()):
            program.whole.add(name)


def _length(n: Any) -> int:
    """A length that may be a symbol, of which the example is taken."""
    if isinstance(n, int):
        return n
    hint = getattr(getattr(n, "node", None), "hint", None)
    return int(hint) if isinstance(hint, int) else 1


def _read_call(program: Program, node: Any, prefix: str) -> None:
    target = node.target
    schema = getattr(target, "_schema", None)
    if schema is None:
        _read_python(program, node, prefix)
        return
    args: dict[str, Any] = {}
    for place, argument in enumerate(schema.arguments):
        if place < len(node.args):
            args[argument.name] = _plain(node.args[place], prefix)
        elif argument.name in node.kwargs:
            args[argument.name] = _plain(node.kwargs[argument.name], prefix)
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path, kind = stack[-1] if stack else ("", "")
    cls = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}"
    op = str(schema.name).replace("::", ".")
    program.calls.append(Call(op, args, _outputs(node, prefix), str(path).partition("@")[0], cls,
                              len(program.calls) + 1))  # fmt: skip


def _outputs(node: Any, prefix: str) -> list[str]:
    """What the values that a call gives are called."""
    value = node.meta.get("val")
    if isinstance(value, (list, tuple)):
        return [f"{prefix}{node.name}#{place}" for place in range(len(value))]
    return [prefix + node.name]


def _read_python(program: Program, node: Any, prefix: str) -> None:
    """A function that is none of an operator: an item of several outputs, a graph, or arithmetic of sizes."""
    name = getattr(node.target, "__name__", str(node.target))
    if name == "getitem" and len(node.args) == 2 and isinstance(node.args[1], int):
        source = f"{prefix}{getattr(node.args[0], 'name', '')}#{node.args[1]}"
        program.aliases[prefix + node.name] = program.aliases.get(source, source)
        return
    if name in WRAPPERS:
        _read_wrapped(program, node, prefix)
        return
    args = {str(place): _plain(value, prefix) for place, value in enumerate(node.args)}
    line = len(program.calls) + 1
    program.calls.append(Call(f"python.{name}", args, _outputs(node, prefix), "", "", line))


def _read_wrapped(program: Program, node: Any, prefix: str) -> None:
    """The calls within `with torch.no_grad():` and its like, which are a graph of their own."""
    place, held = next(
        (place, one) for place, one in enumerate(node.args) if getattr(one, "op", "") == "get_attr"
    )
    graph = getattr(held.graph.owning_module, held.target).graph
    within = f"{prefix}{node.name}."
    given = node.args[place + 1 :]
    inner = (one for one in graph.nodes if one.op == "placeholder")
    for one, value in zip(inner, given, strict=True):
        name = prefix + value.name
        program.aliases[within + one.name] = program.aliases.get(name, name)
    for number, result in enumerate(_read_graph(program, graph, within)):
        program.aliases[f"{prefix}{node.name}#{number}"] = program.aliases.get(result, result)


def _plain(value: Any, prefix: str) -> Any:
    """An argument as plain data."""
    if value is None or isinstance(value, (str, *_NUMBERS)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(one, prefix) for one in value]
    if isinstance(value, dict):
        return [_plain(one, prefix) for one in value.values()]
    if hasattr(value, "meta") and hasattr(value, "name"):
        found = value.meta.get("val")
        if hasattr(found, "node") and not hasattr(found, "shape"):
            return _length(found)
        return Ref(prefix + value.name)
    return str(value)


def _flat(value: Any) -> list[Any]:
    return [leaf for one in value for leaf in _flat(one)] if isinstance(value, list) else [value]

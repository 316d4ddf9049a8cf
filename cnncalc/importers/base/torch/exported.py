"""The JSON that `torch.export.save` writes, as a program.

Source: torch/_export/serde/schema.py of PyTorch 2.14, schema 8.20; older ones have the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.torch.program import WRAPPERS, Call, Held, Program, Ref
from cnncalc.importers.base.torch.symbols import Symbols
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

Data = dict[str, Any]

_FLOATS = (6, 7, 8, 9, 10, 11, 13, 29, 30, 31, 32, 33)
"""The types of numbers with a fraction, among them complex ones."""

_AXES = 64


def program_of(data: Data, weights: Data) -> Program:
    """The program of a file; `weights` says where the tensors are stored, if that is known.

    Raises Unreadable.
    """
    try:
        return _Reader(data, weights).run()
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        told = cut(f"{type(error).__name__}: {error}", NAME)
        raise Unreadable(f"the program is not as torch.export writes it: {told}") from None
    except RecursionError:
        raise Unreadable("the program is nested too deeply") from None


class _Reader:
    """Reads one file."""

    def __init__(self, data: Data, weights: Data) -> None:
        module = data["graph_module"]
        self.graph: Data = module["graph"]
        self.signature: Data = module["signature"]
        self.version = data.get("torch_version")
        self.weights = weights
        self.program = Program()
        self.symbols = Symbols(self.graph.get("sym_int_values") or {})

    def run(self) -> Program:
        """Everything that is known; raises Unreadable."""
        program = self.program
        self._read_inputs()
        self.symbols.set_batch(self._first_dims())
        self._read_graph(self.graph, "")
        for spec in self.signature["output_specs"]:
            found = self._argument((spec.get("user_output") or {}).get("arg") or {"as_none": True})
            if isinstance(found, Ref):
                program.outputs.append(found.name)
        program.inputs = [name for name in program.inputs if name in program.dims]
        made = f" {self.version}" if isinstance(self.version, str) else ""
        program.told = f"PyTorch{cut(made, NAME)}, torch.export"
        return program

    def _read_graph(self, graph: Data, prefix: str) -> None:
        """All calls of a graph, whose values have names that begin so; raises Unreadable."""
        program = self.program
        for name, meta in graph["tensor_values"].items():
            program.dims[prefix + name] = self._dims(meta)
            if meta.get("dtype") not in _FLOATS:
                program.whole.add(prefix + name)
        nodes = graph["nodes"]
        if len(nodes) + len(program.calls) > LIMITS["nodes"].most:
            raise Unreadable(f"the program has more than {LIMITS['nodes'].most:,} calls")
        for node in nodes:
            words = str(node["target"]).removeprefix("torch.ops.").split(".")
            if words[0] == "higher_order" and words[1] in WRAPPERS:
                self._read_wrapped(node, prefix)
            else:
                self._read_call(node, prefix)

    def _read_wrapped(self, node: Data, prefix: str) -> None:
        """The calls within `with torch.no_grad():` and its like, which are a graph of their own."""
        said = [one["arg"] for one in node["inputs"]]
        place = next(place for place, one in enumerate(said) if "as_graph" in one)
        graph = said[place]["as_graph"]["graph"]
        names = [prefix + str(one["as_tensor"]["name"]) for one in node["outputs"]]
        within = f"{names[0]}."
        aliases = self.program.aliases
        for one, value in zip(graph["inputs"], said[place + 1 :], strict=True):
            name = prefix + self._name_of(value)
            aliases[within + self._name_of(one)] = aliases.get(name, name)
        self._read_graph(graph, within)
        for name, one in zip(names, graph["outputs"], strict=True):
            result = within + self._name_of(one)
            aliases[name] = aliases.get(result, result)

    def _read_inputs(self) -> None:
        stored = self._find_owners()
        for spec in self.signature["input_specs"]:
            [(kind, said)] = spec.items()
            name = self._name_of(said.get("arg"))
            if kind == "user_input":
                self.program.inputs.append(name)
            elif kind in ("parameter", "buffer"):
                own = str(said[f"{kind}_name"])
                self.program.held[name] = Held(stored.get(own, own), kind == "parameter")
            elif name:
                self.program.held[name] = Held(name, learnt=False, stored=False)

    def _find_owners(self) -> dict[str, str]:
        """The first name of the tensors that are one, by their names."""
        config = self.weights.get("config")
        first: dict[Any, str] = {}
        found = {}
        for name, said in config.items() if isinstance(config, dict) else ():
            meta = said.get("tensor_meta") or {}
            if (meta.get("device") or {}).get("type") == "meta":
                continue
            place = said.get("path_name"), repr(meta.get("sizes")), repr(meta.get("storage_offset"))
            found[name] = first.setdefault(place, name)
        return found

    def _name_of(self, argument: Any) -> str:
        """The name that an argument is of; "" for a number."""
        if isinstance(argument, dict):
            if isinstance(argument.get("name"), str):
                return str(argument["name"])
            found = self._argument(argument)
            return found.name if isinstance(found, Ref) else ""
        return ""

    def _first_dims(self) -> list[Any]:
        """The first lengths of what goes in."""
        values = self.graph["tensor_values"]
        return [values[name]["sizes"][0] for name in self.program.inputs
                if name in values and values[name]["sizes"]]  # fmt: skip

    def _dims(self, meta: Mapping[str, Any]) -> tuple[int, ...]:
        sizes = meta["sizes"]
        if len(sizes) > _AXES:
            raise Unreadable(f"a tensor has {len(sizes)} axes")
        return tuple(self.symbols.length(n) for n in sizes)

    def _read_call(self, node: Data, prefix: str) -> None:
        target = str(node["target"])
        words = target.removeprefix("torch.ops.").split(".")
        op = ".".join(words[:2]) if target.startswith("torch.ops.") else f"python.{words[-1]}"
        args = {}
        for place, said in enumerate(node["inputs"]):
            args[said["name"] or str(place)] = self._argument(said["arg"], prefix)
        outputs = []
        for said in node["outputs"]:
            [(kind, value)] = said.items()
            if kind == "as_tensors":
                outputs += [prefix + str(one["name"]) for one in value]
            elif kind == "as_tensor":
                outputs.append(prefix + str(value["name"]))
            else:
                outputs.append("")
        path, cls = _module_of((node.get("metadata") or {}).get("nn_module_stack"))
        line = len(self.program.calls) + 1
        self.program.calls.append(Call(op, args, outputs, path, cls, line))

    def _argument(self, said: Data, prefix: str = "") -> Any:
        """An argument as plain data; raises ValueError for what is none."""
        [(kind, value)] = said.items()
        if kind == "as_tensor":
            return Ref(prefix + str(value["name"]))
        if kind in ("as_tensors", "as_nested_tensors"):
            return [Ref(prefix + str(one["name"])) for one in value if isinstance(one, dict)]
        if kind == "as_optional_tensors":
            return [self._optional(one, prefix) for one in value]
        if kind == "as_optional_tensor":
            return self._optional(value, prefix)
        if kind == "as_none":
            return None
        if kind in (
            "as_int",
            "as_float",
            "as_bool",
            "as_string",
            "as_ints",
            "as_floats",
            "as_bools",
            "as_strings",
        ):
            return _numbers(value)
        if kind in (
            "as_sym_int",
            "as_sym_ints",
            "as_sym_float",
            "as_sym_floats",
            "as_sym_bool",
            "as_sym_bools",
        ):
            many = value if isinstance(value, list) else [value]
            found = [self.symbols.argument(one) for one in many]
            return found if isinstance(value, list) else found[0]
        return cut(repr(value), NAME)

    def _optional(self, said: Data, prefix: str) -> Ref | None:
        return Ref(prefix + str(said["as_tensor"]["name"])) if "as_tensor" in said else None


def _numbers(value: Any) -> Any:
    """Numbers and texts; those that JSON has no word for are written as texts."""
    if isinstance(value, str) and value in ("Infinity", "-Infinity", "NaN"):
        return float(value.replace("Infinity", "inf"))
    return value


def _module_of(stack: Any) -> tuple[str, str]:
    """The innermost module of a stack, `key,path,class;…`, and its class."""
    if not isinstance(stack, str) or not stack:
        return "", ""
    _, _, rest = stack.rpartition(";")[2].partition(",")
    path, _, cls = rest.partition(",")
    return path.partition("@")[0], cls

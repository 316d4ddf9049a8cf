"""Archives of TorchScript: their modules and code as a program, for one size of what goes in.

The code says what is done, the pickles what it is done with; nothing of either is run by Python.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.archive import member_names, read_member, read_members
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.model_file import TEXT
from cnncalc.importers.base.torch.code import Code
from cnncalc.importers.base.torch.giving import find_operator, plain_convolution
from cnncalc.importers.base.torch.pickled import Made, Named, Stored, read_pickle
from cnncalc.importers.base.torch.program import Call, Held, Program, Ref
from cnncalc.importers.base.torch.script import Machine, Owner, Stop, Tensor
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.model_file import ModelFile

_MOST = 64_000_000
_PARTS = 10_000
_DAMAGED = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
_SIZE = "`--size 224,224`, and `--channels 3` unless it is 3, or an `input` in the spec beside it"


def script_program(file: ModelFile) -> Program:
    """The program of an archive of TorchScript; raises Unreadable."""
    names = set(member_names(file))
    root = next(name for name in sorted(names, key=len) if name.endswith("data.pkl")).rpartition(
        "data.pkl"
    )[0]
    made = read_pickle(read_member(file, f"{root}data.pkl", _MOST))
    constants = f"{root}constants.pkl"
    held = read_pickle(read_member(file, constants, _MOST)) if constants in names else ()
    if not isinstance(made, Made):
        raise Unreadable("this archive of TorchScript holds no module")

    def number(value: Any) -> Any:
        """A constant without axes as its number."""
        if not isinstance(value, Stored):
            return value
        name = f"{root}constants/{value.place[0]}"
        found = value.read_number(read_member(file, name, _MOST)) if name in names else None
        return value if found is None else found

    code = read_members(file, [name for name in names if name.endswith(".py")], TEXT)

    def load(module: str) -> str:
        return code.get(f"{root}code/{module.replace('.', '/')}.py", b"").decode("utf-8", "replace")

    said = [number(value) for value in held] if isinstance(held, (tuple, list)) else []
    shape = _shape(file)
    try:
        return _Tracing(Code(load), made, said).run(shape)
    except (RecursionError, *_DAMAGED) as error:
        told = f"{type(error).__name__}: {cut(str(error), NAME)}"
        raise Unreadable(f"the code cannot be followed: {told}", help=_SIZE) from None


def _shape(file: ModelFile) -> tuple[int, ...]:
    """The shape of what goes in, one example; raises Unreadable if nobody says it: the file does not."""
    size = file.asked.size_of("input") or file.given.get("size")
    found = next(iter(size.values()), None) if isinstance(size, dict) else size
    if not found:
        raise Unreadable("TorchScript does not say how large what goes in is", help=_SIZE)
    return (1, int(file.given.get("channels") or 3), *(int(n) for n in found))


_EXPORT = (
    "torch.export.save(torch.export.export(model, inputs), 'model.pt2') writes one that is read"
)


class _Tracing:
    """Follows the code of one module."""

    def __init__(self, code: Code, made: Made, constants: Sequence[Any]) -> None:
        self.program = Program()
        self.code = code
        self._first: dict[tuple[Any, ...], str] = {}
        self._depth = 0
        self._owners: dict[int, Owner] = {}
        values = {
            f"c{place}": self._attribute(f"constant{place}", value)
            for place, value in enumerate(constants)
        }
        self.module = self._owner(made, "")
        self.machine = Machine(code, self.trace, values)

    def run(self, shape: tuple[int, ...]) -> Program:
        """The calls that are made on an input of this shape; raises Unreadable."""
        program = self.program
        forward = self.code.class_of(self.module.kind).methods.get("forward")
        wanted = [] if forward is None else _tensor_arguments(forward.args)
        if len(wanted) != 1:
            raise Unreadable(
                f"the module reads {len(wanted)} tensors, and is followed if it reads one"
            )
        program.inputs.append("input")
        program.dims["input"] = shape
        try:
            found = self.machine.call_method(self.module, "forward", [Tensor("input", shape)])
        except Stop as error:
            raise Unreadable(f"the module refuses what goes in: {error}", help=_SIZE) from None
        program.outputs += [tensor.ref for tensor in _tensors(found)]
        program.told = "PyTorch, TorchScript"
        return program

    def _owner(self, made: Made, path: str) -> Owner:
        """A module with its attributes; one of two names has the first of them."""
        if id(made) in self._owners:
            return self._owners[id(made)]
        self._depth += 1
        if self._depth > 100:
            raise Unreadable("the modules stand too deep in each other")
        said = self.code.class_of(made.kind).said
        learnt = set(said.get("__parameters__", ()))
        attributes: dict[str, Any] = {}
        owner = self._owners[id(made)] = Owner(made.kind, attributes, path)
        for name, value in made.attributes.items():
            inner = f"{path}.{name}" if path else name
            attributes[name] = (
                self._owner(value, inner) if isinstance(value, Made)
                else self._attribute(inner, value, learnt=name in learnt)
            )  # fmt: skip
        # It is followed as it is in evaluation.
        attributes["training"] = False
        self._depth -= 1
        return owner

    def _attribute(self, name: str, value: Any, *, learnt: bool = False) -> Any:
        """An attribute as the code sees it: a tensor is one that the module holds."""
        if not isinstance(value, Stored):
            return None if isinstance(value, Named) else value
        first = self._first.setdefault(value.place, name)
        self.program.held[name] = Held(first, learnt, stored=not name.startswith("constant"))
        self.program.dims[name] = value.dims
        if not value.is_learnt:
            self.program.whole.add(name)
        return Tensor(name, value.dims)

    def trace(self, name: str, given: list[Any], said: dict[str, Any]) -> Any:
        """What an operator of tensors gives; raises Unreadable if it is not known."""
        base = name
        if name == "_convolution":
            base, given = plain_convolution(given)
        found = find_operator(base)
        if found is None or not _tensors([*given, *said.values()]):
            said_of = f"the operator `{cut(name, NAME)}` of TorchScript is not known here"
            raise Unreadable(said_of, help=_EXPORT)
        op, names, give = found
        args = {**dict(zip(names, given, strict=False)), **said}
        dims = give(args)
        if len(self.program.calls) >= LIMITS["nodes"].most:
            raise Unreadable(f"the program has more than {LIMITS['nodes'].most:,} calls")
        several = isinstance(dims, list)
        shapes = dims if several else [dims]
        number = len(self.program.calls) + 1
        outputs = [
            f"v{number}.{place}" if several else f"v{number}" for place in range(len(shapes))
        ]
        self.program.dims.update(zip(outputs, shapes, strict=True))
        owner = self.machine.owners[-1]
        kind = re.sub(r"\.?___torch_mangle_\d+", "", owner.kind).removeprefix("__torch__.")
        plain = {key: _as_argument(value) for key, value in args.items()}
        self.program.calls.append(Call(f"aten.{op}", plain, outputs, owner.path, kind, number))
        if name.endswith("_") and isinstance(given[0], Tensor) and not several:
            # What works in place is what its operand is from now on.
            given[0].ref, given[0].dims = outputs[0], shapes[0]
            return given[0]
        made = [Tensor(ref, shape) for ref, shape in zip(outputs, shapes, strict=True)]
        return made if several else made[0]


def _tensor_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """The tensors that a method must be given."""
    found = arguments.args[1 : len(arguments.args) - len(arguments.defaults)]
    return [part for part in found if part.annotation and "Tensor" in ast.unparse(part.annotation)]


def _tensors(value: Any) -> list[Tensor]:
    """The tensors in a value, which may be a list or a mapping; raises Unreadable if it is a large one."""
    found: list[Tensor] = []
    waiting, seen = [value], 0
    while waiting:
        part, seen = waiting.pop(), seen + 1
        if seen > _PARTS:
            raise Unreadable(f"a list of the code has more than {_PARTS:,} elements")
        if isinstance(part, Tensor):
            found.append(part)
        elif isinstance(part, (list, tuple, dict)):
            waiting += [*(part.values() if isinstance(part, dict) else part)][::-1]
    return found


def _as_argument(value: Any) -> Any:
    """An argument of a call: a value of the program, plain data, or a list of these."""
    if isinstance(value, (list, tuple)):
        return [Ref(part.ref) if isinstance(part, Tensor) else part for part in value]
    return Ref(value.ref) if isinstance(value, Tensor) else value

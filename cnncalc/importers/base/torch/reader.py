"""An exported program as the description of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.attention import join_attention
from cnncalc.importers.base.description import AlongBatch, Description, Unreadable, is_batch_second
from cnncalc.importers.base.names import legal
from cnncalc.importers.base.onnx.fused import read_fused
from cnncalc.importers.base.onnx.values import Value, is_wide, shape
from cnncalc.importers.base.torch.bound import Bound
from cnncalc.importers.base.torch.names import names_of
from cnncalc.importers.base.torch.operators import CREATED, OPERATORS, PRODUCTS, SAME
from cnncalc.importers.base.torch.patterns import CallRecogniser
from cnncalc.importers.base.torch.plan import plan_calls
from cnncalc.importers.base.torch.products import macs_of
from cnncalc.importers.base.torch.program import listing, references
from cnncalc.importers.base.torch.walk import ProgramWalk, node_of
from cnncalc.layers.base.shape import MOST_OF_TENSOR

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.torch.program import Call, Program

_DAMAGED = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)


def describe_program(program: Program, name: str = "") -> Description:
    """The network that a program is; raises Unreadable."""
    text = listing(program)
    try:
        try:
            return _Reader(program).run(text, name)
        except AlongBatch:
            shapes = [program.dims.get(one, ()) for one in program.inputs]
            if not is_batch_second(shapes):
                raise
            return _Reader(program, batch=1).run(text, name)
    except Unreadable as error:
        error.text = error.text or text
        raise


class _Calls:
    """Reads the calls of one program, one by one."""

    def __init__(self, program: Program, *, batch: int = 0) -> None:
        self.program, self.batch = program, batch
        self._along: AlongBatch | None = None
        self.walk = ProgramWalk(program)
        self.names = names_of(program.calls)
        self.plan = plan_calls(program)
        self.patterns = CallRecogniser(program, self.plan)
        for call in program.calls:
            for value in call.args.values():
                for ref in references(value):
                    self._count(ref)
        for ref in program.outputs:
            self._count(ref)

    def _count(self, ref: str) -> None:
        name = self.program.aliases.get(ref, ref)
        self.walk.reads[name] = self.walk.reads.get(name, 0) + 1

    def _replace_reads(self, node: Node, sign: int) -> None:
        """Count what a pattern reads instead of what its calls do, or with 1 the other way."""
        reads = self.walk.reads
        for part in node.attributes["parts"]:
            for name in self.patterns.names_in(self.program.calls[part.line - 1]):
                reads[name] = reads.get(name, 0) + sign
        for name in node.inputs:
            reads[name] = reads.get(name, 0) - sign

    def _read_pattern(self, node: Node) -> None:
        """A layer of several calls, or these if they are none after all; raises Unreadable."""
        walk, calls = self.walk, self.program.calls
        last = calls[node.line - 1]
        before = len(walk.entries)
        held = node.inputs[: 1 + node.attributes["held"]]
        operands = [walk.values.get(name) for name in held]
        made = None
        if None not in operands and all(map(walk.is_weight, operands[1:])):
            named = node_of(last, self.names[last.line])._replace(
                op=node.op, attributes=node.attributes
            )
            try:
                made = read_fused(walk, named, operands)
            except (Unreadable, *_DAMAGED):
                walk.undo(before)
        if made is None:
            self._replace_reads(node, 1)
            for line in self.patterns.lines_of(node):
                self._read(calls[line - 1])
            return
        name = last.outputs[0]
        walk.values[name] = made
        if walk.reads.get(name):
            walk.state(name, made, before)

    def _read(self, call: Call) -> None:
        """One call; raises Unreadable that names it."""
        walk = self.walk
        bound = Bound(walk, call, node_of(call, self.names[call.line]))
        before = len(walk.entries)
        try:
            results = self._results(bound)
        except Unreadable as error:
            error.line = error.line or call.line
            raise
        for name, value in zip(call.outputs, results, strict=False):
            dims = self.program.dims.get(name)
            if dims is None or len(dims) != len(value.dims):
                dims = value.dims
            walk.values[name] = value._replace(dims=dims)
            if walk.reads.get(name):
                walk.state(name, value, before)

    def _write(self, call: Call, root: str) -> None:
        """What a call writes into a part of another value changes that."""
        walk = self.walk
        into, what = walk.values.get(root), walk.values.get(call.outputs[0])
        if into is None or what is None:
            return
        node = node_of(call, f"{self.names[call.line]}.write")
        if into.is_constant and what.is_constant:
            walk.values[root] = walk.fold(node, [into, what], into.dims, str(call.line))
            return
        read = [value for value in (into, what) if not value.is_constant or walk.origin(value)]
        data = [walk.data(value, node) for value in read]
        walk.values[root] = walk.vague(node, data, into.dims, 0)

    def _results(self, bound: Bound) -> list[Value]:
        """What a call gives."""
        call = bound.call
        if all(0 in (dims or ()) for dims in bound.given):
            return [Value(dims or ()) for dims in bound.given]
        operands = bound.operands()
        is_aten = call.op.startswith("aten.")
        if is_aten and bound.op in CREATED:
            operands = []
        if bound.op in SAME and len(operands) == 1 and bound.given == [operands[0].dims]:
            return operands
        if all(value.is_constant for value in operands) and not (is_aten and bound.op in PRODUCTS):
            key = repr([value for value in call.args.values() if not references(value)])
            return [
                self.walk.fold(bound.node, operands, dims or (), f"{place}{key}")
                for place, dims in enumerate(bound.given)
            ]
        is_product = is_aten and bound.op in PRODUCTS
        if self._along is not None and is_product:
            # Some axes would count for one example, and others for all.
            raise self._along
        read = OPERATORS.get(bound.op) if is_aten else None
        wide = any(len(dims or ()) > MOST_OF_TENSOR + 1 for dims in bound.given)
        if read is not None and not wide and not any(map(is_wide, operands)):
            entries = len(self.walk.entries)
            try:
                found = read(bound)
            except (Unreadable, *_DAMAGED) as error:
                if isinstance(error, AlongBatch):
                    self._along = self._along or error
                    if is_product:
                        raise
                self.walk.undo(entries)
            else:
                return found if isinstance(found, list) else [found]
        return self._opaque(bound)

    def _opaque(self, bound: Bound) -> list[Value]:
        """A call that is not known, of which the program says what it gives: a layer for each output."""
        walk = self.walk
        data = bound.read_values()
        macs: int | None = 0
        if not bound.call.op.startswith("aten.") or bound.op in PRODUCTS:
            macs = macs_of(bound)
        found = []
        for name, dims in zip(bound.call.outputs, bound.given, strict=True):
            if dims is None or not walk.reads.get(name) or not data:
                found.append(Value(dims or ()))
                continue
            found.append(walk.vague(bound.node, data, dims, macs))
            macs = 0 if macs is not None else None
        return found


class _Reader(_Calls):
    """Goes through one program."""

    def run(self, text: str, name: str) -> Description:
        """Describe all layers; raises Unreadable."""
        inputs = self._inputs()
        plan, patterns = self.plan, self._recognise()
        within = {line for node in patterns.values() for line in self.patterns.lines_of(node)}
        for call in self.program.calls:
            if call.line in patterns:
                self._read_pattern(patterns[call.line])
            elif call.line in plan and call.line not in within:
                self._read(call)
                if plan[call.line]:
                    self._write(call, plan[call.line])
        outputs = self._outputs()
        self.walk.leave_out_turns(outputs)
        outputs = join_attention(self.walk, outputs, as_module=True)
        last = self.walk.entries[-1].keys["name"] if self.walk.entries else ""
        if not outputs:
            raise Unreadable("nothing comes out that depends on what goes in")
        self.walk.add_rest(len(self.program.calls))
        whole = outputs == [last] and last == self.walk.entries[-1].keys["name"]
        return Description(
            text,
            inputs,
            self.walk.entries,
            () if whole else outputs,
            "torch",
            name=name,
            description=self._tell(),
            stated=self.walk.stated,
        )

    def _recognise(self) -> dict[int, Node]:
        """The patterns, by the line of their last call, and what is read because of them."""
        found = {node.line: node for node in self.patterns.fuse() if node.domain}
        calls = self.program.calls
        for node in found.values():
            self._replace_reads(node, -1)
        gone = {part.line for node in found.values() for part in node.attributes["parts"]} - set(
            found
        )
        paths = {calls[line - 1].path for line in found}
        # A module that does nothing else is what the layer is called.
        left = [
            call
            for call in calls
            if call.line not in gone and not (call.path in paths and self.patterns.is_beside(call))
        ]
        self.names |= names_of(left)
        return found

    def _tell(self) -> str:
        """Who made it, and what of it is not known."""
        said = self.program.told
        if self.walk.unknown:
            some = sorted(self.walk.unknown.items())[:8]
            said += "; of unknown counts: " + ", ".join(f"{cut(op, NAME)} ×{n}" for op, n in some)
        return said

    def _inputs(self) -> dict[str, Data]:
        """What goes in and is read; raises Unreadable if nothing is."""
        ids = {
            name
            for call in self.program.calls
            if call.op == "aten.embedding"
            for name in references(call.args.get("indices"))
        }
        read = [name for name in self.program.inputs if self.walk.reads.get(name)]
        found: dict[str, Data] = {}
        for name in read:
            dims = self.program.dims.get(name, ())
            if any(n < 1 for n in dims):
                raise Unreadable(f"the input `{cut(name, NAME)}` has no elements")
            layer = "input" if len(read) == 1 else self.walk.names.unique(legal(name))
            form = "tokens" if name in ids else ""
            value = Value(dims, self.batch if len(dims) > 1 else None, layer, form=form)
            self.walk.put_input(name, value)
            found[layer] = shape(value.axes, form)
        if not found:
            raise Unreadable("nothing goes in: no input of the module is read")
        return found

    def _outputs(self) -> list[str]:
        """The layers whose results go out, each once; what is only passed on is a layer, too."""
        found: list[str] = []
        inputs = {
            self.walk.values[name].layer for name in self.program.inputs if name in self.walk.values
        }
        for place, ref in enumerate(self.program.outputs):
            value = self.walk.values.get(self.program.aliases.get(ref, ref))
            if value is None or value.is_constant:
                continue
            layer = value.layer
            if layer in inputs:
                node = node_of(self.program.calls[-1], f"output_{place}")
                layer = self.walk.add(node, "identity", {}, [value], value.dims, value.batch).layer
            if layer not in found:
                found.append(layer)
        return found

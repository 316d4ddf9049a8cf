"""Expansion: from compiled items to the nodes of a network, shapes computed on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.network import Frame
from cnncalc.spec import reuse
from cnncalc.spec.claims import Claims
from cnncalc.spec.env import POISON, Env, Named
from cnncalc.spec.item import Item, Late
from cnncalc.spec.limits import LAYERS, Limits, TooMany
from cnncalc.spec.nodes import Nodes
from cnncalc.spec.values import Failed, Scope, Value

if TYPE_CHECKING:
    from cnncalc.layer import Shape
    from cnncalc.network import Claim
    from cnncalc.spec.blocks import Block
    from cnncalc.spec.document import Model
    from cnncalc.spec.items import Items
    from cnncalc.spec.names import Ref
    from cnncalc.spec.report import Report


class Expander:
    """Expands one model with given values of the variables."""

    def __init__(self, model: Model, root: Scope, report: Report) -> None:
        """`root` holds the values of the variables."""
        self.model = model
        self.root = root
        self.report = report
        self.limits = Limits(model, report)
        self.nodes = Nodes(model, report, self.limits)
        self.claims: list[Claim] = []
        self._used: set[int] = set()
        self._taken: dict[int, frozenset[str]] = {}
        self._late: dict[tuple[Items, str, str], Item | None] = {}

    def run(self, inputs: dict[str, Shape | None]) -> dict[str, int]:
        """Expand everything on inputs of these shapes (None where unknown); the outputs by name."""
        env = Env(self.root, self.root, "", None, self._names_of(self.model.items), True, None)
        for name, shape in inputs.items():
            span = self.model.inputs[name].node.span
            index = POISON if shape is None else self.nodes.add_input(name, shape, span)
            env.names[name] = Named(index, name, [], 0, 0)
        if len(inputs) == 1:
            env.prev = next(iter(env.names.values())).out
        try:
            self._body(self.model.items, env, has_prev=len(inputs) < 2)
        except TooMany:
            return {}
        outputs = self._outputs(env)
        if not self.report:
            self._check_inputs(env, inputs)
        return outputs

    def _outputs(self, env: Env) -> dict[str, int]:
        """The tensors that go out: those under `outputs:`, or the last one."""
        refs = self.model.outputs
        if refs is None:
            return {"output": env.prev} if env.prev != POISON else {}
        found = {ref.text: self._resolve(ref, env) for ref in refs}
        self._used.update(found.values())
        return {name: index for name, index in found.items() if index != POISON}

    def _check_inputs(self, env: Env, inputs: dict[str, Shape | None]) -> None:
        """Every input is read by something: one that is not was mistaken for another."""
        for name in inputs:
            if env.names[name].out not in self._used:
                self.report.find("E210", f"the input `{name}` is never read",
                                 self.model.inputs[name].node.span,
                                 help=f"refer to it by `from: {name}`, or remove it")  # fmt: skip

    def _names_of(self, items: list[Item]) -> frozenset[str]:
        """The names given in a body."""
        place = id(items)
        if place not in self._taken:
            self._taken[place] = frozenset(item.name for item in items if item.name)
        return self._taken[place]

    # Items ----------------------------------------------------------------------------------

    def _body(self, items: list[Item], env: Env, *, has_prev: bool = True) -> int:
        """Expand a layer list; the result of its last item."""
        for item in items:
            if not has_prev and item.refs is None and item.op:
                self.report.find("E208", "there is no layer above, and several inputs",
                                 item.op_node.span, help="say which with `from:`")  # fmt: skip
                env.prev = POISON
            else:
                env.prev = self._item(item, env)
            has_prev = True
        return env.prev

    def _item(self, item: Item, env: Env) -> int:
        """Expand one item with its repetitions; the index of its result."""
        self.limits.visit()
        local = item.name or env.generated(item.op)
        operands = self._operands(item, env)
        named = Named(POISON, env.prefix + local, operands, len(self.nodes.list), 0)
        if item.layer is not None and not self._arity_fits(item, operands):
            operands = [POISON]
        if POISON not in operands and item.op:
            if item.repeat is None:
                self._once(item, env.scope, env, named, env.frame)
            else:
                self._repeated(item, item.repeat, env, named)
        named.stop = len(self.nodes.list)
        if item.name:
            env.names[item.name] = named
        if item.expect is not None and named.out != POISON:
            self.claims.extend(Claims(env.scope, self.report).of_layer(item.expect, named.out))
        return named.out

    def _repeated(self, item: Item, repeat: Value, env: Env, named: Named) -> None:
        """Chain the repetitions: each reads the one before in place of the first operand."""
        try:
            times: int = repeat.resolve(env.scope, env.root, self.report)
        except Failed:
            return
        self.limits.foresee(item, times)
        frame = Frame(named.name, item.op, env.frame, times)
        out = named.operands[0]
        scope = env.scope
        for index in range(times):
            if item.block is None:
                # The items of a block count for themselves.
                self.limits.visit()
            if item.varies:
                scope = {**env.scope, "i": index}
                self._set_cin(scope, out)
            one = Named(POISON, f"{named.name}.{index}", [out, *named.operands[1:]],
                        len(self.nodes.list), 0)  # fmt: skip
            self._once(item, scope, env, one, frame, index)
            one.stop = len(self.nodes.list)
            if item.name:
                named.children[str(index)] = one
            out = one.out
            if out == POISON:
                return
        named.out = out

    def _once(
        self,
        item: Item,
        scope: Scope,
        env: Env,
        named: Named,
        frame: Frame | None,
        index: int = 0,
    ) -> None:
        """One repetition: sets `named.out`, and what can be referred to inside."""
        try:
            if item.when is not None and not self._holds(item.when, scope, env):
                named.out = named.operands[0]
            elif item.block is not None:
                self._block(item, item.block, scope, env, named, frame, index)
            elif item.layer is not None:
                self._layer(item, scope, env, named, frame)
            elif item.reuse is not None:
                self._reuse(item, item.reuse, env, named, frame)
        except Failed:
            self.nodes.broke()

    def _holds(self, when: Value, scope: Scope, env: Env) -> bool:
        """Whether a condition is true."""
        value = when.resolve(scope, env.root, self.report)
        if not isinstance(value, (bool, int, float)):
            self.report.find("E406", "`when` must be true or false", when.node.span,
                             help="when: $(stride != 1)")  # fmt: skip
            raise Failed
        return bool(value)

    # References -----------------------------------------------------------------------------

    def _operands(self, item: Item, env: Env) -> list[int]:
        """The tensors an item reads."""
        if item.refs is None:
            found = [env.prev]
        else:
            found = [self._resolve(ref, env) for ref in item.refs] or [POISON]
        self._used.update(found)
        return found

    def _resolve(self, ref: Ref, env: Env) -> int:
        """The tensor a reference means; POISON, reported, if there is none."""
        if ref.text == "prev":
            return env.prev
        named = self._lookup(ref, env)
        return POISON if named is None else named.out

    def _lookup(self, ref: Ref, env: Env) -> Named | None:
        """What a name means: the whole text, or a name and a path inside it."""
        text = ref.text
        if text in env.names:
            return env.names[text]
        if text == "input":
            return next(iter(env.names.values()))
        ends = [end for end, character in enumerate(text) if character == "."]
        for end in reversed(ends):
            named = env.names.get(text[:end])
            if named is not None:
                return self._inside(named, text[end + 1 :].split("."), ref)
        return None

    def _inside(self, named: Named, steps: list[str], ref: Ref) -> Named | None:
        for step in steps:
            if step in named.children:
                named = named.children[step]
                continue
            if named.out != POISON:
                known = ", ".join(list(named.children)[:8])
                self.report.find("E201", f"`{named.name}` has no layer named `{cut(step, NAME)}`",
                                 ref.node.span,
                                 help=f"it has: {known}" if known else "nothing in it has a name")  # fmt: skip
            return None
        return named

    # Layers ---------------------------------------------------------------------------------

    def _layer(self, item: Item, scope: Scope, env: Env, named: Named, frame: Frame | None) -> None:
        """A layer with the norm and activation behind it."""
        parts = [(role, self._part(role, part, scope, env)) for role, part in item.parts.items()]
        present = [(role, part) for role, part in parts if part is not None]
        # With a norm behind it a bias has no effect: it is off unless it is asked for.
        unbiased = any(role == "norm" for role, _ in present) and "bias" not in item.values
        layer = self.nodes.build(item, scope, env, unbiased=unbiased)
        if present:
            ops = "+".join([item.op, *(_short(part) for _, part in present)])
            frame = Frame(named.name, ops, frame, is_layer=True)
        extra = [self._resolve(ref, env) for ref in item.extra]
        self._used.update(extra)
        if POISON in extra:
            raise Failed
        trainable, dtype = self._attributes(item, scope, env)
        out = self.nodes.add(named.name, item, layer, (*named.operands, *extra), frame,
                             trainable=trainable, dtype=dtype)  # fmt: skip
        for role, part in present:
            suffix = "norm" if role == "norm" else "act"
            learns, kind = trainable, dtype
            if part.trainable is not None or part.dtype is not None:
                learns, kind = self._attributes(part, scope, env)
                learns, kind = trainable and learns, kind if part.dtype is not None else dtype
            out = self.nodes.add(f"{named.name}.{suffix}", part, self.nodes.build(part, scope, env),
                                 (out,), frame, trainable=learns, dtype=kind)  # fmt: skip
            self.nodes.list[out].span = item.span
            if item.name:
                operand = list(self.nodes.list[out].inputs)
                named.children[suffix] = Named(out, f"{named.name}.{suffix}", operand, out, out + 1)
        named.out = out

    def _part(self, role: str, part: Item | Late | None, scope: Scope, env: Env) -> Item | None:
        """The norm or activation, its expression evaluated."""
        if not isinstance(part, Late):
            return part
        word = part.word.resolve(scope, env.root, self.report)
        if not isinstance(word, str):
            return part.items.late_part(role, word, part.word.node, self.report)
        place = (part.items, role, word)
        if place not in self._late:
            self._late[place] = part.items.late_part(role, word, part.word.node, self.report)
        return self._late[place]

    def _attributes(self, item: Item, scope: Scope, env: Env) -> tuple[bool, str | None]:
        """Whether the weights are trainable, and the type of the numbers."""
        trainable, dtype = env.trainable, env.dtype
        if item.trainable is not None:
            trainable = trainable and bool(item.trainable.resolve(scope, env.root, self.report))
        if item.dtype is not None:
            dtype = item.dtype.resolve(scope, env.root, self.report)
        return trainable, dtype

    def _arity_fits(self, item: Item, operands: list[int]) -> bool:
        """Whether a layer is given as many inputs as it takes; reports if not."""
        least, most = item.layer.operands if item.layer else (1, None)
        if item.refs == [] or (least <= len(operands) and (most is None or len(operands) <= most)):
            return True
        takes = str(least) if least == most else f"{least} to {most}"
        if most is None:
            takes = f"{least} or more"
        self.report.find("E207", f"`{item.op}` takes {takes} inputs, got {len(operands)}",
                         item.op_node.span,
                         help=f"name them all: - {item.op}: [prev, …]" if least > 1 else "")  # fmt: skip
        return False

    # Blocks and reuse -----------------------------------------------------------------------

    def _block(
        self,
        item: Item,
        block: Block,
        scope: Scope,
        env: Env,
        named: Named,
        frame: Frame | None,
        index: int,
    ) -> None:
        """A use of a block: its body with the arguments, one level deeper."""
        if len(named.operands) != len(block.inputs):
            self.report.find("E207", f"block `{block.name}` takes {len(block.inputs)} inputs "
                             f"({', '.join(block.inputs)}), got {len(named.operands)}",
                             item.op_node.span, help="name them with `from: […]`")  # fmt: skip
            raise Failed
        self.limits.foresee_use(block, item)
        inner = {**env.root, **self._arguments(item, block, scope, env), "i": index}
        self._set_cin(inner, named.operands[0])
        trainable, dtype = self._attributes(item, scope, env)
        inside = Env(inner, env.root, f"{named.name}.", Frame(named.name, item.op, frame),
                     self._names_of(block.items), trainable, dtype)  # fmt: skip
        for name, operand in zip(block.inputs, named.operands, strict=True):
            inside.names[name] = Named(operand, name, [], 0, 0)
        inside.prev = named.operands[0]
        whole = named.name if item.repeat is None else named.name.rpartition(".")[0]
        self.report.uses.append((item.op_node, whole))
        try:
            named.out = self._body(block.items, inside)
        finally:
            self.report.uses.pop()
        if item.name:
            named.children = {n: v for n, v in inside.names.items() if n not in block.inputs}

    def _arguments(self, item: Item, block: Block, scope: Scope, env: Env) -> Scope:
        """The values of a block's arguments: as given, or their defaults."""
        arguments: Scope = {}
        seen = dict(env.root)
        for name, default in block.args.items():
            value = item.args.get(name, default)
            if value is None:
                raise Failed
            where = scope if name in item.args else seen
            arguments[name] = seen[name] = value.resolve(where, env.root, self.report)
        return arguments

    def _reuse(self, item: Item, ref: Ref, env: Env, named: Named, frame: Frame | None) -> None:
        """Weights used again."""
        original = self._lookup(ref, env)
        if original is None or original.out == POISON:
            raise Failed
        if len(named.operands) != len(original.operands):
            self.report.find("E207", f"`{ref.text}` takes {len(original.operands)} inputs, got "
                             f"{len(named.operands)}", item.op_node.span)  # fmt: skip
            raise Failed
        if len(self.nodes.list) + original.stop - original.start > LAYERS:
            self.limits.stop(item.op_node.span)
        reuse.repeat(original, named, item, self.nodes, frame, self.report)

    def _set_cin(self, scope: Scope, index: int) -> None:
        """`cin`: the channels, or features, of a tensor; token ids have none."""
        shape = self.nodes.shape(index)
        if not shape.tokens:
            scope["cin"] = shape.channels


def _short(part: Item) -> str:
    return (part.layer.short if part.layer else "") or part.op

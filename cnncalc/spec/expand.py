"""Expansion: from compiled items to the nodes of a network, shapes computed on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Label, Refusal, Span
from cnncalc.network import Failure, Frame, Node
from cnncalc.layer import Facts
from cnncalc.spec.claims import Claims
from cnncalc.spec.items import Item, Late
from cnncalc.spec.values import Failed, Scope, Value

if TYPE_CHECKING:
    from cnncalc.layer import Dialect, Layer, Shape
    from cnncalc.network import Claim
    from cnncalc.spec.blocks import Block
    from cnncalc.spec.document import Model
    from cnncalc.spec.names import Ref
    from cnncalc.spec.report import Report

LIMIT = 100_000
"""A network has at most so many layers."""

POISON = -1
"""Stands for a tensor that cannot be known because of a fault that is reported already."""


class Named:
    """What a name refers to: a tensor, the nodes that made it, and the names inside."""

    __slots__ = ("children", "name", "operands", "out", "start", "stop")

    def __init__(self, out: int, name: str, operands: list[int], start: int, stop: int) -> None:
        """`out` is the index of a node; [start, stop) are the nodes that belong to the name."""
        self.out = out
        self.name = name
        self.operands = operands
        self.start = start
        self.stop = stop
        self.children: dict[str, Named] = {}


class Env:
    """Where an item stands: what names mean, and what encloses it."""

    __slots__ = ("counts", "dtype", "frame", "names", "prefix", "prev", "root", "scope", "taken",
                 "trainable")  # fmt: skip

    def __init__(self, scope: Scope, root: Scope, prefix: str, frame: Frame | None,
                 taken: frozenset[str], trainable: bool, dtype: str | None) -> None:  # fmt: skip
        """`taken` are the names given in this body, which generated ones stay clear of."""
        self.scope = scope
        self.root = root
        self.prefix = prefix
        self.frame = frame
        self.taken = taken
        self.trainable = trainable
        self.dtype = dtype
        self.names: dict[str, Named] = {}
        self.counts: dict[str, int] = {}
        self.prev = POISON

    def generated(self, op: str) -> str:
        """The next free `conv1`, `conv2`, … of this body."""
        while True:
            self.counts[op] = self.counts.get(op, 0) + 1
            name = f"{op}{self.counts[op]}"
            if name not in self.taken:
                return name


class TooMany(Exception):
    """The network would have more than LIMIT layers."""


class Expander:
    """Expands one model of a document with given values of the variables."""

    def __init__(self, model: Model, root: Scope, report: Report) -> None:
        """`root` holds the values of the variables."""
        self.model = model
        self.root = root
        self.report = report
        self.nodes: list[Node] = []
        self.failures: list[Failure] = []
        self.sound = 0
        """How many nodes there were when the first layer failed."""
        self.claims: list[Claim] = []
        self.visited = 0
        self.used: set[int] = set()
        self.full_names: set[str] = set()
        self._layers: dict[Any, Layer] = {}
        self._facts: dict[Any, Facts] = {}
        self._sizes: dict[str, int] = {}
        self._taken: dict[int, frozenset[str]] = {}
        self._dialect: Dialect | None = model.dialect  # type: ignore[assignment]

    def run(self, inputs: dict[str, Shape | None]) -> dict[str, int]:
        """Expand everything on inputs of these shapes (None where unknown); the outputs by name."""
        env = Env(self.root, self.root, "", None, self.names_of(self.model.items), True, None)
        for name, shape in inputs.items():
            index = POISON
            if shape is not None:
                index = len(self.nodes)
                self.nodes.append(Node(name, "input", None, (), Facts(shape),
                                       span=self.model.inputs[name].node.span))  # fmt: skip
            env.names[name] = Named(index, name, [], len(self.nodes), len(self.nodes))
        if len(inputs) == 1:
            env.prev = next(iter(env.names.values())).out
        try:
            self.body(self.model.items, env, start=len(inputs) == 1)
        except TooMany:
            return {}
        outputs = self.outputs(env)
        if not self.report:
            self.check_inputs(env, inputs)
        return outputs

    def outputs(self, env: Env) -> dict[str, int]:
        """The tensors that go out: those under `outputs:`, or the last one."""
        refs = self.model.outputs
        if refs is None:
            return {"output": env.prev} if env.prev != POISON else {}
        found = {ref.text: self.resolve(ref, env) for ref in refs}
        return {name: index for name, index in found.items() if index != POISON}

    def check_inputs(self, env: Env, inputs: dict[str, Shape | None]) -> None:
        """Every input is read by something: one that is not was mistaken for another."""
        for name in inputs:
            if env.names[name].out not in self.used and self.model.items:
                span = self.model.inputs[name].node.span
                self.report.find("E210", f"the input `{name}` is never read", span,
                                 help=f"refer to it by `from: {name}`, or remove it")  # fmt: skip

    def names_of(self, items: list[Item]) -> frozenset[str]:
        """The names given in a body."""
        place = id(items)
        if place not in self._taken:
            self._taken[place] = frozenset(item.name for item in items if item.name)
        return self._taken[place]

    # Items ----------------------------------------------------------------------------------

    def body(self, items: list[Item], env: Env, *, start: bool = True) -> int:
        """Expand a layer list; the result of its last item. Without `start` there is no `prev`."""
        above = start
        for item in items:
            if not above and item.refs is None and item.reuse is None:
                self.report.find("E208", "there is no layer above, and several inputs",
                                 item.op_node.span, help="say which with `from:`")  # fmt: skip
                env.prev = POISON
            else:
                env.prev = self.item(item, env)
            above = True
        return env.prev

    def item(self, item: Item, env: Env) -> int:
        """Expand one item with its repetitions; the index of its result."""
        self.visit(1)
        local = item.name or env.generated(item.op)
        named = Named(POISON, env.prefix + local, self.operands(item, env), len(self.nodes), 0)
        if POISON not in named.operands and item.op:
            self.claim_name(named.name, item)
            if item.repeat is not None:
                self.repeated(item, env, named)
            else:
                scope = env.scope
                self.once(item, scope, env, named, env.frame)
        named.stop = len(self.nodes)
        if item.name:
            env.names[item.name] = named
        if item.expect is not None and named.out != POISON:
            self.claims.extend(Claims(env.scope, self.report).of_layer(item.expect, named.out))
        return named.out

    def repeated(self, item: Item, env: Env, named: Named) -> None:
        """Chain the repetitions: each reads the one before in place of the first operand."""
        try:
            times: int = item.repeat.resolve(env.scope, env.root, self.report)  # type: ignore[union-attr]
        except Failed:
            return
        self.foresee(item, times)
        frame = Frame(named.name, item.op, env.frame, times)
        out = named.operands[0]
        for index in range(times):
            self.visit(1)
            scope = {**env.scope, "i": index}
            self.set_cin(scope, out)
            one = Named(POISON, f"{named.name}.{index}", [out, *named.operands[1:]], len(self.nodes), 0)
            self.once(item, scope, env, one, frame)
            one.stop = len(self.nodes)
            if item.name:
                named.children[str(index)] = one
            out = one.out
            if out == POISON:
                return
        named.out = out

    def once(
        self, item: Item, scope: Scope, env: Env, named: Named, frame: Frame | None
    ) -> None:
        """One repetition: sets `named.out`, and what can be referred to inside."""
        try:
            if item.when is not None and not self.holds(item.when, scope, env):
                named.out = named.operands[0]
            elif item.block is not None:
                self.block(item, item.block, scope, env, named, frame)
            elif item.layer is not None:
                self.layer(item, scope, env, named, frame)
            elif item.reuse is not None:
                self.reuse(item, item.reuse, env, named, frame)
        except Failed:
            self.broke()

    def holds(self, when: Value, scope: Scope, env: Env) -> bool:
        """Whether a condition is true."""
        value = when.resolve(scope, env.root, self.report)
        if not isinstance(value, (bool, int, float)):
            self.report.find("E406", "`when` must be true or false", when.node.span,
                             help="when: $(stride != 1)")  # fmt: skip
            raise Failed
        return bool(value)

    # References -----------------------------------------------------------------------------

    def operands(self, item: Item, env: Env) -> list[int]:
        """The tensors an item reads."""
        if item.refs is None:
            found = [env.prev]
        else:
            found = [self.resolve(ref, env) for ref in item.refs] or [POISON]
        self.used.update(found)
        return found

    def resolve(self, ref: Ref, env: Env) -> int:
        """The tensor a reference means; POISON after reporting if there is none."""
        if ref.text == "prev":
            return env.prev
        named = self.lookup(ref, env)
        return POISON if named is None else named.out

    def lookup(self, ref: Ref, env: Env) -> Named | None:
        """What a name means: the whole text, or a name and a path inside it."""
        text = ref.text
        if text in env.names:
            return env.names[text]
        if text == "input":
            return next(iter(env.names.values()))
        for end in sorted((i for i, c in enumerate(text) if c == "."), reverse=True):
            named = env.names.get(text[:end])
            if named is None:
                continue
            for step in text[end + 1 :].split("."):
                if named.out == POISON and step not in named.children:
                    return None
                if step not in named.children:
                    inside = ", ".join(list(named.children)[:8])
                    help = f"inside `{named.name}` are: {inside}" if inside else ""
                    self.report.find("E201", f"`{named.name}` has no layer named `{step}`",
                                     ref.node.span, help=help)  # fmt: skip
                    return None
                named = named.children[step]
            return named
        return None

    # Layers ---------------------------------------------------------------------------------

    def layer(
        self, item: Item, scope: Scope, env: Env, named: Named, frame: Frame | None
    ) -> None:
        """A layer with the norm and activation behind it."""
        self.check_arity(item, named.operands)
        parts = {role: self.part(role, item.parts.get(role), scope, env) for role in item.parts}
        unbiased = parts.get("norm") is not None and "bias" not in item.values
        layer = self.build(item, scope, env, unbiased=unbiased)
        found = [(role, part) for role, part in parts.items() if part is not None]
        if found:
            ops = "+".join([item.op, *(_short(part) for _, part in found)])
            frame = Frame(named.name, ops, frame, is_layer=True)
        extra = [self.resolve(ref, env) for ref in item.extra]
        self.used.update(extra)
        if POISON in extra:
            raise Failed
        out = self.add(named.name, item, layer, (*named.operands, *extra), scope, env, frame)
        for role, part in found:
            name = f"{named.name}.{'norm' if role == 'norm' else 'act'}"
            start = len(self.nodes)
            out = self.add(name, part, self.build(part, scope, env), (out,), scope, env, frame)
            if item.name:
                named.children[name.rpartition(".")[2]] = Named(out, name, [out], start, start + 1)
        named.out = out

    def part(
        self, role: str, part: Item | Late | None, scope: Scope, env: Env
    ) -> Item | None:
        """The norm or activation, its expression evaluated."""
        if not isinstance(part, Late):
            return part
        word = part.word.resolve(scope, env.root, self.report)
        return part.items.late_part(role, word, part.word.node)

    def build(self, item: Item, scope: Scope, env: Env, *, unbiased: bool = False) -> Layer:
        """The layer of an item; equal layers are one object. Raises Failed."""
        if item.built is not None and not unbiased:
            return item.built
        values: dict[str, Any] = {}
        constant = True
        for name, value in item.values.items():
            if value is None:
                raise Failed
            if isinstance(value, Item):
                values[name] = self.build(value, scope, env)
                constant = False
            else:
                values[name] = value.resolve(scope, env.root, self.report)
                constant = constant and value.constant
        layer_class = item.layer
        if layer_class is None:
            raise Failed
        if unbiased and "bias" in layer_class.keys:
            values["bias"] = False
            constant = False
        place = (layer_class, *values.items())
        layer = self._layers.get(place)
        if layer is None:
            try:
                layer = self._layers[place] = layer_class(dialect=self._dialect, **values)
            except TypeError:
                # A required key is missing: reported when the item was compiled.
                raise Failed from None
        if constant:
            item.built = layer
        return layer

    def add(
        self,
        name: str,
        item: Item,
        layer: Layer,
        inputs: tuple[int, ...],
        scope: Scope,
        env: Env,
        frame: Frame | None,
        shared_with: int | None = None,
    ) -> int:
        """Append a node; raises Failed after reporting if the layer refuses its inputs."""
        if len(self.nodes) >= LIMIT + len(self.model.inputs):
            self.too_many(item.op_node.span)
        shapes = tuple(self.nodes[i].facts.output for i in inputs)
        place = (id(layer), shapes)
        facts = self._facts.get(place)
        if facts is None:
            try:
                if item.rank is not None and shapes[0].rank != item.rank:
                    raise Refusal("E302", f"`{item.op}{item.rank}d` needs {item.rank} axes, its input "
                                  f"has {shapes[0].rank}", operands=True)  # fmt: skip
                facts = self._facts[place] = layer.apply(*shapes)
            except Refusal as refusal:
                self.refused(refusal, name, item, inputs)
                raise Failed from None
        trainable, dtype = env.trainable, env.dtype
        if item.trainable is not None:
            trainable = trainable and bool(item.trainable.resolve(scope, env.root, self.report))
        if item.dtype is not None:
            dtype = item.dtype.resolve(scope, env.root, self.report)
        self.nodes.append(
            Node(name, item.op, layer, inputs, facts, frame=frame, span=item.span_node.span,
                 trainable=trainable, dtype=dtype, shared_with=shared_with)
        )  # fmt: skip
        return len(self.nodes) - 1

    def refused(
        self, refusal: Refusal, name: str, item: Item, inputs: tuple[int, ...]
    ) -> None:
        """A layer's refusal as a finding, with its place and, if asked for, its operands."""
        written = [ref.text for ref in item.refs or []]
        texts, labels = [], []
        for position, index in enumerate(inputs):
            node = self.nodes[index]
            word = written[position] if position < len(written) else _local(node.name)
            if word == "prev":
                word = _local(node.name)
            texts.append(f"{word} {node.output}")
            if node.span is not None:
                labels.append(Label(node.span, f"`{word}` is {node.output}"))
        operands = ", ".join(texts)
        message = f"{refusal.message}: {operands}" if refusal.operands else refusal.message
        span = item.op_node.span
        value = item.values.get(refusal.key)
        if isinstance(value, Value) and not value.of_file:
            span = value.node.span
        elif refusal.operands and len(inputs) > 1 and isinstance(_value_of(item), Span):
            span = _value_of(item) or span
        self.report.find(refusal.code, message, span, help=refusal.help, layer=name,
                         related=labels if refusal.operands else ())  # fmt: skip
        self.broke(Failure(name, item.op, inputs, refusal.code, operands))

    def broke(self, failure: Failure | None = None) -> None:
        """Remember where the sound part of the network ends."""
        if not self.failures:
            self.sound = len(self.nodes)
        if failure is not None:
            self.failures.append(failure)

    def check_arity(self, item: Item, operands: list[int]) -> None:
        """A layer reads as many inputs as it takes."""
        least, most = item.layer.operands if item.layer else (1, None)
        if len(operands) < least or (most is not None and len(operands) > most):
            takes = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
            self.report.find("E207", f"`{item.op}` takes {takes} inputs, got {len(operands)}",
                             item.op_node.span, help=f"name them all: - {item.op}: [prev, …]"
                             if least > 1 else "")  # fmt: skip
            raise Failed

    # Blocks and reuse -----------------------------------------------------------------------

    def block(
        self, item: Item, block: Block, scope: Scope, env: Env, named: Named, frame: Frame | None
    ) -> None:
        """A use of a block: its body with the arguments, one level deeper."""
        if len(named.operands) != len(block.inputs):
            self.report.find("E207", f"block `{block.name}` takes {len(block.inputs)} inputs, got "
                             f"{len(named.operands)}", item.op_node.span,
                             help=f"from: [{', '.join(block.inputs)}]")  # fmt: skip
            raise Failed
        arguments = self.arguments(item, block, scope, env)
        inner = {**env.root, **arguments, "i": scope["i"] if item.repeat is not None else 0}
        self.set_cin(inner, named.operands[0])
        trainable, dtype = env.trainable, env.dtype
        if item.trainable is not None:
            trainable = trainable and bool(item.trainable.resolve(scope, env.root, self.report))
        if item.dtype is not None:
            dtype = item.dtype.resolve(scope, env.root, self.report)
        inside = Env(inner, env.root, f"{named.name}.", Frame(named.name, item.op, frame),
                     self.names_of(block.items), trainable, dtype)  # fmt: skip
        inside.names = {
            name: Named(index, name, [], 0, 0)
            for name, index in zip(block.inputs, named.operands, strict=True)
        }
        inside.prev = named.operands[0]
        whole = named.name if item.repeat is None else named.name.rpartition(".")[0]
        self.report.uses.append(Label(item.op_node.span, f"in this use of the block, as `{whole}`"))
        try:
            named.out = self.body(block.items, inside)
        finally:
            self.report.uses.pop()
        if item.name:
            named.children = {n: v for n, v in inside.names.items() if n not in block.inputs}

    def arguments(self, item: Item, block: Block, scope: Scope, env: Env) -> Scope:
        """The values of a block's arguments: as given, or their defaults."""
        arguments: Scope = {}
        for name, default in block.args.items():
            if name in item.args:
                given = item.args[name]
                if given is None:
                    raise Failed
                arguments[name] = given.resolve(scope, env.root, self.report)
            elif default is None:
                raise Failed
            else:
                arguments[name] = default.resolve({**env.root, **arguments}, env.root, self.report)
        return arguments

    def reuse(self, item: Item, ref: Ref, env: Env, named: Named, frame: Frame | None) -> None:
        """Apply the nodes behind a name to other inputs, with the same weights."""
        original = self.lookup(ref, env)
        if original is None or original.out == POISON:
            raise Failed
        if len(named.operands) != len(original.operands):
            self.report.find("E207", f"`{ref.text}` takes {len(original.operands)} inputs, got "
                             f"{len(named.operands)}", item.op_node.span)  # fmt: skip
            raise Failed
        moved = dict(zip(original.operands, named.operands, strict=True))
        frames: dict[Frame | None, Frame | None] = {}
        for index in range(original.start, original.stop):
            node = self.nodes[index]
            if node.layer is None:
                continue
            name = named.name + node.name[len(original.name) :]
            moved[index] = self.again(node, index, name, moved, item, env)
            self.nodes[-1].frame = _moved_frame(node.frame, original.name, named.name, frame, frames)
        named.out = moved.get(original.out, original.out)
        _move_children(original, named, moved)

    def again(
        self, node: Node, index: int, name: str, moved: dict[int, int], item: Item, env: Env
    ) -> int:
        """One node once more; its weights must have the same shapes."""
        inputs = tuple(moved.get(i, i) for i in node.inputs)
        copy = Item(node.op, item.node, item.op_node)
        copy.span_node = item.span_node
        has_weights = bool(node.facts.params != 0 or node.facts.buffer_count != 0)
        first = node.shared_with if node.shared_with is not None else index
        if node.layer is None:
            raise Failed
        out = self.add(name, copy, node.layer, inputs, env.scope, env, None, first if has_weights else None)
        made = self.nodes[out]
        made.trainable, made.dtype = node.trainable, node.dtype
        if made.facts.weights != node.facts.weights:
            self.report.find("E310", f"the weights of `{node.name}` do not fit this input: it gives "
                             f"{made.facts.params:,} weights in place of {node.facts.params:,}",
                             item.op_node.span, help="shared weights need inputs of the same channels")  # fmt: skip
            raise Failed
        return out

    # Limits ---------------------------------------------------------------------------------

    def set_cin(self, scope: Scope, index: int) -> None:
        """`cin`: the channels, or features, of a tensor; token ids have none."""
        shape = self.nodes[index].facts.output
        if not shape.tokens:
            scope["cin"] = shape.channels

    def claim_name(self, name: str, item: Item) -> None:
        """Names may contain dots: two of them may still meet."""
        if name in self.full_names:
            self.report.find("E203", f"the name `{name}` is used twice", item.span_node.span,
                             help="a name with dots meets the name of a layer inside a block")  # fmt: skip
        self.full_names.add(name)

    def visit(self, count: int) -> None:
        """Items that add no node, such as skipped ones, count too."""
        self.visited += count
        if self.visited > 3 * LIMIT:
            self.too_many(self.model.node.span)

    def foresee(self, item: Item, times: int) -> None:
        """Count before expanding: refuse at once what is certain to be too much."""
        each = 1 if item.block is None or item.when is not None else self.size(item.block)
        if times * each > LIMIT:
            node = item.repeat.node if item.repeat else item.op_node
            self.too_many(node.span)

    def size(self, block: Block) -> int:
        """The least number of items that a use of a block visits."""
        if block.name not in self._sizes:
            self._sizes[block.name] = 1
            total = 0
            for item in block.items:
                times = item.repeat.value if item.repeat and item.repeat.constant else 1
                guarded = item.when is not None or (item.repeat and not item.repeat.constant)
                each = 1 if item.block is None or guarded else self.size(item.block)
                total += each * max(1, min(times or 1, LIMIT + 1))
            self._sizes[block.name] = min(total, LIMIT + 1) or 1
        return self._sizes[block.name]

    def too_many(self, span: Span) -> None:
        """Report and stop."""
        self.report.find("E408", f"the network would have more than {LIMIT:,} layers", span,
                         help="fewer repetitions")  # fmt: skip
        raise TooMany


def _short(part: Item) -> str:
    return (part.layer.short if part.layer else "") or part.op


def _local(name: str) -> str:
    """The last part of a name that the reader knows: `main` of `stage2.main.norm`."""
    parts = name.split(".")
    while len(parts) > 1 and parts[-1] in ("norm", "act"):
        parts.pop()
    return parts[-1] if not parts[-1].isdigit() else ".".join(parts[-2:])


def _value_of(item: Item) -> Span | None:
    """The span of the operands as they are written: `[main, input]`."""
    from cnncalc.spec.compose import Mapping

    node = item.node
    if not isinstance(node, Mapping) or not node.pairs:
        return None
    value = node.pairs[0][1]
    if isinstance(value, Mapping):
        inner = value.get("from")
        return inner.span if inner is not None else None
    return value.span


def _moved_frame(
    frame: Frame | None,
    old: str,
    new: str,
    parent: Frame | None,
    done: dict[Frame | None, Frame | None],
) -> Frame | None:
    """The frames of a reused node under its new name."""
    if frame is None or not (frame.name + ".").startswith(old + "."):
        return parent
    if frame not in done:
        above = _moved_frame(frame.parent, old, new, parent, done)
        done[frame] = frame._replace(name=new + frame.name[len(old) :], parent=above)
    return done[frame]


def _move_children(old: Named, new: Named, moved: dict[int, int]) -> None:
    stack = [(old, new)]
    while stack:
        source, target = stack.pop()
        for name, child in source.children.items():
            copy = Named(moved.get(child.out, child.out), f"{target.name}.{name}",
                         [moved.get(i, i) for i in child.operands],
                         moved.get(child.start, child.start), 0)  # fmt: skip
            copy.stop = copy.start + child.stop - child.start
            target.children[name] = copy
            stack.append((child, copy))

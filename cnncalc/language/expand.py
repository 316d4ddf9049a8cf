"""The second step: from compiled items to the nodes of a network, shapes computed on the way.

Nothing is compiled here, and nothing that is compiled is written to: a file is compiled once, and
any number of networks are expanded from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language import enclosing, reuse
from cnncalc.language.claims import judgeable
from cnncalc.language.ends import check_inputs, find_outputs
from cnncalc.language.env import NOTHING, POISON, SEVERAL, Env, Named
from cnncalc.language.hosting import LayerExpander
from cnncalc.language.limits import NESTING, Limits
from cnncalc.language.nodes import Nodes
from cnncalc.language.values import HANDED_ON, Failed
from cnncalc.network import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.language.context import ExpandContext, Scope
    from cnncalc.language.item import Block, Item, Whole
    from cnncalc.language.model import Model
    from cnncalc.language.report import Report
    from cnncalc.language.stock import Stock
    from cnncalc.language.values import Value
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Claim


_CLAIM = 10
"""To judge what a layer expects takes as long as so many steps of an expression."""


class Expander:
    """Expands one model with given values of the variables."""

    def __init__(self, model: Model, context: ExpandContext, stock: Stock) -> None:
        """In `context` the variables have their values; `stock` has the layers made before."""
        self.model = model
        self.context = context
        self.report = context.report
        self.budget = context.budget
        self.limits = Limits(context.budget)
        self.nodes = Nodes(model, self.limits, stock)
        self.claims: list[Claim] = []
        self._layers = LayerExpander(self.nodes)

    def run(self, inputs: dict[str, Shape | None]) -> dict[str, int]:
        """Expand everything on inputs of these shapes (None where unknown); the outputs by name.

        Raises TooMuch if the network becomes too large.
        """
        if self.context.tape is not None:
            self.context.tape.begin(self.context)
        env = Env(self.context, "", None, self.model.taken, set())
        for name, shape in inputs.items():
            span = self.model.inputs[name].node.span
            index = POISON if shape is None else self.nodes.add_input(name, shape, span)
            env.names[name] = Named(index, name, [], 0, 0)
        if len(inputs) == 1:
            env.prev = next(iter(env.names.values())).out
        elif inputs:
            env.prev = NOTHING
        self._body(self.model.items, env)
        self.limits.settle()
        outputs = find_outputs(self.model, env)
        if not self.report:
            check_inputs(self.model, env)
        return outputs

    def _body(self, items: Sequence[Item], env: Env) -> int:
        """Expand a layer list; the result of its last item."""
        for item in items:
            env.prev = self._item(item, env)
            env.above = item
        return env.prev

    def _item(self, item: Item, env: Env) -> int:
        """Expand one item with its repetitions; the index of its result."""
        name = env.prefix + (item.name or env.next_name(item.op))
        self.limits.visit(item, name)
        operands = env.operands(item)
        named = Named(POISON, name, operands, len(self.nodes.list), 0,
                      given=item.name is not None)  # fmt: skip
        if item.layer is not None and not _arity_fits(item, operands, env.context.report):
            operands = [POISON]
        if POISON not in operands and item.op:
            if item.repeat is None:
                self._once(item, env.context, env, named, env.frame)
            else:
                self._repeat(item, item.repeat, env, named)
        named.stop = len(self.nodes.list)
        if item.name:
            env.names[item.name] = named
        if item.claims and env.context.place is None:
            self.claims += _claims_of(item, named, env.context)
        return named.out

    def _repeat(self, item: Item, repeat: Value, env: Env, named: Named) -> None:
        """Chain the repetitions: each reads the one before in place of the first operand."""
        if not repeat.constant:
            self.budget.steps.spend(repeat.weight, repeat)
        try:
            times: int = repeat.resolve(env.context)
        except Failed:
            return
        self.limits.foresee(item, times)
        if item.block is None:
            # The items of a block count for themselves.
            self.limits.visit(item, named.name, times)
        else:
            self.budget.steps.spend(times * item.weight, item)
        if item.varies:
            self.budget.steps.spend(times * len(env.context.scope) // HANDED_ON, item)
        frame = Frame(named.name, enclosing.label(item), env.frame, times, given=named.given)
        named.is_row = True
        out = named.operands[0]
        context = env.context
        for index in range(times):
            if item.varies:
                context = enter_repetition(env.context, index, self.nodes.shape(out))
                if context.tape is not None:
                    context.tape.enter(context, env.context, None, index, out)
            one = Named(POISON, f"{named.name}.{index}", [out, *named.operands[1:]],
                        len(self.nodes.list), 0)  # fmt: skip
            self._once(item, context, env, one, frame, index)
            one.stop = len(self.nodes.list)
            if item.name:
                named.children[str(index)] = one
            out = one.out
            if out == SEVERAL:
                context.report.find("E212", f"`{item.op}` has several outputs, and the next repetition "
                                    "reads one", item.op_node.span,
                                    help="repeat a block that ends in one tensor")  # fmt: skip
                out = POISON
            if out == POISON:
                return
        named.out = out

    def _once(
        self,
        item: Item,
        context: ExpandContext,
        env: Env,
        named: Named,
        frame: Frame | None,
        index: int = 0,
    ) -> None:
        """One repetition: sets `named.out`, and what can be referred to inside."""
        try:
            if item.when is not None and not _holds(item.when, context):
                named.out = named.operands[0]
            elif item.block is not None:
                self._block(item, item.block, context, env, named, frame, index)
            elif item.layer is not None:
                self._layers.expand(item, context, env, named, frame)
            elif item.reuse is not None:
                reuse.expand(item, item.reuse, env, named, frame, self.nodes)
        except Failed:
            self.nodes.broke()

    def _block(
        self,
        item: Item,
        block: Block,
        context: ExpandContext,
        env: Env,
        named: Named,
        frame: Frame | None,
        index: int,
    ) -> None:
        """A use of a block: its body with the arguments, one level deeper."""
        report = context.report
        if len(named.operands) != len(block.inputs):
            what = "network" if block.whole else "block"
            report.find("E207", f"{what} `{block.name}` takes {len(block.inputs)} inputs "
                             f"({', '.join(block.inputs)}), got {len(named.operands)}",
                             item.op_node.span, help="name them with `from: […]`")  # fmt: skip
            raise Failed
        if env.depth == NESTING:
            report.find("E206", f"blocks stand more than {NESTING} deep in each other",
                             item.op_node.span, help="does `when` ever become false?"
                             if item.when is not None else "")  # fmt: skip
            raise Failed
        self.limits.foresee_use(block, item)
        self.budget.steps.spend((len(context.root) + len(block.args)) // HANDED_ON, item)
        if block.whole is not None:
            self._whole(item, block, block.whole, context, env, named, frame)
            return
        around = None
        x = self.nodes.shape(named.operands[0])
        if item.wrapper is not None:
            inner = context.within(dict(context.scope))
            _set_cin(inner.scope, x)
            around = self.nodes.around(item, context)
        else:
            inner = enter_use(item, block, context, index, x)
            if inner.tape is not None:
                inner.tape.enter(inner, context, item, index, named.operands[0])
        inside = enclosing.enter(item, block, context, inner, env, named, frame, around)
        whole = named.name if item.repeat is None else named.name.rpartition(".")[0]
        report.uses.append((item.op_node, whole))
        try:
            named.out = self._body(block.items, inside)
            if item.parts:
                self._layers.finish(item, context, inside, named)
        finally:
            report.uses.pop()
        if item.name:
            names = {n: v for n, v in inside.names.items() if n not in block.inputs}
            named.children = {**names, **named.children}

    def _whole(
        self,
        item: Item,
        block: Block,
        whole: Whole,
        context: ExpandContext,
        env: Env,
        named: Named,
        frame: Frame | None,
    ) -> None:
        """A use of the network of another file, which knows no names of this one."""
        enclosing.assert_same_dialect(item, block, whole, self.model.dialect, context.report)
        inner = context.abroad(block.name, item.op_node.span)
        self.limits.settle()
        with self.budget.on_behalf(item):
            inner.scope.update(_arguments(item, block, context, inner))
            inside = enclosing.enter(item, block, context, inner, env, named, frame)
            named.out = self._body(block.items, inside)
            self.limits.settle()
        enclosing.leave(item, block, whole, inside, named)


def enter_repetition(context: ExpandContext, index: int, x: Shape) -> ExpandContext:
    """Where one of several repetitions stands, which reads `x`."""
    scope = {**context.scope, "i": index}
    _set_cin(scope, x)
    return context.within(scope)


def enter_use(
    item: Item, block: Block, context: ExpandContext, index: int, x: Shape
) -> ExpandContext:
    """Where the items of a block stand in a use of it that reads `x`; raises Failed after reporting."""
    scope = {**context.root, **_arguments(item, block, context), "i": index}
    _set_cin(scope, x)
    return context.within(scope)


def _set_cin(scope: Scope, shape: Shape) -> None:
    """`cin`: the channels, or features; token ids and general tensors have none."""
    if not shape.form:
        scope["cin"] = shape.channels


def _holds(when: Value, context: ExpandContext) -> bool:
    """Whether a condition is true."""
    value = when.resolve(context)
    if not isinstance(value, (bool, int, float)):
        context.report.find("E406", "`when` must be true or false", when.node.span,
                            help="when: $(stride != 1)")  # fmt: skip
        raise Failed
    return bool(value)


def _arguments(
    item: Item, block: Block, context: ExpandContext, inner: ExpandContext | None = None
) -> Scope:
    """The values of a block's arguments: as given, or their defaults, which are computed in `inner`."""
    arguments: Scope = {}
    seen = (inner or context).within(dict((inner or context).root))
    for name, default in block.args.items():
        value = item.args.get(name, default)
        if value is None:
            raise Failed
        where = context if name in item.args else seen
        arguments[name] = seen.scope[name] = value.evaluate(where)
    return arguments


def _claims_of(item: Item, named: Named, context: ExpandContext) -> list[Claim]:
    """What an item expects of what came of it."""
    # What a layer with several outputs expects holds for each of them.
    made = range(named.start, named.stop) if named.out == SEVERAL else (named.out,)
    claimed = [node for node in made if node >= 0]
    if not claimed:
        return []
    context.budget.steps.spend(_CLAIM * len(item.claims) * len(claimed), item)
    if context.tape is not None:
        context.tape.give_up()
    found = list(judgeable(item.claims, context))
    return [claim._replace(node=node) for node in claimed for claim in found]


def _arity_fits(item: Item, operands: list[int], report: Report) -> bool:
    """Whether a layer is given as many inputs as it takes; reports if not."""
    least, most = item.layer.operands if item.layer else (1, None)
    if item.refs == () or (least <= len(operands) and (most is None or len(operands) <= most)):
        return True
    takes = str(least) if least == most else f"{least} to {most}"
    if most is None:
        takes = f"{least} or more"
    noun = "input" if takes == "1" else "inputs"
    report.find("E207", f"`{item.op}` takes {takes} {noun}, got {len(operands)}",
                     item.op_node.span,
                     help=f"name them all: - {item.op}: [prev, …]" if least > 1
                     else "`concat`, `add` or another merge makes one of them")  # fmt: skip
    return False

"""`convert`: a network as a spec that a person might have written, which gives the same numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cnncalc.converting.arguments import Expression
from cnncalc.converting.blocks import find_blocks
from cnncalc.converting.names import choose_names, local_names
from cnncalc.converting.order import sort_by_branches
from cnncalc.converting.same import is_same
from cnncalc.converting.steps import steps_of
from cnncalc.converting.variables import find_variables
from cnncalc.errors import SpecError
from cnncalc.language.grammar import COMMON
from cnncalc.language.kinds import find_layer
from cnncalc.language.parts import NONE
from cnncalc.language.write import Written, claims, flow, write
from cnncalc.loading import loads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.converting.blocks import Block
    from cnncalc.converting.steps import Step
    from cnncalc.network import Network

_DEFAULTED = ("norm", "activation", "padding", "bias", "dtype")
"""The keys that may stand under `defaults:`."""


def convert(network: Network, *, flat: bool = False) -> str:
    """The text of a spec of the same network, with blocks for what recurs, repetitions and defaults.

    `flat` has a line for every layer. So has a network whose short form would not give the same numbers.
    """
    if flat:
        return write(network)
    text = _Writer(network).text()
    if not _gives(text, network, ordered=True):
        text = ""
    # In files of Keras the layers of branches stand among each other.
    other = _Writer(network, by_branches=True).text()
    if (not text or len(other) * _SHORTER < len(text)) and _gives(other, network, ordered=False):
        return other
    return text or write(network)


def in_blocks(network: Network) -> Network:
    """The same network with blocks for what recurs, where it comes of a model file, which has none."""
    if network.source is None or network.source.tree is None:
        return network
    text = convert(network)
    return loads(text, name=network.source.name)


_SHORTER = 1.3
"""What is so many times shorter is worth another order of the layers."""


def _gives(text: str, network: Network, *, ordered: bool) -> bool:
    """Whether a spec gives the same layers with the same numbers."""
    try:
        return is_same(loads(text), network, ordered=ordered)
    except SpecError:
        return False


class _Writer:
    """Writes one network."""

    def __init__(self, network: Network, *, by_branches: bool = False) -> None:
        self.network = network
        self.inputs = [node for node in network.nodes if node.layer is None]
        steps, place = steps_of(network)
        outputs = [place[index] for index in dict.fromkeys(network.outputs.values())]
        if by_branches:
            steps, now = sort_by_branches(steps, outputs)
            outputs = [now.get(index, index) for index in outputs]
        kept = {index for index in outputs if 0 <= index != len(steps) - 1}
        self.steps, self.blocks, moved = find_blocks(
            steps, kept, self.inputs[0].output.channels or 0
        )
        self.outputs = [moved.get(index, index) for index in outputs]
        self.args = {block.name: block.args for block in self.blocks}
        self.variables = find_variables(self.steps, [block.steps for block in self.blocks])
        self.defaults = _defaults([self.steps, *(block.steps for block in self.blocks)])

    def text(self) -> str:
        """The whole file."""
        network = self.network
        lines = ["cnncalc: 1", f"name: {flow(network.name)}"]
        if network.description:
            lines.append(f"description: {flow(network.description)}")
        if network.dialect:
            lines.append(f"dialect: {network.dialect}")
        if network.targets:
            lines.append(f"targets: {flow(list(network.targets))}")
        if [node.name for node in self.inputs] == ["input"]:
            lines.append(f"input: {flow(self.inputs[0].output.to_dict())}")
        else:
            lines += ["inputs:", *(f"  {n.name}: {flow(n.output.to_dict())}" for n in self.inputs)]
        if self.variables:
            lines.append(f"vars: {flow(self.variables)}")
        if self.defaults:
            lines += [
                "defaults:",
                *(f"  {kind}: {flow(keys)}" for kind, keys in self.defaults.items()),
            ]
        if self.blocks:
            lines += ["blocks:", *(line for block in self.blocks for line in self._block(block))]
        names = choose_names(
            self.steps, _find_needed(self.steps, self.outputs), [n.name for n in self.inputs]
        )
        lines += ["layers:", *self._items(self.steps, names, [node.name for node in self.inputs])]
        last = len(self.steps) - 1
        if self.outputs and self.outputs != [last]:
            given = [names[index] for index in self.outputs]
            lines.append(f"outputs: {flow(given if len(given) > 1 else given[0])}")
        called = {
            node: names[self.outputs[number]]
            for number, node in enumerate(dict.fromkeys(network.outputs.values()))
            if self.outputs[number] in names
        }
        return "\n".join([*lines, *claims(network, called)]) + "\n"

    def _block(self, block: Block) -> list[str]:
        args = flow({n: "required" if usual is None else usual for n, usual in block.args.items()})
        lines = [f"  {block.name}:", *([f"    args: {args}"] if block.args else []), "    layers:"]
        names = local_names(block.steps, _find_needed(block.steps, ()))
        return [*lines, *(f"    {line}" for line in self._items(block.steps, names, ["input"]))]

    def _items(self, steps: list[Step], names: dict[int, str], inputs: list[str]) -> list[str]:
        return [self._item(steps, at, names, inputs) for at in range(len(steps))]

    def _item(self, steps: list[Step], at: int, names: dict[int, str], inputs: list[str]) -> str:
        step = steps[at]
        keys: dict[str, Any] = {}
        if at in names:
            keys["name"] = names[at]
        first = at - 1 if at or len(inputs) == 1 else None
        called = [_reference(ref, at, names, inputs) for ref in step.refs]
        # What reads nothing has no operands to be told.
        if step.refs and (step.refs != [first] or step.kind == "reuse"):
            keys["from"] = called if len(called) != 1 else called[0]
        keys |= {name: _reference(ref, at, names, inputs) for name, ref in step.extra.items()}
        keys |= self._own(step)
        if keys.get("repeat") == 1:
            del keys["repeat"]
        return f"  - {_short(step, keys, called)}"

    def _own(self, step: Step) -> dict[str, Any]:
        """The keys of a step that its defaults do not give."""
        layer, _ = find_layer(step.kind)
        if layer is None:
            default = self.args.get(step.kind, {})
            return {
                name: value
                for name, value in step.keys.items()
                if default.get(name) is None or _differs(value, default[name])
            }
        given = self.defaults.get(step.kind, {})
        found = {}
        for name, value in step.keys.items():
            usual = (
                given[name]
                if name in given
                else layer.keys[name].default
                if name in layer.keys
                else None
            )
            # A window of one element has no padding, and half of it is none.
            if name == "padding" and (value, step.keys.get("kernel"), usual) == (
                "half",
                1,
                "valid",
            ):
                continue
            # Behind a norm there is no bias, unless it is asked for.
            asked = name == "bias" and "norm" in step.keys
            if (
                asked
                or name in ("trainable", "dtype")
                or name not in layer.keys
                or _differs(value, usual)
            ):
                if name in given and not _differs(value, given[name]):
                    continue
                found[name] = value
        found |= {
            name: Written(NONE)
            for name in ("norm", "activation")
            if name in given and name not in step.keys
        }
        order = [*layer.keys, *found]
        return dict(sorted(found.items(), key=lambda key: order.index(key[0])))


def _differs(value: Any, usual: Any) -> bool:
    return isinstance(value, Expression) or type(value) is not type(usual) or value != usual


def _reference(ref: int, at: int, names: dict[int, str], inputs: list[str]) -> str:
    if ref < 0:
        return inputs[-ref - 1]
    return names[ref] if ref in names else "prev" if ref == at - 1 else "?"


def _find_needed(steps: list[Step], outputs: Iterable[int]) -> set[int]:
    """The steps that are read by others than the next one, and so need a name."""
    last = len(steps) - 1
    found = {index for index in outputs if 0 <= index != last}
    if list(outputs) not in ([], [last]):
        found |= {index for index in outputs if index >= 0}
    for at, step in enumerate(steps):
        found |= {ref for ref in step.refs if 0 <= ref != at - 1}
        found |= {ref for ref in step.extra.values() if ref >= 0}
    return found


def _short(step: Step, keys: dict[str, Any], called: list[str]) -> str:
    """An item in its shortest form."""
    layer, _ = find_layer(step.kind)
    if not keys:
        return step.kind
    [only, *more] = keys
    if not more:
        if only == "from" and layer is not None and layer.operands[0] > 1:
            return f"{step.kind}: {flow(called)}"
        first = next(iter(layer.keys), "") if layer is not None else "" if only in COMMON else only
        plain = not isinstance(keys[only], (dict, list))
        if only == first and plain and not (layer is not None and layer.operands[0] > 1):
            return f"{step.kind}: {flow(keys[only])}"
    return f"{step.kind}: {flow(keys)}"


def _defaults(bodies: list[list[Step]]) -> dict[str, dict[str, Any]]:
    """For every kind the values that most of its items have."""
    by_kind: dict[str, list[Step]] = {}
    for body in bodies:
        for step in body:
            if find_layer(step.kind)[0] is not None and step.kind != "reuse":
                by_kind.setdefault(step.kind, []).append(step)
    found: dict[str, dict[str, Any]] = {}
    for kind, steps in by_kind.items():
        for name in _DEFAULTED:
            values = [step.keys[name] for step in steps if name in step.keys]
            if len(values) < 3 or any(isinstance(value, Expression) for value in values):
                continue
            counted = Counter(map(repr, values)).most_common(1)[0]
            usual = next(value for value in values if repr(value) == counted[0])
            role = name in ("norm", "activation")
            others = len(steps) - counted[1]
            if counted[1] > 2 + others and (role or len(values) == len(steps)):
                found.setdefault(kind, {})[name] = usual
    return found

"""What must hold of texts by another answer: the schema, the spec at other sizes, brute force."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from jsonschema import Draft7Validator

from cnncalc.dialects.base.dialect import asked_dialects
from cnncalc.errors import Diagnostic, Source, SpecError
from cnncalc.input_sizes.axes import Solved, solve_axes
from cnncalc.language.build import build
from cnncalc.language.compose import compose
from cnncalc.language.document import Document
from cnncalc.language.schema import schema as schema_of_specs
from cnncalc.language.tree import Mapping, Sequence
from cnncalc.network import Node
from tests.inputs.brute import disagreements
from tests.receptive_field import checks, drawing
from tests.receptive_field.test_oracle import CHECKS
from tools.fuzz.loading import VARIANTS, Loaded, load
from tools.fuzz.oracles import Fault, same

_DIALECT = re.compile(r"^dialect: .*\n", re.MULTILINE)
MOST_NODES, MOST_SIZE, UP_TO = 30, 64, 40


def dialects(loaded: Loaded, dice: Random) -> int:
    """Without a dialect, a spec has the numbers of all that take it, or is refused for the difference."""
    bare = _DIALECT.sub("", loaded.text)
    if "dialect" in bare:
        return 0
    open_ = load(bare)
    found = {name: load(f"dialect: {name}\n{bare}") for name in asked_dialects()}
    if any(one.findings and one.findings[0].code < "E1" for one in (open_, *found.values())):
        return 0
    for name, one in found.items():
        if open_.networks and one.networks:
            same(_told(open_), _told(one), f"without a dialect and with {name}")
        elif open_.networks and not all(map(_allowed(open_), one.findings)):
            finding = one.findings[0]
            raise Fault(f"{name} refuses it with {finding.code}", finding.message)
    if all(one.networks for one in found.values()):
        first, second = found.values()
        if _told(first) != _told(second):
            _documented(first, second)
            said = {finding.code for finding in open_.findings}
            # What is strict without a dialect is told before that the frameworks differ.
            if open_.networks or not said & {"E306", "E307"}:
                raise Fault("the frameworks differ, and it is not said")
        elif open_.findings and (finding := open_.findings[0]).code != "E306":
            # Without a dialect the operands of a merge have one shape: none of them is spread.
            raise Fault(
                f"the frameworks agree, and it is refused with {finding.code}", finding.message
            )
    return 1


def _allowed(open_: Loaded) -> Callable[[Diagnostic], bool]:
    """What a framework may say of a spec that another one takes: by its rules, or of what differs."""
    nodes = [node for built in open_.networks for node in built.network.nodes]
    differ = any(node.layer is not None and node.layer.is_disputed() for node in nodes)
    return lambda finding: finding.code == "E308" or (differ and finding.code[:2] == "E3")


def _documented(first: Loaded, second: Loaded) -> None:
    """The first node that differs is of a kind that may."""
    for one, other in zip(first.networks, second.networks, strict=True):
        for node, twin in zip(one.network.nodes, other.network.nodes, strict=False):
            if _numbers(node) != _numbers(twin):
                if node.layer is None or not node.layer.is_disputed():
                    raise Fault(
                        f"no difference of `{node.op}` is documented", f"{node!r}, {twin!r}"
                    )
                return


def _told(loaded: Loaded) -> list[Any]:
    return [_numbers(node) for built in loaded.networks for node in built.network.nodes]


def _numbers(node: Node) -> tuple[Any, ...]:
    facts = node.facts
    # Without a dialect an axis goes through a reshape if it does in every order of memory.
    windows = () if node.op == "reshape" else facts.windows
    return node.name, facts.output, facts.params, facts.buffer_count, facts.macs, windows


def schema(loaded: Loaded, dice: Random) -> int:
    """The schema for editors has nothing against a spec that loads."""
    if loaded.document is None or not _all_built(loaded.document):
        return 0
    root, _ = compose(Source("<fuzz>", loaded.text))
    for error in _validator().iter_errors(_plain(root)):
        raise Fault("the schema refuses it", f"{error.json_path}: {error.message[:300]}")
    return 1


def _all_built(document: Document) -> bool:
    """Whether all variants are accepted: what is wrong with one is told where it is built."""
    try:
        for name, model in document.models.items():
            for variant in model.variants[VARIANTS:]:
                build(document, name, variant=variant)
    except SpecError:
        return False
    return True


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(schema_of_specs())


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key.text: _plain(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.value


def sizes(loaded: Loaded, dice: Random) -> int:
    """At the sizes that `inputs` accepts a spec loads, at those beside them it does not."""
    built = loaded.first
    network = built.network
    largest = max((n for node in network.nodes for n in node.output.size), default=0)
    if loaded.document is None or len(network.nodes) > MOST_NODES or largest > MOST_SIZE:
        return 0
    axes, limit = solve_axes(network, UP_TO)
    count = 0
    for axis in axes:
        numbers = sorted({*_ends(axis, limit), *dice.sample(range(1, limit + 1), 3)})[:12]
        wrong = disagreements(loaded.document, network, axis, numbers, built.model)
        if wrong:
            told = f"{axis.axis} of {axis.inputs} ({axis.accepted}; {axis.kept}): {wrong}"
            raise Fault("`inputs` and the spec differ", told)
        count += len(numbers)
    return count


def _ends(axis: Solved, limit: int) -> list[int]:
    """The sizes where what is accepted begins or ends."""
    ends = [axis.accepted.start or 1, axis.kept.start or 1]
    ends += [end for run in (*axis.accepted.besides, *axis.kept.besides) for end in run]
    return [n for end in ends for n in (end - 1, end, end + 1) if 1 <= n <= limit]


def fields(loaded: Loaded, dice: Random) -> int:
    """What units of a drawn network see is what brute force says."""
    check, kinds, _ = dice.choice(CHECKS)
    net = drawing.draw(dice, dice.choice((1, 1, 2, 2, 3)), kinds)
    try:
        return check(net, checks.loaded(net), dice)
    except AssertionError as error:
        raise Fault(check.__name__, f"{error} of {json.dumps(net.spec())}") from error

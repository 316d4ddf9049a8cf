"""Replaying a call: stated as a spec, loaded, held against the answer of the framework."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import cnncalc

from . import keras, torch
from .cases import Answer, Case, Dims, cases
from .stating import Stated, Statement, Unstated

if TYPE_CHECKING:
    from collections.abc import Collection

TABLES: dict[str, dict[str, Statement]] = {"keras": keras.TABLE, "torch": torch.TABLE}


DISPUTED = ("E104", "E307")
"""Codes of what frameworks do differently, or number differently."""

MERGES = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")

UNDECIDED = {
    "Chunk": (*DISPUTED, "E304"),
    "Squeeze": (*DISPUTED, "E311"),
} | dict.fromkeys(MERGES, (*DISPUTED, "E306"))
"""Of a class what else is refused without a dialect: what but for one framework is a mistake.

PyTorch alone skips an axis that is too long to be left out, and makes a last part shorter; merges of different shapes spread them
where a framework is named that does.
"""


class Verdict(NamedTuple):
    """What became of a case: not stated for a `reason`, or stated and with no `complaint`."""

    case: Case
    reason: str = ""
    complaint: str = ""


@cache
def verdicts(framework: str, cls: str) -> tuple[Verdict, ...]:
    """Those of all cases of a class, each in the dialect of its framework."""
    return tuple(judge(case) for case in cases(framework)[cls])


def judge(case: Case) -> Verdict:
    """In the dialect of the framework the answer is its answer, a refusal its refusal."""
    try:
        stated = state(case)
    except Unstated as reason:
        return Verdict(case, reason=str(reason))
    spec = json.dumps(stated.spec(case.framework))
    found = refusals(case, spec) if refuses(case.answer) else differences(case, stated, spec)
    return Verdict(case, complaint=complaint(case, spec, found))


def judge_undecided(case: Case) -> str:
    """The complaint about an accepted call without a dialect.

    It gives the same numbers, or is refused because the frameworks differ, or number axes differently.
    """
    if case.answer is None or refuses(case.answer):
        return ""
    try:
        stated = state(case)
    except Unstated:
        return ""
    spec = json.dumps(stated.spec(None))
    return complaint(case, spec, differences(case, stated, spec, or_codes=UNDECIDED.get(case.cls, DISPUTED)))


def state(case: Case) -> Stated:
    """The call in our words; raises Unstated."""
    table = TABLES[case.framework]
    if case.cls not in table:
        raise Unstated("no kind of layer for it")
    return table[case.cls](case)


def complaint(case: Case, spec: str, found: list[str]) -> str:
    """What is wrong with a case, if anything: the call, the spec, what was expected and came."""
    return "\n    ".join([str(case), f"spec: {spec}", *found, ""]) if found else ""


def refuses(answer: Answer | None) -> bool:
    """An empty output counts as a refusal: whether PyTorch raises depends on the CPU kernel."""
    return answer is None or any(0 in shape for shape in answer.outputs)


def refusals(case: Case, spec: str) -> list[str]:
    """One line if the spec is accepted."""
    try:
        net = cnncalc.loads(spec)
    except cnncalc.SpecError:
        return []
    return [f"expected a refusal: {case.error or 'an empty output'}", f"got {net!r}"]


def differences(case: Case, stated: Stated, spec: str, or_codes: Collection[str] = ()) -> list[str]:
    """One line for each number that is not the framework's."""
    expected = case.answer
    assert expected is not None
    try:
        net = cnncalc.loads(spec)
    except cnncalc.SpecError as error:
        codes = {finding.code for finding in error.diagnostics}
        return [] if codes and codes <= set(or_codes) else [f"expected {expected}", f"got refusal: {error}"]
    outputs = [net.nodes[i].output for i in net.outputs.values()]
    shapes = [
        list(x.size) if x.form == "tensor" else stated.view.write(x.channels, x.size)
        for x in outputs
    ]
    # A single number is a vector of one.
    wanted = [stated.view.axes(shape) or [1] for shape in expected.outputs[: len(shapes)]]
    return [
        *(
            f"output: expected {want}, got {have}"
            for want, have in zip(wanted, shapes, strict=True)
            if not are_alike(want, have)
        ),
        *number("params", expected.params, net.params.value),
        *number("buffers", expected.buffers, net.buffers.value),
        *(number("macs", expected.macs, net.macs.value) if expected.macs is not None else ()),
    ]


def are_alike(want: Dims, have: Dims) -> bool:
    """Equal, but for axes that the framework leaves open."""
    return len(want) == len(have) and all(
        w in (None, h) for w, h in zip(want, have, strict=True)
    )


def number(name: str, want: int, have: int | None) -> list[str]:
    """The line about a number, if it is wrong."""
    return [] if want == have else [f"{name}: expected {want}, got {have}"]

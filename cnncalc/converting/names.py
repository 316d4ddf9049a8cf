"""What steps are called: by the names of their layers in the network, as far as these can be said."""

from __future__ import annotations

import re
from itertools import chain, count, takewhile
from typing import TYPE_CHECKING

from cnncalc.converting.arguments import says_something
from cnncalc.foreign import NAME
from cnncalc.language.kinds import find_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnncalc.converting.steps import Step

_LEGAL = re.compile(r"[^\W\d][\w-]*(?:\.[\w-]+)*").fullmatch
_COUNTED = re.compile(r"[a-z_]+?(?:[123]d)?_?\d+").fullmatch
_OPERATOR = re.compile(r"[A-Z][A-Za-z]{4,}(?:_\d+)?").fullmatch
"""The name of an operator: what a file calls layers that nobody has named."""
_TAKEN = ("prev", "input")


def name_of(step: Step) -> str:
    """The name of a layer, or what the names of all layers in a block begin with; empty if there is none."""
    if len(step.names) == 1:
        return _clear(step.names[0]) if _is_legal(step.names[0]) else ""
    parts = [name.split(".") for name in step.names]
    shared = _beginning(parts)
    if step.keys.get("repeat", 1) != 1 and shared and shared[-1].isdigit():
        shared = shared[:-1]
    if any(len(part) <= len(shared) for part in parts):
        shared = shared[:-1]
    name = ".".join(shared)
    return _clear(name) if _is_legal(name) else ""


def _clear(name: str) -> str:
    """A name that does not look as if it stood in a layer without a name."""
    return name.replace(".", "_") if _COUNTED(name.partition(".")[0]) else name


def _beginning(parts: list[list[str]]) -> list[str]:
    """What all of these begin with."""
    shared = parts[0]
    for part in parts[1:]:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(shared, part, strict=False))
        shared = [word for word, _ in same]
    return shared


def choose_names(
    steps: list[Step], needed: Iterable[int], taken: Iterable[str] = ()
) -> dict[int, str]:
    """A name for every step that needs one, and for those that somebody has named; all are different."""
    wanted = set(needed)
    used = {*_TAKEN, *taken}
    kinds = {step.kind for step in steps if step.kind[0].isupper()}
    found: dict[int, str] = {}
    # Those that are needed have the first choice.
    for at in sorted(range(len(steps)), key=lambda at: (at not in wanted, at)):
        name = name_of(steps[at])
        if name.partition(".")[0].rstrip("0123456789") in kinds:
            # A use without a name is called so: as its block, with a number.
            if at not in wanted:
                continue
            name = f"{name[0].lower()}{name[1:]}"
        if at not in wanted and (
            not name
            or (steps[at].kind not in kinds and _is_generated(name.rpartition(".")[2]))
            or _meets(name, used)
        ):
            continue
        name = name or steps[at].kind.lower()
        # With a number behind it a name would still stand in another one.
        plain = name.replace(".", "_") if _meets(name, used) else name
        name = free_name(plain, lambda name: _meets(name, used))
        used.add(name)
        found[at] = name
    return found


def free_name(plain: str, is_taken: Callable[[str], bool], joint: str = "_") -> str:
    """A name, with the first number from 2 on behind it that makes it free if it is not.

    >>> free_name("conv", {"conv", "conv_2"}.__contains__)
    'conv_3'
    """
    numbered = (f"{plain}{joint}{number}" for number in count(2))
    return next(name for name in chain([plain], numbered) if not is_taken(name))


def _is_generated(word: str) -> bool:
    return bool(_COUNTED(word) or _OPERATOR(word))


def _meets(name: str, used: set[str]) -> bool:
    """Whether a name is one of these, or stands inside one, or one inside of it."""
    return any(
        f"{other}.".startswith(f"{name}.") or f"{name}.".startswith(f"{other}.") for other in used
    )


def local_names(steps: list[Step], needed: Iterable[int]) -> dict[int, str]:
    """Names inside a block: the last part of what layers are called in its first use, or what they are for."""
    found: dict[int, str] = {}
    used = set(_TAKEN)
    for at in sorted(set(needed)):
        _, dot, last = steps[at].names[0].rpartition(".")
        own = len(steps[at].names) == 1 and (dot or not _NUMBERED(last)) and says_something(last)
        name = last if own else _part(steps, at)
        name = free_name(name, used.__contains__)
        used.add(name)
        found[at] = name
    return found


_NUMBERED = re.compile(r".*\d.*").fullmatch


def _part(steps: list[Step], at: int) -> str:
    """What a step of a block is for, if that can be seen; else its kind."""
    layer, _ = find_layer(steps[at].kind)
    hosts = layer is not None and layer.hosts
    if hosts and any(at in step.refs and step.kind == "add" for step in steps):
        return "shortcut" if steps[at].refs == [-1] else "main"
    return steps[at].kind.lower()


def _is_legal(name: str) -> bool:
    return bool(name) and len(name) <= NAME and _LEGAL(name) is not None and name not in _TAKEN

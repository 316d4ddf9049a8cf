"""What steps are called: by the names of their layers in the network, as far as these can be said."""

from __future__ import annotations

import re
from itertools import chain, count, takewhile
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnncalc.converting.steps import Step

_LEGAL = re.compile(r"[^\W\d][\w-]*(?:\.[\w-]+)*").fullmatch
_COUNTED = re.compile(r"[a-z_]+?(?:[123]d)?_?\d+").fullmatch
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
    found: dict[int, str] = {}
    # Those that are needed have the first choice.
    for at in sorted(range(len(steps)), key=lambda at: (at not in wanted, at)):
        name = name_of(steps[at])
        if at not in wanted and (
            not name or _COUNTED(name.rpartition(".")[2]) or _meets(name, used)
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


def _meets(name: str, used: set[str]) -> bool:
    """Whether a name is one of these, or stands inside one, or one inside of it."""
    return any(
        f"{other}.".startswith(f"{name}.") or f"{name}.".startswith(f"{other}.") for other in used
    )


def local_names(steps: list[Step], needed: Iterable[int]) -> dict[int, str]:
    """Names inside a block: the last part of what the layers are called in its first use."""
    found: dict[int, str] = {}
    used = set(_TAKEN)
    for at in sorted(set(needed)):
        last = steps[at].names[0].rpartition(".")[2]
        own = len(steps[at].names) == 1 and _is_legal(last)
        name = last if own else steps[at].kind.lower()
        name = free_name(name, used.__contains__)
        used.add(name)
        found[at] = name
    return found


def _is_legal(name: str) -> bool:
    return bool(name) and len(name) <= NAME and _LEGAL(name) is not None and name not in _TAKEN

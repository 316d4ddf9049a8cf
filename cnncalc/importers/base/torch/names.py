"""What the layers of an exported program are called: as their modules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.importers.base.torch.program import Call

_PLAIN = ("torch.nn.modules.", "torch.nn.")


def names_of(calls: Iterable[Call]) -> dict[int, str]:
    """By line the names: a call that is all that a module does is called as the module."""
    calls = list(calls)
    paths = {call.path for call in calls}
    inner = {path.rpartition(".")[0] for path in paths}
    does = Counter(call.path for call in calls)
    ways: dict[str, set[str]] = {}
    for call in calls:
        ways.setdefault(call.path, set()).add(call.op.rstrip("_"))
    found = {}
    for call in calls:
        op = call.op.rpartition(".")[2].strip("_")
        again = call.cls.startswith(_PLAIN) and len(ways[call.path]) == 1
        alone = does[call.path] == 1 or again
        if call.path and alone and call.path not in inner:
            found[call.line] = call.path
        else:
            found[call.line] = f"{call.path}.{op}" if call.path else op
    return found

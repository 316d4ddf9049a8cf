"""Which calls of a program matter, and which of them write into what others read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.torch.operators import VIEWS
from cnncalc.importers.base.torch.program import references

if TYPE_CHECKING:
    from cnncalc.importers.base.torch.program import Program


def plan_calls(program: Program) -> dict[int, str]:
    """The calls on which an output depends, by their lines, and the value that each writes into, or "".

    A call writes into a value if it works in place on a view of it which is not what is read later.
    """
    aliases = program.aliases
    roots = _roots(program)
    wanted = {aliases.get(name, name) for name in program.outputs}
    found: dict[int, str] = {}
    written = ""
    for call in reversed(program.calls):
        root = roots.get(call.line, "")
        # x[1:] += y is a sum in place, and a copy of it into the place where it is.
        writes = root in wanted and written not in call.outputs
        if not writes and wanted.isdisjoint(call.outputs):
            continue
        found[call.line] = root if writes else ""
        if writes:
            written = (references(call.args.get("src")) or [""])[0]
        names = (name for value in call.args.values() for name in references(value))
        wanted.update(aliases.get(name, name) for name in names)
    return found


def _roots(program: Program) -> dict[int, str]:
    """By line what a call that works in place works on a part of."""
    aliases = program.aliases
    views: dict[str, str] = {}
    found = {}
    for call in program.calls:
        op = call.op.rpartition(".")[2]
        own = [aliases.get(name, name) for name in references(call.args.get("self"))]
        if op in VIEWS and own:
            views.update(dict.fromkeys(call.outputs, views.get(own[0], own[0])))
        elif op.endswith("_") and not op.endswith("__") and own and own[0] in views:
            found[call.line] = views[own[0]]
    return found

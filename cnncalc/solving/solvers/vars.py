"""The variables of a spec by what the network may cost."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.kinds import Several
from cnncalc.diff import words
from cnncalc.errors import Diagnostic, UsageError
from cnncalc.language import given
from cnncalc.layers.base.key_types import TEXT, Bad
from cnncalc.layers.base.keys import key
from cnncalc.quantity import share
from cnncalc.solving.search.builds import Builds
from cnncalc.solving.search.goals import Goal, amount, known_metric
from cnncalc.solving.search.search import search
from cnncalc.solving.solver import Answer, Solver, report_unsolved
from cnncalc.sweeping.grids import Grid, grid
from cnncalc.sweeping.variants import Variants
from cnncalc.tables.table import Column

if TYPE_CHECKING:
    from cnncalc.solving.search.builds import Refused
    from cnncalc.solving.search.search import Found

_TOLD = 3
"""So many refused settings are told in tables; JSON has all."""


class Pairs(Several):
    """NAME=VALUE, several times; or a mapping."""

    noun = "NAME=VALUE"
    metavar = "NAME=VALUE"

    def parse(self, value: Any) -> dict[str, Any]:
        """The values by their names, in their order.

        Raises Bad for a text without a name or a value, and for a name given twice.
        """
        if isinstance(value, dict):
            return {str(name): item for name, item in value.items()}
        found: dict[str, Any] = {}
        for text in [value] if isinstance(value, str) else value:
            name, mark, rest = str(text).partition("=")
            if not mark or not name.strip():
                raise Bad(f"takes NAME=VALUE, got {text}")
            if name.strip() in found:
                raise Bad(f"is given twice for `{name.strip()}`")
            found[name.strip()] = rest.strip()
        return found


class Settings(Several):
    """What --set takes; or a mapping."""

    metavar = "NAME=VALUE"

    def parse(self, value: Any) -> dict[str, Any]:
        """The values, read as in YAML; raises UsageError."""
        if isinstance(value, dict):
            return value
        return given.settings([value] if isinstance(value, str) else value)


class Input(Several):
    """What --size and --channels take; or what `load` takes for them."""

    def __init__(self, option: str) -> None:
        """`option` is `size` or `channels`."""
        self.metavar = "[INPUT=]H,W" if option == "size" else "[INPUT=]C"
        self._read = given.sizes if option == "size" else given.counts

    def parse(self, value: Any) -> Any:
        """Texts are read as those of the options; raises UsageError."""
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if isinstance(value, list) and not texts:
            return tuple(value)
        return self._read(value) if texts else value


class Vars(Solver):
    """The values of a spec's variables with which it fits a budget best, or is nearest to a target.

    `--var w=0.25:2:0.05` are the values from 0.25 to 2 in steps of 0.05, `--var act=relu,silu` these
    two. A budget is an upper bound; of the settings within all budgets that one is told whose first
    budget's number is largest, or with --target whose number is nearest, and of equals the first.
    Numbers are params, trainable, buffers, macs, flops, memory, memory.weights, memory.peak,
    memory.training, receptive_field (along its longest axis), depth and layers.

    Up to 10,000 settings are all built, those that the spec refuses left out. One variable with
    more than 32 values is searched by bisection, which takes for granted that each number only
    rises or only falls with it: nine places in even distances, all that the search touches and the
    neighbours of the result are built, and if one of them is out of order or refused, every setting is.
    """

    examples = (
        "vars zoo:mobilenet_v2 --var w=0.25:2:0.05 --budget params=3M --budget macs=300M",
        "vars zoo:mobilenet_v2 --var w=0.25:2:0.05 --target macs=300M",
    )

    spec: str = key(TEXT, help="a YAML spec, zoo:NAME, or - for stdin; SPEC::MODEL names a model")
    var: Any = key(Pairs(), help="a variable and its values: start:stop:step, or a,b,c")
    budget: Any = key(Pairs(), None, help="a number that may not be exceeded: params=1M")
    target: Any = key(Pairs(), None, help="a number to be near to: macs=300M")
    maximise: str | None = key(
        TEXT, None, help="the number to maximise (default: that of the first budget)"
    )
    set_: Any = key(Settings(), None, help="sets another variable")
    size: Any = key(Input("size"), None, help="another input size")
    channels: Any = key(Input("channels"), None, help="other input channels")

    def solve(self) -> Answer:
        """The best setting and its numbers; how it was found; raises Bad without a variable."""
        goal = self._goal()
        grids = {name: _grid(name, values) for name, values in self.var.items()}
        if not grids:
            raise Bad("names no variable", at=("var",))
        document, model = given.document(self.spec)
        builds = Builds(Variants(document, model, goal.metrics, fixed=self.__dict__["set"], size=self.size,
                                 channels=self.channels))  # fmt: skip
        found = search(builds, grids, goal)
        also: dict[str, Any] = {
            "search": {"by": found.by, "settings": found.settings, "builds": found.builds},
            "refused": [{"settings": one.settings, "reason": one.reason} for one in found.refused],
        }
        if found.best is None:
            return Answer(
                [], _COLUMNS, missing=_missing(found, goal), also=also, rows_are="metrics"
            )
        solution = {"settings": found.best.settings, **found.best.totals}
        use = self._use(found.best.settings)
        return Answer(
            [solution],
            _COLUMNS,
            "\n".join([*_notes(found, list(grids)), use]),
            also={"solutions": [solution], "use": use, **also},
            rows=[_row(name, found.best.totals[name], goal) for name in goal.metrics],
            rows_are="metrics",
        )

    def _goal(self) -> Goal:
        """What is asked for; raises Bad."""
        budgets = {_metric("budget", name): _amount("budget", name, value)
                   for name, value in (self.budget or {}).items()}  # fmt: skip
        targets = [(_metric("target", name), _amount("target", name, value))
                   for name, value in (self.target or {}).items()]  # fmt: skip
        if len(targets) > 1:
            raise Bad("takes one number", "the others may be a --budget", at=("target",))
        if targets and self.maximise:
            raise Bad("and --maximise exclude each other", at=("target",))
        maximise = _metric("maximise", self.maximise) if self.maximise else next(iter(budgets), "")
        if not targets and not budgets:
            raise UsageError("vars needs a --budget or a --target",
                             "--budget params=1M, or --target macs=300M")  # fmt: skip
        return Goal(budgets, "" if targets else maximise, targets[0] if targets else None)

    def _use(self, settings: dict[str, Any]) -> str:
        """The command that shows the network."""
        pairs = {**(self.__dict__["set"] or {}), **settings}
        parts = ["cnncalc", "summary", self.spec]
        parts += [
            part
            for name, value in pairs.items()
            for part in ("--set", f"{name}={words.plain(value)}")
        ]
        return " ".join(map(shlex.quote, parts)) + _options("size", self.size) + _options(
            "channels", self.channels)  # fmt: skip


def _options(name: str, value: Any) -> str:
    """`--size 224,224` again, by input where it was so."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "".join(_options(name, f"{one}={_join(item)}") for one, item in value.items())
    return f" --{name} {shlex.quote(_join(value))}"


def _join(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _grid(name: str, values: Any) -> Grid:
    try:
        return grid(values)
    except Bad as bad:
        raise Bad(f"{name}={_join(values)} {bad.message}", bad.help, at=("var",)) from None


def _metric(key: str, name: str) -> str:
    try:
        return known_metric(name)
    except Bad as bad:
        raise bad.inside(key) from None


def _amount(key: str, name: str, value: Any) -> int:
    try:
        return amount(name, value)
    except Bad as bad:
        raise bad.inside(key) from None


def _row(name: str, number: int, goal: Goal) -> dict[str, Any]:
    """A number beside what is wanted of it."""
    budget = goal.budgets.get(name)
    target = goal.target[1] if goal.target and goal.target[0] == name else None
    used = "" if budget is None else f"{share(number, budget)} %" if budget else "–"
    off = "" if target is None else words.change(name, target, number) or "exact"
    return {
        "metric": name,
        "value": number,
        "budget": budget,
        "used": used,
        "target": target,
        "off": off,
    }


def _show_number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


_COLUMNS = (
    Column("metric", "", words.name),
    Column("value", "value", _show_number, right=True),
    Column("budget", "budget", _show_number, right=True),
    Column("used", "used", data=False, right=True),
    Column("target", "target", _show_number, right=True),
    Column("off", "off by", data=False, right=True),
)


def _notes(found: Found, names: list[str]) -> list[str]:
    """How it was found, and what was left out."""
    if found.by == "bisection":
        granted = f"which takes for granted that numbers only rise or only fall with {names[0]}"
        built = f"{found.builds:,} of {found.settings:,} settings built"
        lines = [f"by bisection, {granted}: {built}, none out of order"]
    else:
        why = f", no bisection, for {found.why}" if found.why else ""
        lines = [f"all {found.settings:,} settings built{why}"]
    if found.refused:
        lines.append(_describe_left_out(found.refused))
    return lines


def _describe_left_out(refused: list[Refused]) -> str:
    told = [f"{_write_settings(one.settings)} ({one.reason})" for one in refused[:_TOLD]]
    more = f" and {len(refused) - _TOLD:,} more" if len(refused) > _TOLD else ""
    return f"left out: {', '.join(told)}{more}"


def _missing(found: Found, goal: Goal) -> Diagnostic:
    """That nothing is in the budget, and what is nearest to it."""
    help = ""
    if found.closest is not None:
        totals = found.closest.totals
        told = [
            f"{words.name(name)} {totals[name]:,} ({'above' if totals[name] > most else 'within'} {most:,})"
            for name, most in goal.budgets.items()
        ]
        help = f"nearest is {_write_settings(found.closest.settings)}: {', '.join(told)}"
    return report_unsolved(f"none of {found.settings:,} settings is within the budget", help)


def _write_settings(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name}={words.plain(value)}" for name, value in settings.items())

"""The working of what other tools count for a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.counters.base.engine import counter, counters, differences, innermost, list_calls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from cnncalc.calculator.derivations.tracing import Traced
    from cnncalc.counters.base.engine import Call, Count
    from cnncalc.network import Network
    from cnncalc.working.steps import Plain


class Counted:
    """A network as one tool meets it, or all of them."""

    def __init__(self, network: Network, convention: str, batch: int) -> None:
        """Raises UsageError for an unknown convention."""
        names = counters() if convention == "all" else [convention]
        self.tools = {name.replace("_", "-"): counter(name) for name in names}
        self.calls = list_calls(network)
        self.batch = batch

    @property
    def titles(self) -> list[str]:
        """The names of the steps with the numbers of the tools."""
        return [
            _title(name, module, count)
            for name, module in self.tools.items()
            for count in module.COUNTS
        ]

    def derive(self, w: Plain, index: int, found: Traced, macs: Any) -> None:
        """Each number of each tool; `macs` are those of one example."""
        seen = self.calls[index]
        if seen is None:
            return
        layer = innermost(found.layer)
        call = seen._replace(layer=layer, facts=found.facts, inputs=tuple(found.inputs))
        number = iter(range(1, 1000))
        for name, module in self.tools.items():
            times = (
                w.add_given("B", self.batch, "examples")
                if module.BATCHED and self.batch != 1
                else 1
            )
            for count in module.COUNTS:
                _derive(
                    w,
                    _title(name, module, count),
                    call,
                    count,
                    macs * times if macs else macs,
                    times,
                    number,
                )


def _title(name: str, module: ModuleType, count: Count) -> str:
    return name if len(module.COUNTS) == 1 else f"{name} {count.word}"


def _derive(
    w: Plain, title: str, call: Call, count: Count, macs: Any, times: Any, number: Iterator[int]
) -> None:
    """A step for each cause for which a tool counts otherwise, and their sum with the MACs."""
    found = differences(call, count)
    if found is None or macs is None:
        w.say(title, "unknown", "", "?", note="the tool fails here, or it is not known")
        return
    total = count.factor * macs
    for place, amount in found.items():
        if amount:
            reason = f"{title}: {count.differences[place].reason}"
            name = f"d_{next(number)}"
            total += w.let(name, amount, note=reason, kept=True, named=False) * times
    if total:
        w.let(title, total, kept=True, named=False)
    else:
        w.say(title, "", "", 0)

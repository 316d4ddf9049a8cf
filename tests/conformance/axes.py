"""Functions of axes as both frameworks have them: what is reduced, moved, added or repeated."""

from __future__ import annotations

from typing import Any

from .cases import Case, Dims
from .stating import NAMES, Entry, Stated, Statement, View, layer


def table(view: View) -> dict[str, Statement]:
    """The statements of a framework that keeps the channels where `view` says."""

    def on(case: Case, kind: str, **keys: Any) -> Stated:
        """The one layer, on the inputs of the call."""
        inputs = tuple(operand(view, shape) for shape in case.shapes)
        if len(inputs) > 1:
            keys["from"] = list(NAMES[: len(inputs)])
        return Stated(inputs, [layer(kind, keys)], view)

    def reduction(kind: str) -> Statement:
        return lambda case: on(
            case, kind, axis=axes(view, case, case.args["axis"]), keep=case.args["keep"]
        )

    def along(kind: str, *keys: str) -> Statement:
        return lambda case: on(
            case,
            kind,
            axis=axes(view, case, case.args["axis"]),
            **{key: case.args[key] for key in keys},
        )

    def inserting(kind: str) -> Statement:
        # A new axis has its name from the output: numbers only.
        return lambda case: on(case, kind, axis=case.args["axis"])

    def narrow(case: Case) -> Stated:
        start, length = case.args["start"], case.args["length"]
        word = axes(view, case, case.args["axis"])
        return on(case, "slice", axis=word, range=[start, start + length])

    def parts(key: str) -> Statement:
        def state(case: Case) -> Stated:
            axis = axes(view, case, case.args["axis"])
            stated = on(case, "split", axis=axis, name="s", **{key: case.args[key]})
            made = len(case.answer.outputs) if case.answer else 0
            return stated._replace(outputs=tuple(f"s.{i}" for i in range(made)))

        return state

    return {
        "Abs": lambda case: on(case, "abs"),
        "Chunk": parts("parts"),
        "Gather": along("gather", "indices"),
        "Max": reduction("max"),
        "Mean": reduction("mean"),
        "Min": reduction("min"),
        "Narrow": narrow,
        "Split": parts("sizes"),
        "Squeeze": along("squeeze"),
        "Stack": inserting("stack"),
        "Sum": reduction("sum"),
        "Tile": along("tile", "times"),
        "Unsqueeze": inserting("unsqueeze"),
    }


MOST_OF_MAP = 5
"""The axes of a map, channels included; more are those of a general tensor."""


def operand(view: View, shape: Dims) -> Entry:
    """A map as long as it can be one."""
    axes = view.axes(shape)
    return view.read(shape) if len(axes) <= MOST_OF_MAP else {"shape": axes}


def axes(view: View, case: Case, given: Any) -> Any:
    """Axes that count from the front by our names, those that count from the end as they are."""
    rank = len(case.shapes[0]) - 1
    if isinstance(given, list):
        return [axes(view, case, axis) for axis in given]
    if given == 0 or not 1 < rank <= MOST_OF_MAP or not 0 < given <= rank:
        return given
    return view.name(given - 1, rank)

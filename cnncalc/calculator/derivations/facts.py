"""The numbers of a layer, each with the formula by which the layer itself computes it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import CUTS, same_total, tell_mode
from cnncalc.arithmetic.windows import SLIDING, AdaptiveWindow, TransposedWindow
from cnncalc.layers.base.layer import Facts, count
from cnncalc.working.traced import expression
from cnncalc.working.writing import Names, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.arithmetic.windows import Sliding
    from cnncalc.calculator.derivations.tracing import Traced
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Node
    from cnncalc.working.steps import Plain


def derive_shape(
    w: Plain, found: Traced, *, sizes_alone: bool = False, sides: bool = False
) -> Shape:
    """The output: the padding that a word stands for, the extent of the window, the size.

    Gives the output with symbols for its channels and sizes; `sizes_alone` tells no channels, and
    `sides` the padding of both sides even where it was given.
    """
    facts = found.facts
    if not found.inputs:
        say_shape(w, facts.output)
        return facts.output
    x = found.inputs[0]
    sizes: list[Any] = list(facts.output.size)
    for axis, window in enumerate(facts.windows):
        if axis < len(sizes) and axis < x.rank and len(facts.windows) == x.rank == len(sizes):
            place = f"_{found.axes[axis]}" if found.axes else ""
            sizes[axis] = _derive_axis(w, window, x.size[axis], sizes[axis], place, sides=sides)
            if not found.axes:
                sizes = [sizes[axis]] * len(sizes)
                break
    else:
        sizes = [w.let(f"O{_place(found, axis, sizes)}", n) for axis, n in enumerate(sizes)]
    channels = w.let("C_out", facts.output.channels)
    output = facts.output._replace(channels=channels, size=tuple(sizes))
    if not sizes_alone:
        say_shape(w, output)
    return output


def _place(found: Traced, axis: int, sizes: Sequence[Any]) -> str:
    if len(sizes) == len(found.axes):
        return f"_{found.axes[axis]}"
    alike = not found.axes and len(set(map(int, sizes))) == 1
    return "" if len(sizes) == 1 or alike else f"_{axis + 1}"


def _derive_axis(w: Plain, window: Any, n: Any, size: Any, place: str, *, sides: bool) -> Any:
    """One axis of a window that slides or is spread."""
    if isinstance(window, (*SLIDING, TransposedWindow)):
        derive_padding(w, window, n, place, sides=sides)
        if window.dilation != 1 and window.extent != 1:
            w.let(f"E{place}", window.extent, note="the extent of the kernel with its dilation")
    given = isinstance(window, AdaptiveWindow)
    return w.let(f"O{place}", size, note=_note(window, n), kept=given)


_ROUNDED = {
    "ceil": "rounded up; a last window that would start beyond the input is left out",
    "full": "rounded up",
    "starting": "every window that starts in the input",
}
"""What is said of windows that are not counted as usual."""


def _note(window: Any, n: Any) -> str:
    if isinstance(window, SLIDING) and window.rounding in _ROUNDED:
        return _ROUNDED[window.rounding]
    return (
        f"window u reads ⌊u·I/O⌋ to ⌈(u+1)·I/O⌉ of {n}"
        if isinstance(window, AdaptiveWindow)
        else ""
    )


def derive_padding(
    w: Plain,
    window: Sliding | TransposedWindow,
    n: Any,
    place: str = "",
    *,
    sides: bool = False,
) -> None:
    """The elements before and after that the mode comes to; where they are given, with `sides`."""
    before, after = window.padding
    told = (
        tell_mode(window.rule, int(before), int(after))
        if isinstance(window, SLIDING)
        else CUTS.get(window.rule, "")
    )
    if window.rule in ("explicit", "valid", ""):
        if sides:
            w.let(f"P_start{place}", before, note=told, kept=True)
            w.let(f"P_end{place}", after, kept=True)
        return
    note = told
    if isinstance(window, SLIDING) and window.rule.startswith("same"):
        w.let(f"P{place}", same_total(n, window.kernel, window.stride, window.dilation), note=note)
        note = ""
    w.let(f"P_start{place}", before, note=note)
    w.let(f"P_end{place}", after)


def derive_unread(w: Plain, found: Traced) -> list[int]:
    """How many elements at the end of each axis no window reads."""
    dropped = []
    sizes = found.inputs[0].size if found.inputs else ()
    for axis, (window, n) in enumerate(zip(found.facts.windows, sizes, strict=False)):
        if isinstance(window, SLIDING):
            place = f"_{found.axes[axis]}" if found.axes else ""
            left = window.count_dropped(n)
            if left and (axis == 0 or found.axes):
                w.let(f"dropped{place}", left, note="elements at the end that no window reads")
            dropped.append(int(left))
    return dropped


def say_shape(w: Plain, x: Shape) -> None:
    """A line with the output in symbols and in numbers."""
    if w.wanted:
        parts = [*([] if x.form else [x.channels]), *x.size]
        names = "×".join(write(expression(n), Names({}, 0)) for n in parts)
        numbers = str(x._replace(channels=int(x.channels), size=tuple(map(int, x.size)), copies=1))
        text = numbers if x.copies == 1 else f"{int(x.copies)} × ({numbers})"
        w.say("output", names, "", text)


def derive_params(w: Plain, found: Traced) -> Any:
    """The parameters: each tensor of weights, then their sum; the gates of a recurrent layer."""
    facts = found.facts
    if facts.weights is None:
        w.say("params", "unknown", "", "?")
        return None
    gates = getattr(found.layer, "gate_names", ())
    if len(gates) > 1:
        _derive_gates(w, found, gates)
    if not facts.weights:
        return _none(w, "params", "nothing is learnt")
    return _let(w, "params", count(_tensors(w, facts.weights)))


def derive_trainable(w: Plain, node: Node, params: Any) -> None:
    """Those of the parameters that training changes: all, or none where the layer is frozen."""
    if params:
        frozen = "" if node.trainable else "the layer is frozen"
        _let(w, "trainable", params if node.trainable else 0, note=frozen)
    else:
        w.say("trainable", "", "", "?" if params is None else 0)


def _tensors(w: Plain, tensors: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[Any, ...]]:
    """A step for the elements of each tensor; gives them under their names, as vectors."""
    return {
        name: (_let(w, label(name), prod(shape), note=_shape_of(shape)),)
        for name, shape in tensors.items()
    }


def label(tensor: str) -> str:
    """What a tensor of weights is called in a working, where `output` is the shape of the layer's."""
    return "output projection" if tensor == "output" else tensor


def _derive_gates(w: Plain, found: Traced, gates: tuple[str, ...]) -> None:
    """What one gate has: the same layer with a single gate, once for each by its name."""
    weights = found.of_one_gate()
    for gate in gates:
        total = sum(map(prod, weights.values()))
        w.let(f"{gate} gate", total, note=f"{' + '.join(weights)} of one gate", named=False)


def _shape_of(shape: tuple[int, ...]) -> str:
    return "×".join(str(int(n)) for n in shape) if len(shape) > 1 else ""


def derive_buffers(w: Plain, found: Traced) -> Any:
    """What is stored without being learnt."""
    buffers = found.facts.buffers
    if not buffers:
        return 0
    return _let(w, "buffers", count(_tensors(w, buffers)))


def derive_macs(w: Plain, found: Traced) -> Any:
    """The multiply-accumulates of one example."""
    if found.facts.macs is None:
        w.say("MACs", "unknown", "", "?")
        return None
    if not found.facts.macs:
        return _none(w, "MACs", "no multiply-adds of weights")
    for name, part in (found.mac_parts() if w.wanted else {}).items():
        w.let(f"MACs_{name}", part, kept=True)
    return w.let("MACs", found.facts.macs, kept=True)


def derive_flops(w: Plain, found: Traced, macs: Any) -> Any:
    """The floating-point operations: two for each of the `macs`, and the other work by its kind."""
    facts = found.facts
    if facts.flops is None:
        w.say("FLOPs", "unknown", "", "?")
        return None
    work = {kind: _let(w, kind, number) for kind, number in (facts.work or {}).items()}
    return _let(w, "FLOPs", Facts(facts.output, macs=macs, work=work).flops)


def _none(w: Plain, name: str, why: str) -> int:
    w.say(name, "", "", 0, note=why)
    return 0


def _let(w: Plain, name: str, value: Any, *, note: str = "") -> Any:
    """A step, also for what is a symbol already or a number without a formula."""
    return w.let(name, value, note=note, kept=True, named=False)

"""The bytes of a layer: its weights, what it writes, all that is alive then, what training keeps."""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

from cnncalc.calculator.derivations.facts import derive_buffers, derive_params, label
from cnncalc.cost.liveness import alive_during
from cnncalc.cost.memory import is_bias, stored_bytes, tensor_bytes
from cnncalc.cost.training import find_saved, unfold
from cnncalc.layers.base.key_types import BITS
from cnncalc.working.expressions import LONG
from cnncalc.working.traced import rename, total

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cnncalc.calculator.derivations.tracing import Traced
    from cnncalc.cost.memory import Memory
    from cnncalc.cost.training import Saved
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Node
    from cnncalc.working.steps import Plain

_KEPT = {
    "output": "its output, which the backward pass reads",
    "mask": "a byte for each element",
    "indices": "8 bytes for each element: where it came from",
    "statistics": "mean and deviation of each channel, 4 bytes each",
    "states": "4 bytes for each number within the layer",
}
"""What training keeps of a layer, in words."""


def _bits(dtype: str) -> str:
    """`fp32: 32 bits each`."""
    return f"{dtype}: {BITS[dtype]} bits each"


class Stored:
    """The memory of a network, told layer by layer."""

    def __init__(self, memory: Memory, *, training: bool = False, counted: bool = False) -> None:
        """`training` tells what is kept for the backward pass as well.

        If the elements of weights and buffers are `counted` before, they are not counted again.
        """
        self.counted = counted
        self.memory = memory
        self.training = training
        self.nodes = memory.network.nodes
        self.graph = memory.graph()

    @cached_property
    def saved_parts(self) -> list[Saved]:
        """What the backward pass needs of each layer."""
        return find_saved(unfold(self.memory))

    def derive_input(self, w: Plain, index: int) -> None:
        """What an input takes; it is in memory until its last reader has run."""
        output = self.nodes[index].output
        channels = output.channels if output.form else w.add_given("C", output.channels, "channels")
        size = tuple(w.add_given(f"I_{axis}", n, "size") for axis, n in enumerate(output.size, 1))
        self._write_output(w, index, output._replace(channels=channels, size=size))
        self._alive(w, index)

    def derive(self, w: Plain, index: int, found: Traced, output: Shape) -> None:
        """The numbers of the row of `memory` for a node, whose output has symbols."""
        self._store(w, index, found, output)
        size = self._write_output(w, index, output)
        self._alive(w, index)
        if self.training:
            self._save_parts(w, index, found, output, size)

    def _store(self, w: Plain, index: int, found: Traced, output: Shape) -> None:
        memory, dtype = self.memory, self.memory.weight_dtypes[index]
        if index in memory.folded:
            host = self.nodes[memory.folded[index]].name
            w.say("weights", "", "", 0, unit="B", note=f"folded into {host}")
            return
        if not self.counted:
            derive_params(w, found)
        if found.facts.params is None:
            w.say("weights", "", "", "?", unit="B", note="unknown")
        weights = memory.stored_weights(index, found.facts.weights, output)
        if weights and weights != found.facts.weights:
            w.let("bias", weights["bias"][0], kept=True, named=False,
                  note="of the norm that is folded into this layer")  # fmt: skip
        self._let_bytes(w, "weights", weights, dtype, memory.bias_type(index))
        if not self.counted:
            derive_buffers(w, found)
        self._let_bytes(w, "buffers in memory", found.facts.buffers, dtype)

    def _let_bytes(
        self,
        w: Plain,
        name: str,
        tensors: Mapping[str, tuple[Any, ...]] | None,
        dtype: str,
        bias_dtype: str = "",
    ) -> None:
        if tensors:
            named = {key: (rename(label(key), prod(shape)),) for key, shape in tensors.items()}
            apart = bias_dtype not in ("", dtype) and any(map(is_bias, tensors))
            note = _bits(dtype) + (f"; biases of {_bits(bias_dtype)}" if apart else "")
            w.let(name, stored_bytes(named, dtype, bias_dtype), unit="B", note=note)

    def _write_output(self, w: Plain, index: int, output: Shape) -> Any:
        """What the layer writes; gives the size of its output, also where it writes none."""
        memory = self.memory
        batch = memory.way.batch
        if _is_stored(self.nodes[index]):
            w.say("writes", "", "", 0, unit="B", note=f"nothing: {_STORED}")
            return 0
        elements = output.elements
        if batch != 1:
            elements = elements * w.add_given("B", batch, "examples")
        size = tensor_bytes(elements, memory.dtypes[index])
        if why := self._why_nothing(index):
            w.say("writes", "", "", 0, unit="B", note=f"nothing: {why}")
        else:
            w.let("writes", size, unit="B", note=_bits(memory.dtypes[index]), kept=True)
        return size

    def _why_nothing(self, index: int) -> str:
        """Why a layer writes nothing; empty if it writes its output."""
        over = self.memory.timeline.over
        if self.graph.steps[index].view:
            return _VIEW
        return (
            f"it writes over the output of {self.nodes[over[index]].name}" if index in over else ""
        )

    def _alive(self, w: Plain, index: int) -> None:
        """All that is in memory while the layer runs, tensor by tensor."""
        line = self.memory.timeline
        terms = [
            rename("writes", self.graph.size(i)) if i == index else self._output_bytes(w, i)
            for i in alive_during(self.graph, line, index)
        ]
        peak = "; this is the peak" if index == line.at else ""
        many = f", {len(terms)} tensors" if len(terms) > LONG else ""
        w.let("alive", total(terms), unit="B", kept=True,
              note=f"what is in memory while {self.nodes[index].name} runs{many}{peak}")  # fmt: skip

    def _output_bytes(self, w: Plain, index: int) -> Any:
        name = self.nodes[index].name
        return w.add_given(f"M_{name}", self.graph.size(index), f"bytes of the output of {name}")

    def _save_parts(self, w: Plain, index: int, found: Traced, output: Shape, size: Any) -> None:
        """What the backward pass needs of the layer, part by part."""
        layer = self.nodes[index].layer
        if layer is not None and layer.saves is None:
            w.say("kept", "", "", "?", unit="B", note="unknown")
            return
        batch = self.memory.way.batch
        examples = batch if batch == 1 else w.add_given("B", batch, "examples")
        kept = self.saved_parts[index]._replace(size=size)
        parts = kept.parts(output, found.facts.saved, examples)
        if not parts:
            w.say("kept", "", "", 0, unit="B", note="nothing that the backward pass needs")
            return
        told = {
            name: w.let(f"kept {name}", part, unit="B", note=_KEPT[name], kept=True, named=False)
            for name, part in parts.items()
        }
        w.let("kept", sum(told.values()), unit="B", kept=True)


def derive_intensity(w: Plain, memory: Memory, index: int, flops: Any) -> None:
    """The bytes that a layer moves, and how many FLOPs it has for each of them."""
    parts = memory.moved_parts(index)
    if parts is None:
        w.say("bytes moved", "", "", "?", unit="B", note="unknown")
        return
    if not parts:
        stored = _is_stored(memory.network.nodes[index])
        w.say("bytes moved", "", "", 0, unit="B", note=_STORED if stored else _VIEW)
        return
    told = {name: w.add_given(name, size, _MOVED[name]) for name, size in parts.items()}
    moved = w.let("bytes moved", sum(told.values()), unit="B", kept=True)
    if flops:
        w.let("FLOPs / B", flops / moved, named=False)


def _is_stored(node: Node) -> bool:
    """Whether what a node gives is a weight or a buffer itself."""
    return node.layer is not None and node.layer.storage == "stored"


_VIEW = "its output is its input, read otherwise"
_STORED = "its output is in memory already, as a weight or a buffer"
_MOVED = {"read": "bytes of what it reads", "learnt": "bytes of weights and buffers",
          "written": "bytes of its output"}  # fmt: skip

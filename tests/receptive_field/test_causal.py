"""Causal paths that end at the same step are aligned, though one looks further back than the other."""

import pytest

import cnncalc
from cnncalc.receptive_field.merges import ALIGNED, OFFSET, meetings
from cnncalc.receptive_field.size_free import views

HEAD = "dialect: torch\ninput: {channels: 2, size: [64]}\ndefaults: {conv: {filters: 2}}\nlayers:\n"


def meeting(*layers):
    network = cnncalc.loads(HEAD + "".join(f"- {layer}\n" for layer in layers))
    (found,) = meetings(network, views(network))
    return found.kind, found.pixels


@pytest.mark.parametrize(("layers", "kind", "pixels"), [
    # Both see nothing behind their own step: 3 steps and 9 steps of the past.
    (["conv: {kernel: 3, padding: causal, name: a}", "conv: {kernel: 3, padding: causal, dilation: 4, from: input, name: b}",
      "add: [a, b]"],                                                                              ALIGNED, 0),
    # A skip beside a causal stack: its own step, and 2 + 4 before it.
    (["conv: {kernel: 3, padding: causal}", "conv: {kernel: 3, padding: causal, dilation: 2}", "add: [prev, input]"],
                                                                                                   ALIGNED, 0),
    # Strides of 2 from the past: unit u ends at step 2u.
    (["conv: {kernel: 4, stride: 2, padding: [[3, 0]], name: a}", "conv: {kernel: 1, stride: 2, from: input, name: b}",
      "add: [a, b]"],                                                                              ALIGNED, 0),
    # Without padding: what is cropped at the beginning leaves the step at which the window ends.
    (["conv: {kernel: 3, name: a}", "crop: {amount: [[2, 0]], from: input, name: b}", "add: [a, b]"],   ALIGNED, 0),
    # Centred windows are as they were.
    (["conv: {kernel: 3, padding: 1, name: a}", "conv: {kernel: 5, padding: 2, from: input, name: b}", "add: [a, b]"],
                                                                                                   ALIGNED, 0),
    # One step ahead of the other.
    (["conv: {kernel: 3, padding: causal, name: a}", "conv: {kernel: 3, padding: 1, from: input, name: b}", "add: [a, b]"],
                                                                                                   OFFSET, 1),
    # Both end a step after their own, but neither is that step: two windows that are not centred on each other.
    (["conv: {kernel: 2, padding: [[0, 1]], name: a}", "conv: {kernel: 3, padding: 1, from: input, name: b}", "add: [a, b]"],
                                                                                                   OFFSET, 0.5),
])  # fmt: skip
def test_whether_operands_are_aligned(layers, kind, pixels):
    assert meeting(*layers) == (kind, pixels)

"""Layers that only change the shape: flatten, reshape, permute, repeat_vector."""

from itertools import permutations
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import SpecError, loads
from cnncalc.arithmetic.moving import Moved
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import BITS, NUMBER, Bad, Integer
from cnncalc.layers.base.reshaping import TARGET
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.base.shape_key import SHAPE
from cnncalc.layers.flatten import Flatten
from cnncalc.layers.permute import Permute
from cnncalc.layers.repeat_vector import RepeatVector
from cnncalc.layers.reshape import Reshape
from cnncalc.layers.slice import Slice

ALL = Everything()
sizes = st.lists(st.integers(1, 9), max_size=3).map(tuple)


@pytest.mark.parametrize(("layer", "x", "output", "windows"), [
    (Flatten(), Shape(512, (7, 7)), Shape(512 * 7 * 7), (ALL, ALL)),
    (Flatten(), Shape(3, (2, 4, 5)), Shape(3 * 2 * 4 * 5), (ALL, ALL, ALL)),
    (Flatten(), Shape(10), Shape(10), ()),
    (Flatten(), Shape(8, (3,), copies=9), Shape(8 * 3, copies=9), (ALL,)),
    (Reshape(to=Shape(128, (7, 7))), Shape(128 * 7 * 7), Shape(128, (7, 7)), ()),
    (Reshape(to=Shape(-1, (7, 7))), Shape(6272), Shape(6272 // 49, (7, 7)), ()),
    # a place of the row is one row and one column: 5·h + w
    (Reshape(to=Shape(8, (-1,))), Shape(8, (4, 5)), Shape(8, (4 * 5,)),
     (Regrouped((0,), (20,), ((5, 4, 1),), (0,)), Regrouped((0,), (20,), ((1, 5, 1),), (0,)))),
    (Reshape(to=Shape(2, (4, 5))), Shape(8, (1, 5)), Shape(2, (4, 5)), (Everything(4), Everything(5))),
    (Reshape(to=Shape(-1)), Shape(8, (4, 5)), Shape(8 * 4 * 5), (ALL, ALL)),
    (Reshape(to=Shape(8, (4, -1))), Shape(8, (4, 5)), Shape(8, (4, 5)), ()),
    (Reshape(to=Shape(-1)), Shape(8, (4,), copies=3), Shape(32, copies=3), (ALL,)),
    (Permute(axes=("h", "w", "c")), Shape(3, (5, 7)), Shape(5, (7, 3)), (ALL, Moved(0))),
    (Permute(axes=("c", "w", "h")), Shape(3, (5, 7)), Shape(3, (7, 5)), (Moved(1), Moved(0))),
    (Permute(axes=("w", "h", "c")), Shape(3, (5, 7)), Shape(7, (5, 3)), (Window(), Everything(3))),
    (Permute(axes=("l", "channels")), Shape(3, (5,)), Shape(5, (3,)), (Everything(3),)),
    (Permute(axes=("c", "d", "w", "h")), Shape(3, (2, 5, 7)), Shape(3, (2, 7, 5)), (Window(), Moved(2), Moved(1))),
    (Permute(axes=("c", "h", "w")), Shape(3, (5, 7)), Shape(3, (5, 7)), ()),
    (Permute(axes=("c",)), Shape(3, copies=2), Shape(3, copies=2), ()),
    (RepeatVector(times=5), Shape(16), Shape(16, (5,)), ()),
    (RepeatVector(times=1), Shape(16, copies=3), Shape(16, (1,), copies=3), ()),
])
def test_sizes_and_windows(layer, x, output, windows):
    facts = layer.apply(x)

    assert facts.output == output
    assert facts.windows == windows
    assert (facts.params, facts.buffer_count, facts.macs, facts.flops) == (0, 0, 0, 0)


@pytest.mark.parametrize(("layer", "x", "code", "message"), [
    (Reshape(to=Shape(3, (4, 4))), Shape(50), "E311", "50 numbers are not 48"),
    (Reshape(to=Shape(-1, (4, 4))), Shape(50), "E311", "50 numbers do not divide by 16"),
    (Permute(axes=("h", "w")), Shape(3, (5, 7)), "E302", "must name each of c, h, w once, got h, w"),
    (Permute(axes=("c", "h", "h")), Shape(3, (5, 7)), "E302", "must name each of c, h, w once, got c, h, h"),
    (Permute(axes=("c", "l")), Shape(3, (5, 7)), "E302", "no axis `l`: its axes are c h w"),
    (RepeatVector(times=5), Shape(3, (5, 7)), "E303", "repeat_vector needs a vector, got a map"),
    (Flatten(), Shape(1, (9,), form="tokens"), "E303", "flatten needs numbers, got token ids"),
])
def test_what_cannot_be_is_refused(layer, x, code, message):
    with pytest.raises(Refusal, match=message) as info:
        layer.apply(x)

    assert info.value.code == code
    assert info.value.help or code == "E302"


@given(st.integers(1, 9), sizes)
def test_a_shape_layer_keeps_every_number(channels, size):
    x = Shape(channels, size)
    flat = Flatten().apply(x).output

    assert flat.elements == x.elements
    assert Reshape(to=x._replace(channels=-1)).apply(flat).output == x


@pytest.mark.parametrize("names", ["cl", "chw", "cdhw"])
def test_the_inverse_permutation_restores_the_shape(names):
    x = Shape(2, (3, 5, 7)[: len(names) - 1])
    for axes in permutations(names):
        back = [names[axes.index(name)] for name in names]
        y = Permute(axes=axes).apply(x).output

        assert y.elements == prod((x.channels, *x.size))
        assert Permute(axes=tuple(back)).apply(y).output == x


@pytest.mark.parametrize(("value", "shape"), [
    ({"channels": -1, "size": [7, 7]}, Shape(-1, (7, 7))),
    ({"channels": 8, "size": [-1]}, Shape(8, (-1,))),
    ({"features": -1}, Shape(-1)),
    ({"features": 100}, Shape(100)),
])
def test_one_number_of_a_target_may_be_open(value, shape):
    assert TARGET.parse(value) == shape


@pytest.mark.parametrize(("value", "message"), [
    ({"channels": -1, "size": [-1, 7]}, "only one number open"),
    ({"channels": 0, "size": [7]}, "at least 1"),
    ({"features": -2}, "at least 1"),
    ({"features": True}, "whole number"),
    ({"tokens": 5}, "no `tokens`"),
    ([3, 4], "must be a shape"),
])
def test_a_malformed_target_is_refused(value, message):
    with pytest.raises(Bad, match=message):
        TARGET.parse(value)


def test_the_bits_of_a_type_are_in_its_name():
    assert {name: bits for name, bits in BITS.items() if not name.endswith(str(bits))} == {"bool": 8}


@pytest.mark.parametrize(("kind", "text"), [(NUMBER, "a number"), (Integer(0), "a whole number")])
def test_numbers_reach_to_the_limit_and_no_further(kind, text):
    assert kind.parse(2**53) == 2**53
    with pytest.raises(Bad, match="larger than 2\\^53"):
        kind.parse(2**53 + 1)
    if kind is NUMBER:
        assert kind.parse(-(2**53)) == -(2**53)


def test_a_tensor_has_fewer_elements_than_a_machine_can_count():
    """2⁶³ − 1 is what 64 bits with a sign hold: half of it more than 2⁶² is still a tensor."""
    spec = "input: {{channels: 1, size: [{0}, {1}]}}\nlayers: [relu]\n"

    assert loads(spec.format(2**31, 2**31 + 2**30)).nodes[1].output.elements == 2**62 + 2**61
    with pytest.raises(SpecError, match="E309"):
        loads(spec.format(2**32, 2**31 + 1))


def test_a_schema_of_a_shape_takes_one_form_alone():
    schema = SHAPE.schema()

    for word in ("features", "shape", "tokens"):
        assert schema["dependencies"][word] == {"maxProperties": 1}


def test_a_slice_that_ends_at_the_start_is_empty_and_one_from_the_end_is_not():
    assert Slice(channels=(0, -1)).apply(Shape(4, (5,))).output.channels == 3
    with pytest.raises(Refusal):
        Slice(channels=(0, 0)).apply(Shape(4, (5,)))

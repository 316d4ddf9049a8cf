"""Which layer is which: what counts for more where not everything can stay the same.

A network is written as its layers: `a:conv:3` is a conv called a with a key of 3, `x.r:relu` a relu in
the group x, and `x=Block` says of which block x is. A result is written as its pairs, `a-b`, what was
removed, `-a`, and what was added, `+b`; a group is named alone if all in it is.
"""

import pytest

from cnncalc.diff.align import align
from cnncalc.diff.snapshot import Row
from cnncalc.diff.tree import grow_trees


def tree(text):
    rows, labels = [], {}
    for word in text.split():
        if "=" in word:
            path, label = word.split("=")
            labels[path] = label
        else:
            name, op, *keys = word.split(":")
            keys = {f"k{place}": key for place, key in enumerate(keys)}
            rows.append(Row(name, op, keys, (), {}, {}, {}))
    return grow_trees(rows, labels)


def aligned(old, new):
    found = align(tree(old), tree(new))
    pairs = [f"{one.name}-{other.name}" for one, other in found.pairs]
    return " ".join([*pairs, *(f"-{item.path}" for item in found.removed), *(f"+{item.path}" for item in found.added)])


SIX = "x.a:conv:3 x.b:conv:5 x.c:relu x.d:tanh x.e:dense:1 x.f:flatten"


@pytest.mark.parametrize(("old", "new", "result"), [
    # A name that was given, and what a layer is, count for more than either.
    ("a:conv:3 b:conv:3 x:relu", "b:conv:3 y:tanh", "b-b -a -x +y"),
    # What it is counts for more than the name of something else,
    ("c:conv:3 x:relu", "c:dense:1 d:conv:3", "c-d -x +c"),
    # but two names count for more than one layer that is the same.
    ("a:conv:3 b:conv:5 x:relu", "a:conv:5 b:conv:7", "a-a b-b -x"),
    ("a:conv:3 b:conv:5 c:conv:7", "a:dense:1 b:dense:2 c:dense:3 d:conv:3", "a-a b-b c-c +d"),
    # Of several that are the same it is the first.
    ("max1:max:2 relu1:relu relu2:relu y:tanh", "avg1:avg:2 relu1:relu z:elu", "relu1-relu1 -max1 -relu2 -y +avg1 +z"),
    # A name stays with another kind,
    ("c:conv:3 x:relu", "c:dense:1 y:tanh", "c-c -x +y"),
    # and one that nobody gave does not.
    ("conv1:conv:3", "dense1:dense:1", "-conv1 +dense1"),
    # Of several of a kind it is the one with which most keys are the same.
    ("conv1:conv:3:1", "conv1:conv:5:2 conv2:conv:3:2", "conv1-conv2 +conv1"),
    ("conv1:conv:3:1", "conv1:conv:3:2 conv2:conv:5:2", "conv1-conv1 +conv2"),
    # What is repeated now was one repetition, rather than another layer of its kind.
    ("conv1:conv:3", "conv1:conv:7 conv2.0:conv:3 conv2.1:conv:3", "conv1-conv2.0 +conv1 +conv2.1"),
    ("conv2.0:conv:3 conv2.1:conv:3", "conv1:conv:7 conv2:conv:3", "conv2.0-conv2 -conv2.1 +conv1"),
])
def test_layers(old, new, result):
    assert aligned(old, new) == result


@pytest.mark.parametrize(("old", "new", "result"), [
    # Half of the layers are the same: the block was changed and renamed.
    ("x.a:conv:3 x.b:relu x.c:tanh x.d:flatten", "y.a:conv:3 y.b:relu y.c:dense:1 y.d:add", "x.a-y.a x.b-y.b x.c-y.c x.d-y.d"),
    # Fewer are: it was taken away, and another put in its place.
    ("x.a:conv:3 x.b:relu x.c:tanh x.d:flatten", "y.a:conv:3 y.b:elu y.c:dense:1 y.d:add", "-x +y"),
    # Of one block a fifth is enough,
    ("x=A x.a:conv:3 x.b:relu x.c:tanh x.d:flatten x.e:mul", "y=A y.a:conv:3 y.b:elu y.c:dense:1 y.d:add y.e:max",
     "x.a-y.a x.b-y.b x.c-y.c x.d-y.d x.e-y.e"),
    ("x=A x.a:conv:3 x.b:relu x.c:tanh x.d:flatten x.e:mul x.f:crop", "y=A y.a:conv:3 y.b:elu y.c:dense:1 y.d:add y.e:max y.f:pad", "-x +y"),
    # and nothing at all if it is called the same,
    ("A1=A A1.a:conv:3 A1.b:relu", "A1=A A1.c:dense:1 A1.d:add", "-A1.a -A1.b +A1.c +A1.d"),
    ("A1=A A1.a:conv:3 A1.b:relu", "B1=B B1.c:dense:1 B1.d:add", "-A1 +B1"),
    # or if somebody called it so.
    ("x=A x.a:conv:3 x.b:relu", "x=B x.c:dense:1 x.d:add", "-x.a -x.b +x.c +x.d"),
    # Of two that are as much alike it is that of the same block.
    ("x=A x.a:conv:3 x.b:relu", "y=B y.a:conv:3 y.b:elu z=A z.a:conv:3 z.b:tanh", "x.a-z.a x.b-z.b +y"),
    ("x=A x.a:conv:3 x.b:relu", "y=A y.a:conv:3 y.b:elu z=B z.a:conv:3 z.b:tanh", "x.a-y.a x.b-y.b +z"),
])
def test_groups(old, new, result):
    assert aligned(old, new) == result


@pytest.mark.parametrize(("old", "new", "result"), [
    # Four of five kinds are the same, though no layer is: one block that was changed,
    ("A1=A A1.conv1:conv:1 A1.conv2:conv:2 A1.dense1:dense:1 A1.dense2:dense:2 A1.relu1:relu",
     "B1=B B1.conv1:conv:3 B1.conv2:conv:4 B1.dense1:dense:3 B1.dense2:dense:4 B1.tanh1:tanh",
     "A1.conv1-B1.conv1 A1.conv2-B1.conv2 A1.dense1-B1.dense1 A1.dense2-B1.dense2 -A1.relu1 +B1.tanh1"),
    # three of four: another block.
    ("A1=A A1.conv1:conv:1 A1.conv2:conv:2 A1.dense1:dense:1 A1.relu1:relu",
     "B1=B B1.conv1:conv:3 B1.conv2:conv:4 B1.dense1:dense:3 B1.tanh1:tanh", "-A1 +B1"),
    # That a layer is of the same kind counts for more than that a small block is.
    ("conv9:conv:1 A1=A A1.conv1:conv:1:1 A1.dense1:dense:1", "B1=B B1.conv1:conv:3:3 B1.dense1:dense:4 conv9:conv:7", "conv9-conv9 -A1 +B1"),
])
def test_blocks_that_have_only_kinds_of_layers_in_common(old, new, result):
    assert aligned(old, new) == result


def test_a_large_block_that_is_found_again_counts_for_more_than_a_layer():
    moved = align(tree(f"r:relu:9 {SIX}"), tree(f"{SIX.replace('3', '4').replace('relu', 'elu').replace('x.', 'y.')} r2:relu:9")).moved
    assert [(one.path, other.path) for one, other in moved] == [("r", "r2")]
    small = align(tree("r:relu:9 x.a:conv:3"), tree("y.a:conv:3 r2:relu:9")).moved
    assert len(small) == 1

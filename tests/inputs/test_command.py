"""`cnncalc inputs`: what it prints, and what it does where the size itself is refused."""

import json

import pytest

from cnncalc import UsageError, analyze, loads

NET = """name: net
input: {channels: 1, size: [30, 24]}
layers:
  - conv: {name: fine, filters: 4, kernel: 3, padding: same}
  - max_pool: 2
  - conv: {name: coarse, filters: 4, kernel: 3, padding: same, norm: batch_norm, activation: relu}
  - conv_transpose: {name: up, filters: 4, kernel: 2, stride: 2}
  - add: [up, fine]
"""
ODD = NET.replace("30, 24", "31, 24")


@pytest.fixture
def run(cnncalc):
    """`cnncalc inputs` of a text, for sizes up to 64 unless told."""

    def with_stdin(text, *arguments):
        most = [] if "--up-to" in arguments else ["--up-to", "64"]
        return cnncalc("inputs", "-", *arguments, *most, stdin=text)

    return with_stdin


def test_the_sizes_of_a_small_net(run):
    assert run(NET, "--up-to", "100") == (0, (
        "input  axis  size  accepted\n"
        "input  H       30  n ≡ 0 (mod 2)\n"
        "input  W       24  n ≡ 0 (mod 2)\n"
        "net · all sizes, each axis by itself, the others as they are\n"
        "H, W: max_pool1 refuses 1: size 2 does not fit: the input has 1 along axis H (fine 4×1×24)\n"
        "H: add1 refuses n ≡ 1 (mod 2), n ≥ 3, at 29: cannot add different shapes (up 4×28×24, fine 4×29×24)\n"
    ).replace("H: add1", "H, W: add1"), "")  # fmt: skip


def test_a_size_that_the_spec_itself_is_refused_at(run):
    code, out, err = run(ODD)

    assert code == 1
    assert out.startswith(
        "input  axis  size  accepted       nearest\n"
        "input  H       31  n ≡ 0 (mod 2)  30 or 32\n"
        "input  W       24  n ≡ 0 (mod 2)\n"
        "net · all sizes, each axis by itself, the others as they are\n"
        "the size asked for is refused; everything else is said of 1×32×24\n"
    )
    assert err.startswith("error[E306]: cannot add different shapes: up 4×30×24, fine 4×31×24")


def test_a_size_that_is_asked_for(run):
    code, out, err = run(NET, "--size", "7,1")
    rows = out.split("\n")

    assert code == 1
    assert [row.split()[2:] for row in rows[1:3]] == [
        ["7", "n", "≡", "0", "(mod", "2)", "6", "or", "8"],
        ["1", "n", "≡", "0", "(mod", "2)", "2"],
    ]  # fmt: skip
    assert "everything else is said of 1×30×24" in out
    assert "E301" in err


def test_a_size_that_is_asked_for_and_accepted(run):
    assert run(NET, "--size", "62,64")[0] == 0


def test_a_size_beyond_those_that_were_looked_at(run):
    _, out, _ = run(NET, "--size", "4301,9000")

    assert out.split("\n")[1].endswith("4300 or 4302".replace("4", "4,", 1).replace("or 4", "or 4,"))


def test_the_document(run):
    _, out, _ = run(NET, "--format", "json", "--up-to", "40")
    document = json.loads(out)
    height = document["axes"][0]

    assert document["analysis"] == "inputs"
    assert document["up_to"] == 40
    assert {key: height[key] for key in ("input", "axis", "size", "nearest", "bound_to", "kept_by")} == {
        "input": "input", "axis": "H", "size": 30, "nearest": None, "bound_to": [], "kept_by": None,
    }  # fmt: skip
    assert height["accepted"] == {"smallest": 2, "step": 2, "period": 2, "residues": [0], "from": 2, "besides": []}
    assert height["refused"][1] == {
        "layer": "add1", "op": "add", "code": "E306",
        "sizes": {"smallest": 3, "step": 2, "period": 2, "residues": [1], "from": 3, "besides": []},
        "at": 29, "message": "cannot add different shapes",
        "operands": [{"layer": "up", "output": {"channels": 4, "size": [28, 24]}},
                     {"layer": "fine", "output": {"channels": 4, "size": [29, 24]}}],
    }  # fmt: skip


def test_the_library_gives_the_same_document(run):
    assert json.loads(run(NET, "--format", "json")[1]) == analyze(loads(NET), "inputs", up_to=64).to_dict()


def test_columns_that_are_shown_if_asked_for(run):
    _, out, _ = run(NET, "--columns", "axis,refused,kept,kept_by,bound_to")

    assert out.split("\n")[:2] == [
        "axis  refused          kept           kept by  bound to",
        "H     max_pool1, add1  n ≡ 0 (mod 2)",
    ]  # fmt: skip


def test_a_dense_behind_flatten_says_that_it_fixes_the_size(run):
    spec = "name: d\ninput: {channels: 1, size: [9]}\nlayers: [{max_pool: 2}, flatten, {dense: 3}]\n"

    assert run(spec, "--up-to", "40")[1] == (
        "input  axis  size  accepted  even           kept\n"
        "input  L        9  n ≥ 2     n ≡ 0 (mod 2)  8, 9\n"
        "d · all sizes\n"
        "even: no stride leaves elements at the end of an axis unread\n"
        "kept: all weights keep their shapes; at other sizes dense1 has weights of a different shape\n"
        "max_pool1 refuses 1: size 2 does not fit: the input has 1 along axis L (input 1×1)\n"
    )


def test_a_net_of_vectors_has_no_sizes(run):
    assert run("name: v\ninput: {features: 3}\nlayers: [dense: 2]\n")[:2] == (0, "\nv · no input has a size\n")


def test_axes_that_depend_on_each_other_say_so(run):
    spec = "name: r\ninput: {channels: 4, size: [8, 8]}\nlayers: [{reshape: {to: {channels: 16, size: [4, 4]}}}]\n"
    _, out, _ = run(spec, "--up-to", "20")

    assert "input  H = W     8  8\n" in out
    assert "\nH and W depend on each other: their sizes change together\n" in out


def test_many_layers_that_refuse_sizes_are_counted(run):
    strides = [f"[{2**i}, 1]" for i in range(1, 7)] + [f"[1, {3**i}]" for i in range(1, 5)]
    layers = "".join(
        f"  - max_pool: {{name: p{i}, from: input, size: {stride}, stride: {stride}}}\n"
        f"  - upsample: {{name: u{i}, scale: {stride}}}\n  - add: [u{i}, input]\n"
        for i, stride in enumerate(strides)
    )
    _, out, _ = run(f"name: many\ninput: {{channels: 1, size: [64, 81]}}\nlayers:\n{layers}", "--up-to", "250")

    # Of the poolings, one speaks for all that only refuse what is too small.
    assert out.count(" refuses ") == 10 + 1
    assert out.endswith("\nand 2 more: --format json has every layer that refuses sizes\n")


@pytest.mark.parametrize(("spec", "code"), [
    (NET.replace("kernel: 3", "kernal: 3"), "E103"),
    (NET.replace("filters: 4, kernel: 2", "filters: 5, kernel: 2"), "E306"),
])  # fmt: skip
def test_a_spec_that_no_size_makes_good(run, spec, code):
    exit_code, out, err = run(spec)

    assert (exit_code, out) == (1, "")
    assert f"error[{code}]" in err


@pytest.mark.parametrize("number", ["0", "100000"])
def test_a_range_that_is_refused(run, number):
    assert run(NET, "--up-to", number)[0] == 2


def test_the_library_refuses_it_too():
    with pytest.raises(UsageError, match="--up-to takes a number from 1 to 65,536, got 0"):
        analyze(loads(NET), "inputs", up_to=0)


def test_an_input_that_there_is_not(run):
    assert run(ODD, "--size", "x=3,3")[0] == 2


def test_an_axis_that_is_accepted_keeps_its_size(run):
    _, out, _ = run("input: {channels: 1, size: [64, 48]}\nlayers:\n  - max_pool: 3\n  - upsample: 3\n  - add: [prev, input]\n")

    assert "the size asked for is refused; everything else is said of 1×63×48\n" in out

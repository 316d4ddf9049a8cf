"""Windows by the sizes before and after them: known layers, and everything that brute force finds."""

import pytest

import cnncalc
from cnncalc.errors import Refusal, UsageError
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.shape import Shape
from cnncalc.solving.windows import MOST, crossing


@pytest.mark.parametrize(("solver", "inputs", "first"), [
    # The stems, convolutions and pools of published networks: LeNet, AlexNet, VGG, ResNet, Inception, ViT.
    ("conv", {"input": 32, "output": 28}, (5, 1, 0)),
    ("conv", {"input": 227, "output": 55}, (11, 4, 0)),
    ("conv", {"input": 224, "output": 224}, (1, 1, 0)),
    ("conv", {"input": 224, "output": 224, "kernel": 3}, (3, 1, 1)),
    ("conv", {"input": 224, "output": 112}, (3, 2, 1)),
    ("conv", {"input": 224, "output": 112, "kernel": 7}, (7, 2, 3)),
    ("conv", {"input": 299, "output": 149}, (3, 2, 0)),
    ("conv", {"input": 224, "output": 14, "kernel": 16}, (16, 16, 0)),
    ("conv", {"input": 224, "output": 112, "padding": "same", "kernel": 3}, (3, 2, [0, 1])),
    ("conv", {"input": 224, "output": 112, "padding": [2, 3]}, (7, 2, [2, 3])),
    ("conv", {"input": 7, "output": 1}, (7, 1, 0)),
    ("pool", {"input": 224, "output": 112}, (2, 2, 0)),
    ("pool", {"input": 55, "output": 27}, (3, 2, 0)),
    ("pool", {"input": 112, "output": 56, "kernel": 3}, (3, 2, 1)),
    ("pool", {"input": 112, "output": 56, "kernel": 3, "ceil": True}, (3, 2, 0)),
    ("pool", {"input": 7, "output": 1, "kernel": 7}, (7, 7, 0)),
    ("conv-transpose", {"input": 16, "output": 32}, (2, 2, 0)),
    ("conv-transpose", {"input": 16, "output": 32, "kernel": 4}, (4, 2, 1)),
    ("conv_transpose", {"input": 1, "output": 4, "kernel": 4}, (4, 1, 0)),
])  # fmt: skip
def test_the_first_is_what_people_use(solver, inputs, first):
    found = cnncalc.solve(solver, **inputs).solutions[0]

    assert (found["kernel"], found["stride"], found["padding"]) == first
    assert found["dilation"] == 1


def test_output_padding_is_told():
    first = {"kernel": 3, "stride": 2, "padding": 1, "output_padding": 1, "dilation": 1, "modes": []}

    assert cnncalc.solve("conv-transpose", input=16, output=32, kernel=3).solutions[0] == first
    asked = cnncalc.solve("conv-transpose", input=16, output=32, kernel=3, stride=2, output_padding=1, dilation=1)
    assert asked.solutions == [first]
    # 15·2 + 3 − 2·padding is odd.
    assert not cnncalc.solve("conv-transpose", input=16, output=32, kernel=3, stride=2, output_padding=0).solutions


def test_dilation_is_unusual_and_told():
    # 10 − (2·3 + 1) + 1 = 4; 10 + 2 − (2·4 + 1) + 1 = 4
    found = cnncalc.solve("conv", input=10, output=4, kernel=3, stride=1).solutions
    assert [(s["dilation"], s["padding"]) for s in found] == [(3, 0), (4, 1)]
    asked = cnncalc.solve("conv", input=32, output=32, kernel=3, dilation=2, stride=1).solutions
    # Each side of two extra elements; the extent is five.
    assert [(s["padding"], s["modes"]) for s in asked] == [(2, ["same", "half"])]
    both = cnncalc.solve("conv", input=32, output=32, kernel=3, stride=1, max_dilation=2).solutions
    assert [s["dilation"] for s in both] == [1, 2]


def test_where_nothing_else_will_do_dilation_goes_further():
    # 30 − (2·d + 1) + 1 = 14
    [found] = cnncalc.solve("conv", input=30, output=14, kernel=3, stride=1, padding=0).solutions

    assert found["dilation"] == 8


@pytest.mark.parametrize(("solver", "n", "m", "first", "also"), [
    # 224 + 4 − 3 + 1; 224 + 12 − 7 + 1; 224 + 80 − 5 + 1
    ("conv", 224, 226, (3, 1, 2), []),
    ("conv", 224, 230, (7, 1, 6), []),
    ("conv", 224, 300, None, [(5, 1, 40)]),
    # 6 − 6 + 3; 6 − 4 + 1
    ("conv-transpose", 7, 3, (5, 1, 4), [(3, 1, 3), (1, 1, 2)]),
])  # fmt: skip
def test_padding_has_no_bound(solver, n, m, first, also):
    found = [(s["kernel"], s["stride"], s["padding"]) for s in cnncalc.solve(solver, input=n, output=m).solutions
             if s["dilation"] == 1 and isinstance(s["padding"], int)]  # fmt: skip

    assert first in (None, found[0])
    assert set(also) <= set(found)


def forward(kind, solution, n, **more):
    """What the real layer makes of a solution, as it is to be written in a spec."""
    keys = {name: solution[name] for name in ("stride", "dilation", "output_padding") if name in solution}
    keys |= more | {"size" if kind == "max_pool" else "kernel": solution["kernel"]}
    padding = solution["padding"]
    keys["padding"] = (tuple(padding),) if isinstance(padding, list) else padding
    if kind != "max_pool":
        keys["filters"] = 1
    layer = layer_class(kind)(**keys)
    return layer.apply(Shape(1, (n,))).output.size[0]


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["conv", "pool", "conv-transpose"])
@pytest.mark.parametrize("padding", ["valid", "same", "half", "full", 2])
def test_a_fixed_padding_leaves_what_the_layer_gives_with_it(solver, padding):
    kind = {"pool": "max_pool"}.get(solver, solver.replace("-", "_"))
    key = "size" if kind == "max_pool" else "kernel"
    more = {"output_padding": 0} if solver == "conv-transpose" and padding != "same" else {}
    for n in (1, 2, 7, 8):
        by_output = {}
        for k in range(1, 12):
            if solver == "pool" and padding == 2 and k < 4:
                continue  # PyTorch pads a pool by at most half its kernel.
            for s in range(1, 12):
                keys = {key: k, "stride": s, "padding": padding, **more}
                keys |= {} if key == "size" else {"filters": 1}
                try:
                    m = layer_class(kind)(**keys).apply(Shape(1, (n,))).output.size[0]
                except Refusal:
                    continue
                by_output.setdefault(m, set()).add((k, s))
        for m in range(1, 20):
            solutions = cnncalc.solve(solver, input=n, output=m, padding=padding, dilation=1, max_stride=11,
                                      **more).solutions  # fmt: skip
            got = {(one["kernel"], one["stride"]) for one in solutions}
            possible = by_output.get(m, set())
            if (m == 1 and solver != "conv-transpose") or (n == 1 and solver == "conv-transpose"):
                assert got <= possible
                if padding != "same":
                    assert {k for k, _ in got} == {k for k, _ in possible}
            else:
                assert got == possible
            for word in (padding,) if isinstance(padding, str) else ():
                shown = {w for one in solutions for w in one["modes"]}
                assert word in shown or not solutions


@pytest.mark.parametrize("word", ["causal", "same_lower"])
def test_a_word_that_is_given_is_told(word):
    found = cnncalc.solve("conv", input=224, output=112, kernel=4 if word == "causal" else 3, stride=2, padding=word)

    assert all(word in one["modes"] for one in found.solutions)
    assert found.solutions


@pytest.mark.parametrize(("solver", "inputs", "message", "help"), [
    ("conv", {"input": 224, "output": 113, "kernel": 3, "stride": 1, "dilation": 1},
     "no convolution takes 224 to 113 with kernel 3, stride 1 and dilation 1", "nearest is 222 (kernel 3)"),
    # 224 − (2·16 + 1) + 1 = 192
    ("conv", {"input": 224, "output": 113, "kernel": 3, "stride": 1},
     "no convolution takes 224 to 113 with kernel 3 and stride 1 (tried: dilation up to 16)",
     "nearest is 192 (kernel 3, dilation 16)"),
    ("conv", {"input": 10, "output": 18, "stride": 2, "dilation": 1, "max_padding": 3},
     "no convolution takes 10 to 18 with stride 2 and dilation 1 (tried: kernel up to 11, padding up to 3)",
     "nearest is 8 (kernel 2, stride 2, padding 3)"),
    ("conv", {"input": 1000, "output": 2, "max_stride": 3, "dilation": 1, "padding": [0, 1]},
     "no convolution takes 1,000 to 2 with padding 0,1 and dilation 1 (tried: kernel up to 11, stride up to 3)",
     "nearest is 331 (kernel 11, stride 3, padding 0,1)"),
    ("pool", {"input": 56, "output": 112, "ceil": True},
     ("no pool takes 56 to 112 with ceil (tried: kernel up to 11, stride up to 11, dilation up to 16, padding up to "
     "half the kernel)"), "nearest is 57 (kernel 2, padding 1)"),
    ("conv-transpose", {"input": 7, "output": 32, "padding": "same"},
     ("no transposed convolution takes 7 to 32 with padding same (tried: kernel up to 11, stride up to 11, dilation up "
     "to 16)"), "nearest are 28 (kernel 4, stride 4) and 35 (kernel 5, stride 5)"),
    # 6 + 2 + 1 − 2·padding is odd.
    ("conv-transpose", {"input": 7, "output": 4, "kernel": 3, "stride": 1, "dilation": 1},
     "no transposed convolution takes 7 to 4 with kernel 3, stride 1 and dilation 1",
     "nearest are 3 (kernel 3, padding 3) and 5 (kernel 3, padding 2)"),
    ("conv-transpose", {"input": 7, "output": 8, "stride": 1, "dilation": 1, "output_padding": 1},
     "no transposed convolution takes 7 to 8 with stride 1, dilation 1 and output padding 1 (tried: kernel up to 11)",
     "an output padding must be below the stride or the dilation, and less be cut than there is"),
    ("conv-transpose", {"input": 3, "output": 9, "kernel": 1, "stride": 2, "padding": 40, "dilation": 1},
     "no transposed convolution takes 3 to 9 with kernel 1, stride 2, padding 40 and dilation 1",
     "nothing is left of the output: cut less, by a smaller padding"),
    ("pool", {"input": 3, "output": 1, "kernel": 9, "padding": 0, "dilation": 1},
     ("no pool takes 3 to 1 with kernel 9, padding 0 and dilation 1 (tried: stride up to 11, padding up to half the "
     "kernel)"), "no window fits the input: take a smaller kernel or more padding"),
    ("pool", {"input": 7, "output": 9, "kernel": 3, "stride": 1, "padding": 2, "dilation": 1},
     "no pool takes 7 to 9 with kernel 3, stride 1, padding 2 and dilation 1 (tried: padding up to half the kernel)",
     ("a pool pads at most half of its kernel; if it does, no window fits the input: take a smaller kernel or more "
     "padding")),
])  # fmt: skip
def test_what_cannot_be(solver, inputs, message, help):
    solved = cnncalc.solve(solver, **inputs)

    assert solved.solutions == []
    [finding] = solved.to_dict()["diagnostics"]
    assert (finding["code"], finding["message"], finding["help"]) == ("unsolved", message, help)
    assert message in solved._repr_html_()


@pytest.mark.parametrize(("inputs", "message"), [
    ({"input": 224}, "conv needs `output` (conv takes `input`, `output`, `kernel`, `stride`, `padding`, `dilation`, `max_kernel`, `max_stride`, `max_padding`, `max_dilation`, `limit`, by name or in this order)"),
    ({"input": 0, "output": 3}, "`input` must be at least 1, got 0"),
    ({"input": float("nan"), "output": 3}, "`input` must be a whole number, got nan"),
    ({"input": 224, "output": 112, "kernal": 3}, "conv takes no `kernal` (did you mean `kernel`?)"),
    ({"input": 224, "output": 112, "max_kernel": 1000}, "`max_kernel` must be at most 255, got 1,000"),
    ({"input": 224, "output": 112, "padding": [1, 2, 3]},
     "`padding` must be a word, a number or before,after, got [1, 2, 3]"),
    pytest.param({"input": 10**9, "output": 2, "max_stride": 10**9},
     f"there are more than {MOST:,} choices (fix the kernel, the stride or the padding, or lower a bound)",
     marks=pytest.mark.slow),
])  # fmt: skip
def test_wrong_questions(inputs, message):
    with pytest.raises(UsageError) as caught:
        cnncalc.solve("conv", **inputs)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("solver", "inputs"), [
    ("conv", {"input": 10**9, "output": 3, "max_stride": 10**9}),
    ("pool", {"input": 10**9, "output": 50, "max_kernel": 255}),
    ("conv-transpose", {"input": 10**9, "output": 4 * 10**9, "max_kernel": 255, "max_stride": 10**6}),
])  # fmt: skip
def test_what_is_too_much_is_refused_without_a_layer(solver, inputs, monkeypatch):
    made = []
    monkeypatch.setattr("cnncalc.solving.windows.WindowSolver.apply", lambda _, layer: made.append(layer))
    with pytest.raises(UsageError, match=f"there are more than {MOST:,} choices"):
        cnncalc.solve(solver, **inputs)

    assert not made


def test_an_unknown_solver():
    with pytest.raises(UsageError) as caught:
        cnncalc.solve("convolution")

    assert "there is nothing to solve called `convolution`" in str(caught.value)


def test_large_sizes_take_no_longer():
    solved = cnncalc.solve("conv", input=10**9, output=10)

    assert solved.solutions
    assert {forward("conv", one, 10**9) for one in solved.solutions} == {10}


def test_the_answer_in_a_notebook():
    solved = cnncalc.solve("conv", input=224, output=112, kernel=7, padding=3)

    assert repr(solved) == "<Solved conv: 1 solution>"
    assert "<th" in solved._repr_html_()
    assert solved.to_dict()["inputs"] == {"input": 224, "output": 112, "kernel": 7, "padding": 3}


@pytest.mark.parametrize(("curve", "target", "values"), [
    (lambda s: 10 * s, 35, {30, 40}),
    (lambda s: 100 // s, 35, {33, 50}),
    (lambda s: 7, 35, {7}),
    (lambda s: s, 1000, {9, 10}),
])  # fmt: skip
def test_a_curve_on_both_sides_of_a_number(curve, target, values):
    assert set(crossing(curve, target, 1, 10)) == values

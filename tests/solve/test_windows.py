"""Windows by the sizes before and after them: known layers, and everything that brute force finds."""

import pytest

import cnncalc
from cnncalc.errors import Refusal, UsageError
from cnncalc.layer import Shape
from cnncalc.solving.windows import MOST, crossing
from cnncalc.spec.kinds import layer_class

SMALL = range(1, 41)


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
    [first] = cnncalc.solve("conv-transpose", input=16, output=32, kernel=3).solutions

    assert first == {"kernel": 3, "stride": 2, "padding": 1, "output_padding": 1, "dilation": 1, "modes": []}
    assert cnncalc.solve("conv-transpose", input=16, output=32, kernel=3, output_padding=1).solutions == [first]
    assert cnncalc.solve("conv-transpose", input=16, output=32, kernel=3, output_padding=0, dilation=1).solutions == []


def test_dilation_is_a_last_resort_or_asked_for():
    # 10 − (3·2 + 1) + 1 = 4
    assert cnncalc.solve("conv", input=10, output=4, kernel=3, stride=1).solutions == [
        {"kernel": 3, "stride": 1, "padding": 0, "dilation": 3, "modes": ["valid"], "dropped": 0}
    ]
    asked = cnncalc.solve("conv", input=32, output=32, kernel=3, dilation=2).solutions
    # Each side of two extra elements; the extent is five.
    assert [(s["stride"], s["padding"], s["modes"]) for s in asked] == [(1, 2, ["same", "half"])]
    both = cnncalc.solve("conv", input=32, output=32, kernel=3, max_dilation=2).solutions
    assert [s["dilation"] for s in both] == [1, 2]


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


# Brute force: the formulas of PyTorch's documentation, tried with everything within the bounds.


def sliding(n, k, s, before, after, ceil):
    """The output size of MaxPool1d's documentation; below 1 if there is none."""
    room = n + before + after - (k - 1) - 1
    if not ceil:
        return room // s + 1
    m = -(-room // s) + 1
    # "Sliding windows that would start in the right padded region are ignored."
    return m - 1 if (m - 1) * s >= n + before else m


def everything(n, ceil):
    """By output, all (kernel, stride, before, after) within the bounds."""
    found = {}
    for k in range(1, 12):
        for total in range(2 * (k // 2) + 1):
            pads = (total // 2, total - total // 2)
            for s in range(1, 41):
                found.setdefault(sliding(n, k, s, *pads, ceil), set()).add((k, s, *pads))
    return {m: choices for m, choices in found.items() if m >= 1}


def is_simpler_conv(choice, n):
    k, s, before, after = choice
    left = n + before + after - k - (sliding(n, k, s, before, after, False) - 1) * s
    dropped = max(0, left - after) > 0
    return (s > k, before != after, before not in (0, k // 2), k % 2 == 0, dropped, k, s, before)


def bound(n, m):
    return max(11, -(-max(n, m) // min(n, m)))


@pytest.mark.parametrize(("solver", "kind", "ceil"), [
    ("conv", "conv", False), ("pool", "max_pool", False), ("pool", "max_pool", True),
])  # fmt: skip
@pytest.mark.parametrize("part", range(4))
def test_brute_force_finds_nothing_else_and_nothing_simpler(solver, kind, ceil, part):
    more = {"ceil": True} if ceil else {}
    for n in SMALL[part :: 4 if solver == "conv" else 12]:
        by_output = everything(n, ceil)
        for m in SMALL:
            solved = cnncalc.solve(solver, input=n, output=m, dilation=1, **more)
            got = []
            for one in solved.solutions:
                assert forward(kind, one, n, **more) == m
                pads = one["padding"] if isinstance(one["padding"], list) else [one["padding"]] * 2
                got.append((one["kernel"], one["stride"], *pads))
            possible = {c for c in by_output.get(m, ()) if c[1] <= bound(n, m)}
            if m == 1:
                # Of windows that stop once, one stride is told.
                assert set(got) <= possible
                assert {(k, *pads) for k, _, *pads in got} == {(k, *pads) for k, _, *pads in possible}
            else:
                assert set(got) == possible
            assert len(set(got)) == len(got)
            if solver == "conv" and got:
                assert got == sorted(got, key=lambda choice: is_simpler_conv(choice, n))
                assert got[0] == min(got if m == 1 else possible, key=lambda choice: is_simpler_conv(choice, n))
            if not got:
                outputs = {o for o, choices in by_output.items() if any(c[1] <= bound(n, m) for c in choices)}
                below, above = [o for o in outputs if o < m], [o for o in outputs if o > m]
                near = [one["output"] for one in solved.to_dict()["nearest"]]
                assert near == [*([max(below)] if below else []), *([min(above)] if above else [])]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_brute_force_of_transposed_convolutions(part):
    for n in SMALL[part::4]:
        by_output = {}
        for k in range(1, 12):
            for p in range(k // 2 + 1):
                for s in range(1, 41):
                    for extra in range(s):
                        m = (n - 1) * s - 2 * p + (k - 1) + extra + 1
                        by_output.setdefault(m, set()).add((k, s, p, extra))
        for m in SMALL:
            solved = cnncalc.solve("conv-transpose", input=n, output=m, dilation=1)
            got = [tuple(one[key] for key in ("kernel", "stride", "padding", "output_padding"))
                   for one in solved.solutions]  # fmt: skip
            for one in solved.solutions:
                assert forward("conv_transpose", one, n) == m
            possible = {c for c in by_output.get(m, ()) if c[1] <= bound(n, m)}
            if n == 1:
                assert set(got) <= possible
                assert {(k, p, extra) for k, _, p, extra in got} == {(k, p, extra) for k, _, p, extra in possible}
            else:
                assert set(got) == possible
            order = [(s > k, extra, k % s != 0, k, s, p) for k, s, p, extra in got]
            assert order == sorted(order)
            if got:
                assert order[0] == min((s > k, e, k % s != 0, k, s, p) for k, s, p, e in (got if n == 1 else possible))
            else:
                outputs = {o for o, cs in by_output.items() if o >= 1 and any(c[1] <= bound(n, m) for c in cs)}
                below, above = [o for o in outputs if o < m], [o for o in outputs if o > m]
                near = [one["output"] for one in solved.to_dict()["nearest"]]
                assert near == [*([max(below)] if below else []), *([min(above)] if above else [])]


@pytest.mark.parametrize("solver", ["conv", "pool", "conv-transpose"])
@pytest.mark.parametrize("padding", ["valid", "same", "half", "full", 2])
def test_a_fixed_padding_leaves_what_the_layer_gives_with_it(solver, padding):
    kind = {"pool": "max_pool"}.get(solver, solver.replace("-", "_"))
    key = "size" if kind == "max_pool" else "kernel"
    more = {"output_padding": 0} if solver == "conv-transpose" and padding != "same" else {}
    for n in (1, 2, 7, 8):
        by_output = {}
        for k in range(1, 12):
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
                assert word in shown or not solutions or word == "full"


@pytest.mark.parametrize(("solver", "inputs", "message", "help"), [
    ("conv", {"input": 224, "output": 113, "kernel": 3, "stride": 1, "dilation": 1},
     "no convolution takes 224 to 113 with kernel 3, stride 1 and dilation 1", "nearest is 222 (kernel 3)"),
    ("conv", {"input": 10, "output": 8, "stride": 2, "dilation": 1},
     "no convolution takes 10 to 8 with stride 2 and dilation 1", "nearest is 6 (kernel 2, stride 2, padding 1)"),
    ("conv-transpose", {"input": 7, "output": 32, "padding": "same"},
     "no transposed convolution takes 7 to 32 with padding same",
     "nearest are 28 (kernel 4, stride 4) and 35 (kernel 5, stride 5)"),
    ("pool", {"input": 3, "output": 1, "kernel": 9, "padding": 0},
     "no pool takes 3 to 1 with kernel 9 and padding 0",
     "within the bounds there is no output at all: `--help` lists them"),
])  # fmt: skip
def test_what_cannot_be(solver, inputs, message, help):
    solved = cnncalc.solve(solver, **inputs)

    assert solved.solutions == []
    [finding] = solved.to_dict()["diagnostics"]
    assert (finding["code"], finding["message"], finding["help"]) == ("unsolved", message, help)
    assert message in solved._repr_html_()


@pytest.mark.parametrize(("inputs", "message"), [
    ({"input": 224}, "conv needs --output (for example: cnncalc solve conv --input 224 --output 112)"),
    ({"input": 0, "output": 3}, "--input must be at least 1, got 0"),
    ({"input": float("nan"), "output": 3}, "--input must be a whole number, got nan"),
    ({"input": 224, "output": 112, "kernal": 3}, "conv takes no --kernal (did you mean --kernel?)"),
    ({"input": 224, "output": 112, "max_kernel": 1000}, "--max-kernel must be at most 255, got 1,000"),
    ({"input": 224, "output": 112, "padding": [1, 2, 3]},
     "--padding must be a word, a number or before,after, got [1, 2, 3]"),
    ({"input": 10**9, "output": 2, "max_stride": 10**9},
     f"there are more than {MOST:,} choices (fix the kernel, the stride or the padding, or lower a bound)"),
])  # fmt: skip
def test_wrong_questions(inputs, message):
    with pytest.raises(UsageError) as caught:
        cnncalc.solve("conv", **inputs)

    assert str(caught.value).startswith(message)


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

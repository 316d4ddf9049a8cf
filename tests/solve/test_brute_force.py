"""Every window between two small sizes: what is told is all that there is, in the order that is stated.

The sizes come from the formulas of PyTorch's documentation, with every padding until the output is larger than
any that is asked for. Nothing here knows how the solvers look for theirs.
"""

import pytest

import cnncalc

SIZES = range(1, 17)
LARGEST = SIZES[-1]
EVERY = [n if n in (1, 2, 7) else pytest.param(n, marks=pytest.mark.slow) for n in SIZES]
KERNELS, USUAL, DILATIONS = range(1, 12), range(1, 5), range(1, 17)


def pooled(room, s, start, ceil):
    """The output size of Conv1d's and MaxPool1d's documentation; `start` is the input and the padding before it."""
    if not ceil:
        return room // s + 1
    size = -(-room // s) + 1
    # "Sliding windows that would start in the right padded region are ignored."
    return size - 1 if (size - 1) * s >= start else size


def sliding(n, kernels, strides, dilations, most=None, ceil=False):
    """By output, all (kernel, stride, dilation, before, after); `most` is the most padding of a kernel."""
    found = {}
    for k in kernels:
        for d in dilations if k > 1 else [d for d in dilations if d == 1]:
            for s in strides:
                total = -1
                while True:
                    total += 1
                    before, after = total // 2, total - total // 2
                    room = n + total - d * (k - 1) - 1
                    if (most is not None and after > most(k)) or room // s + 1 > LARGEST:
                        break
                    # A window that is longer than the padded input stops nowhere, unless it may stick out.
                    m = pooled(room, s, n + before, ceil) if room >= 0 or ceil else 0
                    found.setdefault(m, set()).add((k, s, d, before, after))
    return {m: choices for m, choices in found.items() if m >= 1}


def transposed(n, kernels, strides, dilations, most=None):
    """By output, all (kernel, stride, dilation, padding, padding, output padding)."""
    found = {}
    for k in kernels:
        for d in dilations if k > 1 else [d for d in dilations if d == 1]:
            for s in strides:
                for extra in range(max(s, d)):
                    full = (n - 1) * s + d * (k - 1) + 1 + extra
                    last = (full - 1) // 2 if most is None else min(most, (full - 1) // 2)
                    for p in range(max(0, -((LARGEST - full) // 2)), last + 1):
                        found.setdefault(full - 2 * p, set()).add((k, s, d, p, p, extra))
    return found


def unusual(k, d, before, after):
    return d - 1 + max(0, max(before, after) - d * (k - 1))


def conv_order(n, choice):
    k, s, d, before, after = choice
    e = d * (k - 1) + 1
    reached = (n + before + after - e) // s * s + e - before
    simple = before in (0, d * (k // 2), e - 1)
    return (unusual(k, d, before, after), s > e, before != after, not simple, k % 2 == 0, reached < n, k, s, before, d)


def pool_order(n, choice, ceil):
    k, s, d, before, after = choice
    e = d * (k - 1) + 1
    size = pooled(n + before + after - e, s, n + before, ceil)
    left = (size - 1) * s + e - before < n
    half = before in (0, d * (k // 2))
    return (d - 1, s > e, before != after, not half, left, s != k, before, k, s, d)


def transposed_order(choice):
    k, s, d, before, after, extra = choice
    return (unusual(k, d, before, after), s > d * (k - 1) + 1, extra, k % s != 0, k, s, before, d)


def told(solutions):
    """Solutions as they are counted here."""
    found = []
    for one in solutions:
        pads = one["padding"] if isinstance(one["padding"], list) else [one["padding"]] * 2
        extra = [one["output_padding"]] if "output_padding" in one else []
        found.append((one["kernel"], one["stride"], one["dilation"], *pads, *extra))
    return found


def without_stride(choices):
    return {(c[0], *c[2:]) for c in choices}


def same_choices(got, possible, *, once):
    """All of them, each once; of windows that are placed `once`, one stride is told."""
    assert len(set(got)) == len(got)
    if once:
        assert set(got) <= possible
        assert len(without_stride(got)) == len(got)
        assert without_stride(got) == without_stride(possible)
    else:
        assert set(got) == possible


def strides(more, less):
    return range(1, max(11, -(-more // less)) + 1)


def neighbours(outputs, m):
    below, above = [o for o in outputs if o < m], [o for o in outputs if o > m]
    return [*([max(below)] if below else []), *([min(above)] if above else [])]


def nearest(solved):
    return [one["output"] for one in solved.to_dict()["nearest"]]


@pytest.mark.slow
@pytest.mark.parametrize("n", EVERY)
def test_convolutions(n):
    possible = sliding(n, KERNELS, range(1, LARGEST + 1), USUAL)
    for m in SIZES:
        allowed = {c for c in possible[m] if c[1] in strides(n, m)}
        got = told(cnncalc.solve("conv", input=n, output=m).solutions)

        same_choices(got, allowed, once=m == 1)
        assert got == sorted(got, key=lambda choice: conv_order(n, choice))


@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("n", EVERY)
def test_pools(n, ceil):
    possible = sliding(n, KERNELS, range(1, LARGEST + 1), DILATIONS, lambda k: k // 2, ceil)
    for m in SIZES:
        allowed = {c for c in possible.get(m, ()) if c[1] in strides(n, m)}
        usual = {c for c in allowed if c[2] in USUAL}
        least = min((c[2] for c in allowed), default=None)
        solved = cnncalc.solve("pool", input=n, output=m, ceil=ceil)
        got = told(solved.solutions)

        same_choices(got, usual or {c for c in allowed if c[2] == least}, once=m == 1)
        assert got == sorted(got, key=lambda choice: pool_order(n, choice, ceil))
        if not got:
            outputs = {o for o, choices in possible.items() if any(c[1] in strides(n, m) for c in choices)}
            assert nearest(solved) == neighbours(outputs, m)


@pytest.mark.slow
@pytest.mark.parametrize("n", EVERY)
def test_transposed_convolutions(n):
    possible = transposed(n, KERNELS, range(1, LARGEST + 1), USUAL)
    for m in SIZES:
        allowed = {c for c in possible[m] if c[1] in strides(m, n)}
        got = told(cnncalc.solve("conv-transpose", input=n, output=m).solutions)

        same_choices(got, allowed, once=n == 1)
        assert got == sorted(got, key=transposed_order)


@pytest.mark.parametrize("most", [None, 1, 3])
@pytest.mark.parametrize(("k", "s", "d"), [(1, 1, 1), (1, 2, 1), (2, 1, 1), (3, 1, 2), (3, 2, 1), (5, 3, 1), (4, 5, 2)])
@pytest.mark.parametrize("solver", ["conv", "conv-transpose"])
@pytest.mark.slow
def test_a_fixed_window_and_the_nearest_sizes(solver, k, s, d, most):
    """Where nothing does it, the sizes that are told are the nearest that anything gives."""
    bound = {} if most is None else {"max_padding": most}
    for n in SIZES:
        if solver == "conv":
            possible = sliding(n, [k], [s], [d], None if most is None else lambda _: most)
        else:
            possible = transposed(n, [k], [s], [d], most)
        for m in SIZES[:-1]:
            solved = cnncalc.solve(solver, input=n, output=m, kernel=k, stride=s, dilation=d, **bound)

            assert set(told(solved.solutions)) == possible.get(m, set())
            if not solved.solutions:
                near = neighbours(possible, m)
                assert [o for o in nearest(solved) if o <= LARGEST] == [o for o in near if o <= LARGEST]

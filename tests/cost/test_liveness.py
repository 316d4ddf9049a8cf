"""Memory by liveness against an allocator that is simulated, and orders against all orders."""

import re
from itertools import permutations
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.cost import ordering
from cnncalc.cost.fitting import room
from cnncalc.cost.liveness import Graph, Step, timeline
from cnncalc.cost.ordering import Order, better_order


class Memory:
    """An allocator: blocks with a size and the number of names they go by."""

    def __init__(self):
        self.blocks = {}
        self.most = 0

    def allocate(self, block, size):
        self.blocks[block] = size
        self.most = max(self.most, sum(self.blocks.values()))

    def free(self, block):
        del self.blocks[block]


def simulated(steps, kept, order):
    """The largest total of an allocator that runs the steps and frees what nobody will read."""
    memory, block_of = Memory(), {}

    def is_needed(block, done):
        """Whether a step to come, or the caller, uses the block under any of its names."""
        names = {step for step, other in block_of.items() if other == block}
        return bool(names & set(kept)) or any(
            set(steps[step].reads) & names for step in order if step not in done)  # fmt: skip

    done = set()
    for step in order:
        size, reads, view, over = steps[step]
        if view:
            block_of[step] = block_of[reads[0]]
        else:
            free = [
                block
                for block in (block_of[read] for read in reads)
                if over and memory.blocks[block] == size and not is_needed(block, {*done, step})
            ]
            if free:
                block_of[step] = free[0]
            else:
                block_of[step] = step
                memory.allocate(step, size)
        done.add(step)
        for block in list(memory.blocks):
            if not is_needed(block, done):
                memory.free(block)
    return memory.most


@st.composite
def graphs(draw, most=12):
    steps = []
    for index in range(draw(st.integers(1, most))):
        reads = ()
        if index:
            reads = tuple(draw(st.lists(st.integers(max(0, index - 5), index - 1), max_size=3)))
        view = bool(reads) and draw(st.integers(0, 4)) == 0
        over = bool(reads) and draw(st.booleans())
        steps.append(Step(draw(st.integers(0, 4)), reads, view=view, over=over))
    kept = draw(st.sets(st.integers(0, len(steps) - 1), max_size=2))
    return steps, sorted(kept)


def orders(steps):
    """Every order in which a step comes after those it reads."""
    for order in permutations(range(len(steps))):
        place = {step: i for i, step in enumerate(order)}
        if all(place[read] < place[i] for i, step in enumerate(steps) for read in step.reads):
            yield order


@given(graphs())
def test_the_peak_is_that_of_an_allocator(graph):
    steps, kept = graph

    found = timeline(Graph(steps, kept))

    assert found.peak == simulated(steps, kept, range(len(steps)))
    assert found.peak == max(found.live)
    assert found.live[found.at] == found.peak


@given(graphs())
def test_what_is_alive_at_the_peak_adds_up_to_it(graph):
    steps, kept = graph
    flow = Graph(steps, kept)

    found = timeline(flow)

    assert sum(flow.size(step) for step in found.alive) == found.peak


@pytest.mark.slow
@given(graphs(most=7))
def test_no_order_has_a_smaller_peak_than_the_better_one(graph):
    steps, kept = graph
    flow = Graph(steps, kept)

    found = better_order(flow)

    assert found.best
    assert tuple(found.steps) in set(orders(steps))
    assert found.peak == simulated(steps, kept, found.steps)
    assert found.peak == min(simulated(steps, kept, order) for order in orders(steps))


@given(graphs(), st.randoms())
def test_any_order_can_be_asked_for(graph, random):
    steps, kept = graph
    order = []
    while len(order) < len(steps):
        ready = [i for i, s in enumerate(steps) if i not in order and set(s.reads) <= set(order)]
        order.append(random.choice(ready))

    assert timeline(Graph(steps, kept), order).peak == simulated(steps, kept, order)


@st.composite
def specs(draw):
    """A network of layers that keep the size of the map, and read whatever is above them."""
    names, channels, layers = ["input"], {"input": 3}, []
    for index in range(draw(st.integers(1, 10))):
        name, first = f"n{index}", draw(st.sampled_from(names[-4:]))
        alike = [other for other in names if channels[other] == channels[first]]
        kind = draw(st.sampled_from(["conv", "relu", "dropout", "add", "concat"]))
        given = first if kind in ("conv", "relu", "dropout") else f"[{first}, {draw(st.sampled_from(alike))}]"
        filters = f"filters: {draw(st.integers(1, 6))}, kernel: 1, " if kind == "conv" else ""
        layers.append(f"- {kind}: {{{filters}name: {name}, from: {given}}}")
        channels[name] = (int(filters[9]) if filters else channels[first]) * (2 if kind == "concat" else 1)
        names.append(name)
    outputs = draw(st.lists(st.sampled_from(names[1:]), min_size=1, max_size=2, unique=True))
    return "input: {channels: 3, size: [5, 5]}\nlayers:\n" + "\n".join(layers) + f"\noutputs: [{', '.join(outputs)}]"


@settings(max_examples=60)
@given(specs(), st.booleans(), st.sampled_from([("fp32", 32), ("int8", 8), ("int4", 4)]), st.integers(1, 3))
def test_the_peak_of_a_network_is_that_of_an_allocator(spec, inplace, dtype, batch):
    net = cnncalc.loads(spec)
    table = cnncalc.analyze(net, "memory", inplace=inplace, dtype=dtype[0], batch=batch)
    rows = table.to_dict()["layers"]
    place = {row["layer"]: index for index, row in enumerate(rows)}
    steps = [
        Step(
            -(-row["output"]["channels"] * 25 * batch * dtype[1] // 8),
            tuple(place[name] for name in row["inputs"]),
            view=row["op"] == "dropout",
            over=inplace and row["op"] in ("relu", "add"),
        )
        for row in rows
    ]  # fmt: skip
    kept = [place[name] for name in re.findall(r"n\d+", spec.rpartition("outputs")[2])]

    assert table.totals["peak"] == simulated(steps, kept, range(len(steps)))
    better = table.totals["better_order"]
    if better:
        assert better["peak"] == simulated(steps, kept, [place[name] for name in better["layers"]]) < table.totals["peak"]


CASES = {
    "a chain holds two tensors": ([Step(4), Step(6, (0,)), Step(2, (1,))], [2], [4, 10, 8]),
    "an operand lives to its last reader": (
        [Step(4), Step(6, (0,)), Step(2, (1,)), Step(2, (2, 0))], [3], [4, 10, 12, 8]),
    "writing over the operand needs nothing": (
        [Step(4), Step(6, (0,)), Step(6, (1,), over=True)], [2], [4, 10, 6]),
    "but not if another reads it later": (
        [Step(4), Step(6, (0,)), Step(6, (1,), over=True), Step(6, (2, 1))], [3], [4, 10, 12, 18]),
    "any operand may be written over": (
        [Step(4), Step(6, (0,)), Step(6, (0,)), Step(6, (1, 2), over=True), Step(1, (3, 1))], [4], [4, 10, 16, 12, 13]),
    "nor if it is an output": ([Step(4), Step(4, (0,), over=True)], [0, 1], [4, 8]),
    "nor if it is smaller": ([Step(4), Step(8, (0,), over=True)], [1], [4, 12]),
    "a view needs nothing and keeps its tensor": (
        [Step(4), Step(4, (0,), view=True), Step(2, (0,)), Step(2, (1,))], [3], [4, 4, 6, 6]),
    "a view of several tensors is the first of them": (
        [Step(4), Step(2, (0,)), Step(4, (0, 1), view=True), Step(1, (2,))], [3], [4, 6, 6, 5]),
    "what nobody reads is gone at once": ([Step(4), Step(6, (0,)), Step(2, (0,))], [2], [4, 10, 6]),
    "an operand named twice is one": ([Step(4), Step(4, (0, 0))], [1], [4, 8]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_timeline(case):
    steps, kept, live = CASES[case]

    assert timeline(Graph(steps, kept)).live == live


def test_the_branch_that_leaves_less_goes_first():
    # 0 → 1 (large) → 2 (small), 0 → 3 (small), both added: computing 3 last saves what it holds.
    steps = [Step(1), Step(2, (0,)), Step(9, (0,)), Step(1, (2,)), Step(1, (1, 3))]

    found = better_order(Graph(steps, [4]), given=1)

    assert timeline(Graph(steps, [4])).peak == 1 + 2 + 9
    assert found == Order([0, 2, 3, 1, 4], 1 + 9 + 1, best=True)


def test_what_is_written_over_decides_which_branch_goes_first():
    # 0 → 1 (small), 0 → 2 (large) → 3 (over it) → 4 (small), both added: 2 and 3 are one tensor.
    steps = [Step(1), Step(2, (0,)), Step(9, (0,)), Step(9, (2,), over=True), Step(1, (3,)), Step(1, (1, 4))]

    found = better_order(Graph(steps, [5]), given=1)

    assert timeline(Graph(steps, [5])).peak == 1 + 2 + 9
    assert found == Order([0, 2, 3, 4, 1, 5], 1 + 9 + 1, best=True)


def test_parts_are_searched_one_by_one():
    block = [Step(2, (-1,)), Step(9, (-1,)), Step(1, (1,)), Step(1, (0, 2))]
    steps = [Step(1)]
    for _ in range(300):
        base = len(steps)
        steps += [
            Step(size, tuple(base + read for read in reads)) for size, reads, *_ in block
        ]

    found = better_order(Graph(steps, [len(steps) - 1]), given=1)

    assert found.best
    assert (timeline(Graph(steps)).peak, found.peak) == (12, 11)


@pytest.mark.slow
@pytest.mark.parametrize("wide", [100, 1000, 20_000])
def test_a_tangle_is_given_up_on_without_losing_time(wide):
    steps = [Step(1)] + [Step(1 + i % 3, (0,)) for i in range(wide)]
    steps.append(Step(1, tuple(range(1, wide + 1))))
    started = process_time()

    found = better_order(Graph(steps, [wide + 1]), given=1)

    assert (found.steps, found.best) == (list(range(wide + 2)), wide < 3)
    assert process_time() - started < 10


@pytest.mark.slow
def test_a_hundred_thousand_steps_are_no_matter():
    steps = [Step(1)] + [Step(1, (i,)) for i in range(100_000)]

    assert timeline(Graph(steps)).peak == 2
    assert better_order(Graph(steps), given=1).best


def test_nothing_needs_nothing():
    assert timeline(Graph([])).peak == 0
    assert better_order(Graph([])) == Order([], 0, best=True)


@pytest.mark.parametrize(("reads", "given", "cuts"), [
    # a chain falls apart after every step; steps beside each other stay together
    ([(), (0,), (1,), (2,)], 1, [1, 2, 3, 4]),
    ([(), (0,), (1,), (1,), (2, 3)], 1, [1, 2, 5]),
    ([(), (0,), (0,), (1, 2), (3,)], 1, [1, 4, 5]),
    # two inputs are there before anything is computed
    ([(), (), (0,), (1,), (2, 3)], 2, [2, 5]),
])  # fmt: skip
def test_where_the_steps_fall_into_parts(reads, given, cuts):
    assert ordering._cuts(Graph([Step(1, r) for r in reads]), given) == cuts


@pytest.mark.parametrize(("fits", "flash", "found"), [("1KiB", None, (1024, None)), ("1KiB", "2KiB", (1024, 2048)), (None, "2KiB", (0, 2048))])
def test_the_room_that_is_given(fits, flash, found):
    assert tuple(room(fits, flash)) == found


def test_of_several_tensors_the_first_that_is_free_is_written_over():
    """Both operands of the sum end there: the first of them is the one that it takes."""
    steps = [Step(4), Step(4, (0,)), Step(4, (0,)), Step(4, (1, 2), over=True)]

    assert timeline(Graph(steps, [3])).over == {3: 1}

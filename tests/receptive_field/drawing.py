"""Random networks, as a spec and as the oracle reads them, for one, two and three axes."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from .drawing_axes import OfAxes
from .oracle import (
    OWN,
    Adapt,
    Between,
    Drawn,
    Layer,
    Mirror,
    Net,
    Only,
    Part,
    Past,
    Slide,
    Spread,
    Way,
    Whole,
)  # fmt: skip

ROOM = {1: 90, 2: 110, 3: 130}
"""The most elements of a map, by its axes."""

WINDOWS = ("conv", "depthwise_conv", "max_pool", "avg_pool", "crop", "slice", "pad", "merge")
"""Kinds that read by sliding windows only."""

SMOOTH = (*WINDOWS, "conv_transpose", "upsample", "resize", "adaptive_pool", "broadcast",
          "fractional", "to_depth", "to_space", "gather", "tile", "part", "learnt", "local",
          "blur_pool", "max_unpool", "involution", "carafe", "bordered")  # fmt: skip
"""Kinds without coupling between the axes."""

EVERYTHING = (*SMOOTH, "border", "stack", "gate", "instance_norm", "permute", "recurrent", "steps",
              "reduction", "window_attention", "tokens", "new_axis")  # fmt: skip


def draw(dice, rank, kinds=EVERYTHING, most=7, length=None):
    """A network of `rank` axes and up to `most` layers, by the numbers of a `random.Random`."""
    side = {1: 40, 2: 10, 3: 5}[rank]
    sizes = [tuple(dice.randint(length or side // 2, length or side) for _ in range(rank))
             for _ in range(1 if dice.random() < 0.85 else 2)]  # fmt: skip
    names = ["input"] if len(sizes) == 1 else ["left", "right"]
    growing = Growing(dice, dict(zip(names, sizes, strict=True)), length)
    for _ in range(dice.randint(1, most)):
        getattr(growing, dice.choice(kinds))()
    return growing.finished()


class Growing(OfAxes):
    """A network while it is drawn: each method adds a layer, or does not if it does not fit."""

    def __init__(self, dice, inputs, length):
        self.dice = dice
        self.net = Net(inputs, [])
        self.rank = len(next(iter(inputs.values())))
        self.room = ROOM[self.rank] if length is None else 4 * length
        self.nodes = [(size, 1) for size in inputs.values()]
        self.parts = {}

    def finished(self):
        """With all inputs in use."""
        used = {source for layer in self.net.layers for source in layer.sources}
        for at in range(len(self.net.inputs)):
            if at not in used:
                self._merge(at, self._maps()[-1])
        return self.net

    # What all layers need

    def _source(self):
        """Mostly the last node."""
        *others, last = self._maps()
        return self.dice.choice(others) if others and self.dice.random() < 0.3 else last

    def _maps(self):
        return [node for node, (size, _) in enumerate(self.nodes) if size]

    def _name(self, node):
        names = list(self.net.inputs)
        return names[node] if node < len(names) else self.parts.get(node, f"n{node}")

    def _add(self, kind, keys, sources, ways, channels, whole="", size=None):
        if size is None:
            taken = self.nodes[sources[0]][0]
            size = tuple(way.rule.size(n) for way, n in zip(ways[0], taken, strict=True))
        if min(size, default=1) < 1 or prod(size) > self.room or channels > 64:
            return None
        names = [self._name(source) for source in sources]
        keys = {"name": f"n{len(self.nodes)}", "from": names[0] if len(names) == 1 else names, **keys}
        ways = tuple(tuple(one) for one in ways)
        self.net.layers.append(Layer({kind: keys}, tuple(sources), ways, size, channels, whole))
        self.nodes.append((size, channels))
        return len(self.nodes) - 1

    def _axes(self, rule):
        """A rule for every axis, each led to the same axis of the output."""
        return [Way(rule(axis), axis) for axis in range(self.rank)]

    def _single(self, kind, keys, rules, source, channels=None):
        ways = [[Way(rule, axis) for axis, rule in enumerate(rules)]]
        return self._add(kind, keys, [source], ways, channels or self.nodes[source][1])

    def _pairs(self, rules):
        return [[rule.before, rule.after] for rule in rules]

    # Sliding windows

    def _slides(self, kernels, strides=(1, 2, 3), dilations=(1, 1, 2, 3), pads=(0, 0, 1, 2), **more):
        pick = self.dice.choice
        return [Slide(pick(kernels), pick(strides), pick(dilations), pick(pads), pick(pads), **more)
                for _ in range(self.rank)]  # fmt: skip

    def _windowed(self, kind, **more):
        source = self._source()
        rules = self._slides((1, 2, 3, 3, 5) if self.rank == 1 else (1, 2, 3))
        keys = {"kernel": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                "dilation": [r.dilation for r in rules], "padding": self._pairs(rules), **more}  # fmt: skip
        self._single(kind, keys, rules, source, more.get("filters"))

    def conv(self):
        self._windowed("conv", filters=self.dice.randint(1, 2))

    def depthwise_conv(self):
        self._windowed("depthwise_conv")

    def _pool(self, kind, dilations):
        source = self._source()
        up = self.dice.random() < 0.5
        rules = self._slides((1, 2, 3), dilations=dilations, pads=(0, 0, 1),
                             rounding="ceil" if up else "floor")
        keys = {"size": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                "padding": self._pairs(rules), "ceil": up}  # fmt: skip
        if dilations != (1,):
            keys["dilation"] = [r.dilation for r in rules]
        self._single(kind, keys, rules, source)

    def max_pool(self):
        self._pool("max_pool", (1, 1, 2))

    def avg_pool(self):
        self._pool("avg_pool", (1,))

    def pad(self):
        rules = [Slide(before=self.dice.randint(0, 2), after=self.dice.randint(0, 2)) for _ in range(self.rank)]
        self._single("pad", {"amount": self._pairs(rules)}, rules, self._source())

    def _cut(self, cuts, source):
        """`cuts` are (before, after)."""
        rules = [Slide(before=-a, after=-b) for a, b in cuts]
        return self._single("crop", {"amount": [list(cut) for cut in cuts]}, rules, source)

    def crop(self):
        self._cut([(self.dice.randint(0, 2), self.dice.randint(0, 2)) for _ in range(self.rank)], self._source())

    def slice(self):
        source = self._source()
        ranges = [sorted(self.dice.sample(range(n + 1), 2)) for n in self.nodes[source][0]]
        rules = [Slide(before=-a, after=b - n) for (a, b), n in zip(ranges, self.nodes[source][0], strict=True)]
        if not any(a < b <= 0 for a, b in ranges):
            self._single("slice", {"size": ranges}, rules, source)

    # Merges

    def merge(self):
        self._merge(self._source(), self.dice.choice(self._maps()))

    def _merge(self, one, other):
        """Of two maps, the larger cut to the smaller along each axis."""
        least = tuple(map(min, self.nodes[one][0], self.nodes[other][0]))
        operands = []
        for node in (one, other):
            rest = [n - m for n, m in zip(self.nodes[node][0], least, strict=True)]
            if any(rest):
                befores = [self.dice.randint(0, r) for r in rest]
                node = self._cut([(b, r - b) for b, r in zip(befores, rest, strict=True)], node)  # noqa: PLW2901
            operands.append(node)
        channels = [self.nodes[node][1] for node in operands]
        alike = ["add", "maximum", "subtract", "average", "multiply"] if channels[0] == channels[1] else []
        kind = self.dice.choice(["concat", *alike])
        total = sum(channels) if kind == "concat" else channels[0]
        self._add(kind, {}, operands, [self._axes(lambda _: OWN)] * 2, total)

    def stack(self):
        """Operands one behind the other along an axis of space."""
        node, axis = self._source(), self.dice.randrange(self.rank)
        size, channels = self.nodes[node]
        fitting = [i for i, (other, c) in enumerate(self.nodes)
                   if other and c == channels and other[:axis] + other[axis + 1 :] == size[:axis] + size[axis + 1 :]]  # fmt: skip
        operands = [node, *self.dice.choices(fitting, k=self.dice.randint(1, 2))]
        lengths = [self.nodes[i][0][axis] for i in operands]
        ways = []
        for at in range(len(operands)):
            part = Part(sum(lengths[:at]), sum(lengths[at + 1 :]))
            ways.append([Way(part if i == axis else OWN, i) for i in range(self.rank)])
        name = {1: "l", 2: "hw", 3: "dhw"}[self.rank][axis]
        self._add("concat", {"axis": name}, operands, ways, channels)

    def broadcast(self):
        """A map times one of size 1 along some of its axes."""
        node = self._source()
        size, channels = self.nodes[node]
        targets = [1 if self.dice.random() < 0.6 else n for n in size]
        small = self._single("adaptive_avg_pool", {"size": targets}, [Adapt(t) for t in targets], node)
        if small is not None:
            rules = [Only(n) if t < n else OWN for t, n in zip(targets, size, strict=True)]
            ways = [[Way(rule, axis) for axis, rule in enumerate(rules)], self._axes(lambda _: OWN)]
            self._add("multiply", {}, [small, node], ways, channels)

    def gate(self):
        """A map times a vector that sees all of it."""
        node = self._source()
        channels = self.nodes[node][1]
        every = [[Way(Whole(), None) for _ in range(self.rank)]]
        vector = self._add("global_avg_pool", {}, [node], every, channels, "all", size=())
        if vector is not None:
            self._add("multiply", {}, [vector, node], [[], self._axes(lambda _: OWN)], channels, size=self.nodes[node][0])

    # Larger, smaller, elsewhere

    def conv_transpose(self):
        source, pick = self._source(), self.dice.choice
        rules, extra = [], []
        for _ in range(self.rank):
            k, s, d = pick((1, 2, 3, 4)), pick((1, 2, 2, 3)), pick((1, 1, 2, 3))
            more = pick(range(max(s, d)))
            cut = [self.dice.randint(0, min(2, d * (k - 1))) for _ in range(2)]
            rules.append(Spread(k, s, d, cut[0], cut[1] - more))
            extra.append(more)
        pads = [[r.before, r.after + more] for r, more in zip(rules, extra, strict=True)]
        keys = {"filters": 2, "kernel": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                "dilation": [r.dilation for r in rules], "padding": pads, "output_padding": extra}  # fmt: skip
        self._single("conv_transpose", keys, rules, source, 2)

    def _mode(self, *also):
        mode = self.dice.choice(("nearest_exact", "linear", "linear", "cubic", *also))
        align = mode in ("linear", "cubic") and self.dice.random() < 0.4
        return mode, align

    def upsample(self):
        source = self._source()
        # Of other sizes the frameworks read different elements where `nearest` is said.
        mode, align = self._mode("nearest", "nearest")
        scales = [self.dice.choice((1, 2, 2, 3, 1.5, 0.5)) for _ in range(self.rank)]
        rules = []
        for n, scale in zip(self.nodes[source][0], scales, strict=True):
            target = int(n * scale)
            copied = mode == "linear" and target == n
            step = None if isinstance(scale, int) or copied else 1 / Fraction(scale)
            rules.append(Between(target, mode, step, align))
        if mode == "nearest" and not all(isinstance(scale, int) for scale in scales):
            return
        if all(rule.target for rule in rules):
            keys = {"scale": scales, "mode": mode, "align_corners": align}
            self._single("upsample", keys, rules, source)

    def resize(self):
        source = self._source()
        mode, align = self._mode()
        targets = [self.dice.randint(1, 2 * n) for n in self.nodes[source][0]]
        rules = [Between(target, mode, None, align) for target in targets]
        keys = {"size": targets, "mode": mode, "align_corners": align}
        self._single("resize", keys, rules, source)

    def adaptive_pool(self):
        source = self._source()
        targets = [self.dice.randint(1, n + 2) for n in self.nodes[source][0]]
        kind = self.dice.choice(("adaptive_avg_pool", "adaptive_max_pool"))
        self._single(kind, {"size": targets}, [Adapt(t) for t in targets], source)

    def fractional(self):
        source = self._source()
        size = self.nodes[source][0]
        kernels = [self.dice.randint(1, min(3, n)) for n in size]
        targets = [self.dice.randint(2, max(2, n - k)) for n, k in zip(size, kernels, strict=True)]
        if self.rank > 1 and all(t <= n - k + 1 for n, k, t in zip(size, kernels, targets, strict=True)):
            rules = [Drawn(k, t) for k, t in zip(kernels, targets, strict=True)]
            self._single("fractional_max_pool", {"size": kernels, "output_size": targets}, rules, source)

    def to_depth(self):
        source = self._source()
        size, channels = self.nodes[source]
        if all(n % 2 == 0 for n in size):
            self._single("space_to_depth", {"factor": 2}, [Slide(2, 2)] * self.rank, source, channels * 2**self.rank)

    def to_space(self):
        cells = 2**self.rank
        wide = self._single("conv", {"filters": cells, "kernel": 1}, [OWN] * self.rank, self._source(), cells)
        if wide is not None:
            self._single("depth_to_space", {"factor": 2}, [Spread(2, 2)] * self.rank, wide, 1)

    def border(self):
        source = self._source()
        mode = self.dice.choice(("reflect", "replicate", "circular"))
        rules = []
        for n in self.nodes[source][0]:
            least = -1 if n > 3 else 0
            sides = [self.dice.randint(least, min(3, n - 1)) for _ in range(2)]
            if mode != "circular":
                # What is mirrored is not cut off at the other side.
                sides = [max(side, 0) for side in sides]
            rules.append(Mirror(*sides, mode))
        self._single("pad", {"amount": self._pairs(rules), "mode": mode}, rules, source)

    def instance_norm(self):
        source = self._source()
        size, channels = self.nodes[source]
        ways = [[Way(Whole(n), axis) for axis, n in enumerate(size)]]
        self._add("instance_norm", {}, [source], ways, channels, "own")

    def permute(self):
        if self.rank == 1:
            return
        source = self._source()
        size, channels = self.nodes[source]
        names = {2: "hw", 3: "dhw"}[self.rank]
        order = self.dice.sample(range(self.rank), self.rank)
        ways = [Way(OWN, order.index(axis)) for axis in range(self.rank)]
        self._add("permute", {"axes": ["c", *(names[axis] for axis in order)]}, [source], [ways], channels,
                  size=tuple(size[axis] for axis in order))  # fmt: skip

    def recurrent(self):
        if self.rank == 1:
            both = self.dice.random() < 0.3
            source = self._source()
            n = self.nodes[source][0][0]
            keys = {"units": 2, "return": "sequence", "bias": False, "bidirectional": "sum" if both else "none"}
            way = Way(Whole(n) if both else Past(), 0)
            self._add("simple_rnn", keys, [source], [[way]], 2, "all" if both else "")

    def steps(self):
        """A convolution of every step of the first axis."""
        if self.rank > 1:
            source = self._source()
            rules = self._slides((1, 2, 3))[1:]
            conv = {"filters": 2, "kernel": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                    "dilation": [r.dilation for r in rules], "padding": self._pairs(rules)}  # fmt: skip
            self._single("time_distributed", {"layer": {"conv": conv}}, [OWN, *rules], source, 2)


"""Layers that reduce, choose, repeat or cut along axes, and windows with weights of their own."""

from __future__ import annotations

from math import prod

from .oracle import (
    OWN,
    Again,
    Around,
    Bordered,
    Chosen,
    Layer,
    Only,
    Own,
    Part,
    Slide,
    Spread,
    Way,
    Whole,
)

NAMES = {1: "l", 2: "hw", 3: "dhw"}
"""What the axes of a map are called."""


class OfAxes:
    """Part of `drawing.Growing`: each method adds a layer, or does not if it does not fit."""

    def _along(self, kind, keys, rule, axis, source, whole=""):
        """A rule along one axis, the element of its own along the others."""
        ways = [[Way(rule if i == axis else OWN, i) for i in range(self.rank)]]
        keys = {"axis": NAMES[self.rank][axis], **keys}
        return self._add(kind, keys, [source], ways, self.nodes[source][1], whole)

    def _axis(self):
        source, axis = self._source(), self.dice.randrange(self.rank)
        return source, axis, self.nodes[source][0][axis]

    def gather(self):
        source, axis, n = self._axis()
        step = self.dice.choice((0, 1, 2))
        places = list(range(self.dice.randrange(n), n, step)) if step else self.dice.choices(range(n), k=4)
        self._along("gather", {"indices": places}, Chosen(tuple(places)), axis, source)

    def tile(self):
        source, axis, n = self._axis()
        times = self.dice.randint(1, 3)
        self._along("tile", {"times": times}, Only(times) if n == 1 else Again(times), axis, source)

    def reduction(self):
        source, axis, _ = self._axis()
        self._along(self.dice.choice(("mean", "max", "min", "sum")), {}, Whole(), axis, source, "all")

    def part(self):
        """A split into two."""
        source, axis, n = self._axis()
        if n == 1:
            return
        first = self.dice.randrange(1, n)
        node = self._along("split", {"sizes": [first, n - first]}, Slide(after=first - n), axis, source)
        if node is None:
            return
        self.parts[node] = f"n{node}.0"
        ways = tuple(Way(Slide(before=-first) if i == axis else OWN, i) for i in range(self.rank))
        size = tuple(n - first if i == axis else m for i, m in enumerate(self.nodes[node][0]))
        channels = self.nodes[node][1]
        self.net.layers.append(Layer({}, (source,), (ways,), size, channels))
        self.parts[len(self.nodes)] = f"n{node}.1"
        self.nodes.append((size, channels))
        # A network does not end with several outputs.
        self._single("scale", {}, [OWN] * self.rank, node + 1)

    def learnt(self):
        kind = self.dice.choice(("scale", "positional_embedding", "layer_scale", "quantize", "masking"))
        self._single(kind, {}, [OWN] * self.rank, self._source())

    def local(self):
        source = self._source()
        rules = self._slides((1, 2, 3), dilations=(1,))
        keys = {"filters": 2, "kernel": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                "padding": self._pairs(rules)}  # fmt: skip
        self._single("locally_connected", keys, rules, source, 2)

    def _modes(self, size, most):
        """A mode that the axes are long enough for, or zeros."""
        fitting = min(size) > most
        return self.dice.choice(("zeros", "reflect", "replicate", "circular")) if fitting else "zeros"

    def blur_pool(self):
        source = self._source()
        size, pick = self.nodes[source][0], self.dice.choice
        kernel, pad = pick((1, 2, 3, 4)), pick((0, 0, 1, 2))
        mode = self._modes(size, pad)
        rules = [Slide(kernel, pick((1, 2, 3)), 1, pad, pad) for _ in size]
        keys = {"size": kernel, "stride": [r.stride for r in rules], "padding": pad, "mode": mode}
        self._single("blur_pool", keys, self._going_on(rules, mode), source)

    def bordered(self):
        """A convolution whose padding goes on with the map."""
        source = self._source()
        pick = self.dice.choice
        pads = [pick((0, 1, 2)) for _ in range(self.rank)]
        mode = self._modes(self.nodes[source][0], max(pads))
        rules = [Slide(pick((1, 2, 3)), pick((1, 2, 3)), pick((1, 1, 2)), p, p) for p in pads]
        keys = {"filters": 1, "kernel": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                "dilation": [r.dilation for r in rules], "padding": pads, "padding_mode": mode}  # fmt: skip
        self._single("conv", keys, self._going_on(rules, mode), source, 1)

    def _going_on(self, rules, mode):
        return rules if mode == "zeros" else [Bordered(rule, mode) for rule in rules]

    def max_unpool(self):
        source, pick = self._source(), self.dice.choice
        rules = []
        for _ in range(self.rank):
            k = pick((1, 2, 3))
            p = pick(range(k // 2 + 1))
            rules.append(Spread(k, pick((1, 2, 3)), 1, p, p))
        keys = {"size": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                "padding": [r.before for r in rules]}  # fmt: skip
        self._single("max_unpool", keys, rules, source)

    def involution(self):
        """With weights that a convolution of the same window computes."""
        source = self._source()
        rules = self._slides((1, 2, 3) if self.rank < 3 else (1, 2))
        taps = prod(rule.kernel for rule in rules)
        keys = {"kernel": [r.kernel for r in rules], "stride": [r.stride for r in rules],
                "dilation": [r.dilation for r in rules], "padding": self._pairs(rules)}  # fmt: skip
        weights = self._single("conv", {"filters": taps, **keys}, rules, source, taps)
        if weights is not None:
            ways = [[Way(rule, i) for i, rule in enumerate(rules)], self._axes(lambda _: OWN)]
            self._add("involution", keys, [source, weights], ways, self.nodes[source][1])

    def carafe(self):
        """With weights that are computed before the map is made larger, one for each position."""
        source, kernel = self._source(), self.dice.choice((1, 3))
        scales = [self.dice.choice((1, 2)) for _ in range(self.rank)]
        taps = kernel**self.rank
        wide = self._single("conv", {"filters": taps, "kernel": 1}, [OWN] * self.rank, source, taps)
        weights = wide if wide is None else self._single(
            "upsample", {"scale": scales, "mode": "nearest"}, [Around(1, s) for s in scales], wide)  # fmt: skip
        if weights is not None:
            ways = [self._axes(lambda i: Around(kernel, scales[i])), self._axes(lambda _: OWN)]
            self._add("carafe", {"scale": scales, "kernel": kernel}, [source, weights], ways, self.nodes[source][1])

    def window_attention(self):
        source = self._source()
        size, channels = self.nodes[source]
        if 1 in size:
            return  # there a window is no more than its own place
        windows = [self.dice.randint(1, 4) for _ in size]
        shifts = [self.dice.randrange(w) for w in windows]
        rules = [Whole(n) if w >= n else Own(w, s) for n, w, s in zip(size, windows, shifts, strict=True)]
        whole = "all" if any(isinstance(rule, Whole) for rule in rules) else ""
        ways = [[Way(rule, axis) for axis, rule in enumerate(rules)]]
        keys = {"heads": 1, "key_dim": 2, "window": windows, "shift": shifts}
        self._add("multi_head_attention", keys, [source], ways, channels, whole)

    def tokens(self):
        if self.rank == 1:
            count, last = self.dice.randint(1, 2), self.dice.random() < 0.5
            rule = Part(0, count) if last else Part(count, 0)
            self._single("class_token", {"count": count, "last": last}, [rule], self._source())

    def new_axis(self):
        """An axis of one element that comes, and goes again."""
        if self.rank == 3:
            return
        source = self._source()
        size, channels = self.nodes[source]
        at = self.dice.randrange(self.rank + 1)
        name = NAMES[self.rank + 1][at]
        to = [i + (i >= at) for i in range(self.rank)]
        ways = [[Way(OWN, place) for place in to]]
        longer = self._add("unsqueeze", {"axis": name}, [source], ways, channels, size=(*size[:at], 1, *size[at:]))
        if longer is not None:
            back = [[Way(OWN, to.index(i)) if i in to else Way(Only(1), None) for i in range(self.rank + 1)]]
            self._add("squeeze", {"axis": name}, [longer], back, channels, size=size)
            self.nodes[longer] = ((), channels)

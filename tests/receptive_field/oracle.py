"""Receptive fields by brute force: indices are pushed through windows one by one.

How layers read is stated here once more, from the definitions of the frameworks, and shares no code
with cnncalc. A `Net` is what such a network is: for every layer and operand a rule per axis.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import ceil, floor, lcm, prod
from typing import NamedTuple

# Rules: how one axis is read ----------------------------------------------------------------------
#
# `size(n)` outputs for n inputs; `reach(u, n)` what output u reads if the input had no ends;
# `read(u, n)` what it really reads. Where both are the same, output u is untouched by the borders.


class Slide(NamedTuple):
    """Convolution, pooling, zero padding, cropping."""

    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    rounding: str = "floor"

    def size(self, n):
        room = n + self.before + self.after - self.dilation * (self.kernel - 1) - 1
        if room < 0:
            return 0
        if self.rounding == "floor":
            return room // self.stride + 1
        # The last window may stick out, but not start in the padding at the end.
        starts = range(0, room + self.stride, self.stride)
        return sum(start < n + self.before for start in starts)

    def reach(self, u, n):
        return [u * self.stride - self.before + j * self.dilation for j in range(self.kernel)]

    def read(self, u, n):
        return [i for i in self.reach(u, n) if 0 <= i < n]


class Spread(NamedTuple):
    """Transposed convolution: input i is spread over the outputs i·stride + j·dilation."""

    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    def size(self, n):
        return (n - 1) * self.stride + self.dilation * (self.kernel - 1) + 1 - self.before - self.after

    def reach(self, u, n):
        places = [u + self.before - j * self.dilation for j in range(self.kernel)]
        return sorted(place // self.stride for place in places if place % self.stride == 0)

    def read(self, u, n):
        return [i for i in self.reach(u, n) if 0 <= i < n]


class Between(NamedTuple):
    """Interpolation to `target` outputs, `step` inputs apart; the weights are computed."""

    target: int
    mode: str
    step: Fraction | None = None
    align: bool = False

    def size(self, n):
        return self.target

    def reach(self, u, n):
        step = self.step or Fraction(n, self.target)
        if self.mode == "nearest":
            return [floor(u * step)]
        if self.mode == "nearest_exact":
            return [floor((u + Fraction(1, 2)) * step)]
        if self.align:
            place = u * (Fraction(n - 1, self.target - 1) if self.target > 1 else Fraction(0))
        else:
            place = (u + Fraction(1, 2)) * step - Fraction(1, 2)
        around = range(floor(place) - 1, floor(place) + 3)
        return [i for i in around if self.weight(abs(place - i))]

    def weight(self, x):
        if self.mode == "linear":
            return max(1 - x, 0)
        # Keys' cubic with PyTorch's a = -3/4.
        a = Fraction(-3, 4)
        if x <= 1:
            return (a + 2) * x**3 - (a + 3) * x**2 + 1
        return a * (x**3 - 5 * x**2 + 8 * x - 4) if x < 2 else 0

    def read(self, u, n):
        return sorted({min(max(i, 0), n - 1) for i in self.reach(u, n)})


class Adapt(NamedTuple):
    """Adaptive pooling to `target` outputs."""

    target: int

    def size(self, n):
        return self.target

    def reach(self, u, n):
        return list(range(floor(Fraction(u * n, self.target)), ceil(Fraction((u + 1) * n, self.target))))

    read = reach


class Drawn(NamedTuple):
    """Fractional pooling: windows start at ⌊u·a⌋ or ⌈u·a⌉, the last one at the end."""

    kernel: int
    target: int

    def size(self, n):
        return self.target

    def reach(self, u, n):
        if u == self.target - 1:
            return list(range(n - self.kernel, n))
        start = Fraction(u * (n - self.kernel), self.target - 1)
        return list(range(floor(start), ceil(start) + self.kernel))

    read = reach


class Mirror(NamedTuple):
    """Padding with the map's own values."""

    before: int
    after: int
    mode: str

    def size(self, n):
        return n + self.before + self.after

    def reach(self, u, n):
        return [u - self.before]

    def read(self, u, n):
        i = u - self.before
        if self.mode == "replicate":
            return [min(max(i, 0), n - 1)]
        if self.mode == "reflect":
            while not 0 <= i < n:
                i = -i if i < 0 else 2 * (n - 1) - i
            return [i]
        # What is cut off is cut off first: only the rest goes round.
        rest = range(max(-self.before, 0), n - max(-self.after, 0))
        return [rest[(u - max(self.before, 0)) % len(rest)]]


class Part(NamedTuple):
    """One of several operands that stand one behind the other, `before` and `after` around it."""

    before: int
    after: int

    def size(self, n):
        return self.before + n + self.after

    def reach(self, u, n):
        return [u - self.before] if 0 <= u - self.before < n else []

    read = reach


class Only(NamedTuple):
    """An axis of one element that is spread to `target`."""

    target: int

    def size(self, n):
        return self.target

    def reach(self, u, n):
        return [0]

    read = reach


class Chosen(NamedTuple):
    """The places that are named, one after the other."""

    places: tuple

    def size(self, n):
        return len(self.places)

    def read(self, u, n):
        return [self.places[u]] if 0 <= u < len(self.places) else []

    def reach(self, u, n):
        """Places that are equally far apart, and go up, go on if nothing has ends."""
        first, step = self.places[0], self.places[1] - self.places[0] if len(self.places) > 1 else 1
        evenly = step > 0 and list(self.places) == [first + i * step for i in range(len(self.places))]
        return [first + u * step] if evenly else self.read(u, n)


class Again(NamedTuple):
    """An axis, and itself again behind it."""

    times: int

    def size(self, n):
        return n * self.times

    def reach(self, u, n):
        return [list(range(n))[u % n]]

    read = reach


class Bordered(NamedTuple):
    """A window over a map that goes on beyond its ends by its own values."""

    slide: Slide
    mode: str

    def size(self, n):
        return self.slide.size(n)

    def reach(self, u, n):
        return self.slide.reach(u, n)

    def read(self, u, n):
        beyond = Mirror(0, 0, self.mode)
        return sorted({place for i in self.reach(u, n) for place in beyond.read(i, n)})


class Around(NamedTuple):
    """The window around the input that an output lies over, `scale` times as many as inputs."""

    kernel: int
    scale: int

    def size(self, n):
        return n * self.scale

    def reach(self, u, n):
        return [u // self.scale + j - self.kernel // 2 for j in range(self.kernel)]

    def read(self, u, n):
        return [i for i in self.reach(u, n) if 0 <= i < n]


class Own(NamedTuple):
    """The block of `width` that a place lies in, of those that begin at `shift`."""

    width: int
    shift: int

    def size(self, n):
        return n

    def reach(self, u, n):
        start = self.shift
        while start > u:
            start -= self.width
        while start + self.width <= u:
            start += self.width
        return list(range(start, start + self.width))

    def read(self, u, n):
        return [i for i in self.reach(u, n) if 0 <= i < n]


class Past(NamedTuple):
    """A recurrent layer: all up to the own place."""

    def size(self, n):
        return n

    def reach(self, u, n):
        return list(range(u + 1))

    read = reach


class Whole(NamedTuple):
    """All of the axis: global pooling, the statistics of a norm."""

    target: int = 1

    def size(self, n):
        return self.target

    def reach(self, u, n):
        return list(range(n))

    read = reach


# Networks -----------------------------------------------------------------------------------------


class Way(NamedTuple):
    """How an axis of an operand is read, and the axis of the output along which that goes on."""

    rule: tuple
    to: int | None


class Layer(NamedTuple):
    """`item` is how it is written in a spec, nothing for a further part of a split; `ways` has for each operand a way per axis.

    `whole`: it sees everything, and besides its own place if that is `"own"`; else it is `""`.
    """

    item: dict
    sources: tuple[int, ...]
    ways: tuple[tuple[Way, ...], ...]
    size: tuple[int, ...]
    channels: int
    whole: str = ""


class Net(NamedTuple):
    """Inputs, as nodes 0, 1, …, and the layers behind them."""

    inputs: dict[str, tuple[int, ...]]
    layers: list[Layer]

    def sizes(self):
        return [*self.inputs.values(), *(layer.size for layer in self.layers)]

    def spec(self):
        inputs = {name: {"channels": 1, "size": list(size)} for name, size in self.inputs.items()}
        one = {"input": inputs["input"]} if list(inputs) == ["input"] else {"inputs": inputs}
        return {**one, "layers": [layer.item for layer in self.layers if layer.item]}

    def along(self, axis):
        """The network of one axis alone; None if axes meet anywhere."""
        layers = []
        for layer in self.layers:
            if any(way.to != i for ways in layer.ways for i, way in enumerate(ways)):
                return None
            ways = tuple((Way(ways[axis].rule, 0),) for ways in layer.ways)
            # What sees all along other axes sees no more than its own place along this one.
            whole = layer.whole if any(isinstance(way.rule, (Whole, Past)) for (way,) in ways) else ""
            layers.append(layer._replace(ways=ways, size=layer.size[axis : axis + 1], whole=whole))
        return Net({name: size[axis : axis + 1] for name, size in self.inputs.items()}, layers)


OWN = Slide()
DIGIT = 32
"""Bytes for the number of paths from one input element."""


class Oracle:
    """What every unit sees of every input: a whole number with a digit for each input element.

    A digit counts the paths to that element. A unit's number is the sum of the numbers of what it
    reads; with `average` each of them divided by how many taps there are, over `scale`. `local`
    leaves out layers that see everything.
    """

    def __init__(self, net, *, local=False, average=False):
        self.net, self.local, self.average = net, local, average
        self.sizes = net.sizes()
        self.starts, total = {}, 0
        for name, size in net.inputs.items():
            self.starts[name] = total
            total += prod(size)
        self.values, self.scales, self.clean = [], [], []
        for name, size in net.inputs.items():
            self.values.append({
                unit: 1 << 8 * DIGIT * (self.starts[name] + at)
                for at, unit in enumerate(product(*map(range, size)))
            })  # fmt: skip
            self.scales.append(1)
            self.clean.append(set(self.values[-1]))
        for layer in net.layers:
            self._push(layer)

    def _push(self, layer):
        reads = [self._reads(layer, operand) for operand in range(len(layer.sources))]
        many = {n for read in reads for _, _, n in read.values()} if self.average else {1}
        scales = [self.scales[source] for source in layer.sources]
        each, common = lcm(*(n for n in many if n)), lcm(*scales)
        values, clean = {}, set()
        for unit in product(*map(range, layer.size)):
            value, whole = 0, True
            for source, read, scale in zip(layer.sources, reads, scales, strict=True):
                places, same, n = read[unit]
                known = self.values[source]
                part = sum(known[place] for place in places)
                value += part * (common // scale) * (each // n) if self.average else part
                whole = whole and same and all(place in self.clean[source] for place in places)
            values[unit] = value
            if whole:
                clean.add(unit)
        self.values.append(values)
        self.scales.append(each * common)
        self.clean.append(clean)

    def _reads(self, layer, operand):
        """For every unit the places it reads, whether no border is met, and how many taps it has."""
        size = self.sizes[layer.sources[operand]]
        if layer.whole and self.local:
            own = layer.whole == "own"
            return {unit: ([unit] if own else [], True, 1) for unit in product(*map(range, layer.size))}
        ways, found, known = layer.ways[operand], {}, {}
        for unit in product(*map(range, layer.size)):
            sides, same, n = [], True, 1
            for axis, way in enumerate(ways):
                key = (axis, None if way.to is None else unit[way.to])
                if key not in known:
                    read, reach = way.rule.read(key[1], size[axis]), way.rule.reach(key[1], size[axis])
                    known[key] = (read, read == reach, max(len(reach), 1))
                read, fits, count = known[key]
                sides.append(read)
                same, n = same and fits, n * count
            found[unit] = (list(product(*sides)), same, n)
        return found

    def paths(self, node, unit):
        """By input, for every element that the unit sees, the number of paths to it."""
        value = self.values[node][tuple(unit)]
        digits = value.to_bytes((value.bit_length() + 7) // 8 + DIGIT, "little")
        found = {}
        for name, size in self.net.inputs.items():
            counts = Counter()
            for at, place in enumerate(product(*map(range, size)), self.starts[name]):
                digit = int.from_bytes(digits[at * DIGIT : (at + 1) * DIGIT], "little")
                if digit:
                    counts[place] = digit
            found[name] = counts
        return found

    def sees(self, node, unit):
        """By input, the elements that the unit sees."""
        return {name: set(counts) for name, counts in self.paths(node, unit).items()}


def beyond(net, node, unit):
    """By input, what a unit would see if nothing had ends; layers that see everything left out."""
    sizes, asked, found = net.sizes(), {node: {tuple(unit)}}, {}
    names = list(net.inputs)
    for at in range(node, -1, -1):
        units = asked.pop(at, set())
        if at < len(names):
            found[names[at]] = units
            continue
        layer = net.layers[at - len(names)]
        for source, ways in zip(layer.sources, layer.ways, strict=True):
            reached = asked.setdefault(source, set())
            if layer.whole:
                reached |= units if layer.whole == "own" else set()
                continue
            for place in units:
                sides = [way.rule.reach(None if way.to is None else place[way.to], n)
                         for way, n in zip(ways, sizes[source], strict=True)]  # fmt: skip
                reached |= set(product(*sides))
    return found


def box(places):
    """The first and last place on each axis; None if there are none."""
    return tuple((min(side), max(side)) for side in zip(*places, strict=True)) if places else None

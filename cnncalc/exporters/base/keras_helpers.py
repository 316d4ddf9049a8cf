"""Functions and layers that a file of Keras brings along where it needs them."""

from __future__ import annotations

from cnncalc.exporters.base.keras_classes import CLASSES

HELPERS: dict[str, str] = {
    "make_divisible": '''
def make_divisible(value: float, d: int = 8) -> int:
    """The multiple of d nearest to value, not below 90 % of it."""
    multiple = max(d, int(value + d / 2) // d * d)
    return multiple + d if multiple < 0.9 * value else multiple
''',
    "pad_edges": '''
def pad_edges(x, pads: tuple, wrap: bool = False):
    """Repeat the edges of a map, or go on at its other end."""
    for axis, (before, after) in enumerate(pads, 1):
        n = x.shape[axis]
        places = ops.arange(-before, n + after)
        places = places % n if wrap else ops.clip(places, 0, n - 1)
        x = ops.take(x, places, axis=axis)
    return x
''',
    "average_inside": '''
def average_inside(x, size, strides, pads: tuple):
    """Average what windows see of a map; what is added around it does not count."""
    pads = ((0, 0), *pads, (0, 0))
    ones = ops.pad(ops.ones_like(x[:1, ..., :1]), pads)
    means = ops.average_pool(ops.pad(x, pads), size, strides)
    return means / ops.average_pool(ones, size, strides)
''',
    "nearest": '''
def nearest(x, size: tuple):
    """Copy the element at the start of what each position covers."""
    for axis, m in enumerate(size, 1):
        x = ops.take(x, ops.arange(m) * x.shape[axis] // m, axis=axis)
    return x
''',
    "interpolate": '''
def interpolate(x, size: tuple, scales: tuple = (), aligned: bool = False):
    """Interpolate linearly along each axis, by factors or between aligned corners."""
    for axis, m in enumerate(size, 1):
        n = x.shape[axis]
        places = ops.arange(m, dtype="float32")
        if aligned:
            places = places * (n - 1) / max(m - 1, 1)
        else:
            step = 1 / scales[axis - 1] if scales else n / m
            places = ops.clip((places + 0.5) * step - 0.5, 0, n - 1)
        start = ops.clip(ops.cast(ops.floor(places), "int32"), 0, n - 1)
        end = ops.minimum(start + 1, n - 1)
        share = ops.reshape(
            places - ops.cast(start, "float32"), (-1, *[1] * (len(size) + 1 - axis))
        )
        before, after = ops.take(x, start, axis=axis), ops.take(x, end, axis=axis)
        x = before + (after - before) * share
    return x
''',
    "local_response_norm": '''
def local_response_norm(
    x, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
):
    """Divide by a power of the mean square over neighbouring channels."""
    channels, sides = x.shape[-1], (size // 2, (size - 1) // 2)
    squares = ops.pad(ops.square(x), (*[(0, 0)] * (len(x.shape) - 1), sides))
    total = sum(squares[..., place : place + channels] for place in range(size))
    return x / (k + alpha / size * total) ** beta
''',
    "max_unpool": '''
def max_unpool(x, like, size: tuple):
    """Put each value where the largest one of its window was; there are zeros elsewhere."""
    *grid, channels = x.shape[1:]
    rank, count = len(size), 1
    whole = [n * s for n, s in zip(grid, size)]
    for s in size:
        count *= s
    # What no window reaches is cut, what a window has beyond the end is never largest.
    reached = [min(pair) for pair in zip(whole, like.shape[1:-1])]
    ends = [(0, m - n) for m, n in zip(whole, reached)]
    cells = like[(slice(None), *(slice(n) for n in reached))]
    cells = ops.pad(cells, ((0, 0), *ends, (0, 0)), constant_values=float("-inf"))
    split = [n for pair in zip(grid, size) for n in pair]
    inner, outer = range(2, 2 * rank + 1, 2), range(1, 2 * rank, 2)
    cells = ops.reshape(cells, (-1, *split, channels))
    cells = ops.transpose(cells, (0, *outer, 2 * rank + 1, *inner))
    cells = ops.reshape(cells, (-1, *grid, channels, count))
    largest = ops.one_hot(ops.argmax(cells, axis=-1), count, dtype=x.dtype)
    x = ops.reshape(x[..., None] * largest, (-1, *grid, channels, *size))
    order = [i for axis in range(rank) for i in (1 + axis, 2 + rank + axis)]
    x = ops.reshape(ops.transpose(x, (0, *order, 1 + rank)), (-1, *whole, channels))
    ends = [(0, max(0, n - m)) for m, n in zip(whole, like.shape[1:-1])]
    x = ops.pad(x, ((0, 0), *ends, (0, 0)))
    return x[(slice(None), *(slice(n) for n in like.shape[1:-1]))]
''',
    "channel_shuffle": '''
def channel_shuffle(x, groups: int):
    """Put channels of all groups in turn."""
    *size, channels = x.shape[1:]
    x = ops.reshape(x, (-1, *size, groups, channels // groups))
    return ops.reshape(ops.swapaxes(x, -1, -2), (-1, *size, channels))
''',
    "pixel_shuffle": '''
def pixel_shuffle(x, factor: int):
    """Lay channels out as positions, in the order of PyTorch."""
    height, width, channels = x.shape[1:]
    x = ops.reshape(x, (-1, height, width, channels // factor**2, factor, factor))
    x = ops.transpose(x, (0, 1, 4, 2, 5, 3))
    return ops.reshape(x, (-1, height * factor, width * factor, channels // factor**2))
''',
    "pixel_unshuffle": '''
def pixel_unshuffle(x, factor: int):
    """Lay positions out as channels, in the order of PyTorch."""
    height, width, channels = x.shape[1:]
    rows, columns = height // factor, width // factor
    x = ops.reshape(x, (-1, rows, factor, columns, factor, channels))
    x = ops.transpose(x, (0, 1, 3, 5, 2, 4))
    return ops.reshape(x, (-1, rows, columns, channels * factor**2))
''',
    "unfold": '''
def unfold(x, kernel: int, strides: int):
    """Lay the elements of every window out as channels."""
    x = ops.image.extract_patches(x, kernel, strides, padding="valid")
    return ops.reshape(x, (-1, x.shape[1] * x.shape[2], x.shape[3]))
''',
    "fold_steps": '''
def fold_steps(x):
    """Take the steps as examples."""
    return ops.reshape(x, (-1, *x.shape[2:]))
''',
    "unfold_steps": '''
def unfold_steps(x, steps: int):
    """Lay examples out as the steps that they were."""
    return ops.reshape(x, (-1, steps, *x.shape[1:]))
''',
    "content_loss": '''
def content_loss(x, content):
    """Half of the squared distance, one number for each example."""
    distance = layers.Flatten()(x - content)
    return ops.sum(ops.square(distance), axis=1, keepdims=True) / 2
''',
    "style_loss": '''
def style_loss(x, style):
    """The squared distance of the Gram matrices, one number for each example."""

    def gram(x):
        x = ops.reshape(x, (-1, x.shape[1] * x.shape[2], x.shape[3]))
        return ops.einsum("npc,npd->ncd", x, x)

    total = ops.sum(ops.square(gram(x) - gram(style)), axis=(1, 2))[:, None]
    return total / (2 * x.shape[1] * x.shape[2] * x.shape[3]) ** 2
''',
    "triplet_loss": '''
def triplet_loss(anchor, positive, negative, margin: float = 1.0):
    """How much nearer the positive lies than the negative, up to a margin."""
    near = ops.norm(anchor - positive + 1e-6, axis=1, keepdims=True)
    far = ops.norm(anchor - negative + 1e-6, axis=1, keepdims=True)
    return ops.relu(near - far + margin)
''',
    "anchor_boxes": '''
def anchor_boxes(x, scales: tuple, ratios: tuple):
    """Boxes of all scales and ratios over every position: x, y, width and height in pixels."""
    rows, columns = x.shape[1:3]
    stride = min(scales) / 4
    y, z = ((ops.arange(n, dtype="float32") + 0.5) * stride for n in (rows, columns))
    y, z = ops.meshgrid(y, z, indexing="ij")
    boxes = []
    for scale in scales:
        for ratio in ratios:
            width, height = scale / ratio**0.5, scale * ratio**0.5
            boxes += [z, y, ops.full_like(y, width), ops.full_like(y, height)]
    return ops.zeros_like(x[..., :1]) + ops.stack(boxes, axis=-1)
''',
    "LayerScale": '''
class LayerScale(layers.Layer):
    """A learnt factor per channel."""

    def __init__(self, initial: float = 1e-6, **kwargs):
        super().__init__(**kwargs)
        self.initial = initial

    def build(self, shape):
        start = keras.initializers.Constant(self.initial)
        self.scale = self.add_weight(shape=shape[-1:], initializer=start, name="scale")

    def call(self, x):
        return x * self.scale
''',
    "PositionalEmbedding": '''
class PositionalEmbedding(layers.Layer):
    """A vector for each position, learnt or fixed."""

    def build(self, shape):
        self.position = self.add_weight(
            shape=shape[1:], trainable=self.trainable, name="position"
        )

    def call(self, x):
        return x + self.position
''',
    "ClassToken": '''
class ClassToken(layers.Layer):
    """Learnt positions before a sequence, or behind it."""

    def __init__(self, count: int = 1, last: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.count, self.last = count, last

    def build(self, shape):
        self.tokens = self.add_weight(shape=(1, self.count, shape[-1]), name="tokens")

    def call(self, x):
        tokens = ops.zeros_like(x[:, :1]) + self.tokens
        return ops.concatenate([x, tokens] if self.last else [tokens, x], axis=1)
''',
    "WeightedSum": '''
class WeightedSum(layers.Layer):
    """The sum of the operands, each times a learnt weight, or one for each channel."""

    def __init__(self, normalise: str = "fast", per_channel: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.normalise, self.per_channel = normalise, per_channel

    def build(self, shapes):
        channels = shapes[0][-1:] if self.per_channel else ()
        self.fusion = self.add_weight(
            shape=(len(shapes), *channels), initializer="ones", name="fusion"
        )

    def call(self, operands):
        weights = self.fusion
        if self.normalise == "softmax":
            weights = ops.softmax(weights, axis=0)
        elif self.normalise == "fast":
            weights = ops.relu(weights)
            weights = weights / (ops.sum(weights, axis=0) + 1e-4)
        return sum(weights[place] * x for place, x in enumerate(operands))
''',
    **CLASSES,
}
"""By name: two blank lines stand around each."""

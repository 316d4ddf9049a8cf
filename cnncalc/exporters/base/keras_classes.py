"""Layers that a file of Keras brings along where it needs them: cells and attention."""

from __future__ import annotations

CLASSES: dict[str, str] = {
    "BiasedLSTMCell": '''
@keras.saving.register_keras_serializable()
class BiasedLSTMCell(layers.LSTMCell):
    """A cell whose gates have a second bias, for the state."""

    def build(self, shape):
        super().build(shape)
        self.recurrent_bias = self.add_weight(
            shape=(4 * self.units,), initializer="zeros", name="recurrent_bias"
        )

    def call(self, x, states, training=False):
        hidden, cell = states
        gates = ops.matmul(x, self.kernel) + self.bias
        gates += ops.matmul(hidden, self.recurrent_kernel) + self.recurrent_bias
        i, f, g, o = ops.split(gates, 4, axis=-1)
        cell = ops.sigmoid(f) * cell + ops.sigmoid(i) * ops.tanh(g)
        hidden = ops.sigmoid(o) * ops.tanh(cell)
        return hidden, [hidden, cell]
''',
    "BiasedRNNCell": '''
@keras.saving.register_keras_serializable()
class BiasedRNNCell(layers.SimpleRNNCell):
    """A cell with a second bias, for the state."""

    def build(self, shape):
        super().build(shape)
        self.recurrent_bias = self.add_weight(
            shape=(self.units,), initializer="zeros", name="recurrent_bias"
        )

    def call(self, x, states, training=False):
        hidden = ops.matmul(states[0], self.recurrent_kernel) + self.recurrent_bias
        hidden = ops.tanh(ops.matmul(x, self.kernel) + self.bias + hidden)
        return hidden, [hidden]
''',
    "Scale": '''
class Scale(layers.Layer):
    """A learnt factor, and a learnt summand, along some axes."""

    def __init__(self, sizes: tuple = (), shift: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.sizes, self.shift = sizes, shift

    def build(self, shape):
        self.factor = self.add_weight(
            shape=self.sizes, initializer="ones", name="factor"
        )
        if self.shift:
            self.summand = self.add_weight(
                shape=self.sizes, initializer="zeros", name="summand"
            )

    def call(self, x):
        return x * self.factor + self.summand if self.shift else x * self.factor
''',
    "Attention": '''
class Attention(layers.Layer):
    """Multi-head attention over the positions of a map, in windows if there are any."""

    def __init__(
        self,
        heads: int,
        key_dim: int,
        value_dim: int,
        output: int,
        kv_heads: int = 0,
        window: tuple = (),
        shift: tuple = (),
        relative: bool = False,
        bias: tuple = ("query", "key", "value", "output"),
        dropout: float = 0.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        kv_heads = kv_heads or heads
        self.heads, self.kv_heads = heads, kv_heads
        self.window, self.shift, self.relative = window, shift, relative
        self.inner = heads * value_dim
        self.query = layers.Dense(heads * key_dim, use_bias="query" in bias)
        self.key = layers.Dense(kv_heads * key_dim, use_bias="key" in bias)
        self.value = layers.Dense(kv_heads * value_dim, use_bias="value" in bias)
        self.project = layers.Dense(output, use_bias="output" in bias)
        self.dropout = layers.Dropout(dropout)

    def build(self, shape):
        for part in (self.query, self.key, self.value):
            part.build((None, None, None, shape[-1]))
        self.project.build((None, None, None, self.inner))
        if self.relative:
            positions, distances = 1, 1
            for n in self.window:
                positions, distances = positions * n, distances * (2 * n - 1)
            self.relative_bias = self.add_weight(
                shape=(distances, self.heads), name="relative_bias"
            )
            self.relative_index = self.add_weight(
                shape=(positions**2,),
                initializer=lambda shape, dtype: self.distances(),
                dtype="int32",
                trainable=False,
                name="relative_index",
            )

    def distances(self):
        """The number of the distance between every two positions of a window."""
        axes = [ops.arange(n, dtype="int32") for n in self.window]
        index = 0
        for place, n in zip(ops.meshgrid(*axes, indexing="ij"), self.window):
            place = ops.reshape(place, (-1,))
            index = index * (2 * n - 1) + place[:, None] - place[None] + n - 1
        return ops.reshape(index, (-1,))

    def compute_output_shape(self, shape):
        return (*shape[:-1], self.project.units)

    def call(self, x):
        size = x.shape[1:-1]
        window = self.window or size
        shift = self.shift or [0] * len(size)
        shift = [0 if w >= n else s for n, w, s in zip(size, window, shift)]
        pads = [(0, -n % w) for n, w in zip(size, window)]
        axes = tuple(range(1, 1 + len(size)))
        x = ops.pad(x, ((0, 0), *pads, (0, 0)))
        x = ops.roll(x, tuple(-s for s in shift), axes)
        padded = x.shape[1:-1]
        far = self.ends(padded, shift) if any(shift) else None
        x = self.mix(self.windows(x, window), far)
        grid = [n // w for n, w in zip(padded, window)]
        x = ops.reshape(x, (-1, *grid, *window, x.shape[-1]))
        rank = len(size)
        order = [i for axis in axes for i in (axis, axis + rank)]
        x = ops.transpose(x, (0, *order, 2 * rank + 1))
        x = ops.roll(ops.reshape(x, (-1, *padded, x.shape[-1])), tuple(shift), axes)
        return x[(slice(None), *(slice(n) for n in size))]

    def windows(self, x, window):
        """The positions of each window in a row: (batch, windows, positions, channels)."""
        rank, channels = len(window), x.shape[-1]
        grid = [n // w for n, w in zip(x.shape[1:-1], window)]
        split = [n for pair in zip(grid, window) for n in pair]
        x = ops.reshape(x, (-1, *split, channels))
        outer, inner = range(1, 2 * rank, 2), range(2, 2 * rank + 1, 2)
        x = ops.transpose(x, (0, *outer, *inner, 2 * rank + 1))
        count = 1
        for n in grid:
            count *= n
        positions = 1
        for n in window:
            positions *= n
        return ops.reshape(x, (-1, count, positions, channels))

    def ends(self, size, shift):
        """Minus infinity where a window has positions of two ends of the map."""
        where = ops.zeros(size, "int32")
        for axis, (n, s) in enumerate(zip(size, shift), 1):
            end = ops.cast(ops.arange(n) >= n - s, "int32")
            where = 2 * where + ops.reshape(end, (-1, *[1] * (len(size) - axis)))
        where = self.windows(where[None, ..., None], self.window)[0, ..., 0]
        far = where[:, :, None] != where[:, None, :]
        return ops.where(far, float("-inf"), 0.0)

    def mix(self, x, far=None):
        """Attention among the positions of each window."""
        count, positions = x.shape[1:-1]

        def split(x, heads):
            x = ops.reshape(x, (-1, count, positions, heads, x.shape[-1] // heads))
            return ops.repeat(x, self.heads // heads, axis=3)

        q, k = split(self.query(x), self.heads), split(self.key(x), self.kv_heads)
        v = split(self.value(x), self.kv_heads)
        scores = ops.einsum("bwphd,bwqhd->bwhpq", q, k) / q.shape[-1] ** 0.5
        if self.relative:
            bias = ops.take(self.relative_bias, self.relative_index, axis=0)
            bias = ops.reshape(bias, (positions, positions, self.heads))
            scores = scores + ops.transpose(bias, (2, 0, 1))
        if far is not None:
            scores = scores + far[:, None]
        weights = self.dropout(ops.softmax(scores))
        x = ops.einsum("bwhpq,bwqhd->bwphd", weights, v)
        return self.project(ops.reshape(x, (-1, count, positions, self.inner)))
''',
}
"""By name: two blank lines stand around each."""

"""Functions and classes that a file of PyTorch brings along where it needs them."""

from __future__ import annotations

HELPERS: dict[str, str] = {
    "make_divisible": '''
def make_divisible(value: float, d: int = 8) -> int:
    """The multiple of d nearest to value, not below 90 % of it."""
    multiple = max(d, int(value + d / 2) // d * d)
    return multiple + d if multiple < 0.9 * value else multiple
''',
    "drop_path": '''
def drop_path(x: torch.Tensor, rate: float, training: bool) -> torch.Tensor:
    """Leave out the branch of some examples while training."""
    if not training or not rate:
        return x
    kept = torch.rand(len(x), *[1] * (x.ndim - 1), device=x.device) >= rate
    return x * kept / (1 - rate)
''',
    "weighted_sum": '''
def weighted_sum(
    operands: list[torch.Tensor], weights: torch.Tensor, normalise: str
) -> torch.Tensor:
    """Add the operands, each times its weight."""
    if normalise == "softmax":
        weights = weights.softmax(0)
    elif normalise == "fast":
        weights = weights.relu()
        weights = weights / (weights.sum(0) + 1e-4)
    return sum((w * x for w, x in zip(weights, operands)), torch.zeros(()))
''',
    "crop_like": '''
def crop_like(x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The centre of a map, or the map with zeros around it, of the size of another."""
    pads = []
    for n, size in zip(reversed(x.shape[2:]), reversed(other.shape[2:])):
        before = (n - size) // 2 if n >= size else -((size - n) // 2)
        pads += [-before, size - n + before]
    return F.pad(x, pads)
''',
    "anchor_boxes": '''
def anchor_boxes(
    x: torch.Tensor, scales: tuple[float, ...], ratios: tuple[float, ...]
) -> torch.Tensor:
    """Boxes of all scales and ratios over every position: x, y, width and height in pixels."""
    rows, columns = x.shape[2:]
    stride = min(scales) / 4
    boxes = []
    for scale in scales:
        for ratio in ratios:
            y = (torch.arange(rows, device=x.device) + 0.5) * stride
            z = (torch.arange(columns, device=x.device) + 0.5) * stride
            side = torch.ones(rows, columns, device=x.device) * scale
            grid = torch.meshgrid(y, z, indexing="ij")
            boxes += [grid[1], grid[0], side / ratio**0.5, side * ratio**0.5]
    return torch.stack(boxes).expand(len(x), -1, -1, -1)
''',
    "style_loss": '''
def style_loss(x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    """The squared distance of the Gram matrices, one number for each example."""
    x, style = x.flatten(2), style.flatten(2)
    distance = (x @ x.mT - style @ style.mT).square().flatten(1).sum(1, keepdim=True)
    return distance / (2 * x.shape[1] * x.shape[2]) ** 2
''',
    "fold_steps": '''
def fold_steps(x: torch.Tensor) -> torch.Tensor:
    """Take the steps of (batch, channels, steps, ...) as examples."""
    return x.movedim(2, 1).flatten(0, 1)
''',
    "unfold_steps": '''
def unfold_steps(x: torch.Tensor, steps: int) -> torch.Tensor:
    """Lay examples out as the steps that they were."""
    return x.unflatten(0, (-1, steps)).movedim(1, 2)
''',
    "each_weight": '''
def each_weight(
    module: nn.Module, normalise: Callable[..., nn.Module], **options: int
) -> Any:
    """Normalise all weights of a module, and of those within it."""
    for part in module.modules():
        for name, _ in list(part.named_parameters(recurse=False)):
            if "weight" in name:
                normalise(part, name, **options)
    return module
''',
    "self_attention": '''
def self_attention(attention: nn.MultiheadAttention, x: torch.Tensor) -> torch.Tensor:
    """Attention among the positions of (batch, channels, positions)."""
    x = x.movedim(1, -1)
    return attention(x, x, x, need_weights=False)[0].movedim(-1, 1)
''',
    "Recurrent": '''
class Recurrent(nn.Module):
    """A recurrent layer with one bias a gate, on (batch, channels, steps)."""

    def __init__(self, layer: nn.RNNBase, last: bool):
        super().__init__()
        self.layer = layer
        self.last = last
        for name in [n for n, _ in layer.named_parameters() if n.startswith("bias_hh")]:
            # The second bias stays zero and is neither learnt nor stored.
            zeros = torch.zeros_like(getattr(layer, name))
            delattr(layer, name)
            layer.register_buffer(name, zeros, persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states = self.layer(x.movedim(1, -1))[0]
        return states[:, -1] if self.last else states.movedim(-1, 1)
''',
    "Attention": '''
class Attention(nn.Module):
    """Multi-head attention over (batch, channels, positions), in windows if there are any."""

    def __init__(
        self,
        channels: int,
        heads: int,
        key_dim: int,
        value_dim: int,
        output: int,
        *,
        kv_heads: int = 0,
        window: tuple[int, ...] = (),
        shift: tuple[int, ...] = (),
        relative: bool = False,
        dropout: float = 0.0,
        bias: tuple[str, ...] = ("query", "key", "value", "output"),
    ):
        super().__init__()
        kv_heads = kv_heads or heads
        self.heads, self.kv_heads = heads, kv_heads
        self.window, self.shift = window, shift
        self.query = nn.Linear(channels, heads * key_dim, bias="query" in bias)
        self.key = nn.Linear(channels, kv_heads * key_dim, bias="key" in bias)
        self.value = nn.Linear(channels, kv_heads * value_dim, bias="value" in bias)
        self.output = nn.Linear(heads * value_dim, output, bias="output" in bias)
        self.relative, self.dropout = relative, dropout
        if relative:
            axes = [torch.arange(n) for n in window]
            places = torch.stack(torch.meshgrid(*axes, indexing="ij")).flatten(1)
            index = torch.zeros(places.shape[1], places.shape[1], dtype=torch.long)
            count = 1
            for place, n in zip(places, window):
                index = index * (2 * n - 1) + place[:, None] - place[None] + n - 1
                count *= 2 * n - 1
            self.relative_bias = nn.Parameter(torch.zeros(count, heads))
            self.relative_index = nn.Buffer(index.flatten())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        size = x.shape[2:]
        if not self.window:
            return self.mix(x.flatten(2).mT).mT.unflatten(2, size)
        pads = [-n % w for n, w in zip(size, self.window)]
        x = F.pad(x, [side for pad in reversed(pads) for side in (0, pad)])
        shift = [0 if w >= n else s for n, w, s in zip(size, self.window, self.shift)]
        axes = tuple(range(2, 2 + len(size)))
        x = x.roll([-s for s in shift], axes)
        padded = x.shape[2:]
        for axis, w in enumerate(self.window):
            x = x.unflatten(2 + 2 * axis, (-1, w))
        grid = range(2, 2 + 2 * len(size), 2)
        inner = range(3, 3 + 2 * len(size), 2)
        x = x.permute(0, *grid, *inner, 1)
        shape = x.shape
        x = x.reshape(-1, torch.Size(self.window).numel(), shape[-1])
        x = self.mix(x, self.ends(padded, shift, len(x)) if any(shift) else None)
        x = x.reshape(*shape[:-1], x.shape[-1])
        order = [1 + axis + len(size) * k for axis in range(len(size)) for k in (0, 1)]
        x = x.permute(0, -1, *order)
        x = x.reshape(*x.shape[:2], *padded).roll(shift, axes)
        for axis, n in enumerate(size):
            x = x.narrow(2 + axis, 0, n)
        return x

    def ends(self, size: torch.Size, shift: list[int], count: int) -> torch.Tensor:
        """Minus infinity where a window has positions of two ends of the map."""
        where = torch.zeros(1, dtype=torch.long)
        for n, s, w in zip(size, shift, self.window):
            end = (torch.arange(n) >= n - s).long().unflatten(0, (-1, w))
            where = 2 * where[..., None, None] + end
        rank = len(size)
        axes = [1 + 2 * axis + k for k in (0, 1) for axis in range(rank)]
        where = where.permute(0, *axes).reshape(-1, 1, torch.Size(self.window).numel())
        far = where[..., None] != where[..., None, :]
        mask = torch.zeros(far.shape).masked_fill(far, float("-inf"))
        return mask.repeat(count // len(mask), 1, 1, 1)

    def mix(self, x: torch.Tensor, far: torch.Tensor | None = None) -> torch.Tensor:
        """Attention among the positions of (batch, positions, channels)."""
        q = self.query(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k = self.key(x).unflatten(-1, (self.kv_heads, -1)).transpose(1, 2)
        v = self.value(x).unflatten(-1, (self.kv_heads, -1)).transpose(1, 2)
        k = k.repeat_interleave(self.heads // self.kv_heads, 1)
        v = v.repeat_interleave(self.heads // self.kv_heads, 1)
        mask = None
        if self.relative:
            mask = self.relative_bias[self.relative_index]
            mask = mask.unflatten(0, (x.shape[1], -1)).movedim(-1, 0)
        if far is not None:
            far = far.to(x.device)
            mask = far if mask is None else mask + far
        dropout = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(q, k, v, mask, dropout)
        return self.output(mixed.transpose(1, 2).flatten(2))
''',
}
"""By name: two blank lines stand around each."""

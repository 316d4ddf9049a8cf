"""Layers that are no windows as PyTorch writes them; maps are (batch, channels, size …)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.torch_windows import padding_before
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.named_axes import choose_axes, in_order, name_of, place as axis_place
from cnncalc.layers.base.shape import Shape, axes_of, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.exporters.base.place import Place
    from cnncalc.layers.base.named_axes import Axis


def expression(text: str, **keys: str) -> Callable[[Place], Code]:
    """An expression over what is read; `keys` are slots with the key of the layer that fills them."""

    def translate(place: Place) -> Code:
        slots = {slot: Slot(getattr(place.layer, key), key) for slot, key in keys.items()}
        return Code(text, slots=slots)

    return translate


def optional(text: str, default: str, key: str) -> Callable[[Place], Code]:
    """An expression with `{more}` for an argument, which is left out where the layer does not say it."""

    def translate(place: Place) -> Code:
        value = getattr(place.layer, key)
        if value is None:
            return Code(text.replace("{more}", ""))
        return Code(text.replace("{more}", f", {default}={{{key}}}"), slots={key: Slot(value, key)})

    return translate


def dense(place: Place) -> Code:
    """A linear layer along the features of the dialect."""
    layer, x = place.layer, place.x
    flattens = bool(x.size) and place.plain.rules.dense_flattens
    features = place.node.facts.weights["kernel"][-1] if place.node.facts.weights else x.channels
    slots = {
        "in_features": Slot(features, "", "in" if not x.size and not x.form else ""),
        "out_features": Slot(layer.units, "units", "out" if not place.output.size else ""),
        "bias": Slot(layer.bias, "bias"),
    }
    made = Made("nn.Linear", (Argument("{in_features}"), Argument("{out_features}"),
                              Argument("{bias}", "bias", True)))  # fmt: skip
    given = "{m}({0}.flatten(1))" if flattens else "{m}({0})"
    if x.size and not x.form and not flattens and place.plain.axis_rules.channels_last:
        given = "{m}({0}.movedim(1, -1)).movedim(-1, 1)"
    return Code(given, {"": made}, slots)


def batch_norm(place: Place) -> Code:
    """Batch normalisation; without a scale or a shift, what is not learnt is left out."""
    layer, x = place.layer, place.x
    rank = {0: 1, 1: 1, 2: 2, 3: 3}.get(x.rank)
    if rank is None or x.form:
        raise place.refuse(f"PyTorch normalises maps of up to three axes, this has {x.rank}")
    eps = layer.eps if layer.eps is not None else 1e-3 if layer.dialect == "keras" else None
    slots = {"channels": Slot(x.channels, "", "in")}
    arguments = [Argument("{channels}")]
    if eps is not None:
        slots["eps"] = Slot(float(eps), "eps")
        arguments.append(Argument("{eps}", "eps", 1e-05))
    if layer.momentum is not None:
        # PyTorch's momentum is the share of the new value, Keras' that of the old one.
        share = layer.momentum if layer.dialect != "keras" else round(1 - layer.momentum, 12)
        slots["momentum"] = Slot(float(share))
        arguments.append(Argument("{momentum}", "momentum", 0.1))
    if not layer.track:
        arguments.append(Argument("False", "track_running_stats"))
    if layer.scale and layer.center:
        return Code("{m}({0})", {"": Made(f"nn.BatchNorm{rank}d", tuple(arguments))}, slots)
    arguments.append(Argument("False", "affine"))
    made = {"": Made(f"nn.BatchNorm{rank}d", tuple(arguments))}
    return _affine(place, "{m}({0})", made, slots, scale=layer.scale, center=layer.center)


def _affine(
    place: Place, given: str, made: dict[str, Made], slots: dict[str, Slot], *, scale: bool, center: bool
) -> Code:
    """A norm with a scale or a shift of its own."""
    ones = ", 1" * place.x.rank
    if scale:
        made = {**made, "scale": Made("nn.Parameter", (Argument(f"torch.ones({{channels}}{ones})"),))}
        given = f"{given} * {{m_scale}}"
    if center:
        made = {**made, "shift": Made("nn.Parameter", (Argument(f"torch.zeros({{channels}}{ones})"),))}
        given = f"{given} + {{m_shift}}"
    return Code(given, made, slots)


def group_norm(place: Place) -> Code:
    """Group normalisation."""
    layer = place.layer
    slots = {"groups": Slot(layer.groups, "groups"), "channels": Slot(place.x.channels, "", "in")}
    arguments = [Argument("{groups}"), Argument("{channels}")]
    if layer.eps is not None:
        slots["eps"] = Slot(float(layer.eps), "eps")
        arguments.append(Argument("{eps}", "eps", 1e-05))
    if layer.scale and layer.center:
        return Code("{m}({0})", {"": Made("nn.GroupNorm", tuple(arguments))}, slots)
    arguments.append(Argument("False", "affine"))
    made = {"": Made("nn.GroupNorm", tuple(arguments))}
    return _affine(place, "{m}({0})", made, slots, scale=layer.scale, center=layer.center)


def instance_norm(place: Place) -> Code:
    """Instance normalisation."""
    layer, rank = place.layer, place.rank
    slots = {"channels": Slot(place.x.channels, "", "in"), "affine": Slot(layer.affine, "affine"),
             "track": Slot(layer.track, "track")}  # fmt: skip
    arguments = [Argument("{channels}")]
    if layer.eps is not None:
        slots["eps"] = Slot(float(layer.eps), "eps")
        arguments.append(Argument("{eps}", "eps", 1e-05))
    arguments += [Argument("{affine}", "affine", False), Argument("{track}", "track_running_stats", False)]
    return Code("{m}({0})", {"": Made(f"nn.InstanceNorm{rank}d", tuple(arguments))}, slots)


def layer_norm(place: Place) -> Code:
    """Layer normalisation; axes that are not the last are brought there."""
    layer, x = place.layer, place.x
    names = names_of(x)
    axes = choose_axes(x, layer.axes, "axes", place.plain.rules)
    chosen = [name for name in names if name in axes]
    function, more = "nn.LayerNorm", [Argument("False", "elementwise_affine")]
    if layer.scale:
        more = [] if layer.center else [Argument("False", "bias")]
    elif layer.center:
        raise place.refuse("PyTorch learns no shift without a scale")
    return _along(place, chosen, function, more)


def rms_norm(place: Place) -> Code:
    """Root mean square normalisation."""
    layer, x = place.layer, place.x
    axes = choose_axes(x, layer.axes, "axes", place.plain.rules)
    chosen = [name for name in names_of(x) if name in axes]
    more = [] if layer.scale else [Argument("False", "elementwise_affine")]
    return _along(place, chosen, "nn.RMSNorm", more)


def _along(place: Place, chosen: Sequence[str], function: str, more: list[Argument]) -> Code:
    layer, x = place.layer, place.x
    names = names_of(x)
    sizes = tuple(n for name, n in zip(names, axes_of(x), strict=True) if name in chosen)
    slots = {"shape": Slot(sizes if len(sizes) > 1 else sizes[0], "", "in" if chosen == ["c"] else "")}
    text = "{shape}"
    if len(sizes) > 1:
        # A tuple of equal numbers is one number elsewhere, and here it is not.
        slots = {f"n{i}": Slot(n) for i, n in enumerate(sizes)}
        text = f"({', '.join(f'{{n{i}}}' for i in range(len(sizes)))})"
    arguments = [Argument(text)]
    if layer.eps is not None:
        slots["eps"] = Slot(float(layer.eps), "eps")
        arguments.append(Argument("{eps}", "eps", 1e-05 if function == "nn.LayerNorm" else None))
    made = {"": Made(function, (*arguments, *more))}
    if tuple(chosen) == names[len(names) - len(chosen) :]:
        return Code("{m}({0})", made, slots)
    if len(chosen) == 1:
        at = names.index(chosen[0]) + 1
        return Code(f"{{m}}({{0}}.movedim({at}, -1)).movedim(-1, {at})", made, slots)
    places = tuple(names.index(name) + 1 for name in chosen)
    ends = tuple(range(-len(chosen), 0))
    return Code(f"{{m}}({{0}}.movedim({places}, {ends})).movedim({ends}, {places})", made, slots)


def l2_norm(place: Place) -> Code:
    """Vectors of length one."""
    names = names_of(place.x)
    axes = choose_axes(place.x, place.layer.axes, "axes", place.plain.rules)
    dims = [names.index(name) + 1 for name in names if name in axes]
    if len(dims) == 1:
        return Code(f"F.normalize({{0}}, dim={dims[0]})")
    return Code(f"{{0}} / {{0}}.norm(dim={tuple(dims)}, keepdim=True)")


def local_response_norm(place: Place) -> Code:
    """Normalisation over neighbouring channels."""
    layer = place.layer
    slots = {"size": Slot(layer.size, "size")}
    arguments = [Argument("{size}")]
    for key, default in (("alpha", 0.0001), ("beta", 0.75), ("k", 1.0)):
        value = getattr(layer, key)
        if value is not None:
            slots[key] = Slot(float(value), key)
            arguments.append(Argument(f"{{{key}}}", key, default))
    return Code("{m}({0})", {"": Made("nn.LocalResponseNorm", tuple(arguments))}, slots)


def prelu(place: Place) -> Code:
    """A learnt slope, one for all or one per channel; others are written out."""
    shape = place.node.facts.weights["slope"] if place.node.facts.weights else ()
    if all(n == 1 for n in shape):
        return Code("{m}({0})", {"": Made("nn.PReLU")})
    if all(n == 1 for n in shape[1:]) and shape[0] == place.x.channels:
        return Code("{m}({0})", {"": Made("nn.PReLU", (Argument("{channels}"),))},
                    {"channels": Slot(place.x.channels, "", "in")})  # fmt: skip
    slots = {f"n{i}": Slot(n) for i, n in enumerate(shape)}
    sizes = ", ".join(f"{{n{i}}}" for i in range(len(shape)))
    made = Made("nn.Parameter", (Argument(f"torch.full(({sizes}), 0.25)"),))
    return Code("torch.where({0} > 0, {0}, {0} * {m})", {"": made}, slots)


def dropout(place: Place) -> Code:
    """Zeros at random while training."""
    rate = place.layer.rate
    arguments = (Argument("{rate}"),) if rate is not None else ()
    slots = {} if rate is None else {"rate": Slot(float(rate), "rate")}
    return Code("{m}({0})", {"": Made("nn.Dropout", arguments)}, slots)


def spatial_dropout(place: Place) -> Code:
    """Whole channels of zeros at random while training."""
    made = Made(f"nn.Dropout{place.rank}d", (Argument("{rate}"),))
    return Code("{m}({0})", {"": made}, {"rate": Slot(float(place.layer.rate), "rate")})


def drop_path(place: Place) -> Code:
    """A branch left out at random while training."""
    return Code("drop_path({0}, {rate}, self.training)", slots={"rate": Slot(float(place.layer.rate), "rate")},
                needs=("drop_path",))  # fmt: skip


# Merges ---------------------------------------------------------------------------------------


def merge(sign: str) -> Callable[[Place], Code]:
    """Operands with a sign between them."""

    def translate(place: Place) -> Code:
        return Code(f" {sign} ".join(_spread(place, i) for i in range(len(place.inputs))))

    return translate


def _spread(place: Place, at: int) -> str:
    """An operand, with the axes that it lacks of the output filled in behind the batch."""
    lacks = place.output.rank - place.inputs[at].rank
    if lacks <= 0:
        return f"{{{at}}}"
    return f"{{{at}}}[:, {'None, ' * lacks}...]"


def fold_pairs(function: str) -> Callable[[Place], Code]:
    """A function of two operands, of as many as there are."""

    def translate(place: Place) -> Code:
        text = "{0}"
        for i in range(1, len(place.inputs)):
            text = f"{function}({text}, {{{i}}})"
        return Code(text, needs=needs)

    return translate


def average(place: Place) -> Code:
    """The mean of the operands."""
    total = " + ".join(f"{{{i}}}" for i in range(len(place.inputs)))
    return Code(f"({total}) / {len(place.inputs)}")


def concat(place: Place) -> Code:
    """Operands behind each other."""
    at = axis_place(place.x, place.layer.axis, "axis", place.plain.axis_rules) + 1
    return Code(f"torch.cat([{{all}}], dim={at})")


def stack(place: Place) -> Code:
    """Operands along a new axis."""
    old, new = axes_of(place.x), axes_of(place.output)
    at = next((i for i, n in enumerate(new) if i >= len(old) or n != old[i]), len(old))
    return Code(f"torch.stack([{{all}}], dim={at + 1})")


def weighted_add(place: Place) -> Code:
    """Operands with learnt weights."""
    layer, count = place.layer, len(place.inputs)
    slots = {}
    sizes = f"{count}"
    if layer.per == "channel":
        slots["channels"] = Slot(place.x.channels, "", "in")
        sizes = f"{count}, {{channels}}" + ", 1" * place.x.rank
    made = {"": Made("nn.Parameter", (Argument(f"torch.ones({sizes})"),))}
    return Code(f'weighted_sum([{{all}}], {{m}}, "{layer.normalise}")', made, slots, needs=("weighted_sum",))


def matmul(place: Place) -> Code:
    """A product of matrices; with `axes` the sum over one axis of each."""
    x, y = place.inputs
    layer, rules = place.layer, place.plain.rules
    if layer.axes is None:
        last = rules.channels_last and not x.form
        if last:
            return Code("({0}.movedim(1, -1) @ {1}.movedim(1, -1)).movedim(-1, 1)")
        return Code("{0} @ {1}")
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    at = axis_place(x, layer.axes[0], "axes", rules)
    to = axis_place(y, layer.axes[1], "axes", rules)
    summed = next(letters)
    left = [summed if i == at else next(letters) for i in range(len(axes_of(x)))]
    right = [summed if i == to else next(letters) for i in range(len(axes_of(y)))]
    rest_x = [name for i, name in enumerate(left) if i != at]
    rest_y = [name for i, name in enumerate(right) if i != to]
    if x.form:
        out = [*rest_x, *rest_y]
    else:
        # As the layer puts them: what is left of x without its channels, then of y; channels first.
        size = [name for i, name in enumerate(left) if i not in (0, at)]
        size += [left[0]] if at and to else []
        size += [name for i, name in enumerate(right) if i not in (0, to)]
        channels = right[0] if to else left[0] if at else size.pop()
        out = [channels, *size]
    text = f"z{''.join(left)},z{''.join(right)}->z{''.join(out)}"
    return Code(f'torch.einsum("{text}", {{0}}, {{1}})')


# Shapes ---------------------------------------------------------------------------------------


def dims_of(shape: Shape) -> str:
    """The lengths of a tensor behind the batch."""
    return ", ".join(map(str, axes_of(shape)))


def flatten(place: Place) -> Code:
    """All axes as one."""
    x = place.x
    if x.rank and not x.form and place.plain.rules.channels_last:
        return Code("{0}.movedim(1, -1).flatten(1)")
    return Code("{0}.flatten(1)")


def reshape(place: Place) -> Code:
    """The same numbers in another shape, in the order of the dialect."""
    x, y = place.x, place.output
    last = place.plain.rules.channels_last
    source, target = "{0}", dims_of(y)
    slots: dict[str, Slot] = {}
    if last and not x.form and x.rank:
        source = "{0}.movedim(1, -1)"
    if last and not y.form and y.rank:
        sizes = ", ".join(map(str, (*y.size, y.channels)))
        return Code(f"{source}.reshape(-1, {sizes}).movedim(-1, 1)")
    names = []
    asked = axes_of(place.layer.to)
    for i, n in enumerate(axes_of(y)):
        slots[f"n{i}"] = Slot(asked[i])
        names.append(f"{{n{i}}}")
        if asked[i] < 0:
            del slots[f"n{i}"]
            names[-1] = "-1"
        elif not i and not y.form:
            slots["n0"] = Slot(n, "", "in" if n == x.channels and not x.form else "")
    target = ", ".join(names)
    if -1 in asked:
        return Code(f"{source}.flatten(1).unflatten(1, ({target}{',' * (len(names) == 1)}))", slots=slots)
    return Code(f"{source}.reshape(-1, {target})", slots=slots)


def permute(place: Place) -> Code:
    """The axes in another order."""
    x, rules = place.x, place.plain.rules
    asked = place.layer.axes
    asked = asked[1:] if asked[0] == 0 else asked
    names = [name_of(x, axis, "axes", rules) for axis in asked]
    order = in_order(x, rules) if isinstance(asked[0], int) else names_of(x)
    old = dict(zip(order, names, strict=True))
    places = [names_of(x).index(old[new]) + 1 for new in names_of(x)]
    return Code(f"{{0}}.permute(0, {', '.join(map(str, places))})")


def squeeze(place: Place) -> Code:
    """Axes of length one left out."""
    return Code(f"{{0}}.reshape(-1, {dims_of(place.output)})")


def slice_(place: Place) -> Code:
    """A range along one or more axes."""
    x, y, layer = place.x, place.output, place.layer
    parts = [":"]
    rules = place.plain.rules
    if layer.axis is not None:
        at = axis_place(x, layer.axis, "axis", rules)
        parts += [_range(layer.range, axes_of(x)[i]) if i == at else ":" for i in range(at + 1)]
        return Code(f"{{0}}[{', '.join(parts)}]")
    parts.append(_range(layer.channels, x.channels) if layer.channels is not None else ":")
    if layer.size is not None:
        each = layer.size if isinstance(layer.size[0], tuple) else (layer.size,) * x.rank
        parts += [":" if one is None else _range(one, n) for one, n in zip(each, x.size, strict=True)]
    del y
    return Code(f"{{0}}[{', '.join(parts)}]")


def _range(given: object, n: int) -> str:
    start, stop = given if isinstance(given, tuple) else (None, None)
    first = "" if start in (None, 0) else str(start)
    last = "" if stop in (None, n) else str(stop)
    return f"{first}:{last}"


def crop(place: Place) -> Code:
    """The sides cut off."""
    if place.layer.like is not None and place.layer.offset is None:
        return Code("crop_like({0}, {1})", needs=("crop_like",))
    cuts = [tuple(-side for side in window.padding) for window in place.windows]
    if any(side < 0 for pair in cuts for side in pair):
        raise place.refuse("what is too small to be cut is enlarged in Keras, and nowhere else")
    slots: dict[str, Slot] = {}
    parts = []
    for axis, ((before, after), n) in enumerate(zip(cuts, place.x.size, strict=True)):
        slots[f"from_{axis}"], slots[f"to_{axis}"] = Slot(before), Slot(n - after)
        parts.append(f"{{from_{axis}}}:{{to_{axis}}}")
    return Code(f"{{0}}[..., {', '.join(parts)}]", slots=slots)


def pad(place: Place) -> Code:
    """More around the map, or more channels."""
    layer, x, y = place.layer, place.x, place.output
    given = "{0}"
    slots: dict[str, Slot] = {}
    if layer.like is not None and layer.offset is None and layer.mode == "zeros":
        return Code("crop_like({0}, {1})", needs=("crop_like",))
    if layer.channels is not None:
        before, after = layer.channels if isinstance(layer.channels, tuple) else (layer.channels,) * 2
        zeros = "0, " * (2 * x.rank)
        slots |= {"before": Slot(before), "after": Slot(after)}
        given = f"F.pad({given}, ({zeros}{{before}}, {{after}}))"
    if y.size != x.size or layer.channels is None:
        modes = {"zeros": "", "reflect": ', mode="reflect"', "replicate": ', mode="replicate"',
                 "circular": ', mode="circular"'}  # fmt: skip
        sides = [_sides(window) for window in place.windows]
        text, more = padding_before(sides, modes[layer.mode])
        slots |= more
        given = text.replace("{0}", given)
    return Code(given, slots=slots)


def _sides(window: object) -> tuple[int, int]:
    padding = getattr(window, "padding", None)
    if padding is None:
        padding = getattr(getattr(window, "window", None), "padding", (0, 0))
    return padding[0], padding[1]


def upsample(place: Place) -> Code:
    """Larger by a factor."""
    return _interpolate(place, "scale_factor", place.layer.scale)


def resize(place: Place) -> Code:
    """Interpolated to a size."""
    return _interpolate(place, "size", place.output.size)


def _interpolate(place: Place, key: str, value: object) -> Code:
    layer = place.layer
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}.get(place.rank, "")
    mode = layer.mode if layer.mode not in ("bilinear", "trilinear", "bicubic") else "linear"
    mode = "cubic" if layer.mode == "bicubic" else mode
    if mode == "nearest" and key == "size":
        mode = place.plain.rules.nearest
    word = {"linear": linear, "cubic": "bicubic" if place.rank == 2 else "", "nearest": "nearest",
            "nearest_exact": "nearest-exact", "area": "area"}.get(mode, "")  # fmt: skip
    if not word:
        raise place.refuse(f"PyTorch has no `{layer.mode}` in {place.rank} axes")
    slots = {key: Slot(value, "scale" if key == "scale_factor" else "size")}
    arguments = f"{key}={{{key}}}"
    if len(place.inputs) > 1:
        # The size is that of another map, whatever that has.
        slots, arguments = {}, "size={1}.shape[2:]"
    if word != "nearest":
        arguments += f', mode="{word}"'
    if layer.align_corners:
        arguments += ", align_corners=True"
    return Code(f"F.interpolate({{0}}, {arguments})", slots=slots)


def split_channels(place: Place) -> Code:
    """The first half times the sigmoid of the second."""
    at = axis_place(place.x, place.layer.axis, "axis", place.plain.axis_rules) + 1
    return Code(f"F.glu({{0}}, dim={at})")


def along(text: str) -> Callable[[Place], Code]:
    """An expression along one `axis`, whose number is {dim}."""

    def translate(place: Place) -> Code:
        at = axis_place(place.x, place.layer.axis, "axis", place.plain.axis_rules) + 1
        return Code(text.replace("{dim}", str(at)))

    return translate


def reduce(function: str) -> Callable[[Place], Code]:
    """One number along axes."""

    def translate(place: Place) -> Code:
        axis: Axis = place.layer.axis
        names = names_of(place.x)
        axes = choose_axes(place.x, axis, "axis", place.plain.axis_rules)
        dims = [names.index(name) + 1 for name in names if name in axes]
        shown = dims[0] if len(dims) == 1 else tuple(dims)
        keep = ", keepdim=True" if place.layer.keep else ""
        return Code(f"{{0}}.{function}({shown}{keep})")

    return translate


def shuffle_in(place: Place) -> Code:
    """Channels become positions."""
    return _shuffle(place, "F.pixel_shuffle({0}, {factor})")


def shuffle_out(place: Place) -> Code:
    """Positions become channels."""
    return _shuffle(place, "F.pixel_unshuffle({0}, {factor})")


def _shuffle(place: Place, text: str) -> Code:
    if place.rank != 2:
        raise place.refuse("PyTorch shuffles maps of two axes")
    return Code(text, slots={"factor": Slot(place.layer.factor, "factor")})


def embedding(place: Place) -> Code:
    """Vectors of ids, whose features become the channels."""
    layer = place.layer
    slots = {"vocab": Slot(layer.vocab, "vocab"), "dim": Slot(layer.dim, "dim", "out")}
    arguments = [Argument("{vocab}"), Argument("{dim}")]
    if layer.padding_idx is not None:
        slots["padding_idx"] = Slot(layer.padding_idx, "padding_idx")
        arguments.append(Argument("{padding_idx}", "padding_idx"))
    made = {"": Made("nn.Embedding", tuple(arguments))}
    if layer.reduce is None:
        return Code("{m}({0}).movedim(-1, 1)", made, slots)
    function = {"max": "amax"}.get(layer.reduce, layer.reduce)
    return Code(f"{{m}}({{0}}).{function}(1)", made, slots)


def positional_embedding(place: Place) -> Code:
    """A learnt or fixed vector for each position."""
    facts = place.node.facts
    tensors = facts.weights or facts.buffers or {}
    shape = tensors["position"]
    slots = {f"n{i}": Slot(n, "", "in" if not i else "") for i, n in enumerate(shape)}
    sizes = ", ".join(f"{{n{i}}}" for i in range(len(shape)))
    function = "nn.Parameter" if place.layer.learnt else "nn.Buffer"
    cuts = "".join(", :" if n == m else f", :{m}" for n, m in zip(shape[1:], place.x.size, strict=True))
    index = f"[:{cuts}]" if set(cuts) - set(", :") else ""
    return Code(f"{{0}} + {{m}}{index}", {"": Made(function, (Argument(f"torch.zeros({sizes})"),))}, slots)


def class_token(place: Place) -> Code:
    """Learnt positions before a sequence, or behind it."""
    slots = {"channels": Slot(place.x.channels, "", "in"), "count": Slot(place.layer.count, "count")}
    made = {"": Made("nn.Parameter", (Argument("torch.zeros(1, {channels}, {count})"),))}
    token = "{m}.expand(len({0}), -1, -1)"
    both = f"{{0}}, {token}" if place.layer.last else f"{token}, {{0}}"
    return Code(f"torch.cat([{both}], dim=2)", made, slots)


def layer_scale(place: Place) -> Code:
    """A learnt factor per channel."""
    ones = ", 1" * place.x.rank
    initial = 1e-06 if place.layer.init is None else float(place.layer.init)
    slots = {"channels": Slot(place.x.channels, "", "in"), "initial": Slot(initial, "init")}
    made = {"": Made("nn.Parameter", (Argument(f"torch.full(({{channels}}{ones or ','}), {{initial}})"),))}
    return Code("{0} * {m}", made, slots)


def channel_shuffle(place: Place) -> Code:
    """Channels of all groups in turn."""
    return Code("{m}({0})", {"": Made("nn.ChannelShuffle", (Argument("{groups}"),))},
                {"groups": Slot(place.layer.groups, "groups")})  # fmt: skip


def scale(place: Place) -> Code:
    """A learnt factor, and a shift, per channel."""
    weights = place.node.facts.weights or {}
    shapes = {name: shape for name, shape in weights.items()}
    made, slots, given = {}, {}, "{0}"
    for name, sign, fill in (("scale", "*", "ones"), ("shift", "+", "zeros")):
        if name not in shapes:
            continue
        sizes = ", ".join(map(str, shapes[name])) + (", 1" * place.x.rank if len(shapes[name]) == 1 else "")
        made[name] = Made("nn.Parameter", (Argument(f"torch.{fill}({sizes})"),))
        given = f"{given} {sign} {{m_{name}}}"
    if len(made) != len(shapes):
        raise place.refuse("what it learns is not known here")
    return Code(given, made, slots)


def losses(text: str, *needs: str) -> Callable[[Place], Code]:
    """A loss: one number for each example."""

    def translate(place: Place) -> Code:
        return Code(text, needs=needs)

    return translate


def anchor_boxes(place: Place) -> Code:
    """Boxes over every position."""
    layer = place.layer
    scales, ratios = (", ".join(map(repr, values)) for values in (layer.scales, layer.ratios))
    comma = "," if len(layer.scales) == 1 else "", "," if len(layer.ratios) == 1 else ""
    return Code(f"anchor_boxes({{0}}, ({scales}{comma[0]}), ({ratios}{comma[1]}))", needs=("anchor_boxes",))

"""Normalisation as PyTorch writes it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.exporters.base.place import RMS_EPSILON
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.named_axes import choose_axes
from cnncalc.layers.base.shape import axes_of, names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.place import Place


def _eps(slots: dict[str, Slot], value: float, usual: float = 1e-05) -> Argument:
    """The epsilon of a norm, said where it is not the one that PyTorch has by default."""
    slots["eps"] = Slot(value, "eps")
    return Argument("{eps}", "eps", usual)


def batch_norm(place: Place) -> Code:
    """Batch normalisation; without a scale or a shift, what is not learnt is left out.

    Raises Refusal of what cannot be said.
    """
    layer, x = place.layer, place.x
    rank = {0: 1, 1: 1, 2: 2, 3: 3}.get(x.rank)
    if rank is None or x.form:
        raise place.refuse(f"PyTorch normalises maps of up to three axes, this has {x.rank}")
    slots = {"channels": Slot(x.channels, "", "in")}
    arguments = [Argument("{channels}"), _eps(slots, place.epsilon())]
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
    place: Place,
    given: str,
    made: dict[str, Made],
    slots: dict[str, Slot],
    *,
    scale: bool,
    center: bool,
) -> Code:
    """A norm with a scale or a shift of its own."""
    ones = ", 1" * place.x.rank
    if scale:
        made = {
            **made,
            "scale": Made("nn.Parameter", (Argument(f"torch.ones({{channels}}{ones})"),)),
        }
        given = f"{given} * {{m_scale}}"
    if center:
        made = {
            **made,
            "shift": Made("nn.Parameter", (Argument(f"torch.zeros({{channels}}{ones})"),)),
        }
        given = f"{given} + {{m_shift}}"
    return Code(given, made, slots)


def group_norm(place: Place) -> Code:
    """Group normalisation."""
    layer = place.layer
    slots = {"groups": Slot(layer.groups, "groups"), "channels": Slot(place.x.channels, "", "in")}
    arguments = [Argument("{groups}"), Argument("{channels}")]
    arguments.append(_eps(slots, place.epsilon()))
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
    arguments.append(_eps(slots, place.epsilon()))
    if layer.momentum is not None:
        slots["momentum"] = Slot(float(layer.momentum), "momentum")
        arguments.append(Argument("{momentum}", "momentum", 0.1))
    arguments += [
        Argument("{affine}", "affine", False),
        Argument("{track}", "track_running_stats", False),
    ]
    return Code("{m}({0})", {"": Made(f"nn.InstanceNorm{rank}d", tuple(arguments))}, slots)


def layer_norm(place: Place) -> Code:
    """Layer normalisation; axes that are not the last are brought there.

    Raises Refusal of what cannot be said.
    """
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
    x = place.x
    names = names_of(x)
    sizes = tuple(n for name, n in zip(names, axes_of(x), strict=True) if name in chosen)
    slots = {
        "shape": Slot(sizes if len(sizes) > 1 else sizes[0], "", "in" if chosen == ["c"] else "")
    }
    text = "{shape}"
    if len(sizes) > 1:
        # A tuple of equal numbers is one number elsewhere, and here it is not.
        slots = {f"n{i}": Slot(n) for i, n in enumerate(sizes)}
        text = f"({', '.join(f'{{n{i}}}' for i in range(len(sizes)))})"
    arguments = [Argument(text)]
    if function == "nn.LayerNorm":
        arguments.append(_eps(slots, place.epsilon()))
    else:
        arguments.append(_eps(slots, place.rms_epsilon(), RMS_EPSILON))
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
    eps = place.layer.eps
    slots = {} if eps is None else {"eps": Slot(float(eps), "eps")}
    if len(dims) == 1:
        more = ", eps={eps}" if slots else ""
        return Code(f"F.normalize({{0}}, dim={dims[0]}{more})", slots=slots)
    least = "{eps}" if slots else "1e-12"
    return Code(
        f"{{0}} / torch.linalg.vector_norm({{0}}, dim={tuple(dims)}, keepdim=True).clamp(min={least})",
        slots=slots,
    )


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


def layer_scale(place: Place) -> Code:
    """A learnt factor per channel."""
    ones = ", 1" * place.x.rank
    initial = 1e-06 if place.layer.init is None else float(place.layer.init)
    slots = {"channels": Slot(place.x.channels, "", "in"), "initial": Slot(initial, "init")}
    made = {
        "": Made(
            "nn.Parameter", (Argument(f"torch.full(({{channels}}{ones or ','}), {{initial}})"),)
        )
    }
    return Code("{0} * {m}", made, slots)


def scale(place: Place) -> Code:
    """A learnt factor, and a shift, along axes; raises Refusal of what it learns otherwise."""
    x, weights = place.x, dict(place.node.facts.weights or {})
    axes = () if place.layer.axes is None else place.layer.axes
    chosen = choose_axes(x, axes, "axes", place.plain.rules) if axes != () else frozenset()
    sizes = [n if name in chosen else 1 for name, n in zip(names_of(x), axes_of(x), strict=True)]
    if any(prod(shape) != prod(sizes) for shape in weights.values()):
        raise place.refuse("what it learns is not known here")
    while sizes and sizes[0] == 1:
        del sizes[0]
    shown = ", ".join(map(str, sizes)) or "()"
    made: dict[str, Made] = {}
    given = "{0}"
    for name, sign, fill in (("scale", "*", "ones"), ("shift", "+", "zeros")):
        if name in weights:
            made[name] = Made("nn.Parameter", (Argument(f"torch.{fill}({shown})"),))
            given = f"{given} {sign} {{m_{name}}}"
    return Code(given, made)

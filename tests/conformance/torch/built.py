"""Layers of timm and torchvision, and what is put together of PyTorch's operations."""

from __future__ import annotations

from typing import Any

from ..cases import Case
from ..stating import FIRST, LAST, NAMES, Entry, Stated, Statement, Unstated, View, layer


def reads(view: View, case: Case, entry: Entry) -> Stated:
    """The one layer, on the inputs of the call."""
    inputs = tuple(view.read(shape) for shape in case.shapes)
    ((kind, keys),) = entry.items()
    if len(inputs) > 1:
        keys = {"from": list(NAMES[: len(inputs)]), **keys}
    return Stated(inputs, [{kind: keys}], view)


def plain(kind: str, *keep: str, view: View = FIRST) -> Statement:
    """The class as `kind`, with the arguments of `keep`."""
    return lambda case: reads(view, case, {kind: {n: case.args[n] for n in keep if n in case.args}})


def vision_transformer(case: Case) -> Stated:
    """Patches, tokens in front of them, and positions of all, or of the patches alone."""
    args = case.args
    features, patch = args["embed_dim"], args["patch_size"]
    count = int(args["class_token"]) + args.get("reg_tokens", 0)
    tokens: list[Entry] = [{"class_token": {"count": count}}] if count else []
    table: list[Entry] = [] if args.get("pos_embed") == "none" else [{"positional_embedding": {}}]
    layers = [
        {"conv": {"filters": features, "kernel": patch, "stride": patch}},
        {"reshape": {"to": {"channels": features, "size": [-1]}}},
        *(table + tokens if args.get("no_embed_class") else tokens + table),
    ]
    # The map comes in with its channels first, the sequence goes out with them last.
    return Stated((FIRST.read(case.shapes[0]),), layers, LAST)


def positions(case: Case) -> Stated:
    """Its arguments are ours."""
    return reads(FIRST, case, layer("positional_embedding", case.args, "channels"))


def scale(case: Case) -> Stated:
    """Axes count from the front."""
    rank = len(case.shapes[0]) - 1
    names = [FIRST.name(axis - 1, rank) if rank > 1 else "c" for axis in case.args["axes"]]
    return reads(FIRST, case, {"scale": {"axes": names, "shift": case.args["shift"]}})


def of_features(kind: str, view: View, **keys: Any) -> Statement:
    """A layer that is told its channels."""

    def state(case: Case) -> Stated:
        if case.shapes[0][view.channels % len(case.shapes[0]) or 1] != case.args["dim"]:
            raise Unstated("contradicts its input")
        return reads(view, case, {kind: dict(keys)})

    return state


def weighted_add(case: Case) -> Stated:
    """With channels a weight is for each of them."""
    per = "channel" if "channels" in case.args else "operand"
    return reads(FIRST, case, layer("weighted_add", case.args, "count", "channels", per=per))


def locally_connected(case: Case) -> Stated:
    """The size is that of the input."""
    return reads(FIRST, case, layer("locally_connected", case.args, "in_channels", "size"))


def carafe(case: Case) -> Stated:
    """One factor for both axes."""
    args = case.args
    keys = {"kernel": args["kernel_size"], "scale": args["scale_factor"], "groups": args["groups"]}
    return reads(FIRST, case, {"carafe": keys})


def attention(case: Case) -> Stated:
    """Query, key and value have one bias together; windows count distances."""
    args = case.args
    windows = "window_size" in args
    biases = ["query", "key", "value"] if args.get("qkv_bias", windows) else []
    biases += ["output"] if args.get("proj_bias", True) else []
    keys = {"heads": args["num_heads"], "bias": biases or False}
    if windows:
        keys |= {"window": args["window_size"], "shift": args["shift_size"], "relative_bias": True}
    return reads(LAST, case, {"multi_head_attention": keys})


def regions(kind: str) -> Statement:
    """Regions stand where the batch is."""

    def state(case: Case) -> Stated:
        args = case.args
        keys = {"size": args["output_size"], "rois": args["rois"], "scale": args["spatial_scale"]}
        if "sampling_ratio" in args:
            keys["sampling"] = args["sampling_ratio"]
        return reads(FIRST, case, {kind: keys})

    return state


def anchors(case: Case) -> Stated:
    """Four coordinates of every ratio and size."""
    keys = {"ratios": case.args["aspect_ratios"], "scales": case.args["sizes"]}
    return reads(FIRST, case, {"anchor_boxes": keys})


TABLE: dict[str, Statement] = {
    "Affine": of_features("scale", LAST, axes=["c"], shift=True),
    "AnchorGenerator": anchors,
    "Attention": attention,
    "Carafe2d": carafe,
    "ContentLoss": plain("content_loss"),
    "ContrastiveLoss": plain("contrastive_loss"),
    "DeQuantStub": plain("dequantize"),
    "DropPath": plain("drop_path"),
    "Gram": plain("gram"),
    "Involution2d": plain("involution", "kernel_size", "stride", "padding", "dilation", "groups"),
    "LayerScale": of_features("layer_scale", LAST),
    "LayerScale2d": of_features("layer_scale", FIRST),
    "QuantStub": plain("quantize"),
    "RoIAlign": regions("roi_align"),
    "RoIPool": regions("roi_pool"),
    "Scale": scale,
    "ShiftedWindowAttention": attention,
    "ShiftedWindowAttention3d": attention,
    "StochasticDepth": plain("drop_path"),
    "StyleLoss": plain("style_loss"),
    "TripletMarginLoss": plain("triplet_loss"),
    "VisionTransformer": vision_transformer,
    "WeightedAdd": weighted_add,
}
for rank in (1, 2, 3):
    TABLE |= {
        f"Coordinates{rank}d": plain("coordinates", "radius"),
        f"LocallyConnected{rank}d": locally_connected,
        f"PositionalEmbedding{rank}d": positions,
    }

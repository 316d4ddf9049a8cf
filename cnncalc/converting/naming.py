"""What blocks are called: as in the spec or the file, or for what they are."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from cnncalc.language.kinds import find_layer

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cnncalc.converting.steps import Step

Place = tuple[tuple[str, str], ...]
"""The blocks in which a layer of the spec stands, from the outside in: name and kind."""

DEPTHWISE = "depthwise_conv"
POOLED = ("global_avg_pool", "adaptive_avg_pool", "global_max_pool")
"""The kinds after which little is left of a map."""

_BETWEEN = re.compile(r"[._]")
_COUNTED = re.compile(r"[a-z_]+?(?:[123]d)?_?\d+").fullmatch
_NUMBER = re.compile(r"n?\d+[a-z]?").fullmatch
_SAYS_NOTHING = re.compile(
    r"(?:layers?|blocks?|stages?|features?|model|modules?|net|backbone|body|res|conv|bn|pool|group|unit|"
    r"encoder|decoder|sequential|level|part|cell|op|add|head|base|main|n|b|c|s)?",
    re.IGNORECASE,
).fullmatch


def tokens(name: str) -> list[str]:
    """The parts of a name from the outside in; none of one that is a number behind a kind of layer."""
    if _COUNTED(name):
        return []
    return name.split(".") if "." in name else name.split("_")


def count_shared(one: str, other: str) -> int:
    """With how many parts both names begin."""
    pairs = zip(tokens(one), tokens(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def name_block(
    runs: Sequence[Sequence[Step]], sizes: Counter[Place], taken: Collection[str]
) -> str:
    """A name for the block that these runs are uses of; `sizes` are those of all blocks of the spec."""
    name = _in_spec(runs, sizes) or _in_file(runs)
    if not name or name in taken:
        name = _around_blocks(runs[0]) or name or _by_structure(runs[0])
    number, plain = 1, name
    while name in taken:
        number += 1
        name = f"{plain}{number}"
    return name


def count_layers(steps: Sequence[Step]) -> Counter[Place]:
    """How many layers each block of the spec has, by its place."""
    return Counter(
        path[: depth + 1] for step in steps for path in step.frames for depth in range(len(path))
    )


def _in_spec(runs: Sequence[Sequence[Step]], sizes: Counter[Place]) -> str:
    """What the spec calls the block; "" if the runs are not the whole of one."""
    found, is_whole = set(), False
    for run in runs:
        paths = [path for step in run for path in step.frames]
        shared = _beginning(paths)
        found.add(shared[-1][1] if shared else "")
        is_whole |= sizes[shared] == len(paths)
    return found.pop() if len(found) == 1 and is_whole else ""


def _in_file(runs: Sequence[Sequence[Step]]) -> str:
    """What the file calls the modules; "" if it calls them differently."""
    words = {_word(run) for run in runs}
    return words.pop() if len(words) == 1 else ""


def _beginning(rows: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """What all of these begin with."""
    shared = tuple(rows[0]) if rows else ()
    for row in rows:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(shared, row, strict=False))
        shared = tuple(one for one, _ in same)
    return shared


_ROW = "Stage"


def _word(run: Sequence[Step]) -> str:
    """The last word with which all names begin: `inception_3a.b1` and `inception_3a.b2` are Inception."""
    names = [name for step in run for name in step.names]
    parts = [_BETWEEN.split(name) for name in names]
    if len(parts) < 2:
        return ""
    shared = _beginning(parts)
    following = {part[len(shared)] for part in parts if len(part) > len(shared)}
    if 1 < len(following) <= len(parts) // 3 and all(map(_NUMBER, following)):
        # Several modules of a row, as layer1.0 and layer1.1, and not the parts of one.
        return _ROW
    while shared and _NUMBER(shared[-1]):
        shared = shared[:-1]
    if not shared:
        return ""
    word = re.sub(r"(?<=\D)\d+[a-z]?$", "", shared[-1])
    layer, _ = find_layer(word.lower())
    if len(word) < 3 or _SAYS_NOTHING(word) or layer is not None or not word.isidentifier():
        return ""
    return word[0].upper() + word[1:]


def _around_blocks(run: Sequence[Step]) -> str:
    """What a block with others in it is; "" if it has none."""
    inner = [step.kind for step in run if find_layer(step.kind)[0] is None]
    if not inner:
        return ""
    kinds = {step.kind for step in run} - {*inner, *_AFTER}
    last = next((step for step in reversed(run) if step.kind not in _AFTER), run[-1])
    if last.kind in _MERGES and run[0].refs[0] in last.refs and kinds & {"conv", DEPTHWISE}:
        return ""
    if kinds <= {"add", "weighted_add"} and kinds:
        return f"Residual{inner[0]}"
    if kinds & {"avg_pool"} and inner[0] == run[0].kind:
        return "DenseStage"
    if kinds & {"conv_transpose", "upsample", "resize", "pixel_shuffle"}:
        return "Up"
    return "Down" if kinds & {"max_pool"} else "Stage"


def _by_structure(run: Sequence[Step]) -> str:
    """What a run of layers is, by the layers: a name of the field."""
    last = next((step for step in reversed(run) if step.kind not in _AFTER), run[-1])
    if last.kind in _MERGES:
        return _name_merge(run, last)
    layers = {step.kind for step in run}
    if DEPTHWISE in layers:
        if layers.intersection(POOLED):
            return "MBConv"
        return "InvertedBottleneck" if run[0].kind == "conv" else "DepthwiseSeparable"
    if layers.intersection(POOLED) and "multiply" in layers:
        return "SqueezeExcite"
    fits = (name for name, kinds in _KINDS if layers & kinds)
    found = next(fits, "Block")
    return "ConvPool" if found == "Pool" and "conv" in layers else found


_MERGES = ("add", "weighted_add", "concat", "multiply")
_KINDS = (
    ("Attention", {"multi_head_attention"}),
    ("Up", {"conv_transpose", "upsample", "resize", "pixel_shuffle"}),
    ("Pool", {"max_pool", "avg_pool"}),
    ("ConvBlock", {"conv"}),
    ("Head", {"dense"}),
)
"""What a run without a merge is called, by the first of these of which it has one."""
_AFTER = ("relu", "relu6", "leaky_relu", "silu", "gelu", "dropout", "drop_path", "channel_shuffle")


def _name_merge(run: Sequence[Step], last: Step) -> str:
    """What a run is that ends in a merge."""
    layers = {step.kind for step in run}
    first = run[0].refs[0] if run[0].refs else -1
    if last.kind == "concat":
        if first in last.refs:
            return "DenseLayer"
        return "Inception" if len(last.refs) > 2 else "Branches"
    if last.kind == "multiply":
        return "SqueezeExcite" if layers.intersection(POOLED) else "Gate"
    if DEPTHWISE in layers:
        return "InvertedResidual"
    if "multi_head_attention" in layers:
        return "EncoderLayer"
    kernels = [step.keys.get("kernel", 1) for step in run if step.kind == "conv"]
    if kernels.count(1) >= 2 and len(kernels) >= 3:
        return "Bottleneck"
    return "BasicBlock" if len(kernels) >= 2 else "Residual"

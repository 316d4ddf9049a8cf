"""The rows of a file as layers: which scale it is, what a row reads, and which module is in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Description, Unreadable
from cnncalc.importers.base.ultralytics import heads
from cnncalc.importers.base.ultralytics.modules import MODULES
from cnncalc.importers.base.ultralytics.net import Map, Net, divisible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Data = dict[str, Any]

_SCALE = re.compile(r"yolo(?:e-)?v?\d+([nslmx])")
_ROW = re.compile(r"^[ ]*- \[", re.MULTILINE)
_ACTIVATIONS = {"SiLU": "silu", "ReLU": "relu", "ReLU6": "relu6", "GELU": "gelu", "LeakyReLU": "leaky_relu",
                "Hardswish": "hard_swish", "Mish": "mish", "Identity": None}  # fmt: skip
_NEW = ("C3k2", "A2C2f", "C2fCIB")
"""Modules of generations whose heads find classes by light convolutions."""
_ROWS = 10_000
_DEEP = 1000


class Scale(NamedTuple):
    """How deep and wide a network is, and the most channels before it is made so wide."""

    name: str
    depth: float = 1.0
    width: float = 1.0
    most: float = float("inf")


def describe_network(data: Data, text: str, name: str, given: Mapping[str, Any]) -> Description:
    """The network of a file; raises Unreadable."""
    scales = data.get("scales")
    scale = _choose_scale(data, name, given.get("settings") or {})
    rows = [*_rows(data, "backbone"), *_rows(data, "head")]
    classifies = any(row[2] == "Classify" for row in rows)
    size = _size(given.get("size"), 224 if classifies else 640)
    channels = given.get("channels") or data.get("ch") or data.get("channels") or 3
    if not isinstance(channels, int):
        raise Unreadable("`channels` of the input must be a whole number")
    net = Net(_activation(data.get("activation")))
    _Writer(net, data, scale).run(rows, Map("input", channels, size), text)
    if not net.entries:
        raise Unreadable("the file has no row")
    return Description(
        text,
        {"input": {"channels": channels, "size": list(size)}},
        net.entries,
        _outputs(net),
        "torch",
        description=f"Ultralytics{f', scale {scale.name}' if scale.name else ''}, as built: before it is fused",
        variables={"scale": scale.name} if isinstance(scales, dict) and scales else {},
    )


def _outputs(net: Net) -> list[str]:
    """What nothing reads, but for numbers that stand alone."""
    read: set[str] = set()
    above = "input"
    for entry in net.entries:
        sources = entry.keys.get("from", above if entry.kind != "parameter" else [])
        read.update([sources] if isinstance(sources, str) else sources)
        above = entry.keys["name"]
    left = [
        e.keys["name"] for e in net.entries if e.kind != "parameter" and e.keys["name"] not in read
    ]
    return left if left != [above] else []


def _choose_scale(data: Data, name: str, settings: Mapping[str, Any]) -> Scale:
    """That which is set, or which the name of the file has, or the first."""
    scales = data.get("scales")
    if not isinstance(scales, dict) or not scales:
        return Scale("", _number(data, "depth_multiple"), _number(data, "width_multiple"))
    found = _SCALE.search(name)
    chosen = settings.get("scale") or (found[1] if found else next(iter(scales)))
    said = scales.get(chosen)
    if said is None:
        known = ", ".join(map(str, scales))
        raise Unreadable(
            f"there is no scale `{cut(str(chosen), NAME)}`", help=f"--set scale=NAME: {known}"
        )
    if (
        not isinstance(said, list)
        or len(said) != 3
        or not all(isinstance(n, (int, float)) for n in said)
    ):
        raise Unreadable(f"the scale `{cut(str(chosen), NAME)}` is not [depth, width, channels]")
    return Scale(str(chosen), *said)


def _number(data: Data, key: str) -> float:
    found = data.get(key, 1.0)
    if not isinstance(found, (int, float)):
        raise Unreadable(f"`{key}` must be a number")
    return found


def _size(given: Any, usual: int) -> tuple[int, int]:
    found = next(iter(given.values()), None) if isinstance(given, dict) else given
    if found is None:
        return usual, usual
    if len(found) != 2 or min(found) < 1:
        raise Unreadable(f"what goes in has two axes, got {list(found)}")
    return found[0], found[1]


def _activation(said: Any) -> str | None:
    """The activation of all convolutions, written as a call: `torch.nn.ReLU()`."""
    if said is None:
        return "silu"
    word = str(said).partition("(")[0].rpartition(".")[2]
    if word not in _ACTIVATIONS:
        raise Unreadable(f"the activation `{cut(str(said), NAME)}` is not known here")
    return _ACTIVATIONS[word]


def _rows(data: Data, key: str) -> list[list[Any]]:
    rows = data.get(key, [])
    if not isinstance(rows, list) or len(rows) > _ROWS:
        raise Unreadable(f"`{key}` is no list of rows")
    for row in rows:
        if not isinstance(row, list) or len(row) != 4 or not isinstance(row[3], list):
            raise Unreadable(f"a row of `{key}` is not [from, repeats, module, arguments]")
        if not isinstance(row[1], int) or not 0 < row[1] <= _DEEP or not isinstance(row[2], str):
            raise Unreadable(f"a row of `{key}` is not [from, repeats, module, arguments]")
    return rows


class _Writer:
    """Goes through the rows of one file."""

    def __init__(self, net: Net, data: Data, scale: Scale) -> None:
        self.net, self.data, self.scale = net, data, scale
        self.made: list[Any] = []
        self.old = True
        self.classes = data.get("nc", 80)
        if not isinstance(self.classes, int) or not 0 < self.classes < 10**6:
            raise Unreadable("`nc` is no number of classes")

    def run(self, rows: Sequence[list[Any]], image: Map, text: str) -> None:
        """All rows; raises Unreadable, with the line of the row at fault."""
        lines = [text.count("\n", 0, found.start()) + 1 for found in _ROW.finditer(text)]
        for place, (source, repeats, module, said) in enumerate(rows):
            self.net.line = lines[place] if len(lines) == len(rows) else 1
            short = module.removeprefix("nn.").removeprefix("torchvision.ops.")
            self.net.path = f"{short}_{place}"
            maps = self._read(source, image)
            try:
                self.made.append(self._row(short, maps, repeats, [self._value(v) for v in said]))
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
                told = cut(f"{type(error).__name__}: {error}", NAME)
                raise Unreadable(f"the arguments of `{cut(module, NAME)}` are not its own: {told}",
                                 self.net.line) from None  # fmt: skip

    def _value(self, said: Any) -> Any:
        """An argument; texts may be names of what the file says, or words of Python."""
        if not isinstance(said, str):
            return said
        if said in ("nc", "kpt_shape"):
            return self.data.get(said, self.classes if said == "nc" else None)
        return {"None": None, "True": True, "False": False}.get(said, said)

    def _read(self, source: Any, image: Map) -> list[Any]:
        """What a row reads; raises Unreadable."""
        found: list[Any] = []
        for at in source if isinstance(source, list) else [source]:
            if not isinstance(at, int) or not -len(self.made) <= at < max(len(self.made), 1):
                if at == -1 and not self.made:
                    found.append(image)
                    continue
                raise Unreadable(f"`{self.net.path}` reads row {cut(repr(at), NAME)}, which is not above it",
                                 self.net.line)  # fmt: skip
            found.append(self.made[at] if self.made else image)
        return found

    def width(self, filters: Any) -> int:
        """How many channels are meant, made so wide as the scale is."""
        return divisible(min(filters, self.scale.most) * self.scale.width)

    def _row(self, module: str, maps: list[Any], repeats: int, said: list[Any]) -> Any:
        """What the module of a row gives."""
        many = max(round(repeats * self.scale.depth), 1) if repeats > 1 else repeats
        self.old = self.old and module not in _NEW
        if module in HEADS:
            HEADS[module](self, maps, said)
            return maps[0]
        if module == "Classify":
            return heads.classify(self.net, maps[0], *said)
        if module in MODULES:
            read, takes_repeats, scaled = MODULES[module]
            args = [self.width(said[0]), *said[1:]] if scaled else said
            if takes_repeats:
                return read(self, maps, many, *args)
            made: list[Any] = maps
            for _ in range(many):
                made = [read(self, made, 1, *args)]
            return made[0]
        raise Unreadable(f"the module `{cut(module, NAME)}` is not known here", self.net.line)

    def facts(self) -> heads.Facts:
        """What the file says of its heads."""
        return heads.Facts(
            self.classes, self.data.get("reg_max", 16), bool(self.data.get("end2end")), self.old
        )


def _segment(
    w: _Writer, maps: list[Map], said: list[Any], *, new: bool = False, embedded: int = 0
) -> None:
    masks, width = (said + [32, 256][len(said) - 1 :])[1:3]
    heads.segment(w.net, maps, w.facts(), masks, w.width(width), new=new, embedded=embedded)


def _v10(w: _Writer, maps: list[Map], said: list[Any]) -> None:
    heads.detect(w.net, maps, w.facts()._replace(twice=True, old=False))


def _pose(w: _Writer, maps: list[Map], said: list[Any], *, new: bool = False) -> None:
    heads.pose(w.net, maps, w.facts(), tuple(said[1]), new)


HEADS: dict[str, Any] = {
    "Detect": lambda w, maps, said: heads.detect(w.net, maps, w.facts()),
    "v10Detect": _v10,
    "Segment": _segment,
    "Segment26": lambda w, maps, said: _segment(w, maps, said, new=True),
    "YOLOESegment": lambda w, maps, said: _segment(w, maps, said, embedded=512),
    "YOLOESegment26": lambda w, maps, said: _segment(w, maps, said, new=True, embedded=512),
    "YOLOEDetect": lambda w, maps, said: heads.open_detect(w.net, maps, w.facts()),
    "Pose": _pose,
    "Pose26": lambda w, maps, said: _pose(w, maps, said, new=True),
    "OBB": lambda w, maps, said: heads.find_turned(w.net, maps, w.facts(), said[1]),
    "OBB26": lambda w, maps, said: heads.find_turned(w.net, maps, w.facts(), said[1]),
    "WorldDetect": lambda w, maps, said: heads.world(
        w.net, maps, w.facts(), said[1], bool(said[2])
    ),
    "Depth": lambda w, maps, said: heads.depth(w.net, maps, *said[:1]),
    "SemanticSegment": lambda w, maps, said: heads.semantic(w.net, maps, said[0]),
    "RTDETRDecoder": lambda w, maps, said: heads.decode(w.net, maps, said[0]),
    "ImagePoolingAttn": lambda w, maps, said: heads.look_at_images(w.net, maps, said[0], 512),
}
"""The modules that read several maps and end the network."""

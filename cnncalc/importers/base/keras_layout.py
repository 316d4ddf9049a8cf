"""Which axis the channels are, in a file whose tensors do not say it.

Keras' layers say where they take them to be, `data_format`; what stands between such layers follows
them. A layout is the place of the channels among the axes without the batch, -1 the last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.keras_tables import is_reverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.keras_graph import Call, Value

LAST = -1

_SPATIAL = re.compile(
    r"\w*(Conv|Pooling|UpSampling|ZeroPadding|Cropping|CenterCrop|RandomCrop|Resizing|LocallyConnected|SpatialDropout)"
)
_NORMS = re.compile(r"(Sync)?BatchNormalization\w*|GroupNormalization").fullmatch
_RECURRENT = re.compile(r"(CuDNN)?(LSTM|GRU)|SimpleRNN|RNN|ConvLSTM.D|Bidirectional").fullmatch
_LAST = re.compile(
    r"Dense|EinsumDense|Dot|Embedding|ReversibleEmbedding|CategoryEncoding|\w*Attention|Reshape|TextVectorization"
).fullmatch
_FREE = re.compile(r"InputLayer|Reshape|Permute|Lambda|RepeatVector").fullmatch
"""What has an output whose channels are where its readers take them to be."""


class Layouts:
    """The ranks and layouts of the tensors of a graph."""

    def __init__(self, calls: Sequence[Call], inputs: Sequence[Call]) -> None:
        """Of these calls, which stand in an order in which they can be made."""
        self._rank: dict[Call, int | None] = {}
        for call in inputs:
            self._rank[call] = len(call.stated[0])
        for call in calls:
            self._rank[call] = _rank_after(call, [self.rank(value) for value in call.operands])
        self._asked = {call: self._ask(call) for call in calls}
        self._wanted: dict[Call, int] = {}
        self._given: dict[Call, int] = {}
        if any(layout not in (None, LAST) for layout in self._asked.values()):
            self._spread(calls)

    def rank(self, value: Value) -> int | None:
        """How many axes a tensor has, without the batch; None if that is not known."""
        stated = value.call.stated.get(value.output)
        return self._rank.get(value.call) if stated is None else len(stated)

    def layout_of(self, call: Call) -> int:
        """The layout of what a call gives."""
        return self._given.get(call, LAST)

    def read(self, call: Call) -> int:
        """The layout in which a call reads."""
        asked = self._asked.get(call)
        if asked is not None:
            return asked
        layouts = [self.layout_of(value.call) for value in call.values if self._is_map(value)]
        ranks = {self.rank(value) for value in call.operands}
        return layouts[0] if layouts and len(ranks) == 1 else LAST

    def _is_map(self, value: Value) -> bool:
        rank = self.rank(value)
        return rank is not None and rank > 1

    def _spread(self, calls: Sequence[Call]) -> None:
        """Take what layers ask for to what stands before them, then to what stands behind."""
        for call in reversed(calls):
            asked = self._asked[call]
            if asked is None and not _FREE(call.cls):
                asked = self._wanted.get(call)
            if asked is not None:
                for value in call.values:
                    self._wanted.setdefault(value.call, asked)
        for call in self._wanted.keys() - set(calls):
            self._given[call] = self._fit(call, self._wanted[call])
        for call in calls:
            self._given[call] = self._fit(call, self._after(call))

    def _after(self, call: Call) -> int:
        if _FREE(call.cls):
            return self._wanted.get(call, LAST)
        layout = self.read(call)
        before = self.rank(call.operands[0]) if call.operands else None
        after = self._rank.get(call)
        if call.cls.startswith("ConvLSTM") and before != after and layout > 0:
            layout -= 1
        return layout

    def _fit(self, call: Call, layout: int) -> int:
        """A layout that a tensor of so many axes can have; that of the last is -1."""
        rank = self._rank.get(call)
        return LAST if rank is None or layout >= rank - 1 else layout

    def _ask(self, call: Call) -> int | None:
        """The layout that a layer reads; None if any will do."""
        rank = self.rank(call.operands[0]) if call.operands else None
        if rank is not None and rank - call.steps < 2:
            return None
        if _NORMS(call.cls):
            axis = call.config.get("axis", -1)
            axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
            if not isinstance(axis, int) or rank is None:
                return LAST
            place = axis - 1 + call.steps if axis > 0 else axis + rank
            return LAST if place >= rank - 1 or place < 0 else place
        inner = call.config.get("layer")
        format = call.config.get("data_format")
        cls = call.cls
        if isinstance(inner, dict) and isinstance(inner.get("config"), dict):
            format, cls = inner["config"].get("data_format"), str(inner.get("class_name"))
        if _SPATIAL.match(cls):
            if format == "channels_first":
                return call.steps + cls.startswith("ConvLSTM")
            return LAST
        if _LAST(cls) or _RECURRENT(cls) or (".ops" in call.module and _reads_axes(call)):
            return LAST
        return None


_POINTWISE = re.compile(
    r"Add|Subtract|Multiply|\w*Divide|Maximum|Minimum|Power|Absolute|Negative|Square|Sqrt|Rsqrt|Exp|Log\w*|"
    r"\w*[Ss]igmoid|\w*[Ss]ilu|Gelu|Relu6?|Elu|Selu|LeakyRelu|Tanh|Softplus|Softsign|Mish|Clip|Cast|Identity|Erf|"
    r"Sin|Cos|Floor|Ceil|Round|Sign|Reciprocal|Where|StopGradient|Copy|Swish"
).fullmatch


def is_pointwise(cls: str) -> bool:
    """Whether an operation takes its tensors element by element."""
    return _POINTWISE(cls) is not None


def _reads_axes(call: Call) -> bool:
    return not is_pointwise(call.cls)


def _rank_after(call: Call, ranks: list[int | None]) -> int | None:
    """How many axes the output of a call has, as far as the class tells."""
    if 0 in call.stated:
        return len(call.stated[0])
    steps = call.steps
    before = ranks[0] if ranks else None
    cls, config = call.cls, call.config
    inner = config.get("layer")
    if cls == "Bidirectional" and isinstance(inner, dict) and isinstance(inner.get("config"), dict):
        cls, config = str(inner.get("class_name")), inner["config"]
    known = _fixed_rank(cls, config)
    if known is not None:
        return steps + known
    if before is None:
        return None
    if cls.startswith("Global") and not config.get("keepdims"):
        return steps + 1
    if cls == "Embedding" or (cls == "ReversibleEmbedding" and not is_reverse(call.arguments)):
        return before + 1
    if _RECURRENT(cls) and not config.get("return_sequences"):
        return before - 1
    if cls == "Dot":
        return None if None in ranks[:2] else sum(rank or 0 for rank in ranks[:2]) - 2
    return max((rank for rank in ranks if rank is not None), default=None)


def _fixed_rank(cls: str, config: dict[str, Any]) -> int | None:
    """The axes of an output that has as many whatever goes in."""
    if cls == "Flatten":
        return 1
    if cls == "RepeatVector":
        return 2
    word = {"Reshape": "target_shape", "Lambda": "output_shape", "EinsumDense": "output_shape"}.get(
        cls
    )
    found = config.get(word) if word else None
    return len(found) if isinstance(found, list) else None

"""What layers are called: files have names of tensors alone, made of the scopes of what was converted.

Where operators became one, their names stand together, with `;` between. Keras 3 puts the layers of a
model called `net` under `net_1/`, and a number behind each of them that the layer does not have.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PRODUCTS = re.compile(
    r"(?:convolution|conv\dd\w*|conv2d_transpose|depthwise\w*|separable_conv2d|matmul|tensordot|weights\w*|kernel)"
    r"[\d_]*$",
    re.IGNORECASE,
)
"""What ends the scope of a layer with weights."""

_BIAS = re.compile(r"BiasAdd\d*$")
_NORM = re.compile(
    r"(?:batch_?norm\w*|[^/;]*batch_normalization[^/;]*)/|fusedbatchnorm", re.IGNORECASE
)
_MADE_UP = re.compile(
    r"(?:arith|tfl|std|stablehlo)\.|statefulpartitionedcall|partitionedcall|identity|serving_default_"
    r"|functional_\d+$|model/?$|[\d;/]*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"_\d+$")
_MOST = 0.8


class Namer:
    """Finds names in those of all tensors of a graph."""

    def __init__(self, names: Iterable[str]) -> None:
        """What nearly all of them have in front is that of the model."""
        paths = [
            path.split("/")
            for name in names
            for path in name.split(";")
            if "/" in path and not _MADE_UP.match(path)
        ]
        firsts = Counter(path[0] for path in paths).most_common(1)
        self._model = firsts[0][0] if firsts and firsts[0][1] > _MOST * len(paths) else ""
        seconds = {path[1] for path in paths if len(path) > 2 and path[0] == self._model}
        self._counted = bool(
            seconds and self._model.endswith("_1") and all(map(_NUMBER.search, seconds))
        )

    def name(self, texts: Sequence[str], op: str, *, weighted: bool = False) -> str:
        """A name by those of the tensors, the first of which is what comes out; by the operator without any."""
        paths = [path for text in texts for path in text.split(";") if not _MADE_UP.match(path)]
        for wanted in (_PRODUCTS, _BIAS) if weighted else ():
            for path in paths:
                *scope, last = path.split("/")
                if scope and wanted.match(last) and (found := self._scope(scope)):
                    return found
        # A product by its own name, which has no scope, else what comes out.
        own = [path for path in paths if weighted and _PRODUCTS.match(path)]
        for path in (own or paths)[:1]:
            *scope, last = path.split("/")
            found = self._scope(scope) if scope else ""
            if found or not scope:
                return found or last.partition(":")[0]
        return op.lower()

    def _scope(self, scope: list[str]) -> str:
        """Scopes as the name of a layer."""
        if self._model and scope[0] == self._model:
            scope = scope[1:]
        scope = [_NUMBER.sub("", part) if self._counted else part for part in scope if part]
        # What a layer does inside is no part of its name.
        while len(scope) > 1 and _PRODUCTS.match(scope[-1]):
            scope = scope[:-1]
        return ".".join(scope)


def is_norm_folded(texts: Iterable[str]) -> bool:
    """Whether names say that a batch norm has become part of a layer."""
    return any(_NORM.search(text) for text in texts)

"""Networks of one model with one setting after the other: what is alike is not expanded again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.build import build, rebuild
from cnncalc.language.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.language.document import Document
    from cnncalc.network import Network

_KEPT = 4
"""So many expansions are kept: widths may differ in which blocks have a shortcut, depths in how many."""

_PATIENCE = 8
"""So many more settings may be tried in vain than are not: then it does not pay."""


class Again:
    """Builds a model with settings, by what earlier builds decided where that holds.

    What comes of it has the layers and shapes of a build; frames may say the arguments of another one.
    """

    def __init__(self, document: Document, model: str | None, channels: Any) -> None:
        """`channels` are those of the inputs, where they are others than the spec says."""
        self._document = document
        self._model = model
        self._channels = channels
        self._tapes: list[Tape] = []
        self._in_vain = 0

    def network(self, settings: Mapping[str, Any], size: Any) -> Network:
        """The network; raises SpecError."""
        for tape in self._tapes:
            found = rebuild(self._document, self._model, tape, settings, size, self._channels)
            if found is not None:
                self._in_vain = max(0, self._in_vain - 1)
                self._tapes.remove(tape)
                self._tapes.insert(0, tape)
                return found
        self._in_vain += bool(self._tapes)
        new = Tape() if self._in_vain < _PATIENCE else None
        network = build(self._document, self._model, settings=settings, size=size,
                        channels=self._channels, tape=new)  # fmt: skip
        if new is None:
            self._tapes.clear()
        elif new.network is not None:
            self._tapes = [new, *self._tapes][:_KEPT]
        return network

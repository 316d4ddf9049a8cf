"""A spec compiled once, and the numbers of its networks at many settings.

What does not depend on what has changed is not computed again: equal layers, and equal layers on equal
shapes, are the same for all networks, and what differs in the size of its input alone is mostly not
built at all (`apart`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import SpecError, UsageError
from cnncalc.language.build import build, shapes_of_inputs
from cnncalc.registry import suggestion
from cnncalc.sweeping.again import Again
from cnncalc.sweeping.apart import Apart
from cnncalc.sweeping.dependence import names_in_inputs, names_in_layers
from cnncalc.sweeping.numbers import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.language.document import Document
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network
    from cnncalc.sweeping.spaces import Setting

SIZES = ("size", "input_size", "input.size")
"""Names under which a setting may have the size of the input: the first that is no variable of the spec.

No variable has a dot in its name.
"""

_KEPT = 20_000
"""So many layers and facts are kept from one network to the next."""

Numbers = dict[str, "int | None"]
"""Totals of a network by their names; None is unknown."""


class Refused(NamedTuple):
    """Why a setting gives no network."""

    reason: str
    error: SpecError | None = None


class Variants:
    """The numbers of one model of a document at any setting of its variables.

    `fixed` is set in all of them; `size` and `channels` change their inputs, and `way` says how they
    are run: options of `cost.memory.Way`.
    """

    def __init__(
        self,
        document: Document,
        model: str | None,
        metrics: Sequence[str],
        *,
        fixed: Mapping[str, Any] | None = None,
        size: Any = None,
        channels: Any = None,
        way: Mapping[str, Any] | None = None,
    ) -> None:
        """Raises SpecError if the document is bad whatever is set, UsageError for a wrong model."""
        if document.report:
            raise document.report.error()
        chosen, _ = document.select(model)
        self.document = document
        self.metrics = tuple(metrics)
        self.fixed = dict(fixed or {})
        self.way = dict(way or {})
        self._model = model
        self._size = size
        self._channels = channels
        self._apart = Apart(self.metrics, self.way) if Apart.can_tell(metrics, self.way) else None
        self._again = Again(document, model, channels)
        self._in_layers = names_in_layers(chosen, document.variables)
        self._in_inputs = names_in_inputs(chosen, document.variables)
        self._shapes: dict[Any, dict[str, Shape] | None] = {}

    def check(self, names: Iterable[str], option: str = "--var") -> None:
        """Raise UsageError for a name that is no variable, or is fixed."""
        known = self.document.variables
        for name in names:
            if name not in known:
                raise UsageError(f"{self.document.source.name} has no variable `{name}`",
                                 suggestion(name, known) or "variables: "
                                 + (", ".join(known) or "none"))  # fmt: skip
            if name in self.fixed:
                raise UsageError(f"`{name}` is given twice: --set fixes what {option} varies")

    def network(self, setting: Setting, size: Any = None) -> Network:
        """The network with a setting; raises SpecError."""
        return build(
            self.document,
            self._model,
            settings={**self.fixed, **setting},
            size=self._size if size is None else size,
            channels=self._channels,
        )

    def at(self, setting: Setting, size: Any = None) -> Numbers | Refused:
        """The numbers with a setting, at another `size` if one is given.

        Raises UsageError if the request fits no setting.
        """
        if self._apart is None:
            return self._build(setting, size)
        shapes = self._shapes_at(setting, size)
        if shapes is None:
            return self._build(setting, size)
        place = (
            tuple([(type(value), _hashable(value)) for name, value in setting.items()
                   if name in self._in_layers]),
            tuple([(shape.channels, shape.rank, shape.form, shape.copies) for shape in shapes.values()]),
        )  # fmt: skip
        sizes = tuple([shape.size for shape in shapes.values()])
        return self._apart.tell(place, sizes) or self._build(setting, size, place, sizes)

    def _shapes_at(self, setting: Setting, size: Any) -> dict[str, Shape] | None:
        """The shapes of the inputs; None if they cannot be told."""
        own = [(type(value), _hashable(value)) for name, value in setting.items()
               if name in self._in_inputs]  # fmt: skip
        place = (*own, _hashable(size))
        if place not in self._shapes:
            if len(self._shapes) > _KEPT:
                self._shapes.clear()
            self._shapes[place] = shapes_of_inputs(
                self.document, self._model, {**self.fixed, **setting},
                self._size if size is None else size, self._channels,
            )  # fmt: skip
        return self._shapes[place]

    def _build(
        self, setting: Setting, size: Any, place: Any = None, sizes: Any = None
    ) -> Numbers | Refused:
        try:
            if sizes is None:
                network = self.network(setting, size)
            else:
                settings, size = {**self.fixed, **setting}, self._size if size is None else size
                network = self._again.network(settings, size)
        except UsageError:
            raise
        except SpecError as error:
            first = error.diagnostics[0]
            return Refused(f"{first.code}: {first.message}", error)
        if self._apart is not None and sizes is not None:
            self._apart.learn(place, sizes, network)
            found = self._apart.tell(place, sizes)
            if found is not None:
                return found
        return {name: number_of(name, network, self.way) for name in self.metrics}


def _hashable(value: Any) -> Any:
    """A value that can be looked up: a list by what is in it."""
    return repr(value) if isinstance(value, (list, dict)) else value

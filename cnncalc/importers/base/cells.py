"""Which recurrent layer of Keras the step of a loop is: by its gates, its products and its activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data


class Cell(NamedTuple):
    """A recurrent layer: its gates, the sigmoids and tangents of a step, its products and its biases."""

    kind: str
    gates: int
    acts: tuple[int, int]
    products: int = 2
    biases: int = 1
    """How many each unit of a gate has."""
    reset_after: bool = True

    def matrices(self, features: int, units: int) -> int:
        """The numbers of its matrices: each is multiplied once in a step."""
        return self.gates * units * (features + units)

    def keys(self, units: int, held: int, features: int, *, whole: bool) -> Data | None:
        """The keys of the layer whose weights have `held` numbers; None if they are not those of the cell.

        `whole` says that it gives all of its states.
        """
        rest = held - self.matrices(features, units)
        if rest not in (0, self.gates * units * self.biases):
            return None
        keys: Data = {"units": units, **({"return": "sequence"} if whole else {})}
        if not self.reset_after:
            keys["reset_after"] = False
        if not rest:
            keys["bias"] = False
        return keys


_CELLS = (
    Cell("lstm", 4, (3, 2)),
    Cell("simple_rnn", 1, (0, 1)),
    Cell("gru", 3, (2, 1), biases=2),
    # The state is multiplied once for two gates, and again behind the reset gate.
    Cell("gru", 3, (2, 1), products=3, reset_after=False),
)


def find_cell(products: int, sigmoids: int, tangents: int) -> Cell | None:
    """The cell whose step has so many of them; None if there is none."""
    acts = sigmoids, tangents
    return next((cell for cell in _CELLS if (cell.acts, cell.products) == (acts, products)), None)

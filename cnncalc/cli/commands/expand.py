"""`cnncalc expand`: the spec with everything expanded."""

from __future__ import annotations

from cnncalc.cli.options import Channels, Set, Size, Spec, network
from cnncalc.cli.output import emit
from cnncalc.language.write import write


def run(spec: Spec, set: Set = [], size: Size = [], channels: Channels = []) -> None:  # noqa: B006
    """Print the spec with variables, defaults, blocks and repetitions expanded.

    The result is a spec itself, and gives the same numbers.
    """
    emit(write(network(spec, set, size, channels)), coded=True)

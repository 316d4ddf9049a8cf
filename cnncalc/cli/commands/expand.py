"""`cnncalc expand`: the spec with everything expanded."""

from __future__ import annotations

from cnncalc.cli.options import Allow, Channels, Set, Size, Spec, network
from cnncalc.cli.output import emit
from cnncalc.language.write import write


def run(
    spec: Spec,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
) -> None:
    """Print the spec with variables, defaults, blocks and repetitions expanded.

    The result is a spec itself, and gives the same numbers.
    """
    emit(write(network(spec, set, size, channels, allow)), coded=True)

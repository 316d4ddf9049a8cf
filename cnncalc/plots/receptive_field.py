"""The growth of the receptive field from layer to layer, or what one unit sees of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cnncalc.analyzers.receptive_field import known_input, whole_numbers
from cnncalc.errors import UsageError
from cnncalc.plots.base import growth
from cnncalc.plots.base import unit as one_unit
from cnncalc.receptive_field.exact import check_unit, find
from cnncalc.receptive_field.survey import Survey

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cnncalc.network import Network

Image = Annotated[str, "With --plot and --unit: an image to draw the field over.", "FILE"]


def draw(
    network: Network,
    *,
    layer: str = "",
    unit: str = "",
    from_: str = "",
    project: str = "",
    object_size: str = "",
    all_axes: bool = False,
    depth: int | None = None,
    image: Image = "",
) -> Figure:
    """The growth down to a layer, or to the last that sees a map; with `unit`, what that unit sees.

    Raises UsageError for what the analyzer refuses, and where there is nothing to draw.
    """
    survey = Survey(network)
    if project:
        raise UsageError(
            "there is no picture of a projective field", "leave out --plot or --project"
        )
    index, source = _target(survey, layer, from_)
    if unit:
        place = check_unit(network, index, whole_numbers(unit, "unit"))
        return one_unit.draw(survey, index, place, source, image)
    if image:
        raise UsageError("an image is drawn below the field of a unit", "--unit Y,X --image FILE")
    wanted = whole_numbers(object_size, "object-size") if object_size else ()
    return growth.draw(survey, index, source, all_axes=all_axes, depth=depth, wanted=wanted)


def _target(survey: Survey, layer: str, from_: str) -> tuple[int, str]:
    """The node and the input that are drawn; raises UsageError."""
    network = survey.network
    source = known_input(survey, from_)
    if not layer:
        whole = survey.of_network(from_)
        if whole is None:
            raise UsageError(f"no layer of {network.name} sees a map: there is nothing to draw")
        return whole
    index = find(network, layer)
    seen = survey.views[index]
    if source not in seen and from_:
        raise UsageError(f"{network.nodes[index].name} does not depend on {source}",
                         "--from " + ", ".join(seen) if seen else "")  # fmt: skip
    return index, source if source in seen else next(iter(seen), source)

"""What one unit sees of an input, as a map with its padding, a strip, or three planes of a volume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.plots.base import style
from cnncalc.plots.base.sight import NAMES, list_places, parts, sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from cnncalc.plots.base.sight import Side, Sight, Span
    from cnncalc.receptive_field.survey import Survey

_SHADES = 24
_CELLS = 48
"""Up to so many elements on a side, each has a border of its own."""


def draw(survey: Survey, index: int, unit: Sequence[int], source: str, image: str = "") -> Figure:
    """One unit's field over the grid of an input, or over an image; of volumes three cuts.

    Raises UsageError for an image unless the input has two axes.
    """
    found = sight(survey, index, unit, source)
    channels = survey.inputs[source].output.channels
    rank = len(found.sides)
    if image and rank != 2:
        raise UsageError(f"--image needs an input of two axes, {source} has {rank}")
    name = f"{survey.network.nodes[index].name}[{list_places(unit)}]"
    heading = f"{survey.network.name}: what {name} sees of {source}"
    heat = parts(found)
    if rank == 1:
        figure = _strip(found, heat)
    elif rank == 2:
        figure = style.figure(*_page(found.sides))
        place = figure.subplots()
        under = _read_image(image, [side.size for side in found.sides], channels) if image else None
        _panel(place, found.sides, heat, ("row", "column"), under)
    else:
        figure = _cuts(found, heat)
    style.add_legend(figure, "receptive field")
    style.add_title(figure, heading, found.sentence)
    return figure


def _page(sides: Sequence[Side]) -> tuple[float, float]:
    """The width and height of a page for a map of these axes, in inches."""
    (a, b), (c, d) = sides[0].window, sides[1].window
    ratio = (b - a + 1) / (d - c + 1)
    width = 5.6
    return width, max(2.4, min(7.5, (width - 0.9) * ratio + 1.5))


def _panel(
    place: Any, sides: Sequence[Side], heat: Any, names: Sequence[str], under: Any = None
) -> None:
    """A map: the input with its padding, what is seen, the box, the effective field."""
    from matplotlib.patches import Ellipse, Rectangle

    rows, columns = sides
    (top, bottom), (left, right) = rows.window, columns.window
    page = (left - 0.5, top - 0.5), right - left + 1, bottom - top + 1
    whole = (-0.5, -0.5), columns.size, rows.size
    layers = iter(range(20))
    place.add_patch(Rectangle(*page, label="padding" if _is_beyond(sides) else None, gid="padding",
                              zorder=next(layers), **_PADDING))  # fmt: skip
    place.add_patch(Rectangle(*whole, gid="input", zorder=next(layers), **_EMPTY))
    extent = (-0.5, columns.size - 0.5, rows.size - 0.5, -0.5)
    if under is None:
        pixels, extent = _colour(heat), _extent(rows, columns)
        tone, shade = _TONE, "darker"
    else:
        place.imshow(under, extent=extent, interpolation="none", gid="image", zorder=next(layers))
        pixels = _veil(sides, heat)
        tone, shade = style.FAINT, "clearer"
    place.imshow(pixels, extent=extent, interpolation="none", gid="seen", zorder=next(layers))
    place.plot(
        [], [], linestyle="none", marker="s", color=tone, label=f"seen, the {shade} counts more"
    )
    if max(right - left, bottom - top) < _CELLS and under is None:
        _grid(place, sides, next(layers))
    place.add_patch(Rectangle(*whole, gid="border", zorder=next(layers), **_BORDER))
    if columns.beside is not None:
        _box(place, rows.hull, columns.beside, "of the next unit", gid="next", zorder=next(layers),
             edgecolor=style.FAINT, linewidth=1.2, linestyle=(0, (1, 2)))  # fmt: skip
    _box(place, rows.hull, columns.hull, "receptive field", gid="field", zorder=next(layers),
         edgecolor=style.INK, linewidth=1.6)  # fmt: skip
    if rows.centre is not None and columns.centre is not None and rows.width and columns.width:
        middle = columns.centre, rows.centre
        place.add_patch(Ellipse(middle, columns.width, rows.width, fill=False, gid="effective",
                                edgecolor=style.VERMILION, linewidth=1.6, linestyle=(0, (4, 2)),
                                zorder=next(layers), label="effective, 4σ wide"))  # fmt: skip
    free = 0.5 + 0.012 * max(right - left, bottom - top)
    place.set(xlim=(left - free, right + free), ylim=(bottom + free, top - free), aspect="equal",
              xlabel=names[1], ylabel=names[0])  # fmt: skip
    _ticks(place)


_PADDING = {"hatch": "////", "facecolor": style.PAPER, "edgecolor": "#c4c4c4", "linewidth": 0}
_TONE = "#41b6c4"
_EMPTY = {"facecolor": "#f4f4f4", "edgecolor": "none"}
_BORDER = {"fill": False, "edgecolor": style.FAINT, "linewidth": 1}


def _box(place: Any, rows: Span, columns: Span, label: str, **looks: Any) -> None:
    from matplotlib.patches import Rectangle

    corner = columns[0] - 0.5, rows[0] - 0.5
    size = columns[1] - columns[0] + 1, rows[1] - rows[0] + 1
    place.add_patch(Rectangle(corner, *size, fill=False, label=label, **looks))


def _is_beyond(sides: Sequence[Side]) -> bool:
    return any(side.window[0] < 0 or side.window[1] >= side.size for side in sides)


def _extent(rows: Side, columns: Side) -> tuple[float, float, float, float]:
    """Where the elements in the box lie."""
    return columns.box[0] - 0.5, columns.box[1] + 0.5, rows.box[1] + 0.5, rows.box[0] - 0.5


def _colour(heat: Any) -> Any:
    """The elements as colours, the more the darker; a few, because a file with many is large."""
    numpy = style.import_needed("numpy")
    part = numpy.ceil(heat * _SHADES) / _SHADES
    colours = style.import_needed("matplotlib").colormaps["YlGnBu"](0.12 + 0.83 * part)
    colours[..., 3] = part > 0
    return (colours * 255).round().astype("uint8")


def _veil(sides: Sequence[Side], heat: Any) -> Any:
    """White over an image: thick over what is not seen, the thinner the more an element counts."""
    numpy = style.import_needed("numpy")
    rows, columns = sides
    white = numpy.full((rows.size, columns.size, 4), 255, dtype="uint8")
    white[..., 3] = 215
    inside = white[rows.box[0] : rows.box[1] + 1, columns.box[0] : columns.box[1] + 1, 3]
    inside[heat > 0] = (140 * (1 - heat[heat > 0] ** 0.5)).round()
    return white


def _grid(place: Any, sides: Sequence[Side], layer: int) -> None:
    """The borders of the elements."""
    rows, columns = sides
    looks = {"colors": "#d9d9d9", "linewidth": 0.5, "zorder": layer}
    ys, xs = ([i - 0.5 for i in range(1, side.size)] for side in (rows, columns))
    place.hlines(ys, -0.5, columns.size - 0.5, gid="rows", **looks)
    place.vlines(xs, -0.5, rows.size - 0.5, gid="columns", **looks)


def _ticks(place: Any, *, both: bool = True) -> None:
    """Whole numbers at the axes, and no frame."""
    from matplotlib.ticker import MaxNLocator

    for axis in (place.xaxis, place.yaxis) if both else (place.xaxis,):
        axis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    for spine in place.spines.values():
        spine.set_visible(False)


def _cuts(found: Sight, heat: Any) -> Figure:
    """Of a volume, the three planes through the element that counts most."""
    most = _middle(heat)
    windows = [side.window for side in found.sides]
    lengths = [last - first + 1 for first, last in windows]
    wide = (lengths[2], lengths[2], lengths[1])
    figure = style.figure(10.5, 1.7 + 9.0 * max(lengths[:2]) / sum(wide))
    for place, gone in zip(figure.subplots(1, 3, width_ratios=wide), (0, 1, 2), strict=True):
        kept = [axis for axis in range(3) if axis != gone]
        names = [NAMES[3][axis] for axis in kept]
        sides = [found.sides[axis] for axis in kept]
        _panel(place, sides, heat.take(most[gone], axis=gone), names)
        at = found.sides[gone].box[0] + most[gone]
        place.set_title(f"{NAMES[3][gone]} {at}", fontsize=9, fontweight="normal")
    return figure


def _middle(heat: Any) -> list[int]:
    """The element that counts most; of several, the one nearest to the middle."""
    numpy = style.import_needed("numpy")
    known = numpy.argwhere(heat >= heat.max() * (1 - 1e-9))
    apart = abs(known - (numpy.array(heat.shape) - 1) / 2).sum(axis=1)
    return [int(i) for i in known[int(apart.argmin())]]


def _strip(found: Sight, heat: Any) -> Figure:
    """Of a line, how much every element counts, above what is seen."""
    from matplotlib.patches import Rectangle

    side = found.sides[0]
    first, last = side.window
    figure = style.figure(8.0, 3.4)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    xs, ys = _steps(heat, side.box[0])
    above.fill_between(xs, ys, color="#9ecae1", linewidth=0, gid="influence", label="influence")
    if side.centre is not None and side.width:
        ends = side.centre - side.width / 2, side.centre + side.width / 2
        above.plot(ends, (1.06, 1.06), color=style.VERMILION, marker="|", linestyle=(0, (4, 2)),
                   label="effective, 4σ wide", gid="effective")  # fmt: skip
    above.set(ylim=(0, 1.15), yticks=(0, 0.5, 1), ylabel="part of the largest")
    whole = (-0.5, 0), side.size, 1
    below.add_patch(Rectangle((first - 0.5, 0), last - first + 1, 1, gid="padding", zorder=0,
                              label="padding" if _is_beyond(found.sides) else None, **_PADDING))  # fmt: skip
    below.add_patch(Rectangle(*whole, gid="input", zorder=1, **_EMPTY))
    below.imshow(_colour(heat[None, :]), extent=(side.box[0] - 0.5, side.box[1] + 0.5, 1, 0),
                 aspect="auto", interpolation="none", gid="seen", zorder=2)  # fmt: skip
    below.add_patch(Rectangle(*whole, gid="border", zorder=3, **_BORDER))
    start, end = side.hull
    below.add_patch(Rectangle((start - 0.5, 0), end - start + 1, 1, fill=False, edgecolor=style.INK, zorder=4,
                              linewidth=1.6, gid="field", label="receptive field", clip_on=False))  # fmt: skip
    below.set(xlim=(first - 0.5, last + 0.5), ylim=(1, 0), yticks=(), xlabel=NAMES[1][0])
    _ticks(below, both=False)
    return figure


def _steps(heat: Any, first: int, most: int = 300) -> tuple[list[float], list[float]]:
    """A line from element to element; of very many, the largest of several."""
    width = -(-len(heat) // most)
    xs: list[float] = []
    ys: list[float] = []
    for start in range(0, len(heat), width):
        end = min(start + width, len(heat))
        xs += [first + start - 0.5, first + end - 0.5]
        ys += [float(heat[start:end].max())] * 2
    return xs, ys


def _read_image(image: str, size: Sequence[int], channels: int | None) -> Any:
    """An image in the size of the input, as a network would be given it; raises UsageError."""
    images = style.import_needed("PIL.Image")
    try:
        with images.open(image) as opened:
            mode = "L" if channels == 1 else "RGB"
            upright = style.import_needed("PIL.ImageOps").exif_transpose(opened)
            plain = upright.convert(mode).resize((size[1], size[0]))
    except FileNotFoundError:
        raise UsageError(f"there is no image {image}") from None
    except (OSError, ValueError, SyntaxError, images.DecompressionBombError) as error:
        raise UsageError(f"cannot read the image {image}: {error}") from None
    return style.import_needed("numpy").asarray(plain.convert("RGB"))

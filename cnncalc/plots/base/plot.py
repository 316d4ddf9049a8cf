"""Any picture by its name, as a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.errors import UsageError
from cnncalc.plots.base import style
from cnncalc.plots.base.paper import paper
from cnncalc.system.files import untaken, write

if TYPE_CHECKING:
    from cnncalc.network import Network


def plot(
    network: Network, name: str, file: str | os.PathLike[str], *, overwrite: bool = False,
    plot_size: Any = None, font_size: float | None = None, dpi: int | None = None, **options: Any,
) -> None:  # fmt: skip
    """Draws the picture `name` of a network into a file, whose ending says the format.

    The pictures are those of the analyzers of the same name, and take their options: `layer`,
    `unit`, … A file that is there stays as it is, unless `overwrite`. `plot_size` is the width and
    height in inches, or in a text with units, `"89mm,60mm"`; `font_size` is that of most letters in points,
    `dpi` how many dots there are to the inch of a PNG. Needs matplotlib: `pip install "cnncalc[plot]"`.

    Raises UsageError for an unknown picture or option, an ending other than .svg, .png and .pdf, a
    file that is there or cannot be written, or if matplotlib is missing.
    """
    path = os.fspath(file)
    ending = check_path(path, overwrite=overwrite)
    asked = paper(plot_size, font_size, dpi)
    draw = registry.by_name("plots", "picture", name).draw
    registry.check_options(f"the picture {name}", options, drawing_options(draw))
    with style.look(asked):
        drawn = style.save_bytes(draw(network, **options), ending)
    write(path, drawn, replace=overwrite, help=_OVERWRITE)


_OVERWRITE = "overwrite it with --overwrite, overwrite=True"


def check_path(path: str, *, overwrite: bool = False) -> str:
    """The ending of a path to which a picture can be written; raises UsageError."""
    ending = path.rpartition(".")[2].lower()
    if ending not in style.ENDINGS or "." not in os.path.basename(path)[1:]:
        listed = ", ".join(f".{known}" for known in style.ENDINGS)
        raise UsageError(f"cannot tell from `{path}` what kind of picture it is to be",
                         f"the ending is one of {listed}")  # fmt: skip
    if not overwrite:
        untaken(path, _OVERWRITE)
    return ending


def drawing_options(draw: Any) -> list[str]:
    """The options of a picture, by the signature of its `draw`."""
    import inspect

    return list(inspect.signature(draw).parameters)[1:]

"""What all pictures share: the look, the colours, and files that come out alike whenever they are made.

matplotlib is imported when something is drawn. Its settings are put back afterwards, and `pyplot`,
which keeps figures alive and asks for a screen, is never used.

Sources: the colours are those of Okabe and Ito, "Color Universal Design", which people who see
fewer colours can tell apart.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.errors import UsageError
from cnncalc.plots.base.paper import USUAL
from cnncalc.system.installing import install_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from cnncalc.plots.base.paper import Paper

ENDINGS = ("svg", "png", "pdf")
"""The formats that a picture can be written in, by the ending of the file."""

INK, FAINT, PAPER = "#222222", "#8a8a8a", "#ffffff"
BLUE, SKY, ORANGE, VERMILION, GREEN = "#0072b2", "#56b4e9", "#e69f00", "#d55e00", "#009e73"

_DATES = {"svg": "Date", "pdf": "CreationDate", "png": "Software"}
_LETTERS = 9
"""Of most letters, in points."""
_LOOK: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.facecolor": PAPER,
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": _LETTERS,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "pdf.fonttype": 42,  # TrueType: journals refuse the Type 3 that is usual
    "ps.fonttype": 42,
    "savefig.dpi": 160,
    "svg.fonttype": "none",  # text stays text: smaller, and it can be searched
    "svg.hashsalt": "cnncalc",
    "text.color": INK,
    "text.parse_math": False,  # names may have dollars
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8,
}


def import_needed(name: str = "matplotlib") -> Any:
    """A module of matplotlib or of what comes with it; raises UsageError where it is missing."""
    try:
        return import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise UsageError(f"a picture needs {package}, which is not installed",
                         install_command(package)) from None  # fmt: skip


_SIZE: ContextVar[tuple[float, float] | None] = ContextVar("size", default=None)
"""That of the page, in inches, where it is asked for."""


@contextmanager
def look(asked: Paper = USUAL) -> Iterator[None]:
    """Within it, everything is drawn in the look of the house, whatever the user's settings are.

    `asked` is what the picture is for.
    """
    with warnings.catch_warnings():
        # Warnings of a newer matplotlib or of a font do not concern the reader of a picture.
        warnings.simplefilter("ignore")
        matplotlib = import_needed()
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(_LOOK)
            if asked.letters is not None:
                matplotlib.rcParams.update({
                    key: _LOOK[key] * asked.letters / _LETTERS for key in _LOOK if key.endswith("size")
                })  # fmt: skip
            if asked.dots is not None:
                matplotlib.rcParams["savefig.dpi"] = asked.dots
            token = _SIZE.set(asked.size)
            try:
                yield
            finally:
                _SIZE.reset(token)


def points(size: float) -> float:
    """The size of letters that usually are of so many points."""
    usual: float = import_needed().rcParams["font.size"]
    return size * usual / _LETTERS


def figure(width: float, height: float) -> Figure:
    """An empty page of so many inches, or of as many as are asked for, whose parts will not overlap."""
    made: Figure = import_needed("matplotlib.figure").Figure(
        figsize=_SIZE.get() or (width, height), layout="constrained"
    )
    return made


def save_bytes(drawn: Figure, ending: str) -> bytes:
    """The picture as a file: without a date, so that the same picture is the same file."""
    stream = BytesIO()
    drawn.savefig(stream, format=ending, metadata={_DATES[ending]: None, "Creator": "cnncalc"}
                  if ending != "png" else {"Software": None})  # fmt: skip
    return stream.getvalue()


def add_title(drawn: Figure, title: str, *lines: str) -> None:
    """A title at the left of the page, and smaller lines below it."""
    # suptitle reserves the space into which the subtitle is drawn.
    above = drawn.suptitle(foreign.visible(title) + "\n" * len(lines), x=0.012, ha="left", fontsize=points(11),
                           fontweight="bold", linespacing=1.35)  # fmt: skip
    below = "\n" + "\n".join(map(foreign.visible, lines))
    drawn.text(0.012, 0.98, below, va="top", fontsize=points(9), linespacing=1.5)
    above.set_gid("title")


def add_legend(drawn: Figure, first: str) -> None:
    """A legend below, of everything that has a label; the label `first` comes first."""
    known = {
        label: handle
        for place in drawn.axes
        for handle, label in zip(*place.get_legend_handles_labels(), strict=True)
    }
    order = sorted(known, key=lambda label: label != first)
    handles = [known[label] for label in order]
    columns = max(1, int(drawn.get_figwidth() / points(2)))
    drawn.legend(handles, order, loc="outside lower left", ncols=columns, handlelength=2.6)

"""A window as the solution of a question: what it is made of, how tables and sentences show it."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnncalc.tables.table import Column, show_count

Pads = tuple[int, int]


class Choice(NamedTuple):
    """A window: what a solution is made of."""

    kernel: int
    stride: int
    dilation: int
    padding: Pads
    extra: int = 0

    @property
    def extent(self) -> int:
        """The elements it spans."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def half(self) -> int:
        """Half of the kernel, rounded down, as padding."""
        return self.dilation * (self.kernel // 2)

    @property
    def full(self) -> int:
        """The most padding with which every window still touches the input."""
        return self.extent - 1

    @property
    def unusual(self) -> int:
        """What is rarely done: dilation, and padding beyond `full`, where windows see zeros alone."""
        return self.dilation - 1 + max(0, max(self.padding) - self.full)


def in_words(choice: dict[str, Any]) -> str:
    """`kernel 3, stride 2, padding 1`: what is not as it would be without being said."""
    plain = {"stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
    return ", ".join(
        f"{name.replace('_', ' ')} {show_padding(value)}"
        for name, value in choice.items()
        if name == "kernel" or value != plain.get(name, value)
    )


def show_padding(padding: Any) -> str:
    """`before,after` of two sides, otherwise as it is."""
    return f"{padding[0]},{padding[1]}" if isinstance(padding, (list, tuple)) else str(padding)


COLUMNS = (
    Column("kernel", "kernel", right=True),
    Column("stride", "stride", right=True),
    Column("padding", "padding", show_padding, right=True),
    Column("dilation", "dilation", right=True),
    Column("modes", "modes", ", ".join),
)  # fmt: skip
DROPPED = Column("dropped", "dropped", show_count, right=True)

"""PNG, painted by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.drawing.targets.base.painting import paint

if TYPE_CHECKING:
    from cnncalc.drawing.scene import Scene

ENDINGS = ("png",)


def render(scene: Scene, *, dpi: int | None = None) -> bytes:
    """The bytes of a file; raises UsageError if matplotlib is missing."""
    return paint(scene, "png", dpi)

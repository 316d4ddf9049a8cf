"""What the tests of pictures share: a picture drawn, and its parts found again."""

from pathlib import Path
from xml.etree import ElementTree as ET

import cnncalc

ROOT = Path(__file__).parent.parent.parent

SVG = "{http://www.w3.org/2000/svg}"


class Drawn:
    """A picture in SVG: its texts in the order of the file, and the names of its parts."""

    def __init__(self, path):
        self.root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own
        self.texts = ["".join(text.itertext()) for text in self.root.iter(f"{SVG}text")]
        names = [part.get("id", "") for part in self.root.iter()]
        self.parts = {name for name in names if name.rstrip("0123456789-") in PARTS}


PARTS = {
    "band", "longest", "shortest", "phases", "effective", "whole", "jump", "input-size", "object-size",
    "padding", "input", "image", "seen", "rows", "columns", "border", "field", "next", "influence",
}  # fmt: skip
"""What parts are called by whoever draws them; the others are called by matplotlib."""


def drawn(tmp_path, spec, **options):
    """The picture of the receptive field of a spec in text, or of a path in the repository."""
    network = cnncalc.loads(spec) if "\n" in spec else cnncalc.load(str(ROOT / spec))
    path = tmp_path / "picture.svg"
    cnncalc.plot(network, "receptive-field", path, overwrite=True, **options)
    return Drawn(path)

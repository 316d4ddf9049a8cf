"""Small networks that Keras made and the tools of other formats wrote, with what both say of them.

`data/FORMAT/networks.zip` and `data/exported.json` are made by `tools/truth/exported.py`.
"""

import json
import zipfile
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


FACTS = json.loads((DATA / "exported.json").read_text(encoding="utf-8"))["networks"]
"""What Keras says of each network."""


@cache
def said(form):
    """What the tool of a format says of each network."""
    with zipfile.ZipFile(DATA / form / "networks.zip") as archive:
        return json.loads(archive.read("truth.json"))["networks"]


def unpack(form, name, folder):
    """The files of a network in a folder, and the path of the one that describes it."""
    with zipfile.ZipFile(DATA / form / "networks.zip") as archive:
        for member in archive.namelist():
            if member.startswith(f"{name}/"):
                (folder / member.split("/")[1]).write_bytes(archive.read(member))
    return next(path for path in folder.iterdir() if path.suffix in (".json", ".xml"))

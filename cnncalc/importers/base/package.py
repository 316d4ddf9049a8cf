"""A model that is a folder: `.mlpackage` of Core ML, whose manifest says which of its files is the model."""

from __future__ import annotations

import json
import os
from typing import Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

_MANIFEST = "Manifest.json"
_DATA = "Data"
_MOST = 1_000_000
_COPY = "copy the whole folder: the manifest stands beside Data/"


def find_model(folder: str) -> str:
    """The file of a package that is its model; raises Unreadable if there is none inside, OSError."""
    try:
        with open(os.path.join(folder, _MANIFEST), "rb") as stream:
            text = stream.read(_MOST + 1)
    except FileNotFoundError:
        raise Unreadable(f"there is no {_MANIFEST} in this package", help=_COPY) from None
    if len(text) > _MOST:
        raise Unreadable(f"{_MANIFEST} has more than {_MOST:,} bytes")
    try:
        manifest: Any = json.loads(text)
        item = manifest["itemInfoEntries"][manifest["rootModelIdentifier"]]["path"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Unreadable(f"{_MANIFEST} does not say which file is the model") from None
    # No path in it is followed out of the package.
    root = os.path.realpath(os.path.join(folder, _DATA))
    if not isinstance(item, str) or "\0" in item:
        raise Unreadable(f"{_MANIFEST} does not say which file is the model")
    found = os.path.realpath(os.path.join(root, item))
    if os.path.commonpath([root, found]) != root:
        raise Unreadable(f"{_MANIFEST} names a file outside of the package: `{cut(item, NAME)}`")
    if not os.path.isfile(found):
        raise Unreadable(f"`{cut(item, NAME)}`, which {_MANIFEST} names, is not there", help=_COPY)
    return found

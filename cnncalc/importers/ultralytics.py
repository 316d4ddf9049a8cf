"""Ultralytics' descriptions of its networks (`.yaml`): rows of modules, which a scale makes deep and wide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.ultralytics.network import describe_network

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "Ultralytics"
SUFFIXES = (".yaml",)
READS = (
    "the networks of YOLO and RT-DETR; --set scale=s, or the scale in the file's name; not fused"
)

_BACKBONE = re.compile(rb"^backbone:", re.MULTILINE)
_ROW = re.compile(rb"^ *- \[ *(?:-?\d+|\[)[^#\n]*,", re.MULTILINE)
_LONGEST = 200_000


def recognises(name: str, head: bytes) -> bool:
    """Whether it has rows of modules under `backbone`."""
    return _BACKBONE.search(head) is not None and _ROW.search(head) is not None


def describe(file: ModelFile) -> Description:
    """The network of a file at a scale; raises Unreadable."""
    text = file.text(_LONGEST)
    try:
        if re.search(r"(?:^|[\s\[,])[&*]\w", re.sub(r"#.*", "", text)):
            raise Unreadable("anchors and aliases of YAML are not read here")
        data = yaml.load(text, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise Unreadable(f"not valid YAML: {error.problem}", line, text=text) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable(f"not valid YAML: {cut(str(error), NAME)}", text=text) from None
    if not isinstance(data, dict):
        raise Unreadable("the file is no mapping", text=text)
    try:
        return describe_network(
            data, text, file.name.replace("\\", "/").rpartition("/")[2], file.given
        )
    except Unreadable as error:
        error.text = text
        raise

"""What a file is that is no model: by its first bytes, where these are known."""

from __future__ import annotations

import re
from typing import NamedTuple


class Look(NamedTuple):
    """What a file is, as a sentence without a stop, and what to do."""

    says: str
    help: str


_EXPORT = "export the model: torch.onnx.export, or torch.export.save"
_WEIGHTS = "how the layers are connected is not in it: name the file that says it"

_BEGINNINGS = (
    (b"version https://git-lfs", "this is a pointer of Git LFS, not the file itself", "git lfs pull"),
    (b"\x1f\x8b", "this file is packed by gzip", "unpack it: gunzip"),
    (b"BZh", "this file is packed by bzip2", "unpack it: bunzip2"),
    (b"\xfd7zXZ", "this file is packed by xz", "unpack it: unxz"),
    (b"\x28\xb5\x2f\xfd", "this file is packed by zstd", "unpack it: unzstd"),
    (b"7z\xbc\xaf\x27\x1c", "this is an archive of 7-Zip", "unpack it, and name the model in it"),
    (b"\x93NUMPY", "this is an array of NumPy, which is no model", _WEIGHTS),
    (b"GGUF", "this is a file of weights (GGUF)", _WEIGHTS),
    (b"\x89PNG", "this is a picture (PNG)", "a model file is read, not the drawing of one"),
    (b"\xff\xd8\xff", "this is a picture (JPEG)", "a model file is read, not the drawing of one"),
    (b"%PDF", "this is a document (PDF)", "a model file is read, not the drawing of one"),
)  # fmt: skip

_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head)\b", re.IGNORECASE)
_SAFETENSORS = re.compile(rb".{5}\0\0\0\{\s*\"", re.DOTALL)
_TAR = slice(257, 262)
_ZIP = b"PK\x03\x04"


def look_at(head: bytes) -> Look | None:
    """What a file is that begins so, if no importer could ever read it; None if one may."""
    for beginning, says, help in _BEGINNINGS:
        if head.startswith(beginning):
            return Look(says, help)
    if _PICKLE.match(head):
        return Look("this is a pickle, which is a program: it is not run", _EXPORT)
    if _PAGE.match(head):
        return Look(
            "this is a web page, not the file itself",
            "download the file again: the page may say why",
        )
    if head[_TAR] == b"ustar":
        return Look("this is a tar archive", "unpack it, and name the model in it")
    if _SAFETENSORS.match(head):
        return Look("this is a file of weights (safetensors)", _WEIGHTS)
    return None


def look_at_archive(head: bytes) -> Look | None:
    """What a zip archive is that no importer knows; None for what is none."""
    if not head.startswith(_ZIP):
        return None
    if b"data.pkl" in head or b"/.data/" in head:
        return Look(
            "this is a checkpoint of PyTorch, a pickle in an archive: it is a program, and is not run",
            _EXPORT,
        )
    return Look(
        "this is a zip archive in which there is no model of a known format",
        "unpack it, and name the model in it",
    )


def is_text(head: bytes) -> bool:
    """Whether bytes are the beginning of a text in UTF-8."""
    if any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in head):
        return False
    try:
        head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The last character may be cut in two.
        return error.reason == "unexpected end of data"
    return True

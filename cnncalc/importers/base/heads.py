"""What a file is by its first bytes, for messages about one that is called otherwise."""

from __future__ import annotations

_HEADS = (
    (b"\x89HDF\r\n\x1a\n", "it is HDF5, as Keras writes .h5"),
    (b"PK\x03\x04", "it is a zip archive, as Keras writes .keras"),
    (b"\x1f\x8b", "it is compressed by gzip"),
    (b"\x80\x02", "it is a pickle, which is a program"),
    (b"\x80\x03", "it is a pickle, which is a program"),
    (b"\x80\x04", "it is a pickle, which is a program"),
    (b"\x80\x05", "it is a pickle, which is a program"),
    (b"<?xml", "it is XML"),
)


def signature(head: bytes) -> str:
    r"""What the first bytes of a file tell.

    >>> signature(b"PK\x03\x04..."), signature(b"input: {features: 4}")
    ('it is a zip archive, as Keras writes .keras', 'it is a text')
    """
    if not head:
        return "it is empty"
    for start, found in _HEADS:
        if head.startswith(start):
            return found
    if head[4:8] == b"TFL3":
        return "it is TFLite"
    text = head.decode("utf-8", "ignore")
    readable = len(text) > len(head) - 4 and all(c.isprintable() or c in "\r\n\t" for c in text)
    return "it is a text" if readable else "its first bytes are of no known format"

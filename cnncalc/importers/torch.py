"""Files of PyTorch: what `torch.export` saved (`.pt2`), as the JSON that is in it, and TorchScript.

Of pickles the data are read, and nothing is run. Checkpoints say what can be done with them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.importers.base.archive import member_names, read_member
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.json_data import parse_json
from cnncalc.importers.base.model_file import TEXT
from cnncalc.importers.base.torch.exported import program_of
from cnncalc.importers.base.torch.reader import describe_program
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "PyTorch"
SUFFIXES = (".pt2", ".pt", ".pth")
READS = "programs of torch.export, TorchScript of one image for --size, and torch:module:callable"

_ZIP = b"PK\x03\x04"
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_EXPORT = (
    "torch.export.save(torch.export.export(model, inputs), 'model.pt2') writes one that is read"
)
_OLD = "serialized_exported_program.json"


def recognises(name: str, head: bytes) -> bool:
    """Whether it is an archive or a pickle called so."""
    is_named = name.lower().endswith(SUFFIXES)
    if head.startswith(_ZIP):
        # The first file of the archives of PyTorch is in a folder of the archive's name.
        return is_named or b"/data.pkl" in head[:200] or b"/archive_format" in head[:400]
    return is_named and _PICKLE.match(head) is not None


@pause
def describe(file: ModelFile) -> Description:
    """The network of a program that was exported; raises Unreadable."""
    if not file.head().startswith(_ZIP):
        raise Unreadable("this is a pickle, which is a program: it is not run", help=_EXPORT)
    names = member_names(file)
    found = [name for name in names if re.search(r"(?:^|/)models/[^/]+\.json$", name)]
    found += [name for name in names if name.rpartition("/")[2] == _OLD]
    if not found and _is_script(names):
        from cnncalc.importers.base.torch.scripted import script_program

        return describe_program(script_program(file))
    if not found:
        raise _other(names)
    text = _decode(read_member(file, found[0], 4 * TEXT))
    weights = [name for name in names if name.endswith("_weights_config.json")]
    shared = (
        parse_json(_decode(read_member(file, weights[0], TEXT)), "the list of weights")
        if weights
        else {}
    )
    return describe_program(program_of(parse_json(text, "the program"), shared))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("the program is not UTF-8") from None


def _is_script(names: list[str]) -> bool:
    """Whether it is TorchScript: a module as data, and code."""
    return any("/code/" in name for name in names) and any(
        name.endswith("/data.pkl") for name in names
    )


def _other(names: list[str]) -> Unreadable:
    """What an archive of PyTorch is that holds no exported program."""
    last = {name.rpartition("/")[2] for name in names}
    if "data.pkl" in last:
        said = (
            "this is a pickle in an archive, as torch.save writes it: weights, or a module whose code is "
            "elsewhere; a pickle is a program, and is not run"
        )
        return Unreadable(said, help=_EXPORT)
    if any(name.endswith((".so", ".cpp", ".wrapper.json")) for name in last):
        said = "this is a program that AOTInductor has compiled: its layers are not in it"
        return Unreadable(said, help=_EXPORT)
    return Unreadable("this archive holds no program of torch.export", help=_EXPORT)

"""`cnncalc init`: a spec to start from, and the schema by which editors know the language."""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import Annotated

import typer

from cnncalc.cli.output import emit
from cnncalc.errors import UsageError
from cnncalc.foreign import visible
from cnncalc.registry import ROOT, suggestion
from cnncalc.system.files import upwards, write

_TEMPLATES = os.path.join(ROOT, "templates")
_SCHEMA = "cnncalc.schema.json"
_LINE = "# yaml-language-server: $schema="
_PLAIN = re.compile(r"[A-Za-z_][\w-]*").fullmatch

Name = Annotated[str, typer.Argument(metavar="[NAME]", show_default=False,
                                     help="The name of the spec, or a path: mynet, nets/mynet.yaml "
                                          "(default: net). - prints it.")]  # fmt: skip
Template = Annotated[str, typer.Option("--template", "-t", help="What to start from.")]
List = Annotated[bool, typer.Option("--list", help="List the templates.")]
Schema = Annotated[str | None, typer.Option("--schema", metavar="PATH|URL", show_default=False,
                                            help="Where editors find the schema; '' for nowhere.")]  # fmt: skip


def run(
    name: Name = "net",
    template: Template = "classifier",
    list: List = False,
    schema: Schema = None,
) -> None:
    """Start a spec from a template. Nothing is ever overwritten.

    Its first line says where editors find the schema of the language: unless `--schema` is given,
    in cnncalc.schema.json beside the spec, which is written if there is none, or in that of a folder
    above it in the same repository.
    """
    if list:
        width = max(map(len, templates()))
        for known in templates():
            emit(f"{known.ljust(width)}  {_text(known).partition(chr(10))[0].lstrip('# ')}\n")
        return
    text = _text(template)
    if name == "-":
        emit(text, coded=True)
        return
    path = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    folder, file = os.path.split(path)
    stem = file.rpartition(".")[0]
    if not stem:
        raise UsageError(f"{name} is not the name of a file", "cnncalc init mynet")
    title = stem if _PLAIN(stem) else json.dumps(stem, ensure_ascii=False)
    text = text.replace(f"\nname: {template}\n", f"\nname: {title}\n", 1)
    nearest = _nearest(folder)
    place = _relative(nearest, folder) if schema is None else schema
    try:
        os.makedirs(folder or ".", exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror}") from None
    write(path, f"{_LINE}{place}\n{text}" if place else text, help="init overwrites nothing")
    emit(f"wrote {visible(path)}\n")
    if schema is None:
        _provide(nearest)
    # What begins with a dash would be taken for an option.
    emit(f"next: cnncalc check {visible(shlex.quote(path if path[0] != '-' else f'./{path}'))}\n")


def templates() -> list[str]:
    """The names of all templates."""
    return sorted(file[:-5] for file in os.listdir(_TEMPLATES) if file.endswith(".yaml"))


def _text(template: str) -> str:
    """A template; raises UsageError if there is none of this name."""
    if template not in templates():
        known = templates()
        raise UsageError(f"there is no template `{template}`",
                         suggestion(template, known) or "templates: " + ", ".join(known))  # fmt: skip
    with open(os.path.join(_TEMPLATES, f"{template}.yaml"), encoding="utf-8") as file:
        return file.read()


def _nearest(folder: str) -> str:
    """The schema for the specs of a folder: one above it in the repository, else one beside them."""
    places = [os.path.join(place, _SCHEMA) for place in upwards(os.path.abspath(folder))]
    return next((place for place in places if os.path.exists(place)), places[0])


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, os.path.abspath(folder)).replace(os.sep, "/")


def _provide(path: str) -> None:
    """Write the schema if it is not there; say if it is of another version."""
    from cnncalc.language.schema import text

    shown = visible(os.path.relpath(path))
    if not os.path.exists(path):
        write(path, text())
        emit(f"wrote {shown}, by which editors know the language\n")
        return
    with open(path, encoding="utf-8") as file:
        if file.read() != text():
            renew = f"cnncalc schema --output {shlex.quote(shown)} --overwrite"
            emit(f"{shown} is of another version: {renew} renews it\n")

"""Arguments that several commands share, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.spec.document import Document

Spec = Annotated[str, typer.Argument(metavar="SPEC[::MODEL]", help="A YAML spec, zoo:NAME, or - for stdin.",
                                     show_default=False)]  # fmt: skip
Set = Annotated[list[str], typer.Option("--set", metavar="NAME=VALUE", show_default=False,
                                        help="Set a variable of the spec. May be repeated.")]  # fmt: skip
Size = Annotated[list[str], typer.Option("--size", metavar="[INPUT=]H,W", show_default=False,
                                         help="Another input size.")]  # fmt: skip
Channels = Annotated[list[str], typer.Option("--channels", metavar="[INPUT=]C", show_default=False,
                                             help="Other input channels.")]  # fmt: skip
Format = Annotated[str, typer.Option("--format", "-f", show_default=False,
                                     help="text, json, csv, markdown, latex, html or rich.")]  # fmt: skip
Depth = Annotated[int | None, typer.Option("--depth", min=1, show_default=False,
                                           help="Fold blocks deeper than this into one row.")]  # fmt: skip
Expand = Annotated[bool, typer.Option("--expand", help="A row each for norm and activation.")]
Columns = Annotated[str, typer.Option("--columns", metavar="A,B,…", show_default=False,
                                      help="These columns in this order.")]  # fmt: skip
Explain = Annotated[str, typer.Option("--explain", metavar="LAYER", show_default=False,
                                      help="Show how the numbers of a layer or block come about.")]  # fmt: skip
Color = Annotated[str, typer.Option("--color", help="auto, always or never.")]
Width = Annotated[int | None, typer.Option("--width", min=20, show_default=False,
                                           help="Draw the table this wide.")]  # fmt: skip

Plot = Annotated[str, typer.Option("--plot", metavar="FILE", show_default=False,
                                   help="Draw it, too: a .svg, .png or .pdf file.")]  # fmt: skip
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Of --plot: the file may be there.")]


def document(spec: str) -> tuple[Document, str | None]:
    """The compiled file behind SPEC, and the model it names."""
    from cnncalc.spec import build
    from cnncalc.spec.document import Document

    path, model = build.split(spec)
    return Document(build.read(path)), model


def network(
    spec: str, set: list[str], size: list[str] | None = None, channels: list[str] | None = None
) -> Network:
    """The network behind SPEC with everything that the command line changes."""
    from cnncalc.spec.build import build

    compiled, model = document(spec)
    return build(
        compiled,
        model,
        settings=settings(set),
        size=sizes(size),
        channels=counts(channels),
    )


def sizes(given: list[str] | None) -> Any:
    """`["224,224"]` as a tuple for all inputs, `["a=64", "b=32"]` by name; None if there is none."""
    return _by_input(given, "size", _axes)


def counts(given: list[str] | None) -> Any:
    """`["3"]` as a number for all inputs, `["a=3", "b=1"]` by name; None if there is none."""
    return _by_input(given, "channels", _whole)


def settings(given: list[str]) -> dict[str, Any]:
    """`["w=0.5"]` as `{"w": 0.5}`; values are read as in YAML."""
    from cnncalc.spec.scalars import resolve

    found: dict[str, Any] = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not mark or not name:
            raise UsageError(f"--set takes NAME=VALUE, got {text}")
        if value[:1] == "[" and value[-1:] == "]":
            found[name.strip()] = [resolve(item.strip()) for item in value[1:-1].split(",")]
        else:
            found[name.strip()] = resolve(value.strip())
    return found


def _by_input(given: list[str] | None, option: str, read: Any) -> Any:
    """`["224,224"]` for all inputs, `["a=64", "b=32"]` by name; None if nothing is given."""
    if not given:
        return None
    named: dict[str, Any] = {}
    for text in given:
        name, mark, value = text.rpartition("=")
        if not mark:
            if len(given) > 1:
                raise UsageError(f"several --{option}: say for which input, {option} NAME={text}")
            return read(value, option)
        named[name] = read(value, option)
    return named


def _axes(text: str, option: str) -> tuple[int, ...]:
    return tuple(_whole(part, option) for part in text.replace("x", ",").split(","))


def _whole(text: str, option: str) -> int:
    if not text.strip().isdigit() or len(text) > 15:
        raise UsageError(f"--{option} takes whole numbers, got {text}", f"--{option} 224,224"
                         if option == "size" else f"--{option} 3")  # fmt: skip
    return int(text)

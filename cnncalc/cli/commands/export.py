"""`cnncalc export`: a network as code, or as a file, of a framework."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnncalc import registry
from cnncalc.cli.options import Allow, Channels, Overwrite, Set, Size, Spec, network
from cnncalc.cli.output import deliver, destination
from cnncalc.cli.signature import one_of
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType

To = Annotated[
    str, typer.Option("--to", metavar="TARGET", show_default=False, help=one_of("exporters"))
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write it into a file; - prints.")]  # fmt: skip
Weights = Annotated[str | None, typer.Option("--weights", metavar="KIND", show_default=False,
                                             help="What the weights of a file are: none, zeros "
                                                  "or random.")]  # fmt: skip
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", min=0, show_default=False,
                                          help="What random weights are drawn with.")]  # fmt: skip
Batch = Annotated[str | None, typer.Option("--batch", metavar="N", show_default=False,
                                           help="How many examples a file is for, or the name of an "
                                                "open number.")]  # fmt: skip


def run(
    spec: Spec,
    to: To,
    output: Output = "",
    overwrite: Overwrite = False,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    weights: Weights = None,
    seed: Seed = None,
    batch: Batch = None,
) -> None:
    """Write a network as code that runs, or as a file of ONNX: blocks become classes, variables arguments.

    `cnncalc export resnet50.yaml --to torch -o resnet50.py`
    """
    exporter = registry.by_name("exporters", "target", to)
    options = _choose(exporter, to, {"weights": weights, "seed": seed, "batch": _count(batch)})
    if seed is not None and weights != "random":
        raise UsageError("--seed says how random weights are drawn, and there are none",
                         "--weights random draws them")  # fmt: skip
    output = destination(output, overwrite=overwrite)
    is_binary = getattr(exporter, "BINARY", False)
    if is_binary and not output:
        raise UsageError(f"`--to {to}` makes no text", f"-o FILE.{to} writes it into a file")
    if output:
        _fits(output, exporter, to)
    found = network(spec, set, size, channels, allow)
    if not is_binary:
        from cnncalc.converting.convert import in_blocks

        found = in_blocks(found)
    made = exporter.export(found, **options)
    deliver(made, output, overwrite=overwrite)


def _choose(exporter: ModuleType, to: str, given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given; raises UsageError for one that the target does not have, or a wrong word."""
    known = signature(exporter.export).parameters
    chosen = {name: value for name, value in given.items() if value is not None}
    for name, value in chosen.items():
        if name not in known:
            raise UsageError(f"`--to {to}` takes no --{name}")
        words = getattr(exporter, "WORDS", {}).get(name, (value,))
        if value not in words:
            raise UsageError(f"--{name} must be one of {', '.join(words)}, got {value!r}")
    return chosen


def _fits(path: str, exporter: ModuleType, to: str) -> None:
    """Raise UsageError if the ending of a path is that of another target."""
    ending = path.rpartition(".")[2].lower()
    own = getattr(exporter, "ENDINGS", ())
    if not own or ending in own:
        return
    for name in registry.names("exporters"):
        if ending in getattr(registry.load("exporters", name), "ENDINGS", ()):
            raise UsageError(f"`--to {to}` makes no .{ending}, got {path}",
                             f"-o FILE.{own[0]}, or --to {name}")  # fmt: skip


def _count(text: str | None) -> int | str | None:
    """A number of examples, or the name of an open one; raises UsageError for what is neither."""
    if text is None:
        return None
    if text.isdecimal() and text.isascii() and 0 < int(text) < _MOST:
        return int(text)
    if text.isidentifier() and len(text) < _LONG:
        return text
    raise UsageError(f"--batch must be a number from 1, or a name, got {text!r}")


_MOST = 2**31
_LONG = 64

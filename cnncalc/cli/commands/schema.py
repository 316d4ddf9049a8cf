"""`cnncalc schema`: the language as a JSON Schema, for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc.cli.options import Overwrite
from cnncalc.cli.output import deliver, destination
from cnncalc.language.schema import text

Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write it to a file; - prints.")]  # fmt: skip


def run(output: Output = "", overwrite: Overwrite = False) -> None:
    """Print the JSON Schema of the language, with which editors complete and check specs.

    `cnncalc init` writes it as well; docs/editor.md says how editors find it.
    """
    deliver(text(), destination(output, overwrite=overwrite), overwrite=overwrite, told=False)

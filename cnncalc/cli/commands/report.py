"""`cnncalc report`: everything of a network on one page."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cnncalc.cli.options import Allow, Channels, Overwrite, Set, Size, network
from cnncalc.cli.output import deliver, destination
from cnncalc.errors import UsageError

Specs = Annotated[list[str], typer.Argument(metavar="SPEC[::MODEL]…", show_default=False,
                                            help="YAML specs, model files, zoo:NAME or REV:path in git; two "
                                                 "are compared.")]  # fmt: skip
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write the page into a file; - prints.")]  # fmt: skip


def run(
    specs: Specs,
    output: Output = "",
    overwrite: Overwrite = False,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
) -> None:
    """Write one page that shows everything: graph, table, receptive fields, memory, costs, findings.

    `cnncalc report resnet50.yaml -o report.html`. The page is one file for any browser, and asks
    nothing of any network. Two specs are compared, too.
    """
    output = destination(output, overwrite=overwrite)
    if not output and sys.stdout.isatty():
        raise UsageError("the page is for a browser", "-o report.html writes it into a file")
    if specs.count("-") > 1:
        raise UsageError("only one SPEC can be the standard input")
    from cnncalc.language.given import counts, settings, sizes
    from cnncalc.reporting.document import document
    from cnncalc.reporting.page import page
    from cnncalc.reporting.subjects import comparison, subject_of

    subjects = [subject_of(network(spec, set, size, channels, allow)) for spec in specs]
    compared = None
    if len(specs) == 2:
        given = {"settings": settings(set), "size": sizes(size), "channels": counts(channels)}
        compared = comparison(specs[0], specs[1], allow, given)
    title = " · ".join(dict.fromkeys(subject.network.name for subject in subjects))
    text = page(document(subjects, compared), title=f"{title} · cnncalc")
    deliver(text, output, overwrite=overwrite)

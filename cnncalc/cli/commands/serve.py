"""`cnncalc serve`: the page live, beside an editor."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc.cli.output import complain

Place = Annotated[str, typer.Argument(metavar="[FOLDER]", help="The folder whose specs are shown.")]
Port = Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535,
                                   help="The port to listen on; 0 takes any that is free.")]  # fmt: skip


def run(folder: Place = ".", port: Port = 8765) -> None:
    """Show the specs of a folder in a browser: an editor with what is wrong, and the page of `report`.

    What is typed, or saved by any other editor, is judged at once; files change when you press Save.
    Nobody but this machine is answered. Ctrl-C ends it.
    """
    import gc

    from cnncalc.serving.folder import Folder
    from cnncalc.serving.server import Server

    # Unlike other commands this one goes on for hours.
    gc.enable()
    with Server(Folder(folder), port) as server:
        complain(f"serving {folder} at {server.url} – Ctrl-C ends it")
        server.serve_forever(poll_interval=0.2)

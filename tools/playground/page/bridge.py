"""The command line in the browser: what the worker asks of Python."""

from __future__ import annotations

import io
import json
import os
import shlex
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from cnncalc import foreign, registry
from cnncalc.cli import main as cli
from cnncalc.language import zoo

SPEC = "net.yaml"

os.environ |= {"NO_COLOR": "1", "COLUMNS": "100"}
os.chdir(os.path.expanduser("~"))


def run(command: str, model: str, options: str, text: str) -> str:
    """What a command says of a spec, as JSON: `html` or `out`, `error`, the exit `code`, `findings`.

    `model` is one of the spec, or a variant, where it has several; empty for the spec as it is.
    """
    with open(SPEC, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    try:
        words = shlex.split(options)
    except ValueError as error:
        return json.dumps(answer(2, error=f"error: the options cannot be read: {error}\n"))
    is_table = registry.exists("analyzers", command.replace("-", "_"))
    is_html = is_table and not any(word.startswith(("--format", "-f")) for word in words)
    named = f"{SPEC}::{model}" if model else SPEC
    code, out, error = call([command, named, *words, *(["--format", "html"] if is_html else [])])
    # A table of what is sound may come with findings; usage and help are plain text.
    is_html = is_html and out.startswith("<")
    told = {"html": out} if is_html else {"out": out}
    return json.dumps(answer(code, error=error, findings=findings() if code == 1 else [], **told))


def answer(code: int, **parts: Any) -> dict[str, Any]:
    """An answer with all its keys."""
    return {"code": code, "html": "", "out": "", "error": "", "findings": [], **parts}


def call(arguments: list[str]) -> tuple[int, str, str]:
    """The exit code of the command line, and what it wrote to its two streams."""
    out, error = io.StringIO(), io.StringIO()
    code: Any = 0
    with redirect_stdout(out), redirect_stderr(error):
        try:
            cli.main(arguments)
        except SystemExit as ended:
            code = ended.code or 0
    return code, out.getvalue(), error.getvalue()


def findings() -> list[dict[str, Any]]:
    """All that `check` finds in the spec, each with its place."""
    _, out, _ = call(["check", SPEC, "--format", "json"])
    try:
        found: list[dict[str, Any]] = json.loads(out)["diagnostics"]
    except ValueError:
        return []
    return found


def example(name: str) -> str:
    """The text of a spec of the zoo."""
    with open(zoo.path(name), encoding="utf-8") as file:
        return file.read()


def look(name: str, text: str) -> str:
    """What the page of `report` shows of a spec, as JSON."""
    from cnncalc.serving import looking

    return foreign.json(looking.look(name, text))

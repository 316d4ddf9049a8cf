"""How a package is added to the Python that runs."""

from __future__ import annotations

import os
import shlex
import sys
from importlib import import_module
from typing import Any

from cnncalc.errors import UsageError


def install_command(package: str) -> str:
    """The command that installs a package where cnncalc is installed, which `pip` alone need not do."""
    python = sys.executable or "python"
    quoted = f'"{python}"' if os.name == "nt" else shlex.quote(python)
    return f"{quoted} -m pip install {package}"


def import_needed(name: str, extra: str, what: str) -> Any:
    """A module of an extra of cnncalc, or of a package of that name if there is none.

    Raises UsageError, saying that `what` needs it, if it is missing.
    """
    try:
        return import_module(name)
    except ImportError:
        package = f'"cnncalc[{extra}]"' if extra else name
        raise UsageError(
            f"{what} needs {name}, which is not installed", install_command(package)
        ) from None

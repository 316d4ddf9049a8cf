"""How a package is added to the Python that runs."""

from __future__ import annotations

import os
import shlex
import sys
from importlib import import_module
from importlib.util import find_spec
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
        raise _lack(name, extra, what) from None


def check_installed(name: str, extra: str, what: str) -> None:
    """Raise UsageError as `import_needed` does, without loading it.

    What has threads of its own should not be there when processes are forked.
    """
    if find_spec(name) is None:
        raise _lack(name, extra, what)


def _lack(name: str, extra: str, what: str) -> UsageError:
    package = f'"cnncalc[{extra}]"' if extra else name
    return UsageError(f"{what} needs {name}, which is not installed", install_command(package))

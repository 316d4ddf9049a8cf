"""How a package is added to the Python that runs."""

from __future__ import annotations

import os
import shlex
import sys


def install_command(package: str) -> str:
    """The command that installs a package where cnncalc is installed, which `pip` alone need not do."""
    python = sys.executable or "python"
    quoted = f'"{python}"' if os.name == "nt" else shlex.quote(python)
    return f"{quoted} -m pip install {package}"

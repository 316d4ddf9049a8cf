"""Prints which versions of the dependencies are others than `constraints.txt` names."""

from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).parent.parent / "constraints.txt"


def main() -> None:
    """A line for each package: what is installed, and what would be."""
    installed = {canonicalize_name(found.name): found.version for found in distributions()}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        wanted = Requirement(line)
        version = installed.get(canonicalize_name(wanted.name))
        if version is None or (wanted.marker and not wanted.marker.evaluate()):
            continue
        if version not in wanted.specifier:
            print(f"{wanted.name} {version} ({LOCK.name}: {wanted.specifier})")


if __name__ == "__main__":
    main()

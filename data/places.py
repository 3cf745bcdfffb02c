"""Places of cases: a folder or workbook, or a case that comes with the package."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

BUNDLED = "middle_corridor"
EXAMPLES = (BUNDLED, "lobito_corridor")
"""Cases that come with the package."""


def bundled(name: str = BUNDLED) -> Path:
    """The folder of a bundled case."""
    with as_file(files("corridor.data") / name) as path:
        return Path(path)


def located(folder: str | Path | None) -> Path:
    """The path of a case: a folder or workbook, the name of a bundled case, or none for the first of these."""
    if folder is None:
        return bundled()
    path = Path(folder)
    return bundled(path.name) if path.name in EXAMPLES and not path.exists() and path.name == str(folder) else path

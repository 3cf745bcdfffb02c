"""The version of the code that makes an answer: a mark of its files, and of the packages that decide digits."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from platform import machine

ROOMS = ("corridor", "corridor.model", "corridor.data", "corridor.optimize")
"""Packages whose files decide an answer; reports print it."""
FILES = ("schema/*.json", "*.csv", "assets/countries/*.csv")
"""Files of ``model/`` and ``reports/`` that count, beside the modules of every room."""
PACKAGES = ("highspy", "numpy", "pandas", "pyomo", "scipy")
"""Packages whose versions may change digits of an answer."""


PAGES = ("corridor.reports",)
"""Packages whose files decide how an answer is printed."""
PRINTERS = ("babel", "rich")
"""The same of packages of others."""


@cache
def code_mark() -> str:
    """SHA-256 of the files of :data:`ROOMS` and the versions of :data:`PACKAGES`, 16 hexadecimal digits."""
    return _mark(ROOMS, PACKAGES)[:16]


@cache
def page_mark() -> str:
    """SHA-256 of the same, of all that prints an answer, of its languages, and of Python on this kind of machine."""
    whole = hashlib.sha256(f"{_mark((*ROOMS, *PAGES), (*PACKAGES, *PRINTERS))} {sys.version} {machine()}".encode())
    spec = find_spec("corridor.model")
    for home in () if spec is None else spec.submodule_search_locations or ():
        for path in sorted(Path(home).glob("languages/**/*.po")):
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _mark(rooms: Iterable[str], packages: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for room in rooms:
        spec = find_spec(room)
        for home in () if spec is None else spec.submodule_search_locations or ():
            for path in _files(room, Path(home)):
                whole.update(f"{room}/{path.relative_to(home)}\0".encode())
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    for package in packages:
        whole.update(f"{package} {_version(package)}\0".encode())
    return whole.hexdigest()


def _files(room: str, home: Path) -> list[Path]:
    """Files of a room that count, in order; of the top level its own alone, whose folders are the rooms."""
    if room == "corridor":
        return sorted(home.glob("*.py"))
    beside = [path for pattern in FILES for path in home.glob(pattern)] if room in ("corridor.model", *PAGES) else []
    return sorted([*home.rglob("*.py"), *beside])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def versions() -> dict[str, str]:
    """Versions by name: Corridor, its code, HiGHS."""
    return {"corridor": _version("freight-corridor"), "code": code_mark(), "highs": _version("highspy")}

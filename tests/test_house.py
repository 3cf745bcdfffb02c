"""The shape of the house: layers, packaging, lock file and links."""

import ast
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("model", "data", "optimize", "reports")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a module imports, wherever in the file; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def trespasses(room: str, source: str) -> list[str]:
    """Imports that a file of the room may not have: other rooms but model, corridor/ itself, relative and bare ones."""
    allowed = {room, "model"}
    faults = []
    for line, name in imported(source):
        first, *rest = name.split(".")
        ours = first in ("", "corridor", *ROOMS)
        if ours and not (first == "corridor" and rest and rest[0] in allowed):
            faults.append(f"line {line} imports {name}")
    return faults


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_meet_only_in_model(room: str) -> None:
    faults = [
        f"{path.relative_to(ROOT)} {fault}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for fault in trespasses(room, path.read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


STOREYS = ("period", "program", "proof", "answer", "runs", "studies")
"""The folders of optimize/, from the ground up: each imports those below it, never one above."""


def climbs(path: Path, source: str) -> list[str]:
    """Imports of a file in optimize/ from a storey above its own."""
    own = STOREYS.index(path.parts[0])
    faults = []
    for line, name in imported(source):
        parts = name.split(".")
        if parts[:2] == ["corridor", "optimize"] and parts[2] in STOREYS[own + 1 :]:
            faults.append(f"{path}, line {line} imports {name}")
    return faults


def test_storeys_are_used_downwards() -> None:
    home = ROOT / "optimize"
    files = sorted(path for path in home.rglob("*.py") if path.parent != home)
    assert {path.relative_to(home).parts[0] for path in files} == set(STOREYS)
    faults = [fault for path in files for fault in climbs(path.relative_to(home), path.read_text(encoding="utf-8"))]
    assert not faults, "\n".join(faults)
    assert climbs(Path("proof/certificate.py"), "from corridor.optimize.answer.year import Year")
    assert not climbs(Path("answer/year.py"), "from corridor.optimize.proof.certificate import certify")


def test_the_proof_knows_no_rule() -> None:
    """A proof that shared a line with the rules would share their faults."""
    faults = [
        f"{path.name} imports {name}"
        for path in sorted((ROOT / "optimize" / "proof").glob("*.py"))
        for _, name in imported(path.read_text(encoding="utf-8"))
        if name.startswith("corridor.optimize.period")
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("room", [*ROOMS, "corridor"])
def test_no_circle_of_files(room: str) -> None:
    """Imports within functions and for type checking count, too."""
    arrows: nx.DiGraph[str] = nx.DiGraph()
    for path in sorted((ROOT / room).glob("*.py") if room == "corridor" else (ROOT / room).rglob("*.py")):
        own = ".".join(("corridor", *path.relative_to(ROOT).with_suffix("").parts)).replace(
            "corridor.corridor", "corridor"
        )
        for _, name in imported(path.read_text(encoding="utf-8")):
            arrows.add_edge(own, name.rpartition(".")[0])
    circles = [sorted(group) for group in nx.strongly_connected_components(arrows) if len(group) > 1]
    assert not circles


@pytest.mark.parametrize(
    ("room", "line", "allowed"),
    [
        ("data", "from corridor.model.tables import Tables", True),
        ("data", "from corridor.data.read import read", True),
        ("data", "from corridor import model", True),
        ("data", "import pandas as pd", True),
        ("data", "from reportlab import data", True),
        ("model", "import corridor.data", False),
        ("optimize", "def f():\n    from corridor.reports import html", False),
        ("reports", "from corridor import optimize", False),
        ("reports", "from corridor.cli import main", False),
        ("data", "from corridor import __version__", False),
        ("data", "import corridor", False),
        ("data", "from model.tables import Tables", False),
        ("data", "from . import read", False),
    ],
)
def test_trespasses_are_seen(room: str, line: str, allowed: bool) -> None:
    assert (not trespasses(room, line)) is allowed


def test_packages_are_the_folders() -> None:
    """setuptools finds no package by itself here: a new sub-package goes into the list by hand."""
    folders = {"corridor"}  # through the real folders: corridor/model and the like are links to the rooms
    for path in (ROOT / "corridor").rglob("__init__.py"):
        parts = path.parent.relative_to(ROOT).parts
        if len(parts) == 1 or parts[1] not in ROOMS:
            folders.add(".".join(parts))
    for room in ROOMS:
        for path in (ROOT / room).rglob("__init__.py"):
            folders.add(".".join(("corridor", *path.parent.relative_to(ROOT).parts)))
    listed = project()["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(folders)


def test_package_dir_maps_the_rooms() -> None:
    mapped = project()["tool"]["setuptools"]["package-dir"]
    assert mapped == {"corridor": "corridor"} | {f"corridor.{room}": room for room in ROOMS}


def test_lock_names_no_index() -> None:
    """Packages come from whatever index the reader has set up; the hashes say that they are the right ones."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = [line for line in lock.splitlines() if any(bad in line for bad in ("http", "--index", "--find-links"))]
    assert not found
    assert "--hash=sha256:" in lock


@pytest.mark.parametrize("room", ROOMS)
def test_links_point_to_the_rooms(room: str) -> None:
    link = ROOT / "corridor" / room
    # A checkout without symbolic links (core.symlinks=false) has a file that holds the target.
    target = os.readlink(link) if link.is_symlink() else link.read_text(encoding="utf-8")
    assert Path(target) == Path("..", room)

"""The page of the architecture is true to the last file name."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"


def test_every_file_on_the_page_exists() -> None:
    named = set(re.findall(r"`([\w./-]+/[\w./-]*)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 25
    missing = [name for name in sorted(named) if "NAME" not in name and not (ROOT / name).exists()]
    assert not missing


def test_every_room_and_storey_is_on_the_map() -> None:
    chart = PAGE.read_text(encoding="utf-8").split("```")[1]
    rooms = [path.name for path in ROOT.iterdir() if (path / "__init__.py").exists() and path.name != "tests"]
    storeys = [path.name for path in (ROOT / "optimize").iterdir() if (path / "__init__.py").exists()]
    parts = [path.name for path in (ROOT / "reports").iterdir() if (path / "__init__.py").exists()]
    for name in (*rooms, *storeys, *parts, "change", "result"):
        assert f"{name}/" in chart, name


def test_the_study_of_the_example_is_as_small_as_it_is_said_to_be() -> None:
    """Two files and a line: no other file of the product names it."""
    files = [
        path.relative_to(ROOT).as_posix()
        for room in ("model", "data", "optimize", "reports", "corridor")
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.relative_to(ROOT / room).parts[0] not in ("model", "data", "optimize", "reports")
        and re.search(r"studies\.slack|say\.slack|Study\(\"slack\"", path.read_text(encoding="utf-8"))
    ]
    assert files == ["corridor/studies.py"]

"""The command's words: help, check, show, and what a mistyped line gets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from corridor import __version__
from tests.corridor.command import Run, without_progress
from tests.data.folder import write
from tests.data.format_page import EXAMPLE, EXAMPLE_SCENARIO


@pytest.fixture
def folder(tmp_path: Path) -> str:
    made = write(tmp_path / "case", EXAMPLE)
    (made / "scenario").mkdir()
    (made / "scenario" / "base_2022.yaml").write_text(EXAMPLE_SCENARIO, encoding="utf-8")
    return str(made)


def test_import_is_light() -> None:
    """`corridor --help` must not wait for what only solving needs."""
    heavy = {"pandas", "numpy", "scipy", "pyomo", "highspy", "networkx"}
    code = f"import sys, corridor.cli; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_help_names_the_verbs(run: Run) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for verb in ("solve", "check", "show", "report"):
        assert f"\n  {verb} " in out


@pytest.mark.parametrize("verb", ["solve", "check", "show", "report"])
def test_help_of_a_verb(run: Run, verb: str) -> None:
    code, out, _ = run(verb, "-h")
    assert code == 0
    for option in ("--case", "--year", "--set"):
        assert option in out


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"corridor {__version__}\n", "")


def test_no_words_print_the_help(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert err.startswith("Usage: corridor")
    assert "see corridor --help" not in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("slove",), "No such command 'slove'"),
        (("solve", "--study", "capabilty"), "'capabilty' is not one of 'capability', 'concurrent'"),
        (("solve", "--year", "soon"), "Invalid value for '--year'"),
        (("solve", "--time-limit", "-1"), "Invalid value for '--time-limit'"),
        (("solve", "--time-limit", "nan"), "Invalid value for '--time-limit'"),
        (("show",), "Missing argument"),
        (("check", "--cas", "x"), "No such option"),
    ],
)
def test_mistyped_line(run: Run, words: tuple[str, ...], expected: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert expected in err
    assert err.endswith("; see corridor --help\n")
    assert err.count("\n") == 1


def test_check(run: Run, folder: str) -> None:
    code, out, err = run("check", "--case", folder)
    assert (code, err) == (0, "")
    assert out == (
        "Two links, 2025: no faults in 13 rows of 9 tables\n"
        "  case 1, gate 1, node 3, commodity 1, mode 2, resource 1, link 2, use 1, demand 1\n"
        "No faults in its scenarios: base_2022\n"
    )


def test_check_of_a_year(run: Run, folder: str) -> None:
    code, out, _ = run("check", "--case", folder, "--year", "2022")
    assert code == 0
    assert out.startswith("Two links, 2022: no faults")


def test_check_of_a_year_that_is_not_there(run: Run, folder: str) -> None:
    code, out, err = run("check", "--case", folder, "--year", "1999")
    assert (code, out) == (2, "")
    assert err == ("1 fault in the question\n  C063 --year: 1999 is no base year of this case; it has 2025, 2022\n")


def test_show(run: Run, folder: str) -> None:
    code, out, err = run("show", "link", "--case", folder)
    assert (code, err) == (0, "")
    header, *rows = (line.split() for line in out.splitlines() if line.strip())
    assert header[:5] == ["link_id", "from_node_id", "to_node_id", "directed", "mode_id"]
    assert "operator" not in header  # empty in every row
    assert [row[0] for row in rows] == ["railway", "crossing"]
    assert "unlimited" in rows[0]
    assert "900000" in rows[1]


def test_show_with_a_change(run: Run, folder: str) -> None:
    _, out, _ = run("show", "resource", "--case", folder, "--set", "resource.line.capacity=750000")
    assert "750000" in out
    assert "600000" not in out


def test_show_of_a_table_without_rows(run: Run, folder: str) -> None:
    assert run("show", "tariff", "--case", folder) == (0, "tariff: no rows\n\n", "")


def test_show_of_no_table(run: Run, folder: str) -> None:
    code, out, err = run("show", "links", "--case", folder)
    assert (code, out) == (2, "")
    assert err == "1 fault in the question\n  C021 show: links is no table of a case; did you mean link?\n"


@pytest.mark.parametrize("rows", [0, 3000], ids=["at the end", "in the midst"])
def test_reader_that_has_enough(tmp_path: Path, rows: int) -> None:
    """`corridor show node | head -0`: no trace, no complaint."""
    nodes = "".join(f"place_{number},A place\n" for number in range(rows))
    folder = str(write(tmp_path / "case", EXAMPLE, ("node", "", nodes)))
    words = [sys.executable, "-m", "corridor", "show", "node", "--case", folder, "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert (process.returncode, without_progress(err)) == (0, "")


def test_ctrl_c(tmp_path: Path) -> None:
    """An interruption ends the process with 130 and one word."""
    code = (
        "import corridor.loading, sys, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background ignores it
        "corridor.loading.load = lambda *_, **__: signal.raise_signal(signal.SIGINT)\n"
        "sys.argv = ['corridor', 'check']\n"
        "from corridor.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, without_progress(done.stderr)) == (130, "", "interrupted\n")


@pytest.mark.parametrize(("text", "most"), [("all", 9), ("1", 1), ("none", 0)])
def test_the_list_of_limits_is_as_long_as_asked(run: Run, tmp_path: Path, text: str, most: int) -> None:
    """The line alone is a limit of the example; none leaves out the first limit, too."""
    folder = str(write(tmp_path, EXAMPLE))
    code, out, _ = run("solve", "--case", folder, "--limits", text, "--json")
    body = json.loads(out)
    assert code == 0
    assert [row["resource"] for row in body["limits"]] == ["line"][:most]
    assert (body["first_limit"] is None) == (most == 0)


def test_a_number_of_limits_that_is_none(run: Run) -> None:
    code, _, err = run("solve", "--limits", "few")
    assert code == 2
    assert "C074 --limits: 'few' is no number of limits; give a whole number, all or none" in err

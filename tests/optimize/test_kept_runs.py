"""Runs kept in a folder: the same bytes after interruptions, nothing half written, faults of folders and disks."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import corridor
from corridor.data.run_folder import read_rows, write_rows
from corridor.data.run_query import asked, compared, is_sql, listed
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.optimize.runs import pool
from tests.data.complete import SCENARIO
from tests.data.folder import write
from tests.data.format_page import EXAMPLE
from tests.fault_examples import CASE
from tests.optimize.test_band import BOTH, in_row

LINE = "resource.line.capacity"
OVER = [f"{LINE}=300000:600000:100000", "demand.grain_out.t_per_year=x0.5,x1"]
"""Eight runs; with 300 kt of line the base year does not fit, so that others are computed again at its floor."""


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CHUNK", 3)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return corridor.load(write(tmp_path_factory.mktemp("runs") / "case", EXAMPLE))


def files(folder: Path) -> dict[str, bytes]:
    """Bytes of all files but the seconds."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "times.csv"}


def stop_at(count: int) -> Callable[[int, int], None]:
    """A progress that interrupts once so many runs are done."""

    def told(done: int, total: int) -> None:
        if done >= count:
            raise KeyboardInterrupt

    return told


def refused(call: Callable[[], Any]) -> list[str]:
    """Codes of the faults that a call raises."""
    with pytest.raises(CaseError) as caught:
        call()
    return [fault.code for fault in caught.value.faults]


def test_a_sweep_interrupted_twice_gives_the_same_bytes(case: Case, tmp_path: Path) -> None:
    whole = corridor.sweep(case, OVER, runs=tmp_path / "whole")
    for count in (3, 6):
        with pytest.raises(KeyboardInterrupt):
            corridor.sweep(case, OVER, runs=tmp_path / "stopped", progress=stop_at(count))
    assert sorted(path.name for path in (tmp_path / "stopped").glob("*.parquet")) == [
        f"runs-0000{chunk}.parquet" for chunk in range(2)
    ]
    told: list[int] = []
    again = corridor.sweep(case, OVER, runs=tmp_path / "stopped", progress=lambda done, _: told.append(done))
    assert told == [6, 8]
    assert files(tmp_path / "stopped") == files(tmp_path / "whole")
    plain = corridor.sweep(case, OVER)
    assert again.to_json() == whole.to_json() == plain.to_json()
    pd.testing.assert_frame_equal(again.runs, plain.runs)


@pytest.mark.slow
def test_killed_twice_and_resumed(case: Case, tmp_path: Path) -> None:
    """SIGKILL after a chunk, and while the next one is being written: what is there is whole, and the rest follows."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    corridor.sweep(case, OVER, runs=whole)
    for after, at in ((1, "kept"), (1, "part")):
        script = (
            "import os, signal, sys\n"
            "import corridor\n"
            "from corridor.data import run_folder\n"
            "from corridor.optimize.runs import pool\n"
            "pool.CHUNK = 3\n"
            "left = [int(sys.argv[3])]\n"
            "def killing(path, write, former=run_folder._whole):\n"
            "    if path.suffix == '.parquet' and left[0] == 0:\n"
            "        if sys.argv[4] == 'part':\n"
            "            path.with_name('.' + path.name + '.1.part').write_bytes(b'PAR1 half of it')\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "    left[0] -= path.suffix == '.parquet'\n"
            "    former(path, write)\n"
            "run_folder._whole = killing\n"
            f"corridor.sweep(corridor.load(sys.argv[1]), {OVER!r}, runs=sys.argv[2])\n"
        )
        words = [sys.executable, "-c", script, case.home, str(killed), str(after), at]
        assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    assert len(list(killed.glob("runs-*.parquet"))) == 2
    corridor.sweep(case, OVER, runs=killed)
    (killed / ".runs-00002.parquet.1.part").unlink()
    assert files(killed) == files(whole)


@pytest.mark.slow
def test_a_killed_process_costs_time_only(case: Case, tmp_path: Path) -> None:
    """A process of two is killed by SIGKILL: its chunk is computed again."""
    import multiprocessing

    def kill_one(done: int, total: int) -> None:
        if done == 3:
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    found = corridor.sweep(case, OVER, processes=2, runs=tmp_path / "two", progress=kill_one)
    assert found.to_json() == corridor.sweep(case, OVER, runs=tmp_path / "one").to_json()
    assert files(tmp_path / "two") == files(tmp_path / "one")


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["band", "library", "projects"])
def test_other_studies_go_on_too(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, verb: str) -> None:
    more: dict[str, Any] = {} if verb == "library" else {"draws": 7}
    ask = getattr(corridor, verb)
    folder = write(tmp_path_factory.mktemp("complete") / "case", CASE)
    (folder / "scenario").mkdir(exist_ok=True)
    (folder / "scenario" / "better.yaml").write_text(SCENARIO, encoding="utf-8")
    case = in_row(BOTH) if verb == "band" else corridor.load(folder)
    plain = ask(case, **more)
    assert ask(case, **more, runs=tmp_path).to_json() == plain.to_json()
    told: list[int] = []
    again = ask(case, **more, runs=tmp_path, progress=lambda done, _: told.append(done))
    assert again.to_json() == plain.to_json()
    assert told == [{"band": 7, "library": 1, "projects": 7}[verb]]  # nothing computed anew


def test_a_folder_keeps_one_question(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(of: Case = case, **more: Any) -> list[str]:
        return refused(lambda: corridor.sweep(of, OVER, runs=tmp_path, **more))

    corridor.sweep(case, OVER, runs=tmp_path)
    assert ask(case.with_(["link.crossing.time_h=25"])) == ["C270"]
    assert ask(own_floor=True) == ["C270"]
    assert ask(periods="quarter") == ["C270"]
    assert refused(lambda: corridor.sweep(case, OVER[:1], runs=tmp_path)) == ["C270"]
    assert refused(lambda: corridor.band(case, draws=3, runs=tmp_path)) == ["C270"]
    monkeypatch.setattr("corridor.model.version.code_mark", lambda: "another")
    with pytest.raises(CaseError, match=r"versions.*another"):
        corridor.sweep(case, OVER, runs=tmp_path)


def test_a_rule_needs_a_file(case: Case, tmp_path: Path) -> None:
    assert refused(lambda: corridor.sweep(case, OVER, runs=tmp_path, rules=lambda model, corridor: None)) == ["C275"]


def test_a_full_disk_leaves_earlier_chunks_whole(case: Case, tmp_path: Path) -> None:
    """The system lets no file grow beyond some bytes, as on a full disk, once a chunk is there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(done: int, total: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, hard))

    try:
        assert refused(lambda: corridor.sweep(case, OVER, runs=tmp_path / "full", progress=fill)) == ["C271"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(files(tmp_path / "full")) == ["run.json", "runs-00000.parquet"]
    told: list[int] = []
    corridor.sweep(case, OVER, runs=tmp_path / "full", progress=lambda done, _: told.append(done))
    assert told == [3, 6, 8]


def test_a_place_that_cannot_be_written_to(case: Case) -> None:
    assert refused(lambda: corridor.sweep(case, OVER, runs="/dev/null/runs")) == ["C271"]


def test_a_damaged_chunk_is_named(case: Case, tmp_path: Path) -> None:
    corridor.sweep(case, OVER, runs=tmp_path)
    chunk = tmp_path / "runs-00001.parquet"
    whole = chunk.read_bytes()
    chunk.write_bytes(whole[:-9])
    assert refused(lambda: corridor.sweep(case, OVER, runs=tmp_path)) == ["C272"]
    write_rows(chunk, read_rows(tmp_path / "runs-00000.parquet")[:2])
    assert refused(lambda: corridor.sweep(case, OVER, runs=tmp_path)) == ["C272"]
    chunk.unlink()
    corridor.sweep(case, OVER, runs=tmp_path)
    assert chunk.read_bytes() == whole


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    nan, inf = float("nan"), float("inf")
    rows = [{"n": 1, "x": 0.1, "s": "a 'b'", "t": None, "f": True}, {"n": 2, "x": nan, "s": "", "t": "é", "f": False}]
    rows.append({"n": 3, "x": -inf, "s": "c", "t": None, "f": True})
    write_rows(tmp_path / "it's.parquet", rows)
    back = read_rows(tmp_path / "it's.parquet")
    assert str(back) == str(rows)
    assert back[0]["x"].hex() == (0.1).hex()


def test_sql_answers(case: Case, tmp_path: Path) -> None:
    """The table says what the sweep says."""
    found = corridor.sweep(case, OVER, runs=tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    most = corridor.runs(tmp_path / "a", "select max(capability_t) t, count(*) n from runs")
    assert (most["t"][0], most["n"][0]) == (found.runs["capability_t"].max(), 8)
    assert corridor.runs(tmp_path / "a")[LINE].tolist() == found.runs[LINE].tolist()
    both = asked([tmp_path], "select count(*) n from a join b using (run)")
    assert both["n"][0] == 8
    for words in ("select nothing from runs", "drop view runs", "copy runs to 'x.csv'", "select 1; select 2"):
        assert refused(partial(corridor.runs, tmp_path / "a", words)) == ["C277"]
    assert refused(lambda: corridor.runs(tmp_path / "none")) == ["C278"]
    assert is_sql("select 1")
    assert not is_sql("select")
    table = listed([tmp_path])
    assert table["done"].tolist() == table["runs"].tolist() == [8, 8]


def test_prices_that_are_asked_for_are_kept(case: Case, tmp_path: Path) -> None:
    """One per cent of the line brings as much where the line binds, and nothing where the crossing does."""
    over = f"{LINE}=600000,1000000"
    found = corridor.sweep(case, over, prices=["line", "crossing", "line"], runs=tmp_path / "a")
    assert found.prices == ("line", "crossing")
    assert found.runs["price_t.line"].tolist() == pytest.approx([6_000, 0], abs=1e-6)
    assert found.runs["price_t.crossing"].tolist() == pytest.approx([0, 9_000], abs=1e-6)
    for kept in ("runs-00000.parquet", "runs.parquet"):
        assert [row["price_t.line"] for row in read_rows(tmp_path / "a" / kept)] == found.runs["price_t.line"].tolist()
    again = corridor.sweep(case, over, prices=["line", "crossing"], runs=tmp_path / "a")
    assert again.to_dict() == found.to_dict()
    assert found.to_dict()["runs"][1]["prices_t"] == pytest.approx([0, 9_000], abs=1e-6)
    assert refused(lambda: corridor.sweep(case, over, runs=tmp_path / "a")) == ["C270"]  # another question
    assert refused(lambda: corridor.sweep(case, over, prices=["lines", "quay"])) == ["C350", "C350"]


def test_two_folders_compared(case: Case, tmp_path: Path) -> None:
    """A slower crossing changes the cost and no tonne; a smaller gate does."""
    corridor.sweep(case, OVER, runs=tmp_path / "a")
    corridor.sweep(case.with_(["link.crossing.capacity_t_per_year=400000"]), OVER, runs=tmp_path / "b")
    rows = {row["column"]: row for row in compared(tmp_path / "a", tmp_path / "b").to_dict("records")}
    assert rows["capability_t"]["runs"] == 8
    assert float(rows["capability_t"]["least"]) < 0
    assert float(rows["capability_t"]["most"]) == pytest.approx(0, abs=1e-6)


def test_an_outlook_makes_three_runs_and_counts_those_that_are_kept(case: Case, tmp_path: Path) -> None:
    """Eight runs in chunks of three; after an interruption three are on disk and five are left."""
    whole: Any = corridor.sweep(case, OVER, dry_run=True)
    assert (whole.runs, whole.kept, whole.tried, whole.processes) == (8, 0, 3, 1)
    assert whole.seconds == pytest.approx(8 * whole.run_s)
    assert whole.row_bytes > 20
    with pytest.raises(KeyboardInterrupt):
        corridor.sweep(case, OVER, runs=tmp_path / "runs", progress=stop_at(3))
    left: Any = corridor.sweep(case, OVER, runs=tmp_path / "runs", dry_run=True)
    assert (left.runs, left.kept, left.tried) == (8, 3, 3)
    assert left.seconds == pytest.approx(5 * left.run_s)
    before = files(tmp_path / "runs")
    seven: Any = corridor.band(case, draws=7, dry_run=True)
    assert seven.runs == 7
    assert files(tmp_path / "runs") == before

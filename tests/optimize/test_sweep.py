"""Sweeps: by hand, in place against built anew, in any order, and what is told of runs without an answer."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.data.checks import checked
from corridor.data.design import read_design
from corridor.data.read import bundled, read
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.frontier import MEASURED, Sweep
from corridor.optimize.answer.lifting import first_rung
from corridor.optimize.answer.year import Year
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.studies.designs import design_of
from corridor.optimize.studies.sweep import Runs
from tests.asked import setting, solve
from tests.asked import sweep as sweep_of
from tests.cases import boxes, case_of, choice, ferry, oil_and_boxes, series
from tests.optimize.frontiers import two_on_a_line

LINE = "resource.line.capacity"
T = [f"{each}_t" for each in MEASURED]


def swept(case: Case, over: list[str], *, own_floor: bool = False) -> Sweep:
    return corridor.sweep(case, over, own_floor=own_floor)


def test_by_hand() -> None:
    """See two_on_a_line: at 15 kt of line half of the base year fits, so all keep the floor of 5 kt each."""
    found = swept(two_on_a_line(), [f"{LINE}=15000,30000,70000,130000,200000"])
    runs = found.runs
    assert runs["growth"].tolist() == pytest.approx([0.5, 1, 7 / 3, 4, 4])
    assert runs["concurrent_t"].tolist() == pytest.approx([10e3, 20e3, 140e3 / 3, 80e3, 80e3])
    assert runs["handled_t"].tolist() == pytest.approx([10e3, 20e3, 20e3, 20e3, 20e3], rel=1e-6)
    assert runs["capability_t"].tolist() == pytest.approx([10e3, 25e3, 60e3, 90e3, 90e3])
    assert runs["free_t"].tolist() == pytest.approx([15e3, 30e3, 60e3, 90e3, 90e3])
    assert (
        runs["first"].tolist() == [("line",)] * 3 + [("line",), ("box_quay",)]
        or runs["first"].tolist()[:3] == [("line",)] * 3
    )
    assert found.floors_t == pytest.approx({"coal": 5e3, "boxes": 5e3})
    assert found.floor == pytest.approx(0.5)


def test_each_at_its_own_floor() -> None:
    """With 30 kt of line the base year fits and nothing else: boxes may not give way for coal."""
    found = swept(two_on_a_line(), [f"{LINE}=15000,30000"], own_floor=True)
    assert found.runs["capability_t"].tolist() == pytest.approx([10e3, 20e3])
    assert (found.floors_t, found.floor) == ({}, None)


@pytest.mark.parametrize(
    ("case", "over"),
    [
        (ferry(), ["resource.ferries.capacity=0.5:2:0.5", "size.deck.amount=x0.9,x1.1"]),
        pytest.param(
            boxes(),
            ["resource.line.capacity=x0.4,x1,x2", "packing.by_sea.payload_t=12,16", "carrier.feeder.wait_h=5,20"],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            oil_and_boxes(),
            ["demand.*.t_per_year=x0.5,x1,x3", "link.from_field_b.capacity_t_per_year=0,100000,unlimited"],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            choice(),
            ["resource.line.background=0:400000:100000", "demand.stays.t_per_year=0,40000"],
            marks=pytest.mark.slow,
        ),
        (series(), ["link.two.capacity_t_per_year=50000,150000", "demand.all.t_per_year=60000,100000"]),
        pytest.param(oil_and_boxes(), ["link.oil_berth.tariff_usd_per_t=1,9"], marks=pytest.mark.slow),
        pytest.param(
            choice(),
            ["resource.line.capacity=300000:500000:100000", "segment.bound.ceiling_t_per_year=6e4,9e4,unlimited"],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            oil_and_boxes(),
            ["link.from_field_b.capacity_t_per_year=0,1e5,2e5", "gate.gate.nameplate_t_per_year=2e5,6e5"],
            marks=pytest.mark.slow,
        ),
        pytest.param(series(), ["link.*.capacity_t_per_year=x0.5,x1.5", "link.one.time_h=1,2"], marks=pytest.mark.slow),
        pytest.param(
            boxes(),
            ["link.sea.capacity_t_per_year=100000,200000", "resource.line.capacity=x0.5,x1"],
            marks=pytest.mark.slow,
        ),
    ],
)
def test_every_run_is_what_solve_says_of_the_case(case: Case, over: list[str]) -> None:
    """Each at its own floor; cells are set by changes there, and in place here."""
    found = swept(case, over, own_floor=True)
    for row in found.runs.to_dict("records"):
        words = []
        for each in found.over:
            cell, where, tests = each.address.partition(" where ")
            sign = "*=" if each.relative else "="
            value = "unlimited" if math.isinf(row[each.address]) else repr(row[each.address])
            words.append(f"{cell}{sign}{value}{where}{tests}")
        anew = case.with_(words)
        if row["status"] == "optimal":
            answer = solve(anew)
            assert [row[each] for each in T] == pytest.approx([answer.measures_t[each] for each in MEASURED], rel=1e-9)
            assert row["growth"] == pytest.approx(answer.growth, rel=1e-9)
            assert row["first"] == (answer.first.resources if answer.first else ())
        else:
            with pytest.raises((corridor.InfeasibleError, CaseError)):
                corridor.solve(anew)


def test_in_place_is_built_anew_to_the_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    design = design_of(boxes(), ["resource.line.capacity=x0.6,x1,x1.4", "packing.by_sea.payload_t=12,14,16"])
    there = sweep_of(boxes(), design).runs

    def refuse(*_: object, **__: object) -> None:
        raise NeedsRebuild("other rows have other terms")

    monkeypatch.setattr(Year, "renumber", refuse)
    anew = sweep_of(boxes(), design).runs
    np.testing.assert_allclose(there[T].to_numpy(float), anew[T].to_numpy(float), rtol=1e-9)
    assert there["first"].tolist() == anew["first"].tolist()


@pytest.mark.parametrize("own_floor", [False, True])
def test_the_order_does_not_matter_to_the_bit(own_floor: bool) -> None:
    case = boxes()
    addresses = ["resource.line.capacity", "packing.by_sea.payload_t", "resource.feeders.capacity"]
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.uniform([60e3, 10, 0.5], [600e3, 16, 8], (12, 3)), columns=addresses)
    order = rng.permutation(len(table))
    one = corridor.sweep(case, design=table, own_floor=own_floor).runs
    other = corridor.sweep(case, design=table.iloc[order], own_floor=own_floor).runs
    for column in (*T, "growth", "first", "residual"):
        assert [one[column].tolist()[k] for k in order] == other[column].tolist()
    capacities = table.drop(columns="packing.by_sea.payload_t")
    one, other = (corridor.sweep(case, design=each).runs for each in (capacities, capacities.iloc[order]))
    assert [one["capability_t"].tolist()[k] for k in order] == other["capability_t"].tolist()


def test_with_one_floor_nothing_falls_where_a_capacity_rises() -> None:
    runs = swept(two_on_a_line(), [f"{LINE}=6000:150000:12000"]).runs
    for measure in T:
        assert (np.diff(runs[measure]) >= -1e-6).all()
    own = swept(two_on_a_line(), [f"{LINE}=6000:150000:12000"], own_floor=True).runs
    assert (own["capability_t"] <= runs["capability_t"] + 1e-6).all()


def test_where_demand_moves_the_floor_is_the_least_in_tonnes() -> None:
    found = swept(two_on_a_line(), ["demand.coal.t_per_year=8000,10000,16000"])
    assert found.floors_t == pytest.approx({"coal": 8e3, "boxes": 10e3})
    assert found.floor is None
    assert found.runs["capability_t"].nunique() == 1


def test_many_numbers_by_a_filter() -> None:
    found = swept(oil_and_boxes(), ["demand.*.t_per_year=x1,x2 where commodity_id = oil"])
    (axis,) = found.over
    assert (axis.cells, axis.relative, axis.stated) == (2, True, None)
    one, two = found.runs["concurrent_t"]
    twice = oil_and_boxes().with_(["demand.*.t_per_year*=2 where commodity_id = oil"])
    assert (one, two) == pytest.approx([solve(each).measures_t["concurrent"] for each in (oil_and_boxes(), twice)])


def test_a_run_that_cannot_be_carried_is_told() -> None:
    """40 kt never cross; a line of 120 kt of which 100 kt are others' has not enough, one of 90 kt is a fault."""
    found = swept(choice(), ["resource.line.capacity=90000,120000,500000"])
    assert found.runs["status"].tolist() == ["error", "infeasible", "optimal"]
    assert "is more than the 90,000 that there is" in found.runs["reason"][0].replace("90000", "90,000")
    assert "not everything that must be carried can be" in found.runs["reason"][1]
    assert found.floor == 1


def test_where_the_case_itself_cannot_be_carried_the_runs_still_are() -> None:
    case = choice().with_(["resource.line.capacity=120000"])
    found = corridor.sweep(case, {"resource.line.capacity": [120_000, 500_000]})
    assert found.runs["status"].tolist() == ["infeasible", "optimal"]
    same = corridor.sweep(choice(), {"resource.line.capacity": [500_000]})
    assert found.runs["capability_t"][1] == pytest.approx(same.runs["capability_t"][0])


def test_nothing_grows() -> None:
    case = two_on_a_line().with_(["demand.coal.t_per_year=0", "demand.box.t_per_year=0"])
    runs = corridor.sweep(case, {LINE: [10_000, 20_000]}).runs
    assert runs[T].to_numpy().tolist() == [[0] * 4] * 2
    assert runs["status"].tolist() == ["optimal"] * 2


@pytest.mark.parametrize(
    ("over", "code", "words"),
    [
        ([], "C140", "nothing is swept"),
        (["resource.lime.capacity=1,2"], "C022", "did you mean line?"),
        (["resource.line.capacty=1,2"], "C023", "did you mean capacity?"),
        (["resurce.line.capacity=1,2"], "C021", "did you mean resource?"),
        (["line=1,2"], "C020", "is not of the form table.row.column"),
        ([LINE], "C140", "it is not of the form table.row.column=values"),
        ([f"{LINE}="], "C140", "it is not of the form table.row.column=values"),
        ([f"{LINE}=1,many"], "C140", "'many' is not a number"),
        ([f"{LINE}=1,,2"], "C140", "'' is not a number"),
        ([f"{LINE}=x1,2"], "C140", "mixes multiples"),
        ([f"{LINE}=8:16"], "C140", "a grid is from:to:step"),
        ([f"{LINE}=8:16:0"], "C140", "the step is 0"),
        ([f"{LINE}=8:16:-1"], "C140", "the step is -1"),
        ([f"{LINE}=16:8:1"], "C140", "it must rise"),
        ([f"{LINE}=0:1000000:1"], "C143", "1,000,001 points"),
        ([f"{LINE}=0:999:1", "resource.coal_quay.capacity=0:999:1"], "C143", "this makes 1,000,000 runs"),
        ([f"{LINE}=-5,5"], "C012", "-5"),
        ([f"{LINE}=8..16"], "C140", "a range is for a design"),
        (["link.rail.mode_id=rail,bulk"], "C141", "holds no number"),
        (["link.rail.capacity_t_per_year=x1,x2"], "C141", "it has no finite number to multiply"),
        ([f"{LINE}=1,2", f"{LINE}=3,4"], "C140", "is swept twice"),
        (["demand.*.t_per_year=1 where commodity_id = cole"], "C105", "cole"),
        (["demand.*.t_per_year=1 where comodity_id = coal"], "C023", "did you mean commodity_id?"),
        (["demand.coal.t_per_year=1 where commodity_id = coal"], "C104", "coal is one row"),
    ],
)
def test_mistakes(over: list[str], code: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        corridor.sweep(two_on_a_line(), over)
    assert code in [fault.code for fault in caught.value.faults]
    assert words in str(caught.value)


def test_all_mistakes_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        corridor.sweep(two_on_a_line(), [f"{LINE}=8:16:0", "resource.lime.capacity=1"])
    assert [fault.code for fault in caught.value.faults] == ["C022", "C140"]


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_designs_fill_their_ranges(design: str) -> None:
    case = two_on_a_line()
    over = [f"{LINE}=20000..100000", "resource.coal_quay.capacity=x0.5..x1.5"]
    one, same, other = (design_of(case, over, design, 50, seed) for seed in (1, 1, 2))
    assert one.rows == same.rows != other.rows
    line, quay = np.array(one.rows).T
    assert 20e3 <= line.min() < 25e3 < 95e3 < line.max() <= 100e3
    assert 0.5 <= quay.min() < 0.55 < 1.45 < quay.max() <= 1.5
    if design == "latin":
        assert sorted(((line - 20e3) / 80e3 * 50).astype(int).tolist()) == list(range(50))


@pytest.mark.parametrize(
    ("over", "design", "points", "words"),
    [
        ([f"{LINE}=1..2"], "latin", None, "--design latin needs the number of runs"),
        ([f"{LINE}=1..2"], "latin", 0, "0 runs are none"),
        ([f"{LINE}=1..2"], "latin", 200_000, "draw fewer"),
        ([f"{LINE}=1,2"], "latin", 5, "write the least and the most as 8..16"),
        ([f"{LINE}=2..1"], "sobol", 5, "it must rise"),
        ([f"{LINE}=1,2"], "grid", 5, "the grid itself says how many runs"),
        ([f"{LINE}=1,2"], "latn", None, "did you mean latin?"),
        ([f"{LINE}=1..unlimited"], "latin", 5, "it must rise, and end"),
    ],
)
def test_designs_that_are_none(over: list[str], design: str, points: int | None, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        corridor.sweep(two_on_a_line(), over, design=design, points=points)
    assert words in str(caught.value)


def test_a_grid_ends_where_it_says() -> None:
    design = design_of(two_on_a_line(), [f"{LINE}=0.1:0.7:0.1", "resource.coal_quay.capacity=x0.5:x1:0.25"])
    assert design.axes[0].values == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
    assert design.axes[1].values == (0.5, 0.75, 1.0)
    assert len(design.rows) == 21


def test_runs_come_back_from_their_own_file(tmp_path: Path) -> None:
    case = two_on_a_line()
    over = [f"{LINE}=15000,70000", "link.rail.capacity_t_per_year=25000,unlimited", "demand.*.t_per_year=x0.5,x1"]
    found = swept(case, over)
    file = tmp_path / "runs.csv"
    file.write_text(found.to_csv(), encoding="utf-8")
    again = corridor.sweep(case, design=file)
    assert again.design == "runs.csv"
    for column in (*T, "growth", "first", *(each.address for each in found.over)):
        assert again.runs[column].tolist() == found.runs[column].tolist()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "the file cannot be read"),
        (b"\xff\xfe", "the file is not UTF-8"),
        (b"", "the file is empty"),
        (b"resource.line.capacity\n", "no row is a run"),
        (b"run,status\n1,optimal\n", "no column is an address"),
        (b"resource.line.capacity\n5\n6,7\n", "line 3: it has 2 cells, and the first line 1"),
        (b"resource.line.capacity,resource.line.capacity\n5,6\n", "stands there twice"),
        (b"resource.lime.capacity\n5\n", "did you mean line?"),
        (b"resource.line.capacity\nfive\n", "line 2: 'five' is not a number"),
        (b"resource.line.capacity,\n5,6\n", "a column has no name"),
    ],
)
def test_files_that_are_no_design(text: bytes | None, words: str, tmp_path: Path) -> None:
    file = tmp_path / "design.csv"
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(CaseError) as caught:
        corridor.sweep(two_on_a_line(), design=str(file))
    assert words in str(caught.value)


def test_a_table_says_itself_what_is_swept(tmp_path: Path) -> None:
    file = tmp_path / "design.csv"
    file.write_text(f"\ufeff{LINE}\n30000\n70000\n", encoding="utf-8")
    assert read_design(file).attrs["name"] == "design.csv"
    assert corridor.sweep(two_on_a_line(), design=file).runs["capability_t"].tolist() == pytest.approx([20e3, 60e3])
    with pytest.raises(CaseError, match="leave --over out"):
        corridor.sweep(two_on_a_line(), [f"{LINE}=1"], design=file)


def test_json_and_notebook() -> None:
    found = swept(choice(), ["resource.line.capacity=120000,500000,unlimited"])
    body = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [run["values"] for run in body["runs"]] == [[120000], [500000], [None]]
    assert [run["status"] for run in body["runs"]] == ["infeasible", "optimal", "optimal"]
    assert "not everything" in body["runs"][0]["reason"]
    assert ">500,000</td>" in found._repr_html_()


@pytest.mark.slow
def test_processes_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corridor.optimize.runs.pool.CHUNK", 7)
    case, over = two_on_a_line(), [f"{LINE}=6000:150000:6000"]
    told: list[tuple[int, int]] = []
    one = corridor.sweep(case, over, progress=lambda done, of: told.append((done, of)))
    two = corridor.sweep(case, over, processes=2)
    assert one.to_dict() == two.to_dict()
    assert told == [(7, 25), (14, 25), (21, 25), (25, 25)]


@pytest.mark.slow
def test_the_bundled_case() -> None:
    """In place as built anew, and the measures in their order in every run."""
    case = checked(read(bundled()))
    over = ["resource.rail_ferries.capacity=14,18", "use.*.amount=x0.95,x1.05", "demand.*.t_per_year=x1,x1.1"]
    found = corridor.sweep(case, over, own_floor=True)
    runs = Runs((setting(case), design_of(case, over)))
    assert runs.model is not None
    assert not runs.givens_only
    for row in found.runs.iloc[[0, 3, 7]].to_dict("records"):
        words = [f"resource.rail_ferries.capacity={row['resource.rail_ferries.capacity']}"]
        words += [f"{each}*={row[each]}" for each in ("use.*.amount", "demand.*.t_per_year")]
        year = Year(case.with_(words), "capability")
        common = year.concurrent()
        assert row["growth"] == pytest.approx(common.value, rel=1e-9)
        assert row["capability_t"] == pytest.approx(year.capability(min(1, common.value)).value * 1e3, rel=1e-9)
        rung = first_rung(year, common)
        assert rung is not None
        assert row["first"] == rung.resources
    assert (found.runs["capability_t"] <= found.runs["free_t"] * (1 + 1e-9)).all()


def test_nothing_limits_is_told() -> None:
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n one, a, b, 300000",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
    runs = corridor.sweep(case, {"link.one.capacity_t_per_year": ["200000", "unlimited"]}).runs
    assert runs["status"].tolist() == ["optimal", "error"]
    assert "nothing limits" in runs["reason"][1]

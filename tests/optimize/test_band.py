"""How sure: bands of small cases whose answer is known in closed form, and what must not change them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.stats import triang

from corridor.data.checks import checked
from corridor.data.read import bundled, read
from corridor.model.case import Case
from corridor.model.result.band import Band
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.studies.band import Draws
from corridor.optimize.studies.uncertain import Inputs, inputs
from tests.asked import band
from tests.cases import Row, case_of, proven

MEASURES = ("handled", "concurrent", "capability")
Ranges = dict[str, tuple[float, float]]


def drawn(known: Inputs) -> Draws:
    """The runner of the draws of some inputs."""
    return Draws((Setting(known.case), known))


def proofs(ranges: Ranges) -> list[Row]:
    """Evidence for these ranges, by address."""
    rows: list[Row] = []
    for number, (cell, (low, high)) in enumerate(ranges.items()):
        table, row, column = cell.split(".")
        place: Row = {"evidence_id": f"e{number}", "table": table, "row": row, "column": column, "low": low}
        rows.append({**place, "high": high, "confidence": "low", "basis": "assumed", "note": "a test's"})
    return rows


def in_row(ranges: Ranges, *, one: float = 200_000, two: float = 300_000, nameplate: float = 5e6) -> Case:
    """100 kt over two limits, one behind the other."""
    return over_sea(
        ranges,
        "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, f, must, 100000",
        limits={"one": one, "two": two},
        nameplate=nameplate,
    )


def over_sea(
    ranges: Ranges,
    demand: str,
    *,
    limits: Mapping[str, float],
    nameplate: float = 5e6,
    **more: str | Sequence[Mapping[str, object]],
) -> Case:
    """By rail and over the gate, the first limit on the rail, the second (if any) on the sea."""
    kinds, ways = ("line", "quay"), ("rail", "sea")
    return case_of(
        proven(
            {
                "gate": [{"gate_id": "gate", "nameplate_t_per_year": nameplate}],
                "resource": [
                    {"resource_id": name, "kind": kind, "capacity": capacity}
                    for (name, capacity), kind in zip(limits.items(), kinds, strict=False)
                ],
                "link": """
                    link_id, from_node_id, to_node_id, gate
                    rail, a, p, 0
                    sea, p, f, 1""",
                "use": [
                    {"use_id": f"u{n + 1}", "resource_id": name, "link_id": way, "activity": "tonne", "amount": 1}
                    for n, (name, way) in enumerate(zip(limits, ways, strict=False))
                ],
                "demand": demand,
                **more,
                **({"evidence": proofs(ranges)} if ranges else {}),
            }
        )
    )


ONE: Ranges = {"resource.one.capacity": (150_000, 280_000)}
BOTH: Ranges = {**ONE, "resource.two.capacity": (120_000, 400_000)}


@cache
def alone() -> Band:
    return band(in_row(ONE), draws=250)


@cache
def rivals() -> Band:
    return band(in_row(BOTH, two=180_000), draws=400)


def triangle(low: float, top: float, high: float) -> Any:
    return triang((top - low) / (high - low), loc=low, scale=high - low)


def strict(found: Band) -> str:
    return json.dumps(found.to_dict(), allow_nan=False)


def test_one_limit_gives_its_own_triangle() -> None:
    """C and T are the capacity; H is what came. A Latin hypercube of 250 has one draw in each 250th of the triangle."""
    expected = triangle(150_000, 200_000, 280_000)
    near = [expected.ppf(p) for p in (0.05, 0.5, 0.95)]
    for measure in ("concurrent", "capability"):
        for of in ("possible", "all"):
            assert alone().quantile(measure, of) == pytest.approx(near, rel=0.005)
    assert alone().quantile("handled") == pytest.approx([100_000] * 3)
    values = np.sort(alone().sample["concurrent"].to_numpy(dtype=float))
    ranks = np.arange(250)
    assert (values >= expected.ppf(ranks / 250) * (1 - 1e-9)).all()
    assert (values <= expected.ppf((ranks + 1) / 250) * (1 + 1e-9)).all()


def test_one_limit_comes_first_always_and_drives_everything() -> None:
    found = alone()
    assert (found.draws, found.possible, found.inputs, found.seed) == (250, 250, 1, 1)
    assert found.first.to_dict("records") == [
        {"resource": "one", "name": "one", "kind": "line", "share": 1.0, "share_all": 1.0}
    ]
    assert found.kinds == {"line": 1.0}
    assert set(found.sample["kind"]) == {"line"}
    [driver] = found.drivers.to_dict("records")
    assert (driver["driver"], driver["numbers"], driver["basis"]) == ("resource.one.capacity", 1, "assumed")
    for measure in "ct":
        assert driver[f"{measure}_share"] == pytest.approx(1.0, abs=1e-9)
        assert 0.8 < driver[f"{measure}_narrows"] <= 1  # what varies inside a tenth of the draws is left
        assert 0.8 < driver[f"{measure}_together"] <= 1
    assert found.r2 == pytest.approx({"concurrent": 1.0, "capability": 1.0})
    assert found.assumed == pytest.approx({"concurrent": 1.0, "capability": 1.0})
    expected = triangle(150_000, 200_000, 280_000)
    for measure in "ct":
        assert driver[f"{measure}_low"] == pytest.approx(expected.ppf(0.05), rel=1e-9)
        assert driver[f"{measure}_high"] == pytest.approx(expected.ppf(0.95), rel=1e-9)


def test_stated_values_are_those_of_the_case() -> None:
    stated = alone().quantiles.set_index(["measure", "of"])["stated"]
    assert stated.to_dict() == pytest.approx(
        {(m, of): 100_000 if m == "handled" else 200_000 for m in MEASURES for of in ("possible", "all")}
    )


def test_two_limits_compete_as_often_as_probability_says() -> None:
    """P(one < two) for two independent triangles, by numeric integration; sampling error 4 standard errors."""
    one, two = triangle(150_000, 200_000, 280_000), triangle(120_000, 180_000, 400_000)
    x = np.linspace(150_000, 280_000, 20_001)
    wins = float(np.trapezoid(one.pdf(x) * two.sf(x), x))
    assert 0.2 < wins < 0.8  # both do come first
    shares = rivals().first.set_index("resource")["share"]
    error = math.sqrt(wins * (1 - wins) / 400)
    assert shares["one"] == pytest.approx(wins, abs=4 * error)
    assert shares["two"] == pytest.approx(1 - wins, abs=4 * error)
    assert shares.sum() == pytest.approx(1)
    assert rivals().kinds == pytest.approx({"line": shares["one"], "quay": shares["two"]})
    lesser = np.minimum(*(np.asarray(rivals().sample[m], dtype=float) for m in ("concurrent", "capability")))
    grid = np.linspace(120_000, 280_000, 40_001)
    survives = one.sf(grid) * two.sf(grid)
    for p, got in zip((0.05, 0.5, 0.95), np.quantile(lesser, (0.05, 0.5, 0.95)), strict=True):
        exact = float(np.interp(p, 1 - survives, grid))
        assert got == pytest.approx(exact, rel=0.03)


def test_two_drivers_share_what_they_drive() -> None:
    """The wider one matters more, each narrows less than everything, and together they tell more than the first."""
    table = rivals().drivers.set_index("driver")
    assert list(table.index) == ["resource.two.capacity", "resource.one.capacity"]
    assert table["c_share"].sum() == pytest.approx(rivals().r2["concurrent"], abs=0.01)
    assert 0 < table["c_narrows"].iloc[1] < table["c_narrows"].iloc[0] < 1
    assert table["c_together"].is_monotonic_increasing


def test_a_driver_of_nothing_is_told_so() -> None:
    """The second limit is never reached: it explains nothing."""
    found = band(in_row({**ONE, "resource.two.capacity": (400_000, 600_000)}, two=500_000), draws=200)
    table = found.drivers.set_index("driver")
    assert list(table.index) == ["resource.one.capacity", "resource.two.capacity"]
    assert table["c_narrows"].iloc[1] < 0.1
    assert abs(table["c_share"].iloc[1]) < 0.05
    assert table["c_low"].iloc[1] == pytest.approx(table["c_high"].iloc[1])


def test_the_nameplate_caps_the_band_and_nothing_falls_over() -> None:
    """Whatever is drawn, 120 kt on paper are all: C and T do not vary, so nothing drives them."""
    found = band(in_row(ONE, nameplate=120_000), draws=50)
    assert found.quantile("concurrent") == pytest.approx([120_000] * 3)
    assert found.quantile("capability") == pytest.approx([120_000] * 3)
    assert list(found.first["resource"]) == ["gate"]
    [driver] = found.drivers.to_dict("records")
    for column in ("c_narrows", "t_narrows", "c_together", "t_together"):
        assert not driver[column] > 0, column
    strict(found)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_digits(seed: int) -> None:
    one, other = (band(in_row(BOTH), draws=30, seed=seed) for _ in range(2))
    assert strict(one) == strict(other)
    assert one.sample.equals(other.sample)


def test_another_seed_gives_other_digits() -> None:
    one, other = (band(in_row(BOTH), draws=30, seed=seed) for seed in (1, 2))
    assert not np.array_equal(one.sample["concurrent"], other.sample["concurrent"])
    assert one.quantile("concurrent") == pytest.approx(other.quantile("concurrent"), rel=0.15)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_chunks_do_not_matter(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = band(in_row(BOTH), draws=60)
    monkeypatch.setattr("corridor.optimize.runs.pool.CHUNK", chunk)
    other = band(in_row(BOTH), draws=60)
    assert strict(usual) == strict(other)
    assert usual.sample.equals(other.sample)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [25, 9])
def test_processes_do_not_matter(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = band(in_row(BOTH), draws=60)
    monkeypatch.setattr("corridor.optimize.runs.pool.CHUNK", chunk)
    both = band(in_row(BOTH), draws=60, processes=2)
    assert strict(alone) == strict(both)
    assert alone.sample.equals(both.sample)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    band(in_row(ONE), draws=60, progress=lambda done, of: told.append((done, of)))
    assert told == [(25, 60), (50, 60), (60, 60)]


def test_without_ranges_the_band_is_a_point() -> None:
    found = band(in_row({}), draws=20)
    assert (found.inputs, found.draws, found.possible) == (0, 20, 20)
    for measure, value in zip(MEASURES, (100_000, 200_000, 200_000), strict=True):
        assert found.quantile(measure) == pytest.approx([value] * 3, rel=1e-12)
        assert found.quantile(measure, "all") == found.quantile(measure)
    assert len(found.drivers) == 0
    assert found.first["share"].tolist() == [1.0]
    strict(found)


@pytest.mark.parametrize("draws", [1, 5, 13])
def test_too_few_draws_tell_nothing_of_drivers_but_quantiles(draws: int) -> None:
    """Two drivers want 14 draws."""
    found = band(in_row(BOTH), draws=draws)
    told = ["c_share", "t_share", "c_narrows", "t_narrows", "c_together", "t_together", "c_low", "t_high"]
    assert found.drivers[told].isna().all().all()
    assert all(math.isnan(each) for each in (*found.r2.values(), *found.assumed.values()))
    assert all(math.isfinite(each) for measure in MEASURES for each in found.quantile(measure))
    assert '"r2": {"concurrent": null, "capability": null}' in strict(found)


def test_enough_draws_tell() -> None:
    assert band(in_row(BOTH), draws=14).drivers["c_share"].notna().all()


def test_draws_in_which_the_base_year_does_not_fit_are_not_possible() -> None:
    """The line takes 60 to 160 kt, with its top at 120; 100 kt came: possible as often as it takes 100 or more."""
    found = band(in_row({"resource.one.capacity": (60_000, 160_000)}, one=120_000), draws=300)
    share = float(triangle(60_000, 120_000, 160_000).sf(100_000))
    assert found.possible == pytest.approx(300 * share, abs=1.01)  # a hypercube is as even as that
    sample = found.sample
    np.testing.assert_array_equal(sample["possible"], sample["concurrent"] >= 100_000 * (1 - 1e-9))
    short = sample[~sample["possible"]]
    # What is handled then is what fits: one segment, so nothing else can take the place of what does not.
    np.testing.assert_allclose(short["handled"], short["concurrent"], rtol=1e-9)
    np.testing.assert_allclose(sample[sample["possible"]]["handled"], 100_000, rtol=1e-12)
    assert found.quantile("concurrent")[0] >= 100_000 * (1 - 1e-9)
    assert found.quantile("concurrent", "all")[0] < 80_000
    assert found.first["share"].tolist() == [1.0]
    assert found.first["share_all"].tolist() == [1.0]


def test_a_case_of_which_no_draw_is_possible_still_has_a_band() -> None:
    """100 kt came over a line that took 50 to 90: the ranges are wrong, and the band has to say so."""
    found = band(in_row({"resource.one.capacity": (50_000, 90_000)}, one=80_000), draws=20)
    assert (found.draws, found.possible) == (20, 0)
    assert all(math.isnan(each) for each in found.quantile("concurrent"))
    low, middle, high = found.quantile("concurrent", "all")
    assert 50_000 < low < middle < high < 90_000
    assert found.first["share"].tolist() == [0.0]
    assert found.first["share_all"].tolist() == [1.0]
    strict(found)


def overbooked(low: float) -> Case:
    """A line of 300 kt with 100 kt that never cross the gate: below that nothing fits at all."""
    return over_sea(
        {"resource.line.capacity": (low, 400_000)},
        """
            demand_id, origin_id, destination_id, gate, t_per_year
            all, a, f, must, 100000
            stays, a, p, never, 100000""",
        limits={"line": 300_000},
    )


def test_draws_in_which_nothing_fits_are_counted_as_not_possible() -> None:
    found = band(overbooked(0), draws=120)
    expected = triangle(0, 300_000, 400_000)
    assert found.possible == pytest.approx(120 * float(expected.sf(200_000)), abs=1.01)
    nothing = found.sample[found.sample["growth"] == 0]
    assert len(nothing) == pytest.approx(120 * float(expected.cdf(100_000)), abs=1.01)
    assert not nothing["possible"].any()
    assert (nothing[list(MEASURES)] == 0).all().all()
    assert set(nothing["kind"]) == {"none"}
    assert found.first["share"].tolist() == [1.0]
    assert found.first["share_all"].iloc[0] == pytest.approx(1 - len(nothing) / 120)
    strict(found)


def test_a_capacity_drawn_for_capacities_only_gives_the_same_as_for_all() -> None:
    """Where all that is uncertain is a capacity both ways draw the same numbers, and so find the same."""
    one, other = (band(in_row(BOTH), draws=40, capacities_only=only) for only in (False, True))
    assert (one.capacities_only, other.capacities_only) == (False, True)
    for measure in MEASURES:
        np.testing.assert_allclose(
            np.asarray(one.sample[measure], dtype=float), np.asarray(other.sample[measure], dtype=float), rtol=1e-9
        )
    assert one.sample["first"].tolist() == other.sample["first"].tolist()


def ceiled() -> Case:
    """The market takes 60 to 150 kt; 100 came: what is handled never passes what the market takes in that draw."""
    return over_sea(
        {"segment.goods.ceiling_t_per_year": (60_000, 150_000)},
        """
            demand_id, origin_id, destination_id, segment_id, gate, t_per_year
            all, a, f, goods, must, 100000
            more, a, f, others, must, 50000""",
        limits={"line": 300_000},
        segment="segment_id, ceiling_t_per_year\n goods, 120000\n others, unlimited",
    )


@pytest.mark.parametrize("only", [False, True], ids=["all", "capacities only"])
def test_ceilings_hold_in_what_is_handled(only: bool) -> None:
    """Goods up to their ceiling of the draw, the others what came, 50 kt: H = min(ceiling, 100) + 50.

    Few enough draws that nothing is told of drivers: T is always the line.
    """
    found = band(ceiled(), draws=11, capacities_only=only)
    short = found.sample[~found.sample["possible"]]
    assert 0 < len(short) < 11
    ceiling = np.asarray(short["growth"], dtype=float) * 100_000  # the ceiling is the limit there
    np.testing.assert_allclose(np.asarray(short["handled"], dtype=float), ceiling + 50_000, rtol=1e-9)


def test_a_draw_that_empties_a_row_is_taken_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A use of nothing empties its row: then one limit is left, and no draw needs another program."""
    model = drawn(inputs(in_row({**ONE, "use.u2.amount": (0, 2)}, two=150_000)))
    built: list[Case] = []
    monkeypatch.setattr(Setting, "open", lambda setting, *_: built.append(setting.case))
    before = model.run({"use.u2.amount": 0.4})
    growth, handled, concurrent, capability, first, _ = model.run({"use.u2.amount": 0.0})
    assert (growth, handled, concurrent, capability) == pytest.approx((2.0, 100_000, 200_000, 200_000))
    assert first == ("one",)
    assert model.run({"use.u2.amount": 0.4}) == before
    assert built == []


def test_built_anew_or_renumbered_a_draw_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model = drawn(inputs(in_row({**BOTH, "use.u2.amount": (0.5, 2)})))
    draws = [{"resource.one.capacity": u, "use.u2.amount": 1 - u} for u in (0.1, 0.5, 0.9)]
    renumbered = [model.run(each) for each in draws]

    def refuse(*_: Any, **__: Any) -> None:
        raise NeedsRebuild("other rows have other terms")

    monkeypatch.setattr(Year, "renumber", refuse)
    for one, other in zip(renumbered, [model.run(each) for each in draws], strict=True):
        assert one[:4] == pytest.approx(other[:4], rel=1e-9)
        assert one[4] == other[4]


@cache
def corridor_band() -> Band:
    return band(checked(read(bundled())), draws=60)


@pytest.mark.slow
def test_the_bundled_case_keeps_the_order_of_its_measures() -> None:
    """Residuals above 1e-6 would have raised CertificateError."""
    sample = corridor_band().sample
    possible = sample[sample["possible"]]
    assert 10 < len(possible) < 60
    slack = 1 + 1e-9
    assert (possible["handled"] <= possible["concurrent"] * slack).all()
    assert (possible["concurrent"] <= possible["capability"] * slack).all()
    short = sample[~sample["possible"] & (sample["growth"] > 0)]
    assert len(short)
    assert (short["concurrent"] <= short["handled"] * slack).all()
    assert (short["handled"] <= short["capability"] * slack).all()
    for measure in MEASURES:
        low, middle, high = corridor_band().quantile(measure)
        assert low < middle < high
    assert corridor_band().first["share_all"].between(0, 1).all()
    assert len(corridor_band().first) >= 2


@pytest.mark.slow
def test_the_bundled_band_is_plain_values() -> None:
    """No NaN, nothing infinite, and back again the same; with 60 draws and over 100 drivers nothing drives it."""
    found = corridor_band()
    plain = json.loads(strict(found))
    assert plain == found.to_dict()
    assert (plain["draws"], plain["possible"], len(plain["quantiles"])) == (60, found.possible, 7)
    assert plain["r2"] == {"concurrent": None, "capability": None}
    assert len(plain["drivers"]) == len({each["driver"] for each in plain["drivers"]}) > 50
    assert all(each["name"] for each in plain["drivers"])
    assert sum(each["numbers"] for each in plain["drivers"]) == plain["inputs"]


@pytest.mark.slow
def test_a_draw_of_the_bundled_case_does_not_depend_on_those_before() -> None:
    """To the bit, in whatever order: else chunks, and with them processes, would show in the digits."""
    case = checked(read(bundled()))
    known = inputs(case)
    rng = np.random.default_rng(4)
    draws = [dict(zip(known.drivers, rng.random(len(known.drivers)).tolist(), strict=True)) for _ in range(6)]

    def run(order: list[int]) -> dict[int, tuple[Any, ...]]:
        model = drawn(known)
        return {at: model.run(draws[at]) for at in order}

    assert run([0, 1, 2, 3, 4, 5]) == run([5, 3, 1, 4, 2, 0])

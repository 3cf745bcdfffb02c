"""What the benchmarks compare is the same: the twins of the synthetic model, and the tables of what was measured."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from benchmarks.horizons import Facts, Stopwatch, medians
from benchmarks.page import PAGE, rewritten, table, times
from benchmarks.run import Key, answer_tables, asked_table, formulation_table, reduction_table, what_if_table
from benchmarks.synthetic import SMALL, STUDY, TINY, corridor_of
from benchmarks.twins import TWINS, Corridor
from corridor.data.checks import faults_of
from corridor.model.horizon import Horizon
from corridor.optimize.answer.year import Year
from corridor.optimize.period.streams import layout
from tests.asked import solve


def test_the_synthetic_corridor_is_a_case() -> None:
    case = corridor_of(SMALL)
    assert not faults_of(case)
    sizes = {name: len(case.rows(name)) for name in ("node", "link", "commodity")}
    assert sizes == {"node": 60, "link": 142, "commodity": 10}
    again = corridor_of(SMALL)
    assert all(case[name].equals(again[name]) for name in ("link", "demand", "resource", "calendar"))


@pytest.mark.parametrize("periods", ["year", "3"])
@pytest.mark.parametrize("route", [each for each in TWINS if each != "linopy" or find_spec("linopy")])
def test_twins_reach_our_optimum(route: str, periods: str) -> None:
    """The twin in linopy is looked at where that is installed: make benchmarks puts it into build/linopy."""
    case, horizon = corridor_of(TINY), Horizon.of(periods)
    ours = Year(case, STUDY, horizon).solver.solve(STUDY, maximise=False)
    highs = TWINS[route](Corridor(layout(case, STUDY, horizon)))
    highs.setOptionValue("output_flag", False)
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(ours.value, rel=1e-6)


def test_stopwatch_tells_steps_apart_and_leaves_nothing_behind() -> None:
    horizon, watch = Horizon.of("3"), Stopwatch()
    with watch.on(timed=True):
        answer = solve(corridor_of(TINY), STUDY, horizon)
    assert answer.certificate.passed
    assert watch.seconds["HiGHS"] > 0
    assert watch.runs[0][0] == answer.solver["columns"]
    before = dict(watch.seconds)
    solve(corridor_of(TINY), STUDY, horizon)
    assert watch.seconds == before


FACTS: Facts = {
    "rows": 100,
    "columns": 200,
    "numbers": 300,
    "left_rows": 40,
    "left_columns": 50,
    "steps": {"build": 0.1, "HiGHS": 1.0, "certificate": 0.01},
    "first": 1.0,
    "total": 1.2,
    "raw": 1.0,
    "alone": True,
    "peak": 200.0,
    "gap": 1e-9,
    "times": 3,
}


def test_tables_of_made_up_measurements() -> None:
    stopped: Facts = {"stopped": 400.0, "steps": {"build": 0.1}, "peak": 5000.0, "times": 1}
    answers: dict[Key, Facts] = {
        ("bundled", "month"): FACTS,
        ("bundled", "day"): stopped,
        ("synthetic", "week"): {"failed": "why"},
    }
    ours: Facts = {"seconds": 0.5, "peak": 150.0, "before": 100.0, "times": 3}
    theirs: Facts = {"seconds": 5.0, "peak": 300.0, "before": 150.0, "times": 3}
    made: dict[Key, Facts] = {
        ("linopy", "week"): {"ours": ours, "other": theirs},
        ("Pyomo", "week"): {"ours": ours, "other": {"failed": "took too long"}},
        ("linopy", "day"): {"ours": ours, "other": {"missing": "linopy is not installed"}},
    }
    text = answer_tables(answers)
    assert "1.20 ×" in text
    assert "stopped after 400 s" in text
    text = formulation_table(made)
    assert "10.00 ×" in text
    assert "took too long" in text
    assert "linopy is not installed" in text
    changed: dict[str, Facts] = {"bundled": {"in place": 0.1, "fresh": 3.0}, "synthetic": {"failed": "why"}}
    assert "30.00 ×" in what_if_table(changed)
    assert "> 60" in reduction_table({"": {"seconds": 1.0, "flows": 10}, "012": {"stopped": 60.0, "flows": 30}})
    asked = asked_table(answers, made, changed).splitlines()
    verdicts = {line.split("|")[1].strip(): line.split("|")[4].strip() for line in asked[2:]}
    assert verdicts["bundled, 12 periods: tables to answer tables, against one raw run"] == "not reached"
    assert verdicts["bundled, 12 periods: certificate, of the solve"] == "reached"
    assert verdicts["52 periods formulated, against linopy: speed"] == "reached"
    assert verdicts["52 periods formulated, against Pyomo: speed"] == "–"
    assert verdicts["bundled, 12 months: what-if in place, against a fresh model"] == "reached"
    assert verdicts["bundled, 365 periods: peak memory"] == "not reached"
    widths = {line.count("|") for line in formulation_table(made).splitlines()}
    assert len(widths) == 1


def test_the_page_has_a_place_for_every_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in ("year", "answers", "formulation", "what-if", "reductions", "asked", "machine"):
        once = rewritten(page, name, "new")
        assert f"<!-- {name} -->\nnew\n<!-- end of {name} -->" in once
        assert rewritten(once, name, "new") == once
    with pytest.raises(ValueError, match="no markers called other"):
        rewritten(page, "other", "new")


def test_numbers_of_a_page() -> None:
    assert table(["a"], [[1234], [0.12345], [None]]).splitlines()[2:] == ["| 1,234 |", "| 0.123 |", "| – |"]
    assert (times(3.0, 2.0), times(None, 2.0), times(1.0, None)) == ("1.50 ×", "–", "–")
    found = medians([{"total": 1.0, "steps": {"a": 1.0}, "n": 1}, {"total": 3.0, "steps": {"a": 5.0}, "n": 1}])
    assert found == {"times": 2, "total": 2.0, "steps": {"a": 3.0}, "n": 1}

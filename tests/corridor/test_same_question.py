"""One question through every verb: the same rules, periods and scope give the same number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest

import corridor
from corridor.model.case import Case
from corridor.studies import STUDIES
from corridor.study import Study
from tests.cases import case_of
from tests.corridor.command import Run
from tests.data.folder import write
from tests.data.format_page import EXAMPLE


def shared_line() -> Case:
    """A line of 600 kt that two markets share: 200 kt go to each of two ports, one of them in a scope."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "resource": "resource_id, capacity\n line, 600000",
            "link": "link_id, from_node_id, to_node_id, gate\n rail, a, b, 1\n north, b, c, 0\n south, b, d, 0",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "scope": "scope_id, name, demands\n ours, ours, demand_id = to_north",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                to_north, a, c, must, 200000
                to_south, a, d, must, 200000""",
        }
    )


def quota(model: Any, corridor: Any) -> None:
    """450 kt a year pass on the railway."""
    model.year.quota = pyo.Constraint(expr=corridor.tonnes("rail") <= corridor.given("most", 450_000))


QUESTIONS: dict[str, tuple[dict[str, Any], float, float]] = {
    "as it is": ({}, 600_000, 600_000),
    "by quarters": ({"periods": "quarter"}, 600_000, 600_000),
    "an open year": ({"periods": "quarter", "open_year": True}, 600_000, 600_000),
    "a rule": ({"rules": quota}, 450_000, 450_000),
    "a rule by quarters": ({"rules": quota, "periods": "quarter"}, 450_000, 450_000),
    "a scope": ({"scope": "ours"}, 400_000, 400_000),
    "a scope by quarters": ({"scope": "ours", "periods": "quarter"}, 400_000, 400_000),
    "a scope under a rule": ({"scope": "ours", "rules": quota}, 250_000, 250_000),
}
"""The question; then C and T in t, by hand: the line, or the rule, less the other market where it is held."""


def stated(case: Case, **question: Any) -> float:
    table = corridor.band(case, draws=2, **question).quantiles
    return float(table.loc[(table["measure"] == "capability") & (table["of"] == "all"), "stated"].iloc[0])


ASKED: dict[str, Callable[..., Any]] = {
    "solve": lambda case, **question: corridor.solve(case, **question).value,
    "compare": lambda case, **question: (
        corridor.compare(case, case, names=("one", "other"), **question).measures["other"].xs("capability").iloc[0]
    ),
    "attribution": lambda case, **question: (
        corridor.attribution(case, case.with_(["resource.line.capacity=700000"]), **question).start
    ),
    "difference": lambda case, **question: (
        corridor.difference(case, case, **question).measures.set_index("measure").at["capability", "now"]
    ),
    "sweep": lambda case, **question: (
        corridor.sweep(case, "resource.line.capacity=600000", **question).runs["capability_t"].iloc[0]
    ),
    "band": stated,
    "waterfall": lambda case, **question: corridor.waterfall(case, **question).capability_t,
    "frontier": lambda case, **question: corridor.frontier(case, "line", 500_000, 800_000, **question).at(600_000),
    "carbon": lambda case, **question: corridor.carbon(case, **question).delivered_t,
    "revenue": lambda case, **question: corridor.revenue(case, **question).delivered_t,
    "ladder": lambda case, **question: corridor.ladder(case, **question).frame["t"].iloc[0],
    "library": lambda case, **question: corridor.library(case, **question).frame["capability_t"].iloc[0],
}
"""T by each verb, in the tonnes of the question; the ladder has C; carbon and revenue all tonnes of the line."""
OF_ALL = ("carbon", "revenue")


def line_of(verb: str) -> Study:
    return next(study for study in STUDIES if study.verb == verb)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("verb", ASKED)
def test_every_verb_has_the_same_number(verb: str, name: str) -> None:
    question, c, t = QUESTIONS[name]
    if set(question) & set(line_of(verb).not_yet):
        with pytest.raises(corridor.CaseError) as error:
            ASKED[verb](shared_line(), **question)
        assert {fault.code for fault in error.value.faults} == {"C173"}
        return
    held = 200_000 if verb in OF_ALL and "scope" in question else 0
    assert ASKED[verb](shared_line(), **question) == pytest.approx((c if verb == "ladder" else t) + held, rel=1e-6)


@pytest.mark.parametrize("name", QUESTIONS)
def test_markets_prices_and_explain_see_the_question(name: str) -> None:
    question, _, t = QUESTIONS[name]
    case, ruled, scoped = shared_line(), "rules" in question, "scope" in question
    alone = corridor.markets(case, **question).frame.set_index("segment").at["to_north", "t"]
    assert alone == pytest.approx(t - (0 if scoped else 200_000))
    steps = corridor.prices(case, **question).frame.query("measure == 'capability'").set_index("resource")
    binding = next(iter(steps.index))
    assert binding == ("quota" if ruled else "line")
    assert steps.at[binding, "available"] == pytest.approx(450_000 if ruled else 600_000)
    assert steps.at[binding, "up_t"] == pytest.approx(steps.at[binding, "step"])
    sentences = " ".join(corridor.explain(case, "line", **question).sentences)
    assert f"{t:,.0f} t" in sentences


@pytest.mark.parametrize("study", [study for study in STUDIES if study.help], ids=lambda study: study.verb)
def test_every_verb_has_every_option(run: Run, study: Study) -> None:
    code, out, _ = run(study.verb, "-h")
    assert code == 0
    options = {"scenario": "--scenario", "periods": "--periods", "open_year": "--open", "rules": "--rules"}
    options |= {"scope": "--scope", "": "--case"}
    for part, option in options.items():
        assert (f"  {option} " in out) is (part not in study.not_yet)
    for option in ("--year", "--set", "--time-limit", "--json", "--out", "--pdf"):
        assert f"  {option} " in out


@pytest.mark.parametrize(
    "study", [study for study in STUDIES if study.help and study.not_yet], ids=lambda one: one.verb
)
def test_what_a_verb_cannot_take_is_a_fault_for_each(run: Run, study: Study) -> None:
    given = {
        "scenario": ("--scenario", "x"),
        "periods": ("--periods", "quarter"),
        "open_year": ("--open",),
        "rules": ("--rules", "rules.py"),
        "scope": ("--scope", "ours"),
        "expected": ("--study" if study.verb in ("foresight", "prove") else "--of", "expected"),
    }
    name = ("x",) if study.verb == "explain" else ()
    code, out, err = run(study.verb, *name, *(word for part in study.not_yet for word in given[part]))
    assert (code, out) == (2, "")
    assert err.count("C173") == len(study.not_yet)


WORDS = {
    "explain": ("line",),
    "disrupt": ("line", "--month", "June"),
    "compare": ("base", "base+base"),
    "frontier": ("line",),
    "sweep": ("--over", "resource.line.capacity=500000,600000", "--processes", "1"),
    "band": ("--draws", "2", "--processes", "1"),
    "foresight": ("--periods", "quarter"),
}
"""Words of the verbs that need some."""


@pytest.mark.parametrize(
    "study",
    [each for each in STUDIES if each.help and each.verb not in ("projects", "expand", "timetable")],
    ids=lambda one: one.verb,
)
def test_every_verb_writes_its_page(run: Run, tmp_path: Path, study: Study) -> None:
    """The page in the folder has the blocks of the terminal and those that only a report has."""
    folder, out = str(write(tmp_path / "case", EXAMPLE)), tmp_path / "out"
    code, said, err = run(study.verb, *WORDS.get(study.verb, ()), "--case", folder, "--out", str(out))
    assert (code, err) == (0, "")
    assert said.endswith(f"Written: {out}\n")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<h1" in page
    assert "Two links" in page


def test_a_case_without_services_has_no_timetable(run: Run, tmp_path: Path) -> None:
    code, out, err = run("timetable", "--case", str(write(tmp_path / "case", EXAMPLE)))
    assert (code, out) == (2, "")
    assert "service.csv" in err


@pytest.mark.slow
def test_the_timetable_of_the_bundled_case_writes_its_page(run: Run, tmp_path: Path) -> None:
    code, said, err = run("timetable", "--out", str(tmp_path))
    assert (code, err) == (0, "")
    assert said.endswith(f"Written: {tmp_path}\n")
    assert "Middle Corridor" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_a_fault_before_the_work(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "case", EXAMPLE))
    for words in (("--pdf",), ("--out", "ladder.doc"), ("--out", "ladder.csv", "--pdf")):
        code, out, err = run("ladder", "--case", folder, *words)
        assert (code, out) == (2, "")
        assert "C083" in err

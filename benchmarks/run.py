"""``python -m benchmarks.run`` measures everything and rewrites the tables of README.md; ``--quick`` prints some of it.

It takes about an hour on a quiet machine with two cores, ``--quick`` two minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from time import perf_counter

from benchmarks import year
from benchmarks.horizons import PAIRED_BELOW, PERIODS, REDUCTIONS, WHOLE, Facts, alternately, measured, medians
from benchmarks.page import PAGE, UNKNOWN, machine, rewritten, table, times

LIMIT, DAY_LIMIT, REDUCED_LIMIT = 150.0, 1800.0, 30.0
"""Seconds that the solver may take: for an answer, for one by days, for one without a reduction."""
WHOLE_RUN = 70 * 60.0
LINOPY_MISSING = "linopy is not installed: `make benchmarks` puts the pinned one into build/linopy"
Key = tuple[str, str]
"""A case and the name of its periods."""


class Budget:
    """Minutes that everything may take together: what comes late has less, or nothing."""

    def __init__(self, seconds: float) -> None:
        self.until = perf_counter() + seconds

    def limit(self, most: float) -> float:
        """Seconds that a run of the solver may take, at most so many; what is over leaves one for saying so."""
        return round(max(1.0, min(most, self.until - perf_counter())), 1)


def formulations(quick: bool, budget: Budget) -> dict[Key, Facts]:
    """Each route beside ours, in turn."""
    routes = [("linopy", "month"), ("Pyomo", "month"), ("linopy", "week"), ("Pyomo", "week"), ("linopy", "day")]
    made: dict[Key, Facts] = {}
    for route, periods in routes[:2] if quick else routes:
        pair = (("formulate", "ours", periods), ("formulate", route, periods))
        ours, other = alternately(*pair, limit=budget.limit(LIMIT), times=1 if quick else 3)
        made[route, periods] = {"ours": ours, "other": other}
    return made


def answers_of(quick: bool, days: bool, budget: Budget) -> dict[Key, Facts]:
    """Answers with their raw runs and sizes; the longest comes last and has what is left of the time."""
    chosen = [("synthetic", "year"), ("synthetic", "month"), ("bundled", "year"), ("bundled", "month")]
    chosen += [("synthetic", "week"), ("bundled", "week")]
    chosen += [("bundled", "day"), ("synthetic", "day")] if days else []
    return {key: _answer(*key, quick, budget) for key in (chosen[2:4] if quick else chosen)}


def _answer(name: str, periods: str, quick: bool, budget: Budget) -> Facts:
    """One answer and its raw run in turn; where one run takes long, the raw one is read off ours."""
    limit = budget.limit(DAY_LIMIT if periods == "day" else LIMIT)
    first = measured("answer", name, periods, limit=limit)
    facts = {**measured("size", name, periods), **first, "times": 1}
    if "total" not in first or first["total"] > PAIRED_BELOW:
        return {**facts, "raw": first.get("first") if "total" in first else None, "alone": False}
    alone = measured("raw", name, periods, limit=limit)
    ours, raws = [first], [alone]
    for _ in range(0 if quick else 2):
        ours.append(measured("answer", name, periods, limit=limit))
        raws.append(measured("raw", name, periods, limit=limit))
    return {**facts, **medians(ours), "raw": medians(raws).get("raw"), "alone": True}


STEPS = ("build", "compile", "pass", "HiGHS", "tables", "certificate", WHOLE)


def answer_tables(answers: Mapping[Key, Facts]) -> str:
    """What an answer takes by steps, and the ratios of its whole to HiGHS."""
    rows: list[list[object]] = []
    sizes: list[list[object]] = []
    for (name, periods), facts in answers.items():
        count = PERIODS[periods]
        taken = facts.get("steps", {})
        sizes.append([name, count, *(facts.get(each) for each in SIZES), facts.get("gap")])
        if "total" not in facts:
            why = facts.get("failed") or f"stopped after {facts.get('stopped', 0):.0f} s"
            rows.append([name, count, *(taken.get(step) for step in STEPS), None, None, why, UNKNOWN, None, None])
            continue
        total, solving = facts["total"], taken.get("HiGHS")
        other = total - sum(taken.values())
        how = f"{facts['raw']:.3g}{'' if facts['alone'] else ' †'}" if facts.get("raw") else None
        ratios = times(total, facts.get("raw")), times(total, solving)
        steps = (taken.get(step) for step in STEPS)
        rows.append([name, count, *steps, other, total, how, *ratios, facts["times"]])
    head = ["case", "periods", *STEPS, "other", "total", "raw run", "**total : raw**", "**total : HiGHS**", "pairs"]
    shape = ["case", "periods", "rows", "columns", "nonzeros", "rows left", "columns left", "peak MB", "certified gap"]
    return f"{table(shape, sizes)}\n\nSeconds by step:\n\n{table(head, rows)}"


SIZES = ("rows", "columns", "numbers", "left_rows", "left_columns", "peak")


def formulation_table(made: Mapping[Key, Facts]) -> str:
    """Tables of the synthetic case to arrays in HiGHS: ours beside each other route."""
    rows: list[list[object]] = []
    for (route, periods), pair in made.items():
        ours, other = pair["ours"], pair["other"]
        if "seconds" not in other:
            rows.append([route, PERIODS[periods], ours.get("seconds"), other.get("missing") or other.get("failed")])
            rows[-1] += [UNKNOWN, ours.get("peak"), *[UNKNOWN] * 2, ours["times"]]
            continue
        speed, growth = times(other["seconds"], ours.get("seconds")), [_growth(ours), _growth(other)]
        peaks = [ours.get("peak"), other["peak"], times(*growth)]
        rows.append([route, PERIODS[periods], ours.get("seconds"), other["seconds"], speed, *peaks, ours["times"]])
    head = ["beside", "periods", "ours s", "theirs s", "**theirs : ours**", "our peak MB", "their peak MB"]
    return table([*head, "**our growth : theirs**", "pairs"], rows)


def _growth(facts: Facts) -> float | None:
    """Memory that a formulation took beyond what its process had before."""
    return facts["peak"] - facts["before"] if "before" in facts else None


def what_if_table(changed: Mapping[str, Facts]) -> str:
    """Twelve months: a given changed in place, against a fresh model."""
    rows = [
        [
            name,
            *(facts.get(key) for key in ("vertex", "in place", "fresh")),
            times(facts.get("fresh"), facts.get("in place")),
        ]
        for name, facts in changed.items()
    ]
    return table(["12 months", "a vertex, once s", "in place s", "fresh s", "**fresh : in place**"], rows)


def reduction_table(reduced: Mapping[str, Facts]) -> str:
    """The bundled case by months without each of the exact reductions, and without any."""
    names = {"": "as it is", **{str(n): f"without {name}" for n, name in enumerate(REDUCTIONS)}, "012": "without all"}
    names["default"] = "without all, HiGHS as it comes"
    whole = reduced.get("", {}).get("seconds")
    rows = []
    for key, facts in reduced.items():
        seconds = facts.get("seconds") or facts.get("failed") or f"> {facts.get('stopped', 0):.0f}"
        ratio = times(facts.get("seconds"), whole) if "seconds" in facts else UNKNOWN
        rows.append(
            [names[key], *(facts.get(each) for each in ("flows", "rows", "columns", "numbers")), seconds, ratio]
        )
    head = ["bundled, 12 months", "flow columns a month", "rows", "columns", "nonzeros", "solve s"]
    return table([*head, "**against as it is**"], rows)


def asked_table(answers: Mapping[Key, Facts], made: Mapping[Key, Facts], changed: Mapping[str, Facts]) -> str:
    """The ratios that were asked for, what was measured, and whether that reaches them."""
    rows: list[list[object]] = []

    def row(what: str, asked: str, measured: float | None, reached: bool) -> None:
        verdict = UNKNOWN if measured is None else "reached" if reached else "not reached"
        rows.append([what, asked, None if measured is None else f"{measured:.2f} ×", verdict])

    for (name, periods), facts in answers.items():
        if PERIODS[periods] < 12:
            continue
        what = f"{name}, {PERIODS[periods]} periods: tables to answer tables, against one raw run"
        ratio = facts["total"] / facts["raw"] if facts.get("raw") and "total" in facts else None
        row(what, "at most 1.05 ×", ratio, ratio is not None and ratio <= 1.05)
        steps = facts.get("steps", {})
        if "total" in facts and steps.get("HiGHS"):
            share = steps.get("certificate", 0.0) / steps["HiGHS"]
            row(f"{name}, {PERIODS[periods]} periods: certificate, of the solve", "under 0.05 ×", share, share < 0.05)
    for (route, periods), pair in made.items():
        ours, other = pair["ours"], pair["other"]
        least = 5 if route == "linopy" else 100
        what = f"{PERIODS[periods]} periods formulated, against {route}"
        ratio = other["seconds"] / ours["seconds"] if "seconds" in other and "seconds" in ours else None
        row(f"{what}: speed", f"{least} × as fast", ratio, ratio is not None and ratio >= least)
        mine, theirs = _growth(ours), _growth(other)
        memory = mine / theirs if mine is not None and theirs else None
        row(f"{what}: memory", "at most 0.5 ×", memory, memory is not None and memory <= 0.5)
    for name, facts in changed.items():
        ratio = facts["fresh"] / facts["in place"] if facts.get("in place") else None
        row(f"{name}, 12 months: what-if in place, against a fresh model", "20 ×", ratio, (ratio or 0) >= 20)
    day = answers.get(("bundled", "day"), {})
    if day:
        peak, gap = day.get("peak"), day.get("gap")
        verdict = UNKNOWN if peak is None else "reached" if peak < 4096 else "not reached"
        rows.append(["bundled, 365 periods: peak memory", "under 4,096 MB", peak, verdict])
        verdict = "not reached" if gap is None else "reached" if abs(gap) <= 1e-4 else "not reached"
        rows.append(["bundled, 365 periods: certified gap", "1e-4", None if gap is None else f"{gap:.1e}", verdict])
    return table(["what", "asked", "measured", "verdict"], rows)


def main() -> None:
    """Measure, and rewrite the tables of the page; or with --quick print them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="some of it, each once, printed and not written")
    parser.add_argument("--no-days", action="store_true", help="all but the years by days, which take most of the time")
    given = parser.parse_args()
    quick = given.quick
    start, budget = perf_counter(), Budget(WHOLE_RUN)

    def tell(name: str, text: str) -> None:
        if quick:
            print(f"{text}\n", flush=True)
        else:
            PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")

    made = formulations(quick, budget)
    text = formulation_table(made)
    missing = any("missing" in pair["other"] for pair in made.values())
    tell("formulation", f"{text}\n\n{LINOPY_MISSING}." if missing else text)
    tell("year", table(year.HEAD, year.rows(quick)))
    changed: dict[str, Facts] = {}
    if not quick:
        changed = {name: measured("what_if", name) for name in ("bundled", "synthetic")}
        tell("what-if", what_if_table(changed))
        without = ["", *map(str, range(len(REDUCTIONS))), "012"]
        reduced = {each: measured("reduced", each, limit=budget.limit(REDUCED_LIMIT)) for each in without}
        reduced["default"] = measured("default", "month", limit=budget.limit(LIMIT))
        tell("reductions", reduction_table(reduced))
    answers = answers_of(quick, not given.no_days, budget)
    tell("answers", answer_tables(answers))
    tell("asked", asked_table(answers, made, changed))
    tell("machine", f"{machine()}; measured in {(perf_counter() - start) / 60:.0f} minutes.")


if __name__ == "__main__":
    main()

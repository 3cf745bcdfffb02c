"""The question of an expansion read from its words: years, goal, targets, budgets, grants; all faults at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from corridor.model.boxes import boxes_per_t
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
from corridor.model.market import RATES
from corridor.model.operators import UNKNOWN, earners
from corridor.model.result.expansion import GOALS
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.expand_plan import Terms
from corridor.optimize.studies.expand_worth import ALL, SHIPPERS

SPAN, LEARN = 10, 3
"""Years of an expansion, and those before the path is known, where none are given."""
FARTHEST = 40
"""Years: upper limit of an expansion."""
TARGET = re.compile(r"(?P<amount>[0-9.]+(?:[eE][+]?[0-9]+)?)(?P<unit>t|kt|Mt|TEU|kTEU)?@(?P<year>[0-9]{4})")
SCALE = {"": 1.0, "t": 1.0, "kt": 1e3, "Mt": 1e6, "TEU": 1.0, "kTEU": 1e3}
"""Tonnes, or boxes, of a unit that a target may have."""
BUDGET = re.compile(r"(?P<payer>[^@=]*?)(?:@(?P<year>[0-9]{4}))?(?:=)?(?P<usd>[0-9.]+(?:[eE][+]?[0-9]+)?)")
GRANT = re.compile(r"(?P<project>[a-z][a-z0-9_]*)=(?P<share>[0-9.]+)(?:@(?P<year>[0-9]{4}))?")


def terms_of(
    setting: Setting,
    first: int | None,
    last: int | None,
    goal: str,
    whom: str,
    target: Iterable[str],
    budget: Iterable[str],
    grant: Iterable[str],
    paths: str,
    known: int | None,
    discount: float,
) -> Terms:
    """The terms of a question; raises CaseError with every fault of it."""
    case, faults = setting.case, list[Fault]()
    start = case.base_year + 1 if first is None else first
    end = start + SPAN - 1 if last is None else last
    if not case.base_year <= start <= end < start + FARTHEST:
        reason = f"{start} to {end} are no years of expansion; begin in {case.base_year}, the base year, or later, "
        faults.append(Fault("C251", "--from", reason + f"and end within {FARTHEST} years"))
        end = start
    learnt = min(start + LEARN, end + 1) if known is None else known
    if not start <= learnt <= end + 1:
        reason = f"{known} is no year in which the path can be known; give one from {start} to {end + 1} (never)"
        faults.append(Fault("C251", "--known", reason))
    if goal not in GOALS:
        faults.append(Fault("C251", "--goal", say("{goal} is no goal; {hint}", goal=goal, hint=nearest(goal, GOALS))))
    homes = sorted({country for earner in earners(case).values() for country in earner.countries} - {UNKNOWN})
    if whom not in (known_to := [ALL, SHIPPERS, *homes]):
        faults.append(Fault("C251", "--for", f"{whom} earns nothing here; {nearest(whom, known_to)}"))
    named = tuple(dict.fromkeys(part.strip() for part in paths.split(",")))
    faults += [
        Fault("C251", "--paths", f"{name} is no path of growth; {nearest(name, RATES)}")
        for name in named
        if name not in RATES
    ]
    if not (math.isfinite(discount) and 0 <= discount < 1):
        faults.append(Fault("C251", "--discount", f"{discount:g} is no rate a year; give one from 0 to below 1"))
    if not case.rows("project"):
        faults.append(Fault("C194", "project.csv", "the case has no projects; add some, each with its cost"))
    targets, units = dict[int, float](), set[bool]()
    for words in target:
        match = TARGET.fullmatch(words.strip())
        if match is None or not _number(match["amount"]) > 0:
            reason = say("{words} is no target; write an amount@year, as 10e6@2028 or 300kTEU@2030", words=words)
            faults.append(Fault("C252", "--target", reason))
        else:
            units.add((match["unit"] or "").endswith("TEU"))
            targets[int(match["year"])] = _number(match["amount"]) * SCALE[match["unit"] or ""]
    if len(units) > 1:
        reason = say("targets are of tonnes and of boxes; give all of them in one of both")
        faults.append(Fault("C317", "--target", reason))
    boxes = units == {True}
    if boxes and not any(boxes_per_t(case).values()):
        faults.append(Fault("C317", "--target", say("no cargo of the case rides in boxes; give tonnes")))
    if (goal == "target") != bool(targets):
        reason = "a target and --goal target go together; give both, or none"
        faults.append(Fault("C252", "--target", reason))
    budgets: dict[tuple[str | None, int | None], float] = {}
    payers = {str(row.payer) for table in ("project", "funding") for row in case.rows(table) if row.payer}
    for words in budget:
        match = BUDGET.fullmatch(words.strip())
        if match is None or not _number(match["usd"]) >= 0:
            reason = f"{words} is no budget; write 500e6, KZ=200e6, @2027=50e6 or KZ@2027=50e6"
            faults.append(Fault("C252", "--budget", reason))
        elif match["payer"] and match["payer"] not in payers:
            reason = f"{match['payer']} pays for no project; {nearest(match['payer'], sorted(payers))}"
            faults.append(Fault("C252", "--budget", reason))
        else:
            year = int(match["year"]) if match["year"] else None
            budgets[match["payer"] or None, year] = _number(match["usd"])
    grants: list[tuple[str, float, int | None]] = []
    projects = [row.project_id for row in case.rows("project")]
    for words in grant:
        match = GRANT.fullmatch(words.strip())
        if match is None or not 0 < _number(match["share"]) <= 1:
            reason = f"{words} is no grant; write project=share, as aktau_hub=0.5, or aktau_hub=0.5@2028 from a year on"
            faults.append(Fault("C252", "--grant", reason))
        elif match["project"] not in projects:
            reason = f"{match['project']} is no row of project; {nearest(match['project'], projects)}"
            faults.append(Fault("C252", "--grant", reason))
        else:
            grants.append((match["project"], float(match["share"]), int(match["year"]) if match["year"] else None))
    if faults:
        raise CaseError(faults, "the question")
    knows = None if learnt > end else learnt
    return Terms(
        range(start, end + 1),
        named,
        goal,
        whom,
        discount,
        knows,
        budgets=budgets,
        targets=targets,
        grants=grants,
        boxes=boxes,
    )


def _number(text: str) -> float:
    """A number in words; NaN for none."""
    try:
        return float(text)
    except ValueError:
        return math.nan

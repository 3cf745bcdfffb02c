"""Rules beyond the single cell: the faults and the warnings of a case, all at once."""

from __future__ import annotations

from collections.abc import Iterable

from corridor.data import (
    carbon_rules,
    doubts,
    evidence_rules,
    graph_rules,
    market_rules,
    row_rules,
    size_rules,
    year_rules,
)
from corridor.data.read import Reading
from corridor.data.view import Found, Rule, View
from corridor.model.case import Case
from corridor.model.faults import CaseError, CaseWarning, Fault

GRAPH = ("node", "link", "commodity", "packing", "mode", "tariff")
GRAPH_RULES: tuple[Rule, ...] = (
    graph_rules.ceilings,
    graph_rules.reachable,
    graph_rules.returns,
    graph_rules.rivals,
    graph_rules.paying_cycles,
)
RULES: tuple[tuple[Iterable[str], Rule], ...] = (
    ((), row_rules.references),
    ((), row_rules.kinds),
    ((), row_rules.single_rows),
    ((), row_rules.links),
    (("mode",), size_rules.lengths),
    (("resource",), size_rules.units),
    ((), row_rules.packings),
    ((), row_rules.factors),
    (("size", "loading", "packing", "commodity", "link"), row_rules.carriers),
    (("link", "unit", "commodity"), row_rules.uses),
    (("link",), row_rules.one_way),
    ((), row_rules.demands),
    (("gate", "link"), row_rules.gates),
    (("demand", "node", "resource"), row_rules.scopes),
    ((), row_rules.backgrounds),
    ((), row_rules.projects),
    ((), carbon_rules.trades),
    (("rival_leg",), carbon_rules.rivals),
    (("cbam",), carbon_rules.charged_goods),
    ((), market_rules.columns),
    ((), market_rules.demands),
    (("demand", "case", "market_step"), market_rules.potentials),
    (("market", "market_rival", "rival"), market_rules.rivals),
    (("market", "market_step"), market_rules.steps),
    ((), year_rules.calendars),
    ((), year_rules.closures),
    ((), year_rules.days),
    (("case",), year_rules.shapes),
    ((), year_rules.weather),
    ((), year_rules.stores),
    ((), year_rules.waits),
    (("draught",), year_rules.draughts),
    ((), evidence_rules.evidence),
    (("evidence",), evidence_rules.unproven),
    (("evidence", "source", "validation"), evidence_rules.figures),
    (("evidence", "source"), evidence_rules.formulas),
    (("commodity", "gate"), graph_rules.ceilings),
    ((*GRAPH, "gate"), graph_rules.reachable),
    (GRAPH, graph_rules.returns),
    (("link", "commodity", "packing", "tariff", "mode"), graph_rules.rivals),
    (("link", "commodity", "packing", "tariff", "mode"), graph_rules.paying_cycles),
)
"""Every rule, in order, after the tables that it has to know in full."""


DOUBTS: tuple[Rule, ...] = (
    doubts.your_numbers,
    doubts.kept_numbers,
    doubts.no_lengths,
    doubts.short_links,
    doubts.quay_links,
    doubts.spans,
    doubts.scenario_files,
)
"""Rules whose findings are warnings; they see sound cases only."""


def warnings_of(case: Case) -> tuple[CaseWarning, ...]:
    """Every warning of a case without faults, by code and then as the rows stand."""
    view = View(case)
    found = [
        CaseWarning(each.code, _place(case, each), each.message, each.remedy) for rule in DOUBTS for each in rule(view)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda warning: warning.code))


def faults_of(case: Case, reading: Reading | None = None) -> list[Fault]:
    """Every fault of a case, those of its cells (found in the ``reading``) first.

    Consequences of a fault are not reported:

    * A cell that could not be read is not judged further.
    * An id is not unknown if its table could not be read.
    * A way over a doubtful link counts as open.
    """
    view = View(case, reading.wrong, reading.partial) if reading else View(case)
    for table, row, _ in view.wrong:
        view.doubtful[table].add(row)
    faults = list(reading.faults) if reading else []
    for needs, rule in RULES:
        if any(table in view.partial for table in needs):
            continue
        found = [each for each in rule(view) if not any(cell in view.wrong for cell in each.cells)]
        if rule not in GRAPH_RULES and rule is not evidence_rules.unproven:
            for each in found:
                view.doubtful[each.table].add(each.row)
        faults += [Fault(each.code, _place(case, each), each.message) for each in found]
    return faults


def _place(case: Case, each: Found) -> str:
    """Place of a fault: the change that has set the cell, with its scenario, else line and column."""
    change = case.touched.get((each.table, each.row, each.column))
    files = [change.place] if change else list(dict.fromkeys(made.place.split(",")[0] for made in case.changes))
    stands = f"{each.table}.{each.row}.{each.column}" if change else case.place(each.table, each.row, each.column)
    return ", ".join([" and ".join(filter(None, files)), stands] if any(files) else [stands])


def checked(reading: Reading) -> Case:
    """The case that was read, or CaseError with all its faults."""
    faults = faults_of(reading.case, reading)
    if faults:
        raise CaseError(faults)
    return reading.case

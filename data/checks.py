"""Rules beyond the single cell: the faults and the warnings of a case, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corridor.data import (
    carbon_rules,
    doubts,
    evidence_rules,
    graph_rules,
    market_rules,
    pool_rules,
    risk_rules,
    row_rules,
    service_rules,
    size_rules,
    spending_rules,
    year_rules,
)
from corridor.data.read import Reading
from corridor.data.view import Found, Rule, View
from corridor.model.case import Case
from corridor.model.faults import CaseError, CaseWarning, Fault

GRAPH = ("node", "link", "commodity", "packing", "mode", "tariff")


class Check(NamedTuple):
    """One rule: its codes, the tables that it has to know in full, and a mark if its faults leave the row sound.

    A rule ``of_tables`` reads nothing but tables of the case by their names, no changes, stated cells or folder.
    """

    codes: str
    rule: Rule
    needs: tuple[str, ...] = ()
    spares_row: bool = False
    of_tables: bool = True

    def found(self, view: View) -> Sequence[Found]:
        """All that the rule finds; of a case of which nothing is known to be wrong yet, once for its tables."""
        if not self.of_tables or view.wrong or view.partial or any(view.doubtful.values()):
            return list(self.rule(view))
        return view.case.known(("rule", self.rule.__module__, self.rule.__name__), lambda: tuple(self.rule(view)))


CHECKS: tuple[Check, ...] = (
    Check("C007", row_rules.references),
    Check("C007", row_rules.kinds),
    Check("C030", row_rules.single_rows),
    Check("C031 C033", row_rules.links),
    Check("C160 C161", size_rules.lengths, needs=("mode",), of_tables=False),
    Check("C162", size_rules.units, needs=("resource",)),
    Check("C032", row_rules.packings),
    Check("C214", pool_rules.rides),
    Check("C215 C216", pool_rules.pools, needs=("unit", "link", "packing", "mode", "tariff", "commodity")),
    Check("C217", pool_rules.dwells, needs=("link", "packing", "mode", "tariff", "commodity")),
    Check("C035 C036", row_rules.factors),
    Check("C038", row_rules.carriers, needs=("size", "loading", "packing", "commodity", "link")),
    Check("C039", row_rules.uses, needs=("link", "unit", "commodity")),
    Check("C039", row_rules.one_way, needs=("link",)),
    Check("C034 C040 C043", row_rules.demands),
    Check("C041", row_rules.gates, needs=("gate", "link")),
    Check("C171 C172", row_rules.scopes, needs=("demand", "node", "resource")),
    Check("C037", row_rules.backgrounds),
    Check("C190 C191", row_rules.projects, of_tables=False),
    Check("C250", spending_rules.funding),
    Check("C315 C316", spending_rules.outlays, needs=("project",)),
    Check("C151 C152", carbon_rules.trades),
    Check("C153", carbon_rules.rivals, needs=("rival_leg",)),
    Check("C154", carbon_rules.charged_goods, needs=("cbam",)),
    Check("C200 C209 C210", market_rules.columns),
    Check("C201 C202", market_rules.demands),
    Check("C203", market_rules.potentials, needs=("demand", "case", "market_step"), of_tables=False),
    Check("C201 C204 C205 C206 C211", market_rules.rivals, needs=("market", "market_rival", "rival")),
    Check("C207 C208 C212", market_rules.steps, needs=("market", "market_step")),
    Check("C218", service_rules.ways, needs=("link",)),
    Check("C219", service_rules.units, needs=("link", "unit")),
    Check("C221", service_rules.windows),
    Check("C222", service_rules.once),
    Check("C310", service_rules.stands, needs=("link",)),
    Check("C260 C261 C267", risk_rules.hazards, needs=("resource", "link")),
    Check("C262 C263", risk_rules.listings, needs=("node", "resource", "operator")),
    Check("C264", risk_rules.remedies, needs=("project", "demand")),
    Check("C058 C059", year_rules.calendars),
    Check("C058", year_rules.closures),
    Check("C066", year_rules.days),
    Check("C065", year_rules.shapes, needs=("case",), of_tables=False),
    Check("C035", year_rules.weather),
    Check("C067", year_rules.stores),
    Check("C068", year_rules.waits),
    Check("C069", year_rules.draughts, needs=("draught",)),
    Check("C050 C051 C052 C053", evidence_rules.evidence, of_tables=False),
    Check("C054", evidence_rules.unproven, needs=("evidence",), spares_row=True, of_tables=False),
    Check("C055", evidence_rules.figures, needs=("evidence", "source", "validation"), of_tables=False),
    Check("C056", evidence_rules.formulas, needs=("evidence", "source"), of_tables=False),
    Check("C045", graph_rules.ceilings, needs=("commodity", "gate"), spares_row=True),
    Check("C042", graph_rules.reachable, needs=(*GRAPH, "gate"), spares_row=True),
    Check("C049", graph_rules.returns, needs=GRAPH, spares_row=True),
    Check("C044", graph_rules.rivals, needs=("link", "commodity", "packing", "tariff", "mode"), spares_row=True),
    Check("C046", graph_rules.paying_cycles, needs=("link", "commodity", "packing", "tariff", "mode"), spares_row=True),
)
"""Every rule, in order."""


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
    for check in CHECKS:
        if any(table in view.partial for table in check.needs):
            continue
        found = [each for each in check.found(view) if not any(cell in view.wrong for cell in each.cells)]
        if not check.spares_row:
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

"""Faults brought about one by one: edits of the small case and the words of a command, by code.

Examples of the other codes are the messages that tests of the input expect; see :mod:`tests.faults_page`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.data.complete import COMPLETE, SCENARIO

CASE = {name: text for name, text in COMPLETE.items() if name not in ("evidence", "driver", "validation", "closure")}
"""The case that the examples spoil; its scenario is ``better``."""
FILES = {"scenario/better.yaml": SCENARIO}


@dataclass(frozen=True)
class Example:
    """One command on the case with some edits, further files by name, and a file of rules; ``bare``: without --case."""

    words: str
    edits: tuple[tuple[str, str, str], ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    rule: str = ""
    bare: bool = False


EVIDENCE = (
    ("", "evidence", COMPLETE["evidence"].replace(",900000,known", ",900000 +,known")),
    ("", "driver", COMPLETE["driver"]),
)
FREE = (
    *(("mode", usd, "0") for usd in ("0.01", "0.005", "0.05")),
    ("unit", "Hopper wagon,0.1", "Hopper wagon,0"),
    ("unit", "Flat wagon,0.1", "Flat wagon,0"),
    ("carrier", "500", "0"),
)
"""Edits that leave nothing to pay for operation."""
VALIDATION = (("", "validation", COMPLETE["validation"].replace("measure.handled.t,t", "measure.handeld.t,t")),)
"""Tables that the case of the examples does not have, with a wrong formula."""
RULE = """import pyomo.environ as pyo
def quota(model, corridor):
    tonnes = corridor.tonnes(link="railway")
    model.year.quota = pyo.Constraint(expr={})
"""
SWEEP = "sweep --over resource.line.capacity"
EXAMPLES: dict[str, Example] = {
    "C001": Example("check", (("node", CASE["node"], ""),)),
    "C260": Example("check", (("hazard", "resource,ships,5", "resource,boats,5"),)),
    "C261": Example("check", (("hazard", "link,crossing", "link,around"),)),
    "C262": Example("check", (("listing", "node,shore", "node,beach"),)),
    "C263": Example("check", (("listing", "2026-03-10", "2024-03-10"),)),
    "C264": Example("check", (("remedy", "stock,,7", "stock,,0"),)),
    "C265": Example("risk --listed March"),
    "C266": Example("risk --level 2"),
    "C267": Example("check", (("hazard", "11-01,03-31", "11-01,"),)),
    "C033": Example("check", (("link", "around,", "around_back,"),)),
    "C034": Example("check", (("gate", CASE["gate"], ""), ("link", "quay,1", "quay,0"))),
    "C213": Example("solve --study expected", (("link", "900000", "90"),)),
    "C214": Example("check", (("packing", "flat,1", "flat,"),)),
    "C215": Example("check", (("pool", "railway,,flat", "crossing,more,flat"),)),
    "C216": Example("check", (("pool", "0.9,10", "0.9,1000"),)),
    "C217": Example("check", (("dwell", "forward,flat", "forward,ship"),)),
    "C218": Example("check", (("service", "crossing railway", "railway crossing"),)),
    "C219": Example("check", (("service", "wagon,50", "wagon,"),)),
    "C220": Example(
        "timetable", tuple((name, CASE[name], "") for name in ("service", "service_link", "service_place"))
    ),
    "C221": Example("check", (("service_link", "0,4,24", "0,30,25"),)),
    "C311": Example("timetable --weight 0"),
    "C310": Example("check", (("service_link", "0,4,24,border,harbour,6,12", "0,4,24,border,,6,4"),)),
    "C222": Example("check", (("service_place", "", "again,harbour,0,2,0\n"),)),
    "C230": Example("timetable --read week.csv", files={"week.csv": "service,hour\ntrain,8\n"}),
    "C231": Example("timetable --read week.csv", files={"week.csv": "service,toward,hour\nGrain trian,plain,8\n"}),
    "C232": Example("timetable --read week.csv", files={"week.csv": "service,toward,clock\ntrain,plain,Tue 25:00\n"}),
    "C233": Example(
        "timetable --read week.csv",
        files={"week.csv": "service,toward,hour,trip,event\ntrain,harbour,8,1,departs\ntrain,harbour,9,1,departs\n"},
    ),
    "C234": Example("timetable --shift 6"),
    "C235": Example("timetable --promise 90"),
    "C236": Example("timetable --out week.zip", (("node", "51.15,43.6", ","),)),
    "C040": Example("check", (("demand", "grain,shore,plain", "grain,plain,plain"),)),
    "C047": Example(
        "solve",
        (
            ("resource", "900000,t,1000", "unlimited,t,0"),
            ("resource", "4,ships", "unlimited,ships"),
            ("pool", "railways,900", "railways,unlimited"),
            ("link", "900000", "unlimited"),
            ("link", "50000", "unlimited"),
            ("gate", "1000000", "unlimited"),
            ("segment", "600000", "unlimited"),
            ("store", "50000", "unlimited"),
        ),
    ),
    "C049": Example("check", (("link", "harbour,shore,0,sea", "harbour,shore,1,sea"),)),
    "C055": Example("check", (*EVIDENCE, ("source", "low,superseded,yearbook,newer", "low,superseded,,newer"))),
    "C070": Example("frontier line --of capabilty"),
    "C071": Example("waterfall", (("gate", "1000000", "unlimited"),)),
    "C073": Example("solve --periods fortnight"),
    "C075": Example(
        "foresight",
        (("demand", "200000,0", "0,0"), ("demand", "20000,1000", "0,0"), ("demand", "must,10000", "must,0")),
    ),
    "C080": Example("report --out /dev/null/folder"),
    "C083": Example("frontier line --out curve.pdf"),
    "C133": Example("compare base better --attribute --order 7"),
    "C350": Example("sweep --over resource.line.capacity=x1 --price lines"),
    "C141": Example("sweep --over link.railway.operator=x1"),
    "C142": Example(f"{SWEEP}=8..16 --design sobl --points 4"),
    "C143": Example(f"{SWEEP}=0:1000000:1"),
    "C144": Example(f"{SWEEP}=8,9 --points 4"),
    "C145": Example("frontier carrier.ship.port_h"),
    "C148": Example("sweep --design runs.csv", files={"runs.csv": "resource.line.capacity\n1,2\n"}),
    "C162": Example("check", (("resource", "900000,t", "900000,kt"),)),
    "C170": Example("solve --scope azeris"),
    "C171": Example("check", (("scope", "country in AZ", "cuontry in AZ"),)),
    "C172": Example("check", (("scope", "dry,", "all,"),)),
    "C173": Example("foresight --scope azeri"),
    "C176": Example("figure axes"),
    "C174": Example("band --keep --capacities --draws 2"),
    "C190": Example("check", (("project", "ships,1,", ",,"),)),
    "C191": Example("check", (("project", "link.railway.time_h=20", "link.railroad.time_h=20"),)),
    "C192": Example("projects --least 0"),
    "C193": Example("tariffs --subsidy -1"),
    "C194": Example(
        "projects",
        tuple((name, CASE[name], "") for name in ("project", "funding", "outlay", "remedy")),
    ),
    "C090": Example("solve", rule="x = 1\n"),
    "C091": Example("solve", rule="def quota(model, corridor):\n    1 / 0\n"),
    "C093": Example(
        "solve",
        rule="import pyomo.environ as pyo\ndef whole(model, corridor):\n    model.year.n = pyo.Var(within=pyo.Binary)\n"
        "    model.year.most = pyo.Constraint(expr=corridor.tonnes(link='railway') <= 9e5 * model.year.n)\n",
    ),
    "C094": Example("solve", rule=RULE.format("tonnes ** 2 <= 5e5")),
    "C095": Example("solve", rule=RULE.format("tonnes <= 5e5") + "\n" + RULE.format("tonnes <= 6e5")),
    "C096": Example("solve", rule="def quota(model, corridor):\n    pass\n"),
    "C097": Example(
        "solve",
        rule="import pyomo.environ as pyo\ndef free(model, corridor):\n    model.year.n = pyo.Var()\n"
        "    model.year.most = pyo.Constraint(expr=corridor.tonnes(link='railway') <= model.year.n)\n",
    ),
    "C098": Example(
        "solve",
        rule="import pyomo.environ as pyo\ndef aim(model, corridor):\n    model.year.aim = pyo.Objective(expr=0)\n",
    ),
    "C099": Example(
        "solve",
        rule="import pyomo.environ as pyo\ndef late(model, corridor):\n"
        "    model.period.most = pyo.Constraint(expr=model.year.level['harvest'] <= 9e5)\n",
    ),
    "C056": Example("evidence resource.line.capacity", EVIDENCE),
    "C057": Example("validate", VALIDATION),
    "C074": Example("solve --limits few"),
    "C076": Example(
        "frontier line",
        (("demand", "200000,0", "0,0"), ("demand", "20000,1000", "0,0"), ("demand", "must,10000", "must,0")),
    ),
    "C077": Example("explain line", (("store", "silo,", "line,"),)),
    "C078": Example("frontier --cost resource", FREE),
    "C250": Example("check", (("funding", "0.5,2026,2030\n", "0.5,2026,2030\nmore,ship,WB,loan,0.6,2027,\n"),)),
    "C315": Example("check", (("outlay", "ship,2,0.6", "ship,3,0.6"),)),
    "C316": Example("check", (("outlay", "ship,2,0.6", "ship,2,0.5"),)),
    "C317": Example("expand --goal target --target 300kTEU@2027"),
    "C318": Example(
        "projects --of expected",
        tuple((name, CASE[name], "") for name in ("market", "market_step", "market_rival", "rival", "rival_leg")),
    ),
    "C251": Example("expand --goal money", files={}),
    "C252": Example("expand --target soon", files={}),
    "C253": Example("expand", (("project", "90000000,2024,1,", "90000000,2024,100,"),)),
    "C079": Example(
        "frontier --cost resource",
        (
            ("segment", "600000", "240000"),
            ("demand", ",may,20000,1000", ",never,20000,0"),
            ("demand", "must,10000", "must,0"),
        ),
    ),
    "C082": Example("copy case"),
    "C084": Example("check --recalculate", bare=True),
    "C085": Example("report --pdf", (("node", "The harbour", "The harbour ⚓"),)),
    "C092": Example("solve", rule=RULE.format("corridor.tonnes(link='railwy') <= 5e5")),
    "C290": Example("check --case book.xlsx", files={"book.xlsx": "link_id,from_node_id,to_node_id"}, bare=True),
    "C295": Example("import net mine", files={"net/node.csv": "node_id\n1\n"}, bare=True),
    "C296": Example(
        "import net mine",
        files={"net/node.csv": "node_id\n1\n", "net/link.csv": "from_node_id,to_node_id,length\n1,2,far\n"},
        bare=True,
    ),
    "C130": Example("compare base"),
    "C131": Example("compare base base"),
    "C175": Example("growth --to 1900 --growth steep", files={}),
    "C134": Example("compare base better base better --attribute", files={}),
    "C140": Example("sweep"),
    "C146": Example("frontier line --from 9 --to 8"),
    "C149": Example("frontier"),
    "C271": Example(f"{SWEEP}=8,9 --runs /dev/null/runs"),
    "C272": Example("runs old", files={"old/run.json": "{"}, bare=True),
    "C273": Example(f"{SWEEP}=900000,950000 --cluster scheduler.json"),
    "C278": Example("runs", bare=True),
    "C160": Example("check", (("link", "rail,900,30", "rail,,30"),)),
    "C161": Example("check", (("link", "sea,450,24", "sea,45,24"),)),
}
NONE = {
    "C064": "Only of the Python interface: a case with a scenario given to validate.",
    "C155": "Only of the Python interface: the command refuses the option first.",
    "C081": "Only where the package is missing.",
    "C297": "Only of a network that export wrote, and of which one table was changed.",
    "C291": "Only of a workbook: a formula that no spreadsheet has computed.",
    "C292": "Only of a workbook: a cell that the spreadsheet shows as a date.",
    "C293": "Only of a workbook: a text on two lines of a cell.",
    "C294": "Only of a workbook: a sheet of places, links and demands without its headings.",
    "C150": "Only of the Python interface: an answer given with another case.",
    "C270": "Only of a folder that has runs of another question already.",
    "C274": "Only of a cluster with another version.",
    "C275": "Only of the Python interface: the command takes rules from files.",
    "C276": "Only where the package is missing.",
    "C277": 'Only of words in SQL, as in corridor runs "drop table runs".',
    "C163": "Only of numbers whose answer has no proof; the warning W008 comes before it.",
}
"""Codes that no command on the small case brings about, with the reason."""

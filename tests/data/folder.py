"""Folders of cases for tests: the example of docs/case-format.md, or a fuller one, with some tables changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from corridor.data.checks import checked, faults_of
from corridor.data.read import read
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from tests.data.format_page import EXAMPLE

FULL = EXAMPLE | {
    "unit": "unit_id,name\nwagon,Hopper wagon\n",
    "packing": """\
packing_id,commodity_id,mode_id,unit_id,payload_t
grain_rail,grain,rail,wagon,70
grain_sea,grain,sea,,
""",
    "resource": """\
resource_id,name,kind,capacity,unit,background,basis
line,The line to the harbour,line,600000,t,0,nominal
ships,Ships,ship,4,ships,0,net_of_weather
""",
    "carrier": "carrier_id,name,resource_id,port_h\nship,Ship,ships,48\n",
    "size": "size_id,carrier_id,dimension,amount\nship_t,ship,deadweight_t,5000\n",
    "loading": "loading_id,dimension,item_id,loaded\ngrain_t,deadweight_t,grain,1\n",
    "factor": "factor_id,resource_id,size_id,kind,value\nshallow,,ship_t,draught,0.9\nused,line,,practical_use,0.9\n",
    "link": """\
link_id,from_node_id,to_node_id,directed,mode_id,length_km,time_h,capacity_t_per_year,gate,carrier_id,tariff_usd_per_t
railway,plain,harbour,0,rail,500,20,unlimited,0,,12
crossing,harbour,shore,0,sea,450,24,900000,1,ship,9
""",
    "tariff": "tariff_id,link_id,direction,commodity_id,usd_per_t\nwestward,crossing,forward,grain,10\n",
    "segment": "segment_id,name,ceiling_t_per_year\nharvest,Harvest,unlimited\n",
    "demand": """\
demand_id,commodity_id,origin_id,destination_id,segment_id,gate,t_per_year
grain_out,grain,plain,shore,harvest,must,200000
""",
    "source": "source_id,item,title,url,confidence\nyearbook,Capacity of the line,Yearbook,https://example.org,high\n",
    "evidence": """\
evidence_id,table,row,column,low,high,source_id,confidence,basis,note
line_capacity,resource,line,capacity,500000,700000,yearbook,high,known,
""",
}
"""A case with every table, to spoil; its evidence covers one number only, so drop it or look away from C054."""

Edit = tuple[str, str, str]
"""A table, a text in it and another in its place; an empty text stands for the end of the file."""


def write(folder: Path, tables: Mapping[str, str | bytes], *edits: Edit) -> Path:
    """Write tables into the folder, made if need be, with some of their text replaced."""
    texts = dict(tables)
    for table, old, new in edits:
        text = texts[table]
        assert isinstance(text, str)
        assert old in text, f"{table} has no {old!r}"
        texts[table] = text.replace(old, new, 1) if old else text + new
    folder.mkdir(parents=True, exist_ok=True)
    for table, content in texts.items():
        raw = content if isinstance(content, bytes) else dedent(content).encode()
        (folder / f"{table}.csv").write_bytes(raw)
    return folder


def told(folder: Path) -> list[str]:
    """Every fault of the case in a folder, as a planner reads it."""
    try:
        reading = read(folder)
    except CaseError as error:
        return [str(fault) for fault in error.faults]
    return [str(fault) for fault in sorted_by_rule(faults_of(reading.case, reading))]


def sorted_by_rule(faults: list[Fault]) -> tuple[Fault, ...]:
    """Faults in the order in which they are printed."""
    return CaseError(faults).faults


def case_in(folder: Path) -> Case:
    """The case in a folder; raises CaseError."""
    return checked(read(folder))

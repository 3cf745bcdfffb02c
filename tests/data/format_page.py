"""The page on the case format, made from the schemas: ``python -m tests.data.format_page > docs/case-format.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from corridor.model.schema import COUNTRY_PATTERN, ENTERS, ID_PATTERN, Field, TableSchema, schemas

EXAMPLE = {
    "case": """\
case_id,name,base_year
two,Two links,2025
""",
    "gate": """\
gate_id,name,nameplate_t_per_year
port,The port,1000000
""",
    "node": """\
node_id,name
plain,The plain
harbour,The harbour
shore,The far shore
""",
    "commodity": """\
commodity_id,name
grain,Grain
""",
    "mode": """\
mode_id,name
rail,Railway
sea,Ship
""",
    "resource": """\
resource_id,name,kind,capacity,unit
line,The line to the harbour,line,600000,t
""",
    "link": """\
link_id,from_node_id,to_node_id,mode_id,length_km,time_h,capacity_t_per_year,kind,gate
railway,plain,harbour,rail,500,20,unlimited,line,0
crossing,harbour,shore,sea,450,24,900000,quay,1
""",
    "use": """\
use_id,resource_id,link_id,activity,amount
line_railway,line,railway,tonne,1
""",
    "demand": """\
demand_id,commodity_id,origin_id,destination_id,gate,t_per_year
grain_out,grain,plain,shore,must,400000
""",
}
"""A case of two links by table; the page shows it and the tests solve it."""

EXAMPLE_SCENARIO = """\
name: base_2022
note: The line was shorter of paths, and the harvest poor.
changes:
  - {set: case.two.base_year, value: 2022}
  - {set: demand.grain_out.t_per_year, value: 300000}
"""

INTRODUCTION = f"""\
# The case format

<!-- Made by `make docs` from model/schema/*.json and tests/data/format_page.py; change those. -->

A **case** is a folder of tables that describes one corridor at one date. Each table is a CSV file named after what
one row of it is: `link.csv` holds links. Give the folder to any command by `--case FOLDER`; `corridor check --case
FOLDER` reads every table and tells all faults at once.

* **Files** are UTF-8 (a byte order mark is fine) with commas between cells; a text that holds a comma stands in double
  quotes. The first line names the columns, in any order; columns that are not required may be left out, others than
  those below may not be added. Blank lines are skipped. A table has at most 50 MB.
* **Ids** begin with a small letter and go on with small letters, digits and `_`. The first column of every table is
  its id, unlike any other in that table; other tables, `--set` and scenario files refer to rows by it. Rows of two
  tables may have one id. An answer then calls one of these limits after its table: `link.railway` beside `railway`.
* **Numbers** have a decimal point and no thousands separators: `1234567.5`, `6e5`. NaN and infinity are refused. Where
  there is no limit, and where the column allows it, write `unlimited`. No number is above 1e11 (1e13 for USD), no flow
  above 0 is below 0.001 t a year: such a number is in another unit.
* **Empty cells** take the default of the column, or say that there is nothing to give. A required cell is never empty.
* **Flags** are 1 for yes and 0 for no.
* **Texts** stand on one line, hold no control characters, and do not begin with `=`, `+`, `-` or `@`, which a
  spreadsheet would take for a formula.
* **Directions**: a link with `directed = 0` stands for both, each with the capacity that the row gives. The second
  direction is called by the link's id followed by `_back`, as in `railway_back`; no link's own id may end so. Uses and
  tariffs name a direction as `forward`, `back` or `both`.
* **Limits** are rows of the resource table, whose use by traffic the use table says, or the capacity of a link. A
  capacity of 0 closes. The amount of a use fits the unit of its resource: of a resource in kt a tonne takes 0.001.

**Faults** ([faults.md](faults.md)) stop a case, and all are reported at once. **Warnings** do not: `corridor check`
lists them, every verb prints at most ten, and its JSON has them all (`warnings`). Warnings are of links shorter than
the straight line between their places, of quay links that use no quay of their port, of files that are no scenario,
and of numbers of your own in a copy.

## A copy to edit

`corridor copy FOLDER` writes the bundled case (or the one of `--case`) into a new folder; give that folder to any verb
by `--case FOLDER`. A number that you change there is a warning ("your number, without a source"), until its row of
`evidence.csv` is changed as well. Numbers that a formula derives from it are kept and listed; `corridor check --case
FOLDER --recalculate` writes them anew. `copied.json` holds the numbers as they were copied.

## Changes and scenarios

A change sets one cell: `corridor solve --set resource.line.capacity=800000`, with table, row id and column before the
`=` and after it what would stand in the cell. Other changes add, scale, close, open and build, in many rows at once
([scenario files](scenario-files.md)). Ids cannot be changed. Later changes start from what earlier ones have left.

A scenario is a file of named changes in the folder `scenario/` of the case. `--scenario NAME` makes them, and
`--year 2022` is the scenario `scenario/base_2022.yaml`:

```yaml
{EXAMPLE_SCENARIO}```

## An example of two links

Grain comes by rail from the plain to the harbour, and by ship to the far shore. The ships can take 900 000 t, the line
600 000 t a year; 400 000 t came in 2025. These are all the tables:
"""

OUTRO = """\
`corridor solve --case FOLDER` answers: 400 000 t were handled, 600 000 t fit, and the first limit is the line to the
harbour.

## The tables

A case must have the tables marked **required**; the others it may leave out.

The last column of each table is the part of the linear program that its numbers enter. A change of **right-hand sides**
or **coefficients** is taken in place, run after run; **costs** move no measure of throughput; after a change of **rows
and columns** the program is built anew; **no part** changes nothing that is optimised. A calendar may vary the columns
that say so.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION]
    parts += [f"`{table}.csv`\n\n```csv\n{text}```\n" for table, text in EXAMPLE.items()]
    parts.append(OUTRO)
    parts.append("\n".join(_overview()) + "\n")
    parts += ["\n".join(_section(schema)) + "\n" for schema in schemas().values()]
    return "\n".join(parts)


def _overview() -> Iterator[str]:
    yield "| table | holds | |"
    yield "|---|---|---|"
    for schema in schemas().values():
        yield f"| [`{schema.name}`](#{schema.name}) | {schema.title} | {'required' if schema.required else ''} |"


def _section(schema: TableSchema) -> Iterator[str]:
    yield f"### {schema.name}"
    yield ""
    need = "**Required.**" if schema.required else "May be left out."
    yield f"**{schema.title}**: {_sentence(schema.meaning)} {need}"
    yield ""
    yield "| column | type | unit | values | if empty | refers to | meaning | enters |"
    yield "|---|---|---|---|---|---|---|---|"
    for each in schema.fields:
        cells = [
            f"`{each.name}`",
            type_of(each),
            each.unit,
            values_of(each),
            if_empty(each),
            _refers(each),
            each.meaning,
            enters(each),
        ]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def enters(column: Field) -> str:
    """The part of the linear program that the numbers of a column enter, in words."""
    parts = [ENTERS[column.enters]]
    parts += [f"{ENTERS[how]} where `{other}` is given" for other, how in column.enters_with.items()]
    parts += [f"{ENTERS[how]} in a case with the table `{other}`" for other, how in column.enters_beside.items()]
    parts += [f"{ENTERS[column.enters_timed]} in a year by periods"] if column.enters_timed else []
    return "; ".join([*parts, *(["varies within the year"] if column.varies else [])])


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def type_of(column: Field) -> str:
    """The type of a column in words."""
    if column.several:
        return "ids"
    if column.pattern == ID_PATTERN:
        return "id"
    if column.enum:
        return "word"
    return {"string": "text", "number": "number", "integer": "whole number", "boolean": "flag"}[column.type]


def values_of(column: Field) -> str:
    """The values that a column allows, where its type does not say it."""
    if column.enum:
        return ", ".join(f"`{each}`" for each in column.enum)
    if column.type == "boolean":
        return "`1`, `0`"
    if column.pattern == COUNTRY_PATTERN:
        return "two capital letters"
    return column.bounds() + (", or `unlimited`" if column.unlimited and column.bounds() else "") or (
        "any, or `unlimited`" if column.unlimited else ""
    )


def if_empty(column: Field) -> str:
    """The value of an empty cell."""
    if column.required:
        return "required"
    return f"`{column.default}`" if column.default else "nothing"


def _refers(column: Field) -> str:
    return " or ".join(f"[{table}](#{table})" for table in column.refers_to)


def main() -> None:
    """Print the page."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(page(), end="")


if __name__ == "__main__":
    main()

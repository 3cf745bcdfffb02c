"""Figures of the report alone: in a file, in a notebook, and the verb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.command import AsJson, CaseFolder, Scenarios, Sets, Year
from corridor.model.language import said, say
from corridor.shell import answering, app, loaded_case, print_json, watching

if TYPE_CHECKING:
    from corridor.model.case import Case
    from corridor.reports.out.alone import Picture

DRAWS = 500
"""Trials of a band that is not kept with the case."""


def figure(case: Case, name: str) -> Picture:
    """A figure of the report by name, for a file or a notebook.

    ``corridor figure`` lists the names. It has ``svg(width)``, ``png(width)``, ``pdf(width)``, ``to_csv()`` of its
    numbers, and ``save(path, width, numbers=True)``, which takes the kind of file from the end of the path. Studies
    that the figure needs are those kept with the case, else they are computed. Raises CaseError for an unknown name,
    or where the case has no such figure, and the errors of the studies.
    """
    import corridor
    from corridor.data.keep import kept
    from corridor.model.faults import CaseError, Fault, nearest
    from corridor.reports.out.alone import Picture
    from corridor.reports.say.figures import DRAWINGS, drawing

    if name not in DRAWINGS:
        reason = say("is no figure of the report; {nearest}", nearest=nearest(name, list(DRAWINGS)))
        raise CaseError([Fault("C176", name, reason)], "the question")
    known: dict[str, Any] = {}

    def ask(verb: str) -> Any:
        if verb not in known:
            known[verb] = kept(case, verb) if verb in KEPT else None
        if known[verb] is None:
            more = {"draws": DRAWS} if verb == "band" else {"periods": "month"} if verb == "year" else {}
            known[verb] = getattr(corridor, "solve" if verb == "year" else verb)(case, **more)
        return known[verb]

    drawn = drawing(name, ask)
    if drawn is None:
        reason = say(
            "this case has nothing for it: {question} is not known of it",
            question=said(DRAWINGS[name].question).lower().rstrip("?"),
        )
        raise CaseError([Fault("C176", name, reason)], "the question")
    return Picture(case, name, DRAWINGS[name].question, drawn)


KEPT = ("projects", "levers", "library", "growth", "band")
"""Studies whose results may be kept with a case."""


@app.command("figure")
def _figure(
    name: Annotated[str | None, typer.Argument(help="Name of the figure; all names if left out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write: .svg, .png or .pdf.")] = None,
    numbers: Annotated[bool, typer.Option("--numbers", help="Write the numbers as CSV beside it.")] = False,
    width: Annotated[int, typer.Option("--width", help="Px that it is drawn at.", min=320, max=4000)] = 1000,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Draw one figure of the report as SVG, PNG or PDF; without a name, list them."""
    with answering(as_json), watching(say("drawing the figure")):
        from corridor.reports.out.alone import check_path
        from corridor.reports.say.figures import DRAWINGS

        if name is None:
            listed = [{"name": each, "question": drawing.question} for each, drawing in DRAWINGS.items()]
        else:
            check_path(out or Path(f"{name}.svg"))
            made = figure(loaded_case(case, year, sets, scenario), name)
            written = made.save(out or Path(f"{name}.svg"), width, numbers=numbers)
    if name is None:
        if as_json:
            print_json({"schema": 1, "rows": listed})
            return
        from corridor.reports.blocks import Column, Table
        from corridor.reports.out.terminal import print_blocks

        columns = (Column("Figure"), Column("The question that it answers", wide=3))
        print_blocks([Table(columns, tuple((each["name"], each["question"]) for each in listed))])
        return
    if as_json:
        body = {"schema": 1, "case": made.case.name, "scenario": made.case.scenario, "name": name}
        print_json({**body, "title": made.title, "files": [str(each) for each in written]})
        return
    print(made.title)
    print(say("Written: {out}", out=", ".join(map(str, written))))

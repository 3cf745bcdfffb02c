"""The verb ``scenarios``: which scenarios a case has, and what one of them changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.command import SCHEMA, AsJson, CaseFolder, answering, app, loaded_case, print_json, progress

if TYPE_CHECKING:
    from corridor.data.scenario import Scenario


@app.command()
def scenarios(
    name: Annotated[str | None, typer.Argument(help="One of them, or a file: what it changes, in words.")] = None,
    case: CaseFolder = None,
    as_json: AsJson = False,
) -> None:
    """The scenarios of the case, or what one of them changes and on what ground."""
    with answering(as_json), progress("reading the scenarios"):
        from corridor.loading import scenarios as scenarios_of
        from corridor.loading import with_scenarios

        loaded = loaded_case(case, None, None)
        if name is None:
            found = scenarios_of(case)
        else:
            from pathlib import Path

            from corridor.data.scenario import read_scenario

            one = read_scenario(Path(loaded.home), name)
            with_scenarios(loaded, [one])  # so that what is shown can be asked for
            found = list(one.whole)
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": name or "base", "status": "sound"}
        print_json({**body, "rows": [_record(each, name is not None) for each in found]})
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.scenarios import changes_page, page

    if name is None:
        listed = [(each.name, each.note, _bases(each), len(each.changes)) for each in found]
        print_blocks(page(loaded.title, listed))
    else:
        print_blocks(changes_page([(each.name, each.note, each.changes) for each in found]))


def _bases(scenario: Scenario) -> list[str]:
    return [each.name for each in scenario.base]


def _record(scenario: Scenario, whole: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"name": scenario.name, "note": scenario.note, "base": _bases(scenario)}
    row["changes"] = len(scenario.changes)
    if whole:
        row["made"] = [
            {"words": each.words, "source": each.source.split(), "why": each.why} for each in scenario.changes
        ]
    return row

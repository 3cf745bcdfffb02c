"""The panel of a report: the block that solves the year again, and its presets as a table without scripts."""

from __future__ import annotations

from corridor.model.language import marked, say
from corridor.model.result.panel import Panel, Preset
from corridor.reports.blocks import Block, Column, Live, Note, Table
from corridor.reports.numbers import rounded

TITLE = marked("Move a lever, and the year is solved again")


def page(panel: Panel, *, short: bool = False) -> list[Block]:
    """The panel, or the reason for which a page has none."""
    if panel.reason:
        return [] if short else [Note(say("The page does not solve this case again: {reason}.", reason=panel.reason))]
    return [Live(panel, say(TITLE), _instead(panel))]


def _instead(panel: Panel) -> Table:
    """The presets with the answers that Python gave."""
    measures = (say("Used"), say("Comes"), say("Fits if all grow alike"), say("Fits if each grows"))
    columns = (
        Column(say("Scenario"), wide=2),
        *(Column(title, say("Mt"), right=True) for title in measures),
        Column(say("Runs out first"), wide=1),
    )
    return Table(columns, tuple(_row(preset) for preset in panel.presets))


def _row(preset: Preset) -> tuple[str, ...]:
    answer = preset.answer
    amounts = (answer.get(name) for name in ("used", "comes", "alike", "each"))
    shown = ("–" if tonnes is None else rounded(tonnes) for tonnes in amounts)
    return (preset.title, *shown, say(" and ").join(answer["first"]) or say("nothing"))

"""The page of an attribution: the difference between two scenarios, shared out among their changes."""

from __future__ import annotations

from corridor.model.language import Words, numeral, said, say
from corridor.model.result.comparison import Attribution
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Note, Table, lead
from corridor.reports.charts.bars import GAIN, LOSS, RESULT, TOTAL, Step, bars_block
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import MEASURES, capital, floor_note, mega, millions, signed

METHODS = Words(
    {
        "exact": "Shapley value over all {runs} subsets of the changes",
        "sampled": "mean over {samples} random orders (seed {seed}), with its standard error",
        "order": "in the order asked for",
    }
)


def page(result: Attribution, *, short: bool = False) -> list[Block]:
    """The measure in both scenarios, and the share of every change."""
    bars = bars_block(_steps(result), say("The share of each change in it"), _axis(result))
    return [
        lead([attribution_sentence(result)]),
        *bars,
        _shares(result),
        *([Note(floor_note(result.floor_t, result.unit))] if result.floor_t else []),
    ]


def _axis(result: Attribution) -> str:
    return say("million USD a year") if result.unit.startswith("USD") else say("Mt a year")


def attribution_sentence(result: Attribution) -> str:
    """The measure in both scenarios, and the difference."""
    unit = say("million {unit}", unit=said(result.unit)) if result.unit.startswith("USD") else mega(result.unit)
    name = MEASURES[result.of][0] if result.of in MEASURES else say(result.of.replace("_", " "))
    return say(
        "{name}, {unit}: {a} {start}, {b} {end}, difference {difference}.",
        name=capital(name),
        unit=unit,
        a=result.a,
        start=millions(result.start),
        b=result.b,
        end=millions(result.end),
        difference=signed(result.difference, 2),
    )


def _steps(result: Attribution) -> list[Step]:
    steps = [Step(result.a, 0.0, result.start, TOTAL, millions(result.start), total=True)]
    for row in rows(result.changes):
        here = steps[-1].end_t
        steps.append(Step(row.words, here, here + row.share, GAIN if row.share >= 0 else LOSS, signed(row.share)))
    return [*steps, Step(result.b, 0.0, result.end, RESULT, millions(result.end), total=True)]


def _shares(result: Attribution) -> Table:
    sampled, chained = result.method == "sampled", result.method == "order"
    unit = say("million USD") if result.unit.startswith("USD") else say("Mt")
    how = METHODS[result.method].format(runs=result.runs, samples=result.samples, seed=result.seed)
    return table(
        rows(result.changes),
        number("", "changes"),
        words(say("Change"), "words", wide=3),
        number(say("Share"), lambda row: signed(row.share, 3), unit),
        number("±", lambda row: numeral(row.error / 1e6, ".3f"), unit) if sampled else None,
        None if chained else number(say("Alone"), lambda row: signed(row.alone, 3), unit),
        None if chained else number(say("Lost without it"), lambda row: signed(row.last, 3), unit),
        last=("", say("Together"), signed(result.difference, 3), *[""] * (sampled + 2 * (not chained))),
        caption=say("The share of each change: {how}", how=how),
    )

"""The page of foresight: a year carried with its closures known in advance, and the same year without."""

from __future__ import annotations

from corridor.model.language import Words, plural, say
from corridor.model.result.foresight import Foresight
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Note, Table, lead
from corridor.reports.numbers import whole
from corridor.reports.say.columns import table, tonnes, words

NOTHING_T = 0.5
"""Tonnes: two years that differ by less are alike."""
STEPS = Words(
    {
        "year": "at once",
        "quarter": "quarter by quarter",
        "month": "month by month",
        "week": "week by week",
        "day": "day by day",
    }
)
"""Steps in which a year is met, by the name of its horizon."""
UNITS = Words({"year": "Years", "quarter": "Quarters", "month": "Months", "week": "Weeks", "day": "Days"})
"""Periods of a horizon at the head of a table."""
COARSE = 12
"""Periods of a year: with as many or fewer a forecast has no worth by construction."""


def page(result: Foresight, *, short: bool = False) -> list[Block]:
    """Both years in words, by market, and by the periods in which they differ."""
    proof = result.certificate.worst
    note = say(
        "The year with foresight is proved best to {proof:.0e}; the year without keeps to the"
        " capacity of its days to {rolling_residual:.0e}.",
        proof=proof,
        rolling_residual=result.rolling_residual,
    )
    return [lead(foresight_sentences(result)), _markets(result), *_periods(result), Note(note)]


def foresight_sentences(result: Foresight) -> list[str]:
    """Both years, the worth of a forecast or the ground why there is none, the queues, and the plan."""
    unknown = plural("one closure", "{n} closures", result.closures)
    sentences = [
        say(
            "With {unknown} known in advance the year carries {foresight_t} t; met {step}, {rolling_t} t.",
            unknown=unknown,
            foresight_t=whole(result.foresight_t),
            step=_step(result),
            rolling_t=whole(result.rolling_t),
        )
    ]
    if not result.closures:
        sentences.append(say("Every closure of this case is known in advance, so a forecast adds nothing."))
    elif result.worth_t >= NOTHING_T:
        share = say("{worth_share:.2g} % of the year", worth_share=100 * result.worth_share)
        sentences.append(
            say("A forecast would be worth {worth_t} t, {share}.", worth_t=whole(result.worth_t), share=share)
        )
    elif result.horizon.count <= COARSE:
        sentences.append(
            say(
                "By periods of a month or more a forecast is worth nothing by construction: the mean of a"
                " month is all that a period sees. Ask by weeks or days."
            )
        )
    else:
        sentences.append(say("A forecast is worth nothing here: cargo that a closure stops is made up for later."))
    most = result.most
    sentences.append(
        say(
            "At worst {waiting_foresight_t} t wait at their origins with foresight, {waiting_rolling_t} t without.",
            waiting_foresight_t=whole(most["waiting_foresight_t"]),
            waiting_rolling_t=whole(most["waiting_rolling_t"]),
        )
    )
    held = most["held_up_rolling_t"]
    if held > NOTHING_T:
        sentences.append(
            say("Without foresight up to {held} t are stopped on the way, where there is no store.", held=whole(held))
        )
    due = say("{due_t} t can arrive before an open year ends", due_t=whole(result.due_t))
    return [*sentences, say("The plan is {plan_t} t a year, of which {due}.", plan_t=whole(result.plan_t), due=due)]


def _markets(result: Foresight) -> Table:
    heads = {
        "plan_t": say("Plan"),
        "foresight_t": say("With foresight"),
        "rolling_t": say("Without"),
        "worth_t": say("Worth of it"),
    }
    heads |= {"waiting_foresight_t": say("Waits, with"), "waiting_rolling_t": say("Waits, without")}
    heads |= {"given_up_rolling_t": say("Given up, without")}
    columns = (tonnes(head, name) for name, head in heads.items())
    return table(rows(result.segments), words(say("Market"), "name", wide=3), *columns, caption=say("By market"))


def _periods(result: Foresight) -> list[Block]:
    frame = result.periods
    differ = frame[
        (frame["foresight_t"] - frame["rolling_t"]).abs().gt(NOTHING_T)
        | (frame["waiting_foresight_t"] - frame["waiting_rolling_t"]).abs().gt(NOTHING_T)
        | frame["held_up_rolling_t"].gt(NOTHING_T)
    ]
    if not len(differ):
        return []
    heads = {"foresight_t": say("Arrive, with foresight"), "rolling_t": say("Arrive, without")}
    heads |= {"waiting_foresight_t": say("Wait, with"), "waiting_rolling_t": say("Wait, without")}
    heads |= {"held_up_rolling_t": say("Stopped on the way, without")}
    columns = (tonnes(head, name) for name, head in heads.items())
    unit = UNITS.get(result.horizon.name) or say("Periods")
    caption = say("{unit} in which they differ", unit=unit)
    return [table(rows(differ), words(say("Period"), "label"), *columns, caption=caption, small=True)]


def _step(result: Foresight) -> str:
    name = result.horizon.name
    step = STEPS.get(name) or say("period by period")
    if result.step > 1:
        step = plural("{n} period at a time", "{n} periods at a time", result.step)
    if not result.ahead:
        return step
    return step + plural(", knowing one period ahead", ", knowing {n} periods ahead", result.ahead)

"""The page of foresight: a year carried with its closures known in advance, and the same year without."""

from __future__ import annotations

from corridor.model.result.foresight import Foresight
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Note, Table, lead
from corridor.reports.numbers import whole
from corridor.reports.say.columns import table, tonnes, words
from corridor.reports.say.words import capital

NOTHING_T = 0.5
"""Tonnes: two years that differ by less are alike."""
COARSE = 12
"""Periods of a year: with as many or fewer a forecast has no worth by construction."""


def page(result: Foresight, *, short: bool = False) -> list[Block]:
    """Both years in words, by market, and by the periods in which they differ."""
    proof = result.certificate.worst
    note = (
        f"The year with foresight is proved best to {proof:.0e}; the year without keeps to the capacity of its days to "
        f"{result.rolling_residual:.0e}."
    )
    return [lead(foresight_sentences(result)), _markets(result), *_periods(result), Note(note)]


def foresight_sentences(result: Foresight) -> list[str]:
    """Both years, the worth of a forecast or the ground why there is none, the queues, and the plan."""
    unknown = "one closure" if result.closures == 1 else f"{result.closures} closures"
    sentences = [
        f"With {unknown} known in advance the year carries {whole(result.foresight_t)} t; met {_step(result)}, "
        f"{whole(result.rolling_t)} t."
    ]
    if not result.closures:
        sentences.append("Every closure of this case is known in advance, so a forecast adds nothing.")
    elif result.worth_t >= NOTHING_T:
        share = f"{100 * result.worth_share:.2g} % of the year"
        sentences.append(f"A forecast would be worth {whole(result.worth_t)} t, {share}.")
    elif result.horizon.count <= COARSE:
        sentences.append(
            "By periods of a month or more a forecast is worth nothing by construction: the mean of a month is all "
            "that a period sees. Ask by weeks or days."
        )
    else:
        sentences.append("A forecast is worth nothing here: cargo that a closure stops is made up for later.")
    most = result.most
    sentences.append(
        f"At worst {whole(most['waiting_foresight_t'])} t wait at their origins with foresight, "
        f"{whole(most['waiting_rolling_t'])} t without."
    )
    held = most["held_up_rolling_t"]
    if held > NOTHING_T:
        sentences.append(f"Without foresight up to {whole(held)} t are stopped on the way, where there is no store.")
    due = f"{whole(result.due_t)} t can arrive before an open year ends"
    return [*sentences, f"The plan is {whole(result.plan_t)} t a year, of which {due}."]


def _markets(result: Foresight) -> Table:
    heads = {"plan_t": "Plan", "foresight_t": "With foresight", "rolling_t": "Without", "worth_t": "Worth of it"}
    heads |= {"waiting_foresight_t": "Waits, with", "waiting_rolling_t": "Waits, without"}
    heads |= {"given_up_rolling_t": "Given up, without"}
    columns = (tonnes(head, name) for name, head in heads.items())
    return table(rows(result.segments), words("Market", "name", wide=3), *columns, caption="By market")


def _periods(result: Foresight) -> list[Block]:
    frame = result.periods
    differ = frame[
        (frame["foresight_t"] - frame["rolling_t"]).abs().gt(NOTHING_T)
        | (frame["waiting_foresight_t"] - frame["waiting_rolling_t"]).abs().gt(NOTHING_T)
        | frame["held_up_rolling_t"].gt(NOTHING_T)
    ]
    if not len(differ):
        return []
    heads = {"foresight_t": "Arrive, with foresight", "rolling_t": "Arrive, without"}
    heads |= {"waiting_foresight_t": "Wait, with", "waiting_rolling_t": "Wait, without"}
    heads |= {"held_up_rolling_t": "Stopped on the way, without"}
    columns = (tonnes(head, name) for name, head in heads.items())
    unit = "Periods" if result.horizon.name.isdigit() else capital(f"{result.horizon.name}s")
    caption = f"{unit} in which they differ"
    return [table(rows(differ), words("Period", "label"), *columns, caption=caption, small=True)]


def _step(result: Foresight) -> str:
    name = result.horizon.name
    step = {"year": "at once", "day": "day by day"}.get(name, f"{name} by {name}")
    if name.isdigit():
        step = "period by period"
    if result.step > 1:
        step = f"{result.step} periods at a time"
    ahead = {0: "", 1: ", knowing one period ahead"}.get(result.ahead, f", knowing {result.ahead} periods ahead")
    return step + ahead

"""What the report says of how sure it is, and of how the model held against what happened."""

from __future__ import annotations

from corridor.model.result.band import Band
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.reports.blocks import Bar, Block, Column, Figure, Heading, Note, Paragraph, Strong, Table
from corridor.reports.charts.bands import band_figure, tornado_figure
from corridor.reports.say.band_words import (
    MOST_DRIVERS,
    Swing,
    band_sentences,
    drawn_said,
    firsts,
    possible_said,
    quantile_rows,
    r2_said,
    share_said,
    swings,
    to_measure,
    told,
    too_few_said,
)
from corridor.reports.say.ladder import PHONE
from corridor.reports.say.limits import name_of_kind
from corridor.reports.say.validation import page as validation_page
from corridor.reports.say.words import READER, SHORT, capital, millions

MOST_FIRSTS = 10


def sure(findings: Findings) -> list[Block]:
    """The band of the measures, what comes first how often, what drives the band and what to measure next."""
    return [] if findings.band is None else band_blocks(findings.band)


def page(result: Band, *, short: bool = False) -> list[Block]:
    """The page of the band."""
    return band_blocks(result)


def band_blocks(band: Band) -> list[Block]:
    """The same of a band alone."""
    lead, *rest = band_sentences(band)
    said: list[str | Strong] = [Strong(lead), *(f" {sentence}" for sentence in rest)]
    blocks: list[Block] = [
        Heading("How sure"),
        Paragraph(tuple(said)),
        Paragraph((f"{drawn_said(band)} {possible_said(band)}",)),
        *_bands(band),
        *_first(band),
    ]
    return blocks + (_driven(band) if told(band) else [Note(words) for words in [too_few_said(band)] if words])


def _bands(band: Band) -> list[Block]:
    lines = quantile_rows(band)
    if not lines:
        return []
    title = "From 5 to 95 per cent of the trials"
    alt = f"Ranges of the measures. {' '.join(band_sentences(band))} The table has the numbers."
    caption = (
        "Thick: trials in which the cargo of the base year fits. Thin: all trials. Figures: 5, 50 and 95 per cent."
        " The stated value need not lie in the middle: a trial is held by whichever limit it makes the lowest."
    )
    figure = Figure(
        draw=lambda width: band_figure(band, width=width, title=title, description=alt),
        title=title,
        caption=caption,
        alt=alt,
        narrowest=PHONE,
    )
    table = Table(
        (
            Column("Measure", wide=2),
            Column("Of", wide=1.4),
            Column("5 %", "Mt", right=True),
            Column("50 %", "Mt", right=True),
            Column("95 %", "Mt", right=True),
            Column("Stated", "Mt", right=True),
            Column("Draws above it", right=True),
        ),
        tuple(lines),
        small=True,
    )
    return [figure, table]


def _first(band: Band) -> list[Block]:
    frame = firsts(band).head(MOST_FIRSTS)
    if not len(frame):
        return []
    table = Table(
        (
            Column("Limit", wide=3),
            Column("Where"),
            Column("Possible trials", right=True),
            Column("All trials", right=True),
        ),
        tuple(
            (
                capital(str(row.name)),
                name_of_kind(str(row.kind)),
                share_said(row.share) if band.possible else "–",
                share_said(row.share_all),
            )
            for row in rows(frame)
        ),
        caption="What comes first, and how often",
        bars=tuple(Bar(min(1.0, float(row.share))) for row in rows(frame)),
        bar_title="Share of the possible trials",
    )
    return [table, Note("Limits that come first together count each.")]


def _driven(band: Band) -> list[Block]:
    found = {measure: swings(band, measure) for measure in ("capability", "concurrent")}
    shown = {measure: [each for each in those if each.moves][:MOST_DRIVERS] for measure, those in found.items()}
    span = max((_span(those) for those in shown.values() if those), default=0.0)
    blocks: list[Block] = [
        _tornado(measure, those, span, first=number == 0)
        for number, (measure, those) in enumerate((measure, those) for measure, those in shown.items() if those)
    ]
    blocks += _alone(band, found)
    words = r2_said(band)
    if words:
        blocks.append(Note(words))
    return blocks + _next(band)


def _span(found: list[Swing]) -> float:
    return max(each.ends[1] for each in found) - min(each.ends[0] for each in found)


def _tornado(measure: str, found: list[Swing], span: float, *, first: bool) -> Figure:
    name = f"“{READER[measure]}”"
    title = f"What one driver alone does to {name}"
    ends = found[0].ends
    alt = (
        f"Bar chart. {title}: most of all {found[0].name}, from {millions(ends[0])} to {millions(ends[1])} Mt."
        " The table has the numbers."
    )
    caption = (
        "Each driver at its 5 and its 95 per cent, all others as stated. Filled: all its numbers are sourced; hollow:"
        " all are assumed. Both figures have the same scale."
        if first
        else "Read as the figure before."
    )
    return Figure(
        draw=lambda width: tornado_figure(found, span, width=width, title=title, description=alt),
        title=title,
        caption=caption,
        alt=alt,
        narrowest=PHONE,
    )


def _alone(band: Band, found: dict[str, list[Swing]]) -> list[Block]:
    """The numbers of both tornados in one table, in the order of what to measure next."""
    by_name = {measure: {each.name: each for each in those} for measure, those in found.items()}
    names = [name for name in band.drivers["name"] if any(name in those for those in by_name.values())]
    if not names:
        return []
    lines = []
    for name in names:
        known = [by_name[measure].get(name) for measure in by_name]
        basis = next(each.basis for each in known if each is not None)
        lines.append((capital(str(name)), basis, *(cell for each in known for cell in _cells(each))))
    letters = [SHORT[measure] for measure in by_name]
    columns = [
        column
        for letter in letters
        for column in (
            Column(f"{letter}: low", "Mt", right=True),
            Column(f"{letter}: high", "Mt", right=True),
            Column(f"{letter}: share", right=True),
        )
    ]
    table = Table(
        (Column("Driver", wide=3), Column("Basis"), *columns),
        tuple(lines),
        caption="One driver alone",
        small=True,
    )
    return [table, Note("Low and high: the measure with the driver at its 5 and 95 per cent. Share: of its variance.")]


def _cells(swing: Swing | None) -> tuple[str, str, str]:
    if swing is None:
        return "–", "–", "–"
    return millions(swing.low_t), millions(swing.high_t), share_said(swing.share)


def _next(band: Band) -> list[Block]:
    lines = to_measure(band)
    if not lines:
        return []
    table = Table(
        (
            Column("", right=True),
            Column("Driver", wide=3),
            Column("Who could know it", wide=2.4),
            Column("Basis"),
            Column(f"{SHORT['capability']}: it alone", right=True),
            Column(f"{SHORT['capability']}: with all above", right=True),
            Column(f"{SHORT['concurrent']}: it alone", right=True),
            Column(f"{SHORT['concurrent']}: with all above", right=True),
        ),
        tuple(lines),
        caption="What to measure next: how much of the spread would vanish if it were known",
    )
    note = (
        "Spread: the standard deviation over the possible trials. With all above: at least so much would vanish if this"
        " driver and all those above it were known."
    )
    return [table, Note(note)]


def validated(findings: Findings) -> list[Block]:
    """The page of the validation; nothing where the case has no test."""
    frame = findings.validation
    return [] if frame is None or not len(frame) else validation_page(frame)

"""The page of a proof: the optimum, what was proved of it, and how far its numbers are from those solved."""

from __future__ import annotations

from corridor.model.language import say
from corridor.model.result.proof import Proof
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong, Table
from corridor.reports.numbers import whole


def page(proof: Proof, *, short: bool = False) -> list[Block]:
    """The value, the two distances and the size of the proof."""
    value = say("{value:,.3f} {unit}", value=proof.value, unit=proof.value_unit)
    first = say("Proved in fractions: no more than {value} is possible, and so much is.", value=value)
    if proof.value_unit == "USD/year":
        first = say("Proved in fractions: no less than {value} is possible, and so much is.", value=value)
    exact = proof.moved == 0.0
    second = say(" Point and prices are an exact vertex; no right-hand side and no cost was moved.")
    if not exact:
        second = say(
            " Right-hand sides and costs were moved by {moved:.1e} of their size at most: rounding, or the length of"
            " the fractions, leaves no exact vertex.",
            moved=proof.moved,
        )
    rows = (
        (say("Rows"), whole(proof.rows)),
        (say("Columns"), whole(proof.columns)),
        (say("Letters of the longest number"), whole(proof.digits)),
        (say("Greatest distance of a coefficient from the double solved"), f"{proof.read:.1e}"),
        (say("Greatest move of a right-hand side or cost"), f"{proof.moved:.1e}" if proof.moved else "0"),
        (say("Value by the solver, in doubles"), f"{proof.solved!r}"),
    )
    note = say("corridor prove --out proof.json writes the arrays; docs/examples/check_proof.py confirms them.")
    return [
        Heading(say("The optimum is proved")),
        Paragraph((Strong(first), second)),
        Table((Column(say("Of the proof"), wide=3), Column(say("Value"), right=True)), rows),
        Note(note),
    ]

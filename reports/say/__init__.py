"""Pages of studies: one file a study makes the blocks that terminal, HTML, PDF and notebook print."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from corridor.model.language import say
from corridor.reports.blocks import (
    Block,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Sources,
    Strong,
    Table,
    leaves,
    unfolded,
)

NAMED = 6
"""Tables of the whole page that the short one names."""


def blocks(result: Any, *, short: bool = False) -> list[Block]:
    """The blocks of a result, by the module that its ``page`` names: ``page(result, *, short)`` there.

    A short page has no folds.
    """
    module = import_module(f"corridor.reports.say.{result.page}")
    made: list[Block] = module.page(result, short=short)
    return unfolded(made) if short else made


def rest(result: Any) -> list[Block]:
    """A note on the tables of the whole page of a result that the short page leaves out or cuts; else nothing."""
    short = [block for block in leaves(blocks(result, short=True)) if isinstance(block, Table)]
    whole = [block for block in leaves(blocks(result)) if isinstance(block, Table)]
    return left_out(short, whole)


def left_out(short: Sequence[Table], whole: Sequence[Table]) -> list[Block]:
    """A note that names the tables of the whole page beside those of the short one; nothing where all are there."""
    rows = {table.caption: len(table.rows) for table in short}
    more = [table.caption for table in whole if table.caption and table.caption not in rows]
    cut = [table.caption for table in whole if table.caption and 0 < rows.get(table.caption, 0) < len(table.rows)]
    others = [say("{count} more tables", count=len(more) - NAMED)] if len(more) > NAMED + 1 else more[NAMED:]
    parts = ["; ".join([*more[:NAMED], *others])] if more else []
    parts += [say("all rows of: {cut}", cut="; ".join(cut))] if cut else []
    return [Note(say("With --all, too: {parts}.", parts="; ".join(parts)))] if parts else []


def document(results: Sequence[Any], title: str) -> Document:
    """The pages of results of one case, one after the other, as a document.

    Its title is the heading or the first finding of the first page; ``title`` where it has neither.
    """
    from corridor.reports.say.facts import facts_of, sources_of

    about, lead = results[0].case, ""
    state = say("as it stands") if about.scenario == "base" else say("scenario {scenario}", scenario=about.scenario)
    made = [block for result in results for block in blocks(result)]
    match made:
        case [Heading(text), *rest]:
            title, made = text, rest
        case [Paragraph((Strong(text), *words)), *rest] if all(isinstance(part, str) for part in words):
            title, lead, made = text, "".join(map(str, words)).strip(), rest
    subtitle = say(
        "{title} · base year {base_year} · {state}", title=about.title, base_year=about.base_year, state=state
    )
    cited = {each for block in leaves(made) if isinstance(block, Figure) for each in block.sources}
    listed = sources_of(about, cited)
    name, annex = f"{about.title} {about.base_year}", (Heading(say("Sources")), Sources(listed)) if listed else ()
    return Document(name, title, subtitle, lead, tuple(made), facts=facts_of(about), annex=annex)

"""The pages of the scenarios of a case: all of them in short, and the changes of one."""

from __future__ import annotations

from collections.abc import Sequence

from corridor.model.change.changes import Change
from corridor.model.language import plural, say
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong, Table


def page(title: str, listed: Sequence[tuple[str, str, Sequence[str], int]]) -> list[Block]:
    """Scenario by scenario: name, number of its own changes, the scenarios it is based on, and its note."""
    if not listed:
        return [Paragraph((say("{title} has no scenarios; write one into its folder scenario/.", title=title),))]
    blocks: list[Block] = [Heading(say("{title}, its {count} scenarios", title=title, count=len(listed)))]
    for name, note, bases, changes in listed:
        words = [plural("{n} change", "{n} changes", changes)] if changes or not bases else []
        words += [say("on {bases}", bases=", ".join(bases))] if bases else []
        blocks.append(Paragraph((Strong(name), f" ({' '.join(words)}): {' '.join(note.split())}")))
    return [*blocks, Note(say("corridor scenarios NAME shows the changes of one; any verb takes --scenario NAME."))]


def changes_page(listed: Sequence[tuple[str, str, Sequence[Change]]]) -> list[Block]:
    """The changes of a scenario and before them those that it is based on, in words, with sources and reasons."""
    blocks: list[Block] = []
    for name, note, changes in listed:
        blocks.append(Paragraph((Strong(name), f": {' '.join(note.split())}" if note else "")))
        if changes:
            columns = (
                Column("", right=True),
                Column(say("Change"), wide=3),
                Column(say("Source")),
                Column(say("Why"), wide=3),
            )
            body = ((str(n), each.words, each.source, each.why) for n, each in enumerate(changes, 1))
            blocks.append(Table(columns, tuple(body)))
    return blocks

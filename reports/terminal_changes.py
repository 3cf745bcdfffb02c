"""The scenarios of a case, and the changes of one, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from corridor.model.change.changes import Change
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong
from corridor.reports.blocks import Table as Grid
from corridor.reports.out.terminal import print_blocks


def print_scenarios(title: str, listed: Sequence[tuple[str, str, Sequence[str], int]]) -> None:
    """Scenario by scenario: name, number of its own changes, the scenarios it is based on, and its note."""
    if not listed:
        print_blocks([Paragraph((f"{title} has no scenarios; write one into its folder scenario/.",))])
        return
    blocks: list[Block] = [Heading(f"{title}, its {len(listed)} scenarios")]
    for name, note, bases, changes in listed:
        made = ["1 change" if changes == 1 else f"{changes} changes"] if changes or not bases else []
        made += [f"on {', '.join(bases)}"] if bases else []
        blocks.append(Paragraph((Strong(name), f" ({' '.join(made)}): {' '.join(note.split())}")))
    blocks.append(Note("corridor scenarios NAME shows the changes of one; any verb takes --scenario NAME."))
    print_blocks(blocks)


def print_changes(listed: Sequence[tuple[str, str, Sequence[Change]]]) -> None:
    """The changes of a scenario and before them those that it is based on, in words, with sources and reasons."""
    blocks: list[Block] = []
    for name, note, changes in listed:
        blocks.append(Paragraph((Strong(name), f": {' '.join(note.split())}" if note else "")))
        if changes:
            columns = (Column("", right=True), Column("Change", wide=3), Column("Source"), Column("Why", wide=3))
            body = ((str(n), each.words, each.source, each.why) for n, each in enumerate(changes, 1))
            blocks.append(Grid(columns, tuple(body)))
    print_blocks(blocks)

"""The scenarios of a case, and the changes of one, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corridor.model.changes import Change

PIPED_WIDTH = 160


def print_scenarios(title: str, listed: Sequence[tuple[str, str, Sequence[str], int]]) -> None:
    """One row a scenario: name, note, the names of those that it is based on, and how many changes it makes itself."""
    console = _console()
    if not listed:
        console.print(f"{escape(title)} has no scenarios; write one into its folder scenario/.")
        return
    console.print(f"[bold]{escape(title)}, its {len(listed)} scenarios[/bold]")
    console.print()
    table = Table("scenario", "changes", "based on", "what it asks", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    table.columns[1].justify = "right"
    for name, note, bases, changes in listed:
        table.add_row(escape(name), str(changes), escape(", ".join(bases)), escape(" ".join(note.split())))
    console.print(table)
    console.print()
    console.print("corridor scenarios NAME shows the changes of one; any verb takes --scenario NAME.")


def print_changes(listed: Sequence[tuple[str, str, Sequence[Change]]]) -> None:
    """The changes of a scenario and before them those that it is based on, in words, with sources and reasons."""
    console = _console()
    for number, (name, note, changes) in enumerate(listed):
        if number:
            console.print()
        console.print(f"[bold]{escape(name)}[/bold]" + (f": {escape(' '.join(note.split()))}" if note else ""))
        table = Table("", "change", "source", "why", box=None, pad_edge=False)
        table.columns[0].justify = "right"
        for place, change in enumerate(changes, 1):
            table.add_row(str(place), escape(change.words), escape(change.source), escape(change.why))
        if changes:
            console.print(table)


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console

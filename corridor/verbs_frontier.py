"""The verbs ``sweep`` and ``frontier``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from corridor.command import (
    ALL,
    AsJson,
    CaseFolder,
    NoScope,
    Scenarios,
    Sets,
    Year,
    answering,
    app,
    loaded_case,
    print_json,
    progress,
)


@app.command()
def sweep(
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="TABLE.ROW.COLUMN=VALUES",
            help="What is swept: 8:16:2, or 8,10,12, or x0.8,x1,x1.2, or a range 8..16 for a design; may be repeated.",
        ),
    ] = None,
    design: Annotated[
        str, typer.Option("--design", help="grid, latin, sobol, or a CSV file whose columns are table.row.column.")
    ] = "grid",
    points: Annotated[int | None, typer.Option("--points", help="Runs of latin and sobol.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of latin and sobol.")] = 1,
    own_floor: Annotated[bool, typer.Option("--own-floor", help="H and T of each run at its own floor.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="CSV file for the runs.")] = None,
    processes: Annotated[int, typer.Option("--processes", help="Processes; 0 takes one a core.", min=0)] = 0,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    scope: NoScope = ALL,
    as_json: AsJson = False,
) -> None:
    """Many runs at once: all measures and the first limit over any numbers of the case."""
    with answering(as_json):
        from corridor.reports.out.terminal import counting
        from corridor.sweeps import sweep as sweep_of

        suffix(out, ".csv")
        loaded = loaded_case(case, year, sets, scenario)
        count = processes or os.cpu_count() or 1
        with counting("runs") as told:
            found = sweep_of(
                loaded,
                over or (),
                design=design,
                points=points,
                seed=seed,
                own_floor=own_floor,
                processes=count,
                progress=told,
            )
        written(out, found.to_csv)
    if as_json:
        print_json(found.to_dict())
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say import blocks

    print_blocks(blocks(found, short=True))
    if out is not None:
        print(f"Written: {out}")


@app.command()
def frontier(
    address: Annotated[
        str | None, typer.Argument(help="A capacity: table.row.column, or the id of a resource, segment or link.")
    ] = None,
    measure: Annotated[str, typer.Option("--of", help="capability, concurrent, handled or free.")] = "capability",
    low: Annotated[float | None, typer.Option("--from", help="Where the number begins.")] = None,
    high: Annotated[float | None, typer.Option("--to", help="Where it ends.")] = None,
    cost: Annotated[
        str | None, typer.Option("--cost", help="Cost against volume instead: resource or shipper.")
    ] = None,
    pareto: Annotated[
        bool, typer.Option("--pareto", help="Cost, carbon and time against one another instead.")
    ] = False,
    points: Annotated[int, typer.Option("--points", help="Corners of --pareto at most.")] = 50,
    out: Annotated[Path | None, typer.Option("--out", help="File for a figure (.svg) or the pieces (.csv).")] = None,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    scope: NoScope = ALL,
    as_json: AsJson = False,
) -> None:
    """How far throughput goes with one capacity, or cost with volume, with every breakpoint."""
    with answering(as_json), progress("finding the breakpoints"):
        from corridor.model.faults import CaseError, Fault

        if (address is not None) + (cost is not None) + pareto != 1:
            said = "name one of three: a capacity (as rail_ferries), --cost resource, or --pareto"
            raise CaseError([Fault("C149", "corridor frontier", said)], "the question")
        for name, given in {"--from": low, "--to": high}.items():
            if given is not None and address is None:
                said = "it belongs to the frontier of a capacity; leave it out, or name the capacity"
                raise CaseError([Fault("C149", name, said)], "the question")
        suffix(out, ".svg", ".csv")
        loaded = loaded_case(case, year, sets, scenario)
        found: Any
        if address is not None:
            from corridor.sweeps import frontier as frontier_of

            found = frontier_of(loaded, address, low, high, measure=measure)
        elif cost is not None:
            from corridor.sweeps import cost_frontier

            found = cost_frontier(loaded, cost)
        else:
            from corridor.sweeps import pareto as pareto_of

            found = pareto_of(loaded, points)
        if out is not None and out.suffix == ".svg":
            from corridor.reports.blocks import Figure
            from corridor.reports.say import blocks

            written(out, lambda: next(each for each in blocks(found) if isinstance(each, Figure)).draw(800))
        else:
            written(out, found.to_csv)
    if as_json:
        print_json(found.to_dict())
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say import blocks

    print_blocks(blocks(found, short=True))
    if out is not None:
        print(f"Written: {out}")


def suffix(out: Path | None, *known: str) -> None:
    """Raise CaseError where a file of that kind is not written; before the work, not after it."""
    from corridor.model.faults import CaseError, Fault

    if out is not None and out.suffix.lower() not in known:
        said = f"a file that ends in {out.suffix or 'nothing'} is not written; end it in {' or '.join(known)}"
        raise CaseError([Fault("C083", f"--out {out}", said)], "the output")


def written(out: Path | None, text: Any) -> None:
    """Write a file whole, or not at all."""
    if out is not None:
        from corridor.loading import write

        write(out.parent, {out.name: text().encode()})

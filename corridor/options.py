"""Options that several verbs share, and those of the verbs with the most."""

from __future__ import annotations

from dataclasses import replace

from corridor.model.language import marked
from corridor.study import Aim, Measured, Option

STUDY = Option("study", "What is asked.", "--study", Measured, Measured.capability)
PROCESSES = Option("processes", "Processes; 0 takes one a core.", "--processes", int, 0, {"min": 0})
RUNS = Option("runs", "Folder in which the runs are kept; a stopped one goes on there.", "--runs")
CLUSTER = Option("cluster", "Scheduler of a Dask cluster (tcp://host:8786), or its file.", "--cluster")
DRY = Option("dry_run", "Say how many runs, how long and how large, by a few of them.", "--dry-run", bool, False)
MANY = (PROCESSES, RUNS, CLUSTER, DRY)
"""Options of a study of many runs."""
SEED = Option("seed", "Seed of the draws; the same seed gives the same digits.", "--seed", int, 1)
OWN_FLOOR = Option("own_floor", "Each run holds its own floor, not the least of all.", "--own-floor", bool, False)
MEASURE = Option("measure", "capability, concurrent, handled, free or expected.", "--of", str, "capability")
NO_PERIODS = marked({"periods": "it takes the year as one period", "open_year": "its year is one period"})
DATED = {"metavar": "YYYY-MM-DD"}
ITS_OWN = marked({"scenario": "it names its scenarios itself"})

EXPAND = (
    Option("first", "The first year; that after the base year if left out.", "--from", int | None),
    Option("last", "The last year; ten years if left out.", "--to", int | None),
    Option("goal", "npv, tonnes of the scope, or target at least cost.", "--goal", str, "npv"),
    Option("whom", "Whose net present value: all, shippers, or a country.", "--for", str, "all"),
    Option(
        "target",
        "Tonnes or boxes a year to be served from a year on, as 10e6@2028 or 300kTEU@2030.",
        "--target",
        list[str] | None,
        (),
    ),
    Option(
        "budget",
        "USD at most: of all, of a payer, of a year; may be repeated: 500e6, KZ=200e6, KZ@2027=50e6.",
        "--budget",
        list[str] | None,
        (),
    ),
    Option(
        "grant",
        "Share given to a project, as kuryk_berth=0.5@2028; repeatable.",
        "--grant",
        list[str] | None,
        (),
    ),
    Option("paths", "Paths of growth, each as likely.", "--paths", str, "low,middle,high"),
    Option("known", "Year from which the path is known; three years on if left out.", "--known", int | None),
    Option("discount", "Discount rate a year.", "--discount", float, 0.05),
    Option("draws", "Trials of the band: how often the order holds.", "--draws", int, 0, {"min": 0}),
    SEED,
)
TIMETABLE = (
    Option("study", "Answer whose cargo rides; the cargo that comes if left out.", "--study", Measured | None),
    Option("aim", "Waiting and sets by their costs (both), or one of them first.", "--aim", Aim, Aim.both),
    Option("weight", "Times that waiting counts beside the cost of ships and trains.", "--weight", float, 1.0),
    Option("days", "Departures on days of service that the search chooses.", "--days", bool, False),
    Option("beat", "Number that all departures divide, or are multiples of.", "--beat", int | None),
    Option("read", "CSV file of departures, as --out writes it: checked, set beside the best.", "--read"),
    Option("shift", "Hours by which departures that are read may be moved.", "--shift", float, 0.0),
    Option("promise", "Share of journeys for which the hours of a chain hold.", "--promise", float, 0.9),
    Option("slack", "Give cargo hours at each change for late trains and storms.", "--slack", bool, False),
    replace(SEED, help="Seed of the journeys that are drawn."),
    Option("choice", "Compute the cargo that the timetable brings.", "--choice/--no-choice", bool, True),
)
COMPARE = (
    Option(
        "names",
        "Scenarios or files of them; A+B is both, base the case itself.",
        kind=list[str] | None,
        more={"metavar": "A B …", "show_default": False},
    ),
    STUDY,
    Option(
        "attribute",
        "Share out the difference between two among the single changes.",
        "--attribute",
        bool,
        False,
    ),
    Option("of", "What is shared out (capability if left out); implies --attribute.", "--of", Measured | None, None),
    Option(
        "order",
        "One order of the changes, instead of the mean over all.",
        "--order",
        more={"metavar": "3,1,…"},
    ),
    Option(
        "groups",
        "Changes that are made together; may be repeated.",
        "--group",
        list[str] | None,
        more={"metavar": "1,2"},
    ),
    Option(
        "samples",
        "Orders that are drawn where there are more than eight changes.",
        "--samples",
        int,
        100,
        {"min": 4},
    ),
    Option("seed", "Seed of the draws.", "--seed", int, 1, {"min": 0}),
    replace(OWN_FLOOR, help="Each scenario holds its own floor, not the least of all."),
)
RISK = (
    Option("days", "Days that a resource or link is out as a whole.", "--days", float, 14.0, {"min": 0.0}),
    Option("unit_days", "Days that one unit of a fleet is out.", "--unit-days", float, 91.25, {"min": 0.0}),
    Option("pair", "Seek the two outages that cost most together.", "--pair/--no-pair", bool, True),
    Option("draws", "Years of storms and breakdowns that are drawn.", "--draws", int, 10_000, {"min": 1}),
    SEED,
    Option("level", "Share of the years that the worst ones leave out.", "--level", float, 0.95),
    Option("listed", "Day whose listings hold; the newest if left out.", "--listed", str, "", DATED),
    Option("most", "Ports, ships or operators listed at once, at most.", "--most", int, 2, {"min": 1, "max": 4}),
)

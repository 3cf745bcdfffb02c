"""The registry of studies: one line gives the verb, the function of a script, the JSON, the page and the help."""

from __future__ import annotations

from dataclasses import replace

from corridor.model.language import marked
from corridor.study import Aim, Measured, Option, Sellers, Study

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

STUDIES = (
    Study(
        "solve",
        "Answer a question: how much gets through, and what stops it.",
        results="answer:Answer answer:Rung certificate:Certificate",
        options=(
            STUDY,
            Option("limits", "How many limits are listed: a number, all, or none.", "--limits", str, "10"),
            Option(
                "against_base",
                "With changes: the difference to the case without them.",
                "--difference/--no-difference",
                bool,
                True,
            ),
        ),
        work=marked("reading and solving the case"),
        run="solve",
    ),
    Study(
        "ladder",
        "The order of the limits: what stops all markets first, what next, up to the nameplate.",
        results="listing:Listing",
        work=marked("working out the ladder"),
    ),
    Study(
        "markets",
        "How far each market goes alone, the others at their floor, and what stops it.",
        work=marked("working out the markets"),
    ),
    Study(
        "waterfall",
        "From the nameplate down to what is handled, by kind of limit.",
        results="waterfall:Waterfall",
        not_yet={**NO_PERIODS, "scope": "the nameplate is that of all cargo"},
        work=marked("working out the waterfall"),
        keeps=True,
    ),
    Study(
        "prices",
        "What one planner's unit more, or less, of each resource brings: a ferry, a path a day, 1 %.",
        work=marked("working out the prices"),
    ),
    Study(
        "levers",
        "What brings cargo: tariffs, hours, spread, departures, fleets and projects, each alone and all together.",
        results="levers:Levers",
        options=(
            Option(
                "names", "Scenarios that count as levers, too.", kind=list[str] | None, more={"show_default": False}
            ),
        ),
        not_yet={"scope": "its levers act on all cargo"},
        work=marked("levers"),
        counts=True,
        keeps=True,
    ),
    Study(
        "growth",
        "When capacity no longer waits for cargo, and cargo waits for capacity: by year and market.",
        results="growth:Growth",
        options=(
            Option("to", "The last year.", "--to", int, 2030),
            Option("rate", "low, middle, high, or all three.", "--growth", str, "all"),
        ),
        not_yet={"scope": "its markets are those of all cargo"},
        work=marked("years"),
        counts=True,
        keeps=True,
    ),
    Study(
        "projects",
        "What each project adds alone, after the best ones before it, and with all built; and the cost curve.",
        made="project_trials:projects",
        results="projects:Projects",
        options=(
            Option(
                "measure",
                "Puts them in order: capability, concurrent, or expected (what comes).",
                "--of",
                str,
                "capability",
            ),
            Option("least_t", "Tonnes a year below which nothing more is built.", "--least", float, 5_000.0),
            Option("draws", "Trials of how often the order holds.", "--draws", int, 0, {"min": 0}),
            SEED,
            *MANY,
        ),
        not_yet=NO_PERIODS,
        work=marked("trials"),
        counts=True,
        keeps=True,
    ),
    Study(
        "expand",
        "Which project in which year, with whose money: orders, what they bring on each path of growth, and for whom.",
        results="expansion:Expansion",
        options=(
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
            Option("draws", "Trials of cost: how often the order holds.", "--draws", int, 0, {"min": 0}),
            SEED,
        ),
        not_yet={**NO_PERIODS, "rules": "its years have no rows of a planner"},
        work=marked("plans"),
        counts=True,
    ),
    Study(
        "tariffs",
        "Tariffs of the owners of a way: as they are, each for itself, all together, at cost; by market.",
        options=(
            Option("names", "Markets; all that answer to price if left out.", kind=list[str] | None),
            Option("subsidy", "USD per t to shippers, in every state but that of today.", "--subsidy", float, 0.0),
            Option(
                "ceiling",
                "Most that an owner may ask, times its tariff of today.",
                "--ceiling",
                float | None,
            ),
            Option(
                "coalition", "Owners or countries who set one price; may be repeated.", "--coalition", list[str] | None
            ),
            Option("by", "Each owner for itself, or each country: owner or country.", "--by", Sellers, Sellers.owner),
        ),
        not_yet={
            **NO_PERIODS,
            "scope": "its markets are those of all cargo",
            "rules": "its prices know no rows of a planner",
        },
        work=marked("markets"),
        counts=True,
    ),
    Study(
        "split",
        "The margin of one through price split among countries or owners: Shapley, nucleolus, core; with other ways.",
        options=(
            Option("names", "Markets; all that answer to price if left out.", kind=list[str] | None),
            Option(
                "opened",
                "Scenario, or change as after --set, that opens or closes a way; may be repeated.",
                "--way",
                list[str] | None,
            ),
            Option("by", "Among whom: country or owner.", "--by", Sellers, Sellers.country),
        ),
        not_yet={
            **NO_PERIODS,
            "scope": "its markets are those of all cargo",
            "rules": "its ways know no rows of a planner",
        },
        work=marked("working out the game"),
    ),
    Study(
        "fleet",
        "Locomotives, wagons, platforms and ships by owner: moving, waiting, idle, lacking; and shared parks.",
        options=(Option("names", "Scenarios that ask for vehicles, too.", kind=list[str] | None),),
        not_yet={**NO_PERIODS, "rules": "its shared parks have no rows of a planner"},
        work=marked("counting vehicles"),
    ),
    Study(
        "timetable",
        "A week of trains and ships: departures, sets, waits between them, and the cargo that agreed hours bring.",
        results="timetable:Timetable",
        options=(
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
        ),
        not_yet={
            **NO_PERIODS,
            "scope": "its trains and ships carry all cargo",
            "rules": "its week has no rows of a planner",
        },
        work=marked("timing trains and ships"),
    ),
    Study(
        "prove",
        "An answer proved in fractions: primal, dual and equality, as arrays that anyone can check.",
        results="proof:Proof",
        options=(STUDY,),
        not_yet={"expected": "its curve of willingness is cut into steps around the answer; name another study"},
        work=marked("proving the answer"),
    ),
    Study("slack", "Unused capacity by kind of limit, as the cargo grows.", work=marked("working out the room")),
    Study(
        "cut",
        "Minimum cuts of the graph by commodity and direction: an upper bound beside the program's answer.",
        work=marked("working out the cuts"),
    ),
    Study(
        "explain",
        "Who uses a resource, link or demand, which limit holds it, what would change it.",
        results="explanation:Explanation",
        options=(
            Option("name", "Id of a resource, a link or a demand; table.id where several have it.", kind=str),
            STUDY,
        ),
    ),
    Study(
        "foresight",
        "The worth of a forecast: the year with its storms known in advance, and as they come.",
        results="foresight:Foresight",
        options=(
            replace(STUDY, name="measure"),
            Option("ahead", "Periods that a forecast shows in advance.", "--ahead", int, 0, {"min": 0}),
        ),
        not_yet={
            "expected": "its forecast is one of capacities, at the cargo of each period; name another study",
            "open_year": "its years are open already",
            "rules": "the rolling year has no rows of a planner",
            "scope": "its plan is that of all cargo",
        },
        uncut=True,
        work=marked("carrying the year twice"),
        periods="24",
    ),
    Study(
        "disrupt",
        "What an outage of some days does: the queue, the cargo lost, late or elsewhere, the days until it is gone.",
        results="disruption:Disruption",
        options=(
            Option("name", "Id of a link, resource or place; every link and resource in turn if left out."),
            Option("from_day", "First day.", "--from", str, "", {"metavar": "MM-DD"}),
            Option("to_day", "Last day, included.", "--to", str, "", {"metavar": "MM-DD"}),
            Option("left", "Share of the capacity that is left.", "--left", float, 0.0),
            Option("month", "A whole month instead of --from and --to.", "--month", str, "March"),
        ),
        not_yet={
            "open_year": "its year is a circle",
            "rules": "the year with the outage has no rows of a planner",
            "scope": "the outage is that of all cargo",
        },
        uncut=True,
        work=marked("carrying the year with the outage and without it"),
        periods="month",
        run="disrupt",
    ),
    Study(
        "risk",
        "What can go wrong: single outages and pairs, years of storms and breakdowns, listings, and remedies.",
        results="risk:Risk",
        options=(
            Option("days", "Days that a resource or link is out as a whole.", "--days", float, 14.0, {"min": 0.0}),
            Option("unit_days", "Days that one unit of a fleet is out.", "--unit-days", float, 91.25, {"min": 0.0}),
            Option("pair", "Seek the two outages that cost most together.", "--pair/--no-pair", bool, True),
            Option("draws", "Years of storms and breakdowns that are drawn.", "--draws", int, 10_000, {"min": 1}),
            SEED,
            Option("level", "Share of the years that the worst ones leave out.", "--level", float, 0.95),
            Option("listed", "Day whose listings hold; the newest if left out.", "--listed", str, "", DATED),
            Option(
                "most", "Ports, ships or operators listed at once, at most.", "--most", int, 2, {"min": 1, "max": 4}
            ),
        ),
        not_yet=NO_PERIODS,
        work=marked("outages"),
        counts=True,
    ),
    Study("outages", made="disrupt:outages", results="disruption:Outages", uncut=True, periods="month"),
    Study(
        "library",
        "The scenarios of the case, one by one: what each asks for, how much passes, what stops it.",
        options=(Option("names", "Scenarios; all of the case if left out.", kind=list[str] | None), *MANY),
        not_yet=ITS_OWN,
        work=marked("scenarios"),
        counts=True,
        keeps=True,
    ),
    Study(
        "compare",
        "Scenarios side by side: measures, limits, ladder, flows, cost, carbon, time, countries.",
        results="comparison:Comparison",
        options=(
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
            Option(
                "of", "What is shared out (capability if left out); implies --attribute.", "--of", Measured | None, None
            ),
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
        ),
        not_yet=ITS_OWN,
        work=marked("steps of the comparison"),
        counts=True,
        run="compare",
    ),
    Study("attribution", results="comparison:Attribution", counts=True),
    Study("difference", results="difference:Difference"),
    Study(
        "frontier",
        "How far throughput goes with one capacity, what comes with any number, or cost with volume.",
        results="frontier:Frontier",
        options=(
            Option("address", "A capacity: table.row.column, or the id of a resource, segment or link."),
            MEASURE,
            Option("low", "Where the number begins.", "--from", float | None),
            Option("high", "Where it ends.", "--to", float | None),
            Option("cost", "Cost against volume instead: resource or shipper.", "--cost"),
            Option("pareto", "Cost, carbon and time against one another instead.", "--pareto", bool, False),
            Option("points", "Corners of --pareto at most.", "--points", int, 50),
        ),
        not_yet=NO_PERIODS,
        work=marked("finding the breakpoints"),
        run="frontier",
    ),
    Study(
        "cost_frontier",
        made="frontier:cost_frontier",
        results="frontier:CostFrontier",
        not_yet={**NO_PERIODS, "scope": "its volume is that of all cargo"},
    ),
    Study(
        "pareto",
        results="frontier:Pareto",
        not_yet={**NO_PERIODS, "scope": "its ways are those of all cargo"},
    ),
    Study(
        "sweep",
        "Many runs at once: all measures and the first limit over any numbers of the case.",
        results="frontier:Sweep",
        options=(
            Option(
                "over",
                "What is swept: 8:16:2, or 8,10,12, or x0.8,x1,x1.2, or a range 8..16 for a design; may be repeated.",
                "--over",
                list[str] | None,
                (),
                {"metavar": "TABLE.ROW.COLUMN=VALUES"},
            ),
            Option(
                "design",
                "grid, latin, sobol, or a CSV file whose columns are table.row.column.",
                "--design",
                str,
                "grid",
            ),
            Option("points", "Runs of latin and sobol.", "--points", int | None),
            replace(SEED, help="Seed of latin and sobol."),
            replace(OWN_FLOOR, help="H and T of each run at its own floor."),
            *MANY,
        ),
        work=marked("runs"),
        counts=True,
    ),
    Study(
        "carbon",
        "What moving the cargo emits: by mode, country and market, beside rival routes, and at a price.",
        results="carbon:Carbon",
        options=(
            STUDY,
            Option(
                "prices",
                "USD per t CO2e; may be repeated. 0, 85 and 150 if left out.",
                "--price",
                list[float] | None,
                more={"min": 0.0},
            ),
        ),
    ),
    Study(
        "revenue",
        "Freight that operators and countries earn, the shippers' bill, cost and days by leg.",
        results="revenue:Revenue",
        options=(
            Option("demand", "Id of a demand: its cost and days by leg, instead of the totals."),
            STUDY,
        ),
    ),
    Study(
        "validate",
        "What was published beside what the model says: pass, fail, input or forecast.",
        not_yet={"scope": "each test names its scope itself"},
        work=marked("working out the validation"),
        keeps=True,
    ),
    Study(
        "band",
        "How sure: the ranges of all inputs carried to H, C and T, what comes first how often, what drives it.",
        results="band:Band",
        options=(
            Option("draws", "How many draws.", "--draws", int, 2000, {"min": 1}),
            SEED,
            *MANY,
            Option("capacities_only", "Draw capacities and backgrounds only.", "--capacities", bool, False),
        ),
        work=marked("draws"),
        counts=True,
        keeps=True,
    ),
    Study(
        "findings",
        results="findings:Findings",
        not_yet={**NO_PERIODS, "scope": "a report is that of all cargo"},
        counts=True,
    ),
)
"""The studies in the order of ``corridor --help``."""

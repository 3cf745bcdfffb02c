"""``python -m benchmarks.live`` prints the time that the page of a report takes to solve the bundled case again.

It opens a page with the panel in a headless Chromium, moves levers at random, and prints milliseconds of each part of
an answer: the median, the 95th percentile and the longest.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from corridor import load
from corridor.loading import in_scenario
from corridor.model.result.listing import Described
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.panel import panel
from corridor.reports.blocks import Document, Heading
from corridor.reports.out.html import html_of
from corridor.reports.say.panel import page
from tests.browser import CHROMIUM, Browser

PARTS = {
    "fits": "used, fits, first limit",
    "comes": "and the cargo that comes",
    "map": "and the map",
    "limits": "and the list of limits",
    "order": "and the order of limits",
    "curve": "and the cost curve",
    "round": "in all, from the lever to the last figure",
}
"""Parts of an answer in their order; each counts from the question."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--moves", type=int, default=60, help="moves of levers")
    options.add_argument("--preset", default="low_water", help="a scenario that the levers start from, too")
    asked = options.parse_args()
    if CHROMIUM is None:
        raise SystemExit("no chromium here")
    case, began = load(), perf_counter()
    preset = Described(asked.preset, "")
    own = panel(Setting(case), {asked.preset: preset}, scenario=lambda name: Setting(in_scenario(case, name)))
    compiled = perf_counter() - began
    text = html_of(Document("Benchmark", "Benchmark", "", "", (Heading("Panel"), *page(own))))
    random, seen = np.random.default_rng(1), dict[str, list[float]]()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_text(text, encoding="utf-8")
        began = perf_counter()
        with Browser(file) as browser:
            browser.until("window.corridorLive && corridorLive.agrees !== null && !corridorLive.pending")
            ready = perf_counter() - began
            for move in range(asked.moves):
                values = list(own.presets[move % len(own.presets)].start)
                lever = int(random.integers(len(own.levers)))
                low, high = own.levers[lever].low, own.levers[lever].high
                values[lever] = low + random.random() * (high - low)
                put = f"corridorLive.put({move % len(own.presets)}, {json.dumps(values)})"
                browser.run(f"(() => {{ window.began = performance.now(); {put}; }})()")
                browser.until("!corridorLive.pending")
                for part, milliseconds in browser.run("corridorLive.milliseconds").items():
                    seen.setdefault(part, []).append(milliseconds)
                seen.setdefault("round", []).append(browser.run("corridorLive.ended - window.began"))
    rows, columns = own.presets[1].answer, own.presets[0].programs["comes"]["columns"]
    print(f"panel compiled in {compiled:.1f} s, page of {len(text) / 1e6:.2f} MB ready in {ready:.1f} s")
    print(f"{len(own.levers)} levers, {columns} columns, {asked.moves} moves; used {rows['used']:,.0f} t in the preset")
    print(f"{'ms':<45}{'median':>9}{'95 %':>9}{'longest':>9}")
    for part, words in PARTS.items():
        if part in seen:
            median, most, longest = np.percentile(seen[part], [50, 95, 100])
            print(f"{words:<45}{median:>9.0f}{most:>9.0f}{longest:>9.0f}")


if __name__ == "__main__":
    main()

"""Many runs of the year model kept on disk: in two processes here, then on a Dask cluster of which a worker is killed.

``python -m benchmarks.spread [RUNS] [FOLDER]`` prints seconds and rates, and compares the files of both byte by byte.
Runs are draws of the band, capacities alone. The cluster is a scheduler and two workers as processes on loopback.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import corridor

RUNS = 10_000
LOOPBACK = "127.0.0.1"
WAIT_S = 120


def spent() -> float:
    """Seconds of the processor of this process and of its children that have ended."""
    both = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def here(case: corridor.Case, runs: int, folder: Path) -> None:
    """The runs in two processes."""
    began, cpu = time.perf_counter(), spent()
    corridor.band(case, draws=runs, capacities_only=True, processes=2, runs=folder)
    wall, cpu = time.perf_counter() - began, spent() - cpu
    print(f"two processes: {runs} runs in {wall:.0f} s, {cpu:.0f} s of the processor: {1e3 * cpu / runs:.1f} ms a run")


def process(*words: str) -> subprocess.Popen[bytes]:
    """A process of Dask."""
    return subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def spread(case: corridor.Case, runs: int, folder: Path, place: Path) -> None:
    """The runs on two workers, one of which is killed after a third of them; another one joins."""
    file = place / "scheduler.json"
    listen = ("--host", LOOPBACK, "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(file))
    own = ("--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", LOOPBACK, "--scheduler-file", str(file))
    with ExitStack() as stack:

        def start(*words: str) -> subprocess.Popen[bytes]:
            made = process(*words)
            stack.callback(made.wait)
            stack.callback(made.kill)
            return made

        start("distributed.cli.dask_scheduler", *listen)
        until = time.monotonic() + WAIT_S
        while not file.is_file() and time.monotonic() < until:
            time.sleep(0.1)
        workers = [
            start("distributed.cli.dask_worker", *own, "--local-directory", str(place / name)) for name in ("a", "b")
        ]
        lost: list[int] = []

        def told(done: int, total: int) -> None:
            if done > total / 3 and not lost:
                lost.append(done)
                os.kill(workers[0].pid, signal.SIGKILL)
                start("distributed.cli.dask_worker", *own, "--local-directory", str(place / "c"))

        began = time.perf_counter()
        corridor.band(case, draws=runs, capacities_only=True, cluster=str(file), runs=folder, progress=told)
        wall = time.perf_counter() - began
        print(f"Dask, two workers, one killed after {lost[0]} runs and replaced: {runs} runs in {wall:.0f} s")


def differing(one: Path, other: Path) -> list[str]:
    """Names of the files that differ in two folders of runs, but for the seconds."""
    names = {path.name for folder in (one, other) for path in folder.iterdir()} - {"times.csv"}
    return [name for name in sorted(names) if (one / name).read_bytes() != (other / name).read_bytes()]


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    case = corridor.load()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        one, other = place / "here", place / "cluster"
        here(case, runs, one)
        size = sum(path.stat().st_size for path in one.iterdir())
        print(f"kept: {size / runs:.0f} bytes a run, {len(list(one.glob('*.parquet')))} files", flush=True)
        spread(case, runs, other, place)
        print(f"files that differ: {', '.join(differing(one, other)) or 'none'}")


if __name__ == "__main__":
    main()

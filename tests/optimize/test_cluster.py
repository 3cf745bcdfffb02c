"""A Dask cluster of processes on this machine: a worker killed, a worker of another version, no scheduler."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import corridor
from corridor.model.faults import CaseError
from corridor.optimize.runs import pool
from tests.data.folder import write
from tests.data.format_page import EXAMPLE
from tests.optimize.test_kept_runs import OVER, files

pytest.importorskip("distributed")
LOOPBACK = "127.0.0.1"


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens at a port that was free a moment ago; a file that is not there is named."""
    from corridor.optimize.runs import cluster

    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    for address in (f"tcp://{LOOPBACK}:{port}", "no.json"):
        monkeypatch.setattr(cluster, "CONNECT_S", 0.2)
        with pytest.raises(CaseError) as caught:
            next(cluster.worked_off(address, str, "known", {0: [1]}))
        assert [fault.code for fault in caught.value.faults] == ["C273"]


@contextmanager
def started(*words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask, killed at the end."""
    environment = os.environ | {"DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "false"} | more
    command = [sys.executable, "-m", *words]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def cluster_of(file: Path, *workers: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A scheduler with its file, and a worker for each set of variables."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        listen = ("--host", LOOPBACK, "--port", "0", "--no-dashboard", "--no-show")
        stack.enter_context(started("distributed.cli.dask_scheduler", *listen, "--scheduler-file", str(file)))
        own = ("--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", LOOPBACK)
        words = ("distributed.cli.dask_worker", "--scheduler-file", str(file), *own)
        yield [
            stack.enter_context(started(*words, "--local-directory", str(file.parent / str(number)), **more))
            for number, more in enumerate(workers)
        ]


@pytest.mark.slow
def test_a_worker_killed_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers, one of them killed by SIGKILL after the first chunk: the bytes are those of one process here."""
    monkeypatch.setattr(pool, "CHUNK", 1)
    case = corridor.load(write(tmp_path / "case", EXAMPLE))
    alone = corridor.sweep(case, OVER, runs=tmp_path / "alone")
    with cluster_of(tmp_path / "scheduler.json", {}, {}) as workers:
        until = time.monotonic() + 60
        while not (tmp_path / "scheduler.json").is_file() and time.monotonic() < until:
            time.sleep(0.05)

        def kill_one(done: int, total: int) -> None:
            if done == 2:
                os.kill(workers[0].pid, signal.SIGKILL)

        more: dict[str, Any] = {"cluster": str(tmp_path / "scheduler.json"), "progress": kill_one}
        spread = corridor.sweep(case, OVER, runs=tmp_path / "spread", **more)
    assert spread.to_json() == alone.to_json()
    assert files(tmp_path / "spread") == files(tmp_path / "alone")


@pytest.mark.slow
def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    """The worker finds another code: a module of the same name before the product's says so."""
    case = corridor.load(write(tmp_path / "case", EXAMPLE))
    (tmp_path / "sitecustomize.py").write_text(
        "import corridor.model.version as version\nversion.code_mark = lambda: 'older'\n", encoding="utf-8"
    )
    with cluster_of(tmp_path / "scheduler.json", {"PYTHONPATH": str(tmp_path)}):
        until = time.monotonic() + 60
        while not (tmp_path / "scheduler.json").is_file() and time.monotonic() < until:
            time.sleep(0.05)
        with pytest.raises(CaseError, match="older") as caught:
            corridor.sweep(case, OVER, cluster=str(tmp_path / "scheduler.json"))
    assert [fault.code for fault in caught.value.faults] == ["C274"]

"""Chunks of runs worked off by the workers of a Dask cluster, each of which compiles the model once.

A worker holds one runner for each model and thread; it receives the jobs of a chunk and sends back the replies. Chunks
of a worker that is lost are given to others by the scheduler, and so is the model, which the scheduler itself keeps.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corridor.model.faults import CaseError, Fault
from corridor.model.language import choose, now, say
from corridor.model.version import versions
from corridor.optimize.runs.work import timed

CONNECT_S = 30
"""Seconds until a scheduler has to answer, and to have a worker."""
LOST = 100
"""Workers that may be lost one after the other while they have the same chunk: losing one is nobody's fault."""
HELD = 2
"""Models that a thread of a worker holds at once."""
SUBJECT = "the cluster"
_own = threading.local()


class VersionError(Exception):
    """A worker runs another version; the text names it."""


def worked_off(
    address: str, make: Callable[[Any], Any], known: Any, parts: Mapping[int, Sequence[Any]]
) -> Iterator[tuple[int, list[Any], float]]:
    """Number, replies and seconds of each chunk, in the order in which the workers are done.

    ``address`` is that of the scheduler (``tcp://host:8786``), or the path of its file. With ``tls://…`` the
    configuration of Dask names the certificates. ``make(known)`` makes the runner of a worker. Raises CaseError where
    the cluster cannot be reached, has no worker or one of another version, or a rule cannot be sent to it.
    """
    as_completed = _distributed().as_completed
    try:
        sent = pickle.dumps((make, known))
    except (pickle.PicklingError, AttributeError, TypeError):
        reason = "a rule that is no function of a file cannot be sent to other machines; put it into a file, --rules"
        raise _fault("C275", "--rules", reason) from None
    mark = hashlib.sha256(sent).hexdigest()[:16]
    with _client(address) as client:
        _check(client)
        model = client.submit(_packed, sent, key=f"corridor-model-{mark}-{os.getpid()}", pure=False)
        futures = {
            client.submit(
                _run, mark, model, list(part), now(), versions(), key=f"corridor-{mark}-{os.getpid()}-{number}"
            ): number
            for number, part in parts.items()
        }
        try:
            for future in as_completed(list(futures), loop=client.loop):
                try:
                    replies, seconds = future.result()
                except VersionError as error:
                    raise _fault("C274", SUBJECT, str(error)) from None
                number = futures.pop(future)
                future.release()
                yield number, replies, seconds
        finally:
            if futures:
                client.cancel(list(futures))


def _client(address: str) -> Any:
    """A client of a scheduler; raises CaseError where none answers."""
    dask, distributed = _distributed().dask, _distributed()
    dask.config.set({"distributed.scheduler.allowed-failures": LOST})
    where = {"address": address} if "://" in address else {"scheduler_file": address}
    if "://" not in address and not Path(address).is_file():
        reason = say("there is no such scheduler file; give tcp://host:8786, or the file that dask scheduler writes")
        raise _fault("C273", f"--cluster {address}", reason)
    try:
        return distributed.Client(**where, timeout=CONNECT_S, set_as_default=False, name="corridor")
    except (OSError, ValueError, TimeoutError, TypeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        reason = f"no scheduler answers there ({said}); start one by dask scheduler, and workers by dask worker"
        raise _fault("C273", f"--cluster {address}", reason) from None


def _distributed() -> Any:
    try:
        import distributed
    except ModuleNotFoundError:
        reason = "a cluster needs the package distributed: pip install freight-corridor[cluster]"
        raise _fault("C276", "--cluster", reason) from None
    return distributed


def _check(client: Any) -> None:
    """Raise CaseError where the cluster has no worker, or one of another version."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError:
        reason = "its scheduler has no worker; start some by dask worker"
        raise _fault("C273", SUBJECT, reason) from None
    own = versions()
    faults = []
    for worker, there in sorted(client.run(_versions, on_error="return").items()):
        if there != own:
            faults.append(Fault("C274", str(worker), _other(there if isinstance(there, dict) else {}, own)))
    if faults:
        raise CaseError(faults, SUBJECT)


def _other(there: Mapping[str, str], own: Mapping[str, str]) -> str:
    differ = [name for name in own if there.get(name) != own[name]]
    theirs = ", ".join(f"{name} {there.get(name) or 'not there'}" for name in differ)
    ours = ", ".join(f"{name} {own[name]}" for name in differ)
    return f"the worker has {theirs}, and this command {ours}; install the same version on every machine"


def _versions() -> dict[str, str]:
    return versions()


def _packed(sent: bytes) -> bytes:
    """The model as it travels: a task of its own, so that a lost copy is sent anew."""
    return sent


def _run(mark: str, sent: bytes, jobs: list[Any], code: str, asked: Mapping[str, str]) -> tuple[list[Any], float]:
    """The replies of a worker to the jobs of a chunk, and their seconds; its runner is made once."""
    if dict(asked) != versions():  # a worker that came after the check
        raise VersionError(_other(versions(), asked))
    held: OrderedDict[str, Any] = _own.__dict__.setdefault("held", OrderedDict())
    if mark not in held:
        make, known = pickle.loads(sent)
        choose(code)
        held[mark] = make(known)
        while len(held) > HELD:
            held.popitem(last=False)
    held.move_to_end(mark)
    return timed(held[mark], jobs)


def _fault(code: str, place: str, reason: str) -> CaseError:
    return CaseError([Fault(code, place, reason)], SUBJECT)

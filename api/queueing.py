"""Work that takes a while: done by few, waited for by many, refused when the house is full.

Pieces take turns, so that somebody's turntable does not hold up everybody's posters; within a piece
first come is first served. Who asks for what is being made already waits for the same. The last
places are kept for those who wait for nothing yet, so that one visitor cannot take them all.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from models3d.errors import ParureError

KEPT_FOR_NEWCOMERS: Final = 0.25  # of the places
LONGEST_RETRY_S: Final = 60
MEMORY: Final = 0.2  # weight of the newest duration in the mean
FIRST_GUESS_S: Final = 1.0
CLOSING: Final = "The service is closing; ask again in a moment."


class HouseFull(ParureError):
    """More is being made already than the service can take on.

    Args:
        retry_after_s: when it is worth asking again.
    """

    def __init__(self, sentence: str, retry_after_s: int = 3) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


@dataclass(slots=True, eq=False)
class _Job:
    piece: str
    name: str
    work: Callable[[], bytes]
    result: Future[bytes] = field(default_factory=Future)


class Line:
    """A line of work; safe to use from many threads.

    Args:
        workers: threads that do it.
        to_make: so much is to be made at most.
        places: so many requests wait for it at most.
        patience_s: that a request waits at most; what it asked for is made all the same.
        sentence: for whoever is refused.
        guest: says who is asking.
    """

    def __init__(
        self,
        workers: int,
        to_make: int,
        places: int,
        patience_s: float,
        sentence: str,
        guest: Callable[[], str] = lambda: "",
    ) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="parure-line")
        self._workers, self._patience_s = workers, patience_s
        self._to_make, self._places = to_make, places
        self._sentence, self._guest = sentence, guest
        self._guard = threading.Lock()  # of all below
        self._jobs: dict[tuple[str, str], _Job] = {}
        self._turns: OrderedDict[str, deque[_Job]] = OrderedDict()  # by piece, whose turn is next
        self._seated: Counter[str] = Counter()  # by guest
        self._mean_s = FIRST_GUESS_S
        self._closed = False

    def done(self, piece: str, name: str, work: Callable[[], bytes]) -> bytes:
        """What `work` makes, when its turn has come; whatever it raises.

        Args:
            piece, name: what is made. The same while it is being made is made once.
        Raises:
            HouseFull: no place is free, or it took too long.
        """
        guest = self._guest()
        with self._guard:
            job = self._job(guest, piece, name, work)
            self._seated[guest] += 1
        try:
            return job.result.result(self._patience_s)
        except TimeoutError:
            if job.result.done():  # the work's own
                raise
            with self._guard:
                raise self._full() from None
        finally:
            with self._guard:
                self._seated[guest] -= 1
                self._seated += Counter()  # forgets who waits for nothing

    def begin(self, piece: str, name: str, work: Callable[[], bytes]) -> None:
        """Have it made before anybody asks, where a worker is free: nobody waits longer for it."""
        with self._guard, suppress(HouseFull):
            if len(self._jobs) < self._workers:
                self._job(self._guest(), piece, name, work)

    def close(self) -> None:
        """Take no more and drop what has not begun. Twice does no harm."""
        with self._guard:
            self._closed = True
            dropped = [job for turn in self._turns.values() for job in turn]
            self._turns.clear()
        for job in dropped:
            job.result.set_exception(HouseFull(CLOSING))
        self._pool.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """After `close`: wait for what had begun."""
        self._pool.shutdown(wait=True)

    def _job(self, guest: str, piece: str, name: str, work: Callable[[], bytes]) -> _Job:
        """What the guest will wait for, begun by somebody else or now."""
        if self._closed:
            raise HouseFull(CLOSING)
        kept = KEPT_FOR_NEWCOMERS if self._seated[guest] else 0.0
        if self._places - self._seated.total() <= int(kept * self._places):
            raise self._full()
        job = self._jobs.get((piece, name))
        if job is None:
            if self._to_make - len(self._jobs) <= int(kept * self._to_make):
                raise self._full()
            job = self._jobs[piece, name] = _Job(piece, name, work)
            self._turns.setdefault(piece, deque()).append(job)
            self._pool.submit(self._do_next)
        return job

    def _full(self) -> HouseFull:
        seconds = math.ceil(len(self._jobs) * self._mean_s / self._workers)
        return HouseFull(self._sentence, min(max(seconds, 1), LONGEST_RETRY_S))

    def _do_next(self) -> None:
        """Do one job: the first of the piece whose turn it is."""
        with self._guard:
            if not self._turns:  # dropped at the end
                return
            piece, waiting = self._turns.popitem(last=False)
            job = waiting.popleft()
            if waiting:
                self._turns[piece] = waiting  # behind the others
        begun = monotonic()
        try:
            made = job.work()
        except BaseException as error:  # belongs to those who wait, whatever it is
            self._forget(job, begun)
            job.result.set_exception(HouseFull(CLOSING) if self._closed else error)
        else:
            self._forget(job, begun)
            job.result.set_result(made)

    def _forget(self, job: _Job, begun: float) -> None:
        with self._guard:
            self._mean_s += MEMORY * (monotonic() - begun - self._mean_s)
            del self._jobs[job.piece, job.name]

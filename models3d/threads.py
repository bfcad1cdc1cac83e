"""One thread for linear algebra: what jewels take are small sums, by many at once.

Libraries that start a thread for each core reserve memory for it, and beside software OpenGL, which
has every core to itself, their threads wait for each other: framing a watch then takes fifteen
times the processor time. What is worth sharing out are whole meshes: most of the work on one is
done outside the interpreter's lock.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

ONE_THREAD: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
MOST_HANDS: Final = 2  # more would wait for the lock
HAND: Final = "parure-hand"  # how their threads are named


def limit_threads() -> None:
    """Ask for it, unless the environment says otherwise; before numpy is imported."""
    for name, count in ONE_THREAD.items():
        os.environ.setdefault(name, count)


def shared_out(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """What `work` makes of each item, in order, done by two at a time where there are two cores.

    A hand shares nothing out itself: it would wait for its own place. Nor does a thread that gives
    way to others: they would wait for what it has hands do, and hands that begin with it would give
    way for ever, since they are born with its manners.
    """
    hands = _hands()
    if hands is None or threading.current_thread().name.startswith(HAND) or _gives_way():
        return [work(item) for item in items]
    return list(hands.map(work, items))


def _gives_way() -> bool:
    """Whether this thread lets the others of its process go first; only Linux has such threads."""
    if sys.platform.startswith("linux"):
        own, usual = (
            os.getpriority(os.PRIO_PROCESS, who) for who in (threading.get_native_id(), os.getpid())
        )
        return own > usual
    return False


@cache
def _hands() -> ThreadPoolExecutor | None:
    count = min(os.cpu_count() or 1, MOST_HANDS)
    return ThreadPoolExecutor(count, thread_name_prefix=HAND) if count > 1 else None

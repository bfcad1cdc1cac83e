"""How much of the time that this process's threads wanted the processor they were given it.

Linux counts for each thread the nanoseconds it ran and those it stood in the queue
(Documentation/scheduler/sched-stats.rst). A step that waits for something that never comes does
neither; one that is slow because the machine is busy stands in the queue.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

TASKS = Path("/proc/self/task")
LEAST_NS = 2_000_000  # wanted since the last look; less says nothing


class Contention:
    """Looked at every now and then.

    Args:
        tasks: a folder for each thread, with a file `schedstat`.
    """

    def __init__(self, tasks: Path = TASKS) -> None:
        self._tasks = tasks
        self._before: dict[str, tuple[int, int]] = {}
        self.given()

    def given(self) -> float:
        """Share of the processor that was wanted since the last look and was given, 0..1.

        1 where nothing was wanted, or where the system does not say.
        """
        now: dict[str, tuple[int, int]] = {}
        for file in self._tasks.glob("*/schedstat"):
            with suppress(OSError, ValueError):  # a thread that has ended meanwhile
                ran, queued, _ = (int(word) for word in file.read_text().split())
                now[file.parent.name] = (ran, queued)
        ran = queued = 0
        for thread, (ran_ns, queued_ns) in now.items():
            before = self._before.get(thread, (ran_ns, queued_ns))
            ran += max(0, ran_ns - before[0])
            queued += max(0, queued_ns - before[1])
        self._before = now
        return ran / (ran + queued) if ran + queued >= LEAST_NS else 1.0

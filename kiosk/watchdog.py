"""Sees to it that the mirror runs for weeks: each part that stops is started anew within seconds.

what stops                      how it shows                    what is done
camera unplugged                its frames end                  opened again (mirror.py)
camera stuck                    no frame for CAMERA_S           another thread opens it
a step raises                   the show has failed             stream and renderer anew
pipeline or OpenGL stuck        a step stays at one frame       stream anew; renderer as well
none of it helps                FAILURES in a row               the process ends; the launcher,
                                                                or systemd, starts it again

A busy machine is no fault: a step counts as stuck by the time that the processor was there for it,
so what is slow is waited for longer than what waits for nothing.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from kiosk.contention import Contention
from kiosk.figures import Figures
from kiosk.mirror import Mirror
from kiosk.show import Show
from viewer.render.worker import RenderWorker

EVERY_S = 0.25
CAMERA_S = 2.0
SAME_S = 0.05  # between two ways of reading one time: figures are rounded
STALL_S = 2.5
LEAST_GIVEN = 0.2  # of the processor: on a busy machine a stuck step is waited for 5 times as long
STARTING_S = 12.0  # a stream that starts anew prepares its pieces
LONGEST_WAIT_S = 30.0
CALM_S = 60.0  # without a fault: patience is as short as at first
PROBE_S = 0.3
FAILURES = 4  # restarts in a row that did not help
STATM, THERMAL = Path("/proc/self/statm"), Path("/sys/class/thermal")
LEFT_BEHIND = 6  # stuck threads: their memory comes back with a new process


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that stopped, and was started anew."""

    part: str  # camera, stream or renderer
    why: str
    at_s: float


class Watchdog:
    """Looks at a mirror a few times a second.

    Args:
        mirror: what it looks after.
        give_up: ends the process; called once.
        told: hears of each fault.
        clock: seconds that do not go back.
        given: share of the processor that was wanted since it was last asked, and given.
    """

    def __init__(
        self,
        mirror: Mirror,
        give_up: Callable[[str], None],
        told: Callable[[Fault], None],
        clock: Callable[[], float] = monotonic,
        given: Callable[[], float] | None = None,
    ) -> None:
        self._mirror = mirror
        self._give_up = give_up
        self._told = told
        self._clock = clock
        self._given = given or Contention().given
        self._last_given = 1.0
        self._fair_s = 0.0  # seconds in which the processor was there for us
        self._looked_s = clock()
        self._camera_said: tuple[float, float] = (clock(), 0.0)  # when, and the fair time then
        self._started_fair_s = 0.0
        self._steps: dict[tuple[int, str, int], float] = {}  # at work, with when they were first
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting: Future[bool] | None = None
        self._started_s = self._camera_s = self._fault_s = -LONGEST_WAIT_S
        self._camera_patience_s, self._stall_patience_s = CAMERA_S, STALL_S
        self._in_a_row = 0
        self._gave_up = False
        self.faults: Counter[str] = Counter()

    def start(self) -> None:
        """Look from now on."""
        self._thread = threading.Thread(target=self._run, name="kiosk-watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def check(self) -> None:
        """Look once, and do what is to be done."""
        now = self._clock()
        self._last_given = max(self._given(), LEAST_GIVEN)
        self._fair_s += (now - self._looked_s) * self._last_given
        self._looked_s = now
        if now - self._fault_s > CALM_S:
            self._camera_patience_s, self._stall_patience_s = CAMERA_S, STALL_S
        if now - self._started_s > STARTING_S:
            self._in_a_row = 0
        self._check_camera(now)
        self._check_stream(now)

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            self.check()

    def _check_camera(self, now: float) -> None:
        said_s = now - self._mirror.figures().camera_silent_s
        if abs(said_s - self._camera_said[0]) > SAME_S:
            self._camera_said = (said_s, self._fair_s - (now - said_s) * self._last_given)
        silent_s = self._fair_s - self._camera_said[1]
        if silent_s >= CAMERA_S and now - self._camera_s >= self._camera_patience_s:
            self._camera_s = now
            self._camera_patience_s = min(2.0 * self._camera_patience_s, LONGEST_WAIT_S)
            self._note(Fault("camera", f"no frame for {silent_s:.1f} s", now))
            self._mirror.reopen_camera()

    def _check_stream(self, now: float) -> None:
        if self._starting is not None:
            if not self._starting.done():
                if self._fair_s - self._started_fair_s < STARTING_S:
                    return
                why = "it does not start"
            elif self._starting.cancelled() or self._starting.exception() is None:
                self._starting = None
                return
            else:
                why = f"it cannot start: {self._starting.exception()}"
            self._restart(now, why, new_renderer=True)
            return
        show = self._mirror.show
        if show is None:
            return
        failure = show.failure()
        if failure is not None:
            self._restart(now, f"{type(failure).__name__}: {failure}", new_renderer=True)
            return
        step, at_it_s = self._longest_at_work(show)
        if at_it_s > self._stall_patience_s:
            stuck = not _answers(show.renderer)
            self._stall_patience_s = min(2.0 * self._stall_patience_s, LONGEST_WAIT_S)
            why = f'the step "{step}" has been at one frame for {at_it_s:.1f} s'
            self._restart(now, why, new_renderer=stuck)

    def _longest_at_work(self, show: Show) -> tuple[str, float]:
        """The step that has been at its frame for longest, by the time that it could work."""
        at_work = {(id(show), step, number) for step, number in show.at_work().items()}
        self._steps = {key: self._steps.get(key, self._fair_s) for key in at_work}
        if not self._steps:
            return "", 0.0
        oldest = min(self._steps, key=lambda key: self._steps[key])
        return oldest[1], self._fair_s - self._steps[oldest]

    def _restart(self, now: float, why: str, *, new_renderer: bool) -> None:
        self._in_a_row += 1
        self._note(Fault("renderer" if new_renderer else "stream", why, now))
        if self._in_a_row > FAILURES or self._mirror.left_behind > LEFT_BEHIND:
            if not self._gave_up:
                self._gave_up = True
                self._give_up(f"The mirror does not recover by itself: {why}.")
            return
        self._starting = self._mirror.restart(new_renderer=new_renderer)
        self._started_s, self._started_fair_s = self._clock(), self._fair_s

    def _note(self, fault: Fault) -> None:
        self._fault_s = fault.at_s
        self.faults[fault.part] += 1
        self._told(fault)


def _answers(renderer: RenderWorker) -> bool:
    """Whether a renderer's thread takes up work."""
    try:
        renderer.run(lambda _: None).result(PROBE_S)
    except (NotInTime, RuntimeError):
        return False
    return True


class DailyRestart:
    """When the day ends: in its window while nobody is there, at the window's end in any case.

    Args:
        begins: local time; None: never.
        started: when this process began.
    """

    def __init__(
        self, begins: time | None, started: datetime, window: timedelta = timedelta(hours=2)
    ) -> None:
        self._next: datetime | None = None
        self._window = window
        if begins is not None:
            today = datetime.combine(started.date(), begins)
            self._next = today if today > started else today + timedelta(days=1)

    def due(self, now: datetime, *, idle: bool) -> bool:
        """Whether to restart now."""
        if self._next is None or now < self._next:
            return False
        return idle or now >= self._next + self._window


def health(figures: Figures, faults: Counter[str]) -> dict[str, Any]:
    """Figures for the staff."""
    return {
        "frames_a_second": figures.frames_a_second,
        "delay_ms": figures.delay_ms,
        "camera_age_s": figures.camera_age_s,
        "frame_age_s": figures.frame_age_s,
        "camera_problem": figures.camera_problem,
        "frames": figures.frames,
        "faults": dict(faults),
        "resident_mb": resident_mb(),
        "temperature_c": temperature_c(),
    }


def resident_mb() -> float | None:
    """Memory of this process; None where the system does not say."""
    if not STATM.exists():
        return None
    pages = int(STATM.read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def temperature_c() -> float | None:
    """Of the warmest part that the system measures; None where it measures none."""
    found = []
    for zone in THERMAL.glob("thermal_zone*/temp"):
        with suppress(OSError, ValueError):  # a sensor that is switched off
            found.append(int(zone.read_text()) / 1000.0)
    return round(max(found), 1) if found else None

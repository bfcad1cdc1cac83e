"""What the staff are told of how the mirror does: delays, signs of the page, what was recovered."""

from __future__ import annotations

import statistics
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.pulse import page_beat

FAULTS_KEPT = 20
DELAYS_KEPT = 100


class Vitals:
    """Figures of one mirror.

    Args:
        clock: seconds that do not go back.
        now: local date and time.
        signs: where the launcher looks for signs of life; None: nobody does.
    """

    def __init__(
        self, clock: Callable[[], float], now: Callable[[], datetime], signs: Path | None
    ) -> None:
        self.started = now()
        self.faults: Counter[str] = Counter()
        self._clock, self._now, self._signs = clock, now, signs
        self._page_s: float | None = None  # the mirror's own page was heard of last
        self._delays_ms: deque[float] = deque(maxlen=DELAYS_KEPT)
        self._recovered: deque[dict[str, str]] = deque(maxlen=FAULTS_KEPT)

    @property
    def glass_ms(self) -> float | None:
        """From the shutter to the picture on the mirror's own page, median of the last frames."""
        delays = list(self._delays_ms)
        return round(statistics.median(delays), 1) if delays else None

    @property
    def page_age_s(self) -> float | None:
        """Since the mirror's own page was heard of; None: not yet."""
        return None if self._page_s is None else self._clock() - self._page_s

    @property
    def recovered(self) -> list[dict[str, str]]:
        """What stopped and was started anew, the last first."""
        return list(reversed(self._recovered))

    def page_lives(self) -> None:
        """The mirror's own page was heard of."""
        self._page_s = self._clock()
        if self._signs is not None:
            page_beat(self._signs)

    def page_drew(self, delay_ms: float) -> None:
        """The mirror's own page has drawn a frame, so long after the shutter."""
        self._delays_ms.append(delay_ms)

    def recover(self, part: str, why: str) -> None:
        """A part stopped and was started anew."""
        self.faults[part] += 1
        when = self._now().isoformat(timespec="seconds")
        self._recovered.append({"part": part, "why": why, "when": when})

"""How the mirror was used, day by day: counts alone, nothing about anybody, a month at most."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from models3d.files import NotWritable, write_whole

DAYS_KEPT = 31
WRITE_EVERY_S = 600.0
LARGEST_BYTES = 1_000_000


class DailyUse:
    """Counts events of each day; safe to use from many threads.

    Args:
        now: local date and time.
        path: where the counts outlive a restart; None: nowhere.
    """

    def __init__(self, now: Callable[[], datetime], path: Path | None = None) -> None:
        self._now = now
        self._path = path
        self._guard = threading.Lock()
        self._days: dict[str, Counter[str]] = _read(path) if path else {}
        self._written = now()

    def count(self, what: str) -> None:
        """Count one of something, such as `session`, `worn:halo` or `picture`.

        A disk that refuses the counts holds up no client: it is tried again later.
        """
        now = self._now()
        with self._guard:
            day = self._days.setdefault(now.date().isoformat(), Counter())
            day[what] += 1
            if what == "session":
                day[f"hour:{now.hour:02d}"] += 1
            for old in sorted(self._days)[:-DAYS_KEPT]:
                del self._days[old]
            due = self._path is not None and (now - self._written).total_seconds() > WRITE_EVERY_S
            if due:
                self._written = now
        if due:
            with suppress(OSError, NotWritable):
                self.write()

    def days(self) -> dict[str, dict[str, int]]:
        """Every day that is kept, the oldest first."""
        with self._guard:
            return {day: dict(sorted(self._days[day].items())) for day in sorted(self._days)}

    def write(self) -> None:
        """Write the counts down, in place of those written before.

        Raises:
            NotWritable, OSError: the disk refuses.
        """
        if self._path is None:
            return
        days = self.days()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps(days, separators=(",", ":")).encode())
        self._written = self._now()


def _read(path: Path) -> dict[str, Counter[str]]:
    """What was counted before; a file that says something else is begun anew."""
    if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
        return {}
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(day): Counter({str(k): int(v) for k, v in c.items()}) for day, c in found.items()
        }
    except (ValueError, AttributeError, TypeError):
        return {}

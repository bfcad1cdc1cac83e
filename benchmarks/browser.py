"""Chromium for the benchmarks: what its processes use, and when its window changed."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import numpy as np
from PIL import Image as Pillow
from playwright.sync_api import Browser, CDPSession, Page, Playwright

from tests.chromium import chromium

FILM_PX = 96
POLL_MS = 20
TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Processes:
    """All processes of one browser."""

    first: int

    @property
    def pids(self) -> list[int]:
        """The first and all that came of it."""
        found, open_ = [], [self.first]
        while open_:
            pid = open_.pop()
            found.append(pid)
            for listed in Path(f"/proc/{pid}/task").glob("*/children"):
                open_ += map(int, _read(listed).split())
        return found

    def memory_mb(self) -> float:
        """Memory in use; what processes share is counted once."""
        lines = [
            line
            for pid in self.pids
            for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
            if line.startswith("Pss:")
        ]
        return sum(float(line.split()[1]) for line in lines) / 1024.0

    def processor_s(self) -> float:
        """Processor time used so far."""
        spent = 0.0
        for pid in self.pids:
            fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
            spent += sum(map(int, fields[11:13])) * TICK_S if fields else 0.0
        return spent


def _read(path: Path) -> str:
    """A file of /proc; nothing of a process that has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@contextmanager
def browser(playwright: Playwright) -> Iterator[tuple[Browser, Processes]]:
    """A browser of one's own, nothing cached, and its processes."""
    mark = f"--parure-bench={uuid4().hex}"
    with chromium(playwright, mark) as opened:
        (first,) = (
            int(folder.name)
            for folder in Path("/proc").iterdir()
            if folder.name.isdecimal() and _is_first(folder, mark)
        )
        yield opened, Processes(first)


def _is_first(folder: Path, mark: str) -> bool:
    arguments = _read(folder / "cmdline").split("\0")
    return mark in arguments and not any(one.startswith("--type=") for one in arguments)


@dataclass(slots=True)
class Film:
    """What the window showed and when, small and grey."""

    session: CDPSession
    shown: list[tuple[float, float]] = field(default_factory=list)  # epoch s, mean grey 0..1

    def start(self) -> None:
        """Begin; every change of the window is noted from now on."""
        self.session.on("Page.screencastFrame", lambda frame: self._take(frame))
        self.session.send(
            "Page.startScreencast",
            {"format": "jpeg", "quality": 60, "maxWidth": FILM_PX, "maxHeight": FILM_PX},
        )

    def stop(self) -> None:
        """No more."""
        self.session.send("Page.stopScreencast")

    def _take(self, frame: dict[str, Any]) -> None:
        self.session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})
        with Pillow.open(io.BytesIO(base64.b64decode(frame["data"]))) as picture:
            grey = float(np.asarray(picture.convert("L"), np.float64).mean()) / 255.0
        self.shown.append((frame["metadata"]["timestamp"], grey))


def until(page: Page, holds: str, seconds: float) -> None:
    """Wait for a JavaScript expression.

    Raises:
        TimeoutError: it did not hold in time.
    """
    end = monotonic() + seconds
    while not page.evaluate(holds):
        if monotonic() > end:
            raise TimeoutError(f"not in {seconds} s: {holds}")
        page.wait_for_timeout(POLL_MS)


def told(page: Page, holds: str, seconds: float) -> dict[str, Any]:
    """What the page's tracking noted in `told`, once something of it holds.

    Raises:
        RuntimeError: the tracking has failed; `told.failed` says why.
        TimeoutError: it did not hold in time.
    """
    until(page, f"told.failed || ({holds})", seconds)
    noted: dict[str, Any] = page.evaluate("told")
    if noted["failed"]:
        raise RuntimeError(f"tracking says: {noted['failed']}")
    return noted

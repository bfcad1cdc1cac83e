"""A camera before which a hand trembles: what both ways of working on frames are measured by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import numpy as np

from kiosk.cameras import CameraFrame
from tryon.media.photo import read_photo

HAND = Path(__file__).parent / "hand.jpg"  # drawn by benchmarks/kiosk_hand.py
FRAMES_A_SECOND = 30.0
TREMBLE_PX = 3


class ProbeCamera:
    """Frames of a hand without end, at a camera's pace."""

    def frames(self) -> Iterator[CameraFrame]:
        """1280 × 720."""
        still = read_photo(HAND).image
        film = [np.ascontiguousarray(np.roll(still, k, axis=1)) for k in range(TREMBLE_PX)]
        due, number = monotonic(), 0
        while True:
            sleep(max(0.0, due - monotonic()))
            due = max(due + 1.0 / FRAMES_A_SECOND, monotonic())
            yield CameraFrame(film[number % len(film)], monotonic(), 0.0)
            number += 1

"""How a mirror does, in figures; the same wherever its frames are worked on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RATE_FRAMES, RATE_S = 30, 5.0  # over which frames a second are measured


@dataclass(frozen=True, slots=True)
class Figures:
    """How the mirror does."""

    frames: int  # published since the start
    frames_a_second: float
    camera_rate: float | None  # frames a second that the camera gives; None: not known yet
    delay_ms: float  # from the shutter to publication, of the last frame
    camera_age_s: float  # since the camera gave a frame
    camera_silent_s: float  # since it gave a frame or said what is wrong
    frame_age_s: float  # since a frame was published
    camera_problem: str | None
    camera_starts: int
    stream_starts: int
    renderer_starts: int


class Rate:
    """How often something has happened lately."""

    def __init__(self) -> None:
        self._times: Sequence[float] = ()

    def note(self, now_s: float) -> None:
        """It happens now."""
        self._times = [*self._times[-RATE_FRAMES:], now_s]

    def a_second(self, now_s: float) -> float | None:
        """How many a second there have been; None: too few to tell."""
        lately = [then for then in self._times if now_s - then < RATE_S]
        if len(lately) < 2 or lately[-1] <= lately[0]:
            return None
        return round((len(lately) - 1) / (lately[-1] - lately[0]), 1)

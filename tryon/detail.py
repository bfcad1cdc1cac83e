"""How carefully frames are drawn, and the governor that lowers it where time is short."""

from __future__ import annotations

from dataclasses import dataclass

from models3d.frames import PixelRegion

FRAMES_A_SECOND = 30.0
SETTLING_FRAMES = 12  # of the running mean of what a frame costs
FRAMES_BEFORE_LESS = 10  # too dear for so long: draw with less care
FRAMES_BEFORE_MORE = 60  # cheap for so long: try more care
MOST_FRAMES_BEFORE_MORE = 1920  # the wait doubles whenever more was tried in vain
HIDING_BLUR_PX = 1.5  # a Gaussian so wide leaves nothing of what one sample a pixel gets wrong
ROOM_FOR_MORE = 0.72  # of the time there is: more care costs about a third more


@dataclass(frozen=True, slots=True)
class Detail:
    """How carefully a frame is drawn."""

    supersampling: int  # samples along each side of a pixel, at most
    samples_px: int  # of a whole drawing before it is reduced: bounds time and memory
    gem_bounces: int
    full_dispersion: bool
    heavy_every: int = 1  # frames between two looks at bodies and masks in a stream

    def supersampling_of(self, region: PixelRegion, blur_px: float = 0.0) -> int:
        """As much as the bound allows: less for large regions, none that the blur would hide.

        Args:
            blur_px: standard deviation of the blur that the drawing is given afterwards.
        """
        if blur_px >= HIDING_BLUR_PX:
            return 1
        area = region.width * region.height
        fitting = (n for n in range(self.supersampling, 1, -1) if n * n * area <= self.samples_px)
        return next(fitting, 1)


STILL = Detail(supersampling=6, samples_px=6_000_000, gem_bounces=10, full_dispersion=True)
FILM = Detail(supersampling=2, samples_px=2_000_000, gem_bounces=8, full_dispersion=True)
LIVE = Detail(
    supersampling=2, samples_px=240_000, gem_bounces=5, full_dispersion=False, heavy_every=3
)
# Each saves something that is seen a little more than the one before.
LADDER = (
    LIVE,
    Detail(2, 240_000, 4, full_dispersion=False, heavy_every=5),
    Detail(2, 120_000, 4, full_dispersion=False, heavy_every=6),
    Detail(1, 240_000, 3, full_dispersion=False, heavy_every=8),
    Detail(1, 240_000, 2, full_dispersion=False, heavy_every=12),
)


class Governor:
    """Keeps a stream at its pace: a step down the ladder when frames cost too much, up with room.

    Args:
        frames_a_second: the pace to keep.
    """

    def __init__(self, frames_a_second: float = FRAMES_A_SECOND) -> None:
        self._budget_ms = 1e3 / frames_a_second
        self._cost_ms = 0.0
        self._level = 0
        self._dear = self._cheap = 0
        self._patience = FRAMES_BEFORE_MORE
        self._since_more = 0  # frames since more care was last tried; 0: not on trial

    @property
    def level(self) -> int:
        """0: as carefully as live frames are drawn; more is less."""
        return self._level

    @property
    def detail(self) -> Detail:
        """How to draw the next frame."""
        return LADDER[self._level]

    def note(self, cost_ms: float) -> None:
        """Tell what a frame has cost.

        Args:
            cost_ms: of the whole frame, or of the slowest step where steps overlap.
        """
        share = 1.0 / SETTLING_FRAMES if self._cost_ms else 1.0
        self._cost_ms += share * (cost_ms - self._cost_ms)
        self._dear = self._dear + 1 if self._cost_ms > self._budget_ms else 0
        self._cheap = self._cheap + 1 if self._cost_ms < ROOM_FOR_MORE * self._budget_ms else 0
        if self._since_more:
            self._since_more += 1
            if self._since_more > self._patience:  # more care was affordable
                self._since_more, self._patience = 0, FRAMES_BEFORE_MORE
        if self._dear >= FRAMES_BEFORE_LESS and self._level < len(LADDER) - 1:
            if self._since_more:
                self._patience = min(2 * self._patience, MOST_FRAMES_BEFORE_MORE)
            self._become(self._level + 1)
            self._since_more = 0
        elif self._cheap >= self._patience and self._level > 0:
            self._become(self._level - 1)
            self._since_more = 1

    def _become(self, level: int) -> None:
        self._level = level
        self._dear = self._cheap = 0
        self._cost_ms = 0.0  # what frames cost now is another matter

"""How one mirror stands in its boutique, as its parts are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kiosk.choice import whole_tray
from kiosk.deciding import AS_ASKED, Decision
from kiosk.watchdog import DailyRestart


@dataclass(frozen=True, slots=True)
class Settings:
    """How this kiosk stands."""

    orientation: str | None = None  # portrait or landscape; None: as the screen is
    gestures: bool = True
    tray: tuple[str, ...] = field(default_factory=whole_tray)
    restart: DailyRestart | None = None
    use_file: Path | None = None
    pin: str | None = None
    signs: Path | None = None  # where the launcher looks for signs of life
    paired_for_a_session: bool = True  # tablets; otherwise they stay paired for the day
    camera: int = 0  # of the page's browser, where that works on frames
    turned: int = 0  # degrees clockwise that that camera was turned
    decision: Decision = AS_ASKED  # where frames are worked on

    @property
    def on_device(self) -> bool:
        """Whether frames are worked on by the mirror's own page."""
        return self.decision.on_device

"""How a kiosk stands in its boutique: read from the command line, the same in both processes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from kiosk.cameras import SourceMaker, source_of
from kiosk.choice import whole_tray
from kiosk.errors import CannotStart
from kiosk.kiosk import Kiosk
from kiosk.mirror import Mirror
from kiosk.settings import Settings
from kiosk.staff import staff_pin
from kiosk.watchdog import DailyRestart
from viewer.catalogue import product
from viewer.render.environment import Environment
from viewer.store import store_location

ORIENTATIONS = ("portrait", "landscape")
PAIRINGS = ("session", "day")


@dataclass(frozen=True, slots=True)
class KioskSetup:
    """What `parure kiosk` was told."""

    camera: str = "0"  # a number, or a video in its place
    turned: int = 0
    orientation: str | None = None
    port: int = 8000
    network: str | None = None  # this machine's address on the local network; None: loopback alone
    gestures: bool = True
    products: tuple[str, ...] = ()  # of the tray; none: the whole collection
    restart_at: str | None = "04:00"
    pairing: str = "session"  # how long a tablet stays paired: session or day
    signs: Path | None = None  # where the launcher looks for signs of life

    @property
    def binds(self) -> tuple[str, ...]:
        """Where the service listens."""
        own = f"127.0.0.1:{self.port}"
        if self.network is None:
            return (own,)
        try:
            address = ipaddress.ip_address(self.network)
        except ValueError:  # a name: whatever address it has today
            return (f"0.0.0.0:{self.port}",)
        shown = f"[{address}]" if address.version == 6 else str(address)
        return (own, f"{shown}:{self.port}")

    @property
    def address(self) -> str:
        """Where phones and tablets reach the service; this machine's own without a network."""
        host = self.network or "127.0.0.1"
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def source(self) -> SourceMaker:
        """The camera.

        Raises:
            CannotStart: it is no camera.
        """
        return source_of(self.camera, self.turned)

    def settings(self, started: datetime) -> Settings:
        """What the mirror is told.

        Raises:
            CannotStart: the PIN is weak, or the time of the restart is none.
            UnknownProduct: the tray names a product that there is not.
        """
        if self.orientation not in (None, *ORIENTATIONS):
            raise CannotStart(
                f'A screen stands {" or ".join(ORIENTATIONS)}, not "{self.orientation}".'
            )
        tray = tuple(product(each).id for each in self.products) or whole_tray()
        location = store_location()
        use_file = Path(location).parent / "kiosk" / "use.json" if _is_folder(location) else None
        return Settings(
            orientation=self.orientation,
            gestures=self.gestures,
            tray=tray,
            restart=DailyRestart(_time_of(self.restart_at), started),
            use_file=use_file,
            pin=staff_pin(),
            paired_for_a_session=self.pairing == "session",
            signs=self.signs,
        )

    def kiosk(self, give_up: Callable[[str], None], room: Environment | None) -> Kiosk:
        """The mirror, not yet started.

        Args:
            room: the light before it, where that was measured.
        Raises:
            ParureError: something in the set-up is wrong; the message says what.
        """
        return Kiosk(
            self.source(),
            self.settings(datetime.now()),
            give_up,
            mirror=lambda source, notes: Mirror(source, notes, room=room),
        )

    def arguments(self) -> list[str]:
        """The words that say the same to another process."""
        said = ["--camera", self.camera, "--turned", str(self.turned), "--port", str(self.port)]
        for name, value in (("--orientation", self.orientation), ("--network", self.network)):
            said += [name, value] if value else []
        said += [] if self.gestures else ["--no-gestures"]
        said += ["--restart-at", self.restart_at or "never", "--pairing", self.pairing]
        for each in self.products:
            said += ["--product", each]
        return said


def _time_of(said: str | None) -> time | None:
    if said is None or said == "never":
        return None
    try:
        return time.fromisoformat(said)
    except ValueError as error:
        raise CannotStart(f'"{said}" is no time of day: write 04:00, or never.') from error


def _is_folder(location: str | Path) -> bool:
    return "://" not in str(location)

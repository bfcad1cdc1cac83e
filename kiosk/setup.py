"""How a kiosk stands in its boutique: read from the command line, the same in both processes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from kiosk.cameras import LoopedVideo, SourceMaker, source_of
from kiosk.choice import whole_tray
from kiosk.deciding import AS_ASKED, Decision, decision_of
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
FILMS = (".y4m", ".mjpeg")  # that Chromium plays in place of a camera


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
    decided: str = ""  # where frames are worked on, as `Decision.written` says it

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
        """The camera; where the page has it nothing is opened here.

        Raises:
            CannotStart: it is no camera.
        """
        if self.film is not None and self.film.suffix in FILMS and self.film.is_file():
            return lambda: LoopedVideo(Path(self.camera), self.turned)
        return source_of(self.camera, self.turned)

    @property
    def decision(self) -> Decision:
        """Where frames are worked on.

        Raises:
            CannotStart: what was decided cannot be read.
        """
        return decision_of(self.decided) if self.decided else AS_ASKED

    @property
    def film(self) -> Path | None:
        """The film that plays in a camera's place; None: there is a camera."""
        return None if self.camera.isdecimal() else Path(self.camera)

    def camera_flags(self) -> tuple[str, ...]:
        """What gives the page its camera without asking whoever stands there.

        Raises:
            CannotStart: browsers play no such film.
        """
        if not self.decision.on_device:
            return ()
        return camera_flags(self.film)

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
            camera=int(self.camera) if self.film is None else 0,
            turned=self.turned,
            decision=self.decision,
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
        said += ["--decided", self.decided] if self.decided else []
        for each in self.products:
            said += ["--product", each]
        return said


def camera_flags(film: Path | None) -> tuple[str, ...]:
    """Chromium's, for a camera that it may use, or for a film in its place.

    Raises:
        CannotStart: it plays no such film.
    """
    allowed = "--auto-accept-camera-and-microphone-capture"
    if film is None:
        return (allowed,)
    if film.suffix not in FILMS:
        raise CannotStart(
            f'The page plays {" and ".join(FILMS)} in place of a camera, not "{film.name}": take '
            "another film, or start with --on-service."
        )
    return (
        allowed,
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film.absolute()}",
    )


def _time_of(said: str | None) -> time | None:
    if said is None or said == "never":
        return None
    try:
        return time.fromisoformat(said)
    except ValueError as error:
        raise CannotStart(f'"{said}" is no time of day: write 04:00, or never.') from error


def _is_folder(location: str | Path) -> bool:
    return "://" not in str(location)

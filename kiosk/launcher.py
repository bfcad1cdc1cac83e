"""`parure kiosk`: the service and the browser before it, each started again whenever it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from kiosk.errors import CannotStart
from kiosk.setup import KioskSetup

PROGRAMS = (
    "/usr/lib/chromium/chromium",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)
BROWSER_VARIABLE = "PARURE_BROWSER"
FLAGS = (
    "--kiosk",
    "--incognito",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--disable-infobars",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-translate",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-crash-reporter",
    "--no-pings",
    "--disk-cache-size=33554432",
    "--autoplay-policy=no-user-gesture-required",
)
EVERY_S = 0.25
QUICK_S = 10.0  # whoever ends sooner is started again after a pause
PAUSES_S = (0.2, 1.0, 3.0, 10.0, 30.0)
END_S = 8.0


def browser_program() -> str:
    """Where Chromium is: `PARURE_BROWSER`, else where systems have it.

    Raises:
        CannotStart: nowhere.
    """
    said = os.environ.get(BROWSER_VARIABLE)
    if said:
        if not Path(said).is_file():
            raise CannotStart(f"{BROWSER_VARIABLE} names {said}, which is not there.")
        return said
    for candidate in PROGRAMS:
        if Path(candidate).exists():
            return candidate
    raise CannotStart(
        "Chromium is missing: install it (apt-get install chromium), name a browser in "
        f"{BROWSER_VARIABLE}, or start with --no-browser and open /kiosk in any browser."
    )


def check_screen() -> None:
    """That a window can be opened.

    Raises:
        CannotStart: there is no display.
    """
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        raise CannotStart(
            "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it in the "
            "kiosk's own session, or with --no-browser and open /kiosk in any browser."
        )


def browser_command(
    program: str, address: str, profile: Path, screen: tuple[int, int] | None
) -> list[str]:
    """Chromium on one page and nothing else.

    Args:
        profile: a folder of its own, thrown away afterwards.
        screen: where the screen begins on the desktop, pixels.
    """
    place = [f"--window-position={screen[0]},{screen[1]}"] if screen else []
    return [program, *FLAGS, f"--user-data-dir={profile}", *place, f"--app={address}"]


def screen_places(xrandr: str) -> list[tuple[int, int]]:
    """Where each connected screen begins, from what `xrandr --listmonitors` writes."""
    places = []
    for line in xrandr.splitlines()[1:]:
        words = [word for word in line.split() if "/" in word and "+" in word]
        if words:
            _, x, y = words[0].rsplit("+", 2)
            places.append((int(x), int(y)))
    return places


def place_of_screen(number: int | None) -> tuple[int, int] | None:
    """Where a screen begins; None: wherever the window system puts the window.

    Raises:
        CannotStart: there is no such screen, or nobody can tell.
    """
    if number is None:
        return None
    if shutil.which("xrandr") is None:
        raise CannotStart("Screens are told apart by xrandr: install it (x11-xserver-utils).")
    told = subprocess.run(
        ["xrandr", "--listmonitors"], capture_output=True, text=True, check=False
    ).stdout
    places = screen_places(told)
    if not 0 <= number < len(places):
        raise CannotStart(f"There is no screen {number}: {len(places)} are connected, from 0.")
    return places[number]


@dataclass(slots=True, eq=False)
class Kept:
    """A program that is started again whenever it ends."""

    name: str
    command: Sequence[str]
    clock: Callable[[], float] = monotonic
    starts: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None)
    _started_s: float = 0.0
    _quick: int = 0  # how often in a row it has ended soon
    _due_s: float = 0.0

    def look(self) -> None:
        """Start it if it does not run and its pause is over."""
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            lasted = self.clock() - self._started_s
            self._quick = self._quick + 1 if lasted < QUICK_S else 0
            pause = PAUSES_S[min(self._quick, len(PAUSES_S) - 1)]
            self._due_s = self.clock() + pause
            self._process = None
            _say(f"{self.name} has ended (status {status}); it starts again in {pause:g} s.")
        if self.clock() >= self._due_s:
            self._process = subprocess.Popen(self.command, start_new_session=True)
            self._started_s = self.clock()
            self.starts += 1

    @property
    def runs(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid if self._process is not None else None

    def end(self) -> None:
        """End it and everything it has started."""
        if self._process is None:
            return
        for word, patience_s in ((signal.SIGTERM, END_S), (signal.SIGKILL, END_S)):
            if self._process.poll() is None:
                os.killpg(self._process.pid, word)
                try:
                    self._process.wait(patience_s)
                except subprocess.TimeoutExpired:
                    continue
            break
        self._process = None


def launch(setup: KioskSetup, service: Sequence[str], *, browser: bool, screen: int | None) -> None:
    """Run until interrupted.

    Args:
        service: the command that serves.
        browser: open it here; otherwise any browser may.
        screen: which, from 0.
    Raises:
        CannotStart: there is no screen or no browser.
    """
    ended = threading.Event()
    for word in (signal.SIGINT, signal.SIGTERM):
        signal.signal(word, lambda *_: ended.set())
    program, place = "", None
    if browser:
        check_screen()
        program, place = browser_program(), place_of_screen(screen)
    _announce(setup)
    kept = [Kept("The service", service)]
    with tempfile.TemporaryDirectory(prefix="parure-kiosk-") as profile:
        if browser:
            address = f"http://127.0.0.1:{setup.port}/kiosk"
            command = browser_command(program, address, Path(profile), place)
            kept.append(Kept("The browser", command))
        try:
            while not ended.wait(EVERY_S):
                for each in kept:
                    each.look()
        finally:
            for each in reversed(kept):
                each.end()


def _announce(setup: KioskSetup) -> None:
    _say(f"The mirror is at http://127.0.0.1:{setup.port}/kiosk, on this machine alone.")
    if setup.network is None:
        _say("No tablet or phone reaches it: name this machine's address with --network for that.")
    else:
        _say(
            f"Tablets and phones reach {setup.address} on the local network, once they are paired "
            "on the staff page."
        )


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201

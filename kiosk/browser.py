"""The browser before the mirror: where Chromium is, what it is started with, on which screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.errors import CannotStart

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
    "--disable-domain-blocking-for-3d-apis",  # graphics that were lost are opened again at once
    "--disk-cache-size=33554432",
    "--autoplay-policy=no-user-gesture-required",
)


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
    program: str,
    address: str,
    profile: Path,
    screen: tuple[int, int] | None,
    camera: Sequence[str] = (),
) -> list[str]:
    """Chromium on one page and nothing else.

    Args:
        profile: a folder of its own, thrown away afterwards.
        screen: where the screen begins on the desktop, pixels.
        camera: flags that give the page its camera.
    """
    place = [f"--window-position={screen[0]},{screen[1]}"] if screen else []
    return [program, *FLAGS, *camera, f"--user-data-dir={profile}", *place, f"--app={address}"]


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

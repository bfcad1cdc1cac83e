"""`parure kiosk`: what it is told on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from kiosk.errors import CannotStart
from kiosk.launcher import launch
from kiosk.setup import ORIENTATIONS, PAIRINGS, KioskSetup

STOOD = (
    click.option("--camera", default="0", show_default=True, help="Its number, or a video file."),
    click.option(
        "--turned",
        default="0",
        type=click.Choice(["0", "90", "180", "270"]),
        help="Degrees clockwise that the camera was turned when it was mounted.",
    ),
    click.option("--orientation", type=click.Choice(ORIENTATIONS), help="Of the screen."),
    click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535)),
    click.option(
        "--network", help="This machine's address on the local network, for tablets and phones."
    ),
    click.option("--gestures/--no-gestures", default=True, help="Steer by hand signs."),
    click.option("--product", "products", multiple=True, help="In the tray; all without it."),
    click.option("--restart-at", default="04:00", show_default=True, help="A time, or never."),
    click.option(
        "--pairing",
        type=click.Choice(PAIRINGS),
        default="session",
        show_default=True,
        help="How long a tablet stays paired.",
    ),
)


def stood(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both processes take."""
    for option in reversed(STOOD):
        command = option(command)
    return command


def setup_of(said: dict[str, Any]) -> KioskSetup:
    """The set-up that the options describe."""
    return KioskSetup(**{**said, "turned": int(said["turned"])})


@click.command()
@stood
@click.option("--screen", type=click.IntRange(0), help="Which screen, from 0.")
@click.option("--browser/--no-browser", default=True, help="Open Chromium on this machine.")
@click.option(
    "--on-server/--on-device",
    "on_server",
    default=True,
    help="Where frames are worked on: by this service, or by the page.",
)
def kiosk(screen: int | None, browser: bool, on_server: bool, **said: Any) -> None:
    """Run the boutique's mirror: the service, and Chromium in kiosk mode."""
    setup = setup_of(said)
    if not on_server:
        raise CannotStart("The page cannot work on frames itself yet: leave --on-device out.")
    setup.source()
    setup.settings(datetime.now())
    service = [sys.executable, "-m", "cli", "kiosk-service", *setup.arguments()]
    launch(setup, service, browser=browser, screen=screen)

"""`parure kiosk`: what it is told on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from kiosk.deciding import ASKED, UNMEASURED, Decision
from kiosk.launcher import launch
from kiosk.measuring import decided
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
    click.option("--decided", default="", hidden=True),
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
    "--on-device/--on-service",
    "on_device",
    default=None,
    help="Where frames are worked on: by the mirror's page, or by this service. Without it both "
    "are measured once, and the better one is taken.",
)
@click.option("--measure", is_flag=True, help="Measure again, whatever was measured before.")
def kiosk(
    screen: int | None, browser: bool, on_device: bool | None, measure: bool, **said: Any
) -> None:
    """Run the boutique's mirror: the service, and Chromium in kiosk mode."""
    setup = setup_of(said)
    setup.source()
    setup.settings(datetime.now())
    if on_device is not None:
        decision = Decision(on_device, ASKED)
    elif not browser:
        decision = Decision(on_device=False, why=UNMEASURED)
    else:
        decision = decided(setup, screen, again=measure)
    setup = replace(setup, decided=decision.written())
    service = [sys.executable, "-m", "cli", "kiosk-service", *setup.arguments()]
    launch(setup, service, browser=browser, screen=screen)

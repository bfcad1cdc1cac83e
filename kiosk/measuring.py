"""What each way of working on frames gives on this machine, measured in its own browser, once.

parure kiosk ─▶ kiosk-measure: a service with a hand before its camera
             └▶ the browser at /kiosk/measure: sees that mirror, then works on the same hand itself
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic, sleep

from kiosk.browser import browser_command, browser_program, check_screen, place_of_screen
from kiosk.deciding import BROKEN_OFF, Decision, keep, kept, machine, working_edition
from kiosk.errors import CannotStart
from kiosk.launcher import Kept, say
from kiosk.setup import KioskSetup, camera_flags
from viewer.bake import edition
from viewer.store import store_location

LIMIT_S = 60.0  # of everything; on an idle machine it takes a third of that
LOOK_S = 0.1
MEASURED = "measured.json"


def place() -> Path | None:
    """Where it is kept what was measured; None: the store is no folder."""
    location = store_location()
    return None if "://" in str(location) else Path(location).parent / "kiosk" / MEASURED


def decided(setup: KioskSetup, screen: int | None, *, again: bool) -> Decision:
    """Where frames are worked on: as it was measured on this machine, or is measured now.

    Args:
        again: whatever was measured before.
    Raises:
        CannotStart: there is no screen or no browser, or the page works on frames and browsers
            do not play the film that is to take the camera's place.
    """
    check_screen()
    program = browser_program()
    kept_at, fingerprint = place(), machine(program, edition(), working_edition())
    known = kept(kept_at, fingerprint) if kept_at is not None and not again else None
    if known is not None:
        return _possible(setup, known)
    say(f"Both ways are measured, once: at most {LIMIT_S:.0f} seconds.")
    found = measured(setup.port, program, place_of_screen(screen))
    if found is None:
        return Decision(on_device=False, why=BROKEN_OFF)  # another start measures again
    if kept_at is not None and found.service is not None and found.device is not None:
        keep(found, kept_at, fingerprint)  # what did not come in time may do so another day
    return _possible(setup, found)


def measured(port: int, program: str, where: tuple[int, int] | None) -> Decision | None:
    """Measure both ways now.

    Args:
        port: free; the service listens there meanwhile.
        program: the browser.
        where: the screen begins on the desktop, pixels.
    Returns:
        None: the measurement did not come to its end.
    Raises:
        CannotStart: the service or the browser does not start.
    """
    until = monotonic() + LIMIT_S
    with tempfile.TemporaryDirectory(prefix="parure-measure-") as folder:
        result = Path(folder) / MEASURED
        told = [sys.executable, "-m", "cli", "kiosk-measure"]
        service = Kept("The measurement", [*told, "--port", str(port), "--result", str(result)])
        address = f"http://127.0.0.1:{port}/kiosk/measure"
        profile, flags = Path(folder) / "browser", camera_flags(None)
        browser = Kept("Its browser", browser_command(program, address, profile, where, flags))
        try:
            service.look()
            while monotonic() < until and service.runs:
                found = kept(result, "")
                if found is not None:
                    return found
                if not browser.runs and result.with_name("ready").exists():
                    browser.look()
                sleep(LOOK_S)
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotStart(f"The browser does not start: {error}.") from error
        finally:
            browser.end()
            service.end()
    return None


def _possible(setup: KioskSetup, found: Decision) -> Decision:
    """What was found.

    Raises:
        CannotStart: the page works on frames, and cannot have this camera.
    """
    if found.on_device:
        camera_flags(setup.film)
    return found

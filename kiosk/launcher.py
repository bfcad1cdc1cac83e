"""`parure kiosk`: the service and the browser before it, each started again whenever it ends.

A browser may run and show nothing, a service may run and do nothing: twice a second it is looked at
when both gave a sign of life last, and whoever gave none is ended and started again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from kiosk.browser import browser_command, browser_program, check_screen, place_of_screen
from kiosk.deciding import sentences
from kiosk.pulse import page_age_s
from kiosk.setup import KioskSetup

EVERY_S = 0.25
QUICK_S = 10.0  # whoever ends sooner is started again after a pause
PAUSES_S = (0.2, 1.0, 3.0, 10.0, 30.0)
END_S = 8.0
PULSE_EVERY_S = 0.5
PAGE_S, PAGE_LOOKS = 2.0, 2  # silent for so long, and at so many looks at which the service lived
LONGEST_PATIENCE = 16.0  # times PAGE_S, after several that did not help
FIRST_PAGE_PATIENCE = 4.0  # times FIRST_PAGE_S
FIRST_PAGE_S = 20.0  # a browser that has just been started
BROWSERS_IN_VAIN = 2
SERVICE_S = 20.0  # no sign from a service that had given some
FIRST_SERVICE_S = 180.0  # from one that has just been started: nets, OpenGL, camera


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
            say(f"{self.name} has ended (status {status}); it starts again in {pause:g} s.")
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

    @property
    def runs_s(self) -> float:
        """Since it was started; 0 where it does not run."""
        return self.clock() - self._started_s if self.runs else 0.0

    def renew(self, why: str) -> None:
        """End it now; it starts again with the next look."""
        say(f"{self.name} is started again: {why}.")
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        self._due_s = self.clock()

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


@dataclass(slots=True, eq=False)
class Pulse:
    """Looks for signs of life, and starts again who gives none.

    Args:
        ask: seconds since the mirror's page was heard of, None: not yet; raises OSError where the
            service gives no sign itself.
    """

    ask: Callable[[], float | None]
    service: Kept
    browser: Kept | None
    clock: Callable[[], float] = monotonic
    _asked_s: float = -PULSE_EVERY_S
    _answered_s: float | None = None  # by the service that runs now
    _silent: int = 0  # looks in a row at which the page was silent
    _in_vain: int = 0  # browsers in a row of which nothing was heard
    _patience: float = 1.0
    _renewed_s: float = -FIRST_PAGE_S

    @property
    def began(self) -> bool:
        """Whether the service has given a sign of life yet."""
        return self._answered_s is not None

    def look(self) -> None:
        """Ask if it is time."""
        now = self.clock()
        if now - self._asked_s < PULSE_EVERY_S or not self.service.runs:
            return
        self._asked_s = now
        try:
            page_s = self.ask()
        except OSError:
            self._silent = 0
            self._unanswered(now)
            return
        self._answered_s = self.clock()
        self._hear(page_s)

    def _unanswered(self, now: float) -> None:
        answered_s, runs_s = self._answered_s, self.service.runs_s
        if answered_s is None or now - answered_s > runs_s:  # that was the one before
            if runs_s > FIRST_SERVICE_S:
                self.service.renew(f"it has given no sign of life in {FIRST_SERVICE_S:.0f} s")
        elif now - answered_s > SERVICE_S:
            self.service.renew(f"it has given no sign of life for {SERVICE_S:.0f} s")

    def _hear(self, page_s: float | None) -> None:
        browser = self.browser
        if browser is None or not browser.runs:
            return
        silent = page_s is None or page_s > PAGE_S * self._patience
        self._silent = self._silent + 1 if silent else 0
        if not silent:
            self._in_vain = 0
            if self.clock() - self._renewed_s > FIRST_PAGE_S:
                self._patience = 1.0
        heard = page_s is not None and page_s < browser.runs_s  # of the browser that runs now
        first_s = FIRST_PAGE_S * min(self._patience, FIRST_PAGE_PATIENCE)
        if self._silent >= PAGE_LOOKS and (heard or browser.runs_s > first_s):
            self._silent, self._renewed_s = 0, self.clock()
            self._patience = min(2.0 * self._patience, LONGEST_PATIENCE)
            browser.renew("its page is silent")
            self._in_vain += 1
            if self._in_vain > BROWSERS_IN_VAIN:  # it is the service that does not speak with it
                self._in_vain = 0
                self.service.renew("no browser has heard of it")


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
    with tempfile.TemporaryDirectory(prefix="parure-kiosk-") as folder:
        signs, profile = Path(folder) / "signs", Path(folder) / "browser"
        signs.mkdir()
        kept = [Kept("The service", [*service, "--signs", str(signs)])]
        if browser:
            address = f"http://127.0.0.1:{setup.port}/kiosk"
            command = browser_command(program, address, profile, place, setup.camera_flags())
            kept.append(Kept("The browser", command))
        pulse = Pulse(lambda: page_age_s(signs), kept[0], kept[1] if browser else None)
        try:
            while not ended.wait(EVERY_S):
                for each in kept:
                    if each is kept[0] or pulse.began:  # a page that finds nobody shows an error
                        each.look()
                pulse.look()
        finally:
            for each in reversed(kept):
                each.end()


def _announce(setup: KioskSetup) -> None:
    for sentence in sentences(setup.decision):
        say(sentence)
    say(f"The mirror is at http://127.0.0.1:{setup.port}/kiosk, on this machine alone.")
    if setup.network is None:
        say("No tablet or phone reaches it: name this machine's address with --network for that.")
    else:
        say(
            f"Tablets and phones reach {setup.address} on the local network, once they are paired "
            "on the staff page."
        )


def say(sentence: str) -> None:
    """Tell whoever started it."""
    print(sentence, flush=True)  # noqa: T201

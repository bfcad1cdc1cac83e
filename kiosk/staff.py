"""The staff's door: a PIN that the house sets, few tries, and sessions that end when unused."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable

from kiosk.errors import CannotStart, NotPaired
from kiosk.tries import Tries

PIN_VARIABLE = "PARURE_KIOSK_PIN"
LEAST_DIGITS = 6
IDLE_S = 600.0
SESSIONS_AT_MOST = 20


def staff_pin() -> str | None:
    """The PIN that the house has set; None: the staff page stays shut.

    Raises:
        CannotStart: it can be guessed too easily.
    """
    pin = os.environ.get(PIN_VARIABLE)
    if pin is None:
        return None
    if not pin.isdecimal() or len(pin) < LEAST_DIGITS or len(set(pin)) < 3:
        raise CannotStart(
            f"{PIN_VARIABLE} must be at least {LEAST_DIGITS} digits, of which three differ."
        )
    return pin


class StaffDoor:
    """Lets in who knows the PIN; safe to use from many threads.

    Args:
        pin: None lets nobody in.
        clock: seconds that do not go back.
    """

    def __init__(self, pin: str | None, clock: Callable[[], float]) -> None:
        self._pin = pin
        self._clock = clock
        self._tries = Tries(clock)
        self._guard = threading.Lock()
        self._sessions: dict[bytes, float] = {}  # hash of the token, when it was used last

    def enter(self, pin: str, device: str) -> str:
        """A session's token for the right PIN, compared in constant time.

        Raises:
            TooManyTries: PINs are guessed.
            NotPaired: the PIN is wrong, or none is set.
        """
        if self._pin is None:
            raise NotPaired(f"The staff page is shut: set {PIN_VARIABLE} and start the kiosk anew.")
        with self._guard:
            self._tries.check(device)
            if not hmac.compare_digest(_digest(pin), _digest(self._pin)):
                self._tries.wrong(device)
                raise NotPaired("This is not the staff's PIN.")
            token = secrets.token_urlsafe(32)
            self._forget_old()
            while len(self._sessions) >= SESSIONS_AT_MOST:
                del self._sessions[min(self._sessions, key=lambda key: self._sessions[key])]
            self._sessions[_digest(token)] = self._clock()
            return token

    def is_in(self, token: str | None) -> bool:
        """Whether a session lasts; asking counts as using it."""
        with self._guard:
            self._forget_old()
            if not token or _digest(token) not in self._sessions:
                return False
            self._sessions[_digest(token)] = self._clock()
            return True

    def leave(self, token: str | None) -> None:
        """End a session."""
        with self._guard:
            self._sessions.pop(_digest(token or ""), None)

    def _forget_old(self) -> None:
        now = self._clock()
        self._sessions = {key: used for key, used in self._sessions.items() if now - used < IDLE_S}


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

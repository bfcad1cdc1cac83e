"""Which devices may see and steer the mirror: paired once a day, by a QR code or a short code.

An offer is made by the staff, lives two minutes and pairs one device. What a device then holds is
a secret of 256 bits, of which only the hash stays here; it ends with the day, with the process, or
when the staff revoke it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.errors import NotPaired
from kiosk.tries import Tries

OFFER_S = 120.0
LONGEST_S = 14 * 3600.0  # a boutique's day; the daily restart ends it before
CODE_DIGITS = 6
DEVICES_AT_MOST = 8


class Role(StrEnum):
    """What a paired device is for."""

    REMOTE = "remote"  # the associate's tablet
    DISPLAY = "display"  # another screen that shows the mirror


@dataclass(frozen=True, slots=True)
class Offer:
    """A way in, for one device."""

    code: str  # digits, to be typed
    link_secret: str  # goes into the QR code's link, to be scanned
    role: Role
    ends_s: float


@dataclass(frozen=True, slots=True)
class Paired:
    """A device that is paired."""

    name: str  # "Tablet 1": nothing about its owner
    role: Role
    since_s: float


class Pairing:
    """Offers and devices; in memory only, safe to use from many threads.

    Args:
        clock: seconds that do not go back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._offer: Offer | None = None
        self._devices: dict[bytes, Paired] = {}  # by the hash of what they hold
        self._tries = Tries(clock)
        self._count = 0

    def offer(self, role: Role = Role.REMOTE) -> Offer:
        """A new offer; the one before ends."""
        with self._guard:
            code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
            self._offer = Offer(code, secrets.token_urlsafe(24), role, self._clock() + OFFER_S)
            return self._offer

    def withdraw(self) -> None:
        """End the offer."""
        with self._guard:
            self._offer = None

    def pair(self, said: str, device: str) -> str:
        """Pair a device by the code that was typed or the link's secret.

        Args:
            said: as it was typed; spaces do not matter.
            device: whose tries are counted, its address.
        Returns:
            the token that it holds from now on.
        Raises:
            TooManyTries: codes are guessed.
            NotPaired: the code is wrong or has ended, or too many devices are paired.
        """
        with self._guard:
            self._tries.check(device)
            offer, told = self._offer, "".join(said.split()).encode()
            good = offer is not None and self._clock() < offer.ends_s
            code = offer.code if offer else "-" * CODE_DIGITS
            link = offer.link_secret if offer else "-" * 32
            same = hmac.compare_digest(told, code.encode())
            same |= hmac.compare_digest(told, link.encode())
            if not (same and good):
                self._tries.wrong(device)
                raise NotPaired(
                    "This code pairs nothing, or no longer: ask for a new one on the staff page."
                )
            assert offer is not None
            self._forget_old()
            if len(self._devices) >= DEVICES_AT_MOST:
                raise NotPaired(
                    f"{DEVICES_AT_MOST} devices are paired: end one on the staff page first."
                )
            self._offer = None
            self._count += 1
            token = secrets.token_urlsafe(32)
            kind = "Tablet" if offer.role is Role.REMOTE else "Screen"
            name = f"{kind} {self._count}"
            self._devices[_hashed(token)] = Paired(name, offer.role, self._clock())
            return token

    def device(self, token: str | None) -> Paired:
        """The device that holds a token.

        Raises:
            NotPaired: none does.
        """
        with self._guard:
            self._forget_old()
            found = self._devices.get(_hashed(token)) if token else None
        if found is None:
            raise NotPaired("This device is not paired with the mirror, or no longer.")
        return found

    def holds(self, token: str | None, role: Role) -> bool:
        """Whether a token is that of a device of this role."""
        with self._guard:
            self._forget_old()
            found = self._devices.get(_hashed(token)) if token else None
        return found is not None and found.role is role

    def devices(self) -> tuple[Paired, ...]:
        """Every device that is paired."""
        with self._guard:
            self._forget_old()
            return tuple(self._devices.values())

    def revoke(self, name: str) -> None:
        """End one device's pairing; none of that name is fine."""
        with self._guard:
            self._devices = {
                key: paired for key, paired in self._devices.items() if paired.name != name
            }

    def revoke_role(self, role: Role) -> None:
        """End the pairing of every device of a kind; an offer that was made still stands."""
        with self._guard:
            self._devices = {
                key: paired for key, paired in self._devices.items() if paired.role is not role
            }

    def revoke_all(self) -> None:
        """End every pairing, and the offer."""
        with self._guard:
            self._devices.clear()
            self._offer = None

    def _forget_old(self) -> None:
        now = self._clock()
        self._devices = {
            key: paired for key, paired in self._devices.items() if now - paired.since_s < LONGEST_S
        }


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

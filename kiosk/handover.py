"""A picture on its way to the client's own phone: closed by its key, fetched once, soon gone.

The mirror's page closes the picture (AES-GCM) and leaves it here; its key stands in the fragment
of the link that the page shows as a QR code, which no browser ever sends. So nothing here, on the
disk or in a log can be looked at, and a picture that was fetched, that nobody fetched in time or
whose client has left the mirror is no more.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.errors import KioskError, NothingHere

LIFE_S = 300.0
LARGEST_BYTES = 6_000_000
AT_MOST = 6  # at once; the oldest gives way
NONCE_BYTES, TAG_BYTES = 12, 16  # of AES-GCM: nonce, ciphertext, tag
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class NotClosed(KioskError):
    """What is left here is no closed picture, or too large a one."""


@dataclass(frozen=True, slots=True)
class _Left:
    closed: bytes
    ends_s: float


class Handover:
    """Closed pictures in memory; safe to use from many threads.

    Args:
        clock: seconds that do not go back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._left: dict[str, _Left] = {}

    def leave(self, closed: bytes) -> str:
        """Leave a closed picture.

        Args:
            closed: nonce, ciphertext and tag.
        Returns:
            where it is to be fetched: 128 random bits.
        Raises:
            NotClosed: it is too large, or a picture that anybody can look at.
        """
        if len(closed) > LARGEST_BYTES:
            raise NotClosed(
                f"A picture of {len(closed)} bytes is too large: at most {LARGEST_BYTES} are taken."
            )
        if len(closed) <= NONCE_BYTES + TAG_BYTES or _is_open(closed):
            raise NotClosed("Only a closed picture is taken: close it with its key first.")
        place = secrets.token_urlsafe(16)
        with self._guard:
            self._forget_old()
            while len(self._left) >= AT_MOST:
                del self._left[next(iter(self._left))]
            self._left[place] = _Left(closed, self._clock() + LIFE_S)
        return place

    def fetch(self, place: str) -> bytes:
        """The closed picture, once.

        Raises:
            NothingHere: it was fetched before, has expired, or never was.
        """
        with self._guard:
            self._forget_old()
            found = self._left.pop(place, None) if _ID.fullmatch(place) else None
        if found is None:
            raise NothingHere(
                "This picture is no longer here: it can be fetched once, within "
                f"{LIFE_S / 60:.0f} minutes."
            )
        return found.closed

    def waiting(self, place: str) -> bool:
        """Whether a picture can still be fetched."""
        with self._guard:
            self._forget_old()
            return place in self._left

    def forget_all(self) -> None:
        """Let go of what a client has left, who is gone."""
        with self._guard:
            self._left = {}

    def forget_old(self) -> None:
        """Let go of what nobody fetched in time."""
        with self._guard:
            self._forget_old()

    def _forget_old(self) -> None:
        now = self._clock()
        self._left = {place: left for place, left in self._left.items() if now < left.ends_s}


def _is_open(data: bytes) -> bool:
    """Whether these are the first bytes of a picture that anybody can look at."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")) or (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    )

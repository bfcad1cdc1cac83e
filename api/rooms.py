"""Rooms with a bounded number of places: whoever finds none free in time is told to come again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from models3d.errors import ParureError


class Busy(ParureError):
    """As many people as the service can serve are being served."""


class Room:
    """A bounded number of places.

    Args:
        patience_s: that one waits for a place at most, and only `waiting` do; the rest are refused
            at once, so that they do not take every thread of the service.
        refusal: what is raised when none is free.
    """

    def __init__(
        self,
        places: int,
        sentence: str,
        patience_s: float = 0.0,
        waiting: int = 0,
        refusal: Callable[[str], ParureError] = Busy,
    ) -> None:
        self._places = threading.Semaphore(places)
        self._door = threading.Semaphore(places + waiting)
        self._sentence = sentence
        self._patience_s = patience_s
        self._refusal = refusal

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one place.

        Raises:
            Busy, or the room's own refusal: none came free in time.
        """
        if not self._door.acquire(blocking=False):
            raise self._refusal(self._sentence)
        try:
            if not self._places.acquire(timeout=self._patience_s):
                raise self._refusal(self._sentence)
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._door.release()

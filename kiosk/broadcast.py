"""One value for many: each listener gets the newest, nothing queues for those who are slow."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Broadcast(Generic[Value]):
    """Holds the newest value and wakes who waits for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._value: Value | None = None
        self._number = 0
        self._closed = False

    @property
    def newest(self) -> Value | None:
        """What was published last; None: nothing yet."""
        with self._changed:
            return self._value

    def publish(self, value: Value) -> None:
        """Replace the value."""
        with self._changed:
            self._value = value
            self._number += 1
            self._changed.notify_all()

    def forget(self) -> None:
        """Hold nothing any more; listeners keep waiting."""
        with self._changed:
            self._value = None

    def close(self) -> None:
        """Nothing more will come; who waits is woken."""
        with self._changed:
            self._closed = True
            self._value = None
            self._changed.notify_all()

    def listen(self) -> Listener[Value]:
        """A listener; it gets what is published from now on, and what is there."""
        return Listener(self)

    def _newer(self, number: int, timeout_s: float) -> tuple[int, Value | None]:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._number > number, timeout_s)
            if self._number <= number:
                return number, None
            return self._number, self._value


class Listener(Generic[Value]):
    """Takes the newest value once."""

    def __init__(self, source: Broadcast[Value]) -> None:
        self._source = source
        self._number = 0

    @property
    def number(self) -> int:
        """Of what was taken last; it grows."""
        return self._number

    def take(self, timeout_s: float) -> Value | None:
        """The newest value that was not taken yet; None: there is none in time."""
        self._number, value = self._source._newer(self._number, timeout_s)
        return value

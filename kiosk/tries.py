"""How often a secret may be guessed: by one device, and by all of them together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from kiosk.errors import TooManyTries

EACH, EACH_WITHIN_S = 5, 60.0
ALL, ALL_WITHIN_S = 20, 600.0
DEVICES_KEPT = 1000


class Tries:
    """Counts wrong tries; right ones cost nothing.

    Args:
        clock: seconds that do not go back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._of_each: OrderedDict[str, list[float]] = OrderedDict()
        self._of_all: list[float] = []

    def check(self, device: str) -> None:
        """Before a secret is compared.

        Raises:
            TooManyTries: this device, or all of them, have guessed too often.
        """
        now = self._clock()
        self._of_all = [then for then in self._of_all if now - then < ALL_WITHIN_S]
        mine = [then for then in self._of_each.get(device, []) if now - then < EACH_WITHIN_S]
        if len(mine) >= EACH:
            raise TooManyTries(EACH_WITHIN_S - (now - mine[0]))
        if len(self._of_all) >= ALL:
            raise TooManyTries(ALL_WITHIN_S - (now - self._of_all[0]))

    def wrong(self, device: str) -> None:
        """A guess was wrong."""
        now = self._clock()
        mine = [then for then in self._of_each.pop(device, []) if now - then < EACH_WITHIN_S]
        self._of_each[device] = [*mine, now][-EACH:]
        self._of_all.append(now)
        while len(self._of_each) > DEVICES_KEPT:
            self._of_each.popitem(last=False)

"""How often one visitor may ask for what is kept or sent on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from time import monotonic

from api.rooms import Busy
from api.services import guest

GUESTS_KEPT = 10_000  # the longest quiet are forgotten first


class Rate:
    """So many times in so many seconds for each visitor, by address; nothing is written down.

    Args:
        sentence: what is said to who comes too often.
    """

    def __init__(self, times: int, seconds: float, sentence: str) -> None:
        self._times = times
        self._seconds = seconds
        self._sentence = sentence
        self._guard = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, at what time

    def count(self) -> None:
        """Count one.

        Raises:
            Busy: this visitor has had enough for now.
        """
        who, now = guest(), monotonic()
        with self._guard:
            left, then = self._left.pop(who, (float(self._times), now))
            left = min(left + (now - then) * self._times / self._seconds, float(self._times))
            self._left[who] = (max(left - 1.0, 0.0) if left >= 1.0 else left, now)
            while len(self._left) > GUESTS_KEPT:
                self._left.popitem(last=False)
        if left < 1.0:
            raise Busy(self._sentence)

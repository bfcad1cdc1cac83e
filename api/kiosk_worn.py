"""What the mirror's page fetches of the pieces in its tray, made while nobody is there.

The first look at a piece takes seconds, for which whoever puts it on would wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from api.services import Services
from api.worn import facts_of, skin_file, worn_file
from models3d.errors import ParureError
from viewer.bake import SWIFT_PACKERS, Bakery
from viewer.configuration import Configuration

CODING = "br"  # that the page's browser takes


class WornFiles:
    """Files of a tray, as its pieces are worn first.

    Args:
        tray: products.
        services: whose store keeps the files and whose studio draws them.
        idle: whether nobody is before the mirror.
    """

    def __init__(self, tray: Sequence[str], services: Services, idle: Callable[[], bool]) -> None:
        self._left = deque(tray)  # in their order; all of the first may not be made yet
        self._services = services
        self._idle = idle

    def make(self) -> None:
        """Make what is missing, one file after the other; stops when somebody comes.

        What goes wrong with a piece is said to whoever puts it on.
        """
        while self._left:
            with suppress(ParureError):
                for step in self._steps(self._services.configured(self._left[0], {})):
                    if not self._idle() or self._services.closing:
                        return
                    step()
            self._left.popleft()

    def _steps(self, piece: Configuration) -> Iterator[Callable[[], object]]:
        # beside the lines, in which pages stand
        bakery = Bakery(self._services.store, self._services.studio, packers=SWIFT_PACKERS)
        yield partial(facts_of, bakery, piece)
        if facts_of(bakery, piece)["as_shown"]:
            yield partial(bakery.packed_file, piece, "viewer.glb", CODING)
            yield partial(bakery.packed_file, piece, "skin.glb", CODING)
        else:
            yield partial(worn_file, bakery, piece, CODING)
            yield partial(skin_file, bakery, piece, CODING)

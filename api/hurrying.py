"""Files of shapes that nobody asked for before: begun as soon as they are foreseen, kept briefly.

Who decides a configuration tells which piece its page shows, and will ask for the viewer's file in
a moment: making it then does not wait for the question.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Final

from api.queueing import Line
from viewer.configuration import Configuration
from viewer.hurried import hurried_file

KEPT: Final = 12  # files, of some hundred kilobytes each

Work = Callable[[], bytes]


class HurriedFiles:
    """What `viewer.hurried` makes; it waits for no drawing. Safe to use from many threads.

    Args:
        line: in which they are made when their turn comes.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._guard = threading.Lock()  # of what is kept
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def file(self, configuration: Configuration, like: bytes, encoding: str | None) -> bytes:
        """The viewer's file of a piece, lit as that of another one is.

        Args:
            like: the other one's file.
            encoding: "br", or None: as it is.
        Raises:
            HouseFull: no place is free in the line.
        """
        piece, name, work = self._job(configuration, like, encoding)
        found = self._found(piece, name)
        return self._line.done(piece, name, work) if found is None else found

    def begin(self, configuration: Configuration, like: bytes, encoding: str | None) -> None:
        """Have one made that will be asked for; not where others are waited for."""
        piece, name, work = self._job(configuration, like, encoding)
        if self._found(piece, name) is None:
            self._line.begin(piece, name, work)

    def _job(
        self, configuration: Configuration, like: bytes, encoding: str | None
    ) -> tuple[str, str, Work]:
        """The piece, the name of what is made, and what makes and keeps it."""
        piece, name = configuration.hash, f"hurried.{encoding}"
        make = partial(hurried_file, configuration, like, encoding)
        return piece, name, partial(self._made, piece, name, make)

    def _found(self, piece: str, name: str) -> bytes | None:
        with self._guard:
            return self._kept.get((piece, name))

    def _made(self, piece: str, name: str, make: Work) -> bytes:
        found = self._found(piece, name)  # since it was asked for
        if found is not None:
            return found
        data = make()
        with self._guard:
            self._kept[piece, name] = data
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return data

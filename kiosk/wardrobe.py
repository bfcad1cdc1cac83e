"""What is on, asked of the mirror as it changes, and what of it could not be worn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from typing import Protocol

from kiosk.choice import Choice, Piece
from kiosk.errors import KioskError
from kiosk.figures import Figures
from models3d.errors import ParureError
from tryon.types import Wearable
from tryon.wearables import Place
from viewer.configuration import configure
from viewer.language import later

MOST_PREPARED = 8  # pieces of the tray that are ready beforehand; each takes memory twice
NOT_SHOWN = later("This piece cannot be shown at the moment: choose another one.")
Building = Callable[[], Sequence[Wearable]]


class Dresses(Protocol):
    """A mirror, as far as it wears something."""

    def wear(self, build: Building) -> Future[bool]:
        """Change over to a set; False: another was asked for before it was ready."""

    def prepare(self, builds: Sequence[Building], go_on: Callable[[], bool]) -> Future[bool]:
        """Make sets ready to be worn."""

    def figures(self) -> Figures:
        """How it does."""


class Wardrobe:
    """One client's choice.

    Args:
        mirror: that wears it.
        guard: held by whoever calls, and while `changed` is called.
        changed: called when something is worn, or cannot be.
        counted: called with the product of each piece that is put on.
    """

    def __init__(
        self,
        mirror: Dresses,
        guard: threading.RLock,
        changed: Callable[[], None],
        counted: Callable[[str], None],
    ) -> None:
        self.choice = Choice()
        self.refusal: dict[str, str] | None = None  # why the last set is not worn
        self.is_personal = False  # whether the client's own words were ever on a piece
        self._mirror = mirror
        self._guard = guard
        self._changed, self._counted = changed, counted
        self._preparing = 0  # sets that are being prepared
        self._prepared_for = 0  # number of the renderer that was started last when all was ready

    @property
    def preparing(self) -> bool:
        """Whether what was chosen last is not on yet."""
        return self._preparing > 0

    def choose(self, choice: Choice) -> None:
        """From now on this is on; the mirror follows."""
        before, self.choice = self.choice, choice
        self.is_personal |= choice.is_personal
        if choice.pieces != before.pieces:
            for piece in choice.pieces:
                if piece not in before.pieces:
                    self._counted(piece.product)
            self._preparing += 1
            self.refusal = None
            pieces = choice.pieces
            wearing = self._mirror.wear(lambda: [piece.wearable() for piece in pieces])
            wearing.add_done_callback(lambda done: self._dressed(pieces, done))
        self._changed()

    def refuse(self, error: ParureError) -> None:
        """Something that was wished for cannot be."""
        self.refusal = {"error": type(error).__name__, "message": str(error)}

    def lose(self, key: str) -> None:
        """A piece cannot be shown: it is taken off, the others stay, and whoever chose it is told.

        Args:
            key: the hash of its configuration.
        """
        for index in reversed(range(len(self.choice.pieces))):
            if self.choice.pieces[index].configuration.hash == key:
                self.choose(self.choice.take_off(index))
                self.refuse(KioskError(NOT_SHOWN))
        self._changed()

    def forget(self) -> None:
        """Nothing is on, nor was."""
        self.choice = Choice()
        self.refusal = None
        self.is_personal = False

    def prepare(self, tray: Sequence[str], go_on: Callable[[], bool]) -> None:
        """Make the first pieces of the tray ready to be worn; waits for it.

        What is ready already takes no time.
        """
        if self._mirror.figures().renderer_starts == self._prepared_for:
            return
        first = [Piece(configure(each), Place()) for each in tray[:MOST_PREPARED]]
        builds = [lambda piece=piece: [piece.wearable()] for piece in first]
        try:
            done = self._mirror.prepare(builds, go_on).result()
        except (CancelledError, RuntimeError, TimeoutError):  # it starts anew, or the mirror ends
            return
        if done:
            self._prepared_for = self._mirror.figures().renderer_starts

    def _dressed(self, pieces: tuple[Piece, ...], done: Future[bool]) -> None:
        """A set is worn, was overtaken by another, or cannot be worn; on the dressing thread."""
        error = None if done.cancelled() else done.exception()
        with self._guard:
            self._preparing -= 1
            if isinstance(error, ParureError) and pieces == self.choice.pieces:
                self.choice = self.choice.undo()
                self.refuse(error)
            self._changed()

"""What a client has on, and what they had on before; frozen values, nothing about the client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kiosk.errors import KioskError
from tryon.types import Wearable
from tryon.wearables import Place, wearable
from viewer.catalogue import PRODUCTS
from viewer.catalogue import product as product_of
from viewer.configuration import Configuration, RawValue, configure
from viewer.designs import MOST_PIECES

REMEMBERED = 30  # choices that can be undone
METAL = "metal"  # the option that a pinch changes


class NothingWorn(KioskError):
    """There is no such piece on."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece and where it is worn."""

    configuration: Configuration
    place: Place

    @property
    def product(self) -> str:
        """Its product's id."""
        return self.configuration.product

    @property
    def is_personal(self) -> bool:
        """Whether somebody's own words are on it."""
        return personal(self.configuration)

    def wearable(self) -> Wearable:
        """The piece, built."""
        return wearable(self.product, self.configuration.options, self.place)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is on, the piece that is being changed, and what was on before."""

    pieces: tuple[Piece, ...] = ()
    active: int = 0  # index of the piece that options and gestures change
    before: tuple[tuple[Piece, ...], ...] = field(default=())

    @property
    def is_personal(self) -> bool:
        """Whether somebody's own words are on a piece."""
        return any(piece.is_personal for piece in self.pieces)

    def active_piece(self) -> Piece:
        """The piece that options and gestures change.

        Raises:
            NothingWorn: none is on.
        """
        if not self.pieces:
            raise NothingWorn("Nothing is on: choose a piece first.")
        return self.pieces[self.active]

    def wear(
        self,
        product_id: str,
        options: Mapping[str, RawValue],
        place: Place,
        *,
        also: bool,
    ) -> Choice:
        """Put a piece on, in place of everything else or beside it.

        Raises:
            UnknownProduct, InvalidOption: there is no such piece.
            KioskError: more are on than a design can have.
        """
        piece = Piece(configure(product_id, options), place)
        kept = tuple(each for each in self.pieces if also and not _same_spot(each, piece))
        if len(kept) >= MOST_PIECES:
            raise KioskError(f"{MOST_PIECES} pieces are on: take one off first.")
        return self._changed((*kept, piece), len(kept))

    def set_option(self, option_id: str, value: RawValue) -> Choice:
        """Change an option of the active piece.

        Raises:
            NothingWorn: none is on.
            InvalidOption: it has no such option or value.
        """
        piece = self.active_piece()
        options = {**piece.configuration.options, option_id: value}
        return self._with_active(replace(piece, configuration=configure(piece.product, options)))

    def move(self, place: Place) -> Choice:
        """Wear the active piece somewhere else.

        Raises:
            NothingWorn: none is on.
        """
        return self._with_active(replace(self.active_piece(), place=place))

    def select(self, index: int) -> Choice:
        """Change this piece from now on.

        Raises:
            NothingWorn: there is none of this number.
        """
        if not 0 <= index < len(self.pieces):
            raise NothingWorn(f"There is no piece {index}: {len(self.pieces)} are on.")
        return replace(self, active=index)

    def take_off(self, index: int | None) -> Choice:
        """Take one piece off, or all of them.

        Raises:
            NothingWorn: there is none of this number.
        """
        if index is None:
            return self._changed((), 0)
        self.select(index)
        left = tuple(each for k, each in enumerate(self.pieces) if k != index)
        return self._changed(left, max(0, min(self.active, len(left) - 1)))

    def step(self, tray: Sequence[str], by: int) -> Choice:
        """The next piece of the tray in place of the active one, or the first."""
        if not self.pieces:
            return self.wear(tray[0 if by > 0 else -1], {}, Place(), also=False)
        piece = self.active_piece()
        at = tray.index(piece.product) if piece.product in tray else -1
        following = tray[(at + by) % len(tray)]
        return self._with_active(Piece(configure(following), piece.place))

    def next_metal(self) -> Choice:
        """The active piece in the next metal that goes with the rest of it; the same without one.

        Raises:
            NothingWorn: none is on.
        """
        piece = self.active_piece()
        option = product_of(piece.product).option(METAL)
        if option is None:
            return self
        metals = [choice.id for choice in option.choices]
        at = metals.index(piece.configuration.options[METAL])
        return self.set_option(METAL, metals[(at + 1) % len(metals)])

    def undo(self) -> Choice:
        """What was on before; the same when there is nothing to go back to."""
        if not self.before:
            return self
        *earlier, pieces = self.before
        return Choice(pieces, max(0, min(self.active, len(pieces) - 1)), tuple(earlier))

    def _with_active(self, piece: Piece) -> Choice:
        pieces = tuple(piece if k == self.active else each for k, each in enumerate(self.pieces))
        return self._changed(pieces, self.active)

    def _changed(self, pieces: tuple[Piece, ...], active: int) -> Choice:
        if pieces == self.pieces:
            return replace(self, active=active)
        return Choice(pieces, active, (*self.before, self.pieces)[-REMEMBERED:])


def personal(configuration: Configuration) -> bool:
    """Whether somebody's own words are on a piece."""
    options, said = product_of(configuration.product).options, configuration.options
    return any(each.kind == "text" and said[each.id] != each.default for each in options)


def whole_tray() -> tuple[str, ...]:
    """Every product, in the showroom's order."""
    return tuple(PRODUCTS)


def _same_spot(one: Piece, other: Piece) -> bool:
    """Whether two pieces cannot be worn together: the same kind at the same place."""
    same_family = product_of(one.product).family == product_of(other.product).family
    return same_family and one.place == other.place

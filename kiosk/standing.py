"""How the mirror stands, as its pages and tablets are told: documents alone."""

from __future__ import annotations

from typing import Any

from kiosk.choice import Choice, Piece
from kiosk.session import Standing
from kiosk.settings import Settings
from viewer.catalogue import product as product_of
from viewer.configuration import idle_options

EVENTS_KEPT = 12


class Events:
    """What has happened lately, numbered, so that each page hears of each once."""

    def __init__(self) -> None:
        self._count = 0
        self._kept: list[dict[str, Any]] = []

    def tell(self, event: str, **more: Any) -> None:
        """Add one."""
        self._count += 1
        self._kept = [*self._kept, {"number": self._count, "event": event, **more}][-EVENTS_KEPT:]

    def forget(self) -> None:
        """Keep none; numbers go on."""
        self._kept = []

    def document(self) -> list[dict[str, Any]]:
        """Those that are kept, the last last."""
        return list(self._kept)


def state_document(settings: Settings, standing: Standing, choice: Choice) -> dict[str, Any]:
    """What does not change from moment to moment, the session and what is on."""
    return {
        "type": "state",
        "session": {
            "state": standing.state.value,
            "number": standing.number,
            "left_s": None if standing.left_s is None else round(standing.left_s),
        },
        "pieces": [piece_document(piece) for piece in choice.pieces],
        "active": choice.active,
        "undo": bool(choice.before),
        "tray": list(settings.tray),
        "gestures": settings.gestures,
        "orientation": settings.orientation,
    }


def piece_document(piece: Piece) -> dict[str, Any]:
    """A piece that is on."""
    item, place = product_of(piece.product), piece.place
    return {
        "product": item.id,
        "name": item.name,
        "family": item.family,
        "anchor": item.anchor.value,
        "hash": piece.configuration.hash,
        "options": dict(piece.configuration.options),
        "idle": list(idle_options(piece.configuration)),
        "finger": place.finger.value,
        "hand": place.hand.value if place.hand else None,
        "ear": place.ear.value if place.ear else None,
    }

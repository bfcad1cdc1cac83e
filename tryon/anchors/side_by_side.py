"""Several pieces on one arm, side by side: none through another, each as near home as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 0.0015  # metres between neighbours
AT_HAND, UP_ARM = 0.006, 0.14  # metres from the wrist joint between which pieces are worn


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a piece reaches along the arm from its middle; metres, +Y towards the hand."""

    low: float
    high: float


def side_by_side(
    homes: Sequence[float], extents: Sequence[Extent], held: Sequence[bool]
) -> list[float]:
    """Where each piece's middle comes to lie.

    Watches take their places first, the others in their order go to the nearest free one.

    Args:
        homes: metres from the wrist joint up the arm, where each would sit alone.
        extents: of each.
        held: whether it keeps its place.
    """
    places = list(homes)
    taken: list[tuple[float, float]] = []  # from and to, up the arm
    order = sorted(range(len(homes)), key=lambda k: (not held[k], k))
    for k in order:
        high, low = extents[k].high, -extents[k].low  # towards the hand, up the arm
        tries = [homes[k]]
        for start, end in taken:
            tries += [start - GAP - low, end + GAP + high]
        free = [
            place
            for place in tries
            if all(
                place + low + GAP <= a + 1e-9 or place - high >= b + GAP - 1e-9 for a, b in taken
            )
        ]
        inside = [place for place in free if place - high >= AT_HAND and place + low <= UP_ARM]
        # with no room left the row goes on up the arm
        chosen = inside or [max(free)]
        places[k] = min(chosen, key=lambda place: abs(place - homes[k]))
        taken.append((places[k] - high, places[k] + low))
    return places

"""Everything worn at once: each anchor's own solver, their layers back first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from models3d.frames import Anchor
from tryon.errors import NotWearable
from tryon.face_tracks import Heads
from tryon.solvers.ears import EarSolver
from tryon.solvers.necks import NeckSolver
from tryon.solvers.rings import RingSolver
from tryon.solvers.wrists import WristSolver
from tryon.tracker import Wanted
from tryon.types import Frame, Layer, Wearable


class Solver(Protocol):
    """Places the jewels of one anchor; remembers one stream."""

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        """A layer for each hand, face or body that wears something."""


SOLVERS: Mapping[Anchor, Callable[[Sequence[Wearable], bool, Heads], Solver]] = {
    Anchor.FINGER: lambda worn, smoothing, _: RingSolver(worn, smoothing=smoothing),
    Anchor.EAR: lambda worn, smoothing, heads: EarSolver(worn, smoothing=smoothing, heads=heads),
    Anchor.WRIST: lambda worn, smoothing, _: WristSolver(worn, smoothing=smoothing),
    Anchor.NECK: lambda worn, smoothing, heads: NeckSolver(worn, smoothing=smoothing, heads=heads),
}
WANTED: Mapping[Anchor, frozenset[Wanted]] = {
    Anchor.FINGER: frozenset({Wanted.HANDS}),
    Anchor.WRIST: frozenset({Wanted.HANDS, Wanted.BODIES, Wanted.PERSON}),
    # hands may stand before ears and necks
    Anchor.EAR: frozenset({Wanted.FACES, Wanted.PERSON, Wanted.HANDS}),
    Anchor.NECK: frozenset({Wanted.FACES, Wanted.BODIES, Wanted.PERSON, Wanted.HANDS}),
}
BACK_FIRST = (Anchor.NECK, Anchor.EAR, Anchor.WRIST, Anchor.FINGER)


class SetSolver:
    """Places a whole set.

    Args:
        wearables: what is worn, and where; a foreign model that does not say is worn as a ring.
        smoothing: the frames follow one another, and what is found in them is made steady.
    Raises:
        NotWearable: try-on does not place what is worn there.
    """

    def __init__(self, wearables: Sequence[Wearable], *, smoothing: bool) -> None:
        by_anchor: dict[Anchor, list[Wearable]] = {}
        for wearable in wearables:
            anchor = wearable.model.anchor or Anchor.FINGER
            if anchor not in SOLVERS:
                raise NotWearable(f'"{wearable.product}" is worn at the {anchor}: not placed yet.')
            by_anchor.setdefault(anchor, []).append(wearable)
        heads = Heads(smoothing=smoothing)  # of ears and necks: each head is posed once a frame
        self._solvers = [
            SOLVERS[anchor](by_anchor[anchor], smoothing, heads)
            for anchor in BACK_FIRST
            if anchor in by_anchor
        ]

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        """Every layer of one frame, to be laid over it in this order."""
        return tuple(layer for solver in self._solvers for layer in solver.solve(frame))


def wanted_for(wearables: Sequence[Wearable], *, streaming: bool) -> frozenset[Wanted]:
    """What must be looked for to place these.

    Photos have the time to ask a face whether an arm lit differently from its hand is bare.
    """
    anchors = {wearable.model.anchor or Anchor.FINGER for wearable in wearables}
    wanted = {each for anchor in anchors for each in WANTED[anchor]}
    if Anchor.WRIST in anchors and not streaming:
        wanted.add(Wanted.FACES)
    return frozenset(wanted)

"""What a stream remembers of one wearer of necklaces, and what that makes steady."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from models3d.frames import Array
from tryon.anchors.head import HeadPose
from tryon.anchors.neck import ChestPose, ChestTurn, NeckEdges, neck_edges
from tryon.covers.collar import Look, Steps, Wear, looking, worn_under
from tryon.covers.cover import SkinTone
from tryon.covers.masks import warped
from tryon.dangling import Pendulum
from tryon.smoothing import Fade, OneEuro
from tryon.solvers.neck_sides import Turning, at_once, turned
from tryon.types import Frame, PersonMask

EDGES_EVERY = 3  # frames
VEIL_EVERY = 8
OUTLINE_EVERY = 10
UNTOLD = 0.7  # of the last turn that is left when a look at the outline does not tell it
REMEMBERED_MS = 1100.0  # no mask is older
# Of the chest, metres on the mean body: what moves as the silhouette of neck and shoulders does.
STANDS = np.array([[0.0, 0.0, 0.0], [0.12, 0.0, -0.03], [-0.12, 0.0, -0.03], [0.0, 0.07, -0.04]])


@dataclass(slots=True)
class Looking:
    """A look for what hides one necklace, under way."""

    index: int  # of the necklace
    steps: Steps
    notch_px: Array  # (2,) where the notch was when it began


@dataclass(slots=True)
class Remembered:
    """What a stream knows of one wearer."""

    turn: OneEuro = field(default_factory=lambda: OneEuro(0.35, 1.2))
    from_head: OneEuro = field(default_factory=lambda: OneEuro(0.05, 1.0, 0.25))
    edges: OneEuro = field(default_factory=lambda: OneEuro(0.4, 2.0))
    breadth: OneEuro = field(default_factory=lambda: OneEuro(0.15, 0.0))
    held: NeckEdges | None = None  # between the frames they are looked for in
    base: float | None = None
    frames: int = 0
    tones: tuple[SkinTone, SkinTone] | None = None
    wears: dict[int, tuple[Wear, Array]] = field(default_factory=dict)  # with the notch's pixel
    looked: dict[int, int] = field(default_factory=dict)  # the frame the last look began in
    looking: Looking | None = None
    fades: dict[int, Fade] = field(default_factory=dict)
    turning: Turning | None = None  # a look at the outline, under way
    turned: float | None = None  # radians that the last ones told
    outline: OneEuro = field(default_factory=lambda: OneEuro(0.15, 0.0))
    pendulums: dict[int, Pendulum] = field(default_factory=dict)
    stood: dict[float, Array] = field(default_factory=dict)  # pixels of the chest by time_ms


def stands_now(frame: Frame, chest: ChestPose, known: Remembered) -> None:
    """Keep in mind where the chest is in this frame, for masks of it that come later."""
    where = chest.camera_from_chest.apply(chest.size * STANDS)
    if where[:, 2].min() <= 0.02:
        return
    oldest = frame.time_ms - REMEMBERED_MS
    known.stood = {time: points for time, points in known.stood.items() if time >= oldest}
    known.stood[frame.time_ms] = frame.intrinsics.project(where)


def person_now(frame: Frame, known: Remembered | None) -> PersonMask | None:
    """The person mask where the wearer is now: an older one is moved as the chest has moved."""
    person = frame.seen.person
    if known is None or person is None or frame.time_ms not in known.stood:
        return person
    if person.time_ms not in known.stood:
        return person
    height, width = frame.image.shape[:2]
    then, now = known.stood[person.time_ms], known.stood[frame.time_ms]
    return warped(person, then, now, width, height)


def steadied(chest: ChestPose, head: HeadPose, known: Remembered, elapsed: float) -> ChestPose:
    """Turn, and place against the head, as a filter sees them."""
    turn = chest.turn
    angles = np.array([[turn.yaw], [turn.pitch], [turn.roll]])
    yaw, pitch, roll = known.turn(angles, elapsed)[:, 0].tolist()
    middle = head.camera_from_head.translation
    offset = known.from_head((chest.notch - middle)[None], elapsed, scale=0.1)[0]
    return replace(chest, turn=ChestTurn(yaw, pitch, roll), notch=middle + offset)


def steady_edges(
    frame: Frame, chest: ChestPose, head: HeadPose, known: Remembered, elapsed: float
) -> NeckEdges:
    """The neck's edges, looked for in every third frame."""
    if known.held is None or known.frames % EDGES_EVERY == 0:
        seen = neck_edges(frame.image, chest, head, frame.intrinsics)
        known.held = _steadied_edges(seen, known, EDGES_EVERY * elapsed)
    return known.held


def _steadied_edges(edges: NeckEdges, known: Remembered, elapsed: float) -> NeckEdges:
    """Edges that come and go move nothing at once."""
    seen = np.array([[edges.trust * edges.side], [edges.trust]])
    pulled, trust = known.edges(seen, elapsed, scale=0.02)[:, 0].tolist()
    trust = float(np.clip(trust, 0.0, 1.0))
    side = pulled / trust if trust > 1e-3 else 0.0
    wide = edges.trust * (edges.breadth - 1.0)
    breadth = float(known.breadth(np.array([[wide]]), elapsed)[0, 0])
    return replace(edges, side=side, trust=trust, breadth=1.0 + breadth / max(trust, 1e-3))


def turned_slowly(
    chest: ChestPose,
    known: Remembered,
    elapsed: float,
    frame: Frame,
    look: Callable[[PersonMask], Turning],
) -> ChestPose:
    """The chest turned as the neck's outline tells, smoothly from look to look.

    A look begins every so many frames and takes a step in each in which no edges are looked for;
    only the first one is taken at once, so that nothing moves when a wearer comes into view.

    Args:
        look: at this frame, by where people are now.
    """
    if known.turned is None or (known.turning is None and known.frames % OUTLINE_EVERY == 0):
        person = person_now(frame, known)
        if person is not None and known.turned is None:
            known.turned = at_once(look(person)) or 0.0
        elif person is not None:
            known.turning = look(person)
    if known.turning is not None and known.frames % EDGES_EVERY:
        try:
            next(known.turning)
        except StopIteration as end:
            known.turning = None
            told = UNTOLD * (known.turned or 0.0) if end.value is None else end.value
            known.turned = float(told)
    turn = known.outline(np.array([[known.turned or 0.0]]), elapsed)
    return turned(chest, float(turn[0, 0]))


def wear_now(known: Remembered, index: int, notch_px: Array, look: Callable[[], Look]) -> Wear:
    """What hides one necklace: the newest that is known, moved as the notch has moved.

    One look is under way at a time, a step of it in each frame in which no edges are looked for.

    Args:
        index: of the necklace.
        notch_px: (2,) in this frame.
        look: at this frame.
    """
    if index not in known.wears:
        known.wears[index], known.looked[index] = (worn_under(look()), notch_px), known.frames
    under_way = known.looking
    if under_way is None:
        longest = min(known.looked, key=known.looked.__getitem__) == index
        if longest and known.frames - known.looked[index] >= VEIL_EVERY:
            known.looking = under_way = Looking(index, looking(look()), notch_px)
            known.looked[index] = known.frames
    if under_way is not None and under_way.index == index and known.frames % EDGES_EVERY:
        try:
            next(under_way.steps)
        except StopIteration as end:
            known.wears[index], known.looking = (end.value, under_way.notch_px), None
    wear, there = known.wears[index]
    moved = np.rint(notch_px - there).astype(int)
    region = wear.veil.region
    region = replace(region, x=region.x + int(moved[0]), y=region.y + int(moved[1]))
    return replace(wear, veil=replace(wear.veil, region=region))

"""A chest turned until a chain goes behind the neck where the wearer's own neck ends.

On a chest seen aslant, a few degrees of turn let a chain end on bare skin on one side and leave the
neck on the other. Where bare skin stands before the background on both sides, the outline of the
person tells that turn. A photo's chest is turned at once, a stream's by and by.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

import cv2
import numpy as np

from models3d.frames import Array, RigidTransform
from tryon.anchors.hand_frame import unit
from tryon.anchors.neck import ChestPose
from tryon.covers.masks import person_at
from tryon.covers.tones import STRANGE, SkinTone, apart, features
from tryon.drape import Draped
from tryon.solvers.neck_covers import sides_of
from tryon.types import Frame, PersonMask

FARTHEST = 0.016  # metres from where a chain turns away to the outline, either way
STEP = 0.5e-3  # metres between two looks along that way
INSIDE = 0.003, 0.009  # metres within the outline where skin must be seen
BEYOND = 0.004  # metres off it where nobody is
BARE = 0.7  # share of those looks that show it
SMOOTHED = 3  # looks
PERSON = 0.5  # share from which somebody is there
TRIED, MOST = np.radians(3.0), np.radians(9.0)  # turn that tells how the ends move; turn at most
LEAST_MOVED = 0.02  # metres a radian that the ends move by


Turning = Generator[None, None, float | None]


def turned_to_outline(
    frame: Frame,
    chest: ChestPose,
    worn: Draped,
    place: Callable[[ChestPose], RigidTransform],
    tones: tuple[SkinTone, SkinTone],
    person: PersonMask,
) -> ChestPose:
    """The chest, turned about its notch; the same where the outline does not tell.

    Args:
        place: camera from necklace, of a chest.
        tones: of the wearer's skin and hair.
        person: where people are in this very frame.
    """
    angle = at_once(turning(frame, chest, worn, place, tones, person))
    return chest if angle is None else turned(chest, angle)


def at_once(steps: Turning) -> float | None:
    """What a look finds that is taken in one go."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: float | None = end.value
            return found


def turning(
    frame: Frame,
    chest: ChestPose,
    worn: Draped,
    place: Callable[[ChestPose], RigidTransform],
    tones: tuple[SkinTone, SkinTone],
    person: PersonMask,
) -> Turning:
    """Radians to be added to a chest's yaw, in steps which a stream takes in as many frames.

    Args: as those of `turned_to_outline`.
    Returns:
        None where the outline does not tell.
    """
    before = _uneven(frame, worn, place(chest), tones, person)
    if before is None:
        return None
    for angle in (TRIED, -TRIED):
        yield
        after = _uneven(frame, worn, place(turned(chest, angle)), tones, person)
        if after is not None and abs(after - before) > LEAST_MOVED * TRIED:
            return float(np.clip(-before * angle / (after - before), -MOST, MOST))
    return None


def turned(chest: ChestPose, angle: float) -> ChestPose:
    """A chest turned about its notch, the upright axis its own."""
    return replace(chest, turn=replace(chest.turn, yaw=chest.turn.yaw + angle))


def _uneven(
    frame: Frame,
    worn: Draped,
    place: RigidTransform,
    tones: tuple[SkinTone, SkinTone],
    person: PersonMask,
) -> float | None:
    """Metres by which a chain's right end stands farther within the outline than its left end."""
    px_per_metre = float(np.sqrt(frame.intrinsics.fx * frame.intrinsics.fy)) / float(
        place.translation[2]
    )
    ends = []
    for points, seen in sides_of(frame, worn, place):
        last = np.flatnonzero(seen)
        if len(last) == 0 or last[-1] + 1 >= len(points):
            return None
        ends.append(points[last[-1]])
    across = unit(ends[1] - ends[0])
    gaps = [
        _gap(frame, end, sign * across, px_per_metre, tones, person)
        for end, sign in zip(ends, (-1.0, 1.0), strict=True)
    ]
    left, right = gaps
    return None if left is None or right is None else right - left


def _gap(
    frame: Frame,
    end: Array,
    way: Array,
    px_per_metre: float,
    tones: tuple[SkinTone, SkinTone],
    person: PersonMask,
) -> float | None:
    """Metres from a point on to the outline; None where it is too far off or not bare skin's.

    Args:
        end: (2,) pixels.
        way: (2,) unit length, off the neck.
    """
    height, width = frame.image.shape[:2]
    metres = np.arange(-FARTHEST, FARTHEST, STEP)
    x, y = (end[:, None] + px_per_metre * metres * way[:, None]).astype(np.float64)
    if x.min() < 0.0 or y.min() < 0.0 or x.max() > width - 1 or y.max() > height - 1:
        return None
    colours = frame.image[np.rint(y).astype(int), np.rint(x).astype(int)][None]
    seen = features(np.asarray(cv2.blur(colours, (SMOOTHED, 1)), np.uint8))
    from_skin = apart(seen, tones[0])[0]
    inside = person_at(person, x, y, width, height) > PERSON
    if tones[1].trust > 0.0:
        inside &= ~((from_skin > STRANGE**2) & (apart(seen, tones[1], shades=False)[0] < from_skin))
    last = int(inside.argmin())
    if inside[last : last + round(BEYOND / STEP)].any() or last == 0:
        return None
    outline = float(metres[0]) + STEP * last
    depth = outline - metres
    near = (depth > INSIDE[0]) & (depth < INSIDE[1])
    if near.sum() == 0:
        return None
    return outline if (from_skin[near] < STRANGE**2).mean() >= BARE else None

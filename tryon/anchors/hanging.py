"""How a loose piece lies on a wrist: it slides along the arm, drops, and a stiff one leans.

Gravity decides. A bangle is stiff and wider than the wrist: it rests on the arm's upper side, its
lower side hangs free, it tends to stand upright, and slides to the hand when the hand is down, or
up the arm until the arm is as thick as its inside. A chain gives way, and moves less.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, asin, atan2, inf, pi, sqrt

import numpy as np

from models3d.frames import Array, RigidTransform
from models3d.mesh import Model
from models3d.wrists import Wears
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import cross, perpendicular, unit
from tryon.anchors.wrist import Section

DOWN = np.array([0.0, 1.0, 0.0])  # in the camera's frame, unless it is told to stand otherwise
BINS = 48  # of the turn about the arm
STEPS = 24  # of the drop that are tried
FARTHEST_DROP = 0.6  # of the wrist's depth
LYING = 0.15, 0.5  # share of gravity across the arm between which a piece begins to drop
LEAN_SHARE = 0.75  # of the lean that its ease allows
SLIDES = 0.15, 0.6  # share of gravity along the arm: it sticks below, slides freely above
# Where pieces sit, palms from the wrist joint: with the hand up, level, down. A worn watch's
# band was found at 0.41 to 0.64 of wrist to middle knuckle, bracelets at 0.1 to 0.31.
PLACES: dict[Wears, tuple[float, float, float]] = {
    Wears.SITS: (0.48, 0.48, 0.48),
    Wears.DRAPES: (0.42, 0.30, 0.20),
    Wears.HANGS: (0.75, 0.34, 0.16),
}


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A piece seen along the arm: how wide it is inside, and from where to where it reaches."""

    inner: Array  # (BINS,) metres from `middle` to its inside, by the turn from +X to +Z
    middle: Array  # (2,) x, z, metres, model frame
    low: float  # metres along +Y
    high: float

    @property
    def middle_y(self) -> float:
        """Metres along +Y."""
        return 0.5 * (self.low + self.high)

    @property
    def half_breadth(self) -> float:
        """Metres along x, inside."""
        return 0.5 * float(self.inner[0] + self.inner[BINS // 2])


def find_loop(model: Model) -> Loop:
    """The inside of a wrist piece."""
    points = np.concatenate([part.world_mesh().positions for part in model.parts])
    flat = points[:, [0, 2]]
    _, middle = _inside(flat, np.zeros(2))
    inner, _ = _inside(flat, middle)
    return Loop(inner, middle, float(points[:, 1].min()), float(points[:, 1].max()))


def _inside(flat: Array, middle: Array) -> tuple[Array, Array]:
    """(BINS,) least reach by direction, and the middle (2,) of what it encloses."""
    apart = flat - middle
    turn = np.arctan2(apart[:, 1], apart[:, 0]) / (2.0 * pi) * BINS
    reach = np.full(BINS, np.inf)
    np.minimum.at(reach, np.rint(turn).astype(int) % BINS, np.linalg.norm(apart, axis=1))
    known = np.flatnonzero(np.isfinite(reach))
    reach = np.interp(np.arange(BINS), known, reach[known], period=BINS)
    angle = np.arange(BINS) * (2.0 * pi / BINS)
    rim = middle + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return reach, 0.5 * (rim.min(axis=0) + rim.max(axis=0))


def place_along(wears: Wears, rotation: Array, down: Array = DOWN) -> float:
    """Palms from the wrist joint at which a piece wants to sit.

    Args:
        rotation: (3, 3) camera from anchor.
        down: (3,) unit, camera frame.
    """
    up_arm, level, at_hand = PLACES[wears]
    lower = float(rotation[:, 1] @ down)  # 1: the hand is below
    slides = smoothstep(*SLIDES, abs(lower))
    return level + slides * ((at_hand if lower > 0.0 else up_arm) - level)


def rest(
    loop: Loop,
    section: Section,
    wears: Wears,
    rotation: Array,
    room: float = inf,
    down: Array = DOWN,
) -> RigidTransform:
    """Anchor from model: how a piece hangs on a wrist of this section.

    Its middle along the arm comes to the anchor's origin.

    Args:
        rotation: (3, 3) camera from anchor.
        room: metres to its neighbours on the arm, which keep it from leaning.
        down: (3,) unit, camera frame.
    """
    to_origin = RigidTransform.from_translation([0.0, -loop.middle_y, 0.0])
    if wears is Wears.SITS:
        return to_origin
    gravity = rotation.T @ down
    across = gravity[[0, 2]]
    lies = float(np.linalg.norm(across))
    way = across / max(lies, 1e-9)
    lean = _lean(loop, section, gravity, way, room) if wears is Wears.HANGS else np.eye(3)
    drop = smoothstep(*LYING, lies) * _drop(loop, section, way, float(lean[1, 1]))
    x, z = drop * way - loop.middle
    to_middle = RigidTransform.from_translation([-loop.middle[0], 0.0, -loop.middle[1]])
    leaned = RigidTransform(lean, np.zeros(3)) @ to_middle @ to_origin
    moved = np.array([x + loop.middle[0], 0.0, z + loop.middle[1]])
    return RigidTransform.from_translation(moved) @ leaned


def _drop(loop: Loop, section: Section, way: Array, upright: float) -> float:
    """Metres that a loop falls `way` (2,) until the wrist holds it.

    Args:
        upright: cosine of its lean, which makes it lower inside.
    """
    angle = np.arange(BINS) * (2.0 * pi / BINS)
    ellipse = np.stack(
        [section.half_breadth * np.cos(angle), section.half_depth * np.sin(angle)], axis=1
    )
    drops = np.linspace(0.0, FARTHEST_DROP * section.half_depth, STEPS)
    points = ellipse[None] - drops[:, None, None] * way
    stretched = points + ((points @ way) * (1.0 / max(upright, 0.3) - 1.0))[..., None] * way
    turn = np.arctan2(stretched[..., 1], stretched[..., 0]) / (2.0 * pi) * BINS
    inside = np.interp(turn, np.arange(BINS), loop.inner, period=BINS)
    room = (inside - np.linalg.norm(stretched, axis=-1)).min(axis=1)
    holds = np.flatnonzero(room < min(0.0, float(room[0]) - 1e-6))
    last = int(holds[0]) if len(holds) else STEPS
    return float(drops[max(last - 1, 0)])


def _lean(loop: Loop, section: Section, gravity: Array, way: Array, room: float) -> Array:
    """(3, 3), anchor frame: a stiff loop turns until it stands upright, as far as its ease lets."""
    axis = np.array([0.0, 1.0, 0.0])
    upright = perpendicular(axis, gravity)
    if float(upright @ upright) < 1e-4:  # the arm hangs straight down
        return np.eye(3)
    turned = cross(axis, unit(upright))
    sine = sqrt(float(turned @ turned))
    if sine < 1e-6:
        return np.eye(3)
    wanted = atan2(sine, float(axis @ unit(upright)))
    thick = sqrt((way[0] * section.half_breadth) ** 2 + (way[1] * section.half_depth) ** 2)
    k = round(atan2(way[1], way[0]) / (2.0 * pi) * BINS) % BINS
    high = 0.5 * float(loop.inner[k] + loop.inner[(k + BINS // 2) % BINS])
    eased = acos(min(thick / max(high, 1e-6), 1.0))
    beside = asin(min(max(room, 0.0) / max(high, 1e-6), 1.0))
    angle = min(wanted, LEAN_SHARE * eased, beside)
    lies = smoothstep(0.1, 0.4, float(np.hypot(gravity[0], gravity[2])))
    return RigidTransform.from_axis_angle(turned, lies * angle).rotation

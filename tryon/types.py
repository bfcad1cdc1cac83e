"""The values that flow through a frame's way: track, solve, smooth, render, compose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models3d.frames import Anchor, Array, Image, Intrinsics, RigidTransform
from models3d.mesh import Model


class Hand(StrEnum):
    """The wearer's own left or right."""

    LEFT = "left"
    RIGHT = "right"


class Finger(StrEnum):
    """The five fingers, by the jeweller's names."""

    THUMB = "thumb"
    INDEX = "index"
    MIDDLE = "middle"
    RING = "ring"
    LITTLE = "little"


class Side(StrEnum):
    """Which side of the hand the camera sees."""

    DORSAL = "dorsal"
    PALMAR = "palmar"


@dataclass(frozen=True, slots=True, eq=False)
class HandLandmarks:
    """One detected hand in an unmirrored image, MediaPipe's 21-joint order."""

    points_px: Array  # (21, 2) x right, y down
    world: Array  # (21, 3) metres, camera axes, origin at the hand's centre
    hand: Hand
    score: float  # 0..1
    spread_px: Array | None = None  # (21,) between two looks; None: one look; inf: not seen again


@dataclass(frozen=True, slots=True, eq=False)
class Wearable:
    """A model and where the wearer asked for it."""

    product: str
    model: Model
    finger: Finger = Finger.RING
    hand: Hand | None = None  # None: any hand


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where one jewel sits in one frame; `--json` writes these fields by these names."""

    product: str
    anchor: Anchor
    finger: Finger | None
    hand: Hand | None
    side: Side | None
    confidence: float  # 0..1; fades the jewel
    camera_from_anchor: RigidTransform
    center_px: Array  # (2,) the anchor's origin in the image
    axis_px: Array  # (2,) +Y of the anchor in the image, unit length
    width_px: float  # width of the finger or wrist at the jewel
    ear: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """One frame with everything worn."""

    image: Image  # (h, w, 3) RGB: the very frame that was solved, with the jewels
    placements: tuple[Placement, ...]
    intrinsics: Intrinsics
    timings_ms: Mapping[str, float]  # track, solve, render, composite, total

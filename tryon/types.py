"""The values that flow through a frame's way: track, solve, smooth, render, compose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Anchor, Array, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model
from tryon.detail import Detail
from viewer.configuration import Configuration
from viewer.render.types import BodyMesh, Occluder, Worn

Share = NDArray[np.float32]  # 0..1


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


class Ear(StrEnum):
    """The wearer's own left or right ear."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, eq=False)
class HandLandmarks:
    """One detected hand in an unmirrored image, MediaPipe's 21-joint order."""

    points_px: Array  # (21, 2) x right, y down
    world: Array  # (21, 3) metres, camera axes, origin at the hand's centre
    hand: Hand
    score: float  # 0..1
    spread_px: Array | None = None  # (21,) between two looks; None: one look; inf: not seen again
    depths_px: Array | None = None  # (21,) away from the camera, in pixels, against the wrist


@dataclass(frozen=True, slots=True, eq=False)
class FaceLandmarks:
    """One face in an unmirrored image, MediaPipe's 478 points: 468 of the mesh, 5 for each iris."""

    points_px: Array  # (478, 2) x right, y down
    depths_px: Array  # (478,) away from the camera, in pixels, against the head's middle
    score: float  # 0..1


@dataclass(frozen=True, slots=True, eq=False)
class BodyLandmarks:
    """One person's joints in an unmirrored image, MediaPipe's 33-joint order."""

    points_px: Array  # (33, 2)
    world: Array  # (33, 3) metres, camera axes, origin between the hips
    visibility: Array  # (33,) 0..1
    score: float
    time_ms: float  # of the frame it was seen in, which may lie some frames back


@dataclass(frozen=True, slots=True, eq=False)
class PersonMask:
    """Where people are, over a whole image, at the resolution of the net."""

    share: Share  # (h, w) 0 background .. 1 person
    time_ms: float  # of the frame it was seen in, which may lie some frames back


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the trackers found in one frame."""

    hands: tuple[HandLandmarks, ...] = ()
    faces: tuple[FaceLandmarks, ...] = ()
    bodies: tuple[BodyLandmarks, ...] = ()  # fewer than faces where they were not looked for
    person: PersonMask | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One camera frame with what was found in it: what solvers work on."""

    image: Image  # (h, w, 3) RGB, unmirrored
    seen: Seen
    intrinsics: Intrinsics
    time_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Wearable:
    """A model and where the wearer asked for it."""

    product: str
    model: Model
    finger: Finger = Finger.RING  # of rings
    hand: Hand | None = None  # of rings and of what is worn at the wrist; None: any hand
    ear: Ear | None = None  # of earrings; None: both
    configuration: Configuration | None = None  # None: a foreign model


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the bounds between which it lies in 95 of 100 cases."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the body is drawn, and how that is known."""

    source: str  # "iris", "mean head", "mean hand" or what lay beside the hand: "card", "coin:EUR1"
    mm_per_px: Interval  # at the jewel


class Verdict(StrEnum):
    """How the size that was asked for most likely suits the wearer."""

    FITS = "fits"
    TOO_LARGE = "too large"
    TOO_SMALL = "too small"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Fit:
    """A ring or a piece at the wrist beside the finger or wrist that was measured."""

    verdict: Verdict
    made_for_mm: float | None  # girth of the finger or wrist that the piece is made for
    girth_mm: Interval | None  # measured; None: the photo does not allow it
    shown: float  # size of the drawing over the piece's true size
    sentence: str  # for the shopper


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
    width_px: float  # of the finger, wrist or neck at the jewel; of an ear, its height
    ear: Ear | None = None
    scale: Scale | None = None
    fit: Fit | None = None  # beside a reference


@dataclass(frozen=True, slots=True, eq=False)
class Veil:
    """What stands before a jewel in the image: hair, a sleeve, a collar."""

    hides: Share  # (region.height, region.width)
    region: PixelRegion


@dataclass(frozen=True, slots=True, eq=False)
class WornPiece:
    """One jewel in one frame, ready to be drawn."""

    placement: Placement
    worn: tuple[Worn, ...]  # the model, or its still and its swinging part; `wearer`: see Layer
    veil: Veil | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What is worn on one part of one body: drawn together, hidden by the same things.

    Distances are not comparable between layers; they are laid one over the other, back first.
    """

    pieces: tuple[WornPiece, ...]
    occluders: tuple[Occluder, ...] = ()  # `Worn.wearer` is an index of these
    bodies: tuple[BodyMesh, ...] = ()
    seen_on: HandLandmarks | FaceLandmarks | None = None  # whose skin tells the light


@dataclass(frozen=True, slots=True)
class Quality:
    """How carefully a stream is drawn at the moment."""

    level: int  # 0: as carefully as can be; each more saves time
    detail: Detail


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """One frame with everything worn."""

    image: Image  # (h, w, 3) RGB: the very frame that was solved, with the jewels
    placements: tuple[Placement, ...]
    intrinsics: Intrinsics
    timings_ms: Mapping[str, float]  # track, solve, render, composite, total
    quality: Quality | None = None  # of a stream that keeps its pace
    seen: Seen = field(default_factory=Seen)  # what the trackers found

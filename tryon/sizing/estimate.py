"""A finger's or a wrist's girth from a photo, with an interval that means what it says.

The flesh between two edges is an ellipse of which only the breadth is seen, so the interval is
never narrower than people differ in the other axis. An iris is no reference here: it is known to
half a millimetre in twelve, which is more than a ring size on a finger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from models3d.chains.body import WRIST_BREADTH_PER_DEPTH, ellipse_girth
from models3d.frames import Array, Image, Intrinsics
from models3d.sizes import size_systems
from tryon.anchors.arm_guess import palm_seen
from tryon.anchors.hand_frame import PROXIMAL, HandPose, lift
from tryon.appearance.sharpness import edge_blur
from tryon.errors import TakeAgain
from tryon.sizing.card import find_card
from tryon.sizing.coin import find_coin
from tryon.sizing.limbs import Limb, finger_edges, wrist_edges
from tryon.sizing.plane import TableView
from tryon.sizing.references import Reference, Shape
from tryon.types import Finger, Hand, HandLandmarks, Interval

# Depth over breadth where a ring sits: 0.88 with a standard deviation of 0.05 between people, and
# more between fingers of one hand, as on the rigged hand.
FINGER_DEPTH, FINGER_DEPTH_SPREAD = 0.88, 0.065
WRIST_DEPTH_SPREAD = 0.05
SWELLING_SPREAD = 0.006  # of the girth: a quarter to half a US size over a day
# By benchmarks/accuracy_size.py:
EDGE_SPREAD = 0.019  # of the breadth
LEAST_EDGE_PX, BLUR_SHARE = 0.5, 0.4  # of the blur, by which an edge may lie off
LIFTED_MM, LIFTED_SPREAD_MM = 2.0, 2.0  # of the flesh over the table
DISTANCE_SPREAD = 0.12  # of the camera's distance, where the lens is assumed
LEAST_LEAN = 0.085  # radians, standard error of a coin's: its wall widens its rim
USUAL_TILT = np.radians(8.0)  # of a camera that is held straight above
NORMAL = 1.96  # standard deviations on either side hold 95 of 100

# From the wrist to the knuckles: adults' 75 to 105 mm, and as much again for landmarks that err.
LEAST_PALM_MM, MEAN_PALM_MM, GREATEST_PALM_MM = 62.0, 87.5, 122.0
USUAL_NOISE = 2.0  # grey levels
STEEPEST_DEG = 30.0
LEAST_PX_PER_MM = 2.2
STEEPEST_FINGER_DEG = 45.0
MOST_SCALE_SPREAD = 0.05  # of the finger's place, by how the reference may lie
MOST_BLUR_MM = 0.55  # standard deviation of what a sharp edge is smeared over
LEAST_SCORE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a photo says about one finger or wrist."""

    hand: Hand
    finger: Finger | None  # None: a wrist
    breadth_mm: Interval
    girth_mm: Interval
    edges_px: Array  # (2, 2) where it was measured
    outline_px: Array  # (n, 2) the reference's
    reference: Reference
    tilt_deg: float

    @property
    def sizes(self) -> Mapping[str, tuple[str, str, str]]:
        """For a finger, by system: the nearest size, the least and the greatest of the interval."""
        if self.finger is None:
            return {}
        girth = self.girth_mm
        return {
            system.id: (
                system.text(system.nearest(girth.value / np.pi)),
                system.text(system.nearest(girth.low / np.pi)),
                system.text(system.nearest(girth.high / np.pi)),
            )
            for system in size_systems().values()
        }


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The reference as it was found."""

    views: tuple[TableView, ...]  # a coin may lean either way
    outline_px: Array
    middle_px: Array
    spread: float  # of the scale, share
    lean_spread: float  # radians, standard error of how the table leans


def measure(
    image: Image,
    hands: tuple[HandLandmarks, ...],
    intrinsics: Intrinsics,
    reference: Reference,
    *,
    finger: Finger | None,
    hand: Hand | None = None,
) -> Measured:
    """Measure a finger, or the wrist, of the hand nearest to the reference.

    Args:
        image: (h, w, 3) RGB: a hand flat on a table, the reference beside it, seen from above.
        finger: None for the wrist.
        hand: None for any.
    Raises:
        TakeAgain: the photo does not allow it; says what to change.
    """
    fitting = _asked_for(hands, hand)
    palms = [palm_seen(lift(each, intrinsics)) for each in fitting]
    scales = LEAST_PALM_MM / max(palms), GREATEST_PALM_MM / min(palms)
    blur_px = _blur(image, max(palms))
    table = _found(image, reference, intrinsics, scales)
    landmarks = _nearest(fitting, table, reference)
    pose = lift(landmarks, intrinsics)
    if finger:
        _check_flat(pose, finger)
    limb = finger_edges(image, pose, finger) if finger else wrist_edges(image, pose)
    depth, depth_spread, girth_of = (
        (FINGER_DEPTH, FINGER_DEPTH_SPREAD, _finger_girth)
        if finger
        else (1.0 / WRIST_BREADTH_PER_DEPTH, WRIST_DEPTH_SPREAD, ellipse_round)
    )
    breadth, spread = _breadth(limb, table, reference, depth, blur_px)
    girth = girth_of(breadth, depth)
    by_depth = float(np.log(girth_of(breadth, depth + depth_spread) / girth))
    whole = float(np.sqrt(spread**2 + by_depth**2 + SWELLING_SPREAD**2))
    return Measured(
        landmarks.hand,
        finger,
        _interval(breadth, spread),
        _interval(girth, whole),
        limb.ends_px,
        table.outline_px,
        reference,
        float(np.degrees(table.views[0].tilt)),
    )


def _blur(image: Image, palm_px: float) -> float:
    """How far sharp edges are smeared, pixels.

    Raises:
        TakeAgain: too far for the size of the hand.
    """
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)
    blur_px = edge_blur(grey, USUAL_NOISE).along_px
    if blur_px * MEAN_PALM_MM / palm_px > MOST_BLUR_MM:
        raise TakeAgain("it is blurred: hold the camera still, and wait until it is sharp.")
    return blur_px


def _breadth(
    limb: Limb, table: _Table, reference: Reference, depth: float, blur_px: float
) -> tuple[float, float]:
    """Millimetres across a limb, and the spread of its logarithm.

    Raises:
        TakeAgain: the photo is too small or too much from aside.
    """
    middle = limb.ends_px.mean(axis=0)
    view = table.views[0]
    scale = view.mm_per_px(middle)
    if scale > 1.0 / LEAST_PX_PER_MM:
        raise TakeAgain("the hand is small in the picture: hold the camera nearer.")
    each = np.array([_across(limb.ends_px, one, reference, depth) for one in table.views])
    # of the two ways a coin may lean the one with the camera straight above is likelier
    tilts = np.array([one.tilt for one in table.views])
    weights = np.exp(-0.5 * (tilts**2 - tilts.min() ** 2) / USUAL_TILT**2)
    weights /= weights.sum()
    breadth = float(np.exp(weights @ np.log(each)))
    away = view.away_mm(table.middle_px, middle) / float(view.eye_mm[2])
    between = float(np.sqrt(weights @ np.log(each / breadth) ** 2))
    lie = float(np.hypot(between, away * table.lean_spread))
    if lie > MOST_SCALE_SPREAD:
        raise TakeAgain(
            f"the {reference.name} lies too far from the finger, or is seen from aside: lay it "
            "right beside the finger, and hold the camera straight above."
        )
    height = (0.5 * depth * breadth + LIFTED_MM - reference.thickness_mm) / float(view.eye_mm[2])
    seen_aside = (depth * view.slant(limb.ends_px)) ** 2
    width_px = float(np.linalg.norm(limb.ends_px[1] - limb.ends_px[0]))
    spreads = (
        table.spread,
        reference.tolerance,
        EDGE_SPREAD,
        max(limb.error_px, LEAST_EDGE_PX, BLUR_SHARE * blur_px) / width_px,
        lie,
        LIFTED_SPREAD_MM / float(view.eye_mm[2]),
        DISTANCE_SPREAD * (height + seen_aside / (1.0 + seen_aside)),
    )
    return breadth, float(np.linalg.norm(spreads))


def _across(ends_px: Array, view: TableView, reference: Reference, depth: float) -> float:
    """Millimetres across a limb that lies on the table: the broader axis of an ellipse.

    Seen from aside, at a tangent t from the vertical, an ellipse of the half axes a and b covers
    2 sqrt(a^2 + b^2 t^2) of the plane through its middle.
    """
    flat = view.length_mm(ends_px)
    height = 0.5 * depth * flat + LIFTED_MM - reference.thickness_mm
    aside = np.hypot(1.0, depth * view.slant(ends_px))
    return view.length_mm(ends_px, height) / float(aside)


def _check_flat(pose: HandPose, finger: Finger) -> None:
    """That a finger does not stand up.

    Raises:
        TakeAgain: it does.
    """
    start, end = (pose.joints[joint] for joint in PROXIMAL[finger])
    bone = (end - start) / np.linalg.norm(end - start)
    view = (start + end) / np.linalg.norm(start + end)
    if np.degrees(np.arcsin(min(abs(float(bone @ view)), 1.0))) > STEEPEST_FINGER_DEG:
        raise TakeAgain(f"the {finger} finger is bent: lay it flat on the table.")


def _finger_girth(breadth: float, depth: float) -> float:
    """Round an ellipse by its quadratic mean axis, as jewellers' tables do."""
    return float(np.pi * breadth * np.sqrt((1.0 + depth**2) / 2.0))


def ellipse_round(breadth: float, depth: float) -> float:
    """Round an ellipse whose shorter axis is `depth` times its longer one."""
    return ellipse_girth(0.5 * breadth, 0.5 * breadth * depth)


def _interval(value: float, spread: float) -> Interval:
    reach = float(np.exp(NORMAL * spread))
    return Interval(value, value / reach, value * reach)


def _found(
    image: Image, reference: Reference, intrinsics: Intrinsics, scales: tuple[float, float]
) -> _Table:
    """The reference in the photo.

    Args:
        scales: millimetres to a pixel, the least and the greatest that the hands allow.

    Raises:
        TakeAgain: it is not seen, or from too far aside.
    """
    table: _Table | None = None
    if reference.shape is Shape.CARD:
        card = find_card(image, reference, intrinsics, scales)
        if card is not None:
            outline, spread = card.corners_px, card.error_px / card.shortest_px
            middle = outline.mean(axis=0)
            table = _Table((card.view,), outline, middle, spread, spread)
    else:
        coin = find_coin(image, reference, intrinsics, scales)
        if coin is not None:
            # a rim seen straight from above looks round to the second order of the lean
            unsure = coin.error_px / coin.axes_px[0]
            flat = coin.axes_px[1] / coin.axes_px[0]
            lean = float(np.arccos(max(flat - unsure, 0.0)) - np.arccos(min(flat, 1.0)))
            rim = coin.outline_px
            lean = float(np.hypot(lean, LEAST_LEAN))
            table = _Table(coin.views, rim, coin.center_px, unsure, lean)
    if table is None:
        raise TakeAgain(
            f"no {reference.name} is seen: lay it flat beside the hand, wholly in the picture, "
            "on a table of another colour, nothing lying over it."
        )
    if min(view.tilt for view in table.views) > np.radians(STEEPEST_DEG):
        raise TakeAgain("the table is seen from aside: hold the camera straight above it.")
    return table


def _asked_for(hands: tuple[HandLandmarks, ...], wanted: Hand | None) -> list[HandLandmarks]:
    """The hands that may be meant.

    Raises:
        TakeAgain: there is none.
    """
    fitting = [each for each in hands if wanted in (None, each.hand)]
    if not fitting:
        which = f"{wanted} hand" if wanted else "hand"
        raise TakeAgain(f"no {which} is seen: lay the whole hand flat on the table, in good light.")
    return fitting


def _nearest(hands: list[HandLandmarks], table: _Table, reference: Reference) -> HandLandmarks:
    """The hand that is meant: the one beside the reference.

    Raises:
        TakeAgain: it is not surely seen, or the reference lies on it.
    """
    nearest = min(
        hands,
        key=lambda each: float(np.linalg.norm(each.points_px[9] - table.middle_px)),
    )
    lost = nearest.spread_px is not None and not np.isfinite(nearest.spread_px).all()
    if nearest.score < LEAST_SCORE or lost:
        raise TakeAgain("the hand is not clearly seen: lay it flat, fingers apart, in good light.")
    outline = table.outline_px.astype(np.float32)
    for x, y in nearest.points_px.tolist():
        if cv2.pointPolygonTest(outline, (x, y), False) > 0.0:
            raise TakeAgain(
                f"the {reference.name} lies on the hand: lay it on the table beside it."
            )
    return nearest

"""A finger's or a wrist's girth from a photo, with an interval that means what it says.

The flesh between two edges is an ellipse of which only the breadth is seen, so the interval is
never narrower than people differ in the other axis. An iris is no reference here: it is known to
half a millimetre in twelve, which is more than a ring size on a finger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models3d.chains.body import WRIST_BREADTH_PER_DEPTH, ellipse_girth
from models3d.frames import Array, Image, Intrinsics
from models3d.sizes import size_systems
from tryon.anchors.finger import find_outline, outline_in_image
from tryon.anchors.forearm import AT as WRIST_AT
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import PROXIMAL, HandPose, lift
from tryon.errors import TakeAgain
from tryon.sizing.card import find_card
from tryon.sizing.coin import find_coin
from tryon.sizing.plane import TableView
from tryon.sizing.references import Reference, Shape
from tryon.types import Finger, Hand, HandLandmarks, Interval

# Depth over breadth where a ring sits: 0.88 with a standard deviation of 0.05 between people.
FINGER_DEPTH, FINGER_DEPTH_SPREAD = 0.88, 0.05
WRIST_DEPTH_SPREAD = 0.05
SWELLING_SPREAD = 0.006  # of the girth: a quarter to half a US size over a day
EDGE_SPREAD = 0.02  # of the breadth, by benchmarks/accuracy_size.py
LEAST_EDGE_PX = 0.5
HEIGHT_SPREAD = 0.25  # of how high the widest part lies above the table
DISTANCE_SPREAD = 0.15  # of the camera's distance, where the lens is assumed
NORMAL = 1.96  # standard deviations on either side hold 95 of 100

STEEPEST_DEG = 25.0
FARTHEST = 4.5  # of the reference from the finger, its own longer sides
LEAST_PX_PER_MM = 5.0
LEAST_CLEAR_EDGES = 0.45
STEEPEST_FINGER_DEG = 25.0
MOST_DISAGREEMENT = 0.04  # between the two ways a coin may lean
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
    size_px: float  # its longer side
    spread: float  # of the scale, share


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
    table = _found(image, reference, intrinsics)
    landmarks = _nearest(hands, hand, table)
    pose = lift(landmarks, intrinsics)
    edges, blur = _finger(image, pose, finger) if finger else _wrist(image, pose)
    breadth_px = float(np.linalg.norm(edges[1] - edges[0]))
    away = float(np.linalg.norm(edges.mean(axis=0) - table.middle_px)) / table.size_px
    scale = float(np.mean([view.mm_per_px(edges.mean(axis=0)) for view in table.views]))
    if away > FARTHEST:
        raise TakeAgain(f"the {reference.name} lies far from the finger: lay it right beside it.")
    if scale > 1.0 / LEAST_PX_PER_MM:
        raise TakeAgain("the hand is small in the picture: hold the camera nearer.")
    depth, depth_spread, axis = (
        (FINGER_DEPTH, FINGER_DEPTH_SPREAD, _finger_girth)
        if finger
        else (1.0 / WRIST_BREADTH_PER_DEPTH, WRIST_DEPTH_SPREAD, _wrist_girth)
    )
    breadths, heights = [], []
    for view in table.views:
        flat = view.length_mm(edges[0], edges[1])
        height = 0.5 * depth * flat - reference.thickness_mm
        breadths.append(view.length_mm(edges[0], edges[1], height))
        heights.append(height / view.distance_mm)
    if max(breadths) > (1.0 + MOST_DISAGREEMENT) * min(breadths):
        raise TakeAgain("the coin is seen from aside: hold the camera straight above it.")
    breadth = float(np.mean(breadths))
    spread = np.sqrt(
        table.spread**2
        + reference.tolerance**2
        + EDGE_SPREAD**2
        + (np.sqrt(2.0) * max(blur, LEAST_EDGE_PX) / breadth_px) ** 2
        + (max(heights) * np.hypot(HEIGHT_SPREAD, DISTANCE_SPREAD)) ** 2
        + (0.5 * np.log(max(breadths) / min(breadths))) ** 2
    )
    girth = axis(breadth, depth)
    by_depth = float(np.log(axis(breadth, depth + depth_spread) / girth))
    whole = float(np.sqrt(spread**2 + by_depth**2 + SWELLING_SPREAD**2))
    return Measured(
        landmarks.hand,
        finger,
        _interval(breadth, float(spread)),
        _interval(girth, whole),
        edges,
        table.outline_px,
        reference,
        float(np.degrees(table.views[0].tilt)),
    )


def _finger_girth(breadth: float, depth: float) -> float:
    """Round an ellipse by its quadratic mean axis, as jewellers' tables do."""
    return float(np.pi * breadth * np.sqrt((1.0 + depth**2) / 2.0))


def _wrist_girth(breadth: float, depth: float) -> float:
    return ellipse_girth(0.5 * breadth, 0.5 * breadth * depth)


def _interval(value: float, spread: float) -> Interval:
    reach = float(np.exp(NORMAL * spread))
    return Interval(value, value / reach, value * reach)


def _found(image: Image, reference: Reference, intrinsics: Intrinsics) -> _Table:
    """The reference in the photo.

    Raises:
        TakeAgain: it is not seen, or from too far aside.
    """
    table: _Table | None = None
    if reference.shape is Shape.CARD:
        card = find_card(image, reference, intrinsics)
        if card is not None:
            sides = np.linalg.norm(np.roll(card.corners_px, -1, axis=0) - card.corners_px, axis=1)
            outline, size, error = card.corners_px, float(sides.max()), card.error_px
            table = _Table((card.view,), outline, outline.mean(axis=0), size, error / sides.min())
    else:
        coin = find_coin(image, reference, intrinsics)
        if coin is not None:
            size = 2.0 * coin.axes_px[0]
            spread = 2.0 * coin.error_px / size
            table = _Table(coin.views, coin.outline_px, coin.center_px, size, spread)
    if table is None:
        raise TakeAgain(
            f"no {reference.name} is seen: lay it flat beside the hand, wholly in the picture, "
            "on a table of another colour, nothing lying over it."
        )
    if min(view.tilt for view in table.views) > np.radians(STEEPEST_DEG):
        raise TakeAgain("the table is seen from aside: hold the camera straight above it.")
    return table


def _nearest(hands: tuple[HandLandmarks, ...], wanted: Hand | None, table: _Table) -> HandLandmarks:
    """The hand that is meant.

    Raises:
        TakeAgain: there is none, or none that is surely seen.
    """
    fitting = [each for each in hands if wanted in (None, each.hand)]
    if not fitting:
        which = f"{wanted} hand" if wanted else "hand"
        raise TakeAgain(f"no {which} is seen: lay the whole hand flat on the table, in good light.")
    nearest = min(
        fitting,
        key=lambda each: float(np.linalg.norm(each.points_px[9] - table.middle_px)),
    )
    lost = nearest.spread_px is not None and not np.isfinite(nearest.spread_px).all()
    if nearest.score < LEAST_SCORE or lost:
        raise TakeAgain("the hand is not clearly seen: lay it flat, fingers apart, in good light.")
    return nearest


def _finger(image: Image, pose: HandPose, finger: Finger) -> tuple[Array, float]:
    """Both edges (2, 2) of a finger where a ring sits, and how far they may be off, pixels.

    Raises:
        TakeAgain: it points up or its edges are not clear.
    """
    start, end = (pose.joints[joint] for joint in PROXIMAL[finger])
    bone = (end - start) / np.linalg.norm(end - start)
    view = (start + end) / np.linalg.norm(start + end)
    if np.degrees(np.arcsin(min(abs(float(bone @ view)), 1.0))) > STEEPEST_FINGER_DEG:
        raise TakeAgain(f"the {finger} finger is bent: lay it flat on the table.")
    outline = find_outline(image, pose, finger)
    if outline.confidence < LEAST_CLEAR_EDGES:
        raise TakeAgain(
            f"the edges of the {finger} finger are not clear: spread the fingers a little, take "
            "rings off, and use a plain table of another colour."
        )
    center, axis = outline_in_image(pose.landmarks.points_px, finger, outline)
    aside = 0.5 * outline.width_px * np.array([-axis[1], axis[0]])
    return np.stack([center - aside, center + aside]), LEAST_EDGE_PX


def _wrist(image: Image, pose: HandPose) -> tuple[Array, float]:
    """Both edges (2, 2) of the wrist where a watch sits, and how far they may be off, pixels.

    Raises:
        TakeAgain: its edges are not clear.
    """
    forearm = find_forearm(image, pose)
    if forearm.outlined < LEAST_CLEAR_EDGES:
        raise TakeAgain(
            "the edges of the wrist are not clear: push the sleeve back, take watches off, and "
            "use a plain table of another colour."
        )
    palm = pose.palm_px
    center = forearm.start_px - WRIST_AT * palm * forearm.towards_hand
    across = np.array([-forearm.towards_hand[1], forearm.towards_hand[0]])
    aside = 0.5 * forearm.breadth_palms * palm * across
    return np.stack([center - aside, center + aside]), 0.02 * forearm.breadth_palms * palm

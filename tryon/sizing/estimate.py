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
from tryon.anchors.hand_frame import PROXIMAL, HandPose, lift
from tryon.errors import TakeAgain
from tryon.sizing.limbs import Limb, finger_edges, wrist_edges
from tryon.sizing.plane import TableView
from tryon.sizing.references import Reference
from tryon.sizing.table import (
    DISTANCE_SPREAD,
    LIFTED_MM,
    LIFTED_SPREAD_MM,
    Table,
    asked_for,
    find_table,
    interval,
    nearest,
)
from tryon.types import Finger, Hand, HandLandmarks, Interval

# Depth over breadth where a ring sits, with its standard deviation between people (general
# knowledge).
FINGER_DEPTH, FINGER_DEPTH_SPREAD = 0.88, 0.05
WRIST_DEPTH_SPREAD = 0.05
SWELLING_SPREAD = 0.006  # of the girth: a quarter to half a US size over a day
# By benchmarks/accuracy_size.py:
EDGE_SPREAD = 0.016  # of the breadth
LEAST_EDGE_PX, BLUR_SHARE = 0.5, 0.4  # of the blur, by which an edge may lie off
LEAST_PX_PER_MM = 2.2
STEEPEST_FINGER_DEG = 45.0
MOST_SCALE_SPREAD = 0.05  # of the finger's place, by how the reference may lie


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
    fitting = asked_for(hands, hand)
    table = find_table(image, fitting, intrinsics, reference)
    return measure_limb(image, table, lift(nearest(fitting, table), intrinsics), finger)


def measure_limb(image: Image, table: Table, pose: HandPose, finger: Finger | None) -> Measured:
    """Measure a finger, or the wrist, of one hand that lies on the table.

    Raises:
        TakeAgain: it is not flat, or its edges are not clear, or it lies too far away.
    """
    if finger:
        _check_flat(pose, finger)
    limb = finger_edges(image, pose, finger) if finger else wrist_edges(image, pose)
    depth, depth_spread, girth_of = (
        (FINGER_DEPTH, FINGER_DEPTH_SPREAD, _finger_girth)
        if finger
        else (1.0 / WRIST_BREADTH_PER_DEPTH, WRIST_DEPTH_SPREAD, ellipse_round)
    )
    breadth, spread = _breadth(limb, table, depth)
    girth = girth_of(breadth, depth)
    by_depth = float(np.log(girth_of(breadth, depth + depth_spread) / girth))
    whole = float(np.sqrt(spread**2 + by_depth**2 + SWELLING_SPREAD**2))
    return Measured(
        pose.landmarks.hand,
        finger,
        interval(breadth, spread),
        interval(girth, whole),
        limb.ends_px,
        table.outline_px,
        table.reference,
        float(np.degrees(table.views[0].tilt)),
    )


def _breadth(limb: Limb, table: Table, depth: float) -> tuple[float, float]:
    """Millimetres across a limb, and the spread of its logarithm.

    Raises:
        TakeAgain: the photo is too small or too much from aside.
    """
    reference = table.reference
    middle = limb.ends_px.mean(axis=0)
    view = table.views[0]
    if view.mm_per_px(middle) > 1.0 / LEAST_PX_PER_MM:
        raise TakeAgain("the hand is small in the picture: hold the camera nearer.")
    each = np.array([_across(limb.ends_px, one, reference, depth) for one in table.views])
    breadth = float(np.exp(table.weights @ np.log(each)))
    lie = table.lie_spread(each, middle)
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
        max(limb.error_px, LEAST_EDGE_PX, BLUR_SHARE * table.blur_px) / width_px,
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
        name = f"the {finger} finger"
        raise TakeAgain(f"{name} is bent: lay it flat on the table.")


def _finger_girth(breadth: float, depth: float) -> float:
    """Round an ellipse by its quadratic mean axis, as jewellers' tables do."""
    return float(np.pi * breadth * np.sqrt((1.0 + depth**2) / 2.0))


def ellipse_round(breadth: float, depth: float) -> float:
    """Round an ellipse whose shorter axis is `depth` times its longer one."""
    return ellipse_girth(0.5 * breadth, 0.5 * breadth * depth)

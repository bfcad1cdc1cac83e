"""What is told of a jewel on a hand: a ring on a finger, a watch at the wrist."""

from __future__ import annotations

from models3d.frames import Anchor
from tryon.anchors.finger import FingerAnchor
from tryon.anchors.hand_frame import HandPose
from tryon.anchors.wrist import WristAnchor
from tryon.scale import hand_scale
from tryon.types import Placement


def hand_placement(
    product: str, anchor: FingerAnchor | WristAnchor, pose: HandPose, away: float
) -> Placement:
    """Where it sits.

    Args:
        away: metres from the camera in the hand's own frame, where its scale is wanted.
    """
    finger = anchor.finger if isinstance(anchor, FingerAnchor) else None
    return Placement(
        product=product,
        anchor=Anchor.WRIST if finger is None else Anchor.FINGER,
        finger=finger,
        hand=anchor.hand,
        side=anchor.side,
        confidence=anchor.confidence,
        camera_from_anchor=anchor.camera_from_anchor,
        center_px=anchor.center_px,
        axis_px=anchor.axis_px,
        width_px=anchor.width_px,
        scale=hand_scale(pose, away),
    )

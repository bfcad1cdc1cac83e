"""The 21 joints of the hand in one region (MediaPipe's hand_landmarks_detector_graph.cc)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models3d.frames import Array, Image
from tryon.nets.bundles import HAND_LANDMARKS, net_bytes
from tryon.nets.litert import Net
from tryon.nets.regions import Region, bounding_rectangle, region_about, turned, wrapped
from tryon.nets.ssd import overlap
from tryon.types import Hand, HandLandmarks

SIDE_PX = 224
JOINTS = 21
LEAST_PRESENCE = 0.5
WRIST, INDEX, MIDDLE, RING, LITTLE = 0, 5, 9, 13, 17  # knuckles
STILL_JOINTS = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)  # about which the next region lies
REGION_SCALE, REGION_SHIFT = 2.0, -0.1
# Two hands are one (MediaPipe's hand_landmarks_deduplication_calculator.cc) when so many joints lie
# nearer than this share of the palm and their boxes overlap.
SAME_JOINTS, SAME_SHARE, SAME_IOU = 10, 0.2, 0.2


@dataclass(frozen=True, slots=True, eq=False)
class HandSeen:
    """What the landmark net says of one region."""

    landmarks: HandLandmarks
    presence: float  # 0..1

    @property
    def next_region(self) -> Region:
        """Where to look in the next frame: the joints that move least, upright by the knuckles."""
        points = self.landmarks.points_px
        knuckles = ((points[INDEX] + points[RING]) / 2.0 + points[MIDDLE]) / 2.0
        x, y = knuckles - points[WRIST]
        rotation = wrapped(np.pi / 2.0 - float(np.arctan2(-y, x)))
        center, size = bounding_rectangle(points[list(STILL_JOINTS)], rotation)
        return region_about(center, size, rotation, scale=REGION_SCALE, shift_down=REGION_SHIFT)


class HandNet:
    """Finds the joints of a hand in a region; belongs to the thread that runs it.

    Args:
        threads: that one look may use.
    Raises:
        MissingLandmarkModel: the hand bundle is missing or altered.
    """

    def __init__(self, threads: int) -> None:
        self._net = Net(net_bytes(HAND_LANDMARKS), threads)

    def look(self, image: Image, region: Region) -> HandSeen:
        """The hand in a region of an image.

        Args:
            image: (h, w, 3) RGB.
        """
        crop = region.crop(image, SIDE_PX)
        answer = self._net.run(crop[None] * np.float32(1.0 / 255.0))
        joints = answer["Identity"].reshape(JOINTS, 3).astype(float)
        world = answer["Identity_3"].reshape(JOINTS, 3).astype(float)
        right = float(answer["Identity_2"].item())
        return HandSeen(
            HandLandmarks(
                points_px=region.in_image(joints[:, :2] / SIDE_PX),
                world=np.column_stack((turned(world[:, :2], region.rotation), world[:, 2])),
                hand=Hand.RIGHT if right >= 0.5 else Hand.LEFT,
                score=max(right, 1.0 - right),
                depths_px=joints[:, 2] * (region.side_px / SIDE_PX),
            ),
            presence=float(answer["Identity_1"].item()),
        )


def distinct(hands: Sequence[HandSeen]) -> list[HandSeen]:
    """Each hand once, of those that look like one the first."""
    kept: list[HandSeen] = []
    for hand in hands:
        if not any(_same(hand.landmarks.points_px, one.landmarks.points_px) for one in kept):
            kept.append(hand)
    return kept


def _same(one: Array, other: Array) -> bool:
    near = np.linalg.norm(one - other, axis=1) < SAME_SHARE * max(_palm_px(one), _palm_px(other))
    boxes = [np.array([points.min(axis=0), points.max(axis=0)]) for points in (one, other)]
    return bool(near.sum() >= SAME_JOINTS and overlap(boxes[0][None], boxes[1])[0] > SAME_IOU)


def _palm_px(points: Array) -> float:
    corners = points[[WRIST, INDEX, LITTLE]]
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).max())

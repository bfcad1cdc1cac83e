"""The chest before the camera: where a necklace hangs. The head may turn, the chest stays.

Chest frame: origin at the suprasternal notch, +x to the wearer's left, +Y up, +Z out of the chest.
Its turn comes from the shoulders, as far as they are seen, and otherwise a small part of it from
the head. Its place is where the head's pivot and the shoulders' middle let the notch be, moved
sideways by the neck's own two edges. It is as large as the head says.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics, RigidTransform
from tryon.anchors.contour import HALF_SPAN, Contour, Phalanx, find_contour
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import cross, unit
from tryon.anchors.head import CHIN, HeadPose
from tryon.types import BodyLandmarks

LEFT_SHOULDER, RIGHT_SHOULDER, NOSE = 11, 12, 0
SEEN_FROM, SEEN = 0.25, 0.65  # visibilities of a shoulder between which it begins to count

# What is left of the head's turns in a chest whose shoulders are not seen.
HEAD_YAW, HEAD_ROLL, HEAD_PITCH = 0.25, 0.5, 0.15
LEVEL_PITCH = np.radians(-10.0)  # of the canonical face's frame, when somebody looks straight
YAW_EXCESS = 0.18  # per radian, of the yaw by the shoulders' depths: the net exaggerates
TURNED_AWAY = np.radians(78.0), np.radians(98.0)  # yaws between which the chest goes out of sight
# A back that is turned to the camera, or a shoulder before the neck: the net sees its joints close
# together and the chin down at them. Share of the joints' breadth that is left, and so much of the
# chin's height over their middle in face heights; in photos of such 0.34 to 0.50, in others 0.53
# and more.
EDGE_ON = 0.47, 0.56
CHIN_OVER_SHOULDERS = 0.6
MOST_ROLL, MOST_PITCH = np.radians(40.0), np.radians(20.0)

# Fitted to the notches of benchmarks/neck_labels.json; metres of the mean body. The head's pivot
# lies on its own axis, so that turning the head does not move the notch.
PIVOT = np.array([0.0, -0.050, -0.030])  # head frame
NOTCH_FROM_PIVOT = np.array([0.0, -0.119, 0.035])  # chest frame
NOTCH_FROM_SHOULDERS = np.array([0.0, 0.004, 0.045])  # chest frame, from the joints' middle
SHOULDERS_BEHIND = 0.010  # metres from the head's middle to the shoulders' joints
SHOULDER_JOINTS = 0.315  # metres between them, as the net places them on a mean body
SHOULDERS_SHARE = 0.40  # against the head, in placing the notch
GAP_DOUBT = 0.055  # metres between the two by which the shoulders count half as much
NOTCH_SPREAD = 0.014  # metres, one standard deviation, by eye-labelled notches
SIZE_BY_SHOULDERS = 0.10  # spread of the logarithm of the shoulders' breadth about the head's


@dataclass(frozen=True, slots=True)
class ChestTurn:
    """How a chest stands before the camera, radians."""

    yaw: float  # to the picture's right
    pitch: float  # tilted up
    roll: float  # clockwise in the picture

    @property
    def rotation(self) -> Array:
        """(3, 3) camera from chest."""
        level = np.cos(self.pitch)
        out = np.array([np.sin(self.yaw) * level, -np.sin(self.pitch), -np.cos(self.yaw) * level])
        up = np.array([np.sin(self.roll), -np.cos(self.roll), 0.0])
        up = unit(up - (up @ out) * out)
        return np.stack([cross(up, out), up, out], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class ChestPose:
    """One chest in the camera's frame, metres."""

    turn: ChestTurn
    notch: Array  # (3,)
    size: float  # of the body over the mean one's, as the head's
    shoulders: float  # 0..1, how far its turn and place are known by the shoulders
    confidence: float  # 0..1

    @property
    def camera_from_chest(self) -> RigidTransform:
        return RigidTransform(self.turn.rotation, self.notch)


def chest_pose(
    head: HeadPose,
    body: BodyLandmarks | None,
    intrinsics: Intrinsics,
    along_share: float = SHOULDERS_SHARE,
) -> ChestPose:
    """Where the chest below a head is.

    Args:
        body: of the same person, where it was found.
        along_share: of the shoulders against the head, in placing the notch along the body.
    """
    seen = shoulders_seen(body)
    by_head = _turn_by_head(head)
    turn = by_head
    if body is not None and seen > 0.0:
        by_body = _turn_by_shoulders(head, body, intrinsics)
        turn = ChestTurn(
            *(
                (1.0 - seen) * a + seen * b
                for a, b in zip(
                    (by_head.yaw, by_head.pitch, by_head.roll),
                    (by_body.yaw, by_body.pitch, by_body.roll),
                    strict=True,
                )
            )
        )
    size = head.size.value
    pose = head.camera_from_head
    rotation = turn.rotation
    notch = pose.apply(size * PIVOT) + size * (rotation @ NOTCH_FROM_PIVOT)
    if body is not None and seen > 0.0:
        middle_px = body.points_px[[LEFT_SHOULDER, RIGHT_SHOULDER]].mean(axis=0)
        middle = intrinsics.unproject(middle_px, pose.translation[2] + size * SHOULDERS_BEHIND)
        other = middle + size * (rotation @ NOTCH_FROM_SHOULDERS)
        other = other * (notch[2] / max(float(other[2]), 1e-3))
        gap = float(np.linalg.norm(other - notch)) / size
        trust = seen / (1.0 + (gap / GAP_DOUBT) ** 2)
        along = rotation[:, 1] * float(rotation[:, 1] @ (other - notch))
        across = other - notch - along
        notch = notch + trust * (SHOULDERS_SHARE * across + along_share * along)
    confidence = 1.0 - smoothstep(*TURNED_AWAY, abs(turn.yaw))
    if body is not None:
        confidence *= 1.0 - seen * (1.0 - smoothstep(*EDGE_ON, chest_shows(head, body)))
    return ChestPose(turn, notch, size, seen, confidence)


def shoulders_seen(body: BodyLandmarks | None) -> float:
    """How far both shoulders can be believed, 0..1."""
    if body is None:
        return 0.0
    least = float(body.visibility[[LEFT_SHOULDER, RIGHT_SHOULDER]].min())
    return smoothstep(SEEN_FROM, SEEN, least)


def chest_shows(head: HeadPose, body: BodyLandmarks) -> float:
    """How much of the chest's front can be seen at all: about 1 from the front, 0.4 of a back.

    The net takes backs for chests that are seen edge-on.
    """
    shoulders = body.points_px[[LEFT_SHOULDER, RIGHT_SHOULDER]]
    px_per_metre = 1e3 / head.scale.mm_per_px.value
    breadth = float(np.linalg.norm(shoulders[0] - shoulders[1])) / px_per_metre
    up = head.camera_from_head.rotation[:2, 1]
    upright = up / max(float(np.linalg.norm(up)), 1e-6)
    chin = head.face.points_px[CHIN] - shoulders.mean(axis=0)
    over = float(chin @ upright) / max(head.height * px_per_metre, 1e-6)
    return breadth / (SHOULDER_JOINTS * head.size.value) + CHIN_OVER_SHOULDERS * over


def _turn_by_head(head: HeadPose) -> ChestTurn:
    """A little of the head's own turn about the line of sight to it."""
    rotation = head.camera_from_head.rotation
    out, up = rotation[:, 2], rotation[:, 1]
    x, _, z = head.camera_from_head.translation
    aside = -float(np.arctan2(x, z))  # of a chest that faces the camera
    yaw = float(np.arctan2(out[0], -out[2]))
    pitch = float(np.arcsin(np.clip(-out[1], -1.0, 1.0))) - LEVEL_PITCH
    roll = float(np.arctan2(up[0], -up[1]))
    return ChestTurn(
        yaw=aside + HEAD_YAW * _wrapped(yaw - aside),
        pitch=float(np.clip(HEAD_PITCH * pitch, -MOST_PITCH, MOST_PITCH)),
        roll=float(np.clip(HEAD_ROLL * roll, -MOST_ROLL, MOST_ROLL)),
    )


def _turn_by_shoulders(head: HeadPose, body: BodyLandmarks, intrinsics: Intrinsics) -> ChestTurn:
    """Yaw by the depths of the shoulders, roll by their places in the picture."""
    span = body.world[LEFT_SHOULDER] - body.world[RIGHT_SHOULDER]
    x, _, z = head.camera_from_head.translation
    aside = -float(np.arctan2(x, z))  # the net looks at its crop as if it were the middle
    turned = float(np.arctan2(span[2], span[0]))
    yaw = aside + turned * (1.0 - YAW_EXCESS * min(abs(turned), 1.6))
    breadth = SHOULDER_JOINTS * head.size.value
    nearer = 0.5 * breadth * float(np.sin(yaw))  # the shoulder that comes forward looks lower
    depths = z + np.array([nearer, -nearer])
    shoulders = intrinsics.unproject(body.points_px[[LEFT_SHOULDER, RIGHT_SHOULDER]], depths)
    across, down, _ = shoulders[0] - shoulders[1]
    whole = max(float(np.hypot(across, down)), breadth)  # as if seen from the front
    roll = float(np.arcsin(np.clip(down / whole, -1.0, 1.0)))
    by_head = _turn_by_head(head)
    return ChestTurn(
        yaw=yaw,
        pitch=by_head.pitch,
        roll=float(np.clip(roll, -MOST_ROLL, MOST_ROLL)),
    )


def _wrapped(angle: float) -> float:
    return float((angle + np.pi) % (2.0 * np.pi) - np.pi)


# ---------------------------------------------------------------- the neck's edges

NECK_HALF = 0.051  # metres, half the breadth of a mean neck where its edges are looked for
NECK_LOW, NECK_AT, NECK_HIGH = 0.040, 0.058, 0.078  # metres above the notch, along the neck
AXIS_FROM_NOTCH = np.array([0.0, 0.026, -0.049])  # of the neck's base: its middle
UP_THE_NECK = np.array([0.0, 0.94, 0.34])  # its axis, leaning forward: unit length
ENOUGH_PX = 60.0  # of a neck's breadth to look for its edges in
EDGE_FROM, EDGE_SURE = 0.25, 0.6  # confidences of an edge
SIDE_SHARE = 0.85  # how far two sure edges draw the neck's middle to theirs
MOST_SIDE = 0.035  # metres
WIDTHS = 0.80, 1.32  # of the mean neck's breadth: others are hair's, a collar's, a jaw's


@dataclass(frozen=True, slots=True)
class NeckEdges:
    """What the neck's two edges in the picture say."""

    side: float  # metres by which the neck's middle stands to the picture's right of expected
    breadth: float  # of the neck over the mean body's at the head's size
    trust: float  # 0..1
    turn: float = 0.0  # radians, of the neck's axis against the expected, clockwise


UNSEEN = NeckEdges(0.0, 1.0, 0.0)


def neck_edges(image: Image, chest: ChestPose, head: HeadPose, intrinsics: Intrinsics) -> NeckEdges:
    """Measure the neck between jaw and collar.

    Args:
        image: (h, w, 3) RGB.
    """
    rotation = chest.turn.rotation
    base = chest.notch + chest.size * (rotation @ AXIS_FROM_NOTCH)
    top = _neck_top(head)
    along = unit(top - base)
    ends = np.stack([base, base + along * 0.1 * chest.size])
    if ends[:, 2].min() <= 0.02:
        return UNSEEN
    start_px, end_px = intrinsics.project(ends)
    mm = chest.size * float(np.sqrt(intrinsics.fx * intrinsics.fy)) / float(base[2])
    width_px = 2.0 * NECK_HALF * mm
    height, width = image.shape[:2]
    x, y = start_px + 0.5 * (end_px - start_px)
    if width_px < 12.0 or not (0 < x < width and 0 < y < height):
        return UNSEEN
    chin = intrinsics.project(head.points[152])
    reach = end_px - start_px
    under_chin = float((chin - start_px) @ reach / (reach @ reach))
    high = float(np.clip(under_chin - 0.03, 0.06, 0.5))
    low = high - 0.28
    at = 0.5 * (low + high)
    less = max(int(width_px / ENOUGH_PX), 1)
    across = HALF_SPAN * width_px * unit(np.array([-reach[1], reach[0]]))
    rows = start_px + np.array([[low], [high]]) * reach
    image, corner = _reduced(image, np.concatenate([rows - across, rows + across]), less)
    start_px, end_px = (start_px - corner) / less, (end_px - corner) / less
    bone = Phalanx(start_px, end_px, at, low, high, width_px / less)
    return _read(find_contour(image, bone), width_px / less, mm / less)


def _reduced(image: Image, around: Array, less: int) -> tuple[Image, Array]:
    """What of a picture holds these points, at a whole part of its size, and its corner's pixel.

    Args:
        around: (n, 2) pixels.
        less: so many pixels become one.
    """
    if less == 1:
        return image, np.zeros(2)
    height, width = image.shape[:2]
    margin = 6 * less  # for what smooths it
    low = np.floor(around.min(axis=0)).astype(int) - margin
    high = np.ceil(around.max(axis=0)).astype(int) + margin
    low = np.clip(low, 0, [width - less, height - less])
    high = np.clip(high, low + less, [width, height])
    size = (high - low) // less
    crop = image[low[1] : low[1] + less * size[1], low[0] : low[0] + less * size[0]]
    small = cv2.resize(crop, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), low.astype(np.float64)


def _read(contour: Contour, width_px: float, px_per_metre: float) -> NeckEdges:
    left, right = contour.left, contour.right
    sure = [smoothstep(EDGE_FROM, EDGE_SURE, edge.confidence) for edge in (left, right)]
    breadth = (left.offset_px + right.offset_px) / width_px
    plausible = smoothstep(WIDTHS[0] - 0.12, WIDTHS[0], breadth) * (
        1.0 - smoothstep(WIDTHS[1], WIDTHS[1] + 0.12, breadth)
    )
    side = 0.5 * (right.offset_px - left.offset_px) / px_per_metre
    side = float(np.clip(side, -MOST_SIDE, MOST_SIDE))
    turn = float(np.arctan(0.5 * (right.slope - left.slope)))
    return NeckEdges(side, float(breadth), float(np.sqrt(sure[0] * sure[1]) * plausible), turn)


def _neck_top(head: HeadPose) -> Array:
    """(3,) camera frame: where the neck's axis meets the head."""
    top = head.camera_from_head.apply(head.size.value * np.array([0.0, -0.045, -0.030]))
    return np.asarray(top)


def beside(chest: ChestPose, edges: NeckEdges) -> ChestPose:
    """The chest moved to where its neck is seen."""
    moved = chest.notch.copy()
    moved[0] += SIDE_SHARE * edges.trust * edges.side * chest.size
    return ChestPose(chest.turn, moved, chest.size, chest.shoulders, chest.confidence)

"""Bodies from MediaPipe's pose landmark nets on LiteRT, about a face already found.

The net wants a whole body in its square, and one alone. The region comes from the face in every
look, not from the net's last answer. How far shoulders differ from those of the mirrored picture,
in face heights (the full net, median and p90), on 46 photos of one person:

    region of 6 faces   0.09 0.18      8 faces  0.06 0.09      10 faces  0.07 0.10
    8 faces, then by the net's own key points as MediaPipe does it       0.07 0.14

With 27 people in groups the net set heads between two people (14 of 54 looks) and shoulders were
off by 0.19 (p90 0.73); in the strip of the picture between a person's neighbours it is 0.08 (0.14).
Brightening dark pictures, averaging samples and shifting the body by its face's error changed
nothing. Decoding and the refinement by heat maps follow pose_landmark_by_roi_cpu.pbtxt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image
from tryon.nets.bundles import POSE_FULL_LANDMARKS, POSE_LITE_LANDMARKS, optional_net_bytes
from tryon.nets.litert import Net, Tensor
from tryon.nets.regions import Region, turned
from tryon.types import BodyLandmarks, FaceLandmarks, Share

SIDE_PX = 256
JOINTS, NET_JOINTS = 33, 39
HEATMAP_SIDE = 64
KERNEL = 7  # cells of the heat map that refine one joint
LEAST_HEAT = 0.5
LEAST_PRESENCE = 0.5

FOREHEAD, CHIN, RIGHT_CHEEK, LEFT_CHEEK = 10, 152, 234, 454  # of the face mesh
HEIGHT_OF_BREADTH = 1.2  # a face tipped forward is short, but no less broad
REGION_FACES = 9.0  # face heights along the region's side
BELOW_CHIN_FACES = 2.3  # of the region's centre
UPRIGHT_LEAN = np.deg2rad(50.0)  # heads lean less far on upright bodies
PHOTO_SHARES = (0.85, 0.97, 1.1)  # of the region's side: the looks at a photo
NEIGHBOUR_FACES = 0.6  # sideways; who is nearer stands before or behind
LEAST_STRIP_FACES = 0.8  # to either side of a person, however close the neighbours
HEAD_JOINTS = (0, 2, 5, 9, 10)  # nose, eyes, corners of the mouth
HEAD_POINTS = (1, 473, 468, 291, 61)  # the same of the face mesh
MOST_HEAD_ERROR = 0.3  # face heights, between both nets: beyond, it is somebody else's body
SWAPPED = (
    (1, 4), (2, 5), (3, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16),
    (17, 18), (19, 20), (21, 22), (23, 24), (25, 26), (27, 28), (29, 30), (31, 32),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Where one region shows its person."""

    region: Region
    share: Share  # (256, 256) 0 background .. 1 person


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One person's joints, and where the net saw the person."""

    landmarks: BodyLandmarks
    outlines: tuple[Outline, ...]  # one for each look

    def shifted(self, right_px: float) -> Body:
        """The same in an image that begins further left."""
        points = self.landmarks.points_px + np.array([right_px, 0.0])
        return Body(
            replace(self.landmarks, points_px=points),
            tuple(
                Outline(replace(one.region, x_px=one.region.x_px + right_px), one.share)
                for one in self.outlines
            ),
        )


class PoseFinder:
    """Finds the body below a face; belongs to the thread that runs it.

    Args:
        streaming: one look by the light net; otherwise the mean of six looks by the full one, half
            of them mirrored.
        threads: that one look may use.
        model: the bytes of the net.
    """

    def __init__(self, model: bytes, *, streaming: bool, threads: int = 2) -> None:
        self._net = Net(model, threads)
        self._streaming = streaming

    @staticmethod
    def model_for(streaming: bool) -> bytes | None:
        """The net that suits streams or photos, else the other one, if either was obtained."""
        light, full = POSE_LITE_LANDMARKS, POSE_FULL_LANDMARKS
        fitting, other = (light, full) if streaming else (full, light)
        model = optional_net_bytes(fitting)
        return model if model is not None else optional_net_bytes(other)

    def find(
        self, image: Image, face: FaceLandmarks, others: Sequence[FaceLandmarks], time_ms: float
    ) -> Body | None:
        """The body of one face, if its region shows one.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            face: in this image.
            others: the other faces in it.
            time_ms: when it was taken.
        """
        region = region_below(face)
        left, right = strip_of(face, others, image.shape[1])
        strip, moved = image[:, left:right], replace(region, x_px=region.x_px - left)
        if self._streaming:
            looks = [self._look(strip, moved, time_ms, mirrored=False)]
        else:
            looks = [
                self._look(strip, replace(moved, side_px=share * moved.side_px), time_ms, flip)
                for share in PHOTO_SHARES
                for flip in (False, True)
            ]
        looks = [look.shifted(left) for look in looks]
        looks = [look for look in looks if _head_error(look.landmarks, face) <= MOST_HEAD_ERROR]
        mean = _mean([look.landmarks for look in looks])
        if mean is None or mean.score < LEAST_PRESENCE:
            return None
        return Body(mean, tuple(outline for look in looks for outline in look.outlines))

    def _look(self, image: Image, region: Region, time_ms: float, mirrored: bool) -> Body:
        crop = region.crop(image, SIDE_PX)
        if mirrored:
            crop = crop[:, ::-1]
        answer = self._net.run((crop.astype(np.float32) * np.float32(1.0 / 255.0))[None])
        values = answer["Identity"].reshape(NET_JOINTS, 5)[:JOINTS].astype(float)
        shares = refined(values[:, :2] / SIDE_PX, answer["Identity_3"][0])
        world = answer["Identity_4"].reshape(NET_JOINTS, 3)[:JOINTS].astype(float)
        visibility = _logistic(values[:, 3:5]).min(axis=1)  # in view, and in the picture
        outline = _logistic(answer["Identity_2"][0, :, :, 0]).astype(np.float32)
        if mirrored:
            order = mirror_order()
            shares = (shares * (-1.0, 1.0) + ((SIDE_PX - 1) / SIDE_PX, 0.0))[order]
            world = (world * (-1.0, 1.0, 1.0))[order]
            visibility = visibility[order]
            outline = outline[:, ::-1]
        world[:, :2] = turned(world[:, :2], region.rotation)
        score = float(answer["Identity_1"].item())  # the net's own last step is logistic
        landmarks = BodyLandmarks(region.in_image(shares), world, visibility, score, time_ms)
        return Body(landmarks, (Outline(region, outline),))


def face_height(face: FaceLandmarks) -> float:
    """From chin to forehead as if the face looked straight ahead, pixels."""
    points = face.points_px
    breadth = float(np.linalg.norm(points[LEFT_CHEEK] - points[RIGHT_CHEEK]))
    height = float(np.linalg.norm(points[FOREHEAD] - points[CHIN]))
    return max(height, HEIGHT_OF_BREADTH * breadth)


def region_below(face: FaceLandmarks) -> Region:
    """The square in which the pose net should look for the body of a face."""
    up = face.points_px[FOREHEAD] - face.points_px[CHIN]
    lean = float(np.arctan2(up[0], -up[1]))
    rotation = lean if abs(lean) > UPRIGHT_LEAN else 0.0
    height = face_height(face)
    x, y = face.points_px[CHIN] + turned(np.array([0.0, BELOW_CHIN_FACES * height]), rotation)
    return Region(float(x), float(y), REGION_FACES * height, rotation)


def strip_of(
    face: FaceLandmarks, others: Sequence[FaceLandmarks], width_px: int
) -> tuple[int, int]:
    """First and last column (exclusive) of the picture's strip that belongs to one person."""
    height, middle = face_height(face), _middle_x(face)
    left, right = 0.0, float(width_px)
    for other in others:
        way = _middle_x(other) - middle
        if way < -NEIGHBOUR_FACES * height:
            left = max(left, middle + min(way / 2.0, -LEAST_STRIP_FACES * height))
        elif way > NEIGHBOUR_FACES * height:
            right = min(right, middle + max(way / 2.0, LEAST_STRIP_FACES * height))
    first = int(np.clip(np.floor(left), 0, width_px - 1))
    return first, int(np.clip(np.ceil(right), first + 1, width_px))


def _middle_x(face: FaceLandmarks) -> float:
    return float(face.points_px[[FOREHEAD, CHIN], 0].mean())


def _head_error(body: BodyLandmarks, face: FaceLandmarks) -> float:
    """How far a body's head lies from the face, face heights."""
    apart = body.points_px[list(HEAD_JOINTS)] - face.points_px[list(HEAD_POINTS)]
    return float(np.linalg.norm(apart, axis=1).mean()) / max(face_height(face), 1.0)


def refined(shares: Array, heat: Tensor) -> Array:
    """Joints moved to the centre of their heat near where the net said (MediaPipe's refinement).

    Args:
        shares: (n, 2) of the net's square.
        heat: (64, 64, m) logits, one layer for each joint; m >= n.
    """
    reach = KERNEL // 2
    cell = (shares * HEATMAP_SIDE).astype(np.intp)
    inside = np.all((shares >= 0.0) & (cell < HEATMAP_SIDE), axis=1)
    offsets = np.arange(-reach, reach + 1)
    columns = cell[:, 0, None, None] + offsets[None, None, :]
    rows = cell[:, 1, None, None] + offsets[None, :, None]
    valid = (columns >= 0) & (columns < HEATMAP_SIDE) & (rows >= 0) & (rows < HEATMAP_SIDE)
    last = HEATMAP_SIDE - 1
    layers = np.arange(len(shares))[:, None, None]
    logits = heat[np.clip(rows, 0, last), np.clip(columns, 0, last), layers]
    warmth = np.where(valid, _logistic(logits.astype(float)), 0.0)
    total = warmth.sum(axis=(1, 2))
    moved = inside & (warmth.max(axis=(1, 2)) >= LEAST_HEAT)
    sums = np.stack(((warmth * columns).sum(axis=(1, 2)), (warmth * rows).sum(axis=(1, 2))), axis=1)
    means = sums / np.maximum(total, LEAST_HEAT)[:, None] / HEATMAP_SIDE
    return np.where(moved[:, None], means, shares)


def on_grid(outlines: Sequence[Outline], image: Image, shape: tuple[int, int]) -> Share:
    """The mean of several looks' outlines over a whole image; 0 beyond their regions.

    Args:
        shape: (rows, columns) of the answer.
    """
    scale = np.array([image.shape[1] / shape[1], image.shape[0] / shape[0]])
    total = np.zeros(shape, np.float32)
    for outline in outlines:
        region = outline.region
        corners = region.in_image(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])) / scale
        source = np.array([[0.0, 0.0], [SIDE_PX, 0.0], [0.0, SIDE_PX]], np.float32)
        grid_from_net = cv2.getAffineTransform(source, corners.astype(np.float32))
        total += cv2.warpAffine(outline.share, grid_from_net, shape[::-1], flags=cv2.INTER_LINEAR)
    return np.asarray(total / np.float32(max(len(outlines), 1)), np.float32)


def mirror_order() -> NDArray[np.intp]:
    """For each joint, the one that takes its place in a mirrored picture."""
    order = np.arange(JOINTS)
    for left, right in SWAPPED:
        order[left], order[right] = right, left
    return order


def _mean(bodies: Sequence[BodyLandmarks]) -> BodyLandmarks | None:
    if len(bodies) < 2:
        return bodies[0] if bodies else None
    return BodyLandmarks(
        points_px=np.mean([body.points_px for body in bodies], axis=0),
        world=np.mean([body.world for body in bodies], axis=0),
        visibility=np.mean([body.visibility for body in bodies], axis=0),
        score=float(np.mean([body.score for body in bodies])),
        time_ms=bodies[0].time_ms,
    )


def _logistic(values: Array | Tensor) -> Array:
    bounded = np.clip(np.asarray(values, np.float64), -30.0, 30.0)  # exp would overflow beyond
    return np.asarray(1.0 / (1.0 + np.exp(-bounded)), np.float64)

"""Bodies from MediaPipe's pose landmark nets on LiteRT, about a face already found.

The net wants the whole body in its square. Its region is taken from the face in every look, not
from the net's last answer: on 48 portraits and selfies a square of 10 face heights whose centre
lies 2.5 below the chin gave shoulders that differ from those of the mirrored picture by 0.07 face
heights (median; p90 0.11) and missed nobody. Squares of 6 and 8: 0.09 (0.18; 3 missed) and 0.07
(0.14; 1 missed); following the net's own key points, as MediaPipe does: 0.08 (0.15). Decoding and
the refinement by heat maps follow pose_landmark_by_roi_cpu.pbtxt and its parts.
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
REGION_FACES = 10.0  # face heights along the region's side
BELOW_CHIN_FACES = 2.5  # of the region's centre
UPRIGHT_LEAN = np.deg2rad(50.0)  # heads lean less far on upright bodies
PHOTO_SHARES = (0.85, 1.0, 1.15)  # of the region's side: the looks at a photo
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

    def find(self, image: Image, face: FaceLandmarks, time_ms: float) -> Body | None:
        """The body of one face, if its region shows one.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            face: in this image.
            time_ms: when it was taken.
        """
        region = region_below(face)
        if self._streaming:
            looks = [self._look(image, region, time_ms, mirrored=False)]
        else:
            looks = [
                self._look(image, replace(region, side_px=share * region.side_px), time_ms, flip)
                for share in PHOTO_SHARES
                for flip in (False, True)
            ]
        mean = _mean([look.landmarks for look in looks])
        if mean.score < LEAST_PRESENCE:
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


def region_below(face: FaceLandmarks) -> Region:
    """The square in which the pose net should look for the body of a face."""
    points = face.points_px
    up = points[FOREHEAD] - points[CHIN]
    breadth = float(np.linalg.norm(points[LEFT_CHEEK] - points[RIGHT_CHEEK]))
    height = max(float(np.hypot(*up)), HEIGHT_OF_BREADTH * breadth)
    lean = float(np.arctan2(up[0], -up[1]))
    rotation = lean if abs(lean) > UPRIGHT_LEAN else 0.0
    x, y = points[CHIN] + turned(np.array([0.0, BELOW_CHIN_FACES * height]), rotation)
    return Region(float(x), float(y), REGION_FACES * height, rotation)


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


def _mean(bodies: Sequence[BodyLandmarks]) -> BodyLandmarks:
    if len(bodies) == 1:
        return bodies[0]
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

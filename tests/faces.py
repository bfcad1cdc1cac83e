"""Faces for tests: the mean head seen by a camera, as landmarks that know their truth."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array, Image, Intrinsics, RigidTransform
from tryon.anchors.canonical import canonical_face
from tryon.types import FaceLandmarks

CAMERA = Intrinsics(1000.0, 1000.0, 640.0, 360.0)
WIDTH, HEIGHT = 1280, 720
FACING = np.diag([1.0, -1.0, -1.0])  # camera from head: upright, looking into the lens
IRIS_MM = 11.7
_EYES = ((33, 133), (362, 263))


def head_at(
    yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0, at: tuple[float, ...] = (0, 0, 0.6)
) -> RigidTransform:
    """Camera from head. Degrees: to the wearer's left, upwards, towards the right shoulder."""
    turn = np.eye(3)
    for axis, angle in (((0, 0, 1), roll), ((1, 0, 0), -pitch), ((0, 1, 0), yaw)):
        turn = turn @ RigidTransform.from_axis_angle(axis, np.radians(angle)).rotation
    return RigidTransform(FACING @ turn, np.array(at, np.float64))


def face_of(
    camera_from_head: RigidTransform, camera: Intrinsics = CAMERA, size: float = 1.0
) -> FaceLandmarks:
    """What a perfect net would see of a mean head, `size` times as large as it."""
    points = camera_from_head.apply(canonical_face().points * size)
    focal = float(np.sqrt(camera.fx * camera.fy))
    middle = points.mean(axis=0)
    way = middle / np.linalg.norm(middle)  # a net looks at a crop as if it were the whole picture

    def away(seen: Array) -> Array:
        return np.asarray((seen - middle) @ way * focal / middle[2])

    irises, levels = [], []
    for corners in _EYES:
        eye = points[list(corners)].mean(axis=0)
        across, up = camera_from_head.rotation[:, 0], camera_from_head.rotation[:, 1]
        reach = 0.5e-3 * IRIS_MM
        ring = [eye, eye - reach * across, eye + reach * up, eye + reach * across, eye - reach * up]
        irises.append(camera.project(np.array(ring)))
        levels.append(np.full(5, away(eye)))
    return FaceLandmarks(
        np.concatenate([camera.project(points), *irises]),
        np.concatenate([away(points), *levels]),
        1.0,
    )


def mirrored(face: FaceLandmarks, width: int = WIDTH) -> FaceLandmarks:
    """The face in the mirrored picture: every point takes the place of its twin."""
    order = mirror_order()
    points = face.points_px[order] * (-1.0, 1.0) + (width, 0.0)
    return FaceLandmarks(points, face.depths_px[order], face.score)


def mirror_order() -> Array:
    """(478,) for each point the one on the other side of the face."""
    mean = canonical_face().points
    apart = np.linalg.norm(mean[:, None] * (-1.0, 1.0, 1.0) - mean[None], axis=2)
    iris = [473, 476, 475, 474, 477, 468, 471, 470, 469, 472]
    return np.concatenate([apart.argmin(axis=1), iris]).astype(np.intp)


def plain_image(level: int = 128) -> Image:
    """An even grey picture: nothing in it moves a lobe."""
    return np.full((HEIGHT, WIDTH, 3), level, np.uint8)


HEAD_PIVOT = np.array([0.0, -0.045, -0.045])  # a head turns about its neck, not about its middle
FAR_HEAD = (0.0, -0.12, 0.9)


def turned_head(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> RigidTransform:
    """Camera from head, turned about the top of the neck. Degrees."""
    straight = head_at(at=FAR_HEAD)
    turn = head_at(yaw, pitch, roll, FAR_HEAD)
    return RigidTransform(turn.rotation, straight.apply(HEAD_PIVOT) - turn.rotation @ HEAD_PIVOT)

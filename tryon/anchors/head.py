"""The head in the camera's frame, in metres: its pose, its size, and every point of the face.

Head frame: MediaPipe's canonical face. x to the wearer's left, y up to the crown, z out of the
face; the origin in the head, between the ears, about 3 cm below the eyes. Seen from the front, +x
points to the right of an unmirrored picture.

The pose is the one under which the mean head's firm points (forehead, temples, nose bridge, eye
corners, cheekbones; nothing that mouth and jaw move) fall on their landmarks through the picture's
own lens, and rise out of the picture as the net says.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Intrinsics, RigidTransform
from tryon.anchors.canonical import FACE_POINTS, canonical_face
from tryon.anchors.hand_frame import turn_between, unit
from tryon.anchors.iris import CORNERS, HeadSize, head_size
from tryon.types import FaceLandmarks, Scale

# fmt: off
FIRM = np.array([
    10, 67, 297, 103, 332, 54, 284, 109, 338, 151, 9, 8, 168, 6, 197,  # forehead, nose bridge
    33, 133, 362, 263, 130, 359, 243, 463,  # eye corners
    21, 251, 162, 389, 127, 356, 234, 454,  # temples
    117, 346, 118, 347, 123, 352, 50, 280, 111, 340,  # cheekbones
])
# fmt: on
OUTLINE = frozenset({21, 251, 162, 389, 127, 356, 234, 454, 54, 284, 103, 332, 10, 67, 297})
OUTLINE_WEIGHT = 0.5  # the net slides these along the silhouette of a turned head
DEPTH_WEIGHT = 0.6  # of a rise out of the picture beside a place in it
STEPS = 12
LONGEST_TURN = 0.5  # radians of one step
SETTLED = 1e-4  # radians, and of the distance: a step so small is the last
FACE_TOP, CHIN = 10, 152
NET_DEPTH = 0.5  # how far the net's depth counts against the posed mean head's
_FIRM_WEIGHTS = np.array([OUTLINE_WEIGHT if i in OUTLINE else 1.0 for i in FIRM.tolist()])


@dataclass(frozen=True, slots=True, eq=False)
class HeadPose:
    """One head as large as it is, before the camera."""

    camera_from_head: RigidTransform  # metres; x to the wearer's left, y up, z out of the face
    points: Array  # (468, 3) metres, camera frame, on the rays of the landmarks' pixels
    size: HeadSize  # over the mean head's, whose points are `canonical_face().points`
    scale: Scale  # at the head's middle
    face: FaceLandmarks
    height: float  # metres from the top of the forehead to the chin, points 10 and 152
    error_px: float  # RMS of the firm points between their landmarks and the posed mean head

    @property
    def facing(self) -> float:
        """Cosine of the angle between the face's front and the line of sight."""
        way = unit(self.camera_from_head.translation)
        return float(-way @ self.camera_from_head.rotation[:, 2])

    @property
    def yaw(self) -> float:
        """Radians by which the head is turned to its own left, as seen along the line of sight.

        Positive: the wearer's right ear comes into sight.
        """
        x, _, z = self._sight()
        return float(np.arctan2(-x, z))

    def _sight(self) -> Array:
        """(3,) from the head to the camera, unit length, in the head's frame."""
        toward: Array = self.camera_from_head.rotation.T @ -unit(self.camera_from_head.translation)
        return toward


def head_pose(
    face: FaceLandmarks, intrinsics: Intrinsics, known: HeadSize | None = None
) -> HeadPose:
    """The pose and size of a head.

    Args:
        known: its size, if it was found before; otherwise by the irises or the mean head.
    Raises:
        MissingLandmarkModel: the landmark bundle is missing.
    """
    mean = canonical_face().points
    rays = intrinsics.unproject(face.points_px[:FACE_POINTS])
    focal = float(np.sqrt(intrinsics.fx * intrinsics.fy))
    depths = face.depths_px[:FACE_POINTS] / focal
    way = unit(rays.mean(axis=0))  # the net looks at a crop as if it were the whole picture
    pose = _first_pose(mean[FIRM], rays[FIRM], depths[FIRM], way)
    pose, error = _refined(mean[FIRM], rays[FIRM], depths[FIRM], way, pose)
    posed = pose.apply(mean)
    along = _lifted(rays, posed, depths, way)
    points = rays * along[:, None]
    eyes = np.array([points[list(pair), 2].mean() for pair in CORNERS]) * 1e3 / focal
    facing = float(-unit(pose.translation) @ pose.rotation[:, 2])
    size = known or head_size(face, eyes, facing)
    points = points * size.value
    placed = RigidTransform(pose.rotation, pose.translation * size.value)
    return HeadPose(
        camera_from_head=placed,
        points=points,
        size=size,
        scale=size.scale(1e3 * float(pose.translation[2]) / focal),
        face=face,
        height=float(np.linalg.norm(points[FACE_TOP] - points[CHIN])),
        error_px=error * focal,
    )


def _first_pose(mean: Array, rays: Array, depths: Array, way: Array) -> RigidTransform:
    """Weighted Procrustes (Kabsch 1976, Umeyama 1991) under scaled orthography.

    Args:
        mean: (n, 3) metres; rays: (n, 3) at z = 1; depths: (n,) in the same unit, along the
            line of sight `way` (3,).
    """
    turned = turn_between(np.array([0.0, 0.0, 1.0]), way)
    seen = (rays / (rays @ way)[:, None]) @ turned  # on a plane square to the sight
    seen = np.column_stack([seen[:, :2], depths])
    weights = _FIRM_WEIGHTS / _FIRM_WEIGHTS.sum()
    seen_middle, mean_middle = weights @ seen, weights @ mean
    seen, model = seen - seen_middle, mean - mean_middle
    u, strengths, vt = np.linalg.svd((seen * weights[:, None]).T @ model)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = turned @ (u * sign) @ vt
    scale = max(float(strengths @ sign / (weights @ (model**2).sum(axis=1))), 1e-6)
    middle = way / (scale * float(way[2])) * float(way[2])
    return RigidTransform(rotation, middle - rotation @ mean_middle)


def _refined(
    mean: Array, rays: Array, depths: Array, sight: Array, pose: RigidTransform
) -> tuple[RigidTransform, float]:
    """Gauss-Newton on six degrees of freedom; Huber weights let sliding points yield.

    Returns:
        the pose, and the RMS distance in the picture in units of the focal length.
    """
    rotation, translation = pose.rotation, pose.translation
    n, deep = len(mean), 2 * len(mean)
    across = np.array(  # arm @ across is arm x sight
        [[0.0, -sight[2], sight[1]], [sight[2], 0.0, -sight[0]], [-sight[1], sight[0], 0.0]]
    )
    base = np.sqrt(np.concatenate([_FIRM_WEIGHTS, _FIRM_WEIGHTS, _FIRM_WEIGHTS * DEPTH_WEIGHT**2]))
    share = _FIRM_WEIGHTS / _FIRM_WEIGHTS.sum()
    rise = depths - share @ depths
    jacobian, residual = np.zeros((3 * n, 6)), np.zeros(3 * n)
    for _ in range(STEPS):
        turned_mean = mean @ rotation.T
        at = turned_mean + translation
        z = np.maximum(at[:, 2], 1e-3)
        distance = float(share @ z)
        x, y = at[:, 0] / z, at[:, 1] / z
        away = turned_mean @ sight
        residual[:n], residual[n:deep] = rays[:, 0] - x, rays[:, 1] - y
        residual[deep:] = rise - (away - share @ away) / distance
        a, b, c = turned_mean.T
        near = 1.0 / z
        # a turn moves a point by turn x arm, so a coordinate's gradient g by it is arm x g
        jacobian[:n, 0], jacobian[:n, 1], jacobian[:n, 2] = -b * x, c + a * x, -b
        jacobian[n:deep, 0], jacobian[n:deep, 1], jacobian[n:deep, 2] = -b * y - c, a * y, a
        jacobian[:deep, :3] *= np.concatenate([near, near])[:, None]
        jacobian[:n, 3], jacobian[:n, 5] = near, -x * near
        jacobian[n:deep, 4], jacobian[n:deep, 5] = near, -y * near
        tilt = turned_mean @ across / distance
        jacobian[deep:, :3] = tilt - share @ tilt
        jacobian[deep:, 5] = -(away - share @ away) / distance**2
        off = np.hypot(residual[:n], residual[n:deep])
        bound = 2.0 * max(float(off.mean()), 1e-6)
        huber = np.sqrt(np.minimum(1.0, bound / np.maximum(off, 1e-12)))
        weight = base * np.concatenate([huber, huber, huber])
        weighted = jacobian * weight[:, None]
        system = weighted.T @ weighted + 1e-12 * np.eye(6)
        gradient = weighted.T @ (residual * weight)
        step = cv2.solve(system, gradient[:, None], flags=cv2.DECOMP_CHOLESKY)[1][:, 0]
        angle = float(np.sqrt(step[:3] @ step[:3]))
        rotation = (
            cv2.Rodrigues(step[:3] * min(1.0, LONGEST_TURN / max(angle, 1e-12)))[0] @ rotation
        )
        translation = translation + step[3:]
        if angle < SETTLED and float(np.abs(step[3:]).max()) < SETTLED * distance:
            break
    return RigidTransform(rotation, translation), float(np.sqrt(np.mean(off**2)))


def _lifted(rays: Array, posed: Array, depths: Array, way: Array) -> Array:
    """(468,) z in metres of every landmark: between the posed mean head's and the net's own."""
    middle = float(posed[FIRM, 2].mean())
    away = depths * middle  # along the line of sight
    away += float((posed[FIRM] @ way).mean() - away[FIRM].mean())
    net = away / (rays @ way)
    along: Array = posed[:, 2] + NET_DEPTH * (net - posed[:, 2])
    return np.maximum(along, 0.2 * middle)

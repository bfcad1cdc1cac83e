"""Pictures of wearers with known chests: a head of `synthetic_head` on the neck that chains lie on.

The head turns about the top of the neck, the chest stands still or turns by itself. The body is the
one that necklaces are draped on, with bare skin above a neckline, so the figures tell how turns and
edges are read, not how people's bodies differ from it. No pose net sees shoulders on a bust: joints
are the true ones with noise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.common import SEED
from benchmarks.synthetic_head import FACING, HEIGHT, WIDTH, draw, person
from models3d.frames import Array, Image, Intrinsics, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from tryon.anchors.chest import chest_surface
from tryon.anchors.neck import SHOULDER_JOINTS
from tryon.media.lens import assumed_intrinsics
from tryon.types import BodyLandmarks
from viewer.render.renderer import Renderer

HEAD_PIVOT = np.array([0.0, -0.045, -0.045])  # head frame, metres: the top of the neck
PIVOT_OVER_NOTCH = np.array([0.0, 0.118, -0.050])  # chest frame
PIVOT_SPREAD = 0.008  # metres
JOINTS_BELOW = np.array([0.0, -0.010, -0.050])  # chest frame, the shoulders' middle
JOINT_NOISE, DEPTH_NOISE = 0.008, 0.030  # metres, of a net's shoulders
NECKLINE = -0.035  # metres below the notch
CLOTHS = ((0.03, 0.03, 0.05, 1.0), (0.35, 0.05, 0.06, 1.0), (0.5, 0.5, 0.48, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class ChestPicture:
    """One picture and what is true of it."""

    image: Image
    camera: Intrinsics
    camera_from_chest: RigidTransform
    base: float  # metres round the neck
    body: BodyLandmarks
    head_yaw: float  # degrees, against the chest


def chest_picture(
    number: int, renderer: Renderer, head_yaw: float | None = None, chest_yaw: float | None = None
) -> ChestPicture:
    """The wearer of this number; the same one whichever way head and chest are turned.

    Args:
        head_yaw, chest_yaw: degrees; by chance unless given.
    """
    random = np.random.default_rng(SEED + number)
    someone = person(random)
    camera = assumed_intrinsics(WIDTH, HEIGHT)
    yaw, pitch, roll = random.uniform((-40.0, -12.0, -12.0), (40.0, 12.0, 12.0))
    turn = random.uniform((-35.0, -4.0, -6.0), (35.0, 8.0, 6.0))
    base = float(random.uniform(0.34, 0.42))
    away = float(random.uniform(0.55, 0.95))
    at = camera.unproject(random.uniform((420.0, 400.0), (540.0, 450.0)), away)
    over = PIVOT_OVER_NOTCH + random.normal(0.0, PIVOT_SPREAD, 3)
    noise = random.normal(0.0, 1.0, (2, 3))
    yaw = yaw if head_yaw is None else head_yaw
    turn[0] = turn[0] if chest_yaw is None else chest_yaw
    chest = _turned(turn[0], turn[1], turn[2], at)
    head = _turned(turn[0] + yaw, turn[1] + pitch, turn[2] + roll, np.zeros(3))
    place = replace(head, translation=chest.apply(over) - head.rotation @ HEAD_PIVOT)
    cloth = CLOTHS[number % len(CLOTHS)]
    body = _body(base, next(p.material for p in someone.model.parts if p.name == "neck"), cloth)
    head_from_chest = (place.inverse() @ chest).matrix
    parts = [part for part in someone.model.parts if part.name != "neck"]
    parts += [replace(part, model_from_part=head_from_chest[None]) for part in body]
    dressed = replace(someone, model=Model("wearer", tuple(parts)))
    picture = draw(dressed, place, camera, random, renderer)
    joints = _joints(chest, camera, noise)
    return ChestPicture(picture.image, camera, chest, base, joints, float(yaw))


def _turned(yaw: float, pitch: float, roll: float, at: Array) -> RigidTransform:
    """Camera from what stands there; degrees to the picture's right, upwards, clockwise."""
    turn = FACING
    for axis, angle in (((0, 0, 1), -roll), ((0, 1, 0), yaw), ((1, 0, 0), -pitch)):
        turn = turn @ RigidTransform.from_axis_angle(axis, np.radians(angle)).rotation
    return RigidTransform(turn, np.asarray(at))


def _body(base: float, skin: Material, cloth: tuple[float, float, float, float]) -> list[Part]:
    positions, triangles = chest_surface(base)
    a, b, c = positions[triangles].swapaxes(0, 1)
    flat = np.cross(b - a, c - a)
    normals = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], flat)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    bare = positions[triangles].mean(axis=1)[:, 1] > NECKLINE
    dress = Material("cloth", cloth, roughness=0.9, specular=0.1, double_sided=True)
    return [
        Part("chest", Mesh(positions, normals, triangles[bare]), skin),
        Part("dress", Mesh(positions, normals, triangles[~bare]), dress),
    ]


def _joints(chest: RigidTransform, camera: Intrinsics, noise: Array) -> BodyLandmarks:
    """Shoulders as a net would see them; all other joints in their middle."""
    side = np.array([0.5 * SHOULDER_JOINTS, 0.0, 0.0])
    points = chest.apply(JOINTS_BELOW + np.array([side, -side]))
    points += noise * (JOINT_NOISE, JOINT_NOISE, DEPTH_NOISE)
    joints = np.tile(points.mean(axis=0), (33, 1))
    joints[11], joints[12] = points
    world = joints - joints.mean(axis=0)
    return BodyLandmarks(camera.project(joints), world, np.ones(33), 1.0, 0.0)

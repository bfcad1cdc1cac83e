"""The ground that a jewel stands on in a studio picture: its soft shadow, from the real model.

For points of the ground, the model's depth pictures say from which directions light arrives; the
share of the studio's light that is left is the shadow. It is baked once a model and weighted anew
for every turn of the turntable.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Intrinsics, RigidTransform
from models3d.mesh import Model
from viewer.render.environment import look_up
from viewer.render.renderer import Renderer
from viewer.render.visibility import Lattice, even_directions

SIDE = 192  # points of the ground a side
TOUCHES = 0.05  # radii of the model: what is so low stands on the ground
REACH = 2.4  # half side of the ground, in radii of the model
DIRECTIONS = 384  # over the whole sphere; half of them lie above the ground
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A horizontal plane under a model, and how light falls on it."""

    shade: Array  # (SIDE, SIDE) share of the light that arrives, 0..1
    half_side: float  # metres
    world_from_ground: RigidTransform  # x and y along the plane, z up


def ground_under(renderer: Renderer, model: Model, world_from_model: RigidTransform) -> Ground:
    """Light the ground that touches the model's lowest point.

    Args:
        world_from_model: world is y up, z towards the viewer, as the studio's environment.
    """
    uploaded = renderer.uploaded(model)
    up_model = world_from_model.rotation[1]
    heights = uploaded.caster.positions @ up_model
    lowest = float(heights.min())
    model_from_ground, half = ground_frame(
        uploaded.center, uploaded.radius, world_from_model, lowest
    )
    axes = model_from_ground.rotation
    lattice = Lattice(model_from_ground.translation, axes[:, 0], axes[:, 1], half, SIDE)
    directions = even_directions(DIRECTIONS)
    above = directions @ up_model > 0.02
    lit = renderer.light_on(model, lattice, directions[above])
    world = world_from_model.rotate(directions[above])
    light = look_up(renderer.tent.levels[3], world.astype(np.float32)) @ LUMINANCE
    weight = (light * world[:, 1]).astype(np.float32)
    shade = np.tensordot(weight / weight.sum(), lit, 1).astype(np.float64)
    low = heights < lowest + TOUCHES * uploaded.radius
    touching = model_from_ground.inverse().apply(uploaded.caster.positions[low])[:, :2]
    softened = _softened(shade, _distance(touching, half) / uploaded.radius)
    return Ground(softened, half, world_from_model @ model_from_ground)


def ground_frame(
    center: Array, radius: float, world_from_model: RigidTransform, lowest: float
) -> tuple[RigidTransform, float]:
    """Where the ground lies under a model, x and y along it, and half its side in metres.

    Its axes are fixed to the model, so that turning that needs no new depth pictures.

    Args:
        center, radius: of the model, in its own frame.
        lowest: metres, the least height of the model's points above its origin.
    """
    up_model = world_from_model.rotation[1]
    helper = np.eye(3)[int(np.argmin(np.abs(up_model)))]
    x = np.cross(helper, up_model)
    x /= np.linalg.norm(x)
    axes = np.stack([x, np.cross(up_model, x), up_model], axis=1)
    foot = center + up_model * (lowest - center @ up_model)
    return RigidTransform(axes, foot), REACH * radius


def _distance(points: Array, half: float) -> Array:
    """Metres (SIDE, SIDE) from each point of the ground to the nearest of some, (n, 2)."""
    cell = 2.0 * half / SIDE
    column, row = np.clip(((points + half) / cell).astype(int), 0, SIDE - 1).T
    free = np.ones((SIDE, SIDE), np.uint8)
    free[row, column] = 0
    return np.asarray(cv2.distanceTransform(free, cv2.DIST_L2, 5), np.float64) * cell


def _softened(shade: Array, distance: Array) -> Array:
    """Hide the grain of finitely many directions: more where shadows are wide anyway.

    Args:
        distance: (SIDE, SIDE) radii from where the piece touches the ground.
    """
    near = cv2.GaussianBlur(shade, (0, 0), 1.2)
    far = cv2.GaussianBlur(shade, (0, 0), 9.0)
    share = np.clip((distance - 0.15) / 0.9, 0.0, 1.0)
    return np.asarray(near + (far - near) * share, np.float64)


def shade_of_pixels(
    ground: Ground,
    camera_from_world: RigidTransform,
    intrinsics: Intrinsics,
    width: int,
    height: int,
) -> Array:
    """The share of light (height, width) on the ground that each pixel sees; 1 off the ground."""
    ground_from_camera = (camera_from_world @ ground.world_from_ground).inverse()
    u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    rays = ground_from_camera.rotate(intrinsics.unproject(np.stack([u, v], axis=-1)))
    eye = ground_from_camera.translation
    down = np.minimum(rays[..., 2], -1e-9)
    along = -eye[2] / down
    scale = SIDE / (2.0 * ground.half_side)
    column = ((eye[0] + along * rays[..., 0] + ground.half_side) * scale - 0.5).astype(np.float32)
    row = ((eye[1] + along * rays[..., 1] + ground.half_side) * scale - 0.5).astype(np.float32)
    edge = np.clip(np.minimum.reduce([column, row, SIDE - column, SIDE - row]) / 24.0, 0.0, 1.0)
    found = cv2.remap(
        ground.shade.astype(np.float32), column, row, cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=1.0,
    )  # fmt: skip
    blend = np.where(rays[..., 2] < -1e-6, edge, 0.0)
    return np.asarray(1.0 + (found - 1.0) * blend, np.float64)

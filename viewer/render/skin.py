"""The skin that a jewel is worn on: where its shadow falls, and what polished metal mirrors.

Frames are those of the anchors. A finger is a cylinder about +Y with the jewel's inner diameter, a
wrist an elliptic one with the section the model was made for, a neck the body that necklaces are
laid on, an earlobe a small plane behind the piercing.

What metal mirrors is a quadric, symmetric about x = 0, whose value is about the height in metres
over the skin: (xx x^2 + yy y^2 + zz z^2) / 2 + yz y z + y y0 + z z0 + c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.spatial import cKDTree

from models3d.chains.body import Neck, normals
from models3d.frames import Anchor, Array, IntArray
from models3d.mesh import Model

TUBE_TEXELS = {Anchor.FINGER: (64, 96), Anchor.WRIST: (96, 192)}  # along, around
TUBE_SEGMENTS = 64
TUBE_REACH = {Anchor.FINGER: 1.1, Anchor.WRIST: 0.55}  # mean radii beyond the jewel, each way
SEEN_REACH = 8 / 11  # of that reach: farther on the shadow has faded to nothing
TUBE_FADE = 0.2  # of the length, at each end
INSIDE = 0.015  # of a radius that the baked points lie under the skin
MOST_INSIDE = 0.15e-3  # metres
CONTACT = 0.25  # radii of a finger: skin farther than that is mirrored without its own shade
CONTACT_REACH = 4e-3  # metres, on what is not round

NECK_AXIS_Z = -0.05  # metres: a vertical line inside neck and chest
NECK_TURN = 2.2  # radians to each side of the front
NECK_TEXELS = (256, 512)
NECK_CELLS = (48, 96)
NECK_MARGIN = 0.012  # metres beyond the necklace
NECK_NEAR, NECK_FAR = 3e-3, 10e-3  # distances from the necklace between which its shadow fades
NECK_INSIDE = 0.3e-3  # links lie a little in the skin
FARTHEST_SKIN = 0.25  # metres from the axis
HALVINGS = 14  # of that: a hundredth of a millimetre
TORSO_HEIGHTS, TORSO_CELLS = (-0.20, 0.08), (28, 32)  # metres; what stones see
TUBE_LENGTH = 4.0  # mean radii each way that stones see
HEAD_HALF_SIDE = 0.04  # metres

LOBE_CENTER = np.array([0.0, 1.5e-3])  # of the lobe about the piercing
LOBE_AXES = np.array([8.0e-3, 9.0e-3])
LOBE_TEXELS, LOBE_CELL = 64, 7
LOBE_Z = -0.3e-3


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Skin near a jewel as texels, and as a coarser mesh that shows them."""

    points: Array  # (rows, columns, 3) metres, texel centres, where light is asked for
    normals: Array  # (rows, columns, 3)
    fade: Array  # (rows, columns) 0..1: nothing is drawn where it is 0
    wraps: bool  # the columns go once round
    positions: Array  # (n, 3) of the mesh
    position_normals: Array  # (n, 3)
    uvs: Array  # (n, 2) of the texels
    triangles: IntArray  # (m, 3), outward
    fine: bool  # what throws shadows on it is thin


@dataclass(frozen=True, slots=True)
class Quadric:
    """What metal mirrors; the terms of the module's formula."""

    squares: tuple[float, float, float, float]  # xx, yy, zz, yz
    rest: tuple[float, float, float]  # y0, z0, c
    contact: float  # metres over which skin near the metal is darker
    radius: float  # metres: how round it is; its outline is softened by it


NO_SKIN = Quadric((0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 1.0, 0.0)


def section(model: Model) -> tuple[float, float] | None:
    """Half breadth (x) and half depth (z), metres, of the limb a model is made for."""
    if model.anchor in (Anchor.NECK, Anchor.EAR):
        return None
    if model.anchor is Anchor.WRIST:
        told = model.extras.get("section_mm")
        if isinstance(told, Sequence) and len(told) == 2 and all(map(_is_length, told)):
            return 1e-3 * float(told[0]), 1e-3 * float(told[1])
    if model.inner_diameter is None:
        return None
    return model.inner_diameter / 2.0, model.inner_diameter / 2.0


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and 0.0 < value < 1e3


def has_skin(model: Model) -> bool:
    """Whether skin is known to lie under a model that is worn."""
    return section(model) is not None or model.anchor in (Anchor.NECK, Anchor.EAR)


def outward_of(model: Model, points: Array) -> Array | None:
    """Unit normals (n, 3) of the skin under points of a worn model; None: it is not known."""
    if model.anchor is Anchor.NECK:
        return normals(Neck(), points)[1]
    limb = section(model)
    if limb is None:
        return None
    out = points * np.array([limb[0] ** -2, 0.0, limb[1] ** -2])
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9))


def mirrored(model: Model, positions: Array) -> Quadric:
    """The skin that a worn model's metal mirrors.

    Args:
        positions: (n, 3) of the model.
    """
    if model.anchor is Anchor.EAR:
        return Quadric((0.0,) * 4, (0.0, 1.0, -LOBE_Z), CONTACT_REACH, 0.0)
    if model.anchor is Anchor.NECK:
        return _neck_quadric(positions)
    limb = section(model)
    if limb is None:
        return NO_SKIN
    a, b = limb
    mean = float(np.sqrt(a * b))
    contact = CONTACT * mean if model.anchor is not Anchor.WRIST else CONTACT_REACH
    return Quadric((mean / a**2, 0.0, mean / b**2, 0.0), (0.0, 0.0, -mean / 2.0), contact, mean)


def _neck_quadric(positions: Array) -> Quadric:
    """The quadric that follows neck and chest best where a necklace lies, with their slope."""
    chosen = positions[:: max(1, len(positions) // 2000)]
    height, outward = normals(Neck(), chosen)
    x, y, z = chosen.T
    none, one = np.zeros_like(x), np.ones_like(x)
    value = np.stack([x * x / 2, y * y / 2, z * z / 2, y * z, y, z, one], axis=1)
    along_x = np.stack([x, none, none, none, none, none, none], axis=1)
    along_y = np.stack([none, y, none, z, one, none, none], axis=1)
    along_z = np.stack([none, none, z, y, none, one, none], axis=1)
    reach = float(np.abs(chosen).max())  # brings slopes and heights to one scale
    rows = np.concatenate([value / reach * 4.0, along_x, along_y, along_z])
    wanted = np.concatenate([height / reach * 4.0, *outward.T])
    xx, yy, zz, yz, y0, z0, c = np.linalg.lstsq(rows, wanted, rcond=None)[0].tolist()
    return Quadric((xx, yy, zz, yz), (y0, z0, c), CONTACT_REACH, 0.0)


def shadow_bounds(model: Model, positions: Array) -> Array:
    """Points (k, 3) that bound the shadow of a worn model on skin; none where it throws none.

    Args:
        positions: (n, 3) that bound the model.
    """
    if model.anchor is Anchor.NECK:
        aside = NECK_FAR * np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
        return np.asarray((positions[:, None] + aside).reshape(-1, 3))
    turn = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)
    if model.anchor is Anchor.EAR:
        around = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
        return np.column_stack([LOBE_CENTER + LOBE_AXES * around, np.full(16, LOBE_Z)])
    limb = section(model)
    if limb is None:
        return np.zeros((0, 3))
    circle = np.stack([limb[0] * np.sin(turn), 0.0 * turn, limb[1] * np.cos(turn)], axis=-1)
    anchor = Anchor.WRIST if model.anchor is Anchor.WRIST else Anchor.FINGER
    reach = SEEN_REACH * TUBE_REACH[anchor] * float(np.sqrt(limb[0] * limb[1]))
    along = np.array([0.0, 1.0, 0.0])
    low, high = positions[:, 1].min() - reach, positions[:, 1].max() + reach
    return np.concatenate([circle + low * along, circle + high * along])


def patch_of(model: Model, positions: Array) -> Patch | None:
    """Where the shadow of a worn model falls; None: the model does not say.

    Args:
        positions: (n, 3) of what casts it.
    """
    if model.anchor is Anchor.NECK:
        return _neck(positions)
    if model.anchor is Anchor.EAR:
        return _lobe()
    limb = section(model)
    if limb is None:
        return None
    anchor = Anchor.WRIST if model.anchor is Anchor.WRIST else Anchor.FINGER
    return _tube(np.array(limb), positions, anchor)


def _tube(limb: Array, positions: Array, anchor: Anchor) -> Patch:
    """An elliptic cylinder about +Y; its texels lie a little under the skin."""
    rows, columns = TUBE_TEXELS[anchor]
    reach = TUBE_REACH[anchor] * float(np.sqrt(limb.prod()))
    low, high = positions[:, 1].min() - reach, positions[:, 1].max() + reach

    def surface(around: Array, along: Array) -> tuple[Array, Array]:
        turn = 2.0 * np.pi * around
        circle = np.stack([np.sin(turn), np.cos(turn)], axis=-1)
        outward = circle / limb
        outward = outward / np.linalg.norm(outward, axis=-1, keepdims=True)
        height = np.broadcast_to(low + along * (high - low), turn.shape)
        point = circle * limb
        return (
            np.stack([point[..., 0], height, point[..., 1]], axis=-1),
            np.stack([outward[..., 0], np.zeros_like(turn), outward[..., 1]], axis=-1),
        )

    u, v = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    points, outward = surface(u, v)
    deep = min(INSIDE * float(limb.min()), MOST_INSIDE)
    ends = _smoothstep(v / TUBE_FADE) * _smoothstep((1.0 - v) / TUBE_FADE)
    mesh_u, mesh_v = np.meshgrid(np.linspace(0, 1, TUBE_SEGMENTS + 1), np.array([0.0, 1.0]))
    corners, facing = surface(mesh_u, mesh_v)
    return Patch(
        points - deep * outward, outward, ends, True, corners.reshape(-1, 3),
        facing.reshape(-1, 3), np.stack([mesh_u, mesh_v], -1).reshape(-1, 2),
        grid_triangles(TUBE_SEGMENTS, 1), False,
    )  # fmt: skip


def _neck(positions: Array) -> Patch:
    """Neck and chest about a necklace, seen from a vertical axis inside them."""
    rows, columns = NECK_TEXELS
    low = positions[:, 1].min() - NECK_MARGIN
    high = positions[:, 1].max() + NECK_MARGIN
    coarse, facing = _torso(float(low), float(high), NECK_CELLS)
    # texel centres between the corners of the coarse grid
    across = (np.arange(columns) + 0.5) / columns * NECK_CELLS[1]
    along = (np.arange(rows) + 0.5) / rows * NECK_CELLS[0]
    columns_at, rows_at = (grid.astype(np.float32) for grid in np.meshgrid(across, along))

    def between(grid: Array) -> Array:
        found = cv2.remap(grid.astype(np.float32), columns_at, rows_at, cv2.INTER_CUBIC)
        return np.asarray(found, np.float64)

    points, outward = between(coarse), between(facing)
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True)
    tree = cKDTree(positions)
    distance, _ = tree.query(points.reshape(-1, 3), distance_upper_bound=NECK_FAR)
    fade = 1.0 - _smoothstep((distance.reshape(rows, columns) - NECK_NEAR) / (NECK_FAR - NECK_NEAR))
    fade *= _smoothstep((NECK_TURN - np.abs(np.linspace(-NECK_TURN, NECK_TURN, columns))) / 0.2)
    u, v = np.meshgrid(*(np.linspace(0, 1, n + 1) for n in NECK_CELLS[::-1]))
    used = cv2.dilate(
        cv2.resize(fade, NECK_CELLS[::-1], interpolation=cv2.INTER_AREA), np.ones((3, 3))
    ).ravel() > 0.0  # fmt: skip
    triangles = grid_triangles(NECK_CELLS[1], NECK_CELLS[0])
    kept = triangles[np.concatenate([used, used])]
    return Patch(
        points - NECK_INSIDE * outward, outward, fade, False, coarse.reshape(-1, 3),
        facing.reshape(-1, 3), np.stack([u, v], -1).reshape(-1, 2), kept, True,
    )  # fmt: skip


def _torso(low: float, high: float, cells: tuple[int, int]) -> tuple[Array, Array]:
    """Skin of neck and chest on a grid of cells (rows, columns): points and normals.

    Args:
        low, high: metres along +Y.
    """
    turn, height = np.meshgrid(
        np.linspace(-NECK_TURN, NECK_TURN, cells[1] + 1), np.linspace(low, high, cells[0] + 1)
    )
    out = np.stack([np.sin(turn), np.zeros_like(turn), np.cos(turn)], axis=-1)
    axis = np.stack([np.zeros_like(turn), height, np.full_like(turn, NECK_AXIS_Z)], axis=-1)
    near, far = np.zeros_like(turn), np.full_like(turn, FARTHEST_SKIN)
    for _ in range(HALVINGS):
        middle = (near + far) / 2.0
        outside = Neck().depth((axis + middle[..., None] * out).reshape(-1, 3)) > 0.0
        outside = outside.reshape(turn.shape)
        near, far = np.where(outside, near, middle), np.where(outside, middle, far)
    points = axis + ((near + far) / 2.0)[..., None] * out
    return points, normals(Neck(), points.reshape(-1, 3))[1].reshape(points.shape)


def _lobe() -> Patch:
    """A plane behind the piercing, as large as a lobe."""
    steps = (np.arange(LOBE_TEXELS) + 0.5) / LOBE_TEXELS * 2.0 - 1.0
    x, y = np.meshgrid(steps, steps)
    fade = 1.0 - _smoothstep((np.hypot(x, y) - 0.55) / 0.45)

    def plane(x: Array, y: Array) -> Array:
        flat = LOBE_CENTER + LOBE_AXES * np.stack([x, y], axis=-1)
        return np.concatenate([flat, np.full((*flat.shape[:-1], 1), LOBE_Z)], axis=-1)

    outward = np.broadcast_to(np.array([0.0, 0.0, 1.0]), (LOBE_TEXELS, LOBE_TEXELS, 3))
    u, v = np.meshgrid(np.linspace(0, 1, LOBE_CELL + 1), np.linspace(0, 1, LOBE_CELL + 1))
    corners = plane(2.0 * u - 1.0, 2.0 * v - 1.0).reshape(-1, 3)
    return Patch(
        plane(x, y) - MOST_INSIDE * outward, outward, fade, False, corners,
        np.tile([0.0, 0.0, 1.0], (len(corners), 1)), np.stack([u, v], -1).reshape(-1, 2),
        grid_triangles(LOBE_CELL, LOBE_CELL), False,
    )  # fmt: skip


def skin_mesh(model: Model) -> tuple[Array, Array, IntArray] | None:
    """Skin as a stone of the model sees it: positions, normals, triangles; None: not known."""
    if model.anchor is Anchor.EAR:
        corners = HEAD_HALF_SIDE * np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])
        corners[:, 2] = LOBE_Z
        triangles = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
        return corners, np.tile([0.0, 0.0, 1.0], (4, 1)), triangles
    if model.anchor is Anchor.NECK:
        points, outward = _torso(*TORSO_HEIGHTS, TORSO_CELLS)
        return points.reshape(-1, 3), outward.reshape(-1, 3), grid_triangles(*TORSO_CELLS[::-1])
    limb = section(model)
    if limb is None:
        return None
    turn = np.arange(TUBE_SEGMENTS) / TUBE_SEGMENTS * 2 * np.pi
    circle = np.stack([limb[0] * np.sin(turn), 0 * turn, limb[1] * np.cos(turn)], axis=-1)
    shift = np.array([0.0, TUBE_LENGTH * float(np.sqrt(limb[0] * limb[1])), 0.0])
    outward = circle / np.array([limb[0], 1.0, limb[1]]) ** 2
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    k = np.arange(TUBE_SEGMENTS)
    j, n = (k + 1) % TUBE_SEGMENTS, TUBE_SEGMENTS
    triangles = np.concatenate([np.stack([k, j, j + n], -1), np.stack([k, j + n, k + n], -1)])
    return (
        np.concatenate([circle - shift, circle + shift]),
        np.concatenate([outward, outward]),
        triangles.astype(np.int32),
    )


def grid_triangles(columns: int, rows: int) -> IntArray:
    """Triangles of a grid of cells: all lower halves, then all upper ones."""
    i, j = np.meshgrid(np.arange(columns), np.arange(rows))
    a = (j * (columns + 1) + i).ravel()
    b, c, d = a + 1, a + columns + 2, a + columns + 1
    halves = np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)])
    return halves.astype(np.int32)


def _smoothstep(t: Array) -> Array:
    clipped = np.clip(t, 0.0, 1.0)
    return np.asarray(clipped * clipped * (3.0 - 2.0 * clipped))

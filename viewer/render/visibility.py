"""What a jewel hides from light: depth pictures of it along many directions.

One set of pictures serves the metal's self-occlusion, the shadow on skin and the shadow on the
ground: each asks, for its own points, from which directions they are seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.caster import Caster, simpler
from viewer.render.context import wait_for

BoolArray = NDArray[np.bool_]

RESOLUTION = 384  # texels a side of a depth picture
FINE_ABOVE = 0.015  # metres of radius: larger windows get more texels
MOST_TEXELS = 512
SHEET = 2048  # texels a side: pictures drawn before they are read
BIAS_TEXELS = 1.5
GROUND_RESOLUTION = 192  # of pictures for the ground, whose shadows are soft
POINTS_IN_ROW = 1024  # of those looked up at once


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The sphere that depth pictures show."""

    center: Array  # (3,) model frame
    radius: float  # metres across the light
    depth: float  # metres along the light, each way
    resolution: int


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Points in rows and columns on a square of a plane."""

    center: Array  # (3,) model frame
    x: Array  # (3,) unit, along its rows
    y: Array  # (3,) unit, along its columns
    half_side: float  # metres
    side: int  # points in a row

    def key(self) -> tuple[bytes, ...]:
        """Tells it from others."""
        numbers = np.concatenate([self.center, self.x, self.y, [self.half_side, self.side]])
        return (numbers.tobytes(),)


def window_on(caster: Caster) -> Window:
    """All of a caster."""
    low, high = caster.positions.min(axis=0), caster.positions.max(axis=0)
    center = (low + high) / 2.0
    radius = float(np.linalg.norm(caster.positions - center, axis=1).max()) * 1.02
    finer = np.clip(radius / FINE_ABOVE, 1.0, MOST_TEXELS / RESOLUTION)
    return Window(center, radius, radius, int(RESOLUTION * finer))


def even_directions(count: int) -> Array:
    """Unit directions (count, 3) spread evenly over the sphere (Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    y = 1.0 - 2.0 * k / count
    around = np.sqrt(1.0 - y * y)
    turn = k * 2.399963229728653
    return np.stack([around * np.cos(turn), y, around * np.sin(turn)], axis=-1)


def clip_from_model(directions: Array, window: Window) -> Array:
    """Orthographic views (k, 4, 4) of a window along -directions, depth growing away from the
    light."""
    helpers = np.where(np.abs(directions[:, 1:2]) < 0.9, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    right = np.cross(helpers, directions)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    matrices = np.zeros((len(directions), 4, 4))
    matrices[:, :3, :3] = np.stack([right, np.cross(directions, right), -directions], axis=1)
    matrices[:, :3, :3] /= np.array([[window.radius], [window.radius], [window.depth]])
    matrices[:, :3, 3] = -matrices[:, :3, :3] @ window.center
    matrices[:, 3, 3] = 1.0
    return matrices


class VisibilityBaker:
    """Draws the depth pictures; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = shaders.build(context, "depth", "depth")
        self._depth = context.depth_texture((SHEET, SHEET))
        self._target = context.framebuffer(depth_attachment=self._depth)

    def visible(
        self, caster: Caster, points: Array, directions: Array, window: Window | None = None
    ) -> Iterator[BoolArray]:
        """For each direction, whether light from there reaches the points.

        Args:
            caster: what casts shadows.
            points: (n, 3), lifted a little off the surface they stand on.
            directions: (k, 3) unit, towards the light.
            window: holds the points; None: all of the caster.
        Yields:
            (n,) bool.
        """
        if len(caster.triangles) == 0:
            yield from np.ones((len(directions), len(points)), bool)
            return
        shown = window or window_on(caster)
        rows = -(-len(points) // POINTS_IN_ROW)
        lifted = np.zeros((3, rows * POINTS_IN_ROW), np.float32)
        lifted[:, : len(points)] = points.T
        for tile, matrix in self._pictures(caster, directions, shown):
            yield _reached(tile, matrix, lifted, shown)[: len(points)]

    def _pictures(
        self, caster: Caster, directions: Array, shown: Window
    ) -> Iterator[tuple[NDArray[np.float32], Array]]:
        """Depth pictures along each direction, and what projects into them."""
        context = self._context
        vertices = context.buffer(caster.positions.astype("f4").tobytes())
        indices = context.buffer(np.ascontiguousarray(caster.triangles, "i4").tobytes())
        mesh = context.vertex_array(self._program, [(vertices, "3f", "position")], indices)
        columns = min(SHEET // shown.resolution, int(np.ceil(np.sqrt(len(directions)))))
        matrices = clip_from_model(directions, shown)
        try:
            for first in range(0, len(matrices), columns * columns):
                some = matrices[first : first + columns * columns]
                sheet = self._drawn(mesh, some, shown.resolution, columns)
                for k, matrix in enumerate(some):
                    row, column = divmod(k, columns)
                    top, left = row * shown.resolution, column * shown.resolution
                    tile = sheet[top : top + shown.resolution, left : left + shown.resolution]
                    yield tile, matrix
        finally:
            for resource in (mesh, vertices, indices):
                resource.release()

    def lit(self, caster: Caster, ground: Lattice, directions: Array) -> BoolArray:
        """Which points of a plane light from each direction reaches, (k, side, side)."""
        whole = window_on(caster)
        shown = replace(whole, resolution=GROUND_RESOLUTION)
        step = 2.0 * ground.half_side / ground.side
        first = ground.center + (step / 2.0 - ground.half_side) * (ground.x + ground.y)
        corner = np.stack([step * ground.x, step * ground.y, first], axis=1)
        count = np.arange(ground.side, dtype=np.float32)
        bias = BIAS_TEXELS / shown.resolution * shown.radius / shown.depth
        size = (ground.side, ground.side)
        found = np.ones((len(directions), *size), bool)
        for k, (tile, matrix) in enumerate(self._pictures(simpler(caster), directions, shown)):
            shares = 0.5 * matrix[:3, :3] @ corner  # from column and row to 0..1
            shares[:, 2] += 0.5 * matrix[:3, 3] + 0.5
            texels = shares[:2] * shown.resolution - [[0.0, 0.0, 0.5]]
            nearest = cv2.warpAffine(
                tile, texels, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT, borderValue=1.0,
            )  # fmt: skip
            ax, ay, start = shares[2].astype(np.float32)
            depth = (start - np.float32(bias)) + ax * count + (ay * count)[:, None]
            found[k] = (depth <= nearest) | (nearest >= 1.0)
        return found

    def _drawn(
        self, mesh: moderngl.VertexArray, matrices: Array, resolution: int, columns: int
    ) -> NDArray[np.float32]:
        """Depth pictures side by side, `columns` in a row."""
        self._context.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self._target.use()
        side = columns * resolution
        self._target.clear(depth=1.0, viewport=(0, 0, side, side))
        for k, matrix in enumerate(matrices):
            row, column = divmod(k, columns)
            self._target.viewport = (column * resolution, row * resolution, resolution, resolution)
            shaders.assign(self._program, {"clip_from_model": matrix.T.astype("f4").tobytes()})
            mesh.render()
        wait_for(self._context)
        data = self._target.read((0, 0, side, side), components=1, attachment=-1, dtype="f4")
        return np.frombuffer(data, np.float32).reshape(side, side)

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in (self._target, self._depth, self._program):
            resource.release()


def _reached(
    picture: NDArray[np.float32], matrix: Array, points: NDArray[np.float32], window: Window
) -> BoolArray:
    """Whether points (3, n) are nearer to the light than all else; n fills whole rows."""
    side = window.resolution
    scale = np.array([0.5 * side, 0.5 * side, 0.5])
    shift = scale * (matrix[:3, 3] + 1.0) - [0.5, 0.5, 0.0]
    projection = (scale[:, None] * matrix[:3, :3]).astype(np.float32)
    u, v, depth = projection @ points + shift[:, None].astype(np.float32)
    rows = (-1, POINTS_IN_ROW)
    first = cv2.remap(  # 1 where nothing stands in the way
        picture, u.reshape(rows), v.reshape(rows), cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_CONSTANT, borderValue=1.0,
    ).ravel()  # fmt: skip
    bias = np.float32(BIAS_TEXELS / side * window.radius / window.depth)
    reached: BoolArray = (depth <= first + bias) | (first >= 1.0)
    return reached

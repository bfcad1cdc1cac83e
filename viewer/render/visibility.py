"""What a jewel hides from light: depth pictures of it along many directions.

One set of pictures serves the metal's self-occlusion, the shadow on skin and the shadow on the
ground: each asks, for its own points, from which directions they are seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.caster import Caster

BoolArray = NDArray[np.bool_]

RESOLUTION = 384  # texels a side of a depth picture
FINE_ABOVE = 0.015  # metres of radius: larger windows get more texels
MOST_TEXELS = 768
SHEET = 2048  # texels a side: pictures drawn before they are read
BIAS_TEXELS = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The sphere that depth pictures show."""

    center: Array  # (3,) model frame
    radius: float  # metres across the light
    depth: float  # metres along the light, each way
    resolution: int


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


def _clip_from_model(direction: Array, window: Window) -> Array:
    """Orthographic view of a window along -direction, depth growing away from the light."""
    helper = np.array([0.0, 1.0, 0.0]) if abs(direction[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    right = np.cross(helper, direction)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(direction, right), -direction])
    matrix[:3, :3] /= np.array([[window.radius], [window.radius], [window.depth]])
    matrix[:3, 3] = -matrix[:3, :3] @ window.center
    return matrix


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
        context = self._context
        vertices = context.buffer(caster.positions.astype("f4").tobytes())
        indices = context.buffer(np.ascontiguousarray(caster.triangles, "i4").tobytes())
        mesh = context.vertex_array(self._program, [(vertices, "3f", "position")], indices)
        lifted = points.astype(np.float32)
        columns = min(SHEET // shown.resolution, int(np.ceil(np.sqrt(len(directions)))))
        matrices = [_clip_from_model(direction, shown) for direction in directions]
        try:
            for first in range(0, len(matrices), columns * columns):
                some = matrices[first : first + columns * columns]
                sheet = self._drawn(mesh, some, shown.resolution, columns)
                for k, matrix in enumerate(some):
                    row, column = divmod(k, columns)
                    top, left = row * shown.resolution, column * shown.resolution
                    tile = sheet[top : top + shown.resolution, left : left + shown.resolution]
                    yield _reached(tile, matrix, lifted, shown)
        finally:
            for resource in (mesh, vertices, indices):
                resource.release()

    def _drawn(
        self, mesh: moderngl.VertexArray, matrices: list[Array], resolution: int, columns: int
    ) -> NDArray[np.float32]:
        """Depth pictures side by side, `columns` in a row."""
        self._context.enable_only(moderngl.DEPTH_TEST)
        self._target.use()
        self._target.viewport = (0, 0, SHEET, SHEET)
        self._target.clear(depth=1.0)
        for k, matrix in enumerate(matrices):
            row, column = divmod(k, columns)
            self._target.viewport = (column * resolution, row * resolution, resolution, resolution)
            shaders.assign(self._program, {"clip_from_model": matrix.T.astype("f4").tobytes()})
            mesh.render()
        side = columns * resolution
        data = self._target.read((0, 0, side, side), components=1, attachment=-1, dtype="f4")
        return np.frombuffer(data, np.float32).reshape(side, side)

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in (self._target, self._depth, self._program):
            resource.release()


def _reached(
    picture: NDArray[np.float32], matrix: Array, points: NDArray[np.float32], window: Window
) -> BoolArray:
    side = window.resolution
    clip = points @ matrix[:3, :3].T.astype(np.float32) + matrix[:3, 3].astype(np.float32)
    texel = ((clip[:, :2] * 0.5 + 0.5) * side).astype(np.int32)
    inside = ((texel >= 0) & (texel < side)).all(axis=1)
    np.clip(texel, 0, side - 1, out=texel)
    first = picture[texel[:, 1], texel[:, 0]]  # 1 where nothing stands in the way
    bias = BIAS_TEXELS / side * window.radius / window.depth
    near = clip[:, 2] * 0.5 + 0.5 <= first + bias
    reached: BoolArray = ~inside | near | (first >= 1.0)
    return reached

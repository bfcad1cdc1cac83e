"""What a jewel hides from light: depth pictures of it along many directions.

One set of pictures serves the metal's self-occlusion, the shadow on skin and the shadow on the
ground: each asks, for its own points, from which directions they are seen.
"""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, IntArray
from viewer.render import shaders

BoolArray = NDArray[np.bool_]

RESOLUTION = 384  # texels of a depth picture
BIAS_TEXELS = 1.5


def even_directions(count: int) -> Array:
    """Unit directions (count, 3) spread evenly over the sphere (Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    y = 1.0 - 2.0 * k / count
    around = np.sqrt(1.0 - y * y)
    turn = k * 2.399963229728653
    return np.stack([around * np.cos(turn), y, around * np.sin(turn)], axis=-1)


def _clip_from_model(direction: Array, center: Array, radius: float) -> Array:
    """Orthographic view of a sphere along -direction, depth growing away from the light."""
    helper = np.array([0.0, 1.0, 0.0]) if abs(direction[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    right = np.cross(helper, direction)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(direction, right), -direction]) / radius
    matrix[:3, 3] = -matrix[:3, :3] @ center
    return matrix


class VisibilityBaker:
    """Draws the depth pictures; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = shaders.build(context, "depth", "depth")
        side = (RESOLUTION, RESOLUTION)
        self._depth = context.depth_texture(side)
        self._target = context.framebuffer(depth_attachment=self._depth)

    def visible(
        self, positions: Array, triangles: IntArray, points: Array, directions: Array
    ) -> Iterator[BoolArray]:
        """For each direction, whether light from there reaches the points.

        Args:
            positions, triangles: what casts shadows.
            points: (n, 3), lifted a little off the surface they stand on.
            directions: (k, 3) unit, towards the light.
        Yields:
            (n,) bool.
        """
        low, high = positions.min(axis=0), positions.max(axis=0)
        center = (low + high) / 2.0
        radius = float(np.linalg.norm(positions - center, axis=1).max()) * 1.02
        context = self._context
        vertices = context.buffer(positions.astype("f4").tobytes())
        indices = context.buffer(np.ascontiguousarray(triangles, "i4").tobytes())
        mesh = context.vertex_array(self._program, [(vertices, "3f", "position")], indices)
        context.enable_only(moderngl.DEPTH_TEST)
        try:
            for direction in directions:
                matrix = _clip_from_model(direction, center, radius)
                self._target.use()
                self._target.clear(depth=1.0)
                shaders.assign(self._program, {"clip_from_model": matrix.T.astype("f4").tobytes()})
                mesh.render()
                yield self._reached(matrix, points)
        finally:
            for resource in (mesh, vertices, indices):
                resource.release()

    def _reached(self, matrix: Array, points: Array) -> BoolArray:
        picture = np.frombuffer(self._depth.read(alignment=4), np.float32)
        picture = picture.reshape(RESOLUTION, RESOLUTION)
        clip = points @ matrix[:3, :3].T + matrix[:3, 3]
        texel = ((clip[:, :2] * 0.5 + 0.5) * RESOLUTION).astype(np.int32)
        inside = np.all((texel >= 0) & (texel < RESOLUTION), axis=1)
        texel = np.clip(texel, 0, RESOLUTION - 1)
        first = picture[texel[:, 1], texel[:, 0]]  # 1 where nothing stands in the way
        near = clip[:, 2] * 0.5 + 0.5 <= first + BIAS_TEXELS / RESOLUTION
        reached: BoolArray = ~inside | near | (first >= 1.0)
        return reached

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in (self._target, self._depth, self._program):
            resource.release()

"""Depth of bodies, heads and chests: what lies behind them is never drawn.

They come as surfaces with new places in every frame, and both of their sides hide. A body may be
set back: each of its points moves away along its own ray, so its outline stays where it is in the
image, while what lies on skin whose depth is uncertain is not swallowed.
"""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.shaders import matrix_bytes
from viewer.render.types import BodyMesh

DEPTH_CLAMP = 0x864F  # GL_DEPTH_CLAMP: a body may stand nearer than all jewels


class BodyPass:
    """Draws bodies to depth; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = shaders.build(context, "body", "depth")
        self._vertices = context.buffer(reserve=1 << 16, dynamic=True)
        self._indices = context.buffer(reserve=1 << 16, dynamic=True)
        layout = [(self._vertices, "3f", "position")]
        self._array = context.vertex_array(self._program, layout, self._indices)
        self._taken: list[tuple[int, int, float]] = []  # first corner, corners, set back

    def take(self, bodies: Sequence[BodyMesh]) -> None:
        """Bring the bodies of one shot to the GPU.

        Raises:
            ValueError: a triangle names a vertex that is not there.
        """
        self._taken = []
        vertices, indices, vertex, corner = [], [], 0, 0
        for body in bodies:
            corners = np.asarray(body.triangles, np.int32).ravel()
            if len(corners) == 0:
                continue
            if corners.min() < 0 or corners.max() >= len(body.positions):
                raise ValueError(
                    f"expected triangles of {len(body.positions)} vertices, "
                    f"got {corners.min()} to {corners.max()}"
                )
            vertices.append(body.positions)
            indices.append(corners + np.int32(vertex))
            self._taken.append((corner, len(corners), body.set_back))
            vertex += len(body.positions)
            corner += len(corners)
        if self._taken:
            _fill(self._vertices, np.concatenate(vertices).astype("f4").tobytes())
            _fill(self._indices, np.concatenate(indices).astype("i4").tobytes())

    def draw(
        self, framebuffer: moderngl.Framebuffer, clip_from_camera: Array, further: float = 0.0
    ) -> None:
        """Draw what was taken into the depth of a framebuffer, which is in use afterwards.

        Args:
            further: metres that all bodies are set back beside their own.
        """
        if not self._taken:
            return
        context = self._context
        context.disable(moderngl.CULL_FACE | moderngl.BLEND)
        context.enable(moderngl.DEPTH_TEST)
        context.enable_direct(DEPTH_CLAMP)
        shaders.assign(self._program, {"clip_from_camera": matrix_bytes(clip_from_camera)})
        framebuffer.color_mask = False, False, False, False
        framebuffer.use()  # a mask counts from here
        for first, corners, set_back in self._taken:
            shaders.assign(self._program, {"set_back": set_back + further})
            self._array.render(moderngl.TRIANGLES, vertices=corners, first=first)
        framebuffer.color_mask = True, True, True, True
        framebuffer.use()
        context.disable_direct(DEPTH_CLAMP)

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in (self._array, self._indices, self._vertices, self._program):
            resource.release()


def _fill(buffer: moderngl.Buffer, data: bytes) -> None:
    """New contents: the driver keeps the old ones for the frame that still reads them."""
    buffer.orphan(max(len(data), buffer.size))
    buffer.write(data)

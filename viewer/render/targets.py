"""Where pictures are drawn: samples in linear light, then pixels in sRGB, read back once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import moderngl
import numpy as np

from models3d.frames import Image
from viewer.render import shaders

STEP = 64  # pixels: sizes are rounded up, so that a region that breathes keeps its target
CAPACITY = 6
SHADOW_SRGB = (0.085, 0.030, 0.020)  # light that skin scatters into a shadow is red


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Storage for one size of picture."""

    samples: moderngl.Texture
    multisampled: moderngl.Framebuffer
    pixels: moderngl.Framebuffer

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in (self.pixels, self.multisampled, self.samples):
            resource.release()


class Targets:
    """Framebuffers by size, and the pass that turns samples into pixels."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._targets: OrderedDict[tuple[int, int, int], Target] = OrderedDict()
        self._resolve: dict[int, tuple[moderngl.Program, moderngl.VertexArray]] = {}

    @property
    def largest_side(self) -> int:
        """Samples a side that one target may have."""
        return min(int(self._context.info["GL_MAX_TEXTURE_SIZE"]), 4096)

    def begin(self, width: int, height: int, supersampling: int) -> Target:
        """Clear a target for (width, height) pixels and draw into it from now on."""
        w, h = (-(-side // STEP) * STEP for side in (width, height))
        key = (w, h, supersampling)
        target = self._targets.get(key)
        if target is None:
            target = self._create(w, h, supersampling)
            self._targets[key] = target
            if len(self._targets) > CAPACITY:
                self._targets.popitem(last=False)[1].release()
        self._targets.move_to_end(key)
        target.multisampled.use()
        size = (width * supersampling, height * supersampling)
        target.multisampled.viewport = (0, 0, *size)
        target.multisampled.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        return target

    def _create(self, width: int, height: int, supersampling: int) -> Target:
        context = self._context
        size = (width * supersampling, height * supersampling)
        samples = context.texture(size, 4, dtype="f2")
        samples.filter = (moderngl.NEAREST, moderngl.NEAREST)
        return Target(
            samples,
            context.framebuffer([samples], context.depth_renderbuffer(size)),
            context.framebuffer([context.renderbuffer((width, height), 4)]),
        )

    def finish(
        self, target: Target, width: int, height: int, supersampling: int, exposure: float
    ) -> Image:
        """Filter, tone-map and read back (height, width, 4) sRGB premultiplied by alpha."""
        if supersampling not in self._resolve:
            program = shaders.build(
                self._context, "screen", "resolve", {"SUPERSAMPLING": str(supersampling)}
            )
            self._resolve[supersampling] = program, self._context.vertex_array(program, [])
        program, triangle = self._resolve[supersampling]
        values = {
            "samples": 0, "exposure": exposure, "target_height": height,
            "shadow_srgb": SHADOW_SRGB,
        }  # fmt: skip
        shaders.assign(program, values)
        target.samples.use(0)
        self._context.enable_only(moderngl.NOTHING)
        target.pixels.use()
        target.pixels.viewport = (0, 0, width, height)
        triangle.render(moderngl.TRIANGLES, vertices=3)
        data = target.pixels.read(viewport=(0, 0, width, height), components=4, alignment=1)
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)

    def release(self) -> None:
        """Give the driver its memory back."""
        for target in self._targets.values():
            target.release()
        self._targets.clear()

"""Where pictures are drawn: samples in linear light, then pixels in sRGB, read back once.

Shadows on skin are soft: they have a target of their own with a sample for a few pixels. They reach
farther than the jewels, so samples are taken in a window of the picture only.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from models3d.frames import Image, PixelRegion
from viewer.render import shaders
from viewer.render.context import wait_for

STEP = 64  # pixels: sizes are rounded up, so that a region that breathes keeps its target
CAPACITY = 16  # targets that are kept; those of one frame's shots breathe over a step
MOST_BYTES = 300_000_000  # that they take in all, but for the newest; a poster's alone is 240 MB
SAMPLE_BYTES = 12  # colour and depth
SHADOW_STEP = 2  # pixels a side for one sample of a shadow
COARSE_SHADOW_STEP = 4  # of soft ones in a hurry, at most: 59 dB from those of two
COARSE_SHADOW_SAMPLES = 40  # along the longer side, at least
SHADOW_SRGB = (0.085, 0.030, 0.020)  # light that skin scatters into a shadow is red


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Storage for one size of picture and of its window."""

    shadow_step: int  # as SHADOW_STEP
    samples: moderngl.Texture
    multisampled: moderngl.Framebuffer
    shadows: moderngl.Texture
    shaded: moderngl.Framebuffer
    pixels: moderngl.Framebuffer

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in (
            self.pixels, self.shaded, self.shadows, self.multisampled, self.samples,
        ):  # fmt: skip
            resource.release()


class Targets:
    """Framebuffers by size, and the pass that turns samples into pixels."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._targets: OrderedDict[tuple[int, ...], Target] = OrderedDict()
        self._unread: set[Target] = set()
        self._resolve: dict[int, tuple[moderngl.Program, moderngl.VertexArray]] = {}

    @property
    def largest_side(self) -> int:
        """Samples a side that one target may have."""
        return min(int(self._context.info["GL_MAX_TEXTURE_SIZE"]), 4096)

    def begin(
        self,
        region: PixelRegion,
        window: PixelRegion,
        supersampling: int,
        *,
        coarse_shadows: bool = False,
    ) -> Target:
        """A clear target for a region's picture, kept for it until that is read.

        Args:
            window: the part of the region in which samples are taken.
            coarse_shadows: they are soft, and time is short.
        """
        picture, sampled = _rounded(region), _rounded(window)
        step = _coarse_shadow_step(region) if coarse_shadows else SHADOW_STEP
        size = *picture, *sampled, supersampling, step
        number = 0  # of those of one size
        while (target := self._targets.get((*size, number))) in self._unread:
            number += 1
        if target is None:
            target = self._targets[*size, number] = self._create(
                picture, sampled, supersampling, step
            )
            self._release_oldest()
        self._targets.move_to_end((*size, number))
        taken = window.width * supersampling, window.height * supersampling
        target.multisampled.viewport = (0, 0, *taken)
        target.multisampled.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        target.shaded.viewport = (
            0,
            0,
            _shadow_samples(region.width, step),
            _shadow_samples(region.height, step),
        )
        target.shaded.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        self._unread.add(target)
        return target

    def _release_oldest(self) -> None:
        newest = next(reversed(self._targets))
        while len(self._targets) > CAPACITY or self._bytes() > MOST_BYTES:
            spare = (k for k, t in self._targets.items() if t not in self._unread and k != newest)
            oldest = next(spare, None)
            if oldest is None:
                return
            self._targets.pop(oldest).release()

    def _bytes(self) -> int:
        """What the targets take, about."""
        return sum(SAMPLE_BYTES * w * h * k * k for _, _, w, h, k, *_ in self._targets)

    def _create(
        self,
        picture: tuple[int, int],
        window: tuple[int, int],
        supersampling: int,
        shadow_step: int,
    ) -> Target:
        context = self._context
        size = (window[0] * supersampling, window[1] * supersampling)
        samples = context.texture(size, 4, dtype="f2")
        coarse = (
            _shadow_samples(picture[0], shadow_step),
            _shadow_samples(picture[1], shadow_step),
        )
        shadows = context.texture(coarse, 1, dtype="f2")
        samples.filter = (moderngl.LINEAR, moderngl.LINEAR)
        shadows.filter = (moderngl.LINEAR, moderngl.LINEAR)
        shadows.repeat_x = shadows.repeat_y = False
        return Target(
            shadow_step,
            samples,
            context.framebuffer([samples], context.depth_renderbuffer(size)),
            shadows,
            context.framebuffer([shadows], context.depth_renderbuffer(coarse)),
            context.framebuffer([context.renderbuffer(picture, 4)]),
        )

    def finish(
        self,
        target: Target,
        region: PixelRegion,
        window: PixelRegion,
        supersampling: int,
        exposure: float,
    ) -> None:
        """Filter and tone-map what was drawn: the shadow alone outside the window."""
        width, height = region.width, region.height
        left, top = window.x - region.x, window.y - region.y
        values = {
            "samples": 0, "shadows": 1, "exposure": exposure, "target_height": height,
            "sample_texel": tuple(1.0 / side for side in target.samples.size),
            "window": (left, top, window.height),
            "shadow_srgb": SHADOW_SRGB, "shadow_window": _shadow_window(target, width, height),
        }  # fmt: skip
        wait_for(self._context)
        target.samples.use(0)
        target.shadows.use(1)
        self._context.enable_only(moderngl.NOTHING)
        target.pixels.use()
        if (window.width, window.height) != (width, height):
            self._fill(target, (0, 0, width, height), 0, values)
        self._fill(target, (left, top, window.width, window.height), supersampling, values)

    def _fill(
        self,
        target: Target,
        part: tuple[int, int, int, int],
        supersampling: int,
        values: dict[str, Any],
    ) -> None:
        """Turn samples into the pixels of a part of the picture: left, top, width, height."""
        if supersampling not in self._resolve:
            program = shaders.build(
                self._context, "screen", "resolve", {"SUPERSAMPLING": str(supersampling)}
            )
            self._resolve[supersampling] = program, self._context.vertex_array(program, [])
        program, triangle = self._resolve[supersampling]
        shaders.assign(program, values)
        target.pixels.viewport = part
        triangle.render(moderngl.TRIANGLES, vertices=3)

    def read(self, target: Target, width: int, height: int) -> Image:
        """Wait for a finished picture: (height, width, 4) sRGB premultiplied by alpha."""
        self._unread.discard(target)
        wait_for(self._context)
        data = target.pixels.read(viewport=(0, 0, width, height), components=4, alignment=1)
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)

    def give_up(self) -> None:
        """Pictures that were not read back will not be."""
        self._unread.clear()

    def release(self) -> None:
        """Give the driver its memory back."""
        for target in self._targets.values():
            target.release()
        self._targets.clear()


def _rounded(region: PixelRegion) -> tuple[int, int]:
    """Width and height with room to breathe."""
    return -(-region.width // STEP) * STEP, -(-region.height // STEP) * STEP


def _coarse_shadow_step(region: PixelRegion) -> int:
    fitting = max(region.width, region.height) // COARSE_SHADOW_SAMPLES
    return min(max(fitting, SHADOW_STEP), COARSE_SHADOW_STEP)


def _shadow_samples(side: int, step: int) -> int:
    return -(-side // step)


def _shadow_window(target: Target, width: int, height: int) -> tuple[float, float, float, float]:
    """Texture coordinates of the shadows: step from pixel to pixel, and the centre of the last."""
    samples = [_shadow_samples(side, target.shadow_step) for side in (width, height)]
    steps = [n / side / size for n, side, size in zip(samples, (width, height),
             target.shadows.size, strict=True)]  # fmt: skip
    last = [(n - 0.5) / size for n, size in zip(samples, target.shadows.size, strict=True)]
    return steps[0], steps[1], last[0], last[1]

"""Studio pictures of a jewel: posters, turntables, cut-outs.

A long lens, warm white ground with the piece's own soft shadow and a faint reflection; what hangs
throws its shadow on the wall behind it. How each kind is shown stands in display.py.
"""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from models3d.frames import Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model
from viewer.display import View, view_of
from viewer.render.ground import ground_under, shade_of_pixels
from viewer.render.renderer import Renderer
from viewer.render.types import Lighting, Shot, Worn

BOUNCES = 10
GROUND_SRGB = np.array([0.957, 0.949, 0.937], np.float32)
# optical density: light bounced by the ground is warm
SHADOW_TINT = np.array([1.0, 1.05, 1.10], np.float32)
REFLECTION = 0.10
REFLECTION_BLUR = 0.002  # of the frame, at half its fineness
# on the wall behind a hanging piece: softness, shift to the right and down, in frames; density
WALL_SHADOWS = ((0.008, 0.012, 0.016, 0.16), (0.035, 0.030, 0.040, 0.16))
DITHER_SEED = 7

Tones = npt.NDArray[np.float32]  # sRGB 0..1; a poster's worth, so not in double precision


def _drawn(
    renderer: Renderer, view: View, width: int, height: int, supersampling: int,
    key_shadows: bool = True,
) -> Image:  # fmt: skip
    """The piece alone, premultiplied (height, width, 4)."""
    shot = Shot(
        view.intrinsics,
        PixelRegion(0, 0, width, height),
        tuple(Worn(s.model, view.camera_from_world @ s.world_from_model) for s in view.shown),
        lighting=Lighting(environment_from_camera=view.camera_from_world.rotation.T),
        supersampling=supersampling,
        gem_bounces=BOUNCES,
        full_dispersion=True,
        key_shadows=key_shadows,
        whole_meshes=True,
    )
    return renderer.render(shot).rgba


def _reflected(renderer: Renderer, view: View, width: int, height: int,
               ground_height: float) -> Tones:  # fmt: skip
    """The piece mirrored by the ground, premultiplied (height, width, 4), blurred."""
    mirror = np.diag([1.0, -1.0, 1.0])
    # the camera under the ground, its x flipped back to a right-handed frame: a mirrored picture
    flip = np.diag([-1.0, 1.0, 1.0])
    rotation = flip @ view.camera_from_world.rotation @ mirror
    eye = view.camera_from_world.inverse().translation
    eye = np.array([eye[0], 2.0 * ground_height - eye[1], eye[2]])
    camera = RigidTransform(rotation, -rotation @ eye)
    # half as fine: the ground blurs it anyway
    half = (-(-width // 2), -(-height // 2))
    k = view.intrinsics
    flipped = Intrinsics(k.fx / 2.0, k.fy / 2.0, half[0] - k.cx / 2.0, k.cy / 2.0)
    mirrored = replace(view, camera_from_world=camera, intrinsics=flipped)
    below = _drawn(renderer, mirrored, *half, 1, key_shadows=False)[:, ::-1].astype(np.float32)
    softened = cv2.GaussianBlur(below, (0, 0), max(min(width, height) * REFLECTION_BLUR, 0.5))
    soft = cv2.resize(softened, (2 * half[0], 2 * half[1]))[:height, :width]
    return np.asarray(soft, np.float32) / np.float32(255.0)


def _backdrop(width: int, height: int) -> Tones:
    """Warm white, lighter where the light falls, (height, width, 3) sRGB 0..1."""
    u = np.linspace(-1, 1, width, dtype=np.float32)
    v = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    falloff = 1.0 - 0.035 * np.clip(u * u + (v - 0.1) ** 2, 0, 2) - 0.012 * v
    return np.clip(GROUND_SRGB * falloff[..., None], 0.0, 0.985)


def _on_ground(renderer: Renderer, view: View, width: int, height: int) -> Tones:
    """The backdrop with shadow and reflection, (height, width, 3) sRGB 0..1."""
    ground = ground_under(renderer, view.shown[0].model, view.shown[0].world_from_model)
    shade = shade_of_pixels(ground, view.camera_from_world, view.intrinsics, width, height)
    shade32 = np.clip(shade, 0.02, 1.0).astype(np.float32)
    scene = _backdrop(width, height) * shade32[..., None] ** (SHADOW_TINT / 1.5)
    floor = ground.world_from_ground.translation
    mirrored = _reflected(renderer, view, width, height, float(floor[1]))
    contact = view.intrinsics.project(view.camera_from_world.apply(floor))[1]
    rows = np.clip((np.arange(height) - contact) / height, 0.0, None)
    mirrored *= (REFLECTION * np.exp(-rows * 5.0)).astype(np.float32)[:, None, None]
    return _over(mirrored, scene)


def _over(rgba: Tones, scene: Tones) -> Tones:
    """What is premultiplied over a scene, which it is written into."""
    scene *= 1.0 - rgba[..., 3:]
    scene += rgba[..., :3]
    return scene


def _on_wall(alpha: Tones, width: int, height: int) -> Tones:
    """The backdrop with the shadow of what hangs before it, (height, width, 3) sRGB 0..1.

    Args:
        alpha: (height, width) of the piece.
    """
    side = min(width, height)
    light = np.ones((height, width), np.float32)
    for softness, right, down, density in WALL_SHADOWS:
        shift = np.array([[1.0, 0.0, right * side], [0.0, 1.0, down * side]])
        moved = cv2.warpAffine(alpha, shift, (width, height))
        light *= 1.0 - density * cv2.GaussianBlur(moved, (0, 0), max(softness * side, 0.5))
    return np.asarray(_backdrop(width, height) * light[..., None] ** SHADOW_TINT, np.float32)


def composed(renderer: Renderer, view: View, width: int, height: int, supersampling: int) -> Image:
    """What the frame holds before its backdrop, (height, width, 3) sRGB."""
    rgba: Tones = _drawn(renderer, view, width, height, supersampling).astype(np.float32) / 255.0
    scene = (
        _on_ground(renderer, view, width, height)
        if view.stands
        else _on_wall(rgba[..., 3], width, height)
    )
    picture = np.clip(_over(rgba, scene), 0.0, 1.0, out=scene)
    # half a grey level of fixed noise keeps the wide, soft ground from banding
    picture *= np.float32(254.999)
    picture += np.random.default_rng(DITHER_SEED).random((height, width, 1), np.float32)
    return np.clip(picture, 0, 255, out=picture).astype(np.uint8)


def still(
    renderer: Renderer,
    model: Model,
    width: int,
    height: int,
    *,
    azimuth: float = 0.0,
    elevation: float | None = None,
    supersampling: int = 4,
) -> Image:
    """A jeweller's picture (height, width, 3) sRGB.

    Args:
        azimuth: radians that the piece is turned from its best side.
        elevation: radians of the camera above the ground; None: what suits the piece.
    """
    view = view_of(model, width, height, azimuth, elevation, sweep=False)
    return composed(renderer, view, width, height, supersampling)


def turntable(
    renderer: Renderer,
    model: Model,
    width: int,
    height: int,
    frame: int,
    frames: int,
    *,
    elevation: float | None = None,
    supersampling: int = 3,
) -> Image:
    """Picture `frame` of `frames` (height, width, 3) sRGB; the piece turns, the light stands.

    Raises:
        ValueError: the frame does not exist.
    """
    if not 0 <= frame < frames:
        raise ValueError(f"expected a frame of 0..{frames - 1}, got {frame}")
    azimuth = 2.0 * np.pi * frame / frames
    view = view_of(model, width, height, azimuth, elevation, sweep=True)
    return composed(renderer, view, width, height, supersampling)


def cutout(
    renderer: Renderer,
    model: Model,
    width: int,
    height: int,
    *,
    azimuth: float = 0.0,
    elevation: float | None = None,
    supersampling: int = 4,
) -> Image:
    """The piece on nothing (height, width, 4) sRGB with straight alpha, as PNG has it."""
    view = view_of(model, width, height, azimuth, elevation, sweep=False)
    return cut_out(renderer, view, width, height, supersampling)


def cut_out(renderer: Renderer, view: View, width: int, height: int, supersampling: int) -> Image:
    """What the frame holds on nothing, (height, width, 4) sRGB with straight alpha."""
    rgba = _drawn(renderer, view, width, height, supersampling)
    alpha = np.maximum(rgba[..., 3:], 1).astype(np.uint16)
    color = np.minimum(rgba[..., :3].astype(np.uint16) * 255 // alpha, 255)
    return np.dstack([color, rgba[..., 3]]).astype(np.uint8)


def png_bytes(image: Image) -> bytes:
    """Encode (h, w, 3) or (h, w, 4) as PNG."""
    out = io.BytesIO()
    Pillow.fromarray(image).save(out, "PNG", compress_level=6)
    return out.getvalue()


def jpeg_bytes(image: Image, quality: int = 90) -> bytes:
    """Encode (h, w, 3) as progressive JPEG."""
    out = io.BytesIO()
    Pillow.fromarray(image).save(out, "JPEG", quality=quality, progressive=True, subsampling=0)
    return out.getvalue()

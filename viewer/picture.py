"""Studio pictures of a jewel: posters, turntables, cut-outs.

A long lens, warm white ground with the piece's own soft shadow and a faint reflection; a ring
stands upright, stone up, turned by a third. World: y up, z towards the viewer, as the studio.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image as Pillow

from models3d.frames import Anchor, Array, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model
from viewer.render.ground import ground_under, shade_of_pixels
from viewer.render.renderer import Renderer
from viewer.render.types import Lighting, Shot, Worn

FIELD_OF_VIEW = np.radians(11.0)  # of the shorter side: a 180 mm lens
FILL = 0.80  # of the frame that the piece takes
BOUNCES = 10
GROUND_SRGB = np.array([0.957, 0.949, 0.937])
SHADOW_TINT = np.array([1.0, 1.05, 1.10])  # optical density: light bounced by the ground is warm
REFLECTION = 0.10
DITHER_SEED = 7


@dataclass(frozen=True, slots=True, eq=False)
class DisplayPose:
    """How pieces of one kind are shown."""

    world_from_model: RigidTransform
    azimuth: float  # radians, the piece's own turn to the viewer at azimuth 0
    elevation: float  # radians, of the camera
    stands: bool  # on the ground


def _turned(axis: tuple[float, float, float], degrees: float) -> RigidTransform:
    return RigidTransform.from_axis_angle(axis, np.radians(degrees))


UPRIGHT = DisplayPose(RigidTransform.identity(), 0.0, np.radians(8.0), False)
POSES = {
    Anchor.FINGER: DisplayPose(_turned((1, 0, 0), -90.0), np.radians(32.0), np.radians(24.0), True),
    Anchor.WRIST: DisplayPose(RigidTransform.identity(), np.radians(-18.0), np.radians(16.0), True),
    Anchor.NECK: UPRIGHT,
    Anchor.EAR: UPRIGHT,
    None: DisplayPose(RigidTransform.identity(), np.radians(25.0), np.radians(18.0), True),
}


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    world_from_model: RigidTransform
    camera_from_world: RigidTransform
    intrinsics: Intrinsics


def _camera_from_world(elevation: float, distance: float, target: Array) -> RigidTransform:
    """A camera on the viewer's side, looking at the target."""
    back = np.array([0.0, np.sin(elevation), np.cos(elevation)])
    rotation = np.stack([[1.0, 0.0, 0.0], np.cross(-back, [1.0, 0.0, 0.0]), -back])
    return RigidTransform(rotation, -rotation @ (target + back * distance))


def _view(
    model: Model, width: int, height: int, azimuth: float, elevation: float | None, sweep: bool
) -> _View:
    """Frame the piece, at one azimuth or at all of a turntable's."""
    pose = POSES[model.anchor]
    points = np.concatenate([part.world_mesh().positions for part in model.parts])
    upright = pose.world_from_model.apply(points)
    middle = (upright.min(axis=0) + upright.max(axis=0)) / 2.0
    turn = RigidTransform.from_axis_angle((0, 1, 0), pose.azimuth + azimuth)
    world_from_model = turn @ RigidTransform.from_translation(-middle) @ pose.world_from_model
    shown = world_from_model.apply(points)
    if sweep:
        around = np.hypot(shown[:, 0], shown[:, 2])
        angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)[:, None]
        shown = np.stack(
            [
                (around * np.cos(angles)).ravel(),
                np.tile(shown[:, 1], len(angles)),
                (around * np.sin(angles)).ravel(),
            ],
            axis=-1,
        )
    lift = pose.elevation if elevation is None else elevation
    focal = min(width, height) / (2.0 * np.tan(FIELD_OF_VIEW / 2.0))
    extent = float(np.linalg.norm(shown, axis=1).max())
    distance = extent / np.sin(FIELD_OF_VIEW / 2.0)
    target = np.zeros(3)
    for _ in range(4):  # the frame's centre and distance settle in a few steps
        camera = _camera_from_world(lift, distance, target)
        flat = Intrinsics(focal, focal, 0.0, 0.0).project(camera.apply(shown))
        low, high = flat.min(axis=0), flat.max(axis=0)
        shift = np.append((low + high) / 2.0 * distance / focal, 0.0)
        target = target + camera.rotation.T @ shift
        distance *= float(np.max((high - low) / (FILL * np.array([width, height]))))
    camera = _camera_from_world(lift, distance, target)
    # a little more room under a piece that stands than over it, for its shadow
    center_y = height * (0.488 if pose.stands else 0.5)
    return _View(world_from_model, camera, Intrinsics(focal, focal, width / 2.0, center_y))


def _drawn(
    renderer: Renderer, model: Model, view: _View, width: int, height: int, supersampling: int
) -> Image:
    """The piece alone, premultiplied (height, width, 4)."""
    shot = Shot(
        view.intrinsics,
        PixelRegion(0, 0, width, height),
        (Worn(model, view.camera_from_world @ view.world_from_model),),
        lighting=Lighting(environment_from_camera=view.camera_from_world.rotation.T),
        supersampling=supersampling,
        gem_bounces=BOUNCES,
        full_dispersion=True,
    )
    return renderer.render(shot).rgba


def _reflected(renderer: Renderer, model: Model, view: _View, width: int, height: int,
               ground_height: float) -> Array:  # fmt: skip
    """The piece mirrored by the ground, premultiplied (height, width, 4) float, blurred."""
    mirror = np.diag([1.0, -1.0, 1.0])
    # the camera under the ground, its x flipped back to a right-handed frame: a mirrored picture
    flip = np.diag([-1.0, 1.0, 1.0])
    rotation = flip @ view.camera_from_world.rotation @ mirror
    eye = view.camera_from_world.inverse().translation
    eye = np.array([eye[0], 2.0 * ground_height - eye[1], eye[2]])
    camera = RigidTransform(rotation, -rotation @ eye)
    k = view.intrinsics
    flipped = Intrinsics(k.fx, k.fy, width - k.cx, k.cy)
    below = _drawn(renderer, model, _View(view.world_from_model, camera, flipped),
                   width, height, 1)[:, ::-1]  # fmt: skip
    soft = cv2.GaussianBlur(below.astype(np.float32), (0, 0), max(min(width, height) * 0.004, 0.5))
    return np.asarray(soft, np.float64) / 255.0


def _backdrop(width: int, height: int) -> Array:
    """Warm white, lighter where the light falls, (height, width, 3) sRGB 0..1."""
    u, v = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    falloff = 1.0 - 0.035 * np.clip(u * u + (v - 0.1) ** 2, 0, 2) - 0.012 * v
    return np.clip(GROUND_SRGB * falloff[..., None], 0.0, 0.985)


def _on_ground(renderer: Renderer, model: Model, view: _View, width: int, height: int) -> Array:
    """The backdrop with shadow and reflection, (height, width, 3) sRGB 0..1."""
    ground = ground_under(renderer, model, view.world_from_model)
    shade = shade_of_pixels(ground, view.camera_from_world, view.intrinsics, width, height)
    curved = np.clip(shade, 0.02, 1.0)[..., None] ** (SHADOW_TINT / 1.5)
    scene = _backdrop(width, height) * curved
    floor = ground.world_from_ground.translation
    mirrored = _reflected(renderer, model, view, width, height, float(floor[1]))
    contact = view.intrinsics.project(view.camera_from_world.apply(floor))[1]
    rows = np.clip((np.arange(height) - contact) / height, 0.0, None)
    strength = (REFLECTION * np.exp(-rows * 5.0))[:, None, None]
    cover = mirrored[..., 3:] * strength
    result: Array = scene * (1.0 - cover) + mirrored[..., :3] * strength
    return result


def _composed(renderer: Renderer, model: Model, view: _View, width: int, height: int,
              supersampling: int) -> Image:  # fmt: skip
    stands = POSES[model.anchor].stands
    scene = _on_ground(renderer, model, view, width, height) if stands else _backdrop(width, height)
    rgba = _drawn(renderer, model, view, width, height, supersampling) / 255.0
    picture = scene * (1.0 - rgba[..., 3:]) + rgba[..., :3]
    # half a grey level of fixed noise keeps the wide, soft ground from banding
    grain = np.random.default_rng(DITHER_SEED).random((height, width, 1))
    return np.floor(np.clip(picture, 0.0, 1.0) * 254.999 + grain).clip(0, 255).astype(np.uint8)


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
    view = _view(model, width, height, azimuth, elevation, sweep=False)
    return _composed(renderer, model, view, width, height, supersampling)


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
    view = _view(model, width, height, azimuth, elevation, sweep=True)
    return _composed(renderer, model, view, width, height, supersampling)


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
    view = _view(model, width, height, azimuth, elevation, sweep=False)
    rgba = _drawn(renderer, model, view, width, height, supersampling)
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

"""A heart's halves are traced with a fold: the same light as a trace through its real facets."""

from dataclasses import replace

import numpy as np
import pytest

from models3d.frames import Array, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model, Part
from models3d.stones.stone import stone
from viewer.render.environment import look_up, typical_radiance
from viewer.render.gem_shape import gem_shape
from viewer.render.renderer import Renderer
from viewer.render.types import Lighting, Shot, Worn

SIDE, AWAY, BOUNCES = 72, 0.3, 5
HEART = stone("heart", "diamond", 6.0)


def met(origins: Array, rays: Array, corners: Array) -> tuple[Array, Array]:
    """Nearest triangle (n,) that each ray meets and its distance, inf for none."""
    a, ab, ac = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    p = np.cross(rays[:, None], ac[None])
    scale = np.einsum("nmi,mi->nm", p, ab)
    scale = np.where(np.abs(scale) < 1e-18, 1e-18, scale)
    s = origins[:, None] - a[None]
    u = np.einsum("nmi,nmi->nm", s, p) / scale
    q = np.cross(s, ab[None])
    v = np.einsum("ni,nmi->nm", rays, q) / scale
    t = np.einsum("nmi,mi->nm", q, ac) / scale
    hit = (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1.0 + 1e-9) & (t > 1e-9)
    distance = np.where(hit, t, np.inf)
    nearest = distance.argmin(axis=1)
    return nearest, distance[np.arange(len(rays)), nearest]


def fresnel(cos_i: Array, cos_t: Array, eta: float) -> Array:
    s = (cos_i - eta * cos_t) / (cos_i + eta * cos_t)
    p = (eta * cos_i - cos_t) / (eta * cos_i + cos_t)
    return 0.5 * (s * s + p * p)


def reflected(d: Array, n: Array) -> Array:
    return d - 2.0 * np.einsum("ij,ij->i", d, n)[:, None] * n


def traced(origins: Array, rays: Array, corners: Array, index: float, radiance) -> Array:
    """Light (n,) along rays that meet the stone, nan for others, by its triangles alone."""
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    nearest, distance = met(origins, rays, corners)
    light = np.full(len(rays), np.nan)
    rows = np.flatnonzero(np.isfinite(distance))
    n, d = facing[nearest[rows]], rays[rows]
    p = origins[rows] + d * distance[rows, None]
    c = -np.einsum("ij,ij->i", d, n)
    cos_in = np.sqrt(1.0 - (1.0 - c * c) / index**2)
    front = fresnel(c, cos_in, index)
    light[rows] = front * radiance(reflected(d, n))
    d = d / index + (c / index - cos_in)[:, None] * n
    left = 1.0 - front
    for _ in range(BOUNCES):
        nearest, distance = met(p, d, corners)
        fine = np.isfinite(distance)  # a ray that slips through an edge of two triangles is dropped
        light[rows[~fine]] = np.nan
        rows, p, d, left = rows[fine], p[fine], d[fine], left[fine]
        n = facing[nearest[fine]]
        p = p + d * distance[fine, None]
        c = np.einsum("ij,ij->i", d, n)
        sin2 = index**2 * (1.0 - c * c)
        cos_out = np.sqrt(np.maximum(1.0 - sin2, 0.0))
        share = np.where(sin2 < 1.0, fresnel(c, cos_out, 1.0 / index), 1.0)
        out = index * (d - c[:, None] * n) + cos_out[:, None] * n
        light[rows] += left * (1.0 - share) * radiance(out)
        left = left * share
        d = reflected(d, n)
    light[rows] += left * radiance(None)
    return light


def shown(linear: Array) -> Array:
    """Grey as the picture has it, by Khronos PBR Neutral and the sRGB curve (...,) 0..1."""
    c = linear - np.where(linear < 0.08, linear - 6.25 * linear**2, 0.04)
    room = 1.0 - 0.76
    c = np.where(c < 0.76, c, 1.0 - room * room / (c + room - 0.76))
    return np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.maximum(c, 1e-9) ** (1 / 2.4) - 0.055)


def test_a_heart_is_folded_and_its_half_is_convex() -> None:
    shape = gem_shape(HEART.mesh)
    assert shape is not None
    assert shape.folded
    half = shape.positions[shape.positions[:, 0] > 0.0]
    assert (half @ shape.normals.T - shape.offsets).max() < 1e-4
    assert shape.center[0] == 0.0
    assert not any(gem_shape(stone(cut, "diamond", 5.0).mesh).folded
                   for cut in ("round_brilliant", "pear", "princess"))  # fmt: skip


@pytest.mark.gpu
@pytest.mark.parametrize("full", [False, True])
def test_the_fold_shows_what_the_real_facets_show(renderer: Renderer, full: bool) -> None:
    index = 2.42
    material = replace(
        HEART.material, ior=index, dispersion=0.0, attenuation_distance=float("inf")
    )  # fmt: skip
    model = Model("heart", (Part("heart", HEART.mesh, material),))
    tilt = RigidTransform.from_axis_angle((1, 0.4, 0), np.radians(14.0))
    pose = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, AWAY])) @ tilt
    focal = 0.85 * SIDE * AWAY / 6e-3
    intrinsics = Intrinsics(focal, focal, SIDE / 2, SIDE / 2)
    shot = Shot(
        intrinsics, PixelRegion(0, 0, SIDE, SIDE), (Worn(model, pose),),
        lighting=Lighting(), supersampling=1, gem_bounces=BOUNCES, full_dispersion=full,
    )  # fmt: skip
    rgba = renderer.render(shot).rgba
    u, v = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    rays = intrinsics.unproject(np.stack([u, v], axis=-1).reshape(-1, 2))
    model_from_camera = pose.inverse()
    d = model_from_camera.rotate(rays / np.linalg.norm(rays, axis=1, keepdims=True))
    environment = renderer.gem_studio
    to_light = np.diag([1.0, -1.0, -1.0]) @ pose.rotation

    def radiance(direction: Array | None) -> Array:
        if direction is None:
            return float(typical_radiance(environment)[1])
        return look_up(environment.levels[0], (direction @ to_light.T).astype(np.float32))[..., 1]

    corners = HEART.mesh.positions[HEART.mesh.triangles]
    origins = np.broadcast_to(model_from_camera.translation, d.shape)
    truth = traced(origins, d, corners, index, radiance).reshape(SIDE, SIDE)
    stone_px = np.isfinite(truth) & (rgba[..., 3] == 255)
    assert stone_px.sum() > 1800
    assert (np.isfinite(truth) != (rgba[..., 3] == 255)).sum() < 0.03 * stone_px.sum()
    difference = np.abs(rgba[..., 1] / 255.0 - shown(truth))[stone_px]
    # a few paths part at the edges of facets, where the last digits decide
    assert np.quantile(difference, 0.75) < 0.02
    assert difference.mean() < 0.03

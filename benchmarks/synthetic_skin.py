"""Skin, nails and creases for the rigged hand, painted in the frames of its joints."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np

from benchmarks.synthetic_hand import CHAIN_OF, rig, vertex_normals
from models3d.frames import Array
from models3d.mesh import Texture

SIDE = 1024  # texels
# Complexions from light to dark, sRGB: the back of a hand in even light.
COMPLEXIONS = np.array(
    [
        [239, 205, 184],
        [226, 180, 152],
        [202, 150, 118],
        [166, 116, 86],
        [118, 78, 57],
        [82, 54, 42],
    ]
)
PALE_PALM = np.array([236, 186, 164])
NAIL = np.array([240, 196, 186])
# Palm lines in the wrist's frame, metres: x away from the thumb, -z to the fingers.
PALM_LINES = (
    ((-0.028, -0.068), (-0.012, -0.052), (-0.006, -0.030), (-0.010, -0.008)),
    ((-0.030, -0.069), (-0.010, -0.060), (0.012, -0.048), (0.026, -0.040)),
    ((0.030, -0.060), (0.012, -0.068), (-0.004, -0.078), (-0.012, -0.090)),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Atlas:
    """Each texel's place on the hand at rest."""

    covered: Array  # (side, side) 0..1
    palmar: Array  # 0 back .. 1 palm
    redness: Array  # knuckles and finger ends
    crease: Array  # 0..1
    nail: Array  # 0..1
    nail_rim: Array  # 0..1
    nail_moon: Array  # 0..1


def skin_texture(complexion: float, seed: int) -> Texture:
    """An albedo for one person.

    Args:
        complexion: 0 light .. 1 dark.
    """
    atlas = _atlas()
    random = np.random.default_rng(seed)
    place = complexion * (len(COMPLEXIONS) - 1)
    low = min(int(place), len(COMPLEXIONS) - 2)
    back = COMPLEXIONS[low] + (place - low) * (COMPLEXIONS[low + 1] - COMPLEXIONS[low])
    back = back * random.normal(1.0, 0.02, 3)
    palm = back + (0.25 + 0.4 * complexion) * (PALE_PALM - back)
    colour = back + atlas.palmar[..., None] * (palm - back)
    for period, strength in ((5, 0.012), (14, 0.022), (60, 0.02)):
        rough = random.normal(0.0, 1.0, (SIDE // period + 2, SIDE // period + 2)).astype(np.float32)
        spots = cv2.resize(rough, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        colour = colour * (1.0 + strength * spots[..., None] * (0.8, 1.0, 1.1))
    colour = colour * (1.0 - atlas.redness[..., None] * np.array([0.02, 0.16, 0.17]))
    colour = colour * (1.0 - atlas.crease[..., None] * np.array([0.30, 0.40, 0.42]))
    nail = NAIL + 0.5 * (back - NAIL)
    colour = colour + 0.85 * atlas.nail[..., None] * (nail - colour)
    colour = colour + 0.5 * atlas.nail_moon[..., None] * (np.array([250, 232, 224]) - colour)
    colour = colour * (1.0 - 0.35 * atlas.nail_rim[..., None])
    # what lies between the islands takes their colour, so that seams do not show
    filled = cv2.blur(colour * atlas.covered[..., None], (9, 9))
    share = cv2.blur(atlas.covered, (9, 9))[..., None]
    colour = np.where(atlas.covered[..., None] > 0, colour, filled / np.maximum(share, 1e-6))
    picture = np.clip(np.rint(colour), 0, 255).astype(np.uint8)
    encoded = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1]
    return Texture(encoded.tobytes(), "image/png")


@cache
def _atlas() -> _Atlas:
    source = rig()
    place = _places()
    covered = np.isfinite(place[..., 0])
    place = np.where(covered[..., None], place, 0.0)
    shape = covered.shape
    palmar = np.clip(0.5 - 1.2 * place[..., 4], 0.0, 1.0)  # by the normal in the wrist's frame
    owner = place[..., 6].astype(int)
    crease, redness = np.zeros(shape), np.zeros(shape)
    nail, rim, moon = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    points = place[..., :3]
    inverse = np.linalg.inv(source.rest)
    chains = np.array(CHAIN_OF)
    for joint in (2, 3, 6, 7, 8, 11, 12, 13, 16, 17, 18, 21, 22, 23):
        mine = covered & (chains[owner] == chains[joint])
        local = points @ inverse[joint][:3, :3].T + inverse[joint][:3, 3]
        x, y, z = local[..., 0], local[..., 1], local[..., 2]
        outer = joint in (3, 8, 13, 18, 23)
        knuckle = joint in (2, 6, 11, 16, 21)
        near = np.exp(-0.5 * (z / 0.006) ** 2) * mine
        redness = np.maximum(redness, (0.8 if not knuckle else 0.6) * near * (y > 0))
        wave = 0.0006 * np.sin(900.0 * x) + 0.0004 * np.sin(2100.0 * x + joint)
        if not knuckle or joint == 2:
            for step in (-0.0034, -0.0012, 0.0011, 0.0036):
                line = np.exp(-0.5 * ((z - step - wave) / 0.00035) ** 2) * mine * (y > 0.003)
                crease = np.maximum(crease, 0.4 * line)
            for step in (-0.0009, 0.0013) if not outer else (0.0,):
                line = np.exp(-0.5 * ((z - step - wave) / 0.00045) ** 2) * mine * (y < 0.002)
                crease = np.maximum(crease, 0.7 * line)
        else:  # where the finger leaves the palm
            line = np.exp(-0.5 * ((z + 0.021 - wave) / 0.0005) ** 2) * mine * (y < 0.001)
            crease = np.maximum(crease, 0.7 * line)
        if outer:
            length = np.linalg.norm(source.rest[joint + 1][:3, 3] - source.rest[joint][:3, 3])
            redness = np.maximum(redness, 0.7 * np.clip(-z / length - 0.3, 0, 1) * mine)
            half = 0.0062 if joint == 3 else 0.0050
            across, along = x / half, (-z - 0.72 * length) / (0.55 * length)
            oval = (np.abs(across) ** 3.0 + np.abs(along) ** 3.0) ** (1 / 3.0)
            upper = mine * (y > 0.0015)
            nail = np.maximum(nail, np.clip((1.0 - oval) / 0.08, 0.0, 1.0) * upper)
            rim = np.maximum(rim, np.exp(-0.5 * ((oval - 1.03) / 0.05) ** 2) * upper)
            arc = across**2 + ((along + 1.05) / 0.45) ** 2
            moon = np.maximum(moon, np.clip((1.0 - arc) / 0.2, 0.0, 1.0) * (oval < 0.95) * upper)
    crease = np.maximum(crease, _palm_creases(points, inverse[0], covered & (palmar > 0.5)))
    return _Atlas(covered.astype(np.float64), palmar, redness, crease, nail, rim, moon)


def _palm_creases(points: Array, wrist_from_hand: Array, palm: Array) -> Array:
    local = points @ wrist_from_hand[:3, :3].T + wrist_from_hand[:3, 3]
    x, z = local[..., 0], local[..., 2]
    nearest = np.full(x.shape, np.inf)
    for line in PALM_LINES:
        for (x0, z0), (x1, z1) in pairwise(line):
            run = (x1 - x0) ** 2 + (z1 - z0) ** 2
            share = np.clip(((x - x0) * (x1 - x0) + (z - z0) * (z1 - z0)) / run, 0.0, 1.0)
            away = np.hypot(x - x0 - share * (x1 - x0), z - z0 - share * (z1 - z0))
            nearest = np.minimum(nearest, away)
    creases: Array = 0.7 * np.exp(-0.5 * (nearest / 0.0007) ** 2) * palm
    return creases


def _places() -> Array:
    """(side, side, 7) position, normal in the wrist's frame, owner of each texel; inf: none."""
    source = rig()
    a, b, c = source.positions[source.triangles].transpose(1, 0, 2)
    normals = vertex_normals(source.positions, source.triangles) @ source.rest[0][:3, :3]
    owners = source.weights[source.triangles].sum(axis=1).argmax(axis=1)
    place = np.full((SIDE, SIDE, 7), np.inf)
    corners = source.uvs * SIDE - 0.5
    for number in range(len(source.triangles)):
        (x0, y0), (x1, y1), (x2, y2) = corners[number]
        left, right = int(np.floor(min(x0, x1, x2))) - 1, int(np.ceil(max(x0, x1, x2))) + 2
        top, bottom = int(np.floor(min(y0, y1, y2))) - 1, int(np.ceil(max(y0, y1, y2))) + 2
        x, y = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-12:
            continue
        v = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
        w = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
        slack = 0.08
        inside = (v >= -slack) & (w >= -slack) & (v + w <= 1.0 + slack)
        inside &= (x >= 0) & (y >= 0) & (x < SIDE) & (y < SIDE)
        v, w = v[inside][:, None], w[inside][:, None]
        spot = place[y[inside], x[inside]]
        spot[:, :3] = (1.0 - v - w) * a[number] + v * b[number] + w * c[number]
        corner = normals[source.triangles[number]]
        spot[:, 3:6] = (1.0 - v - w) * corner[0] + v * corner[1] + w * corner[2]
        spot[:, 6] = owners[number]
        place[y[inside], x[inside]] = spot
    return place

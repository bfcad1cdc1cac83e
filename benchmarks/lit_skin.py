"""Faces and hands under known lamps: what the light estimate is measured against.

A mean head, or a hand of capsules, is shaded by Lambert's law with a wrapped lamp and an ambient
light that is brighter above, coloured, exposed, encoded and made noisy, before a random room.
Complexion, beard, make-up and specular highlights vary: they are what misleads the estimate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.canonical import canonical_face
from tryon.types import FaceLandmarks, Hand, HandLandmarks

WIDTH, HEIGHT = 480, 480
# Linear sRGB of skins, pale to dark, under white light.
COMPLEXIONS = np.array(
    [[58, 36, 28], [48, 27, 19], [34, 18, 12], [20, 10, 6.5], [9, 4.5, 3.0]]
) / 100.0  # fmt: skip
WHITE_ROOMS = 0.5  # have white things in them
BEARD_FROM_Y = 0.025  # metres below the head's origin on the mean head
_KNUCKLES = {1: (130, 320), 5: (185, 250), 9: (238, 235), 13: (290, 243), 17: (338, 265)}
_FINGERS = {1: (-0.8, -0.6), 5: (-0.25, -0.97), 9: (0, -1), 13: (0.15, -0.99), 17: (0.35, -0.94)}


@dataclass(frozen=True, slots=True, eq=False)
class Lamp:
    """The truth."""

    direction: Array  # (3,) unit, towards it: x right, y down, z away
    share: float  # of the light on skin that faces it
    wrap: float
    log_colour: Array  # (3,) natural logarithm, green 0
    log_strength: float


def random_lamp(random: np.random.Generator) -> Lamp:
    """Anywhere in front or to the side, more often above; as warm as cameras leave it."""
    azimuth = random.uniform(-1.6, 1.6)
    elevation = random.normal(0.35, 0.4)
    direction = np.array(
        [
            math.cos(elevation) * math.sin(azimuth),
            -math.sin(elevation),
            -math.cos(elevation) * math.cos(azimuth),
        ]
    )
    warmth, green = random.normal(0.0, 0.15), random.normal(0.0, 0.03)
    return Lamp(
        direction,
        random.uniform(0.3, 0.9),
        random.uniform(0.0, 0.6),
        np.array([warmth - green, 0.0, -warmth - green]),
        random.uniform(-1.2, 0.15),
    )


def lit_face(lamp: Lamp, random: np.random.Generator) -> tuple[Image, FaceLandmarks]:
    """A head turned a little this way or that."""
    head = canonical_face()
    turn, nod, tilt = random.normal(0.0, 0.35), random.normal(0.0, 0.12), random.normal(0.0, 0.1)
    points = head.points * (1.0, -1.0, -1.0) @ _rotation(turn, nod, tilt).T
    scale = 2200.0
    pixels = points[:, :2] * scale + (WIDTH / 2, HEIGHT / 2)
    skin = _complexion(random)
    albedo = np.tile(skin, (len(points), 1))
    albedo *= np.exp(random.normal(0.0, 0.05, (len(points), 1)))
    if random.random() < 0.3:
        albedo[head.points[:, 1] < -BEARD_FROM_Y] *= random.uniform(0.3, 0.8)
    corners = points[head.triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, head.triangles[:, corner], facing)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    normals *= -np.sign(normals[4, 2])
    shaded = _shaded(normals, albedo, lamp, random.uniform(0.0, 0.15))
    picture = _room(lamp, random)
    order = np.argsort(-corners[:, :, 2].mean(axis=1))
    for triangle in head.triangles[order]:
        polygon = np.round(pixels[triangle] * 16).astype(np.int32)
        colour = shaded[triangle].mean(axis=0)
        cv2.fillConvexPoly(picture, polygon, colour.tolist(), cv2.LINE_8, 4)
    landmarks = np.concatenate([pixels, np.zeros((10, 2))])
    depths = np.concatenate([points[:, 2] * scale, np.zeros(10)])
    return _photograph(picture, lamp, random), FaceLandmarks(landmarks, depths, 0.95)


def lit_hand(lamp: Lamp, random: np.random.Generator) -> tuple[Image, HandLandmarks]:
    """An open hand in the image's plane, turned in it."""
    points = np.zeros((21, 2))
    points[0] = (245, 430)
    for first, knuckle in _KNUCKLES.items():
        step = 35.0 if first == 1 else 44.0
        for joint in range(4):
            points[first + joint] = np.array(knuckle) + joint * step * np.array(_FINGERS[first])
    turn = random.normal(0.0, 0.5)
    cosine, sine = math.cos(turn), math.sin(turn)
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    points = (points - middle) @ np.array([[cosine, sine], [-sine, cosine]]) + middle
    skin = _complexion(random)
    picture = _room(lamp, random)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    bones = [(0, first) for first in _KNUCKLES]
    bones += [(first + joint, first + joint + 1) for first in _KNUCKLES for joint in range(3)]
    gloss = random.uniform(0.0, 0.15)
    for start, end in bones:
        axis = points[end] - points[start]
        length = float(np.linalg.norm(axis))
        axis = axis / length
        radius = 42.0 if start == 0 else 21.0
        along = (x - points[start, 0]) * axis[0] + (y - points[start, 1]) * axis[1]
        along = np.clip(along, 0, length)
        dx = (x - points[start, 0] - along * axis[0]) / radius
        dy = (y - points[start, 1] - along * axis[1]) / radius
        inside = dx**2 + dy**2 < 1.0
        normals = np.stack([dx, dy, -np.sqrt(np.maximum(1.0 - dx**2 - dy**2, 0.0))], axis=-1)
        albedo = np.tile(skin * math.exp(random.normal(0.0, 0.06)), (int(inside.sum()), 1))
        picture[inside] = _shaded(normals[inside], albedo, lamp, gloss)
    landmarks = HandLandmarks(points, np.zeros((21, 3)), Hand.LEFT, 0.95)
    return _photograph(picture, lamp, random), landmarks


def _complexion(random: np.random.Generator) -> Array:
    """A skin's own colour; ruddy and sallow ones spread as over the hands of everyday photos."""
    ruddy, sallow = random.normal(0.0, 0.18), random.normal(0.0, 0.18)
    skin = COMPLEXIONS[random.integers(len(COMPLEXIONS))] * random.uniform(0.9, 1.1)
    return np.asarray(skin * np.exp([ruddy, 0.0, sallow]))


def _rotation(turn: float, nod: float, tilt: float) -> Array:
    about_y = np.array(
        [[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]]
    )
    about_x = np.array(
        [[1, 0, 0], [0, math.cos(nod), -math.sin(nod)], [0, math.sin(nod), math.cos(nod)]]
    )
    about_z = np.array(
        [[math.cos(tilt), -math.sin(tilt), 0], [math.sin(tilt), math.cos(tilt), 0], [0, 0, 1]]
    )
    return np.asarray(about_z @ about_x @ about_y)


def _shaded(normals: Array, albedo: Array, lamp: Lamp, gloss: float) -> Array:
    cosine = normals @ lamp.direction
    lit = np.maximum((cosine + lamp.wrap) / (1.0 + lamp.wrap), 0.0)
    ambient = 1.0 - 0.15 * normals[..., 1]
    half = lamp.direction + np.array([0.0, 0.0, -1.0])
    half /= max(float(np.linalg.norm(half)), 1e-6)
    shine = gloss * lamp.share * np.maximum(normals @ half, 0.0) ** 20
    shade = (1.0 - lamp.share) * ambient + lamp.share * lit
    return np.asarray(shade[..., None] * albedo + shine[..., None])


def _room(lamp: Lamp, random: np.random.Generator) -> Array:
    """Blurred patches of wall and furniture, some coloured, some nearly white."""
    patches = random.uniform(0.05, 0.9, (7, 7, 1)) * np.exp(random.normal(0.0, 0.15, (7, 7, 3)))
    if random.random() < WHITE_ROOMS:
        patches[random.random((7, 7)) < 0.25] = 0.85
    room = cv2.resize(patches, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.maximum(np.asarray(room, np.float64), 0.01) * (1.0 - 0.4 * lamp.share)


def _photograph(picture: Array, lamp: Lamp, random: np.random.Generator) -> Image:
    light = np.clip(picture * np.exp(lamp.log_colour + lamp.log_strength), 0.0, 1.0)
    encoded = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    )
    blurred = cv2.GaussianBlur(255.0 * encoded, (0, 0), 0.7)
    noisy = blurred + random.normal(0.0, random.uniform(0.5, 5.0), blurred.shape)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)

"""Pictures of heads with known poses and lobes: drawn by our own renderer over real photographs.

The face is MediaPipe's canonical mesh, stretched a little for each person, with the skin of a
photograph on it; a skull with hair, a neck and two ears stand behind it. Every picture is made from
its number alone. Faces of one mesh are easier on a net than people are: the figures compare methods
with one another, not with the world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import skimage.data

from benchmarks.common import SEED
from models3d.frames import Array, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part, Texture
from tryon.anchors.canonical import FACE_POINTS, canonical_face
from tryon.anchors.ear import LOBE
from tryon.media.lens import assumed_intrinsics
from tryon.tracker import Tracker, Wanted
from tryon.types import Ear
from viewer.render.renderer import Renderer
from viewer.render.types import Lighting, Shot, Worn

WIDTH, HEIGHT = 960, 720
FACING = np.diag([1.0, -1.0, -1.0])  # camera from head: upright, looking into the lens
HAIR = (0.018, 0.011, 0.008, 1.0)  # linear sRGB
SPREAD = np.array([0.006, 0.008, 0.006])  # metres: how people's lobes differ, outwards, up, front
SHAPES = np.array([0.035, 0.035, 0.05])  # of faces' breadth, height and depth
AROUND, OVER = 32, 20
# A right ear seen from outside, metres, x forwards, y up, about its piercing: rim and hollow.
RIM = 1e-3 * np.array(
    [
        [5.5, 5.0], [5.8, 0.5], [4.0, -3.6], [0.5, -5.4], [-3.2, -5.0], [-6.2, -2.2],
        [-8.2, 3.0], [-11.0, 10.0], [-15.0, 19.0], [-18.0, 30.0], [-17.0, 41.0], [-10.0, 49.0],
        [0.0, 51.0], [7.0, 45.0], [8.0, 34.0], [6.5, 22.0], [6.0, 12.0],
    ]
)  # fmt: skip
HOLLOW = np.array([-5.0e-3, 22.0e-3])


@dataclass(frozen=True, slots=True, eq=False)
class HeadPicture:
    """One picture and what is true of it."""

    image: Image
    camera: Intrinsics
    camera_from_head: RigidTransform
    lobes: dict[Ear, Array]  # (3,) metres, camera frame
    height: float  # metres from the top of the forehead to the chin
    turn: dict[Ear, float]  # radians by which the head shows each ear


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person's head, in the head's frame."""

    model: Model
    lobes: dict[Ear, Array]
    height: float


@cache
def _skin() -> tuple[Texture, Array, tuple[float, float, float, float]]:
    """A photograph as a texture, the face's points in it (468, 2), and its skin, linear sRGB."""
    photo = np.asarray(skimage.data.astronaut(), np.uint8)
    with Tracker({Wanted.FACES}, streaming=False) as tracker:
        (face,) = tracker.detect(photo, 0.0).faces
    scale = 4
    large = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    points = face.points_px[:FACE_POINTS]
    low, high = points.min(axis=0) - 8, points.max(axis=0) + 8
    x0, y0, x1, y1 = np.rint(np.concatenate([low, high])).astype(int)
    crop = large[scale * y0 : scale * y1, scale * x0 : scale * x1]
    data = cv2.imencode(".png", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))[1].tobytes()
    cheeks = points[[50, 280, 101, 330, 205, 425]].astype(int)
    mean = np.mean([photo[y, x] for x, y in cheeks], axis=0) / 255.0
    red, green, blue = (0.8 * float(v) for v in mean**2.2)
    return (
        Texture(data, "image/png"),
        (points - (x0, y0)) / (x1 - x0, y1 - y0),
        (red, green, blue, 1),
    )


def person(random: np.random.Generator) -> Person:
    """A head of its own shape, with its own ears."""
    face = canonical_face()
    texture, uvs, skin_colour = _skin()
    stretch = 1.0 + np.clip(random.normal(0.0, SHAPES), -2 * SHAPES, 2 * SHAPES)
    points = face.points * stretch
    skin = Material("skin", roughness=0.75, specular=0.4, base_color_texture=texture)
    plain = Material("plain skin", skin_colour, roughness=0.75, specular=0.4, double_sided=True)
    hair = Material("hair", HAIR, roughness=0.6, specular=0.3)
    parts = [
        Part("face", _smooth(points, face.triangles, uvs), skin),
        Part("skull", _ball((0, 0.050, -0.052), (0.0750, 0.088, 0.090) * stretch), hair),
        Part("jaw", _ball((0, -0.035, -0.018), (0.0665, 0.056, 0.062) * stretch), plain),
        Part("neck", _ball((0, -0.15, -0.05), (0.055, 0.16, 0.056)), plain),
    ]
    lobes = {}
    around = random.normal(0.0, SPREAD)
    for ear, sign in ((Ear.RIGHT, -1.0), (Ear.LEFT, 1.0)):
        own = LOBE * stretch + around + random.normal(0.0, 0.15 * SPREAD)
        lobes[ear] = own * (sign, 1.0, 1.0)
        parts.append(Part(f"{ear} ear", _auricle(lobes[ear], sign, random), plain))
    height = float(np.linalg.norm(points[10] - points[152]))
    return Person(Model("head", tuple(parts)), lobes, height)


def _smooth(points: Array, triangles: Array, uvs: Array | None = None) -> Mesh:
    """A mesh with the mean of its triangles' normals at every point."""
    triangles = np.asarray(triangles, np.int32)
    a, b, c = points[triangles].swapaxes(0, 1)
    flat = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], flat)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return Mesh(points, normals / np.maximum(lengths, 1e-12), triangles, uvs)


def _ball(middle: tuple[float, float, float], radii: Array | tuple[float, float, float]) -> Mesh:
    over = np.linspace(0.0, np.pi, OVER)[:, None]
    around = np.linspace(0.0, 2.0 * np.pi, AROUND + 1)
    sphere = np.stack(
        [
            np.sin(over) * np.sin(around),
            np.cos(over) * np.ones(AROUND + 1),
            np.sin(over) * np.cos(around),
        ],
        axis=-1,
    ).reshape(-1, 3)
    grid = np.arange(OVER * (AROUND + 1)).reshape(OVER, AROUND + 1)
    quads = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], -1).reshape(
        -1, 4
    )
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    normals = sphere / np.asarray(radii)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Mesh(np.asarray(middle) + sphere * radii, normals, triangles)


def _auricle(lobe: Array, sign: float, random: np.random.Generator) -> Mesh:
    """An ear about its piercing, head frame: a rim, a hollow in it, and a back."""
    n = len(RIM)
    flare = np.radians(random.uniform(22.0, 40.0))
    size = random.uniform(0.92, 1.08)
    ring = np.column_stack([RIM * size, np.full(n, 0.4e-3)])
    inner = np.column_stack([HOLLOW + (RIM * size - HOLLOW) * 0.55, np.full(n, -3.0e-3)])
    soft = RIM[:, 1] < 9e-3  # a lobe has no hollow
    inner[soft, 2] = 0.8e-3
    back = ring - (0.0, 0.0, 4.5e-3)
    middle = np.array([[*HOLLOW, -5.0e-3]])
    points = np.concatenate([ring, inner, back, middle])
    i = np.arange(n)
    j = (i + 1) % n
    quads = np.concatenate(
        [np.stack([i, i + n, j + n, j], -1), np.stack([i, j, j + 2 * n, i + 2 * n], -1)]
    )
    hub = np.stack([i + n, np.full(n, 3 * n), j + n], -1)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]], hub])
    out = np.array([np.cos(flare) * sign, 0.0, np.sin(flare)])
    forward = np.cross([0.0, 1.0, 0.0], out) * -sign
    head_from_ear = np.column_stack([forward, [0.0, 1.0, 0.0], out])
    facing = triangles if sign < 0.0 else triangles[:, ::-1]
    return _smooth(lobe + points @ head_from_ear.T, facing)


def head_at(yaw: float, pitch: float, roll: float, at: Array) -> RigidTransform:
    """Camera from head; degrees to the wearer's left, upwards, to the right shoulder."""
    turn = FACING
    for axis, angle in (((0, 0, 1), roll), ((1, 0, 0), -pitch), ((0, 1, 0), yaw)):
        turn = turn @ RigidTransform.from_axis_angle(axis, np.radians(angle)).rotation
    return RigidTransform(turn, at)


def pictures(count: int, renderer: Renderer) -> Iterator[HeadPicture]:
    """Heads in all directions that a face net follows, the same ones every time."""
    for number in range(count):
        random = np.random.default_rng(SEED + number)
        someone = person(random)
        camera = assumed_intrinsics(WIDTH, HEIGHT)
        angles = random.uniform((-45.0, -18.0, -22.0), (45.0, 18.0, 22.0))
        away = float(random.uniform(0.38, 0.85))
        middle = random.uniform((0.35 * WIDTH, 0.40 * HEIGHT), (0.65 * WIDTH, 0.55 * HEIGHT))
        place = head_at(*angles, camera.unproject(middle, away))
        yield draw(someone, place, camera, random, renderer)


def draw(
    someone: Person,
    place: RigidTransform,
    camera: Intrinsics,
    random: np.random.Generator,
    renderer: Renderer,
) -> HeadPicture:
    """One head before one backdrop."""
    name = ("coffee", "chelsea", "rocket")[int(random.integers(3))]
    behind = cv2.resize(np.asarray(getattr(skimage.data, name)(), np.uint8), (WIDTH, HEIGHT))
    behind = cv2.GaussianBlur(behind, (0, 0), float(random.uniform(2.0, 6.0)))
    turn = RigidTransform.from_axis_angle((0, 1, 0), float(random.uniform(-1.2, 1.2))).rotation
    lighting = Lighting(turn @ np.diag([1.0, -1.0, -1.0]), exposure=float(random.uniform(0.7, 1.2)))
    shot = Shot(
        camera, PixelRegion(0, 0, WIDTH, HEIGHT), (Worn(someone.model, place),), lighting=lighting
    )
    rgba = renderer.render(shot).rgba
    share = rgba[..., 3:].astype(np.float32) / 255.0
    image = rgba[..., :3] + (1.0 - share) * behind + random.normal(0.0, 2.0, behind.shape)
    toward = place.rotation.T @ -place.translation
    yaw = float(np.arctan2(-toward[0], toward[2]))
    return HeadPicture(
        np.clip(np.rint(image), 0, 255).astype(np.uint8),
        camera,
        place,
        {ear: place.apply(lobe) for ear, lobe in someone.lobes.items()},
        someone.height,
        {Ear.RIGHT: yaw, Ear.LEFT: -yaw},
    )

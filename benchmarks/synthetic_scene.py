"""Pictures and films of hands with known poses: drawn by our own renderer over real photographs.

Every picture is made from its number alone: person, posture, view, light, lens, noise. Hands fill
a fifth to most of the frame, both sides, both hands, fingers up, aslant and towards the camera.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from benchmarks.common import ROOT
from benchmarks.synthetic_hand import (
    Build,
    FingerTruth,
    PosedHand,
    Posture,
    posed,
    rig,
    truths,
)
from benchmarks.synthetic_skin import skin_texture
from models3d.frames import Array, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part, Texture
from tryon.types import Finger, Hand
from viewer.render.renderer import Renderer
from viewer.render.types import Lighting, Shot, Worn

WIDTH, HEIGHT, FPS = 960, 720, 30.0
MARGIN_PX = 24
FOREARM = 0.24  # metres
BACKGROUNDS = ("coffee.png", "chelsea.png", "motorcycle_left.png", "rocket.jpg", "astronaut.png")
PORTRAITS = ("sample1.jpg", "sample3.jpg", "sample6.jpg")
WRIST_HALVES = np.array([0.0262, 0.0190])  # metres: the rig's wrist across and through


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person's hand and skin, and what stands around it."""

    build: Build
    texture: Texture
    hand: Hand
    roughness: float
    sleeve: float | None  # metres from the wrist to a sleeve
    sleeve_colour: tuple[float, float, float]
    forearm_turn: Array  # (2,) radians, of the forearm against the hand
    backdrop: Image
    lighting: Lighting
    blur_px: float
    noise: float  # grey levels
    camera: Intrinsics


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """How a hand stands before the camera."""

    posture: Posture
    camera_from_hand: RigidTransform


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture and what is true of it."""

    image: Image
    camera: Intrinsics
    hand: PosedHand
    fingers: dict[Finger, FingerTruth]

    @property
    def landmarks_px(self) -> Array:
        """(21, 2) true joints."""
        return self.camera.project(self.hand.landmarks())


def still(renderer: Renderer, number: int, wall: tuple[int, int, int] | None = None) -> Picture:
    """One picture of the series.

    Args:
        wall: colour of a plain wall behind the hand, whose picture then has hardly any noise.
    """
    random = np.random.default_rng([20240501, number])
    person = a_person(random)
    if wall is not None:
        plain = np.full((HEIGHT, WIDTH, 3), wall, np.uint8)
        person = replace(person, backdrop=plain, noise=1.0)
    for _ in range(50):
        view = a_view(random)
        picture = _truth_of(person, view)
        if _framed(picture):
            break
    return _drawn(renderer, person, view, random)


def film(renderer: Renderer, number: int, frames: int) -> Iterator[Picture]:
    """A hand that moves to and fro, turns and bends its fingers, at 30 frames a second."""
    random = np.random.default_rng([7_654_321, number])
    person = a_person(random)
    while True:
        start = a_view(random)
        if _framed(_truth_of(person, start), inner=150.0):
            break
    sway = random.normal(0.0, 1.0, 3)
    sway = 0.035 * sway / np.linalg.norm(sway) * (1.0, 1.0, 0.5)
    turn = random.normal(0.0, 1.0, 3)
    turn = turn / np.linalg.norm(turn)
    hertz = random.uniform(0.25, 0.6, 3)
    for k in range(frames):
        phase = np.sin(2.0 * np.pi * hertz * k / FPS)
        turned = RigidTransform.from_axis_angle(turn, float(np.radians(22.0) * phase[1]))
        base = start.camera_from_hand
        moved = RigidTransform(turned.rotation @ base.rotation, base.translation + sway * phase[0])
        bent = start.posture.flexion * (1.0 + 0.3 * phase[2])
        posture = replace(start.posture, flexion=bent)
        yield _drawn(renderer, person, View(posture, moved), random)


def a_person(random: np.random.Generator) -> Person:
    """Somebody, somewhere."""
    build = Build(
        size=float(random.normal(0.97, 0.06)),
        lengths=np.clip(random.normal(1.0, 0.05) * random.normal(1.0, 0.035, 5), 0.84, 1.18),
        thicknesses=np.clip(random.normal(0.98, 0.07) * random.normal(1.0, 0.03, 5), 0.8, 1.22),
        breadth=float(np.clip(random.normal(1.0, 0.04), 0.9, 1.1)),
    )
    focal = WIDTH * random.uniform(0.70, 0.95)  # 25 to 34 mm on a full frame
    camera = Intrinsics(focal, focal, WIDTH / 2.0, HEIGHT / 2.0)
    angles = random.normal(0.0, 1.0, 3) * np.radians([25.0, 60.0, 15.0])
    turned = np.eye(3)
    for axis, angle in zip(np.eye(3), angles, strict=True):
        turned = RigidTransform.from_axis_angle(axis, float(angle)).rotation @ turned
    warm = random.normal(0.0, 0.07)
    lighting = Lighting(
        environment_from_camera=turned @ np.diag([1.0, -1.0, -1.0]),
        tint=(float(1.0 + warm), 1.0, float(1.0 - warm)),
        exposure=float(np.exp(random.normal(0.0, 0.22))),
    )
    return Person(
        build=build,
        texture=skin_texture(float(random.beta(1.2, 1.5)), int(random.integers(1 << 30))),
        hand=Hand.LEFT if random.random() < 0.5 else Hand.RIGHT,
        roughness=float(random.uniform(0.38, 0.65)),
        sleeve=float(random.uniform(0.01, 0.15)) if random.random() < 0.65 else None,
        sleeve_colour=tuple(float(c) for c in random.uniform(0.02, 0.6, 3)),
        forearm_turn=random.normal(0.0, 1.0, 2) * np.radians([14.0, 9.0]),
        backdrop=_backdrop(random),
        lighting=lighting,
        blur_px=float(random.uniform(0.35, 1.1)),
        noise=float(random.uniform(1.0, 5.0)),
        camera=camera,
    )


def a_view(random: np.random.Generator) -> View:
    """A posture and a place before the camera."""
    common = random.choice([0.1, 0.3, 0.6, 1.1, 1.9], p=[0.32, 0.30, 0.16, 0.12, 0.10])
    flexion = np.radians([25.0, 45.0, 25.0]) * common * random.uniform(0.6, 1.5, (5, 1))
    flexion = flexion * random.uniform(0.6, 1.4, (5, 3)) - np.radians([4.0, 0.0, 0.0])
    flexion = np.minimum(flexion, np.radians([90.0, 105.0, 75.0]))
    flexion[0] = np.radians([random.normal(4, 6), random.normal(10, 10), random.normal(12, 14)])
    spread = np.abs(random.normal(0.0, 1.0, 5)) * np.radians([6.0, 4.0, 2.0, 4.0, 6.0])
    spread -= np.radians([0.0, 5.0, 0.0, 4.0, 7.0]) * random.uniform(0.0, 1.0)
    # at rest in the camera's frame: fingers up, the back to the camera
    rotation = RigidTransform.from_axis_angle([1.0, 0.0, 0.0], np.pi / 2.0).rotation
    rotation = np.diag([-1.0, -1.0, 1.0]) @ rotation
    if random.random() < 0.4:  # the palm to the camera
        rotation = RigidTransform.from_axis_angle([0.0, 1.0, 0.0], np.pi).rotation @ rotation
    yaw, pitch = random.normal(0.0, 1.0, 2) * np.radians([30.0, 26.0])
    roll = random.normal(0.0, np.radians(45.0))
    for axis, angle in (([0, 1, 0], yaw), ([1, 0, 0], pitch), ([0, 0, 1], roll)):
        rotation = RigidTransform.from_axis_angle(axis, float(angle)).rotation @ rotation
    distance = random.uniform(0.21, 0.48)
    aside = random.uniform(-0.18, 0.18, 2) * distance
    # the hand's middle, not its wrist, stands near the picture's
    middle = rotation @ np.array([0.0, 0.0, -0.09])
    return View(
        Posture(flexion, spread),
        RigidTransform(rotation, np.array([*aside, distance]) - middle),
    )


def _truth_of(person: Person, view: View) -> PosedHand:
    return posed(person.build, view.posture, person.hand, view.camera_from_hand)


def _framed(hand: PosedHand, inner: float = MARGIN_PX) -> bool:
    """The hand is before the camera and in the picture."""
    points = hand.landmarks()
    if points[:, 2].min() < 0.12:
        return False
    focal = 0.8 * WIDTH
    flat = points[:, :2] / points[:, 2:] * focal + (WIDTH / 2.0, HEIGHT / 2.0)
    return bool(
        (flat > inner).all()
        and (flat[:, 0] < WIDTH - inner).all()
        and (flat[:, 1] < HEIGHT - inner).all()
    )


def _drawn(renderer: Renderer, person: Person, view: View, random: np.random.Generator) -> Picture:
    hand = _truth_of(person, view)
    camera = person.camera
    shot = Shot(
        intrinsics=camera,
        region=PixelRegion(0, 0, WIDTH, HEIGHT),
        worn=(Worn(hand_model(person, hand), RigidTransform.identity()),),
        lighting=person.lighting,
        supersampling=2,
        whole_meshes=True,
    )
    overlay = renderer.render(shot)
    image = person.backdrop.astype(np.float32)
    region = overlay.region
    behind = image[region.y : region.y + region.height, region.x : region.x + region.width]
    alpha = overlay.rgba[..., 3:].astype(np.float32) / 255.0
    behind[:] = overlay.rgba[..., :3] + (1.0 - alpha) * behind
    image = cv2.GaussianBlur(image, (0, 0), person.blur_px)
    grain = random.standard_normal((*image.shape[:2], 4), np.float32)
    image += person.noise * (0.8 * grain[..., :1] + 0.6 * grain[..., 1:])
    finished = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return Picture(finished, camera, hand, truths(hand, camera, (WIDTH, HEIGHT)))


def hand_model(person: Person, hand: PosedHand) -> Model:
    """The drawn hand with its forearm, in the frame the hand is posed in."""
    skin = Material(
        "skin", roughness=person.roughness, specular=0.8, base_color_texture=person.texture
    )
    mesh = hand.mesh
    corners = mesh.triangles.ravel()
    uvs = rig().uvs if hand.hand is Hand.RIGHT else rig().uvs[:, ::-1]
    whole = Mesh(
        mesh.positions[corners],
        mesh.normals[corners],
        np.arange(len(corners), dtype=np.int32).reshape(-1, 3),
        uvs.reshape(-1, 2),
    )
    parts = [Part("hand", whole, skin), Part("forearm", _forearm(person, hand, None), skin)]
    if person.sleeve is not None:
        cloth = Material("sleeve", (*person.sleeve_colour, 1.0), roughness=0.95, specular=0.3)
        parts.append(Part("sleeve", _forearm(person, hand, person.sleeve), cloth))
    return Model("hand", tuple(parts))


def _forearm(person: Person, hand: PosedHand, sleeve: float | None) -> Mesh:
    """A tube from the wrist to the elbow, or the sleeve about it, in the camera's frame."""
    size = person.build.size
    halves = WRIST_HALVES * size * (person.build.breadth, person.build.breadth**0.5)
    start = 0.0 if sleeve is None else sleeve
    along = np.linspace(start, FOREARM, 24)
    grown = 1.0 + 0.5 * np.clip(along / 0.2, 0.0, 1.0) ** 1.2
    closing = np.clip(0.93 + along / 0.012 * 0.07, 0.0, 1.0)
    grown = grown * closing if sleeve is None else 1.12 * grown + 0.1
    around = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False)
    circle = np.stack([np.cos(around), np.sin(around)], axis=1)
    rings = circle[None] * halves * grown[:, None, None]
    local = np.concatenate(
        [rings, np.broadcast_to(along[:, None, None], (*rings.shape[:2], 1))], axis=2
    )
    normals = np.concatenate([circle / halves, np.zeros((len(circle), 1))], axis=1)
    normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    tilt = RigidTransform.from_axis_angle([1.0, 0.0, 0.0], float(person.forearm_turn[0])).rotation
    aside = RigidTransform.from_axis_angle([0.0, 1.0, 0.0], float(person.forearm_turn[1])).rotation
    camera = hand.joints[0]
    rotation = camera[:3, :3] @ tilt @ aside
    rows, columns = np.meshgrid(np.arange(len(along) - 1), np.arange(48), indexing="ij")
    a, b = rows * 48 + columns, rows * 48 + (columns + 1) % 48
    c, d = a + 48, b + 48
    triangles = np.concatenate([np.stack([a, b, c], -1), np.stack([b, d, c], -1)]).reshape(-1, 3)
    uvs = np.tile([[0.09, 0.60]], (len(along) * 48, 1))  # a plain spot of the texture, by the wrist
    return Mesh(
        local.reshape(-1, 3) @ rotation.T + camera[:3, 3],
        np.tile(normals, (len(along), 1)) @ rotation.T,
        triangles.astype(np.int32),
        uvs if sleeve is None else None,
    )


def _backdrop(random: np.random.Generator) -> Image:
    """A piece of a photograph, out of focus as behind a hand."""
    folder = Path(skimage.data.__file__).parent
    demo = ROOT / "node_modules/@vladmandic/face-api/demo"
    paths = [folder / name for name in BACKGROUNDS] + [demo / name for name in PORTRAITS]
    photo = _photo(paths[int(random.integers(len(paths)))])
    height, width = photo.shape[:2]
    part = random.uniform(0.6, 1.0)
    tall = int(min(height, width * HEIGHT / WIDTH) * part)
    wide = int(tall * WIDTH / HEIGHT)
    top, left = int(random.integers(height - tall + 1)), int(random.integers(width - wide + 1))
    piece = photo[top : top + tall, left : left + wide]
    if random.random() < 0.5:
        piece = piece[:, ::-1]
    filled = cv2.resize(np.ascontiguousarray(piece), (WIDTH, HEIGHT))
    soft = cv2.GaussianBlur(filled, (0, 0), float(random.uniform(1.0, 6.0)))
    return np.asarray(soft, np.uint8)


@cache
def _photo(path: Path) -> Image:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8)

"""Photos of hands flat on a table beside a bank card or a coin, with every size known.

Every photo is made from its number alone: person, table, card, light, lens, distance, tilt, noise.
The hand is the rigged one, made flatter or rounder and pressed onto the table; its breadth and
girth are read off the mesh that is drawn. Table, card and coin are flat pictures seen through the
same lens; all throw soft shadows. The photo's file says nothing of its lens, which is not the one
that is assumed then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from benchmarks.common import SEED
from benchmarks.synthetic_hand import (
    FINGERS,
    RING_PLACE,
    PosedHand,
    Posture,
    cut_across,
    posed,
    rig,
    vertex_normals,
)
from benchmarks.synthetic_reference import (
    Picture,
    card_face,
    coin_face,
    noise,
    outline_of,
)
from benchmarks.synthetic_scene import WRIST_HALVES, Person, a_person, hand_model
from models3d.frames import Array, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Mesh
from tryon.anchors.hand_frame import PROXIMAL
from tryon.media.lens import assumed_intrinsics, intrinsics_of_focal
from tryon.sizing.references import Reference, Shape
from tryon.types import Finger
from viewer.render.renderer import Renderer
from viewer.render.types import Shot, Worn

SIDES_PX = (1600, 2000, 2400, 3200, 4000)  # longer side
LENS_35MM, LENS_SPREAD = 28.0, 0.15
NEAREST, FARTHEST = 0.25, 0.45  # metres from the camera to the table
STEEPEST = np.radians(20.0)
FLATNESS_SPREAD = 0.055  # of depth over breadth between people
FLATNESS = 0.79  # of the rig, to the mean depth over breadth of people's fingers
PRESSED = 0.001  # metres by which flesh gives way to the table
LIFTED = (0.0005, 0.005)  # metres of a finger's root over the table: the palm is thicker
ROOTS = (6, 11, 16, 21)  # joints of the rig whose bones wear rings
MARGIN_PX = 0.01  # of the longer side
GIRTHS_MM = (46.5, 67.5)  # of ring fingers: US 4 to US 12
RIG_GIRTH_MM = 46.0  # of the rig's ring finger, made that flat
HAND_GROWTH = 0.4  # of hands with their fingers' girth: thick fingers belong to larger hands
WOODS = ((150, 105, 70), (190, 150, 110), (95, 65, 45))
CLOTHS = ((60, 75, 110), (150, 60, 60), (90, 110, 90), (190, 185, 175))
PLAIN = ((236, 235, 232), (40, 42, 46), (120, 124, 130))


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is true of one finger where a ring sits."""

    breadth_mm: float  # across, along the table
    girth_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class TablePhoto:
    """One photo and what is true of it."""

    image: Image
    lens: Intrinsics  # as it was
    assumed: Intrinsics  # as a photo without EXIF is read
    hand: PosedHand  # in the camera's frame
    person: Person
    camera_from_table: RigidTransform  # table: z up, metres
    fingers: dict[Finger, Truth]
    outline_px: Array  # (n, 2) true outline of the reference's upper face
    tilt_deg: float

    def finger(self, finger: Finger, at_px: Array) -> Truth:
        """What is true of a finger where it is seen at a pixel: fingers taper."""
        start, end = self.lens.project(self.hand.landmarks()[list(PROXIMAL[finger])])
        place = float((at_px - start) @ (end - start)) / float((end - start) @ (end - start))
        return _truth(self.hand, finger, self.camera_from_table, place)

    def wrist(self, at_px: Array) -> tuple[float, float]:
        """Breadth and girth in millimetres of the forearm about where it is seen at a pixel."""
        wrist = self.hand.joints[0]
        axis = wrist[:3, :3] @ _forearm_axis(self.person)
        start, ahead = self.lens.project(np.stack([wrist[:3, 3], wrist[:3, 3] + 0.05 * axis]))
        along = ahead - start
        away = 0.05 * float((at_px - start) @ along) / float(along @ along)
        return forearm_mm(self.person, away)


def forearm_mm(person: Person, away: float) -> tuple[float, float]:
    """Breadth and girth of the drawn forearm `away` metres from the wrist's joint."""
    halves = WRIST_HALVES * person.build.size * (person.build.breadth, person.build.breadth**0.5)
    grown = 1.0 + 0.5 * float(np.clip(away / 0.2, 0.0, 1.0)) ** 1.2
    angle = np.linspace(0.0, 2.0 * np.pi, 721)
    ellipse = 1e3 * grown * halves * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    girth = float(np.linalg.norm(np.diff(ellipse, axis=0), axis=1).sum())
    return float(2e3 * grown * halves[0]), girth


def table_photo(renderer: Renderer, number: int, reference: Reference) -> TablePhoto:
    """One photo of the series."""
    random = np.random.default_rng([SEED, 77, number])
    person = _sitter(random)
    side = int(random.choice(SIDES_PX, p=(0.2, 0.25, 0.3, 0.15, 0.1)))
    width, height = (side, side * 3 // 4) if random.random() < 0.5 else (side * 3 // 4, side)
    lens = intrinsics_of_focal(
        width, height, LENS_35MM * (1.0 + random.uniform(-LENS_SPREAD, LENS_SPREAD))
    )
    for _ in range(400):
        camera_from_table = _camera(random)
        hand = _flat_hand(random, person, camera_from_table)
        card_at = _beside(random, hand, camera_from_table)
        outline = lens.project(
            camera_from_table.apply(outline_of(reference, card_at, reference.thickness_mm * 1e-3))
        )
        if _framed(lens, hand, outline, (width, height)):
            break
    else:
        raise RuntimeError(f"photo {number} cannot be framed")
    image = _table(random, (width, height), lens, camera_from_table)
    lamp = np.array([*random.normal(0.0, 0.45, 2), 1.0])
    _shade(image, hand, lens, camera_from_table, lamp)
    _lay(image, random, reference, card_at, lens, camera_from_table, lamp)
    _draw_hand(image, renderer, person, hand, lens)
    tilt = np.degrees(np.arccos(abs(camera_from_table.rotation[2, 2])))
    return TablePhoto(
        _taken(image, random, side),
        lens,
        assumed_intrinsics(width, height),
        hand,
        person,
        camera_from_table,
        {finger: _truth(hand, finger, camera_from_table, RING_PLACE) for finger in Finger},
        outline,
        float(tilt),
    )


def _sitter(random: np.random.Generator) -> Person:
    """Somebody with fingers from slim to thick, the sleeve pushed back."""
    person = a_person(random)
    grown = random.uniform(*GIRTHS_MM) / RIG_GIRTH_MM
    size = float(grown**HAND_GROWTH * random.normal(0.97, 0.03))
    build = replace(person.build, thicknesses=grown / size * random.normal(1.0, 0.03, 5), size=size)
    turn = np.array([0.0, float(random.normal(0.0, np.radians(5.0)))])
    return replace(person, build=build, sleeve=None, forearm_turn=turn)


def _forearm_axis(person: Person) -> Array:
    """(3,) unit, the wrist's frame: up the arm."""
    aside = RigidTransform.from_axis_angle([0.0, 1.0, 0.0], float(person.forearm_turn[1]))
    return np.asarray(aside.rotation @ np.array([0.0, 0.0, 1.0]))


def _camera(random: np.random.Generator) -> RigidTransform:
    """Above the table, nearly straight."""
    toward = random.uniform(0.0, 2.0 * np.pi)
    lean = STEEPEST * np.sqrt(random.uniform())
    down = np.diag([1.0, -1.0, -1.0])
    tilt = RigidTransform.from_axis_angle([np.cos(toward), np.sin(toward), 0.0], lean).rotation
    distance = random.uniform(NEAREST, FARTHEST)
    return RigidTransform(tilt @ down, np.array([0.0, 0.0, distance]))


def _flat_hand(
    random: np.random.Generator, person: Person, camera_from_table: RigidTransform
) -> PosedHand:
    """The palm down on the table, the fingers a little spread."""
    flexion = np.radians(random.normal([3.0, 4.0, 3.0], 2.5, (5, 3)))
    flexion[0] = np.radians(random.normal([2.0, 6.0, 8.0], 3.0))
    spread = np.radians([14.0, 6.0, 0.0, 6.0, 12.0]) * random.uniform(0.7, 1.3, 5)
    turn = RigidTransform.from_axis_angle([0.0, 0.0, 1.0], random.uniform(0.0, 2.0 * np.pi))
    upright = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    at_rest = posed(
        person.build, Posture(flexion, spread), person.hand, RigidTransform(upright, np.zeros(3))
    )
    flat = np.diag([1.0, 1.0, FLATNESS * float(np.exp(random.normal(0.0, FLATNESS_SPREAD)))])
    positions = at_rest.mesh.positions @ flat
    bones = at_rest.joints.copy()
    bones[:, :3, 3] = bones[:, :3, 3] @ flat
    # at rest the hand is arched: each of its bones sinks to the table by itself
    sunk = _bottoms(at_rest, positions)
    sunk[list(ROOTS)] -= random.uniform(*LIFTED)
    positions[:, 2] -= rig().weights @ sunk + PRESSED
    bones[:, 2, 3] -= sunk + PRESSED
    positions[:, 2] = np.maximum(positions[:, 2], 0.0)
    middle = np.array([0.0, 0.09, 0.0])
    place = np.array([*random.uniform(-0.05, 0.05, 2), 0.0])
    table_from_rest = RigidTransform(turn.rotation, place - turn.rotation @ middle)
    whole = camera_from_table @ table_from_rest
    placed = whole.apply(positions)
    triangles = at_rest.mesh.triangles
    return PosedHand(
        person.hand,
        Mesh(placed, vertex_normals(placed, triangles), triangles),
        whole.matrix @ bones,
        at_rest.owners,
    )


def _bottoms(hand: PosedHand, positions: Array) -> Array:
    """(25,) metres: how high the underside of each bone's flesh lies; of bare joints, the next."""
    lowest = np.full(len(hand.joints), np.nan)
    for joint in np.unique(hand.owners):
        own = np.unique(hand.mesh.triangles[hand.owners == joint])
        lowest[joint] = np.percentile(positions[own, 2], 2)
    for joint in range(len(lowest) - 2, -1, -1):
        if np.isnan(lowest[joint]):
            lowest[joint] = lowest[joint + 1]
    for joint in range(1, len(lowest)):  # and of the tips, which own nothing, the one before
        if np.isnan(lowest[joint]):
            lowest[joint] = lowest[joint - 1]
    return lowest


def _beside(
    random: np.random.Generator, hand: PosedHand, camera_from_table: RigidTransform
) -> tuple[Array, float]:
    """Where a reference lies: its middle (2,) on the table, and its turn."""
    points = camera_from_table.inverse().apply(hand.landmarks())
    fingers = points[[6, 10, 14, 18]].mean(axis=0)[:2]
    way = random.uniform(0.0, 2.0 * np.pi)
    away = random.uniform(0.045, 0.11)
    return fingers + away * np.array([np.cos(way), np.sin(way)]), random.uniform(0.0, 2.0 * np.pi)


def _framed(lens: Intrinsics, hand: PosedHand, outline: Array, size: tuple[int, int]) -> bool:
    """Hand and reference are whole in the picture and apart."""
    joints = lens.project(hand.landmarks())
    corners = np.concatenate([joints, outline])
    margin = MARGIN_PX * max(size)
    if (corners < margin).any() or (corners > np.array(size) - margin).any():
        return False
    wrist = hand.joints[0]
    arm = wrist[:3, 3] + np.linspace(0.0, 0.2, 12)[:, None] * wrist[:3, 2]
    across = 0.036 * wrist[:3, 0]
    grid = np.zeros((max(size) // 8, max(size) // 8), np.uint8)
    corners_of = np.rint(lens.project(hand.mesh.positions)[hand.mesh.triangles] / 8).astype(int)
    for triangle in corners_of[::3]:
        cv2.fillConvexPoly(grid, triangle.astype(np.int32), 1)
    tube = lens.project(np.concatenate([arm - across, (arm + across)[::-1]]))
    cv2.fillPoly(grid, [np.rint(tube / 8).astype(np.int32)], 1)
    beside = np.zeros_like(grid)
    cv2.fillPoly(beside, [np.rint(outline / 8).astype(np.int32)], 1)
    return not bool((cv2.dilate(grid, np.ones((5, 5), np.uint8)) & beside).any())


def _table(
    random: np.random.Generator,
    size: tuple[int, int],
    lens: Intrinsics,
    camera_from_table: RigidTransform,
) -> Picture:
    """(h, w, 3) 0..255: wood, cloth, something plain, or a photograph as a printed cloth."""
    kind = random.choice(["wood", "cloth", "plain", "photo"], p=(0.35, 0.25, 0.28, 0.12))
    side, span = 1800, 1.2  # texels, metres
    if kind == "wood":
        base = np.array(WOODS[int(random.integers(len(WOODS)))], np.float32)
        grain = noise(random, (side, side), (3, 60)) + 0.7 * noise(random, (side, side), (1, 160))
        texture = base * (1.0 + 0.10 * grain[..., None])
        planks = (np.arange(side) // int(random.uniform(120, 300))) % 2
        texture *= (1.0 + 0.05 * (planks - 0.5))[None, :, None]
        texture[:, np.flatnonzero(np.diff(planks))] *= 0.55
    elif kind == "cloth":
        base = np.array(CLOTHS[int(random.integers(len(CLOTHS)))], np.float32)
        weave = np.sin(np.arange(side) * 2.1)[:, None] * np.sin(np.arange(side) * 2.1)[None]
        rough = noise(random, (side, side), (2, 2)) + noise(random, (side, side), (90, 90))
        texture = base * (1.0 + 0.05 * weave[..., None] + 0.06 * rough[..., None])
    elif kind == "plain":
        base = np.array(PLAIN[int(random.integers(len(PLAIN)))], np.float32)
        soft = noise(random, (side, side), (200, 200))
        texture = base * (1.0 + 0.03 * soft[..., None])
    else:
        path = Path(skimage.data.__file__).parent / "coffee.png"
        photo = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        texture = 0.5 * cv2.resize(photo, (side, side)).astype(np.float32) + 60.0
    middle = np.array([side / 2.0, side / 2.0])
    table_from_texel = np.array(
        [[span / side, 0.0, -middle[0] * span / side], [0.0, span / side, -0.6], [0.0, 0.0, 1.0]]
    )
    warp = _px_from_plane(lens, camera_from_table, 0.0) @ table_from_texel
    picture = cv2.warpPerspective(
        texture.astype(np.float32), warp, size, flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )  # fmt: skip
    fall = random.normal(0.0, 0.12, 2)
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    return np.asarray(picture * (1.0 + fall[0] * x + fall[1] * y)[..., None], np.float32)


def _px_from_plane(lens: Intrinsics, camera_from_table: RigidTransform, height: float) -> Array:
    """(3, 3) pixels from metres on the plane `height` above the table."""
    matrix = np.array([[lens.fx, 0.0, lens.cx], [0.0, lens.fy, lens.cy], [0.0, 0.0, 1.0]])
    rotation = camera_from_table.rotation
    origin = camera_from_table.apply(np.array([[0.0, 0.0, height]]))[0]
    return np.asarray(matrix @ np.column_stack([rotation[:, 0], rotation[:, 1], origin]))


def _shade(
    image: Picture,
    hand: PosedHand,
    lens: Intrinsics,
    camera_from_table: RigidTransform,
    lamp: Array,
) -> None:
    """The hand's shadow under one lamp, and the darkness close to it."""
    table = camera_from_table.inverse()
    for way, soft, strength in ((lamp, 0.006, 0.30), (np.array([0.0, 0.0, 1.0]), 0.003, 0.30)):
        points = table.apply(hand.mesh.positions)
        points = points - points[:, 2:] / way[2] * way
        pixels = lens.project(camera_from_table.apply(points))
        _darken(image, pixels[hand.mesh.triangles], soft, strength, lens, camera_from_table)


def _darken(
    image: Picture,
    polygons: Array,
    soft: float,
    strength: float,
    lens: Intrinsics,
    camera_from_table: RigidTransform,
) -> None:
    """Darken what polygons (m, k, 2) cover, with a soft edge of `soft` metres; in place."""
    factor = 4
    mask = np.zeros((image.shape[0] // factor, image.shape[1] // factor), np.uint8)
    for polygon in np.rint(polygons / factor).astype(np.int32):
        cv2.fillConvexPoly(mask, polygon, 255)
    sigma = max(soft * lens.fx / camera_from_table.translation[2] / factor, 0.5)
    share = cv2.GaussianBlur(mask, (0, 0), sigma).astype(np.float32) / 255.0
    whole = cv2.resize(share, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    image *= (1.0 - strength * whole)[..., None]


def _lay(
    image: Picture,
    random: np.random.Generator,
    reference: Reference,
    at: tuple[Array, float],
    lens: Intrinsics,
    camera_from_table: RigidTransform,
    lamp: Array,
) -> None:
    """The reference with its shadow; in place."""
    top = reference.thickness_mm * 1e-3
    shadow = outline_of(reference, at, 0.0) - np.array([*(top * lamp[:2]), 0.0])
    shadow_px = lens.project(camera_from_table.apply(shadow))
    _darken(image, shadow_px[None], 0.0007 + 0.3 * top, 0.45, lens, camera_from_table)
    per_mm = 1.6 * lens.fx / camera_from_table.translation[2] * 1e-3
    card = reference.shape is Shape.CARD
    face, alpha = (card_face if card else coin_face)(random, reference, per_mm)
    middle, turn = at
    size = np.array(face.shape[1::-1]) / per_mm
    scale = 1e-3 / per_mm
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    table_from_texel = np.eye(3)
    table_from_texel[:2, :2] = scale * rotation * (1.0, -1.0)  # print runs down, the table's y up
    table_from_texel[:2, 2] = middle - rotation @ (0.5e-3 * size * (1.0, -1.0))
    heights = np.linspace(0.0, top, 4) if reference.shape is Shape.COIN else np.array([top])
    for height in heights:
        # the renderer and `project` count pixels from the corner of the first, OpenCV its centre
        half = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
        warp = half @ _px_from_plane(lens, camera_from_table, height) @ table_from_texel
        warp = warp @ np.linalg.inv(half)
        colour = face if height == top else np.full_like(face, 95.0)
        size_px = image.shape[1::-1]
        drawn = cv2.warpPerspective(colour, warp, size_px, borderMode=cv2.BORDER_REPLICATE)
        share = cv2.warpPerspective(alpha, warp, size_px)[..., None]
        image += share * (drawn - image)


def _draw_hand(
    image: Picture, renderer: Renderer, person: Person, hand: PosedHand, lens: Intrinsics
) -> None:
    """The hand and its forearm over the table; in place."""
    height, width = image.shape[:2]
    shot = Shot(
        intrinsics=lens,
        region=PixelRegion(0, 0, width, height),
        worn=(Worn(hand_model(person, hand), RigidTransform.identity()),),
        lighting=person.lighting,
        supersampling=2 if max(width, height) <= 2400 else 1,
        whole_meshes=True,
    )
    overlay = renderer.render(shot)
    region = overlay.region
    behind = image[region.y : region.y + region.height, region.x : region.x + region.width]
    alpha = overlay.rgba[..., 3:].astype(np.float32) / 255.0
    behind[:] = overlay.rgba[..., :3] + (1.0 - alpha) * behind


def _taken(image: Picture, random: np.random.Generator, side: int) -> Image:
    """Through the lens, the sensor and the file."""
    soft = cv2.GaussianBlur(image, (0, 0), float(random.uniform(0.5, 1.1)) * (side / 2400) ** 0.5)
    grain = random.standard_normal((*soft.shape[:2], 1), np.float32)
    soft = soft + float(random.uniform(1.0, 4.0)) * grain
    plain = np.clip(np.rint(soft), 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(80, 96))]
    encoded = cv2.imencode(".jpg", plain[..., ::-1], quality)[1]
    return np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])


def _truth(
    hand: PosedHand, finger: Finger, camera_from_table: RigidTransform, place: float
) -> Truth:
    points = hand.landmarks()
    start, end = (points[joint] for joint in PROXIMAL[finger])
    bone = end - start
    axis = bone / np.linalg.norm(bone)
    cut = cut_across(hand, FINGERS.index(finger), start + place * bone, axis)
    across = np.cross(axis, camera_from_table.rotation[:, 2])
    across = across / np.linalg.norm(across)
    up = np.cross(across, axis)
    flat = 1e3 * np.stack([cut @ across, cut @ up], axis=1)
    hull = cv2.convexHull((flat - flat.mean(axis=0)).astype(np.float32))
    return Truth(float(np.ptp(flat[:, 0])), float(cv2.arcLength(hull, True)))

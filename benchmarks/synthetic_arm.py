"""Forearms whose every measure is known: a shaded elliptic cone over noise, a hand at its end.

The hand is a flat skeleton of mean proportions, bent at the wrist; only its landmarks matter, and
they carry the noise that a detector's have. The arm's truth is the cone itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics, RigidTransform
from tryon.types import Hand, HandLandmarks

WIDTH, HEIGHT = 960, 720
CAMERA = Intrinsics.from_vertical_fov(WIDTH, HEIGHT, np.radians(50.0))
PALM = 0.0875  # metres
LENGTH, AROUND, ALONG = 0.26, 64, 26  # metres of forearm; facets
LANDMARK_NOISE, DEPTH_NOISE = 0.03, 0.10  # palms
# An open left hand from its back, palm lengths: x right, y down, z away; the wrist at the origin.
SKELETON = np.array(
    [
        [0.0, 0.0, 0.0],
        [0.30, -0.35, 0.02], [0.52, -0.68, 0.03], [0.68, -0.98, 0.03], [0.80, -1.22, 0.03],
        [0.30, -1.03, 0.0], [0.36, -1.50, 0.0], [0.40, -1.77, 0.0], [0.43, -2.04, 0.0],
        [0.04, -1.02, -0.01], [0.05, -1.55, -0.01], [0.06, -1.88, -0.01], [0.06, -2.13, -0.01],
        [-0.20, -0.95, 0.0], [-0.25, -1.44, 0.0], [-0.28, -1.75, 0.0], [-0.30, -1.99, 0.0],
        [-0.42, -0.83, 0.02], [-0.52, -1.19, 0.02], [-0.58, -1.42, 0.02], [-0.63, -1.62, 0.02],
    ]
)  # fmt: skip
CHAINS = ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticArm:
    """One picture and its truth."""

    image: Image
    hand: HandLandmarks
    rotation: Array  # (3, 3) camera from anchor: +Y towards the hand, +Z dorsal
    joint: Array  # (3,) metres, where the hand begins
    half_breadth: float  # metres, at the wrist
    half_depth: float
    taper: float  # growth of the half breadth per metre up the arm

    def edges_px(self, away: float) -> Array:
        """(2, 2) pixels of both silhouette edges, `away` metres up the arm."""
        ring = self.ring(away)
        pixels = CAMERA.project(ring)
        center = CAMERA.project(ring.mean(axis=0))
        ahead = CAMERA.project(ring.mean(axis=0) + 1e-3 * self.rotation[:, 1]) - center
        across = np.array([-ahead[1], ahead[0]]) / np.linalg.norm(ahead)
        offsets = (pixels - center) @ across
        return np.stack([center + offsets.min() * across, center + offsets.max() * across])

    def ring(self, away: float) -> Array:
        """(AROUND, 3) metres: the skin round the arm."""
        angle = np.arange(AROUND) * (2.0 * np.pi / AROUND)
        grown = 1.0 + self.taper * away / self.half_breadth
        flat = np.stack(
            [
                grown * self.half_breadth * np.cos(angle),
                np.full(AROUND, -away),
                grown * self.half_depth * np.sin(angle),
            ],
            axis=1,
        )
        return np.asarray(flat @ self.rotation.T + self.joint)


def synthetic_arm(random: np.random.Generator) -> SyntheticArm:
    """A wrist turned, bent and tilted as wrists before a camera are."""
    side = Hand.LEFT if random.uniform() < 0.5 else Hand.RIGHT
    roll, tilt, lean = random.uniform(-180, 180), random.normal(0, 18), random.uniform(-120, 120)
    turn = _about((0, 0, 1), lean) @ _about((1, 0, 0), tilt) @ _about((0, 1, 0), roll)
    # in the standing frame +Y of the anchor is the image's up, and a left hand's back looks at us
    standing = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]])
    rotation = turn @ standing
    bent = _about((0, 0, 1), random.normal(0, 14)) @ _about((1, 0, 0), random.normal(0, 25))
    shape = SKELETON * (1.0 if side is Hand.LEFT else -1.0, 1.0, 1.0) * PALM
    size = float(np.exp(random.normal(0.0, 0.06)))
    joint = np.array(
        [random.uniform(-0.05, 0.05), random.uniform(-0.04, 0.04), random.uniform(0.45, 0.8)]
    )
    joints = size * shape @ (turn @ bent).T + joint
    half_breadth = size * 0.5 * 0.69 * PALM * float(np.exp(random.normal(0.0, 0.09)))
    arm_joint = joint + half_breadth * random.normal(0.0, 0.12) * rotation[:, 0]
    pixels = CAMERA.project(joints)
    palm_px = CAMERA.fx * PALM * size / joint[2]
    noisy = pixels + random.normal(0.0, LANDMARK_NOISE * palm_px, pixels.shape)
    depths = (joints[:, 2] - joints[0, 2]) * CAMERA.fx / joint[2]
    depths = depths + random.normal(0.0, DEPTH_NOISE * palm_px, 21)
    world = joints - joints.mean(axis=0)
    world[:, 2] += random.normal(0.0, DEPTH_NOISE * PALM, 21)
    hand = HandLandmarks(noisy, world, side, 0.98, depths_px=depths)
    blank = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    arm = SyntheticArm(
        blank, hand, rotation, arm_joint, half_breadth, 0.74 * half_breadth, random.uniform(0, 0.14)
    )
    return SyntheticArm(
        _drawn(arm, pixels, palm_px, random),
        hand,
        rotation,
        arm_joint,
        half_breadth,
        arm.half_depth,
        arm.taper,
    )


def _about(axis: tuple[float, float, float], degrees: float) -> Array:
    return RigidTransform.from_axis_angle(axis, float(np.radians(degrees))).rotation


def _drawn(arm: SyntheticArm, pixels: Array, palm_px: float, random: np.random.Generator) -> Image:
    """The arm, then the hand, over a wall of soft noise; then blur and grain."""
    coarse = random.uniform(20, 235, (6, 8, 3)).astype(np.float32)
    canvas = np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
    skin = np.array([205.0, 160.0, 135.0]) * random.uniform(0.45, 1.1)
    light = random.normal(size=3) - (0.0, 0.5, 1.5)
    light = light / np.linalg.norm(light)
    steps = np.linspace(-0.01, LENGTH, ALONG)
    rings = np.stack([arm.ring(float(away)) for away in steps])
    spots = CAMERA.project(rings)
    quads = []
    for i in range(ALONG - 1):
        for j in range(AROUND):
            k = (j + 1) % AROUND
            a, b, c = rings[i, j], rings[i, k], rings[i + 1, j]
            normal = np.cross(b - a, c - a)
            normal /= max(float(np.linalg.norm(normal)), 1e-12)
            if normal @ (a - rings[i].mean(axis=0)) < 0.0:
                normal = -normal
            if normal @ a < 0.0:
                corners = np.stack([spots[i, j], spots[i, k], spots[i + 1, k], spots[i + 1, j]])
                quads.append((float(a[2]), corners, 0.45 + 0.55 * max(float(normal @ light), 0.0)))
    for _, corners, shade in sorted(quads, key=lambda quad: -quad[0]):
        outline = [np.rint(corners * 16).astype(np.int32)]
        cv2.fillPoly(canvas, outline, tuple(map(float, skin * shade)), cv2.LINE_8, 4)
    hull = cv2.convexHull(pixels[[0, 1, 2, 5, 9, 13, 17]].astype(np.float32))
    colour = tuple(map(float, 0.8 * skin))
    cv2.fillPoly(canvas, [np.rint(hull * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)
    for chain in CHAINS:
        bones = np.rint(pixels[list(chain)] * 16).astype(np.int32)
        thick = max(round(0.19 * palm_px), 1)
        cv2.polylines(canvas, [bones], False, colour, thick, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(canvas, (0, 0), 1.0) + random.normal(0.0, 3.0, canvas.shape)
    return np.clip(np.rint(soft), 0, 255).astype(np.uint8)

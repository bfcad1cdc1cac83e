"""Drawn arms for tests: a hand's landmarks, a palm, and a forearm whose edges are known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image
from tests.hands import HEIGHT, WIDTH
from tryon.types import HandLandmarks

SKIN, CLOTH, WALL = (206, 158, 130), (40, 60, 110), (150, 160, 165)
RIBBED = (204, 148, 112)  # cloth all but of the skin's colour
RIB, RIBS = 0.075, 0.16  # palms from rib to rib; natural logarithm of light between them
BREADTH, TAPER = 0.66, 0.16  # palms at the wrist's place; growth away from the hand
AT = 0.45  # palms from the wrist joint, where a watch sits


@dataclass(frozen=True)
class Arm:
    """What was drawn."""

    image: Image
    towards_hand: Array  # (2,) unit
    middle_px: Array  # (2,) at `AT`
    width_px: float


def drawn_arm(
    hand: HandLandmarks,
    bend_deg: float = 0.0,
    *,
    shift_palms: float = 0.0,
    sleeve_from: float | None = None,
    band: tuple[float, float] | None = None,
    noise: float = 3.0,
) -> Arm:
    """A hand on its forearm before a wall.

    Args:
        bend_deg: of the arm against the hand.
        shift_palms: of the arm's middle beside the landmark.
        sleeve_from: palms from the wrist joint from which cloth covers it.
        band: palms between which a watch's band is worn.
    """
    points = hand.points_px
    wrist = points[0]
    along = points[[5, 9, 13, 17]].mean(axis=0) - wrist
    palm = float(np.linalg.norm(points[[5, 9, 13, 17]] - wrist, axis=1).mean())
    angle = np.radians(bend_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    towards = turn @ (along / np.linalg.norm(along))
    right = np.array([-towards[1], towards[0]])
    middle = wrist + shift_palms * palm * right - AT * palm * towards

    def across(away: float) -> tuple[Array, Array]:
        half = 0.5 * palm * (BREADTH + TAPER * (away - AT))
        at = middle - (away - AT) * palm * towards
        return at - half * right, at + half * right

    image = np.full((HEIGHT, WIDTH, 3), WALL, np.uint8)
    _part(image, across(-0.1), across(4.0), SKIN)
    hull = cv2.convexHull(points[[0, 1, 2, 5, 9, 13, 17]].astype(np.float32))
    cv2.fillPoly(image, [np.rint(hull * 16).astype(np.int32)], SKIN, cv2.LINE_AA, 4)
    for chain in ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20)):
        bones = np.rint(points[list(chain)] * 16).astype(np.int32)
        thick = max(round(0.2 * palm), 1)
        cv2.polylines(image, [bones], False, SKIN, thick, cv2.LINE_AA, 4)
    if band is not None:
        _part(image, across(band[0]), across(band[1]), (25, 25, 30))
    if sleeve_from is not None:
        _part(image, across(sleeve_from), across(4.0), CLOTH)
    random = np.random.default_rng(5)
    grainy = cv2.GaussianBlur(image, (0, 0), 0.8) + random.normal(0.0, noise, image.shape)
    near, far = across(AT)
    return Arm(
        np.clip(grainy, 0, 255).astype(np.uint8),
        towards,
        0.5 * (near + far),
        float(np.linalg.norm(far - near)),
    )


def _part(
    image: Image, near: tuple[Array, Array], far: tuple[Array, Array], colour: tuple[int, ...]
) -> None:
    corners = np.array([near[0], near[1], far[1], far[0]])
    cv2.fillPoly(image, [np.rint(corners * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)


def knitted(arm: Arm, hand: HandLandmarks, slant: float = 0.0, ribs: float = RIBS) -> Image:
    """The arm from `AT` on in a ribbed sleeve of all but the skin's colours.

    Args:
        slant: palms that its edge climbs a palm to the right.
        ribs: natural logarithm of light between a rib and a furrow.
    """
    joint = hand.points_px[0]
    palm = float(np.linalg.norm(hand.points_px[[5, 9, 13, 17]] - joint, axis=1).mean())
    height, width = arm.image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float64)
    right = np.array([-arm.towards_hand[1], arm.towards_hand[0]])
    up = (joint[0] - x) * arm.towards_hand[0] + (joint[1] - y) * arm.towards_hand[1]
    aside = ((x - arm.middle_px[0]) * right[0] + (y - arm.middle_px[1]) * right[1]) / palm
    cloth = np.clip(up - (AT + slant * aside) * palm + 0.5, 0.0, 1.0)
    light = np.exp(0.5 * ribs * np.sign(np.sin(2.0 * np.pi * aside / RIB)))
    colours = np.clip(np.array(RIBBED) * light[..., None], 0, 255)
    skin = np.abs(arm.image.astype(int) - SKIN).sum(axis=2) < 60
    weight = (cloth * skin)[..., None]
    return np.asarray(arm.image * (1.0 - weight) + weight * colours, np.uint8)


def turned_sleeve(
    arm: Arm, hand: HandLandmarks, begins: float, turn_deg: float, breadth: float = 0.95
) -> tuple[Image, Array]:
    """The arm bent at the wrist, gone into a wide sleeve that runs on in another direction.

    Args:
        begins: palms from the wrist joint.
        turn_deg: of the sleeve against the skin before it.
        breadth: palms.
    Returns:
        The picture, and the sleeve's (2,) unit direction towards the hand.
    """
    joint = hand.points_px[0]
    palm = float(np.linalg.norm(hand.points_px[[5, 9, 13, 17]] - joint, axis=1).mean())
    angle = np.radians(turn_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    towards = turn @ arm.towards_hand
    right = np.array([-towards[1], towards[0]])
    cuff = arm.middle_px + (AT - begins) * palm * arm.towards_hand
    height, width = arm.image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float64)
    image = arm.image.copy()
    image[(x - cuff[0]) * towards[0] + (y - cuff[1]) * towards[1] < 0.0] = WALL
    half = 0.5 * breadth * palm * right
    far = cuff - 4.0 * palm * towards
    _part(image, (cuff - half, cuff + half), (far - half, far + half), CLOTH)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.8)), towards


def shadowed_limb(
    middle: float, width: float, size: int, gap: float = 2.0, noise: float = 2.0
) -> Image:
    """An upright limb, lit from the left, that throws its shadow beside its dark right edge.

    Args:
        middle: column of its middle, pixels.
        gap: of lit table between the limb and its shadow, pixels; 0: the shadow adjoins.
    """
    lit, shaded = np.array([196.0, 150.0, 112.0]), np.array([104.0, 62.0, 38.0])
    aside = np.arange(size) + 0.5 - middle
    share = np.clip(aside / width + 0.5, 0.0, 1.0)[:, None]
    line = lit + share * (shaded - lit)
    edge = 0.5 * width
    line[aside < -edge] = 60.0, 40.0, 35.0
    line[aside > edge] = 205.0, 186.0, 168.0
    line[(aside > edge + gap) & (aside < edge + gap + 11.0)] = 92.0, 56.0, 38.0
    line[aside >= edge + gap + 11.0] = 150.0, 125.0, 105.0
    image = cv2.GaussianBlur(np.repeat(line[None], size, axis=0), (0, 0), 0.7)
    image = image + np.random.default_rng(3).normal(0.0, noise, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)

"""Vectors of wrists: what tells of the arm, the wrist in it, how pieces hang, what hides them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from models3d.frames import Image, Intrinsics, RigidTransform
from models3d.wrists import Wears
from tests.arms import WALL, drawn_arm, knitted, turned_sleeve
from tests.hands import CAMERA, posed_hand
from tests.vectors.golden import Case, Vectors, case, photo, seen
from tests.vectors.hands import landmarks
from tests.vectors.necks import body
from tryon.anchors.arm_guess import from_body, from_hand, palm_seen, usual_breadth
from tryon.anchors.arm_occluders import arm_occluders
from tryon.anchors.arm_worn import OwnBand, clear_of, find_own_bands
from tryon.anchors.cuff import along_its_cuff
from tryon.anchors.forearm import Forearm, find_forearm
from tryon.anchors.hand_frame import lift
from tryon.anchors.hanging import BINS, Loop, place_along, rest
from tryon.anchors.sleeve import find_sleeve
from tryon.anchors.wrist import Section, place_wrist
from tryon.covers.tones import hand_tone
from tryon.types import BodyLandmarks, HandLandmarks

HANDS = ("sample2.hand0", "sample2.hand1", "sample4.hand0", "sample5.hand0")
SECTION = Section(0.0301, 0.0221)
ROOM, LESS = 300, 4  # pixels about a drawn arm's wrist; so many become one
MIDDLE = np.array([CAMERA.cx, CAMERA.cy])


def vectors() -> Vectors:
    """Of arms in photographs, with forearms and loops made up."""
    random = np.random.default_rng(53)
    return {
        "guesses": [_guesses(name, deep=deep) for name in HANDS for deep in (True, False)],
        "placeWrist": [_placed(random, name) for name in HANDS for _ in range(2)],
        "forearm": [
            _forearm(0.0),
            _forearm(15.0, sleeve_from=0.75),
            _forearm(-10.0, band=(0.35, 0.55)),
            _forearm(60.0, shift_palms=0.1),
            _forearm(5.0, ribbed=True),
            _forearm(40.0, turned=(0.4, 0.0)),
            _photographed(),
        ],
        "clearOf": [_clear(random) for _ in range(6)],
        "hanging": [_hanging(random, wears) for wears in Wears for _ in range(5)],
    }


def _hand(name: str, *, deep: bool = True) -> HandLandmarks:
    hand = landmarks(name)
    return hand if deep else replace(hand, depths_px=None)


def _camera(name: str) -> tuple[str, Intrinsics]:
    camera = f"{name.split('.')[0]}.camera"
    return f"@{camera}", Intrinsics(**seen()[camera])


def _guesses(name: str, *, deep: bool) -> Case:
    given, camera = _camera(name)
    pose = lift(_hand(name, deep=deep), camera)
    palm = palm_seen(pose)
    photo = name.split(".")[0]
    bodies = [body(f"{photo}.body{k}") for k in (0, 1)]
    hand, told = from_hand(pose, palm), from_body(pose, palm, bodies)
    gives = {"palm": palm, "hand": hand, "body": told, "breadth": usual_breadth(pose, hand)}
    names = [f"@{photo}.body{k}" for k in (0, 1)]
    return case(gives, hand=f"@{name}", deep=deep, bodies=names, camera=given)


def _placed(random: np.random.Generator, name: str) -> Case:
    given, camera = _camera(name)
    pose = lift(_hand(name), camera)
    angle = float(random.uniform(-np.pi, np.pi))
    palm = palm_seen(pose)
    forearm = Forearm(
        (pose.landmarks.points_px[0] + random.normal(0.0, 0.1 * palm, 2)).round(2),
        np.array([np.cos(angle), np.sin(angle)]).round(10),
        *random.uniform((0.5, -0.1, -0.1, -0.9, 0, 0, 0.3), (1.1, 0.1, 0.4, 0.9, 1, 1, 1))
        .round(3)
        .tolist(),
        round(palm, 2),
    )
    away, covered = round(float(random.uniform(0.2, 0.8)), 3), round(float(random.uniform()), 3)
    wrist = place_wrist(pose, forearm, SECTION, camera, away, covered)
    arms = arm_occluders(wrist, pose)
    gives = {
        "wrist": wrist,
        "moved": wrist.moved(0.012, camera),
        "cones": [[c.start, c.end, c.start_radius, c.end_radius, c.flatness] for c in arms],
        "flat": [c.flat for c in arms[:3]],
    }
    return case(
        gives,
        hand=f"@{name}",
        camera=given,
        forearm=forearm,
        section=SECTION,
        away=away,
        covered=covered,
    )


def _hanging(random: np.random.Generator, wears: Wears) -> Case:
    turn = RigidTransform.from_axis_angle(random.normal(size=3), random.uniform(0.0, 3.0)).rotation
    rotation = turn.round(12)
    angles = np.arange(BINS) * 2.0 * np.pi / BINS
    inner = 0.033 + 0.002 * np.cos(2.0 * angles) + random.normal(0.0, 1e-4, BINS)
    loop = Loop(inner.round(6), random.normal(0.0, 1e-3, 2).round(5), -0.004, 0.005)
    room = 0.01 if random.random() < 0.5 else float("inf")
    gives = {
        "place": place_along(wears, rotation),
        "rest": rest(loop, SECTION, wears, rotation, room),
    }
    return case(gives, loop=loop, section=SECTION, wears=wears, rotation=rotation, room=room)


def drawn(
    bend: float,
    *,
    ribbed: bool = False,
    turned: tuple[float, float] | None = None,
    **worn: object,
) -> tuple[Image, HandLandmarks, Intrinsics]:
    """A drawn arm in a small picture, with its hand and its camera.

    Args:
        turned: where a sleeve begins, palms, and how far it turns from the skin, degrees.
    """
    hand = posed_hand(distance=0.6)
    arm = drawn_arm(hand, bend, noise=0.0, **worn)  # type: ignore[arg-type]
    image = knitted(arm, hand, ribs=0.5) if ribbed else arm.image
    if turned is not None:
        image, _ = turned_sleeve(arm, hand, *turned)
    low = np.floor(hand.points_px[0] - ROOM).astype(int)
    window = image[low[1] : low[1] + 2 * ROOM, low[0] : low[0] + 2 * ROOM]
    size = (window.shape[1] // LESS, window.shape[0] // LESS)
    small = np.asarray(cv2.resize(window, size, interpolation=cv2.INTER_AREA), np.uint8)
    points = ((hand.points_px - low) / LESS).round(2)
    camera = Intrinsics(CAMERA.fx / LESS, CAMERA.fy / LESS, *((MIDDLE - low) / LESS).tolist())
    return small, replace(hand, points_px=points, world=hand.world.round(5)), camera


def outline_of(image: Image) -> Image:
    """Where a drawn arm is, 255, or its wall, 0; half as large."""
    there = np.abs(image.astype(int) - WALL).max(axis=2) > 12
    size = (image.shape[1] // 2, image.shape[0] // 2)
    return np.asarray(cv2.resize(255 * there.astype(np.uint8), size, interpolation=cv2.INTER_AREA))


def _forearm(bend: float, **worn: Any) -> Case:
    """What is found of a forearm and on it: at first sight, again, and carried along."""
    image, hand, camera = drawn(bend, **worn)
    return case(
        _found(image, hand, camera), image=image, hand=hand, camera=camera, bodies=[_joints(hand)]
    )


def _photographed() -> Case:
    """The same of a hand whose arm leaves its picture at once."""
    hand, camera = landmarks("small.hand"), Intrinsics(**seen()["small.camera"])
    names = {"image": "@small.photo", "hand": "@small.hand", "camera": "@small.camera"}
    return case(_found(photo("small.photo"), hand, camera), **names, bodies=[_joints(hand)])


def _found(image: Image, hand: HandLandmarks, camera: Intrinsics) -> dict[str, object]:
    pose = lift(hand, camera)
    tone = hand_tone(image, hand)
    forearm = find_forearm(image, pose, tone=tone)
    again = find_forearm(image, pose, (), forearm, tone, anew=False)
    carried = find_forearm(image, pose, (), forearm, tone, anew=False, measured=False)
    joints = _joints(hand)
    told = find_forearm(image, pose, (joints,), tone=tone)
    sleeve = find_sleeve(image, forearm, forearm.palm_px, tone)
    return {
        "tone": {"colours": list(tone.colours), "trust": tone.trust},
        "forearms": [forearm, again, carried, told],
        "sleeve": sleeve,
        "along_its_cuff": along_its_cuff(image, forearm, sleeve, hand.points_px[0]),
        "own": list(find_own_bands(image, forearm, forearm.palm_px, tone)),
    }


def _joints(hand: HandLandmarks) -> BodyLandmarks:
    """A body whose left arm is this hand's, its elbow below and a little aside and behind."""
    points, world = np.zeros((33, 2)), np.zeros((33, 3))
    points[15], points[13] = hand.points_px[0] + 1.0, hand.points_px[0] + np.array([12.0, 70.0])
    world[13] = 0.05, 0.22, 0.08
    return BodyLandmarks(points.round(2), world, np.full(33, 0.8), 0.9, 0.0)


def _clear(random: np.random.Generator) -> Case:
    home = round(float(random.uniform(0.2, 0.7)), 3)
    extent = (0.1, 0.12)
    start = round(float(random.uniform(0.2, 0.5)), 3)
    own = [OwnBand(start, start + 0.25)]
    half = round(float(random.uniform(0.05, 0.15)), 3)
    return case(clear_of(home, extent, half, own), home=home, extent=extent, half=half, own=own)

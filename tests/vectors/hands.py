"""Vectors of hands: lifted, with every finger's frame, ring, stack, occluders, and followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from models3d.frames import Intrinsics, RigidTransform
from models3d.mesh import Mesh, Model, Part
from models3d.rings.band import Band
from tests.hands import CAMERA, posed_hand
from tests.vectors.golden import Case, Vectors, case, seen
from tryon.anchors import evidence
from tryon.anchors.contour import Contour, Edge
from tryon.anchors.finger import (
    Outline,
    _limits,
    _read,
    expected_width_px,
    finger_rotation,
    place_ring,
    ring_place,
    seen_from_back,
)
from tryon.anchors.hand_frame import HandPose, lift
from tryon.anchors.occluders import finger_occluders, hidden_share
from tryon.anchors.side_by_side import Extent, side_by_side
from tryon.anchors.stack import Stack, place_of_stack, stacked
from tryon.scale import hand_scale
from tryon.tracks import HandTracks
from tryon.types import Finger, Hand, HandLandmarks

HANDS = ("sample2.hand0", "sample2.hand1", "sample4.hand1", "sample4.hand3", "sample5.hand0")
FRAME_MS = 33.0


def vectors() -> Vectors:
    """Of hands in photographs and of made-up ones, turned every way."""
    random = np.random.default_rng(11)
    hands = list(_hands(random))
    return {
        "lift": [_lifted(*each) for each in hands],
        "fingers": [_fingers(random, *each) for each in hands[1::2]],
        "limits": [_limited(*each) for each in hands[::3]],
        "read": [_weighed(random) for _ in range(12)],
        "evidence": [_evidence(random) for _ in range(24)],
        "handTracks": [_followed(random), _followed(random, pause=True)],
        "sideBySide": [_side_by_side(random) for _ in range(6)],
        "placeOfStack": [_stack_place(random) for _ in range(6)],
        "stacked": [_stacked()],
    }


def _hands(
    random: np.random.Generator,
) -> Iterator[tuple[dict[str, object], HandLandmarks, Intrinsics]]:
    """How it is given, the hand, and its camera."""
    for name in HANDS:
        camera = f"{name.split('.')[0]}.camera"
        hand = landmarks(name)
        yield {"hand": f"@{name}", "camera": f"@{camera}"}, hand, Intrinsics(**seen()[camera])
    for k in range(6):
        turn = RigidTransform.from_axis_angle(random.normal(size=3), random.uniform(0.2, 3.0))
        side = Hand.LEFT if k % 2 else Hand.RIGHT
        hand = posed_hand(turn.rotation, side, float(random.uniform(0.25, 0.8)))
        hand = replace(
            hand,
            points_px=(hand.points_px + random.normal(0.0, 1.5, (21, 2))).round(2),
            world=(hand.world + random.normal(0.0, 0.002, (21, 3))).round(5),
            score=round(float(random.uniform(0.5, 1.0)), 3),
        )
        if k % 3:
            depths = (hand.world[:, 2] - hand.world[0, 2]) * 2000.0
            hand = replace(hand, depths_px=depths.round(1))
        yield {"hand": hand, "camera": CAMERA}, hand, CAMERA


def landmarks(name: str) -> HandLandmarks:
    """A hand of `seen.json`."""
    read = seen()[name]
    return HandLandmarks(
        np.reshape(read["pointsPx"], (21, 2)),
        np.reshape(read["world"], (21, 3)),
        Hand(read["hand"]),
        read["score"],
        np.array(read["spreadPx"], np.float64),
        np.array(read["depthsPx"], np.float64),
    )


def _lifted(given: dict[str, object], hand: HandLandmarks, camera: Intrinsics) -> Case:
    pose = lift(hand, camera)
    told = {
        name: getattr(pose, name)
        for name in ("joints", "dorsal", "hinge", "palm_px", "view", "tilts")
    }
    return case(told, **given)


def _fingers(
    random: np.random.Generator, given: dict[str, object], hand: HandLandmarks, camera: Intrinsics
) -> Case:
    """Everything about each finger that no pixel tells."""
    pose = lift(hand, camera)
    outlines, told = {}, {}
    for finger in Finger:
        outline = _outline(random, pose, finger)
        anchor = place_ring(pose, finger, outline, camera, 0.0172)
        cones = finger_occluders(anchor, pose, outline.at)
        outlines[finger] = outline
        told[finger] = {
            "rotation": finger_rotation(pose, finger),
            "from_back": seen_from_back(pose, finger),
            "place": ring_place(pose, finger),
            "expected": expected_width_px(pose, finger),
            "anchor": anchor,
            "cones": [[c.start, c.end, c.start_radius, c.end_radius] for c in cones],
            "hidden": hidden_share(anchor, cones[1:]),
            "scale": hand_scale(pose, float(pose.joints[5, 2])),
        }
    return case(told, outlines=outlines, **given)


def _outline(random: np.random.Generator, pose: HandPose, finger: Finger) -> Outline:
    width = expected_width_px(pose, finger) * random.uniform(0.8, 1.2)
    return Outline(
        round(ring_place(pose, finger), 3),
        round(float(width), 2),
        round(float(random.normal(0.0, 0.1) * width), 2),
        round(float(random.normal(0.0, 0.1)), 3),
        round(float(random.uniform()), 3),
        round(float(random.uniform(0.7, 1.0)), 3),
    )


def _limited(given: dict[str, object], hand: HandLandmarks, camera: Intrinsics) -> Case:
    pose = lift(hand, camera)
    told = {}
    for finger in Finger:
        left, right, spacing = _limits(hand.points_px, finger, 0.6, expected_width_px(pose, finger))
        told[finger] = {"left": left, "right": right, "spacing": spacing}
    return case(told, place=0.6, **given)


def _weighed(random: np.random.Generator) -> Case:
    left, right = (
        Edge(
            *(float(each) for each in random.uniform((8, -0.2, 0.2, 0), (14, 0.2, 2.0, 1)).round(3))
        )
        for _ in range(2)
    )
    contour = Contour(left, right)
    return case(_read(contour, 0.6, 21.0), contour=contour, place=0.6, expected=21.0)


def _evidence(random: np.random.Generator) -> Case:
    """Every doubt by itself, at figures between all and nothing."""
    edges, flesh = random.uniform(0.0, 0.5, (2, 2)).round(3)
    tilt, aside, deviation = random.uniform((0.3, 0.5, -0.7), (0.95, 0.9, 0.6)).round(3).tolist()
    told = {
        "presence": evidence.presence(tuple(edges), tuple(flesh), tilt),
        "thumb": evidence.thumb_presence(tuple(edges), tuple(flesh), aside, tilt, deviation),
        "width": evidence.plausible_width(deviation),
        "agreement": evidence.agreement(1.2 * aside),
        "sideways": evidence.seen_sideways(tilt),
        "detected": evidence.detected(aside),
        "large": evidence.large_enough(5.0 * aside),
        "unhidden": evidence.unhidden(tilt, aside),
        "inside": evidence.inside_image(0.4 * deviation),
    }
    return case(told, edges=edges, flesh=flesh, tilt=tilt, aside=aside, deviation=deviation)


def _followed(random: np.random.Generator, *, pause: bool = False) -> Case:
    """Two hands that cross the picture, come and go, and are called wrongly now and then."""
    tracks, frames, told = HandTracks(), [], []
    first, second = landmarks("sample2.hand0"), landmarks("sample2.hand1")
    time_ms = 0.0
    for k in range(9):
        time_ms += 2000.0 if pause and k == 6 else FRAME_MS
        hands = [_shaken(random, first, 9.0 * k)]
        if k % 5 != 3:
            hands.insert(k % 2, _shaken(random, second, -6.0 * k))
        if k in (4, 5):
            hands[0] = replace(hands[0], hand=Hand.LEFT)
        frames.append({"hands": hands, "time_ms": time_ms})
        told.append(
            [
                {
                    "identity": track.identity,
                    "elapsed": track.elapsed,
                    "moved_palms": track.moved_palms,
                }
                | {name: getattr(hand, name) for name in ("points_px", "hand", "score")}
                | {"palm_world": hand.world[:3], "palm_depths": hand.depths_px[:6]}
                for hand, track in tracks.update(hands, time_ms)
            ]
        )
    return case(told, frames=frames)


def _shaken(random: np.random.Generator, hand: HandLandmarks, moved: float) -> HandLandmarks:
    shake = random.normal(0.0, 1.0, (21, 2)) + np.array([moved, 0.5 * moved])
    return replace(
        hand,
        points_px=(hand.points_px + shake).round(1),
        world=(hand.world + random.normal(0.0, 0.001, (21, 3))).round(4),
        depths_px=(hand.depths_px + random.normal(0.0, 1.0, 21)).round(1),
        score=round(float(random.uniform(0.7, 1.0)), 2),
        spread_px=None,
    )


def _side_by_side(random: np.random.Generator) -> Case:
    count = int(random.integers(2, 6))
    homes = random.uniform(0.02, 0.06, count).round(4).tolist()
    reach = random.uniform(0.003, 0.02, (count, 2)).round(4)
    extents = [Extent(-float(low), float(high)) for low, high in reach]
    held = [bool(each) for each in random.random(count) < 0.3]
    return case(side_by_side(homes, extents, held), homes=homes, extents=extents, held=held)


def _stack_place(random: np.random.Generator) -> Case:
    half = round(float(random.uniform(0.0, 0.012)), 4)
    stack, phalanx = Stack(np.zeros(1), (-half, half)), round(float(random.uniform(0.03, 0.05)), 4)
    place = round(float(random.uniform(0.35, 0.7)), 3)
    return case(
        place_of_stack(place, stack, phalanx), place=place, band=stack.band, phalanx=phalanx
    )


def _stacked() -> Case:
    """Rings of few facets, small enough to write down."""
    sizes = ((0.0012, 0.0010), (0.0016, 0.0025), (0.0010, 0.0012))
    models = [faceted_ring(*size) for size in sizes]
    meshes = [model.parts[0].mesh for model in models]
    rings = [[{"positions": mesh.positions, "triangles": mesh.triangles}] for mesh in meshes]
    return case(stacked(models), rings=rings)


def faceted_ring(breadth: float, rise: float) -> Model:
    """A ring of one part, small enough to write down."""
    material = Band().build().parts[0].material
    return Model("ring", (Part("shank", _faceted(breadth, rise), material),))


def _faceted(breadth: float, rise: float) -> Mesh:
    """A band whose outside is a ridge that leans along the finger."""
    turns = np.arange(12) * (2.0 * np.pi / 12)
    section = np.array(
        [[0.008, -breadth], [0.008 + rise, 0.4 * breadth * rise / 0.001], [0.008, breadth]]
    )
    around = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    rows = [
        np.column_stack([reach * around[:, 0], np.full(12, height), reach * around[:, 1]])
        for reach, height in section
    ]
    positions = np.concatenate(rows).round(6)
    k = np.arange(12)
    on = (k + 1) % 12
    triangles = np.concatenate(
        [
            np.column_stack([12 * a + k, 12 * a + on, 12 * b + on, 12 * b + k])[:, each]
            for a, b in ((0, 1), (1, 2), (2, 0))
            for each in ([0, 1, 2], [0, 2, 3])
        ]
    )
    return Mesh(positions, positions, triangles.astype(np.int32))

"""Vectors of heads: posed, sized and followed, with their ears, and of what hangs from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import Array, Intrinsics, RigidTransform
from tests.faces import CAMERA, face_of, head_at
from tests.vectors.golden import Case, Vectors, case, seen
from tests.vectors.hands import faceted_ring
from tryon.anchors.ear import lobe_body, moved_to, place_ear, shown_by_turn
from tryon.anchors.head import HeadPose, head_pose
from tryon.anchors.head_mesh import head_body
from tryon.anchors.iris import head_size
from tryon.dangling import Hung, Pendulum, kept_off_neck, pendulum_of, plumb, swayed_on_chest, swung
from tryon.face_tracks import Heads
from tryon.types import Ear, FaceLandmarks

FACES = ("sample2.face0", "sample3.face1", "sample5.face0")
POINTS = (0, 10, 152, 234, 454, 468 - 1)  # of a face, that are written down
FRAMES = 6


def vectors() -> Vectors:
    """Of faces in photographs and of the mean head turned every way."""
    random = np.random.default_rng(17)
    return {
        "headPose": [_posed(name) for name in FACES] + [_turned(random) for _ in range(2)],
        "headSize": [_sized(name, facing) for name in FACES for facing in (0.99, 0.5)],
        "ears": [_ears(name) for name in FACES],
        "headBody": [_body()],
        "heads": [_followed(random)],
        "pendulum": [_swinging(random, damping) for damping in (0.1, 0.22)],
        "pendulumOf": [_pendulum()],
        "hanging": [_hanging(random) for _ in range(8)],
    }


def face(name: str) -> FaceLandmarks:
    """A face of `seen.json`."""
    read = seen()[name]
    points = np.reshape(read["pointsPx"], (-1, 2)).astype(np.float64)
    return FaceLandmarks(points, np.array(read["depthsPx"], np.float64), read["score"])


def camera_of(name: str) -> Intrinsics:
    """The camera of the photograph that something of `seen.json` was seen in."""
    return Intrinsics(**seen()[f"{name.split('.')[0]}.camera"])


def given(name: str) -> dict[str, str]:
    """A face and its camera, as a case is given them."""
    return {"face": f"@{name}", "camera": f"@{name.split('.')[0]}.camera", "mean": "@canonical"}


def _told(head: HeadPose) -> dict[str, object]:
    return {
        "camera_from_head": head.camera_from_head,
        "points": head.points[list(POINTS)],
        "size": head.size,
        "scale": head.scale,
        "height": head.height,
        "error_px": head.error_px,
        "facing": head.facing,
        "yaw": head.yaw,
    }


def _posed(name: str) -> Case:
    return case(_told(head_pose(face(name), camera_of(name))), **given(name))


def _turned(random: np.random.Generator) -> Case:
    yaw, pitch, roll = random.uniform((-70, -30, -40), (70, 30, 40))
    made = face_of(head_at(yaw, pitch, roll, (0.1, -0.05, 0.7)), size=0.95)
    noisy = made.points_px + random.normal(0.0, 1.0, made.points_px.shape)
    made = replace(made, points_px=noisy.round(1), depths_px=made.depths_px.round(1))
    return case(_told(head_pose(made, CAMERA)), face=made, camera=CAMERA, mean="@canonical")


def _sized(name: str, facing: float) -> Case:
    scales = np.array([0.55, 0.56])
    return case(
        head_size(face(name), scales, facing), face=f"@{name}", scales=scales, facing=facing
    )


def _ears(name: str) -> Case:
    camera = camera_of(name)
    head = head_pose(face(name), camera)
    told = {}
    for ear in Ear:
        anchor = place_ear(head, ear, camera)
        told[ear] = {
            "anchor": anchor,
            "moved": moved_to(
                anchor, anchor.lobe_px + np.array([3.0, -5.0]), camera
            ).camera_from_anchor,
            "lobe": lobe_body(anchor, head),
            "shown": shown_by_turn(anchor.turn),
        }
    return case(told, **given(name))


def _body() -> Case:
    head = head_pose(face(FACES[0]), camera_of(FACES[0]))
    body = head_body(head)
    told = {
        "behind": body.positions[468:],
        "triangles": body.triangles[898:],
        "set_back": body.set_back,
    }
    return case(told, **given(FACES[0]))


def _followed(random: np.random.Generator) -> Case:
    """Two heads that move, one of which goes unseen for a while."""
    heads = Heads(smoothing=True)
    first, second = face("sample3.face0"), face("sample3.face1")
    camera = camera_of("sample3")
    shifts, told = [], []
    for k in range(FRAMES):
        shift = (random.normal(0.0, 3.0, 2) + np.array([6.0, 2.0]) * k).round(2)
        seen_now = [_moved(first, shift)] + ([] if k == 3 else [_moved(second, -shift)])
        shifts.append({"shift": shift, "second": k != 3})
        followed = heads.update(seen_now, camera, 40.0 * k)
        told.append([{"identity": t.identity} | _told(head) for head, t in followed if t])
    return case(
        told,
        first="@sample3.face0",
        second="@sample3.face1",
        camera="@sample3.camera",
        mean="@canonical",
        shifts=shifts,
    )


def _moved(landmarks: FaceLandmarks, shift: Array) -> FaceLandmarks:
    return replace(landmarks, points_px=landmarks.points_px + shift)


def _swinging(random: np.random.Generator, damping: float) -> Case:
    pendulum = Pendulum(0.021, damping)
    path = np.cumsum(random.normal(0.0, 0.02, (12, 3)), axis=0)
    hinges = (path + np.array([0.0, 0.0, 0.6])).round(4)
    steps = random.choice([0.0, 0.016, 0.033, 0.1], 12)
    told = [pendulum(hinge, float(step)) for hinge, step in zip(hinges, steps, strict=True)]
    return case(told, length=0.021, damping=damping, hinges=list(hinges), steps=steps)


def _pendulum() -> Case:
    part = faceted_ring(0.0012, 0.001).parts[0]
    hinge = np.array([0.0, 0.004, 0.001])
    length, drop = pendulum_of((part,), hinge)
    parts = [{"positions": part.mesh.positions, "triangles": part.mesh.triangles}]
    return case({"length": length, "drop": drop}, parts=parts, hinge=hinge)


def _hanging(random: np.random.Generator) -> Case:
    turn = RigidTransform.from_axis_angle(random.normal(size=3), random.uniform(0.0, 1.0)).rotation
    placed = RigidTransform((np.diag([1.0, -1.0, -1.0]) @ turn).round(9), np.array([0.1, 0.0, 0.5]))
    way = random.normal(0.0, 0.4, 3) + np.array([0.0, 1.0, 0.0])
    hangs = (way / np.linalg.norm(way)).round(9)
    hinge = random.normal(0.0, 0.01, 3).round(4)
    out = placed.rotation[:, 2]
    hung = Hung(None, None, hinge, 0.02, 0.03, True)  # type: ignore[arg-type]
    told = {
        "plumb": plumb(placed, hangs),
        "swung": swung(placed, hung, hangs),
        "swayed": swayed_on_chest(placed, hinge, hangs, placed.rotation),
        "kept": kept_off_neck(hangs, out, 0.03),
    }
    return case(told, placed=placed, hangs=hangs, hinge=hinge)

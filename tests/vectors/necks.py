"""Vectors of necks: the body that chains lie on, chests by heads and shoulders, a neck's edges."""

from __future__ import annotations

import numpy as np

from models3d.chains.body import Neck, normals
from models3d.frames import Intrinsics, RigidTransform
from tests.vectors.golden import Case, Vectors, case, photo, seen
from tests.vectors.heads import camera_of, face, given
from tryon.anchors.chest import chest_body, chest_surface
from tryon.anchors.head import head_pose
from tryon.anchors.neck import ChestPose, ChestTurn, beside, chest_pose, neck_edges
from tryon.anchors.neck_photo import before_lens, photo_chest
from tryon.media.lens import assumed_intrinsics
from tryon.types import BodyLandmarks

PEOPLE = (
    ("sample2.face0", "sample2.body0"),
    ("sample3.face1", "sample3.body1"),
    ("sample5.face0", None),
)
BASES = (0.3712, 0.34, 0.45)


def vectors() -> Vectors:
    """Of people in photographs, and of bodies of several girths."""
    random = np.random.default_rng(41)
    return {
        "neckNormal": [_skin(random, base) for base in BASES],
        "chestSurface": [_surface(base) for base in BASES[:2]],
        "chestPose": [_chest(*names) for names in PEOPLE],
        "beforeLens": [_lens(random) for _ in range(3)],
        "neckEdges": [_edges()],
        "photoChest": [_photo()],
    }


def body(name: str) -> BodyLandmarks:
    """A body of `seen.json`."""
    read = seen()[name]
    return BodyLandmarks(
        np.reshape(read["pointsPx"], (33, 2)).astype(np.float64),
        np.reshape(read["world"], (33, 3)).astype(np.float64),
        np.array(read["visibility"], np.float64),
        read["score"],
        read["timeMs"],
    )


def _skin(random: np.random.Generator, base: float) -> Case:
    points = random.uniform((-0.2, -0.3, -0.2), (0.2, 0.12, 0.1), (12, 3)).round(4)
    depth, out = normals(Neck(base), points)
    return case({"depth": depth, "out": list(out)}, base=base, points=list(points))


def _surface(base: float) -> Case:
    placed = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.02, 0.1, 0.7]))
    seen_side = chest_body(placed, base)
    told = {
        "points": chest_surface(base)[0][::37],
        "seen": len(seen_side.triangles),
        "positions": seen_side.positions[::61],
    }
    return case(told, base=base, placed=placed)


def _told(chest: ChestPose) -> dict[str, object]:
    return {
        "turn": chest.turn,
        "notch": chest.notch,
        "size": chest.size,
        "shoulders": chest.shoulders,
        "confidence": chest.confidence,
        "rotation": chest.turn.rotation,
    }


def _chest(name: str, of: str | None) -> Case:
    head = head_pose(face(name), camera_of(name))
    wearer = body(of) if of else None
    told = [_told(chest_pose(head, wearer, camera_of(name), share)) for share in (0.4, 0.2)]
    return case(told, body=f"@{of}" if of else None, shares=(0.4, 0.2), **given(name))


def _lens(random: np.random.Generator) -> Case:
    yaw, pitch, roll = random.uniform(-0.4, 0.4, 3).round(3).tolist()
    notch = (random.normal(0.0, 0.1, 3) + np.array([0.0, 0.1, 0.7])).round(4)
    chest = ChestPose(ChestTurn(yaw, pitch, roll), notch, 1.0, 1.0, 1.0)
    lens, other = Intrinsics(800.0, 800.0, 320.0, 240.0), Intrinsics(500.0, 500.0, 320.0, 240.0)
    return case(_told(before_lens(chest, lens, other)), chest=chest, lens=lens, other=other)


PERSON = {"image": "@person.photo", "face": "@person.face", "body": "@person.body"}


def _edges() -> Case:
    camera = Intrinsics(**seen()["person.camera"])
    head = head_pose(face("person.face"), camera)
    chest = chest_pose(head, body("person.body"), camera)
    edges = neck_edges(photo("person.photo"), chest, head, camera)
    told = {"edges": edges, "beside": _told(beside(chest, edges))}
    return case(told, camera="@person.camera", mean="@canonical", **PERSON)


def _photo() -> Case:
    image = photo("person.photo")
    camera = assumed_intrinsics(image.shape[1], image.shape[0])
    head = head_pose(face("person.face"), camera)
    chest, edges = photo_chest(image, head, body("person.body"), camera)
    return case({"chest": _told(chest), "edges": edges}, mean="@canonical", **PERSON)

"""Vectors of ears in a picture: tones of skin and hair, the lobe found, the whole solver."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import Intrinsics
from models3d.mesh import Model
from tests.vectors.golden import Case, Vectors, case, mask, photo, seen
from tests.vectors.hands import faceted_ring, landmarks
from tests.vectors.heads import face
from tryon.anchors.ear import CHEEK, place_ear
from tryon.anchors.head import head_pose
from tryon.anchors.lobe import find_lobe, lobe_evidence, lobe_found
from tryon.anchors.lobe_pair import together
from tryon.covers.tones import SkinTone, apart, face_tone, features, hair_tone, usual_colour
from tryon.dangling import hung
from tryon.solvers.ears import EarSolver
from tryon.types import Ear, FaceLandmarks, Frame, HandLandmarks, Layer, Seen, Wearable

PERSON = {"image": "@person.photo", "face": "@person.face"}
MASKED = {"image": "@wearer.photo", "face": "@wearer.face", "mask": "@wearer.mask"}
FRAMES = 6


def vectors() -> Vectors:
    """Of one woman's portrait."""
    random = np.random.default_rng(61)
    grainy = random.integers(0, 256, (7, 9, 3)).astype(np.uint8)
    return {
        "features": [case(np.asarray(features(grainy), np.float64), image=grainy)],
        "tones": [_tones()],
        "apart": [_apart(random, shades=shades) for shades in (True, False)],
        "findLobe": [_lobe(ear) for ear in Ear],
        "lobes": [_lobes(1.0), _lobes(3.7)],
        "earrings": [
            _solved(random, smoothing=False),
            _solved(random, smoothing=True),
            _solved(random, smoothing=False, name="wearer"),
            _solved(random, smoothing=True, name="wearer"),
        ],
    }


def _apart(random: np.random.Generator, *, shades: bool) -> Case:
    """Colours much lighter and darker, paler and more saturated than a tone's."""
    low, high = (3.0, 0.02, 0.05), (4.7, 0.35, 0.5)
    seen_colours = random.uniform(low, high, (1, 40, 3)).round(4).astype(np.float32)
    tone = SkinTone(random.uniform((4.0, 0.1, 0.1), (4.4, 0.2, 0.2), (4, 3)).round(4), 1.0)
    told = np.asarray(apart(seen_colours, tone, shades=shades), np.float64)
    colours = np.asarray(seen_colours, np.float64)
    return case(told, colours=colours, tone=list(tone.colours), shades=shades)


def _tones() -> Case:
    image, portrait = photo("person.photo"), face("person.face")
    tone = face_tone(image, portrait)
    hair = hair_tone(image, portrait, tone)
    strip = np.ascontiguousarray(image[40:42, 20:110])
    told = {
        "tone": {"colours": list(tone.colours), "trust": tone.trust},
        "hair": {"colours": list(hair.colours), "trust": hair.trust},
        "far": np.asarray(apart(features(strip), tone), np.float64),
        "near": np.asarray(apart(features(strip), hair, shades=False), np.float64),
        "cheek": usual_colour(image, portrait.points_px[CHEEK[Ear.LEFT]]),
    }
    return case(told, strip=strip, **PERSON)


def _lobe(ear: Ear) -> Case:
    image, portrait = photo("person.photo"), face("person.face")
    camera = Intrinsics(**seen()["person.camera"])
    head = head_pose(portrait, camera)
    anchor = place_ear(head, ear, camera)
    height = head.height * camera.fy / float(anchor.camera_from_anchor.translation[2])
    tone = face_tone(image, portrait)
    hair = hair_tone(image, portrait, tone)
    cheek = portrait.points_px[CHEEK[ear]]
    found = [find_lobe(image, anchor, size, tone, hair, cheek) for size in (height, 5.0 * height)]
    told = [{"shift": each.shift, "shows": each.shows} for each in found]
    return case(told, ear=ear, camera="@person.camera", mean="@canonical", **PERSON)


def _lobes(larger: float) -> Case:
    """Both lobes beside hair, looked for together within the person's outline."""
    image, portrait, person = photo("wearer.photo"), face("wearer.face"), mask("wearer.mask")
    camera = Intrinsics(**seen()["wearer.camera"])
    head = head_pose(portrait, camera)
    tone = face_tone(image, portrait)
    hair = hair_tone(image, portrait, tone, person)
    told, looks = [], []
    for ear in Ear:
        anchor = place_ear(head, ear, camera)
        height = head.height * camera.fy / float(anchor.camera_from_anchor.translation[2])
        looks.append(lobe_evidence(image, anchor, larger * height, tone, hair, person))
    heights = together(*looks)
    for ear, look, upright in zip(Ear, looks, heights, strict=True):
        found = lobe_found(look, usual_colour(image, portrait.points_px[CHEEK[ear]]), upright)
        strands = found.strands and {"region": found.strands.region, "hides": found.strands.hides}
        rows = np.asarray(look.score[::9, ::11], np.float64)
        told.append([upright, found.shift, found.shows, strands, rows])
    return case(told, larger=larger, camera="@wearer.camera", mean="@canonical", **MASKED)


def _hanging() -> Model:
    """A stud of one part with another that swings below it."""
    still, moving = (faceted_ring(0.0012, 0.001).parts[0] for _ in range(2))
    lower = moving.model_from_part.copy()
    lower[0, 1, 3] = -0.015
    parts = (still, replace(moving, name="drop", model_from_part=lower))
    return Model("drop", parts, extras={"hanging": ["drop"], "hangs_from": [0.0, -0.002, 0.0]})


def _solved(random: np.random.Generator, *, smoothing: bool, name: str = "person") -> Case:
    model = _hanging()
    wearables = [Wearable("pair", model), Wearable("second", model, ear=Ear.LEFT)]
    solver = EarSolver(wearables, smoothing=smoothing)
    camera = Intrinsics(**seen()[f"{name}.camera"])
    faces = [_shaken(random, name, k) for k in range(FRAMES if smoothing else 1)]
    told = []
    for k, portrait in enumerate(faces):
        hands = (_beside(k),) if smoothing else ()
        person = mask("wearer.mask", 33.0 * k) if name == "wearer" else None
        found = Seen(hands=hands, faces=(portrait,), person=person)
        frame = Frame(photo(f"{name}.photo"), found, camera, 33.0 * k)
        told.append([_layer(layer) for layer in solver.solve(frame)])
    pieces = hung(model, Ear.LEFT)
    facts = {"hinge": pieces.hinge, "length": pieces.pendulum_length, "drop": pieces.drop}
    first = face(f"{name}.face").points_px
    shifts = [(each.points_px - first)[0].round(2) for each in faces]
    return case(
        told,
        hung=facts,
        shifts=shifts,
        hand="@small.hand",
        smoothing=smoothing,
        camera=f"@{name}.camera",
        mean="@canonical",
        **(MASKED if name == "wearer" else PERSON),
    )


def _shaken(random: np.random.Generator, name: str, k: int) -> FaceLandmarks:
    portrait = face(f"{name}.face")
    shift = (random.normal(0.0, 0.5, 2) * bool(k)).round(2)
    return replace(portrait, points_px=portrait.points_px + shift)


def _beside(k: int) -> HandLandmarks:
    """A hand that comes nearer to the ear."""
    hand = landmarks("small.hand")
    return replace(hand, points_px=hand.points_px - np.array([0.0, 10.0 * k]))


def _layer(layer: Layer) -> dict[str, object]:
    return {
        "pieces": [
            {
                "product": piece.placement.product,
                "ear": piece.placement.ear,
                "confidence": piece.placement.confidence,
                "camera_from_anchor": piece.placement.camera_from_anchor,
                "center_px": piece.placement.center_px,
                "axis_px": piece.placement.axis_px,
                "worn": [[each.camera_from_model, each.opacity] for each in piece.worn],
                "veil": piece.veil
                and [piece.veil.region, float(piece.veil.hides.sum(dtype=np.float64))],
            }
            for piece in layer.pieces
        ],
        "bodies": [len(each.triangles) for each in layer.bodies[1:]],
    }

"""Vectors of what stands before a jewel: person masks, hair, cloth, collars, hands."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from models3d.frames import Array, PixelRegion
from tests.vectors.golden import Case, Vectors, case, mask, photo
from tests.vectors.hands import landmarks
from tests.vectors.heads import face
from tests.vectors.wrists import drawn, outline_of
from tryon.anchors.arm_person import as_wide_as_the_person
from tryon.anchors.arm_search import Found
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import lift
from tryon.anchors.head import CHIN
from tryon.anchors.sleeve import find_sleeve, sleeve_veil
from tryon.covers.collar import Look, worn_under
from tryon.covers.collar_rules import Run
from tryon.covers.cover import cover, judged
from tryon.covers.hands_before import hands_over
from tryon.covers.head_hair import own_hair, strandy
from tryon.covers.masks import body_share, person_at, warped
from tryon.covers.strands import fine_light, strands, unevenness
from tryon.covers.tones import (
    SkinTone,
    face_tone,
    features,
    hair_tone,
    hand_tone,
    skin_tone,
    with_lengths,
)  # fmt: skip
from tryon.types import BodyLandmarks, PersonMask, Share

SKIN, CLOTH = (205, 160, 135), (40, 60, 160)


def vectors() -> Vectors:
    """Of portraits and their person masks."""
    random = np.random.default_rng(97)
    return {
        "masks": [_masks(random), _masks(random)],
        "handsOver": [_hands(random) for _ in range(4)],
        "cover": [_cover(PixelRegion(20, 90, 95, 60)), _cover(PixelRegion(-9, 60, 60, 50))],
        "sleeveVeil": [_cuff(sleeve_from=0.75), _cuff(ribbed=True)],
        "lengths": [_lengths(True), _lengths(False), _lengths(True, rooted=False)],
        "strands": [_locks("wearer"), _locks("person")],
        "wornUnder": [
            _under("wearer", masked=True),
            _under("wearer", masked=False),
            _under("person", masked=True),
            *(_dressed(cloth) for cloth in ("shirt", "jumper", "roll neck", "jacket", "hand")),
            *(_dressed(cloth) for cloth in ("collar below hair", "collar across", "robe")),
        ],
        "asWideAsThePerson": [_wide(shift, side) for shift in (-0.1, 0.05) for side in (0, 1)],
    }


def _masks(random: np.random.Generator) -> Case:
    person, width, height = mask("wearer.mask"), 118, 154
    x = random.uniform(-9.0, width + 9.0, 30).round(2)
    y = random.uniform(-9.0, height + 9.0, 30).round(2)
    region = PixelRegion(11, 31, 97, 83)
    size = (31, 29)
    then = random.uniform((20, 60), (100, 140), (4, 2)).round(2)
    now = (then @ [[0.9, 0.1], [-0.1, 0.9]] + random.normal(0.0, 2.0, (4, 2))).round(2)
    moved = warped(person, then, now, width, height)
    told = {
        "at": np.asarray(person_at(person, x, y, width, height), np.float64),
        "body": np.asarray(body_share(person, region, size, width, height), np.float64),
        "moved": np.asarray(moved.share[::7, ::5], np.float64),
        "same": warped(person, then, then, width, height) is person,
    }
    return case(
        told,
        mask="@wearer.mask",
        x=x,
        y=y,
        region=region,
        columns=size[0],
        rows=size[1],
        then=list(then),
        now=list(now),
        width=width,
        height=height,
    )


def _sparse(hides: Share) -> dict[str, object]:
    """How large it is, how much it hides, and some of it."""
    values = np.asarray(hides, np.float64)
    return {"size": values.size, "mean": float(values.mean()), "some": values.ravel()[::41]}


def _hands(random: np.random.Generator) -> Case:
    """A hand, another whose forearm was found, and a body's own held before its chest."""
    hand = landmarks("small.hand")
    moved = replace(hand, points_px=(hand.points_px + random.uniform(-60.0, 60.0, 2)).round(2))
    shape = np.array([[0.0, 0.0], [40.0, 5.0], [52.0, 70.0], [-9.0, 66.0]])
    forearm = random.uniform(20.0, 160.0, 2) + shape
    points, world = np.zeros((33, 2)), np.zeros((33, 3))
    points[[13, 15]] = random.uniform(0.0, 220.0, (2, 2)).round(2)
    world[15, 2] = -0.2
    wearer = BodyLandmarks(points, world, np.full(33, 0.9), 0.9, 0.0)
    region = PixelRegion(20, 30, 180, 150)
    hides = hands_over(region, [hand, moved], wearer, [None, forearm.round(2)])
    assert hides is not None
    return case(
        _sparse(hides),
        region=region,
        hands=["@small.hand", moved],
        body=wearer,
        forearm=list(forearm.round(2)),
    )


def _cover(region: PixelRegion) -> Case:
    image, portrait = photo("wearer.photo"), face("wearer.face")
    tone = face_tone(image, portrait)
    veils = [cover(image, region, tone, person) for person in (None, mask("wearer.mask"))]
    told = [_sparse(veil.hides) for veil in veils]
    given = {"image": "@wearer.photo", "face": "@wearer.face", "mask": "@wearer.mask"}
    return case(told, region=region, **given)


def _cuff(*, ribbed: bool = False, **worn: object) -> Case:
    """What a drawn sleeve hides of the region about its edge."""
    image, hand, camera = drawn(5.0, ribbed=ribbed, **worn)
    tone = hand_tone(image, hand)
    forearm = find_forearm(image, lift(hand, camera), tone=tone)
    sleeve = find_sleeve(image, forearm, forearm.palm_px, tone)
    assert sleeve is not None
    x, y = np.floor(forearm.start_px).astype(int).tolist()
    region = PixelRegion(x - 40, y - 40, 80, 80).clipped(image.shape[1], image.shape[0])
    outline = outline_of(image)
    person = PersonMask(outline.astype(np.float32) / np.float32(255.0), 0.0)
    veil = sleeve_veil(image, region, forearm, forearm.palm_px, sleeve, tone, person)
    told = [sleeve.like_skin, find_sleeve(image, forearm, forearm.palm_px, tone, person)]
    return case(
        [*told, _sparse(veil.hides)],
        image=image,
        hand=hand,
        mask=outline,
        camera=camera,
        region=region,
    )


def _wide(shift: float, side: int) -> Case:
    """An arm whose edge was found within its person's outline, and one that was not."""
    image, hand, camera = drawn(5.0)
    outline = outline_of(image)
    person = PersonMask(outline.astype(np.float32) / np.float32(255.0), 0.0)
    forearm = find_forearm(image, lift(hand, camera), tone=hand_tone(image, hand))
    half = 0.5 * forearm.breadth_palms
    away = -forearm.towards_hand.round(6)
    found = Found(away, *(round(half + shift * (k == side), 6) for k in (0, 1)), 0.9)
    unseen = (side == 0, side == 1)
    size = (image.shape[1], image.shape[0])
    wrist, palm = hand.points_px[0], round(forearm.palm_px, 4)
    told = as_wide_as_the_person(found, unseen, person, size, wrist, palm, 0.6)
    return case(
        told, found=found, unseen=unseen, mask=outline, size=size, wrist=wrist, palm=palm, broad=0.6
    )


def _lengths(blond: bool, *, rooted: bool = True) -> Case:
    """Hair of two colours about a portrait's face, with its roots known or not."""
    portrait, person = face("wearer.face"), mask("wearer.mask")
    points = portrait.points_px
    image = np.full((154, 118, 3), (242, 172, 142), np.uint8)
    left, right = int(points[:, 0].min()), int(points[:, 0].max())
    lengths = (214, 172, 105) if blond else (60, 40, 30)
    for beside in (image[:, :left], image[:, right:]):
        beside[:], beside[: int(points[168, 1])] = lengths, (52, 34, 26)
    image[: int(points[10, 1])] = (52, 34, 26)
    shade = np.linspace(1.0, 0.85, len(image))[:, None, None]
    image = np.asarray(np.rint(image * shade), np.uint8)
    tone = face_tone(image, portrait)
    roots = hair_tone(image, portrait, tone) if rooted else SkinTone(np.zeros((1, 3)), 0.0)
    hair = with_lengths(image, portrait, tone, roots, person)
    told = [list(hair.colours), hair.trust, hair is roots]
    return case(told, image=image, face="@wearer.face", mask="@wearer.mask", rooted=rooted)


def _locks(name: str) -> Case:
    """Hair by its colour, what hangs together with the head's, and locks without a colour."""
    image, portrait = photo(f"{name}.photo"), face(f"{name}.face")
    person = mask(f"{name}.mask")
    tone = face_tone(image, portrait)
    tones = tone, hair_tone(image, portrait, tone, person)
    columns, rows = image.shape[1] // 2, image.shape[0] // 2
    crop = image[: 2 * rows, : 2 * columns]
    small = np.asarray(cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    colours = features(small)
    strange, like = judged(colours, *tones)
    assert like is not None
    cells = 0.5 * portrait.points_px - 0.5
    chin = int(cells[CHIN, 1])
    light = np.ascontiguousarray(colours[..., 0])
    own = own_hair(light, like, chin)
    uneven = unevenness(fine_light(crop, columns, rows), columns, rows)
    found = strands(uneven, strange, like * own, cells)
    told = [_sparse(each) for each in (like, strandy(light, like, chin), own, found)]
    names = {"image": f"@{name}.photo", "face": f"@{name}.face", "mask": f"@{name}.mask"}
    return case(told, **names, columns=columns, rows=rows, chin=chin)


def _chain(middle: Array, across: float, high: float, count: int = 41) -> tuple[Run, Run]:
    """Both sides of a chain that hangs in an arc, `across` pixels and `high` up to its ends."""
    share = np.linspace(0.0, 1.0, count)
    sides = []
    for way in (1.0, -1.0):
        x = way * across * np.sin(0.5 * np.pi * share)
        points = middle + np.stack([x, high * (np.cos(0.5 * np.pi * share) - 1.0)], axis=1)
        sides.append(Run(points.round(3), (0.2 * share).round(6), share < 0.8))
    return sides[0], sides[1]


def _wear(look: Look, **given: object) -> Case:
    wear = worn_under(look)
    told = {"shown": wear.shown, "hides": _sparse(wear.veil.hides)}
    kept = ("region", "px_per_metre", "breadth", "throat_px")
    runs = [[list(run.points_px), run.metres, run.seen.tolist()] for run in look.runs]
    return case(told, runs=runs, **{key: getattr(look, key) for key in kept}, **given)


def _under(name: str, *, masked: bool) -> Case:
    """What hides a chain in a portrait."""
    image, portrait = photo(f"{name}.photo"), face(f"{name}.face")
    person = mask(f"{name}.mask") if masked else None
    tone = face_tone(image, portrait)
    hair = hair_tone(image, portrait, tone, person)
    chin = portrait.points_px[CHIN]
    middle = (chin + np.array([4.0, 34.0])).round(2)
    runs = _chain(middle, 30.0, 30.0)
    region = PixelRegion(int(middle[0]) - 40, int(middle[1]) - 40, 72, 52)
    throat = (0.5 * (chin + middle)).round(3)
    look = Look(image, region, runs, 300.0, portrait, tone, hair, person, None, 2e-3, throat)
    given = {"image": f"@{name}.photo", "face": f"@{name}.face", "camera": f"@{name}.camera"}
    return _wear(look, **given, **({"mask": f"@{name}.mask"} if masked else {}))


def _dressed(cloth: str) -> Case:
    """A chain on a drawn chest in plain clothes below the portrait's face."""
    portrait = face("person.face")
    image = np.full((160, 150, 3), SKIN, np.uint8)
    middle = np.array([70.0, 140.0])
    runs = _chain(middle, 50.0, 60.0)
    before = None
    if cloth == "shirt":
        image[:112] = CLOTH
    elif cloth == "jumper":
        image[105:] = CLOTH
    elif cloth == "roll neck":
        image[90:] = (120, 30, 40)
    elif cloth == "collar below hair":
        image[:95] = (150, 84, 44)
        image[95:122] = CLOTH
    elif cloth == "collar across":
        image[:115], image[:, :74] = CLOTH, CLOTH
    elif cloth == "robe":
        image[:], image[:128] = (150, 150, 156), (34, 34, 36)
        image[:114, 70:] = SKIN
    elif cloth == "jacket":
        image[95:] = CLOTH
        image[:, 100:] = (30, 30, 30)
    else:
        before = hands_over(PixelRegion(10, 70, 120, 85), [landmarks("small.hand")], None)
    skin = skin_tone(np.full((40, 40, 3), SKIN, np.uint8), np.full((50, 2), 20.0))
    throat = np.array([70.0, 84.0])
    hair = SkinTone(np.zeros((1, 3)), 0.0)
    region = PixelRegion(10, 70, 120, 85)
    look = Look(image, region, runs, 400.0, portrait, skin, hair, None, before, 2e-3, throat)
    given: dict[str, object] = {"image": image, "face": "@person.face", "skin": list(skin.colours)}
    return _wear(look, **given, **({"hand": "@small.hand"} if cloth == "hand" else {}))

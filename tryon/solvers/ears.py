"""Earrings on ears.

For each face: its head's pose and size, both lobes on it, what shows of them, and how what hangs
from them swings. A pair is two pieces; the left ear wears the mirror image of a mirrored design.
Without smoothing every frame stands alone and what hangs is at rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from models3d.frames import Anchor, Array, PixelRegion
from tryon.anchors import evidence
from tryon.anchors.ear import (
    CHEEK,
    EarAnchor,
    lobe_body,
    moved_to,
    off_the_face,
    place_ear,
    shown_by_turn,
)
from tryon.anchors.evidence import smoothstep
from tryon.anchors.head import HeadPose
from tryon.anchors.head_mesh import head_body
from tryon.anchors.lobe import LobeFound, Upright, lobe_evidence, lobe_found, moved_px
from tryon.anchors.lobe_pair import together
from tryon.covers.tones import SkinTone, face_tone, hair_tone, usual_colour
from tryon.dangling import CAMERA_DOWN, Pendulum, hung, kept_off_neck, plumb, swung
from tryon.face_tracks import FaceTrack, Heads
from tryon.smoothing import Fade, OneEuro
from tryon.types import Ear, Frame, HandLandmarks, Layer, Placement, Veil, Wearable, WornPiece
from viewer.render.types import BodyMesh, Worn

INVISIBLE, SOLID = 0.36, 0.44  # confidences between which an earring fades in
STAYS = 0.10  # by how much lower they are for one that is shown, so that it does not flicker
HYSTERESIS = np.radians(0.5)  # of the turn at which an ear goes behind the cheek, to either side
LEAST_HEIGHT_PX, SURE_HEIGHT_PX = 9.0, 16.0  # of an ear, below which an earring is a speck
UNDER_HAND, BESIDE_HAND = -0.05, 0.10  # ear heights from a lobe to a hand's outline, inside < 0
IN_SIGHT = 0.5  # share of an ear from which its lobe tells where the other is
LOOK_EVERY = 4  # frames of a stream between two looks for a lobe: ears stay on their heads
TONES_EVERY = 45  # frames of a stream between two looks at skin and hair


@dataclass(slots=True)
class _FaceColours:
    """The skin and the hair of one face in a stream."""

    skin: SkinTone
    hair: SkinTone
    frames_left: int


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """An ear's lobe as it was found, and the head's guess at the time."""

    found: LobeFound
    lobe_px: Array  # (2,) where it was found


@dataclass(slots=True)
class _EarFilter:
    """What is remembered of one ear of one face."""

    look: _Look | None = None
    frames_to_look: int = 0
    shift: OneEuro = field(default_factory=lambda: OneEuro(0.25, 1.0))  # of face heights
    shows: OneEuro = field(default_factory=lambda: OneEuro(0.7, 0.0))
    fade: Fade = field(default_factory=Fade)
    pendulums: dict[int, Pendulum] = field(default_factory=dict)  # by the wearable's index


class EarSolver:
    """Places earrings on faces, for one stream or for photos.

    Args:
        wearables: earrings, and on which ear each is worn.
        smoothing: the frames follow one another, and what is found in them is made steady.
        heads: shared with the frame's other solvers, of the same smoothing; None: its own.
    """

    def __init__(
        self, wearables: Sequence[Wearable], *, smoothing: bool, heads: Heads | None = None
    ) -> None:
        self._wearables = tuple(wearables)
        self._heads = heads or Heads(smoothing=smoothing)
        self._filters: dict[tuple[int, Ear], _EarFilter] = {}
        self._colours: dict[int, _FaceColours] = {}

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        """One layer for each face, far ones first."""
        found = self._heads.update(frame.seen.faces, frame.intrinsics, frame.time_ms)
        alive = self._heads.alive
        self._filters = {key: kept for key, kept in self._filters.items() if key[0] in alive}
        self._colours = {key: kept for key, kept in self._colours.items() if key in alive}
        found.sort(key=lambda pair: -float(pair[0].camera_from_head.translation[2]))
        return tuple(self._layer(frame, head, track) for head, track in found)

    def _layer(self, frame: Frame, head: HeadPose, track: FaceTrack | None) -> Layer:
        pieces: list[WornPiece] = []
        bodies: list[BodyMesh] = []
        wanted = {
            ear: [
                (index, wearable)
                for index, wearable in enumerate(self._wearables)
                if wearable.ear in (None, ear)
            ]
            for ear in Ear
        }
        anchors = {ear: place_ear(head, ear, frame.intrinsics) for ear in Ear if wanted[ear]}
        doubts = {
            ear: _confidence(anchor, head, frame, self._filter(track, ear))
            for ear, anchor in anchors.items()
        }
        seen = {ear: anchor for ear, anchor in anchors.items() if doubts[ear] > 0.0}
        looks = self._looks(frame, head, seen, track)
        for ear, anchor in anchors.items():
            remembered, confidence = self._filter(track, ear), doubts[ear]
            veil = None
            if ear in seen:
                anchor, shows, veil = self._found(
                    frame, head, anchor, track, remembered, looks.get(ear)
                )
                confidence *= shows * off_the_face(anchor, head)
            opacity = _opacity(confidence, remembered, track)
            if opacity > 0.0:
                bodies += [] if bodies else [head_body(head)]
                bodies.append(lobe_body(anchor, head))
            for index, wearable in wanted[ear]:
                worn = _worn(wearable, index, anchor, opacity, remembered, track)
                pieces.append(WornPiece(_placement(wearable, anchor, head, confidence), worn, veil))
        return Layer(tuple(pieces), bodies=tuple(bodies), seen_on=head.face)

    def _looks(
        self,
        frame: Frame,
        head: HeadPose,
        anchors: Mapping[Ear, EarAnchor],
        track: FaceTrack | None,
    ) -> dict[Ear, LobeFound]:
        """What is found of the lobes now; in a stream both are looked for every few frames."""
        due = track is None
        for ear in anchors if track is not None else ():
            remembered = self._filter(track, ear)
            assert remembered is not None
            remembered.frames_to_look -= 1
            due |= remembered.look is None or remembered.frames_to_look <= 0
        if not due or not anchors:
            return {}
        skin, hair = self._colours_of(frame, head, track)
        person = frame.seen.person
        seen = {
            ear: lobe_evidence(
                frame.image, anchor, _height_px(frame, head, anchor), skin, hair, person
            )
            for ear, anchor in anchors.items()
        }
        heights: dict[Ear, Upright] = {}
        in_sight = [ear for ear, anchor in anchors.items() if shown_by_turn(anchor.turn) > IN_SIGHT]
        if person is not None and len(in_sight) == len(Ear):
            heights[Ear.LEFT], heights[Ear.RIGHT] = together(seen[Ear.LEFT], seen[Ear.RIGHT])
        points = head.face.points_px
        return {
            ear: lobe_found(
                evidence, usual_colour(frame.image, points[CHEEK[ear]]), heights.get(ear)
            )
            for ear, evidence in seen.items()
        }

    def _found(
        self,
        frame: Frame,
        head: HeadPose,
        anchor: EarAnchor,
        track: FaceTrack | None,
        remembered: _EarFilter | None,
        found: LobeFound | None,
    ) -> tuple[EarAnchor, float, Veil | None]:
        """The ear moved to where its lobe is seen, how surely it shows, and strands before it."""
        height_px = _height_px(frame, head, anchor)
        if found is not None and (remembered is None or track is None):
            lobe_px = moved_px(anchor, found.shift, height_px)
            return moved_to(anchor, lobe_px, frame.intrinsics), found.shows, found.strands
        assert remembered is not None
        assert track is not None
        if found is not None:
            remembered.look = _Look(found, moved_px(anchor, found.shift, height_px))
            remembered.frames_to_look = LOOK_EVERY
        look = remembered.look
        assert look is not None
        shift = remembered.shift(look.found.shift, track.elapsed)
        shows = float(remembered.shows(np.array([look.found.shows]), track.elapsed)[0])
        lobe_px = moved_px(anchor, shift, height_px)
        veil = _carried(look.found.strands, lobe_px - look.lobe_px)
        return moved_to(anchor, lobe_px, frame.intrinsics), shows, veil

    def _colours_of(
        self, frame: Frame, head: HeadPose, track: FaceTrack | None
    ) -> tuple[SkinTone, SkinTone]:
        if track is not None:
            colours = self._face_colours(frame, head, track)
            return colours.skin, colours.hair
        skin = face_tone(frame.image, head.face)
        return skin, hair_tone(frame.image, head.face, skin, frame.seen.person)

    def _face_colours(self, frame: Frame, head: HeadPose, track: FaceTrack) -> _FaceColours:
        """The skin and hair of a face, looked at now and then."""
        colours = self._colours.get(track.identity)
        if colours is None or colours.frames_left <= 0:
            skin = face_tone(frame.image, head.face)
            hair = hair_tone(frame.image, head.face, skin, frame.seen.person)
            colours = _FaceColours(skin, hair, TONES_EVERY)
            self._colours[track.identity] = colours
        colours.frames_left -= 1
        return colours

    def _filter(self, track: FaceTrack | None, ear: Ear) -> _EarFilter | None:
        if track is None:
            return None
        return self._filters.setdefault((track.identity, ear), _EarFilter())


def _height_px(frame: Frame, head: HeadPose, anchor: EarAnchor) -> float:
    """Of a face seen from the front at the ear's distance."""
    return head.height * frame.intrinsics.fy / float(anchor.camera_from_anchor.translation[2])


def _confidence(
    anchor: EarAnchor, head: HeadPose, frame: Frame, remembered: _EarFilter | None
) -> float:
    """That this ear's lobe is seen, 0..1: a product of shares, each for one doubt."""
    height, width = frame.image.shape[:2]
    x, y = anchor.lobe_px
    room = float(min(x, y, width - x, height - y)) / anchor.height_px
    shown = remembered is not None and remembered.fade.opacity > 0.5
    return (
        evidence.inside_image(2.0 * room)
        * smoothstep(LEAST_HEIGHT_PX, SURE_HEIGHT_PX, anchor.height_px)
        * shown_by_turn(anchor.turn, grace=HYSTERESIS if shown else -HYSTERESIS)
        * min(1.0, 2.0 * head.face.score)
        * _clear_of_hands(anchor, frame.seen.hands)
    )


def _clear_of_hands(anchor: EarAnchor, hands: Sequence[HandLandmarks]) -> float:
    """That no hand lies over the lobe, 0..1, as far as hands were looked for."""
    clear = 1.0
    for hand in hands:
        outline = cv2.convexHull(hand.points_px.astype(np.float32))
        x, y = (float(each) for each in anchor.lobe_px)
        away = -cv2.pointPolygonTest(outline, (x, y), True) / anchor.height_px
        clear = min(clear, smoothstep(UNDER_HAND, BESIDE_HAND, away))
    return clear


def _carried(veil: Veil | None, moved_px: Array) -> Veil | None:
    """The veil of an earlier frame where the lobe is now."""
    if veil is None:
        return None
    x, y = np.rint(moved_px).astype(int)
    region = veil.region
    there = PixelRegion(region.x + int(x), region.y + int(y), region.width, region.height)
    return Veil(veil.hides, there)


def _opacity(confidence: float, remembered: _EarFilter | None, track: FaceTrack | None) -> float:
    """How solid an earring is: it comes and goes slowly, and only when the doubt is large."""
    if remembered is None or track is None:
        return smoothstep(INVISIBLE, SOLID, confidence)
    grace = STAYS if remembered.fade.opacity > 0.5 else 0.0
    wanted = smoothstep(INVISIBLE - grace, SOLID - grace, confidence)
    return remembered.fade(wanted, track.elapsed)


def _worn(
    wearable: Wearable,
    index: int,
    anchor: EarAnchor,
    opacity: float,
    remembered: _EarFilter | None,
    track: FaceTrack | None,
) -> tuple[Worn, ...]:
    """The model of this ear, or its still and its swinging part."""
    pair = hung(wearable.model, anchor.ear)
    place = anchor.camera_from_anchor
    if pair.turns:
        place = plumb(place, CAMERA_DOWN)
    still = Worn(pair.still, place, opacity, on_skin=True)
    if pair.swinging is None:
        return (still,)
    hangs = CAMERA_DOWN
    if remembered is not None and track is not None:
        pendulum = remembered.pendulums.get(index)
        if pendulum is None:
            pendulum = remembered.pendulums[index] = Pendulum(pair.pendulum_length)
        hangs = pendulum(place.apply(pair.hinge), track.elapsed)
    hangs = kept_off_neck(hangs, place.rotation[:, 2], pair.drop)
    return still, Worn(pair.swinging, swung(place, pair, hangs), opacity)


def _placement(
    wearable: Wearable, anchor: EarAnchor, head: HeadPose, confidence: float
) -> Placement:
    up = anchor.camera_from_anchor.rotation[:, 1]
    lobe = anchor.camera_from_anchor.translation
    along = up[:2] - lobe[:2] / lobe[2] * up[2]
    return Placement(
        product=wearable.product,
        anchor=Anchor.EAR,
        finger=None,
        hand=None,
        side=None,
        confidence=confidence,
        camera_from_anchor=anchor.camera_from_anchor,
        center_px=anchor.lobe_px,
        axis_px=np.asarray(along / max(float(np.linalg.norm(along)), 1e-12)),
        width_px=anchor.height_px,
        ear=anchor.ear,
        scale=head.scale,
    )

"""Rings on fingers.

For each hand: steady the landmarks, lift them into the camera's frame. For each finger that wears
something: measure it in the image once, place its rings upon one another, gate their turning, fade
them by confidence. Without smoothing every frame stands alone and nothing is remembered.

Fingers are layers of their own, the nearest last: each finger's distance follows from the size of
its rings, so distances do not agree between fingers, and none may eat into another's rings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models3d.frames import Array, Image, Intrinsics, RigidTransform
from models3d.mesh import Model
from tryon.anchors import evidence
from tryon.anchors.evidence import smoothstep
from tryon.anchors.finger import FingerAnchor, Outline, find_outline, place_ring
from tryon.anchors.hand_frame import PROXIMAL, HandPose, lift
from tryon.anchors.occluders import finger_occluders, hidden_share
from tryon.anchors.skin import hand_colours
from tryon.anchors.stack import Stack, fitted, place_of_stack, stacked
from tryon.smoothing import Fade, OneEuro, RotationGate
from tryon.solvers.hand_placement import hand_placement
from tryon.tracks import HandTrack, HandTracks
from tryon.types import (
    Finger,
    Frame,
    Hand,
    HandLandmarks,
    Layer,
    Placement,
    Wearable,
    WornPiece,
)
from viewer.render.types import Worn

DEFAULT_INNER_DIAMETER = 0.0172  # metres: EU 54, for a model that does not say
COLOURS_EVERY = 8  # frames of a stream: a hand's colours change slowly
INVISIBLE, SOLID = 0.60, 0.72  # confidences between which a jewel fades in: there, or absent
STAYS = 0.15  # by how much lower they are for a jewel that is shown, so that it does not flicker


@dataclass(slots=True)
class _FingerFilter:
    """What is remembered of one finger of one hand."""

    outline: OneEuro = field(default_factory=lambda: OneEuro(0.4, 0.6))
    at: OneEuro = field(default_factory=lambda: OneEuro(1.0, 0.5))
    gate: RotationGate = field(default_factory=RotationGate)
    fade: Fade = field(default_factory=Fade)


@dataclass(slots=True)
class _Colours:
    """What is remembered of one hand's skin."""

    found: Array
    frames_left: int  # until it is learned anew


@dataclass(frozen=True, slots=True, eq=False)
class _Worn:
    """The rings of one finger, the first nearest the hand."""

    finger: Finger
    products: tuple[str, ...]
    models: tuple[Model, ...]  # all with the first one's inner diameter
    inner_diameter: float
    stack: Stack


class RingSolver:
    """Places rings on hands, for one stream or for photos.

    Args:
        wearables: rings, and where each is worn; of those on one finger the first sits nearest
            the hand.
        smoothing: the frames follow one another, and what is found in them is made steady.
    """

    def __init__(self, wearables: Sequence[Wearable], *, smoothing: bool) -> None:
        self._worn = _by_hand(wearables)
        self._tracks = HandTracks() if smoothing else None
        self._filters: dict[tuple[int, Finger], _FingerFilter] = {}
        self._colours: dict[int, _Colours] = {}

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        """One layer for each finger that wears something, the nearest last."""
        found: list[tuple[float, Layer]] = []
        for landmarks, track in self._steadied(frame.seen.hands, frame.time_ms):
            worn = self._worn[landmarks.hand]
            if not worn:
                continue
            pose = lift(landmarks, frame.intrinsics)
            colours = self._colours_of(frame.image, landmarks, track)
            for each in worn:
                start, end = PROXIMAL[each.finger]
                distance = float(pose.joints[start, 2] + pose.joints[end, 2])
                found.append((distance, self._layer(frame, pose, colours, track, each)))
        return tuple(layer for _, layer in sorted(found, key=lambda pair: -pair[0]))

    def _layer(
        self,
        frame: Frame,
        pose: HandPose,
        colours: Array,
        track: HandTrack | None,
        worn: _Worn,
    ) -> Layer:
        remembered = self._filter(track, worn.finger)
        outline = find_outline(frame.image, pose, worn.finger, colours)
        if remembered and track:
            outline = _steady_outline(outline, pose, remembered, track)
        camera = frame.intrinsics
        anchor = place_ring(pose, worn.finger, outline, camera, worn.inner_diameter)
        if len(worn.models) > 1:
            phalanx = _phalanx(pose, worn.finger, outline, anchor)
            outline = replace(outline, at=place_of_stack(outline.at, worn.stack, phalanx))
            anchor = place_ring(pose, worn.finger, outline, camera, worn.inner_diameter)
        cones = finger_occluders(anchor, pose, outline.at)
        hidden = hidden_share(anchor, cones[1:])
        anchor = _seen(anchor, frame.image, evidence.unhidden(hidden, outline.presence))
        if remembered and track:
            anchor = _gated(anchor, remembered, track)
            opacity = _faded(anchor, remembered, track)
        else:
            opacity = smoothstep(INVISIBLE, SOLID, anchor.confidence)
        pieces = []
        for product, model, offset in zip(
            worn.products, worn.models, worn.stack.offsets, strict=True
        ):
            placed = _moved_along(anchor, float(offset), camera)
            ring = Worn(model, placed.camera_from_anchor, opacity, 0)
            pieces.append(WornPiece(_placement(product, placed, pose), (ring,)))
        return Layer(tuple(pieces), cones, seen_on=pose.landmarks)

    def _steadied(
        self, hands: Sequence[HandLandmarks], time_ms: float
    ) -> list[tuple[HandLandmarks, HandTrack | None]]:
        if self._tracks is None:
            return [(hand, None) for hand in hands]
        tracked = self._tracks.update(hands, time_ms)
        alive = {track.identity for track in self._tracks.alive}
        self._filters = {key: kept for key, kept in self._filters.items() if key[0] in alive}
        self._colours = {key: kept for key, kept in self._colours.items() if key in alive}
        return [(landmarks, track) for landmarks, track in tracked]

    def _colours_of(self, image: Image, landmarks: HandLandmarks, track: HandTrack | None) -> Array:
        """The hand's own colours; in a stream they are learned anew now and then."""
        if track is None:
            return hand_colours(image, landmarks.points_px)
        known = self._colours.get(track.identity)
        if known is None or known.frames_left <= 0:
            found = hand_colours(image, landmarks.points_px)
            known = self._colours[track.identity] = _Colours(found, COLOURS_EVERY)
        known.frames_left -= 1
        return known.found

    def _filter(self, track: HandTrack | None, finger: Finger) -> _FingerFilter | None:
        if track is None:
            return None
        return self._filters.setdefault((track.identity, finger), _FingerFilter())


def _by_hand(wearables: Sequence[Wearable]) -> dict[Hand, tuple[_Worn, ...]]:
    """The rings that each hand wears, finger by finger; the same models are stacked once."""
    known: dict[tuple[int, ...], _Worn] = {}
    by_hand = {}
    for hand in Hand:
        wanted: dict[Finger, list[Wearable]] = {}
        for wearable in wearables:
            if wearable.hand in (None, hand):
                wanted.setdefault(wearable.finger, []).append(wearable)
        worn = []
        for finger, rings in wanted.items():
            same = tuple(id(ring.model) for ring in rings)
            if same not in known:
                known[same] = _on_finger(rings)
            products = tuple(ring.product for ring in rings)
            worn.append(replace(known[same], finger=finger, products=products))
        by_hand[hand] = tuple(worn)
    return by_hand


def _on_finger(rings: Sequence[Wearable]) -> _Worn:
    inner = _inner(rings[0].model)
    models = tuple(fitted(ring.model, inner, _inner(ring.model)) for ring in rings)
    products = tuple(ring.product for ring in rings)
    return _Worn(rings[0].finger, products, models, inner, stacked(models))


def _inner(model: Model) -> float:
    return model.inner_diameter or DEFAULT_INNER_DIAMETER


def _phalanx(pose: HandPose, finger: Finger, outline: Outline, anchor: FingerAnchor) -> float:
    """Length of the bone in metres, on the scale of the ring."""
    start, end = pose.joints[list(PROXIMAL[finger])]
    lifted = float(start[2] + outline.at * (end[2] - start[2]))
    grown = float(anchor.camera_from_anchor.translation[2]) / lifted
    return float(np.linalg.norm(end - start)) * grown


def _moved_along(anchor: FingerAnchor, offset: float, camera: Intrinsics) -> FingerAnchor:
    """The anchor of a ring `offset` metres further on along the same finger."""
    if offset == 0.0:
        return anchor
    transform = anchor.camera_from_anchor
    center = transform.translation + offset * transform.rotation[:, 1]
    return replace(
        anchor,
        camera_from_anchor=RigidTransform(transform.rotation, center),
        center_px=camera.project(center),
        width_px=anchor.width_px * float(transform.translation[2] / center[2]),
    )


def _steady_outline(
    outline: Outline, pose: HandPose, remembered: _FingerFilter, track: HandTrack
) -> Outline:
    """The outline in units of the palm, filtered."""
    palm = pose.palm_px
    measured = np.array([np.log(outline.width_px / palm), outline.shift_px / palm, outline.turn])
    width, shift, turn = remembered.outline(measured[:, None], track.elapsed)[:, 0]
    at = float(remembered.at(np.array([[outline.at]]), track.elapsed)[0, 0])
    return replace(
        outline,
        at=at,
        width_px=float(np.exp(width) * palm),
        shift_px=float(shift * palm),
        turn=float(turn),
    )


def _gated(anchor: FingerAnchor, remembered: _FingerFilter, track: HandTrack) -> FingerAnchor:
    transform = anchor.camera_from_anchor
    rotation = remembered.gate(transform.rotation, track.moved_palms, track.elapsed)
    return replace(anchor, camera_from_anchor=RigidTransform(rotation, transform.translation))


def _faded(anchor: FingerAnchor, remembered: _FingerFilter, track: HandTrack) -> float:
    """How solid the ring is: it comes and goes slowly, and only when the doubt is large."""
    grace = STAYS if remembered.fade.opacity > 0.5 else 0.0
    wanted = smoothstep(INVISIBLE - grace, SOLID - grace, anchor.confidence)
    return remembered.fade(wanted, track.elapsed)


def _seen(anchor: FingerAnchor, image: Image, unhidden: float) -> FingerAnchor:
    """Less confident where the ring is behind something or leaves the image."""
    height, width = image.shape[:2]
    x, y = anchor.center_px
    room = min(x, y, width - x, height - y) / anchor.width_px
    seen = evidence.inside_image(room) * unhidden
    return replace(anchor, confidence=anchor.confidence * seen)


def _placement(product: str, anchor: FingerAnchor, pose: HandPose) -> Placement:
    start, end = PROXIMAL[anchor.finger]
    away = 0.5 * float(pose.joints[start, 2] + pose.joints[end, 2])
    return hand_placement(product, anchor, pose, away)

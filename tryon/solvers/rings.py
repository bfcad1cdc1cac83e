"""Rings on fingers.

For each hand: steady the landmarks, lift them into the camera's frame, measure the finger in the
image, place the ring, gate its turning, fade it by confidence. Without smoothing every frame
stands alone and nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models3d.frames import Anchor, Image, RigidTransform
from tryon.anchors import evidence
from tryon.anchors.evidence import smoothstep
from tryon.anchors.finger import FingerAnchor, Outline, find_outline, place_ring
from tryon.anchors.hand_frame import HandPose, lift
from tryon.anchors.occluders import finger_occluders, hidden_share
from tryon.smoothing import Fade, OneEuro, RotationGate
from tryon.tracks import HandTrack, HandTracks
from tryon.types import Frame, HandLandmarks, Layer, Placement, Wearable, WornPiece
from viewer.render.types import Occluder, Worn

DEFAULT_INNER_DIAMETER = 0.0172  # metres: EU 54, for a model that does not say
INVISIBLE, SOLID = 0.60, 0.72  # confidences between which a jewel fades in: there, or absent
STAYS = 0.15  # by how much lower they are for a jewel that is shown, so that it does not flicker


@dataclass(slots=True)
class _RingFilter:
    """What is remembered of one ring on one hand."""

    outline: OneEuro = field(default_factory=lambda: OneEuro(0.4, 0.6))
    at: OneEuro = field(default_factory=lambda: OneEuro(1.0, 0.5))
    gate: RotationGate = field(default_factory=RotationGate)
    fade: Fade = field(default_factory=Fade)


class RingSolver:
    """Places rings on hands, for one stream or for photos.

    Args:
        wearables: rings, and where each is worn.
        smoothing: the frames follow one another, and what is found in them is made steady.
    """

    def __init__(self, wearables: Sequence[Wearable], *, smoothing: bool) -> None:
        self._wearables = tuple(wearables)
        self._tracks = HandTracks() if smoothing else None
        self._filters: dict[tuple[int, int], _RingFilter] = {}

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        """One layer for each hand that wears something."""
        layers = []
        for landmarks, track in self._steadied(frame.seen.hands, frame.time_ms):
            wanted = [
                (index, wearable)
                for index, wearable in enumerate(self._wearables)
                if wearable.hand in (None, landmarks.hand)
            ]
            if wanted:
                layers.append(self._layer(frame, landmarks, track, wanted))
        return tuple(layers)

    def _layer(
        self,
        frame: Frame,
        landmarks: HandLandmarks,
        track: HandTrack | None,
        wanted: Sequence[tuple[int, Wearable]],
    ) -> Layer:
        pose = lift(landmarks, frame.intrinsics)
        pieces: list[WornPiece] = []
        occluders: list[Occluder] = []
        for index, wearable in wanted:
            remembered = self._filter(track, index)
            outline = find_outline(frame.image, pose, wearable.finger)
            if remembered and track:
                outline = _steady_outline(outline, pose, remembered, track)
            anchor = place_ring(pose, wearable.finger, outline, frame.intrinsics, _inner(wearable))
            cones = finger_occluders(anchor, pose, outline.at)
            hidden = hidden_share(anchor, cones[1:])
            anchor = _seen(anchor, frame.image, evidence.unhidden(hidden, outline.presence))
            if remembered and track:
                anchor = _gated(anchor, remembered, track)
                opacity = _faded(anchor, remembered, track)
            else:
                opacity = smoothstep(INVISIBLE, SOLID, anchor.confidence)
            worn = Worn(wearable.model, anchor.camera_from_anchor, opacity, len(occluders))
            pieces.append(WornPiece(_placement(wearable, anchor), (worn,)))
            occluders.extend(cones)
        return Layer(tuple(pieces), tuple(occluders), seen_on=landmarks)

    def _steadied(
        self, hands: Sequence[HandLandmarks], time_ms: float
    ) -> list[tuple[HandLandmarks, HandTrack | None]]:
        if self._tracks is None:
            return [(hand, None) for hand in hands]
        tracked = self._tracks.update(hands, time_ms)
        alive = {track.identity for track in self._tracks.alive}
        self._filters = {key: kept for key, kept in self._filters.items() if key[0] in alive}
        return [(landmarks, track) for landmarks, track in tracked]

    def _filter(self, track: HandTrack | None, index: int) -> _RingFilter | None:
        if track is None:
            return None
        return self._filters.setdefault((track.identity, index), _RingFilter())


def _inner(wearable: Wearable) -> float:
    return wearable.model.inner_diameter or DEFAULT_INNER_DIAMETER


def _steady_outline(
    outline: Outline, pose: HandPose, remembered: _RingFilter, track: HandTrack
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


def _gated(anchor: FingerAnchor, remembered: _RingFilter, track: HandTrack) -> FingerAnchor:
    transform = anchor.camera_from_anchor
    rotation = remembered.gate(transform.rotation, track.moved_palms, track.elapsed)
    return replace(anchor, camera_from_anchor=RigidTransform(rotation, transform.translation))


def _faded(anchor: FingerAnchor, remembered: _RingFilter, track: HandTrack) -> float:
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


def _placement(wearable: Wearable, anchor: FingerAnchor) -> Placement:
    return Placement(
        product=wearable.product,
        anchor=Anchor.FINGER,
        finger=anchor.finger,
        hand=anchor.hand,
        side=anchor.side,
        confidence=anchor.confidence,
        camera_from_anchor=anchor.camera_from_anchor,
        center_px=anchor.center_px,
        axis_px=anchor.axis_px,
        width_px=anchor.width_px,
    )

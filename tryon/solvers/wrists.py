"""Watches and bracelets on wrists.

For each hand: steady the landmarks, lift them into the camera's frame, find the forearm, place the
wrist, put the pieces side by side along it, let loose ones hang, gate their turning, fade them by
confidence. Without smoothing every frame stands alone and nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from models3d.frames import RigidTransform
from models3d.wrists import Wears
from tryon.anchors import evidence
from tryon.anchors.arm_guess import AT
from tryon.anchors.arm_occluders import arm_occluders
from tryon.anchors.arm_worn import OwnBand, clear_of
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import WRIST, lift
from tryon.anchors.hanging import Loop, place_along, rest
from tryon.anchors.side_by_side import side_by_side
from tryon.anchors.sleeve import Sleeve
from tryon.anchors.wrist import WristAnchor, place_wrist
from tryon.smoothing import OneEuro
from tryon.solvers.hand_placement import hand_placement
from tryon.solvers.wrist_memory import (
    INVISIBLE,
    SOLID,
    WristFilter,
    faded,
    forearm_of,
    gated,
    own_bands_of,
    sleeve_of,
    steady_forearm,
    steady_sleeve,
    tone_of,
)
from tryon.solvers.wrist_pieces import Hanging, WristPiece, by_section, wrist_piece
from tryon.solvers.wrist_veils import hands_before, wrist_veil
from tryon.tracks import HandTrack, HandTracks, palm_length_px
from tryon.types import (
    Frame,
    HandLandmarks,
    Layer,
    PersonMask,
    Wearable,
    WornPiece,
)
from viewer.render.types import Worn

LEAST_PALM_PX = 8.0
LEAST_ARM = 0.2  # confidence in a forearm below which no sleeve is looked for on it
PUSHED = 0.18  # palms that a sleeve pushes a piece towards the hand, at most


class WristSolver:
    """Places watches and bracelets, for one stream or for photos.

    Args:
        wearables: pieces, and on which hand each is worn.
        smoothing: the frames follow one another, and what is found in them is made steady.
    """

    def __init__(self, wearables: Sequence[Wearable], *, smoothing: bool) -> None:
        self._pieces = tuple(wrist_piece(wearable) for wearable in wearables)
        self._tracks = HandTracks() if smoothing else None
        self._filters: dict[int, WristFilter] = {}

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        """Layers of each hand that wears something: one for each size of wrist worn on it."""
        layers: list[Layer] = []
        for landmarks, track in self._steadied(frame.seen.hands, frame.time_ms):
            wanted = [
                (index, piece)
                for index, piece in enumerate(self._pieces)
                if piece.wearable.hand in (None, landmarks.hand)
            ]
            if wanted and _large_enough(landmarks):
                layers.extend(self._layers(frame, landmarks, track, wanted))
        return tuple(layers)

    def _layers(
        self,
        frame: Frame,
        landmarks: HandLandmarks,
        track: HandTrack | None,
        wanted: Sequence[tuple[int, WristPiece]],
    ) -> list[Layer]:
        pose = lift(landmarks, frame.intrinsics)
        remembered = self._filter(track)
        tone = tone_of(frame.image, landmarks, remembered)
        forearm = forearm_of(frame, pose, tone, _of_this_frame(frame), remembered, track)
        if remembered and track:
            forearm = steady_forearm(forearm, pose, remembered, track)
        sleeve = None
        own: tuple[OwnBand, ...] = ()
        if forearm.confidence > LEAST_ARM:
            sleeve = sleeve_of(frame, forearm, tone, remembered)
            if remembered and track:
                sleeve = steady_sleeve(sleeve, remembered, track)
            own = own_bands_of(frame, forearm, tone, remembered)
        covered = _covered(sleeve)
        section = wanted[0][1].section
        wrist = place_wrist(pose, forearm, section, frame.intrinsics, covered=covered)
        wrist = _seen(wrist, frame)
        if remembered and track:
            wrist = gated(wrist, remembered, track)
            opacity = faded(wrist, remembered, track)
        else:
            opacity = smoothstep(INVISIBLE, SOLID, wrist.confidence)
        veil = None
        if opacity > 0.0:
            before = hands_before(frame, landmarks, pose)
            veil = wrist_veil(frame, tone, forearm, wrist, sleeve, before)
        places = self._places(wanted, wrist, sleeve, own, remembered, track)
        rooms = _rooms(wanted, places, wrist)
        layers = []
        for group in by_section(wanted):
            here = wrist
            if group[0][1].section != section:
                other = group[0][1].section
                placed = place_wrist(pose, forearm, other, frame.intrinsics, covered=covered)
                here = _for_section(placed, wrist)
            pieces = []
            for index, piece in group:
                up_arm = places[index] * here.metres_per_palm
                anchor = here.moved(here.from_joint - up_arm, frame.intrinsics)
                rotation = anchor.camera_from_anchor.rotation
                hung = remembered.hangings.get(index) if remembered else None
                form, hung = piece.form(rotation, hung or Hanging())
                if remembered:
                    remembered.hangings[index] = hung
                hanging = rest(form.loop, anchor.section, piece.wears, rotation, rooms[index])
                if piece.dial:
                    hanging = piece.worn_on(landmarks.hand)
                transform = anchor.camera_from_anchor @ hanging
                worn = Worn(form.model, transform, opacity, 0)
                away = float(pose.joints[WRIST, 2])
                placement = hand_placement(piece.wearable.product, anchor, pose, away)
                pieces.append(WornPiece(placement, (worn,), veil))
            layers.append(Layer(tuple(pieces), arm_occluders(here, pose), seen_on=landmarks))
        return layers

    def _places(
        self,
        wanted: Sequence[tuple[int, WristPiece]],
        wrist: WristAnchor,
        sleeve: Sleeve | None,
        own: Sequence[OwnBand],
        remembered: WristFilter | None,
        track: HandTrack | None,
    ) -> dict[int, float]:
        """Palms from the wrist joint of each piece's middle, by its index."""
        palm, rotation = wrist.metres_per_palm, wrist.camera_from_anchor.rotation
        extents = [piece.extent(wrist.hand) for _, piece in wanted]
        homes = []
        for (_, piece), extent in zip(wanted, extents, strict=True):
            home = place_along(piece.wears, rotation)
            if piece.wears is Wears.HANGS:
                home = min(home, _fits_up_to(piece.loop, wrist))
            reach = extent.high / palm, -extent.low / palm
            home = clear_of(home, reach, piece.half_band / palm, own)
            if sleeve is not None:  # it pushes a piece a little to the hand
                clear = sleeve.from_palms + extent.low / palm
                home += sleeve.confidence * min(max(clear - home, -PUSHED), 0.0)
            homes.append(palm * home)
        held = [piece.dial for _, piece in wanted]
        found = np.array(side_by_side(homes, extents, held)) / palm
        places = {}
        for (index, _), place in zip(wanted, found, strict=True):
            if remembered and track:
                steady = remembered.places.setdefault(index, OneEuro(0.5, 0.5))
                place = steady(np.array([[place]]), track.elapsed)[0, 0]
            places[index] = float(place)
        return places

    def _steadied(
        self, hands: Sequence[HandLandmarks], time_ms: float
    ) -> list[tuple[HandLandmarks, HandTrack | None]]:
        if self._tracks is None:
            return [(hand, None) for hand in hands]
        tracked = self._tracks.update(hands, time_ms)
        alive = {track.identity for track in self._tracks.alive}
        self._filters = {key: kept for key, kept in self._filters.items() if key in alive}
        return [(landmarks, track) for landmarks, track in tracked]

    def _filter(self, track: HandTrack | None) -> WristFilter | None:
        if track is None:
            return None
        return self._filters.setdefault(track.identity, WristFilter())


def _of_this_frame(frame: Frame) -> PersonMask | None:
    person = frame.seen.person
    return person if person is not None and person.time_ms == frame.time_ms else None


def _large_enough(landmarks: HandLandmarks) -> bool:
    """Whether there are pixels enough to look for a forearm in."""
    return palm_length_px(landmarks.points_px) > LEAST_PALM_PX


def _for_section(placed: WristAnchor, steadied: WristAnchor) -> WristAnchor:
    """A wrist of another section, turned and trusted as the steadied one."""
    rotation = steadied.camera_from_anchor.rotation
    transform = RigidTransform(rotation, placed.camera_from_anchor.translation)
    return replace(placed, camera_from_anchor=transform, confidence=steadied.confidence)


def _covered(sleeve: Sleeve | None) -> float:
    """That the arm's edges are cloth's where its breadth is taken, 0..1."""
    if sleeve is None:
        return 0.0
    return sleeve.confidence * (1.0 - smoothstep(AT - 0.1, AT + 0.25, sleeve.from_palms))


def _rooms(
    wanted: Sequence[tuple[int, WristPiece]], places: Mapping[int, float], wrist: WristAnchor
) -> dict[int, float]:
    """Metres that each piece, by its index, has free on the side where a neighbour is nearer."""
    spans = {}
    for index, piece in wanted:
        extent, at = piece.extent(wrist.hand), places[index] * wrist.metres_per_palm
        spans[index] = at - extent.high, at - extent.low
    return {
        k: min((max(a - end, start - b) for j, (a, b) in spans.items() if j != k), default=inf)
        for k, (start, end) in spans.items()
    }


def _fits_up_to(loop: Loop, wrist: WristAnchor) -> float:
    """Palms from the wrist joint to where the arm fills a stiff loop."""
    room = 0.97 * loop.half_breadth - wrist.section.half_breadth
    grows = max(0.5 * wrist.taper, 0.04)
    return (wrist.from_joint + room / grows) / wrist.metres_per_palm


def _seen(wrist: WristAnchor, frame: Frame) -> WristAnchor:
    """Less confident where the wrist leaves the image."""
    height, width = frame.image.shape[:2]
    x, y = wrist.center_px
    room = min(x, y, width - x, height - y) / wrist.width_px
    return replace(wrist, confidence=wrist.confidence * evidence.inside_image(room))

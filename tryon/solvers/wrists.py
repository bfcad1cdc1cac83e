"""Watches and bracelets on wrists.

For each hand: steady the landmarks, lift them into the camera's frame, find the forearm, place the
wrist, put the pieces side by side along it, let loose ones hang, gate their turning, fade them by
confidence. Without smoothing every frame stands alone and nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from models3d.frames import Anchor, Image, PixelRegion, RigidTransform
from models3d.mesh import Model
from models3d.wrists import Wears
from tryon.anchors import evidence
from tryon.anchors.arm_occluders import arm_occluders
from tryon.anchors.evidence import smoothstep
from tryon.anchors.forearm import AT, Forearm, find_forearm
from tryon.anchors.hand_frame import HandPose, lift
from tryon.anchors.hanging import Loop, find_loop, place_along, rest
from tryon.anchors.side_by_side import Extent, side_by_side
from tryon.anchors.sleeve import Sleeve, find_sleeve, sleeve_veil
from tryon.anchors.wrist import Section, WristAnchor, place_wrist
from tryon.smoothing import Fade, OneEuro, RotationGate
from tryon.tones import SkinTone, hand_tone
from tryon.tracks import HandTrack, HandTracks, palm_length_px
from tryon.types import (
    Frame,
    Hand,
    HandLandmarks,
    Interval,
    Layer,
    Placement,
    Scale,
    Veil,
    Wearable,
    WornPiece,
)
from viewer.render.types import Worn

DEFAULT_SECTION = Section(0.0301, 0.0221)  # metres: 165 mm round, where none is told
INVISIBLE, SOLID = 0.58, 0.72  # confidences between which a piece fades in
STAYS = 0.15  # by how much lower they are for a piece that is shown, so that it does not flicker
SAME_WRIST = 0.004  # of the section: pieces made for one wrist are drawn together
SIZE_SPREAD = 0.10  # of the wearer's wrist against the piece's
LEAST_PALM_PX = 8.0
LEAST_ARM = 0.2  # confidence in a forearm below which no sleeve is looked for on it
TONE_EVERY, SLEEVE_EVERY, SEARCH_EVERY = 12, 4, 4  # frames of a stream
PUSHED = 0.18  # palms that a sleeve pushes a piece towards the hand, at most
VEIL_REACH = 1.3  # widths of the wrist about it that a sleeve's veil spans
HALF_TURN = RigidTransform(np.diag([-1.0, -1.0, 1.0]), np.zeros(3))


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A wearable with what its model says of wrists."""

    wearable: Wearable
    section: Section
    wears: Wears
    dial: bool
    loop: Loop

    def worn_on(self, hand: Hand) -> RigidTransform:
        """Anchor from model before it hangs: a dial is read by its wearer on either wrist.

        A watch is made for the left one, its 12 o'clock on the little finger's side and its crown
        to the hand. On the right wrist it is turned, not mirrored: the crown points to the elbow.
        """
        return HALF_TURN if self.dial and hand is Hand.RIGHT else RigidTransform.identity()

    def extent(self, hand: Hand) -> Extent:
        """Metres along +Y about its middle."""
        half = 0.5 * (self.loop.high - self.loop.low)
        if self.dial:  # the case, not the crown, is in the middle
            low, high = self.loop.low, self.loop.high
            return Extent(-high, -low) if hand is Hand.RIGHT else Extent(low, high)
        return Extent(-half, half)


@dataclass(slots=True)
class _WristFilter:
    """What is remembered of one wrist."""

    outline: OneEuro = field(default_factory=lambda: OneEuro(0.5, 0.8))
    gate: RotationGate = field(default_factory=RotationGate)
    sleeve: OneEuro = field(default_factory=lambda: OneEuro(0.6, 0.5))
    covered: Fade = field(default_factory=lambda: Fade(0.4))
    fade: Fade = field(default_factory=Fade)
    places: dict[int, OneEuro] = field(default_factory=dict)
    forearm: Forearm | None = None
    tone: SkinTone | None = None
    sleeve_seen: Sleeve | None = None
    frames: int = 0  # seen so far
    sleeve_palms: float | None = None


class WristSolver:
    """Places watches and bracelets, for one stream or for photos.

    Args:
        wearables: pieces, and on which hand each is worn.
        smoothing: the frames follow one another, and what is found in them is made steady.
    """

    def __init__(self, wearables: Sequence[Wearable], *, smoothing: bool) -> None:
        self._pieces = tuple(_piece(wearable) for wearable in wearables)
        self._tracks = HandTracks() if smoothing else None
        self._filters: dict[int, _WristFilter] = {}

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
        wanted: Sequence[tuple[int, _Piece]],
    ) -> list[Layer]:
        pose = lift(landmarks, frame.intrinsics)
        remembered = self._filter(track)
        tone = _tone(frame.image, landmarks, remembered)
        forearm = find_forearm(
            frame.image,
            pose,
            frame.seen.bodies,
            remembered.forearm if remembered else None,
            tone,
            anew=remembered is None or remembered.frames % SEARCH_EVERY == 1,
        )
        if remembered and track:
            forearm = _steady_forearm(forearm, pose, remembered, track)
        sleeve = None
        if forearm.confidence > LEAST_ARM:
            sleeve = _sleeve(frame, forearm, tone, remembered)
            if remembered and track:
                sleeve = _steady_sleeve(sleeve, remembered, track)
        covered = _covered(sleeve)
        section = wanted[0][1].section
        wrist = place_wrist(pose, forearm, section, frame.intrinsics, covered=covered)
        wrist = _seen(wrist, frame)
        if remembered and track:
            wrist = _gated(wrist, remembered, track)
            opacity = _faded(wrist, remembered, track)
        else:
            opacity = smoothstep(INVISIBLE, SOLID, wrist.confidence)
        veil = _veil(frame, tone, forearm, wrist, sleeve) if opacity > 0.0 else None
        places = self._places(wanted, wrist, sleeve, remembered, track)
        rooms = _rooms(wanted, places, wrist)
        layers = []
        for group in _by_section(wanted):
            section = group[0][1].section
            placed = place_wrist(pose, forearm, section, frame.intrinsics, covered=covered)
            here = _for_section(placed, wrist)
            pieces = []
            for index, piece in group:
                up_arm = places[index] * here.metres_per_palm
                anchor = here.moved(here.from_joint - up_arm, frame.intrinsics)
                hanging = rest(
                    piece.loop,
                    anchor.section,
                    piece.wears,
                    anchor.camera_from_anchor.rotation,
                    rooms[index],
                )
                if piece.dial:
                    hanging = piece.worn_on(landmarks.hand)
                transform = anchor.camera_from_anchor @ hanging
                worn = Worn(piece.wearable.model, transform, opacity, 0)
                placement = _placement(piece.wearable, anchor)
                pieces.append(WornPiece(placement, (worn,), veil))
            layers.append(Layer(tuple(pieces), arm_occluders(here, pose), seen_on=landmarks))
        return layers

    def _places(
        self,
        wanted: Sequence[tuple[int, _Piece]],
        wrist: WristAnchor,
        sleeve: Sleeve | None,
        remembered: _WristFilter | None,
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

    def _filter(self, track: HandTrack | None) -> _WristFilter | None:
        if track is None:
            return None
        return self._filters.setdefault(track.identity, _WristFilter())


def _large_enough(landmarks: HandLandmarks) -> bool:
    """Whether there are pixels enough to look for a forearm in."""
    return palm_length_px(landmarks.points_px) > LEAST_PALM_PX


def _piece(wearable: Wearable) -> _Piece:
    model = wearable.model
    told = model.extras.get("section_mm")
    if told is not None:
        section = Section(1e-3 * float(told[0]), 1e-3 * float(told[1]))
    elif model.inner_diameter is not None:
        share = 0.5 * model.inner_diameter / 0.0263  # a round wrist of 165 mm
        section = Section(share * DEFAULT_SECTION.half_breadth, share * DEFAULT_SECTION.half_depth)
    else:
        section = DEFAULT_SECTION
    wears = Wears(model.extras.get("wears", Wears.SITS))
    return _Piece(wearable, section, wears, _has_dial(model), find_loop(model))


def _has_dial(model: Model) -> bool:
    return any(part.slot == "dial" or part.name == "dial" for part in model.parts)


def _by_section(wanted: Sequence[tuple[int, _Piece]]) -> list[list[tuple[int, _Piece]]]:
    """Pieces that were made for the same wrist stand at the same distance."""
    groups: list[list[tuple[int, _Piece]]] = []
    for item in wanted:
        for group in groups:
            share = item[1].section.half_breadth / group[0][1].section.half_breadth
            if abs(share - 1.0) < SAME_WRIST:
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


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
    wanted: Sequence[tuple[int, _Piece]], places: Mapping[int, float], wrist: WristAnchor
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


def _steady_forearm(
    forearm: Forearm, pose: HandPose, remembered: _WristFilter, track: HandTrack
) -> Forearm:
    """The outline in units of the palm, filtered; directions as points on a circle."""
    shift = (forearm.start_px - pose.landmarks.points_px[0]) / forearm.palm_px
    measured = np.array(
        [
            *forearm.towards_hand,
            *shift,
            np.log(forearm.breadth_palms),
            forearm.taper,
            forearm.rise,
            forearm.outlined,
            forearm.confidence,
        ]
    )
    steady = remembered.outline(measured[:, None], track.elapsed)[:, 0]
    towards = steady[:2] / max(float(np.linalg.norm(steady[:2])), 1e-9)
    steadied = Forearm(
        pose.landmarks.points_px[0] + steady[2:4] * forearm.palm_px,
        towards,
        float(np.exp(steady[4])),
        forearm.aside_palms,
        float(steady[5]),
        float(np.clip(steady[6], -0.95, 0.95)),
        float(steady[7]),
        forearm.found,
        float(steady[8]),
        forearm.palm_px,
    )
    lost = forearm.confidence < INVISIBLE  # then it is looked for all round
    remembered.forearm = None if lost else replace(forearm, towards_hand=towards)
    return steadied


def _tone(image: Image, landmarks: HandLandmarks, remembered: _WristFilter | None) -> SkinTone:
    """The hand's skin, in a stream learned anew from time to time."""
    if remembered is None:
        return hand_tone(image, landmarks)
    if remembered.tone is None or remembered.frames % TONE_EVERY == 0:
        remembered.tone = hand_tone(image, landmarks)
    remembered.frames += 1
    return remembered.tone


def _sleeve(
    frame: Frame,
    forearm: Forearm,
    tone: SkinTone,
    remembered: _WristFilter | None,
) -> Sleeve | None:
    """The sleeve, in a stream looked for every few frames."""
    if remembered is not None and remembered.frames % SLEEVE_EVERY != 1:
        return remembered.sleeve_seen
    sleeve = find_sleeve(frame.image, forearm, forearm.palm_px, tone, frame.seen.person)
    if remembered is not None:
        remembered.sleeve_seen = sleeve
    return sleeve


def _steady_sleeve(
    sleeve: Sleeve | None, remembered: _WristFilter, track: HandTrack
) -> Sleeve | None:
    """Sleeves neither flicker nor jump."""
    covered = remembered.covered(sleeve.confidence if sleeve else 0.0, track.elapsed or 1.0)
    if sleeve is not None:
        steady = remembered.sleeve(np.array([[sleeve.from_palms]]), track.elapsed)
        remembered.sleeve_palms = float(steady[0, 0])
    if covered <= 0.0 or remembered.sleeve_palms is None:
        return None
    return Sleeve(remembered.sleeve_palms, covered)


def _veil(
    frame: Frame,
    tone: SkinTone,
    forearm: Forearm,
    wrist: WristAnchor,
    sleeve: Sleeve | None,
) -> Veil | None:
    """What a sleeve hides."""
    if sleeve is None:
        return None
    region = _about(wrist, frame.image.shape[1], frame.image.shape[0])
    if region.width == 0 or region.height == 0:
        return None
    person = frame.seen.person
    return sleeve_veil(frame.image, region, forearm, forearm.palm_px, sleeve, tone, person)


def _gated(wrist: WristAnchor, remembered: _WristFilter, track: HandTrack) -> WristAnchor:
    transform = wrist.camera_from_anchor
    rotation = remembered.gate(transform.rotation, track.moved_palms, track.elapsed)
    return replace(wrist, camera_from_anchor=RigidTransform(rotation, transform.translation))


def _faded(wrist: WristAnchor, remembered: _WristFilter, track: HandTrack) -> float:
    """How solid the pieces are: they come and go slowly, and only when the doubt is large."""
    grace = STAYS if remembered.fade.opacity > 0.5 else 0.0
    wanted = smoothstep(INVISIBLE - grace, SOLID - grace, wrist.confidence)
    return remembered.fade(wanted, track.elapsed)


def _seen(wrist: WristAnchor, frame: Frame) -> WristAnchor:
    """Less confident where the wrist leaves the image."""
    height, width = frame.image.shape[:2]
    x, y = wrist.center_px
    room = min(x, y, width - x, height - y) / wrist.width_px
    return replace(wrist, confidence=wrist.confidence * evidence.inside_image(room))


def _about(wrist: WristAnchor, width: int, height: int) -> PixelRegion:
    reach = VEIL_REACH * wrist.width_px
    low = np.floor(wrist.center_px - reach).astype(int)
    side = int(np.ceil(2.0 * reach))
    return PixelRegion(int(low[0]), int(low[1]), side, side).clipped(width, height)


def _placement(wearable: Wearable, anchor: WristAnchor) -> Placement:
    mm_per_px = 1e3 * anchor.section.half_breadth * 2.0 / anchor.width_px
    spread = 1.96 * SIZE_SPREAD
    size = Interval(mm_per_px, mm_per_px * (1.0 - spread), mm_per_px * (1.0 + spread))
    return Placement(
        product=wearable.product,
        anchor=Anchor.WRIST,
        finger=None,
        hand=anchor.hand,
        side=anchor.side,
        confidence=anchor.confidence,
        camera_from_anchor=anchor.camera_from_anchor,
        center_px=anchor.center_px,
        axis_px=anchor.axis_px,
        width_px=anchor.width_px,
        scale=Scale("jewel size", size),
    )

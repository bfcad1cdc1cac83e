"""Necklaces on people.

For each face: the chest below it, the neck's edges, the wearer's girth, the necklace laid round
it, what hides it, and how sure all that is. Without smoothing every frame stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from models3d.frames import Anchor, Intrinsics, RigidTransform
from tryon.anchors.chest import chest_body, face_body
from tryon.anchors.evidence import smoothstep
from tryon.anchors.head import HeadPose
from tryon.anchors.neck import (
    AXIS_FROM_NOTCH,
    NECK_HALF,
    ChestPose,
    NeckEdges,
    beside,
    chest_pose,
)
from tryon.anchors.neck_photo import photo_chest
from tryon.covers.collar import Look, Wear, worn_under
from tryon.covers.tones import SkinTone, face_tone, hair_tone, with_lengths
from tryon.dangling import ON_SKIN_DAMPING, Pendulum, swayed_on_chest
from tryon.drape import MEAN_BASE, Draped, drape, stepped
from tryon.face_tracks import FaceTrack, Heads
from tryon.smoothing import Fade
from tryon.solvers.neck_covers import in_picture, look_at
from tryon.solvers.neck_memory import (
    Remembered,
    person_now,
    stands_now,
    steadied,
    steady_edges,
    turned_slowly,
    wear_now,
)
from tryon.solvers.neck_sides import turned_to_outline, turning
from tryon.types import BodyLandmarks, Frame, Interval, Layer, Placement, Scale, Wearable, WornPiece
from viewer.render.types import Worn

INVISIBLE, SOLID = 0.25, 0.50  # confidences between which a necklace fades in
HIDDEN, SHOWN = 0.14, 0.34  # shares of the chain that can be seen, between which it fades in
PLUMB = 0.035  # metres of drop at which half of the chest's roll is left in the chain
SAME_ROLL = np.radians(0.7)  # of a chest, at which long and short chains hang alike
LAYER_GAP = 1.2e-3  # metres by which a longer necklace lies over a shorter one
GIRTH_DOUBT = 0.5  # of the breadth seen, drawn to the mean body's
GIRTH_HOLD = 0.012  # metres that a girth must change by before a necklace is laid anew
TONE_EVERY = 20  # frames of a stream
NEAREST = 0.20  # metres from the lens to a head; nearer there is no picture of a neck
FAR_BODY = 1.2  # face heights between a face and the face of a body that is another person's
LEAST_NECK_PX, ENOUGH_NECK_PX = 10.0, 18.0


class NeckSolver:
    """Places necklaces on everybody whose face is seen, for one stream or for photos.

    Args:
        wearables: necklaces; all are worn at once.
        smoothing: the frames follow one another, and what is found in them is made steady.
        heads: shared with the frame's other solvers, of the same smoothing; None: its own.
    """

    def __init__(
        self, wearables: Sequence[Wearable], *, smoothing: bool, heads: Heads | None = None
    ) -> None:
        self._wearables = tuple(wearables)
        self._heads = heads or Heads(smoothing=smoothing)
        self._known: dict[int, Remembered] = {}

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        """One layer for each wearer, or for each necklace, those farther away first."""
        heads = self._heads.update(frame.seen.faces, frame.intrinsics, frame.time_ms)
        alive = self._heads.alive
        self._known = {key: kept for key, kept in self._known.items() if key in alive}
        heads.sort(key=lambda pair: -float(pair[0].camera_from_head.translation[2]))
        bodies = list(frame.seen.bodies)
        layers = []
        for head, track in heads:
            if float(head.camera_from_head.translation[2]) < NEAREST:
                continue
            body = _body_of(head, bodies)
            layers.extend(self._layers(frame, head, track, body))
        return tuple(layers)

    def _layers(
        self, frame: Frame, head: HeadPose, track: FaceTrack | None, body: BodyLandmarks | None
    ) -> list[Layer]:
        """One, or one for each necklace where a leaning chest lets them hang unlike its own way.

        What hides a chain's far half turns with it, else the chain would sink in on one side.
        """
        known = None if track is None else self._known.setdefault(track.identity, Remembered())
        elapsed = 0.0 if track is None else track.elapsed
        if known is None:
            chest, edges = photo_chest(frame.image, head, body, frame.intrinsics)
        else:
            chest = chest_pose(head, body, frame.intrinsics)
            chest = steadied(chest, head, known, elapsed)
            edges = steady_edges(frame, chest, head, known, elapsed)
            chest = beside(chest, edges)
        base = _base(chest, edges, known)
        if known is not None:
            stands_now(frame, chest, known)
        tones = self._tones(frame, head, known)
        draped = sorted(
            ((drape(w.model, base), n, w) for n, w in enumerate(self._wearables)),
            key=lambda each: each[0].drop,
        )
        shortest = draped[0][0]
        around = partial(_place, worn=shortest, over=0.0)
        asked = frame, chest, shortest, around, tones
        if known is not None:
            chest = turned_slowly(chest, known, elapsed, frame, partial(turning, *asked))
        elif frame.seen.person is not None:
            chest = turned_to_outline(*asked, frame.seen.person)
        pieces: list[WornPiece] = []
        apart = abs(chest.turn.roll) > SAME_ROLL
        layers: list[Layer] = []
        face = face_body(head)
        for over, (worn, index, wearable) in enumerate(draped):
            place = _place(chest, worn, over * LAYER_GAP)
            wear = self._wear(frame, head, body, worn, place, tones, known, index)
            confidence = chest.confidence * in_picture(frame, worn, place)
            confidence *= smoothstep(LEAST_NECK_PX, ENOUGH_NECK_PX, _neck_px(chest, edges, frame))
            opacity = smoothstep(INVISIBLE, SOLID, confidence)
            shown = smoothstep(HIDDEN, SHOWN, wear.shown)
            if known is None:
                shown = round(shown)  # a half seen one would be a ghost
            opacity, confidence = opacity * shown, confidence * shown
            if known is not None:
                opacity = known.fades.setdefault(index, Fade())(opacity, elapsed)
            placement = _placement(wearable, chest, head, edges, frame, confidence)
            parts = _worn(worn, index, chest, place, opacity, known, elapsed)
            pieces.append(WornPiece(placement, parts, wear.veil))
            if apart or over == len(draped) - 1:
                on_skin = place if over == 0 else _place(chest, worn, 0.0)
                surface = chest_body(on_skin, base)
                layers.append(Layer(tuple(pieces), bodies=(surface, face), seen_on=head.face))
                pieces = []
        if known is not None:
            known.frames += 1
        return layers

    def _tones(
        self, frame: Frame, head: HeadPose, known: Remembered | None
    ) -> tuple[SkinTone, SkinTone]:
        if known is not None and known.tones is not None and known.frames % TONE_EVERY:
            return known.tones
        skin = face_tone(frame.image, head.face)
        person = person_now(frame, known)
        hair = hair_tone(frame.image, head.face, skin, person)
        tones = skin, with_lengths(frame.image, head.face, skin, hair, person)
        if known is not None:
            known.tones = tones
        return tones

    def _wear(
        self,
        frame: Frame,
        head: HeadPose,
        body: BodyLandmarks | None,
        worn: Draped,
        place: RigidTransform,
        tones: tuple[SkinTone, SkinTone],
        known: Remembered | None,
        index: int,
    ) -> Wear:
        """The veil; a stream looks for it in steps, and an older one follows the notch."""
        here = frame.intrinsics.project(place.translation)

        def look() -> Look:
            person = person_now(frame, known)
            return look_at(frame, head, body, worn, place, tones, person)

        return worn_under(look()) if known is None else wear_now(known, index, here, look)


def _body_of(head: HeadPose, bodies: list[BodyLandmarks]) -> BodyLandmarks | None:
    """Whose nose is on this face; taken out of the list."""
    if not bodies:
        return None
    points = head.face.points_px
    height = float(np.linalg.norm(points[10] - points[152]))
    gaps = [float(np.linalg.norm(body.points_px[0] - points[1])) for body in bodies]
    nearest = int(np.argmin(gaps))
    return bodies.pop(nearest) if gaps[nearest] < FAR_BODY * max(height, 1.0) else None


def _base(chest: ChestPose, edges: NeckEdges, known: Remembered | None) -> float:
    """Metres round the base of the neck, in steps."""
    seen = float(np.clip(edges.breadth, 0.75, 1.45))
    share = edges.trust * (1.0 - GIRTH_DOUBT * abs(np.log(seen)))
    base = MEAN_BASE * chest.size * (1.0 + share * (seen - 1.0))
    if known is None:
        return stepped(base)
    if known.base is None or abs(base - known.base) > GIRTH_HOLD:
        known.base = stepped(base)
    return known.base


def _place(chest: ChestPose, worn: Draped, over: float) -> RigidTransform:
    """Camera from necklace: the longer it is, the plumber it hangs below a leaning neck."""
    left = PLUMB / (PLUMB + max(worn.drop, 0.0))
    angle = chest.turn.roll * (1.0 - left)
    sine, cosine = np.sin(angle), np.cos(angle)
    turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    middle = (worn.base / MEAN_BASE) * AXIS_FROM_NOTCH
    about = RigidTransform(turn, middle - turn @ middle + (0.0, 0.0, over))
    return chest.camera_from_chest @ about


def _worn(
    worn: Draped,
    index: int,
    chest: ChestPose,
    place: RigidTransform,
    opacity: float,
    known: Remembered | None,
    elapsed: float,
) -> tuple[Worn, ...]:
    """The necklace; in a stream what hangs from it sways as the wearer moves."""
    if known is None or worn.swaying is None:
        return (Worn(worn.model, place, opacity, on_skin=True),)
    sways = worn.swaying
    pendulum = known.pendulums.get(index)
    if pendulum is None:
        pendulum = known.pendulums[index] = Pendulum(sways.pendulum_length, ON_SKIN_DAMPING)
    hangs = pendulum(place.apply(sways.hinge), elapsed)
    swayed = swayed_on_chest(place, sways.hinge, hangs, chest.turn.rotation)
    return (
        Worn(sways.still, place, opacity, on_skin=True),
        Worn(sways.swinging, swayed, opacity, on_skin=True),
    )


def _neck_px(chest: ChestPose, edges: NeckEdges, frame: Frame) -> float:
    breadth = 1.0 + edges.trust * (edges.breadth - 1.0)
    return 2.0 * NECK_HALF * chest.size * breadth * _px_per_metre(chest, frame.intrinsics)


def _px_per_metre(chest: ChestPose, intrinsics: Intrinsics) -> float:
    return float(np.sqrt(intrinsics.fx * intrinsics.fy)) / float(chest.notch[2])


def _placement(
    wearable: Wearable,
    chest: ChestPose,
    head: HeadPose,
    edges: NeckEdges,
    frame: Frame,
    confidence: float,
) -> Placement:
    camera = frame.intrinsics
    placed = chest.camera_from_chest
    center = camera.project(placed.translation)
    up = camera.project(placed.apply([0.0, 0.03 * chest.size, 0.0])) - center
    at_head = head.scale.mm_per_px
    farther = float(chest.notch[2]) / float(head.camera_from_head.translation[2])
    scale = Interval(*(farther * each for each in (at_head.value, at_head.low, at_head.high)))
    return Placement(
        product=wearable.product,
        anchor=Anchor.NECK,
        finger=None,
        hand=None,
        side=None,
        confidence=confidence,
        camera_from_anchor=placed,
        center_px=center,
        axis_px=up / max(float(np.linalg.norm(up)), 1e-9),
        width_px=_neck_px(chest, edges, frame),
        scale=Scale(head.scale.source, scale),
    )

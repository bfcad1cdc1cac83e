"""What a stream remembers of one wrist, and how it is made steady."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from models3d.frames import Image, RigidTransform
from tryon.anchors.arm_worn import OwnBand, find_own_bands
from tryon.anchors.cuff import along_its_cuff
from tryon.anchors.evidence import smoothstep
from tryon.anchors.forearm import Forearm, find_forearm
from tryon.anchors.hand_frame import WRIST, HandPose
from tryon.anchors.sleeve import Sleeve, find_sleeve
from tryon.anchors.wrist import WristAnchor
from tryon.covers.tones import SkinTone, face_tone, hand_tone
from tryon.smoothing import Fade, OneEuro, RotationGate
from tryon.solvers.wrist_pieces import Hanging
from tryon.tracks import HandTrack
from tryon.types import Frame, HandLandmarks, PersonMask

INVISIBLE, SOLID = 0.58, 0.72  # confidences between which a piece fades in
STAYS = 0.15  # by how much lower they are for a piece that is shown, so that it does not flicker
# Frames of a stream from one look to the next; each kind of look has a frame of its own.
TONE_EVERY, SLEEVE_EVERY, SEARCH_EVERY, MEASURE_EVERY = 12, 4, 4, 2
MOVED = 0.05  # palms between two frames from which an arm is measured in each


@dataclass(slots=True)
class WristFilter:
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
    like_skin: bool = False  # of the sleeve's cloth
    hangings: dict[int, Hanging] = field(default_factory=dict)
    own: tuple[OwnBand, ...] = ()
    own_before: tuple[OwnBand, ...] = ()  # at the look before


def forearm_of(
    frame: Frame,
    pose: HandPose,
    tone: SkinTone,
    person: PersonMask | None,
    remembered: WristFilter | None,
    track: HandTrack | None,
) -> Forearm:
    """The forearm: in a stream looked for, measured, or only moved with the hand.

    It goes where its sleeve does, which in a stream is known from before, but in the first frame.
    """
    image, bodies, wrist = frame.image, frame.seen.bodies, pose.landmarks.points_px[WRIST]
    if remembered is None or track is None:
        forearm = find_forearm(image, pose, bodies, tone=tone, person=person)
        return along_its_cuff(image, forearm, _sleeve_on(frame, forearm, tone), wrist)
    measured = remembered.frames % MEASURE_EVERY == 1 or track.moved_palms > MOVED
    forearm = find_forearm(
        image,
        pose,
        bodies,
        remembered.forearm,
        tone,
        anew=remembered.frames % SEARCH_EVERY == 1,
        measured=measured,
        person=person,
    )
    if remembered.forearm is not None and not measured:
        return forearm
    first = remembered.frames == 1
    sleeve = _sleeve_on(frame, forearm, tone) if first else remembered.sleeve_seen
    return along_its_cuff(image, forearm, sleeve, wrist)


def steady_forearm(
    forearm: Forearm, pose: HandPose, remembered: WristFilter, track: HandTrack
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


def tone_of(image: Image, landmarks: HandLandmarks, remembered: WristFilter | None) -> SkinTone:
    """The hand's skin, in a stream learned anew from time to time."""
    if remembered is None:
        return hand_tone(image, landmarks)
    if remembered.tone is None or remembered.frames % TONE_EVERY == 0:
        remembered.tone = hand_tone(image, landmarks)
    remembered.frames += 1
    return remembered.tone


def sleeve_of(
    frame: Frame,
    forearm: Forearm,
    tone: SkinTone,
    remembered: WristFilter | None,
) -> Sleeve | None:
    """The sleeve, in a stream looked for every few frames."""
    if remembered is not None and remembered.frames != 1 and remembered.frames % SLEEVE_EVERY != 2:
        return remembered.sleeve_seen
    sleeve = _sleeve_on(frame, forearm, tone)
    if remembered is not None:
        remembered.sleeve_seen = sleeve
    return sleeve


def _sleeve_on(frame: Frame, forearm: Forearm, tone: SkinTone) -> Sleeve | None:
    palm, person = forearm.palm_px, frame.seen.person
    sleeve = find_sleeve(frame.image, forearm, palm, tone, person)
    if sleeve is None or not frame.seen.faces:
        return sleeve
    # or it is an arm in another light than its hand
    faces = tuple(face_tone(frame.image, face) for face in frame.seen.faces)
    return find_sleeve(frame.image, forearm, palm, tone, person, faces)


def own_bands_of(
    frame: Frame, forearm: Forearm, tone: SkinTone, remembered: WristFilter | None
) -> tuple[OwnBand, ...]:
    """What is worn already, in a stream as two looks in turn have it."""
    palm = forearm.palm_px
    if remembered is None:
        faces = tuple(face_tone(frame.image, face) for face in frame.seen.faces)
        return find_own_bands(frame.image, forearm, palm, tone, faces)
    if remembered.frames % SLEEVE_EVERY == 0:
        seen = find_own_bands(frame.image, forearm, palm, tone)
        if len(seen) == len(remembered.own_before):
            remembered.own = seen
        remembered.own_before = seen
    return remembered.own


def steady_sleeve(
    sleeve: Sleeve | None, remembered: WristFilter, track: HandTrack
) -> Sleeve | None:
    """Sleeves neither flicker nor jump."""
    covered = remembered.covered(sleeve.confidence if sleeve else 0.0, track.elapsed or 1.0)
    if sleeve is not None:
        steady = remembered.sleeve(np.array([[sleeve.from_palms]]), track.elapsed)
        remembered.sleeve_palms = float(steady[0, 0])
        remembered.like_skin = sleeve.like_skin
    if covered <= 0.0 or remembered.sleeve_palms is None:
        return None
    return Sleeve(remembered.sleeve_palms, covered, remembered.like_skin)


def gated(wrist: WristAnchor, remembered: WristFilter, track: HandTrack) -> WristAnchor:
    transform = wrist.camera_from_anchor
    rotation = remembered.gate(transform.rotation, track.moved_palms, track.elapsed)
    return replace(wrist, camera_from_anchor=RigidTransform(rotation, transform.translation))


def faded(wrist: WristAnchor, remembered: WristFilter, track: HandTrack) -> float:
    """How solid the pieces are: they come and go slowly, and only when the doubt is large."""
    grace = STAYS if remembered.fade.opacity > 0.5 else 0.0
    wanted = smoothstep(INVISIBLE - grace, SOLID - grace, wrist.confidence)
    return remembered.fade(wanted, track.elapsed)

"""Faces through a stream: who is who from frame to frame, steadied, each with its own size.

`Heads` is what the solvers of ears and necks ask: poses of all heads in a frame, the same person
under the same number, in photos and in streams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models3d.frames import Array, Intrinsics, RigidTransform
from tryon.anchors.head import CHIN, FACE_TOP, HeadPose, head_pose
from tryon.anchors.iris import HEAD_SPREAD, MEAN_HEAD, HeadSize
from tryon.smoothing import OneEuro, RotationGate
from tryon.tracks import LONGEST_STEP, PAUSE, REMEMBERED
from tryon.types import FaceLandmarks

SAME_FACE_HEIGHTS = 0.8  # how far a face's middle can move between two frames, face heights
# Chosen on a portrait that is turned and shifted by up to 15 pixels a frame, with noise of 4 grey
# levels: a lobe trails by a third of a frame and stands within 0.2 px when still.
POINTS_CUTOFF_HZ, POINTS_SPEED_GAIN = 0.3, 20.0  # gain: Hz per face height a second
DEPTHS_CUTOFF_HZ, DEPTHS_SPEED_GAIN = 0.3, 10.0
SPEED_CUTOFF_HZ = 5.0
SIZE_MEMORY = 90  # sightings whose sizes are averaged: a head does not grow
SAME_MISTAKE = 0.6  # share of a size's doubt that many looks at the same irises leave
EYE_CORNERS = (33, 263)


@dataclass(eq=False)
class FaceTrack:
    """One face followed through the stream."""

    identity: int
    points: OneEuro = field(
        default_factory=lambda: OneEuro(POINTS_CUTOFF_HZ, POINTS_SPEED_GAIN, SPEED_CUTOFF_HZ)
    )
    depths: OneEuro = field(
        default_factory=lambda: OneEuro(DEPTHS_CUTOFF_HZ, DEPTHS_SPEED_GAIN, SPEED_CUTOFF_HZ)
    )
    gate: RotationGate = field(
        default_factory=lambda: RotationGate(cutoff_hz=0.6, speed_gain=15.0, explained=8.0)
    )
    size: HeadSize = MEAN_HEAD  # mean of its sightings
    sizes_seen: int = 0  # by the iris
    landmarks: FaceLandmarks | None = None  # steadied, of the last frame it was seen in
    seen_ms: float = 0.0
    elapsed: float = 0.0  # seconds between the last two sightings; 0 at the first
    moved_heights: float = 0.0  # median motion of its landmarks between them, face heights


class FaceTracks:
    """All faces of one stream."""

    def __init__(self) -> None:
        self.alive: list[FaceTrack] = []
        self._born = 0
        self._last_ms = 0.0

    def update(
        self, faces: Sequence[FaceLandmarks], time_ms: float
    ) -> list[tuple[FaceLandmarks, FaceTrack]]:
        """Steadied landmarks with their tracks, in the order of their identities."""
        frame_before_ms = max(self._last_ms, time_ms - 1e3 * PAUSE)
        oldest_ms = min(time_ms - 1e3 * REMEMBERED, frame_before_ms)
        self.alive = [track for track in self.alive if track.seen_ms >= oldest_ms]
        self._last_ms = time_ms
        pairs = [(_steady(face, track, time_ms), track) for face, track in self._matched(faces)]
        return sorted(pairs, key=lambda pair: pair[1].identity)

    def _matched(self, faces: Sequence[FaceLandmarks]) -> list[tuple[FaceLandmarks, FaceTrack]]:
        """Nearest first; what is left over is born."""
        distances = sorted(
            (_distance(face, track), f, t)
            for f, face in enumerate(faces)
            for t, track in enumerate(self.alive)
        )
        taken: dict[int, FaceTrack] = {}
        used: set[int] = set()
        known = list(self.alive)
        for distance, f, t in distances:
            if distance <= SAME_FACE_HEIGHTS and f not in taken and t not in used:
                taken[f] = known[t]
                used.add(t)
        for f in range(len(faces)):
            if f not in taken:
                taken[f] = FaceTrack(self._born)
                self._born += 1
                self.alive.append(taken[f])
        return [(face, taken[f]) for f, face in enumerate(faces)]


class Heads:
    """The heads in each frame of one stream, or in single photos; solvers may share them.

    Args:
        smoothing: the frames follow one another, and what is found in them is made steady.
    """

    def __init__(self, *, smoothing: bool) -> None:
        self._tracks = FaceTracks() if smoothing else None
        self._asked: tuple[Sequence[FaceLandmarks], Intrinsics, float] | None = None
        self._found: list[tuple[HeadPose, FaceTrack | None]] = []

    @property
    def alive(self) -> frozenset[int]:
        """Identities of the faces that a stream remembers."""
        return frozenset(track.identity for track in self._tracks.alive) if self._tracks else NOBODY

    def update(
        self, faces: Sequence[FaceLandmarks], intrinsics: Intrinsics, time_ms: float
    ) -> list[tuple[HeadPose, FaceTrack | None]]:
        """The pose of each head; without smoothing nothing is remembered and there is no track.

        The same faces asked for again, by another solver of the frame, are not worked out twice.
        """
        asked = self._asked
        again = (
            asked is not None
            and asked[0] is faces
            and asked[1] is intrinsics
            and asked[2] == time_ms
        )
        if not again:
            self._asked = faces, intrinsics, time_ms
            self._found = self._posed(faces, intrinsics, time_ms)
        return list(self._found)

    def _posed(
        self, faces: Sequence[FaceLandmarks], intrinsics: Intrinsics, time_ms: float
    ) -> list[tuple[HeadPose, FaceTrack | None]]:
        if self._tracks is None:
            return [(head_pose(face, intrinsics), None) for face in faces]
        return [
            (_followed(face, track, intrinsics), track)
            for face, track in self._tracks.update(faces, time_ms)
        ]


NOBODY: frozenset[int] = frozenset()


def face_height_px(points_px: Array) -> float:
    """From the top of the forehead to the chin, pixels; a nodding face keeps its breadth."""
    height = float(np.linalg.norm(points_px[FACE_TOP] - points_px[CHIN]))
    eyes = float(np.linalg.norm(points_px[EYE_CORNERS[0]] - points_px[EYE_CORNERS[1]]))
    return max(height, 1.7 * eyes, 1.0)


def _followed(face: FaceLandmarks, track: FaceTrack, intrinsics: Intrinsics) -> HeadPose:
    """The pose, turned no faster than the picture explains, at the size that the track knows."""
    settled = track.sizes_seen >= SIZE_MEMORY
    measured = head_pose(face, intrinsics, track.size if settled else None)
    if not settled:
        _remember_size(track, measured.size)
    grown = track.size.value / measured.size.value
    before = measured.camera_from_head
    rotation = track.gate(before.rotation, track.moved_heights, track.elapsed)
    return replace(
        measured,
        camera_from_head=RigidTransform(rotation, before.translation * grown),
        points=measured.points * grown,
        height=measured.height * grown,
        size=track.size,
        scale=track.size.scale(measured.scale.mm_per_px.value / measured.size.value),
    )


def _remember_size(track: FaceTrack, seen: HeadSize) -> None:
    """Mean of the sizes that irises told; what is wrong with all alike is not averaged away."""
    if seen.source != "iris":
        return
    track.sizes_seen += 1
    share = 1.0 / track.sizes_seen
    before = np.log(track.size.value) if track.sizes_seen > 1 else np.log(seen.value)
    value = float(np.exp(before + share * (np.log(seen.value) - before)))
    left = SAME_MISTAKE + (1.0 - SAME_MISTAKE) / np.sqrt(track.sizes_seen)
    track.size = HeadSize(value, min(seen.spread * float(left), HEAD_SPREAD), "iris")


def _distance(face: FaceLandmarks, track: FaceTrack) -> float:
    """Between the middles of two faces, face heights, and how unlike their sizes are."""
    assert track.landmarks is not None
    before, now = track.landmarks.points_px, face.points_px
    heights = face_height_px(now), face_height_px(before)
    apart = float(np.linalg.norm(now.mean(axis=0) - before.mean(axis=0))) / max(heights)
    return apart + 0.5 * abs(float(np.log(heights[0] / heights[1])))


def _steady(face: FaceLandmarks, track: FaceTrack, time_ms: float) -> FaceLandmarks:
    first = track.landmarks is None
    track.elapsed = 0.0 if first else min((time_ms - track.seen_ms) / 1e3, LONGEST_STEP)
    height = face_height_px(face.points_px)
    points = track.points(face.points_px, track.elapsed, scale=height)
    depths = track.depths(face.depths_px[:, None], track.elapsed, scale=height)[:, 0]
    steadied = replace(face, points_px=points, depths_px=depths)
    if track.landmarks is not None:
        moved = np.linalg.norm(points - track.landmarks.points_px, axis=1)
        track.moved_heights = float(np.median(moved)) / height
    track.landmarks, track.seen_ms = steadied, time_ms
    return steadied

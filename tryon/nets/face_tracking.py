"""Faces from MediaPipe's nets on LiteRT: found once, then followed by their own landmarks.

The landmark net looks at a turned square about each face. In a stream the square comes from the
landmarks of the frame before (MediaPipe's face_landmarks_detector_graph.cc: their upright box,
half as large again, level with the eyes), and the detector is asked only while faces are missing.
Nothing is smoothed here: solvers do that on what they measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array, Image
from tryon.nets.bundles import FACE_LANDMARKS, net_bytes
from tryon.nets.face_detection import FaceDetector, FaceFound, apart, squares_of
from tryon.nets.litert import Net
from tryon.nets.regions import Region, region_about
from tryon.nets.ssd import overlap
from tryon.types import FaceLandmarks

SIDE_PX = 256
POINTS = 478
RIGHT_EYE_CORNER, LEFT_EYE_CORNER = 33, 263  # the outer ones
REGION_SCALE = 1.5
LEAST_PRESENCE = 0.5
STREAM_FACES, PHOTO_FACES = 2, 6
STREAM_SQUARE_SHARE = 0.5625  # of the frame's long side: where it is 16:9, its short side
LOOK_AGAIN_EVERY = 8  # frames between two looks for a second face
SAME_FACE_IOU = 0.5  # regions of tracks that overlap more follow one face
CLOSER_SHARES = (0.93, 1.0, 1.07)  # of the region about a face of a photo
# A face found in a piece of a picture: in 67 photographs 25 true ones scored 0.86 or more and moved
# by 0.02 of their size between two looks; six false ones 0.68 or less, and moved by 0.03 to 0.3.
SMALL_SCORE = 0.77
SMALL_PRESENCE = 0.9  # on both looks
STEADY_SHARE = 0.04  # of the face's size


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What the landmark net says of one region."""

    points_px: Array  # (478, 2)
    depths_px: Array  # (478,)
    presence: float

    @property
    def next_region(self) -> Region:
        """Where to look in the next frame."""
        low, high = self.points_px.min(axis=0), self.points_px.max(axis=0)
        across = self.points_px[LEFT_EYE_CORNER] - self.points_px[RIGHT_EYE_CORNER]
        lean = float(np.arctan2(across[1], across[0]))
        return region_about((low + high) / 2.0, high - low, lean, scale=REGION_SCALE)

    @property
    def face(self) -> FaceLandmarks:
        return FaceLandmarks(self.points_px, self.depths_px, self.presence)


class LiteFaceTracker:
    """Finds faces in one stream of unmirrored frames, or in single photos; for one thread.

    Args:
        streaming: follow faces through a stream (up to 2, in the order they came); otherwise every
            image is looked at afresh and closely (up to 6 faces, the largest first).
        threads: that one net may use.
    Raises:
        MissingLandmarkModel: the face bundle is missing or altered.
    """

    def __init__(self, *, streaming: bool, threads: int = 2) -> None:
        self._streaming = streaming
        self._detector = FaceDetector(threads)
        self._net = Net(net_bytes(FACE_LANDMARKS), threads)
        self._regions: list[Region] = []
        self._frames_to_look = 0
        self._frames_empty = 0
        self._closed = False

    def detect(self, image: Image, time_ms: float) -> tuple[FaceLandmarks, ...]:
        """Faces in one frame.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            time_ms: when it was taken; frames follow one another as they come.
        """
        del time_ms  # nothing here depends on it: the interface is that of every tracker
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(f"expected (h, w, 3) uint8 RGB, got {image.shape} {image.dtype}")
        if self._closed:
            raise ValueError("the tracker is closed")
        looks = self._follow(image) if self._streaming else self._search(image)
        return tuple(look.face for look in looks)

    def close(self) -> None:
        """Forget the stream. Closing twice is fine."""
        self._closed = True
        self._regions.clear()

    def _follow(self, image: Image) -> list[_Look]:
        """Faces of the last frame where they are now, then new ones."""
        looks = _distinct([self._look(image, region) for region in self._regions])
        self._frames_to_look -= 1
        missing = len(looks) < STREAM_FACES
        if missing and (not looks or len(looks) < len(self._regions) or self._frames_to_look <= 0):
            self._frames_to_look = LOOK_AGAIN_EVERY
            found = apart(self._detector.detect(image), [look.next_region for look in looks])
            fresh = [self._look(image, face.region) for face in found[: STREAM_FACES - len(looks)]]
            looks = _distinct([*looks, *fresh])
        if not looks:
            looks = self._far_away(image)
        self._frames_empty = 0 if looks else self._frames_empty + 1
        self._regions = [look.next_region for look in looks]
        return looks

    def _far_away(self, frame: Image) -> list[_Look]:
        """A face too small for the whole frame, in one of its squares: each has its turn."""
        squares = squares_of(frame, STREAM_SQUARE_SHARE)
        square = squares[self._frames_empty % len(squares)]
        sure = [one for one in self._detector.detect_in(frame, square) if one.score >= SMALL_SCORE]
        return _distinct([self._small(frame, one) for one in sure[:1]])

    def _search(self, photo: Image) -> list[_Look]:
        """Every face of a photo, small ones in its pieces too; each is looked at more than once."""
        clear = [self._look(photo, found.region) for found in self._detector.detect(photo)]
        looks = [self._closer(photo, look) for look in _distinct(clear)]
        looks = _distinct([look for look in looks if look.presence >= LEAST_PRESENCE])
        sure = [face for face in self._detector.detect_small(photo) if face.score >= SMALL_SCORE]
        found = apart(sure, [look.next_region for look in looks])
        looks = _distinct([*looks, *(self._small(photo, face) for face in found)])
        looks.sort(key=lambda look: -look.next_region.side_px)
        return looks[:PHOTO_FACES]

    def _look(self, image: Image, region: Region) -> _Look | None:
        """Landmarks of one face, if the region shows one."""
        look = self._raw_look(image, region)
        return look if look.presence >= LEAST_PRESENCE else None

    def _raw_look(self, image: Image, region: Region) -> _Look:
        crop = region.crop(image, SIDE_PX) if self._streaming else region.mean_crop(image, SIDE_PX)
        answer = self._net.run((crop.astype(np.float32) * np.float32(1.0 / 255.0))[None])
        values = answer["Identity"].reshape(POINTS, 3).astype(float) / SIDE_PX
        logit = float(answer["Identity_1"].item())
        return _Look(
            points_px=region.in_image(values[:, :2]),
            depths_px=values[:, 2] * region.side_px,
            presence=1.0 / (1.0 + float(np.exp(-logit))),
        )

    def _closer(self, photo: Image, look: _Look) -> _Look:
        """The mean of several looks at a face already seen: a crop's chance shift cancels."""
        region = look.next_region
        looks = [
            self._raw_look(photo, replace(region, side_px=share * region.side_px))
            for share in CLOSER_SHARES
        ]
        return _Look(
            points_px=np.mean([each.points_px for each in looks], axis=0),
            depths_px=np.mean([each.depths_px for each in looks], axis=0),
            presence=float(np.mean([each.presence for each in looks])),
        )

    def _small(self, photo: Image, found: FaceFound) -> _Look | None:
        """A face found in a piece of a picture, if two looks at it agree and are sure."""
        first = self._look(photo, found.region)
        if first is None:
            return None
        again = self._closer(photo, first)
        size = float(np.ptp(first.points_px, axis=0).max())
        moved = float(np.linalg.norm(again.points_px - first.points_px, axis=1).mean())
        agree = moved <= STEADY_SHARE * size
        return again if agree and again.presence >= SMALL_PRESENCE else None


def _distinct(looks: Sequence[_Look | None]) -> list[_Look]:
    """The faces among some looks, each once, in their order."""
    kept: list[_Look] = []
    boxes: list[Array] = []
    for look in looks:
        if look is None:
            continue
        box = look.next_region.upright_box
        if not boxes or overlap(np.array(boxes), box).max() <= SAME_FACE_IOU:
            kept.append(look)
            boxes.append(box)
    return kept

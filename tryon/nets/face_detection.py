"""Faces by BlazeFace, the first look: where they are and how they lean.

The net sees 128 px and knows faces from about a tenth of its square's side. Smaller ones are sought
in overlapping squares; what is found there still has to convince the landmark net.
Scores, boxes and the region about a face follow MediaPipe's face_detector_graph.cc.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models3d.frames import Array, Image
from tryon.nets.bundles import FACE_DETECTOR, net_bytes
from tryon.nets.litert import Net
from tryon.nets.regions import Region, region_about
from tryon.nets.ssd import decode, overlap

SIDE_PX = 128
LEAST_SCORE = 0.5
REGION_SCALE = 1.5  # the landmark net's region, sides of the detected box
RIGHT_EYE, LEFT_EYE = 0, 1  # of the six key points
SAME_BOX_IOU = 0.5  # boxes of one detection that overlap more are one face
SAME_FACE_IOU = 0.3
TILE_SHARES = (0.5, 0.28)  # sides of the squares, long sides of the photo


@dataclass(frozen=True, slots=True, eq=False)
class FaceFound:
    """One detected face."""

    region: Region  # what the landmark net should look at
    score: float  # 0..1


class FaceDetector:
    """Finds faces in one image; belongs to the thread that runs it.

    Args:
        threads: that one look may use.
    Raises:
        MissingLandmarkModel: the face bundle is missing or altered.
    """

    def __init__(self, threads: int) -> None:
        self._net = Net(net_bytes(FACE_DETECTOR), threads)

    def detect(self, image: Image) -> tuple[FaceFound, ...]:
        """Faces in the whole image, best first."""
        return self.detect_in(image, Region.whole(image))

    def detect_small(self, image: Image) -> tuple[FaceFound, ...]:
        """Faces in overlapping squares of a photo, best first, each once."""
        squares = [square for share in TILE_SHARES for square in squares_of(image, share)]
        found = [face for square in squares for face in self.detect_in(image, square)]
        return tuple(apart(sorted(found, key=lambda face: -face.score)))

    def detect_in(self, image: Image, square: Region) -> tuple[FaceFound, ...]:
        """Faces in one square of an image, best first."""
        crop = square.crop(image, SIDE_PX, black_beyond=True)
        values = crop.astype(np.float32) * np.float32(2.0 / 255.0) - np.float32(1.0)
        answer = self._net.run(values[None])
        detections = decode(
            answer["regressors"], answer["classificators"], SIDE_PX, LEAST_SCORE, SAME_BOX_IOU
        )
        return tuple(
            FaceFound(_region(square, found.box, found.keypoints), found.score)
            for found in detections
        )


def _region(square: Region, box: Array, keypoints: Array) -> Region:
    low, high = square.in_image(box.reshape(2, 2))
    right, left = square.in_image(keypoints[[RIGHT_EYE, LEFT_EYE]])
    lean = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    return region_about((low + high) / 2.0, high - low, lean, scale=REGION_SCALE)


def squares_of(image: Image, share: float) -> list[Region]:
    """Overlapping squares that cover an image: a face smaller than half of one lies whole in one.

    Args:
        share: of the image's long side, along theirs; they are no larger than its short side.
    """
    height, width = image.shape[:2]
    side = min(share * max(width, height), float(min(width, height)))
    return [Region(x, y, side, 0.0) for y in _middles(height, side) for x in _middles(width, side)]


def _middles(length_px: int, side_px: float) -> Iterable[float]:
    """The squares' centres along one side of the image, at most half a square apart."""
    count = int(np.ceil((length_px - side_px) / (side_px / 2.0))) + 1
    return (float(x) for x in np.linspace(side_px / 2.0, length_px - side_px / 2.0, count))


def apart(
    faces: Iterable[FaceFound], known: Sequence[Region] = (), iou: float = SAME_FACE_IOU
) -> list[FaceFound]:
    """Those that lie on none of the known regions and on none before them."""
    kept: list[FaceFound] = []
    boxes = [region.upright_box for region in known]
    for face in faces:
        box = face.region.upright_box
        if not boxes or overlap(np.array(boxes), box).max() <= iou:
            kept.append(face)
            boxes.append(box)
    return kept

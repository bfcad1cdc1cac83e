"""Where people are in an image: selfie segmentation, and the outlines that the pose net sees.

Looked at on portraits: the general net on the whole image, squeezed to its square as it was
trained, keeps hair and arms best; letter-boxed it lets background in, and the landscape net, made
for calls, loses raised hands. A second look at four face heights about each face brings out
earlobes and strands. The pose net's outline is the cleanest but knows one person, and rounds hair.
Photos take the median of the three; streams take the first.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from models3d.frames import Image
from tryon.nets.bundles import PERSON, optional_net_bytes
from tryon.nets.litert import Net
from tryon.nets.pose import CHIN, Body, Outline, face_height, on_grid
from tryon.nets.regions import Region
from tryon.types import FaceLandmarks, PersonMask, Share

SIDE_PX = 256
PHOTO_GRID_PX = 640  # along the long side of a photo's mask
STREAM_GRID_PX = 256
CLOSE_FACES = 4.0  # face heights along the side of a close look
CLOSE_BELOW_CHIN_FACES = 0.3  # of its centre
EDGE_PX = 24  # of a close look, over which it gives way to the whole image


class PersonFinder:
    """Tells people from background; belongs to the thread that runs it.

    Args:
        model: the bytes of the net.
        streaming: one quick look; otherwise the median of several, at a higher resolution.
        threads: that one look may use.
    """

    def __init__(self, model: bytes, *, streaming: bool, threads: int = 2) -> None:
        self._net = Net(model, threads)
        self._streaming = streaming

    @staticmethod
    def model() -> bytes | None:
        """The bytes of the net, if set-up obtained it."""
        return optional_net_bytes(PERSON)

    def find(
        self,
        image: Image,
        faces: Sequence[FaceLandmarks],
        bodies: Sequence[Body],
        time_ms: float,
    ) -> PersonMask:
        """Where people are in one image.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            faces: in this image.
            bodies: in this image, with the outlines that the pose net saw.
            time_ms: when it was taken.
        """
        if self._streaming:
            shape = grid_shape(image, STREAM_GRID_PX)
            return PersonMask(_resized(self._whole(image), shape), time_ms)
        shape = grid_shape(image, PHOTO_GRID_PX)
        whole = _resized(self._whole(image), shape)
        share = self._closer(image, faces, whole)
        if bodies:
            seen = np.max([on_grid(body.outlines, image, shape) for body in bodies], axis=0)
            share = np.median([whole, share, seen], axis=0)
        return PersonMask(np.asarray(share, np.float32), time_ms)

    def _whole(self, image: Image) -> Share:
        small = cv2.resize(image, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
        return self._run(np.asarray(small, np.uint8))

    def _closer(self, photo: Image, faces: Sequence[FaceLandmarks], whole: Share) -> Share:
        """The mask with a close look at each face laid over it, soft at the looks' borders."""
        mask = whole
        for face in faces:
            look = Outline(
                region := close_region(face), self._run(region.mean_crop(photo, SIDE_PX))
            )
            trust = on_grid([Outline(region, _soft_square())], photo, mask.shape)
            mask = mask + trust * (on_grid([look], photo, mask.shape) - mask)
        return mask

    def _run(self, square: Image) -> Share:
        answer = self._net.run((square.astype(np.float32) * np.float32(1.0 / 255.0))[None])
        return next(iter(answer.values()))[0, :, :, 0]


def outline_mask(image: Image, bodies: Sequence[Body], time_ms: float) -> PersonMask:
    """The pose net's own outlines as a mask over a whole image."""
    shape = grid_shape(image, STREAM_GRID_PX)
    shares = [on_grid(body.outlines, image, shape) for body in bodies]
    return PersonMask(np.asarray(np.max(shares, axis=0), np.float32), time_ms)


def close_region(face: FaceLandmarks) -> Region:
    """The square about a head, its hair and its neck."""
    height = face_height(face)
    x, y = face.points_px[CHIN] + np.array([0.0, CLOSE_BELOW_CHIN_FACES * height])
    return Region(float(x), float(y), CLOSE_FACES * height, 0.0)


def grid_shape(image: Image, long_side_px: int) -> tuple[int, int]:
    """Rows and columns of a mask with the proportions of the image."""
    factor = min(long_side_px / max(image.shape[:2]), 1.0)
    return max(round(factor * image.shape[0]), 1), max(round(factor * image.shape[1]), 1)


def _resized(share: Share, shape: tuple[int, int]) -> Share:
    return np.asarray(cv2.resize(share, shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _soft_square() -> Share:
    """(256, 256) 1 inside, falling to 0 at the border."""
    line = np.minimum(np.arange(SIDE_PX) + 1, SIDE_PX - np.arange(SIDE_PX)) / EDGE_PX
    ramp = np.clip(line, 0.0, 1.0)
    return np.asarray(np.minimum(ramp[:, None], ramp[None, :]), np.float32)

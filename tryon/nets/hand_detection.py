"""Palms, the first look: where hands are and how they lean (MediaPipe's hand_detector_graph.cc)."""

from __future__ import annotations

import numpy as np

from models3d.frames import Image
from tryon.nets.bundles import PALM_DETECTOR, net_bytes
from tryon.nets.litert import Net
from tryon.nets.regions import Region, region_about, wrapped
from tryon.nets.ssd import Detection, decode

SIDE_PX = 192
LEAST_SCORE = 0.5
WRIST, MIDDLE_KNUCKLE = 0, 2  # of the seven key points
REGION_SCALE, REGION_SHIFT = 2.6, -0.5  # from the palm to the whole hand
# MediaPipe's graph asks for the wrist-to-knuckle line to stand at "90" where radians are read. The
# landmark net finds some hands only in squares turned this way, so it is kept.
UPRIGHT = 90.0


class PalmDetector:
    """Finds palms in one image; belongs to the thread that runs it.

    Args:
        threads: that one look may use.
    Raises:
        MissingLandmarkModel: the hand bundle is missing or altered.
    """

    def __init__(self, threads: int) -> None:
        self._net = Net(net_bytes(PALM_DETECTOR), threads)

    def detect(self, image: Image) -> tuple[Region, ...]:
        """The region about each hand, the surest first.

        Args:
            image: (h, w, 3) RGB.
        """
        whole = Region.whole(image)
        crop = whole.crop(image, SIDE_PX, black_beyond=True)
        answer = self._net.run(crop[None] * np.float32(1.0 / 255.0))
        found = decode(answer["Identity"], answer["Identity_1"], SIDE_PX, LEAST_SCORE)
        return tuple(_hand_region(palm, whole) for palm in found)


def _hand_region(palm: Detection, whole: Region) -> Region:
    points = whole.in_image(palm.keypoints)
    low, high = whole.in_image(palm.box.reshape(2, 2))
    x, y = points[MIDDLE_KNUCKLE] - points[WRIST]
    return region_about(
        (low + high) / 2.0,
        high - low,
        wrapped(UPRIGHT - float(np.arctan2(-y, x))),
        scale=REGION_SCALE,
        shift_down=REGION_SHIFT,
    )

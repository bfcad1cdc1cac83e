"""How large a head is: by its irises, which are alike in everybody, and by what heads are.

The horizontal visible iris diameter is 11.7 mm, give or take 0.5 (MediaPipe Iris, Google AI Blog
2020; ophthalmology's HVID), in children too. An eye that looks aside shows it foreshortened, a
closed one or a small picture hardly at all; then the mean head says more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from tryon.types import FaceLandmarks, Interval, Scale

IRIS_MM, IRIS_SPREAD = 11.7, 0.5 / 11.7  # the spread of everything here: one standard deviation
HEAD_SPREAD = 0.055  # ANSUR II: face breadth 4.3 % within a sex, the sexes 6.5 % apart
EDGE_PX = 0.5  # to which the net sets one end of an iris
PLACING = 0.03  # share of the diameter by which it errs however large the picture
# centre, then the ends: right and left across, top and bottom
IRISES = ((468, 469, 471, 470, 472), (473, 474, 476, 475, 477))
CORNERS = ((33, 133), (362, 263))
LIDS = ((159, 145), (386, 374))
OPEN = 0.42  # irises between the lids; of an eye more closed the net only guesses the iris
ROUND = (0.82, 1.22)  # across over upright, between which an iris faces the camera
ASIDE = 0.16  # of an eye's breadth by which a pupil stands off its middle when it looks aside
TURNED = np.cos(np.radians(28.0))  # of the head's front with the line of sight


@dataclass(frozen=True, slots=True)
class HeadSize:
    """A head's size over the mean head's."""

    value: float
    spread: float  # one standard deviation of its logarithm
    source: str  # "iris" or "mean head"

    def scale(self, mm_per_px_of_mean: float) -> Scale:
        """The scale at a place where one pixel would be so many millimetres on a mean head."""
        middle, reach = mm_per_px_of_mean * self.value, float(np.exp(1.96 * self.spread))
        return Scale(self.source, Interval(middle, middle / reach, middle * reach))


MEAN_HEAD = HeadSize(1.0, HEAD_SPREAD, "mean head")


def head_size(face: FaceLandmarks, eye_mm_per_px: Array, facing: float) -> HeadSize:
    """The head's size by open eyes' irises that face the camera, drawn to the mean by their doubt.

    Args:
        eye_mm_per_px: (2,) millimetres that one pixel is at the wearer's right and left eye if
            the head is as large as the mean.
        facing: cosine of the angle between the face's front and the line of sight.
    """
    if facing < TURNED or len(face.points_px) < 478:
        return MEAN_HEAD
    sizes, doubts = [], []
    for (middle, right, left, top, bottom), corners, lids, scale in zip(
        IRISES, CORNERS, LIDS, eye_mm_per_px, strict=True
    ):
        points = face.points_px
        across = float(np.linalg.norm(points[right] - points[left]))
        upright = float(np.linalg.norm(points[top] - points[bottom]))
        breadth = float(np.linalg.norm(points[corners[0]] - points[corners[1]]))
        aside = float(np.linalg.norm(points[middle] - points[list(corners)].mean(axis=0)))
        opening = float(np.linalg.norm(points[lids[0]] - points[lids[1]]))
        if opening < OPEN * across:
            continue
        if across < 4.0 or not ROUND[0] < across / max(upright, 1e-6) < ROUND[1]:
            continue
        if aside > ASIDE * breadth:
            continue
        sizes.append(IRIS_MM / (across * float(scale)))
        doubts.append(np.hypot(np.sqrt(2.0) * EDGE_PX / across, PLACING))
    if not sizes:
        return MEAN_HEAD
    # the eyes of one person are alike: their measuring errors are averaged, not their spread
    measured = float(np.mean(np.log(sizes)))
    doubt = IRIS_SPREAD**2 + float(np.mean(doubts)) ** 2 / len(sizes)
    trust = HEAD_SPREAD**2 / (HEAD_SPREAD**2 + doubt)
    value = float(np.exp(trust * np.clip(measured, -0.5, 0.3)))
    return HeadSize(value, HEAD_SPREAD * float(np.sqrt(1.0 - trust)), "iris")

"""What MediaPipe's two detectors say: boxes and key points about a grid of anchors.

The palm detector (192 px square, 2016 anchors, 7 key points) and BlazeFace short range (128 px,
896 anchors, 6 key points) share one layout: two anchors in each cell of 8 px, six in each of 16 px.
Anchors, decoding and the score-weighted suppression follow MediaPipe's SsdAnchorsCalculator,
TensorsToDetectionsCalculator and NonMaxSuppressionCalculator; the last is described in Bazarevsky
et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs (2019), section 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array

ANCHORS_OF_STRIDE = ((8, 2), (16, 6))  # px of a cell, anchors in each
SAME_OBJECT_IOU = 0.3
BOX_VALUES = 4
LOGIT_BOUND = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One palm or face, in shares of the detector's square input."""

    box: Array  # (4,) left, top, right, bottom
    keypoints: Array  # (k, 2)
    score: float  # 0..1


@cache
def anchor_centers(side_px: int) -> Array:
    """(n, 2) shares of the input square, in the order of the detector's outputs."""
    layers = []
    for stride, anchors in ANCHORS_OF_STRIDE:
        cells = side_px // stride
        line = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(line, line, indexing="ij")
        layers.append(np.repeat(np.column_stack((x.ravel(), y.ravel())), anchors, axis=0))
    return np.concatenate(layers)


def decode(
    regressors: NDArray[np.float32],
    logits: NDArray[np.float32],
    side_px: int,
    least_score: float,
    same_iou: float = SAME_OBJECT_IOU,
) -> tuple[Detection, ...]:
    """What a detector found, best first; each object once.

    Args:
        regressors: (1, n, 4 + 2 k) pixels of the input square about the anchors: the box's centre,
            width and height, then the key points.
        logits: (1, n, 1).
        side_px: of the input square.
        least_score: candidates below it are nothing.
        same_iou: boxes that overlap more belong to one object.
    """
    bounded = np.clip(logits[0, :, 0].astype(float), -LOGIT_BOUND, LOGIT_BOUND)
    scores = 1.0 / (1.0 + np.exp(-bounded))
    kept = np.flatnonzero(scores >= least_score)
    if not len(kept):
        return ()
    values = regressors[0, kept].astype(float).reshape(len(kept), -1, 2) / side_px
    center = anchor_centers(side_px)[kept]
    middle, half = values[:, 0] + center, values[:, 1] / 2.0
    # a corner and its opposite are averaged like key points
    points = np.concatenate(
        (
            (middle - half)[:, None],
            (middle + half)[:, None],
            values[:, BOX_VALUES // 2 :] + center[:, None],
        ),
        axis=1,
    )
    sane = np.all(half >= 0.0, axis=1)
    return _suppressed(points[sane], scores[kept][sane], same_iou)


def _suppressed(points: Array, scores: Array, same_iou: float) -> tuple[Detection, ...]:
    """Weighted non-maximum suppression: each object is the mean of its boxes, by their scores.

    Args:
        points: (n, 2 + k, 2) top left and bottom right corner, key points.
        scores: (n,).
    """
    found = []
    left = np.argsort(-scores, kind="stable")
    while len(left):
        best = left[0]
        same = overlap(points[left, :2], points[best, :2]) > same_iou
        same[0] = True  # a box without area overlaps nothing, not even itself
        members = left[same]
        mean = np.average(points[members], axis=0, weights=scores[members])
        found.append(Detection(mean[:2].ravel(), mean[2:], float(scores[best])))
        left = left[~same]
    return tuple(found)


def overlap(boxes: Array, box: Array) -> Array:
    """(n,) intersection over union with one box.

    Args:
        boxes: (n, 2, 2) top left and bottom right corners.
        box: (2, 2).
    """
    low = np.maximum(boxes[:, 0], box[0])
    high = np.minimum(boxes[:, 1], box[1])
    shared = np.prod(np.maximum(high - low, 0.0), axis=1)
    areas = np.prod(boxes[:, 1] - boxes[:, 0], axis=1) + np.prod(box[1] - box[0])
    return np.asarray(shared / np.maximum(areas - shared, np.finfo(float).tiny))

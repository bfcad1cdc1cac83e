"""Whether what lies between a finger's edges is its hand's flesh.

Landmarks go on where a finger is not seen: onto a bag, into hair, over the dark between two hands.
The palm, or the back of the hand, is safe to learn the hand's own colours from, lit and shaded
parts alike. Shading changes lightness within a hand more than hue, so lightness counts little.
"""

from __future__ import annotations

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.hand_frame import PALM

# Points inside the palm as shares of the wrist and the four knuckles, spread evenly: Dirichlet's
# way from the numbers of an R-sequence in five dimensions (M. Roberts, 2018), by its ratio.
_RATIO = 1.1347241384015194
_INSIDE_PALM = -np.log((0.5 + np.outer(np.arange(1, 65), _RATIO ** -np.arange(1.0, 6.0))) % 1.0)
_INSIDE_PALM /= _INSIDE_PALM.sum(axis=1, keepdims=True)
_USUAL = 51  # of these, the most alike: rings, watches and sleeves fall out
_LIGHTNESS_WEIGHT = 0.25
_STRANGE = 9.0  # Lab units at which a colour is half strange
_NEAREST = 3  # a colour counts as the hand's when so many samples and one more are as near
_ACROSS, _ALONG = 7, 6  # cells of a finger
_FINE = 3  # samples along each side of a cell
_INNER = 0.4  # half of the cells' span, finger widths: clear of the edges
_BEFORE, _BEYOND = 0.4, 0.6  # along the finger, widths before and beyond the ring
_ACROSS_SHARES = np.linspace(-_INNER, _INNER, _ACROSS * _FINE)  # where it is looked at, widths
_ALONG_SHARES = np.linspace(-_BEFORE, _BEYOND, _ALONG * _FINE)
_WHITE = np.float32(255.0)
_LAB_WEIGHTS = np.array([_LIGHTNESS_WEIGHT, 1.0, 1.0])


def hand_colours(image: Image, points_px: Array) -> Array:
    """(n, 3) colours of the palm or the back of the hand, in weighted Lab.

    Args:
        image: (h, w, 3) RGB.
        points_px: (21, 2) landmarks.
    """
    spots = _INSIDE_PALM @ points_px[list(PALM)]
    limits = [image.shape[1] - 1, image.shape[0] - 1]
    x, y = np.clip(spots.astype(np.intp), 0, limits).T
    colours = _weighted_lab(image[y, x][None])[0]
    usual = np.partition(colours, len(colours) // 2, axis=0)[len(colours) // 2]
    strange = ((colours - usual) ** 2).sum(axis=1)
    return np.asarray(colours[np.argsort(strange)[:_USUAL]], np.float64)


def flesh(
    image: Image, colours: Array, center_px: Array, axis_px: Array, width_px: float
) -> tuple[float, float]:
    """How much of the finger left and right of its axis has the hand's colours, 0..1 each.

    Args:
        colours: from `hand_colours`.
        center_px, axis_px, width_px: of the finger at the ring.
    """
    (x, y), (axis_x, axis_y) = center_px.tolist(), (axis_px * width_px).tolist()
    along, across = _ALONG_SHARES[:, None], _ACROSS_SHARES  # to the right: (-axis_y, axis_x)
    columns = (x + along * axis_x - across * axis_y).astype(np.intp)
    rows = (y + along * axis_y + across * axis_x).astype(np.intp)
    np.minimum(np.maximum(columns, 0, out=columns), image.shape[1] - 1, out=columns)
    np.minimum(np.maximum(rows, 0, out=rows), image.shape[0] - 1, out=rows)
    fine = _weighted_lab(image[rows, columns])
    cells = cv2.resize(fine, (_ACROSS, _ALONG), interpolation=cv2.INTER_AREA)
    cells = np.asarray(cells, np.float64).reshape(-1, 3)
    apart = np.add.reduce(colours * colours, axis=1) - 2.0 * cells @ colours.T
    apart.partition(_NEAREST, axis=1)
    nearest = apart[:, _NEAREST] + np.add.reduce(cells * cells, axis=1)
    alike = _STRANGE**2 / (np.maximum(nearest, 0.0) + _STRANGE**2)
    columns = np.add.reduce(alike.reshape(_ALONG, _ACROSS), axis=0).tolist()
    half = _ACROSS // 2
    cells_of_half = half * _ALONG
    return sum(columns[:half]) / cells_of_half, sum(columns[half + 1 :]) / cells_of_half


def _weighted_lab(colours: Image) -> Array:
    """(h, w, 3) CIE Lab of RGB, with the little that lightness counts."""
    lab = np.asarray(cv2.cvtColor(colours / _WHITE, cv2.COLOR_RGB2Lab))
    return np.asarray(lab * _LAB_WEIGHTS, np.float64)

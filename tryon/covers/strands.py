"""Locks of hair as light as skin, told by their run of light and dark: skin is smooth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image
from tryon.types import Share

Pixels = NDArray[np.float32]

FINE = 3  # samples across a cell of the reduced picture
SOFT = 1.2  # cells over which the light of one strand changes
LOCK = 2.5  # cells over which strands lie side by side
STEP, STEP_SHARE = 3.5, 2.3  # cells; a lone edge is so much as uneven as it is steep
LEAST_UNEVEN = 0.05  # natural logarithm of the light
OVER_SKIN = 2.0  # times as uneven as the wearer's own cheeks
BESIDE = 0.55  # of what is most uneven nearby: beside a lock some of its unevenness is seen
NEARBY = np.ones((7, 7), np.uint8)  # cells
BUSY, DENSE = 0.7, (0.45, 0.6)  # so uneven is such a share of a lock: of chains there is less
NOISE = 3.0  # grey levels
SURELY = 1.25  # times all these
LIKE_SKIN = 0.35, 0.55  # strangeness up to which what is uneven is no cloth
CHEEKS = (50, 280, 205, 425, 101, 330, 117, 346)  # of the face's points


@dataclass(frozen=True, slots=True, eq=False)
class Unevenness:
    """How finely the light changes, natural logarithm, over what noise does; (h, w) each."""

    energy: Pixels  # its mean square in each cell
    about: Pixels  # its RMS about each, without what a lone edge there explains


def strands(uneven: Unevenness, strange: Pixels, hair: Share, face_cells: Array) -> Share:
    """Where something uneven has the colours of skin or is among hair; (h, w) 0..1.

    Args:
        uneven: of head and chest.
        strange: (h, w) how unlike skin the same is, reduced.
        hair: (h, w) what of it is hair by its colour.
        face_cells: (n, 2) the face's points on it, columns and rows.
    """
    rows, columns = strange.shape
    x, y = np.clip(np.rint(face_cells[list(CHEEKS)]).astype(int), 0, (columns - 1, rows - 1)).T
    skin = OVER_SKIN * float(np.median(uneven.about[y, x]))
    least = np.maximum(max(LEAST_UNEVEN, skin), BESIDE * cv2.dilate(uneven.about, NEARBY))
    share = np.clip((uneven.about - least) / ((SURELY - 1.0) * least), 0.0, 1.0)
    busy = cv2.blur((uneven.energy > (BUSY * least) ** 2).astype(np.float32), NEARBY.shape)
    share *= np.clip((busy - DENSE[0]) / (DENSE[1] - DENSE[0]), 0.0, 1.0)
    low, high = LIKE_SKIN
    fits = np.maximum(np.clip((high - strange) / (high - low), 0.0, 1.0), hair)
    share *= np.clip(2.0 * cv2.blur(fits, (5, 5)), 0.0, 1.0)
    face = np.zeros((rows, columns), np.uint8)
    cv2.fillConvexPoly(face, cv2.convexHull(np.rint(face_cells).astype(np.int32)), 1)
    share[face > 0] = 0.0
    return np.asarray(share, np.float32)


def fine_light(crop: Image, columns: int, rows: int) -> Pixels:
    """The logarithm of the light of head and chest, a few samples for each reduced cell.

    Args:
        crop: (H, W, 3) RGB.
        columns, rows: of the reduced picture.
    Returns:
        (h, w) natural logarithm of grey levels and 16.
    """
    light = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    if crop.shape[0] > FINE * rows:
        light = cv2.resize(light, (FINE * columns, FINE * rows), interpolation=cv2.INTER_AREA)
    return np.asarray(np.log(light.astype(np.float32) + np.float32(16)), np.float32)


def unevenness(light: Pixels, columns: int, rows: int) -> Unevenness:
    """How uneven each cell of (rows, columns) is, by `fine_light` (h, w)."""
    coarse = cv2.resize(light, (columns, rows), interpolation=cv2.INTER_AREA)
    noise = np.float32(NOISE) * np.exp(-coarse)
    coarse = cv2.GaussianBlur(coarse, (0, 0), STEP)
    across = cv2.Sobel(coarse, cv2.CV_32F, 1, 0, ksize=1, scale=0.5 * STEP_SHARE)
    down = cv2.Sobel(coarse, cv2.CV_32F, 0, 1, ksize=1, scale=0.5 * STEP_SHARE)
    off = light - cv2.GaussianBlur(light, (0, 0), SOFT * light.shape[0] / rows)
    energy = cv2.resize(off * off, (columns, rows), interpolation=cv2.INTER_AREA)
    energy = np.maximum(energy - noise * noise, 0.0)
    about = cv2.GaussianBlur(energy, (0, 0), LOCK) - across * across - down * down
    rms = np.sqrt(np.maximum(about, 0.0))
    return Unevenness(np.asarray(energy, np.float32), np.asarray(rms, np.float32))

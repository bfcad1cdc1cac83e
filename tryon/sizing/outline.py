"""The outline of a reference in a photo: candidates from contours, then edges to sub-pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image

SEARCH_SIDE_PX = 1200  # the photo is reduced to this for the search
LEAST_SHARE = 0.0006  # of the photo that a reference covers
GREATEST_SHARE = 0.5
REACH = 0.02  # of the outline's own size: how far from a candidate its edge is sought
NEARLY = 0.55  # of the strongest change beside a point, to be a rival of it
CLEAR_CHANGE = 6.0  # grey levels of Lab across an edge
Channel = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Where the photo's edges lie beside sample points of an outline."""

    points_px: Array  # (n, 2) to sub-pixel
    found: NDArray[np.bool_]  # (n,) whether a clear edge is there


def closed_contours(image: Image) -> Iterator[tuple[Array, float]]:
    """Contours (n, 2) in pixels of the whole photo, with the pixels of one pixel searched.

    Args:
        image: (h, w, 3) RGB.
    """
    factor = min(SEARCH_SIDE_PX / max(image.shape[:2]), 1.0)
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(cv2.medianBlur(small, 5), cv2.COLOR_RGB2Lab)
    area = small.shape[0] * small.shape[1]
    for mask in _masks(np.asarray(lab, np.uint8)):
        for contour in cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]:
            if LEAST_SHARE * area < cv2.contourArea(contour) < GREATEST_SHARE * area:
                yield (contour[:, 0].astype(np.float64) + 0.5) / factor, 1.0 / factor


def _masks(lab: Channel) -> Iterator[Channel]:
    """Pictures of black and white whose contours may be the reference's."""
    close = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    for k in range(3):
        channel = np.ascontiguousarray(lab[..., k])
        spread = float(np.percentile(channel, 98) - np.percentile(channel, 2))
        if spread < 8.0:
            continue
        _, split = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        yield np.asarray(split, np.uint8)
        for share in (0.12, 0.3):
            canny = cv2.Canny(channel, 0.5 * share * spread, share * spread, L2gradient=True)
            yield np.asarray(cv2.morphologyEx(canny, cv2.MORPH_CLOSE, close), np.uint8)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]]).astype(np.float32)
    away = np.linalg.norm(lab.astype(np.float32) - np.median(border, axis=0), axis=2)
    for limit in (12.0, 25.0, 40.0):
        mask = np.asarray((away > limit) * 255, np.uint8)
        yield np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, close), np.uint8)


def edges_beside(
    image: Image, points_px: Array, outward: Array, reach_px: float, *, innermost: bool = False
) -> Edges:
    """The strongest change of colour along each normal.

    Args:
        image: (h, w, 3) RGB.
        points_px: (n, 2) on the outline as it is known.
        outward: (n, 2) unit normals.
        reach_px: how far to look to either side.
        innermost: of changes nearly as strong, the first one outwards: beyond may be a neighbour's.
    """
    step = max(reach_px / 24.0, 0.25)
    offsets = np.arange(-reach_px, reach_px + step / 2, step)
    grid = points_px[:, None] + offsets[None, :, None] * outward[:, None]
    low = np.maximum(np.floor(grid.reshape(-1, 2).min(axis=0)).astype(int) - 2, 0)
    high = np.ceil(grid.reshape(-1, 2).max(axis=0)).astype(int) + 3
    window = image[low[1] : high[1], low[0] : high[0]]
    local = (grid - low - 0.5).astype(np.float32)
    strip = cv2.remap(
        np.ascontiguousarray(window), local[..., 0], local[..., 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    lab = np.asarray(cv2.cvtColor(strip.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab), np.float64)
    sigma = max(0.8 / step, 1.0)
    soft = cv2.GaussianBlur(lab, (0, 0), sigmaX=sigma, sigmaY=0.01)
    slope = np.gradient(soft, axis=1)
    change = np.sqrt((slope**2).sum(axis=2)) * 2.0 * sigma
    # an outline is straight or round: neighbours along it see the edge at the same offset
    steady = cv2.GaussianBlur(change, (0, 0), sigmaX=0.01, sigmaY=2.0)
    wanted = steady
    if innermost:
        top = (steady[:, 1:-1] >= steady[:, :-2]) & (steady[:, 1:-1] >= steady[:, 2:])
        strong = steady[:, 1:-1] > NEARLY * steady[:, 1:-1].max(axis=1, keepdims=True)
        wanted = np.pad(top & strong, ((0, 0), (1, 1)))
    peak = np.clip(wanted.argmax(axis=1), 1, len(offsets) - 2)
    row = np.arange(len(points_px))
    before, here, after = (change[row, peak + k] for k in (-1, 0, 1))
    curve = before - 2.0 * here + after
    shift = np.where(np.abs(curve) > 1e-9, 0.5 * (before - after) / np.minimum(curve, -1e-9), 0.0)
    at = offsets[peak] + step * np.clip(shift, -0.5, 0.5)
    return Edges(points_px + at[:, None] * outward, here > CLEAR_CHANGE)

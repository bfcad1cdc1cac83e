"""What lies over a necklace: hair wherever it falls, cloth only where the chain goes under it.

From its front a chain runs up both sides to the nape. As long as it has met nothing but cloth it
lies on the cloth, as over a jumper; where it comes off skin and meets cloth it goes under: that is
a collar, and it stays under. A strand of hair in between changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image, PixelRegion
from tryon.covers.cover import SkinTone, cover, hair_cover
from tryon.covers.masks import body_share
from tryon.covers.tones import features
from tryon.types import FaceLandmarks, PersonMask, Share, Veil

COVERED, BARE = 0.60, 0.40  # shares that count as cloth, as skin
SKIN_RUN, CLOTH_RUN = 0.012, 0.009  # metres of one kind before the chain has met it
OUTSIDE, WITHIN = 0.45, 0.80  # person shares between which a chain leaves the silhouette
REACH = 0.008  # metres to either side of a covered chain that its collar hides
ROOT_SIDE_PX = 112  # of the picture in which hair is followed from the head down
ROOTED = 0.35  # share of hair over which it is followed
SCRAP, SCRAP_GAP = 0.016, 0.004  # metres seen beyond so many hidden that are but a scrap
STRANDY = 0.35, 0.60  # of the unevenness of the head's own hair, below which cloth is no hair
STRANDS_SIDE = 5  # of the reduced picture
CROWN_FACES = 0.45  # face heights over the forehead that hair may stand


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Where a chain runs in the picture, from its front to the nape on one side."""

    points_px: Array  # (n, 2)
    metres: Array  # (n,) along the chain from its front
    seen: NDArray[np.bool_]  # (n,) before the neck, not behind it


@dataclass(frozen=True, slots=True, eq=False)
class Wear:
    """The veil over a necklace, and how much of the chain is left to be seen."""

    veil: Veil
    shown: float  # 0..1, of those points that lie before the neck and in the picture


def worn_under(
    image: Image,
    region: PixelRegion,
    runs: tuple[Run, ...],
    px_per_metre: float,
    face: FaceLandmarks,
    skin: SkinTone,
    hair: SkinTone,
    person: PersonMask | None,
    before: Share | None = None,
    breadth: float = 1e-3,
) -> Wear:
    """What of a necklace is hidden.

    Args:
        image: (h, w, 3) RGB.
        region: of the picture, about the necklace, inside the image.
        runs: both sides of the chain.
        px_per_metre: at the neck.
        face: of the wearer, from whose head hair comes down.
        before: over the region, what else stands before it, as hands.
        breadth: metres across the chain: so far it stands out from a silhouette.
    """
    by_hair = hair_cover(image, region, skin, hair, person).hides
    if by_hair.max() > BARE:
        by_hair = by_hair * _rooted(image, region, face, skin, hair, person)
    covered = cover(image, region, skin, person, hair).hides
    hides = by_hair.copy()
    if before is not None:
        np.maximum(hides, before, out=hides)
    if person is not None:
        np.maximum(hides, _outside(image, region, person, breadth * px_per_metre), out=hides)
    shown, total = 0.0, 0
    for run in runs:
        x, y = np.rint(run.points_px - (region.x, region.y)).astype(np.intp).T
        inside = run.seen & (x >= 0) & (y >= 0) & (x < region.width) & (y < region.height)
        x, y = np.clip(x, 0, region.width - 1), np.clip(y, 0, region.height - 1)
        hidden = np.where(inside, hides[y, x], 0.0)
        under = _goes_under(run, covered[y, x] - by_hair[y, x], by_hair[y, x], inside)
        if under < len(run.metres):
            _hide_beyond(hides, covered, run.points_px[under:] - (region.x, region.y), px_per_metre)
            hidden[under:] = np.maximum(hidden[under:], covered[y[under:], x[under:]])
        gone = _last_seen(run, hidden, inside)
        if gone < len(run.metres):
            whole = np.ones_like(hides)
            _hide_beyond(hides, whole, run.points_px[gone:] - (region.x, region.y), px_per_metre)
            hidden[gone:] = 1.0
        shown += float((1.0 - hidden)[inside].sum())
        total += int(inside.sum())
    return Wear(Veil(hides, region), shown / total if total else 0.0)


def _outside(image: Image, region: PixelRegion, person: PersonMask, breadth_px: float) -> Share:
    """1 off the person's silhouette, where no chain can lie, 0 on it and as near as it is thick.

    It begins where the silhouette of the mean body and the wearer's own differ.
    """
    size = (region.width, region.height)
    share = body_share(person, region, size, image.shape[1], image.shape[0])
    reach = 2 * max(round(0.5 * breadth_px), 1) + 1
    near = cv2.dilate(share, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return np.asarray(1.0 - np.clip((near - OUTSIDE) / (WITHIN - OUTSIDE), 0.0, 1.0), np.float32)


def _rooted(
    image: Image,
    region: PixelRegion,
    face: FaceLandmarks,
    skin: SkinTone,
    hair: SkinTone,
    person: PersonMask | None,
) -> Share:
    """Over a region: 1 where what looks like hair hangs together with the head's, else 0.

    A black dress is as black as hair, but bare shoulders lie between the two, or it is plainer.
    """
    forehead, chin = face.points_px[10], face.points_px[152]
    tall = float(np.linalg.norm(forehead - chin))
    low = np.minimum([region.x, region.y], face.points_px.min(axis=0) - CROWN_FACES * tall)
    high = np.maximum(
        [region.x + region.width, region.y + region.height],
        face.points_px.max(axis=0) + CROWN_FACES * tall * np.array([1.0, 0.0]),
    )
    size = np.ceil(high - low).astype(int)
    wide = PixelRegion(int(low[0]), int(low[1]), int(size[0]), int(size[1]))
    wide = wide.clipped(image.shape[1], image.shape[0])
    factor = min(ROOT_SIDE_PX / max(wide.width, wide.height), 1.0)
    columns, rows = max(round(wide.width * factor), 2), max(round(wide.height * factor), 2)
    crop = image[wide.y : wide.y + wide.height, wide.x : wide.x + wide.width]
    small = np.asarray(cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    like = hair_cover(small, PixelRegion(0, 0, columns, rows), skin, hair).hides
    if person is not None:
        like = like * body_share(person, wide, (columns, rows), image.shape[1], image.shape[0])
    chin_row = int(np.clip((float(chin[1]) - wide.y) * factor, 1, rows))
    like = like * _strandy(small, like, chin_row)
    _, labels = cv2.connectedComponents((like > ROOTED).astype(np.uint8), connectivity=4)
    own = np.setdiff1d(np.unique(labels[:chin_row]), [0])
    grown = cv2.dilate(np.isin(labels, own).astype(np.float32), np.ones((3, 3), np.uint8))
    held = cv2.GaussianBlur(grown, (0, 0), 0.8)
    whole = cv2.resize(held, (wide.width, wide.height), interpolation=cv2.INTER_LINEAR)
    top, left = region.y - wide.y, region.x - wide.x
    return np.asarray(whole[top : top + region.height, left : left + region.width], np.float32)


def _strandy(image: Image, like: Share, chin_row: int) -> Share:
    """How far each pixel is as uneven as the hair above the chin; strands are, plain cloth is not.

    Args:
        like: how far each looks like hair.
    """
    light, side = features(image)[..., 0], (STRANDS_SIDE, STRANDS_SIDE)
    alike = (like > ROOTED).astype(np.float32)  # skin and collar beside it make it not uneven
    own = cv2.erode(alike, np.ones((2, 2), np.uint8))
    weight = cv2.blur(own, side) + np.float32(1e-4)
    mean = cv2.blur(light * own, side) / weight
    square = cv2.blur(light * light * own, side) / weight
    uneven = np.sqrt(np.maximum(square - mean * mean, 0.0))
    surely = cv2.erode((like[:chin_row] > ROOTED).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if np.count_nonzero(surely) < STRANDS_SIDE**2:
        return np.ones_like(like)
    usual = float(np.median(uneven[:chin_row][surely]))
    low, high = STRANDY[0] * usual, STRANDY[1] * usual
    return np.asarray(np.clip((uneven - low) / max(high - low, 1e-6), 0.0, 1.0), np.float32)


def _goes_under(run: Run, cloth: Array, hair: Array, inside: NDArray[np.bool_]) -> int:
    """Index of the first point under a collar; the number of points where there is none."""
    step = np.diff(run.metres, prepend=run.metres[0])
    skin_met, cloth_met = 0.0, 0.0
    first = len(run.metres)
    for k in np.flatnonzero(inside).tolist():
        if hair[k] > BARE:
            continue
        if cloth[k] > COVERED:
            if skin_met >= SKIN_RUN:
                first = k if cloth_met == 0.0 else first
                cloth_met += float(step[k])
                if cloth_met >= CLOTH_RUN:
                    return first
        elif cloth[k] < BARE:
            skin_met += float(step[k])
            cloth_met, first = 0.0, len(run.metres)
    return len(run.metres)


def _last_seen(run: Run, hidden: Array, inside: NDArray[np.bool_]) -> int:
    """Index from which on no more than scraps of a chain would peep out; else how many there are.

    What hides a chain on its way to the nape hides the rest of it as well, unless a good length of
    it comes out again, as between two strands.
    """
    step = np.diff(run.metres, prepend=run.metres[0])
    seen = np.where(inside & (hidden < BARE), step, 0.0)
    rest = np.cumsum(seen[::-1])[::-1]  # metres that are seen from each point on
    covered, gap = len(run.metres), 0.0
    for k in np.flatnonzero(inside).tolist():
        gap = gap + float(step[k]) if hidden[k] > COVERED else 0.0
        if gap >= SCRAP_GAP and float(rest[k]) < SCRAP:
            covered = k
            break
    return covered


def _hide_beyond(hides: Share, covered: Share, points: Array, px_per_metre: float) -> None:
    """Lay the collar over a chain from its first covered point on."""
    mask = np.zeros(hides.shape, np.uint8)
    thick = max(round(2.0 * REACH * px_per_metre), 3)
    line = np.rint(points).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [line], False, 255, thick, cv2.LINE_AA)
    np.maximum(hides, covered * (mask.astype(np.float32) / 255.0), out=hides)

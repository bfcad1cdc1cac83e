"""A bank card in a photo: four straight sides with round corners, of one known shape."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics
from tryon.sizing.outline import REACH, closed_contours, edges_beside
from tryon.sizing.plane import TableView, view_of_rectangle
from tryon.sizing.references import Reference

SAMPLES = 48  # on each side
CORNER_SHARE = 0.12  # of a side next to its ends that is left out: corners are round
LEAST_SOLID = 0.93  # area of a contour over that of its hull
SHARPEST_DEG = 55.0  # angle between two sides that perspective can leave
MOST_MISFIT = 0.02  # of the corners from where a card's would be, longer sides
LEAST_EDGES = 0.65  # share of samples where an edge is clear
STRAIGHT = 0.004  # share of a side by which edges may lie off their line
CORNER_MM = 3.18  # radius of a card's corners, ISO/IEC 7810
IN_CORNER_MM = 0.4  # from both sides: still beyond the round corner, by 0.7 mm
CORNER_CONTRAST = 8.0  # Lab units between table and card by which a corner tells its shape
LEAST_ROUND = 0.5
USUAL_TILT = np.radians(20.0)


@dataclass(frozen=True, slots=True, eq=False)
class FoundCard:
    """A card, its corners to sub-pixel."""

    corners_px: Array  # (4, 2) in turn round; the first side is long
    view: TableView
    clear: float  # 0..1, share of its outline that is a clear edge
    error_px: float  # standard error of where a side lies

    @property
    def shortest_px(self) -> float:
        """Its shortest side in the picture."""
        sides = np.roll(self.corners_px, -1, axis=0) - self.corners_px
        return float(np.linalg.norm(sides, axis=1).min())


def find_card(
    image: Image, card: Reference, intrinsics: Intrinsics, mm_per_px: tuple[float, float]
) -> FoundCard | None:
    """The rectangle that looks most like the card; None where nothing does.

    Args:
        image: (h, w, 3) RGB.
        mm_per_px: the least and the greatest scale that the hand allows.
    """
    best: tuple[float, FoundCard] | None = None
    seen: list[Array] = []
    for contour, coarse_px in closed_contours(image):
        quad = _quadrilateral(contour)
        if quad is None or any(np.abs(quad - other).max() < 4.0 * coarse_px for other in seen):
            continue
        seen.append(quad)
        found = _refined(image, quad, coarse_px, card, intrinsics)
        if found is None or (best is not None and found[0] <= best[0]):
            continue
        if mm_per_px[0] < found[1].view.mm_per_px(found[1].corners_px.mean(axis=0)) < mm_per_px[1]:
            best = found
    return best[1] if best else None


def _quadrilateral(contour: Array) -> Array | None:
    """(4, 2) corners in turn round; None where it has not four."""
    hull = cv2.convexHull(contour.astype(np.float32))
    if cv2.contourArea(contour.astype(np.float32)) < LEAST_SOLID * cv2.contourArea(hull):
        return None
    length = cv2.arcLength(hull, True)
    for share in (0.02, 0.035, 0.05, 0.07):
        corners = cv2.approxPolyDP(hull, share * length, True)[:, 0].astype(np.float64)
        if len(corners) == 4:
            break
    else:
        return None
    sides = np.roll(corners, -1, axis=0) - corners
    directions = sides / np.linalg.norm(sides, axis=1, keepdims=True)
    cosines = np.abs((directions * np.roll(directions, -1, axis=0)).sum(axis=1))
    if cosines.max() > np.cos(np.radians(SHARPEST_DEG)):
        return None
    first = int(corners.sum(axis=1).argmin())
    return np.roll(corners, -first, axis=0)


def _refined(
    image: Image, quad: Array, coarse_px: float, card: Reference, intrinsics: Intrinsics
) -> tuple[float, FoundCard] | None:
    """How much it looks like the card, and the card; None where it does not."""
    longest = float(np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1).max())
    corners, sides = quad, None
    # the corners of a contour lie on the card's round ones: look wide first, then close
    # … and there prefer the card's own edge to that of its shadow
    wide, close = max(2.0 * REACH * longest, 3.0 * coarse_px), max(0.5 * REACH * longest, 3.0)
    for reach, innermost in ((wide, False), (close, True)):
        sides = _sides(image, corners, reach, innermost)
        if sides is None:
            return None
        corners = np.array([_meet(sides[k - 1], sides[k]) for k in range(4)])
        if not np.isfinite(corners).all() or np.abs(corners - quad).max() > 0.1 * longest:
            return None
    assert sides is not None
    views = [
        (*view_of_rectangle(turned, card.width_mm, card.height_mm, intrinsics), turned)
        for turned in (corners, np.roll(corners, -1, axis=0))
    ]
    view, misfit, turned = min(views, key=lambda each: each[1])
    if misfit > MOST_MISFIT:
        return None
    clear = float(np.mean([side.clear for side in sides]))
    found = FoundCard(turned, view, clear, max(side.error_px for side in sides))
    round_ = _roundness(image, found, card)
    if round_ < LEAST_ROUND:
        return None
    likely = clear + round_ - misfit / MOST_MISFIT - 0.5 * (view.tilt / USUAL_TILT) ** 2
    return likely, found


def _roundness(image: Image, found: FoundCard, card: Reference) -> float:
    """How round its four corners are: 0 where the card's colour fills them, 1 where the table's.

    A part of a card, a phone, a notebook or a tile has square corners or others.
    """
    away = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    size = np.array([card.width_mm, card.height_mm])
    px_from_mm = np.linalg.inv(found.view.mm_from_px)
    rounds = []
    for corner in away:
        inwards = 1.0 - 2.0 * corner
        depths = np.array([[-1.0], [IN_CORNER_MM], [CORNER_MM]])
        spots = corner * size + depths * inwards
        mapped = np.column_stack([spots, np.ones(3)]) @ px_from_mm.T
        pixels = (mapped[:, :2] / mapped[:, 2:] - 0.5).astype(np.float32)
        colours = cv2.remap(image, pixels[:, :1], pixels[:, 1:], cv2.INTER_LINEAR)
        lab = cv2.cvtColor(colours.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab)[:, 0]
        outside, between, inside = lab
        whole = outside - inside
        contrast = float(whole @ whole)
        if contrast > CORNER_CONTRAST**2:
            rounds.append(float(np.clip((between - inside) @ whole / contrast, 0.0, 1.0)))
    return float(np.median(rounds)) if len(rounds) >= 2 else 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """A straight edge: normal . x = offset."""

    normal: Array  # (2,)
    offset: float
    clear: float
    error_px: float


def _sides(image: Image, corners: Array, reach: float, innermost: bool) -> list[_Side] | None:
    """The four lines beside a quadrilateral's sides; None where one is not clear and straight."""
    found = []
    middle = corners.mean(axis=0)
    shares = np.linspace(CORNER_SHARE, 1.0 - CORNER_SHARE, SAMPLES)[:, None]
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = end - start
        length = float(np.linalg.norm(side))
        outward = np.array([side[1], -side[0]]) / length
        outward = outward if outward @ (start - middle) > 0.0 else -outward
        line, normals = start + shares * side, np.tile(outward, (SAMPLES, 1))
        edges = edges_beside(image, line, normals, reach, innermost=innermost)
        points = edges.points_px[edges.found]
        if len(points) < LEAST_EDGES * SAMPLES:
            return None
        line = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)
        x, y, at_x, at_y = line[:, 0].astype(np.float64)
        normal = np.array([-y, x])
        offset = float(normal @ (at_x, at_y))
        off = points @ normal - offset
        on = np.abs(off) < max(STRAIGHT * length, 1.0)
        if on.mean() < LEAST_EDGES:
            return None
        # neighbouring samples err together: about every fourth counts
        error = float(off[on].std()) / np.sqrt(max(on.sum() / 4.0, 1.0))
        clear = len(points) / SAMPLES * float(on.mean())
        found.append(_Side(normal, offset, clear, error))
    return found


def _meet(a: _Side, b: _Side) -> Array:
    """Where two sides cross."""
    system = np.stack([a.normal, b.normal])
    if abs(float(np.linalg.det(system))) < 1e-9:
        return np.full(2, np.inf)
    return np.asarray(np.linalg.solve(system, [a.offset, b.offset]), np.float64)

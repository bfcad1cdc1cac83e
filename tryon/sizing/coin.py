"""A coin in a photo: an ellipse with a clear edge all round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics
from tryon.errors import TakeAgain
from tryon.sizing.outline import REACH, closed_contours, edges_beside
from tryon.sizing.plane import TableView, views_of_circle
from tryon.sizing.references import Reference

SAMPLES = 120
FLATTEST = 0.72  # shorter over longer axis: beyond it the camera looks from too far aside
MOST_OFF = 0.02  # of the radius, a contour's points from its ellipse
LEAST_EDGES = 0.85
CLOSE_PX = 3.0  # from a rim that is known well
ONE_CENTER = 0.2  # of the radius: rings about one centre are one coin's
WIDER_RIMS = (1.06, 1.12, 1.3, 1.36, 1.42)  # a heart is 0.70 (1 euro) to 0.73 (2 euro) as wide
ONE_SIZE = 0.05  # by which the pictures of two like coins differ at most
COIN_PX = 24.0  # the photo is reduced until the smallest coin has this radius
MOST_CIRCLES = 12  # in each channel, the clearest


@dataclass(frozen=True, slots=True, eq=False)
class FoundCoin:
    """A coin, its rim to sub-pixel."""

    center_px: Array  # (2,)
    axes_px: tuple[float, float]  # half axes, the longer first
    turn: float  # radians, of the longer axis from x towards y
    views: tuple[TableView, TableView]  # it may lean either way
    clear: float  # 0..1
    error_px: float  # standard error of its radius

    @property
    def outline_px(self) -> Array:
        """(n, 2) points on the rim."""
        return _on_ellipse(self.center_px, self.axes_px, self.turn)[0]


def find_coin(
    image: Image, coin: Reference, intrinsics: Intrinsics, mm_per_px: tuple[float, float]
) -> FoundCoin | None:
    """The roundest thing with a clear rim; of rings about one centre the outermost.

    Args:
        image: (h, w, 3) RGB.
        mm_per_px: the least and the greatest scale that the hand allows.
    Raises:
        TakeAgain: several round things are seen, of different sizes.
    """
    radii = 0.5 * coin.width_mm / mm_per_px[1], 0.5 * coin.width_mm / mm_per_px[0]
    found: list[FoundCoin] = []
    for contour, coarse_px in chain(closed_contours(image), _circles(image, radii)):
        each = _refined(image, contour, coarse_px, coin, intrinsics)
        if each is not None and radii[0] < each.axes_px[0] < radii[1]:
            found.append(each)
    if not found:
        return None
    surest = max(found, key=lambda each: each.clear)
    for other in found:
        apart = np.linalg.norm(other.center_px - surest.center_px) > surest.axes_px[0]
        if apart and abs(np.log(other.axes_px[0] / surest.axes_px[0])) > ONE_SIZE:
            raise TakeAgain("several round things are seen: leave nothing round beside the coin.")
    about = [
        other
        for other in found
        if np.linalg.norm(other.center_px - surest.center_px) < ONE_CENTER * other.axes_px[0]
    ]
    for ratio in WIDER_RIMS:  # that of a coin of two metals, seen about its heart
        wider = surest.axes_px[0] * ratio, surest.axes_px[1] * ratio
        rim = _on_ellipse(surest.center_px, wider, surest.turn)[0]
        each = _refined(image, rim, 0.03 * wider[0], coin, intrinsics)
        if each is not None and each.axes_px[0] < radii[1]:
            about.append(each)
    return max(about, key=lambda each: each.axes_px[0])


def _circles(image: Image, radii: tuple[float, float]) -> Iterator[tuple[Array, float]]:
    """Circles (n, 2) in pixels of the whole photo, as `closed_contours` yields what it finds."""
    factor = min(COIN_PX / radii[0], 1.0)
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    low, high = (int(np.ceil(factor * radius)) for radius in radii)
    angles = np.linspace(0.0, 2.0 * np.pi, SAMPLES, endpoint=False)
    rim = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for channel in cv2.split(cv2.cvtColor(cv2.medianBlur(small, 3), cv2.COLOR_RGB2Lab)):
        circles = cv2.HoughCircles(
            channel, cv2.HOUGH_GRADIENT, 1.5, low, param1=60, param2=25, minRadius=low,
            maxRadius=high,
        )  # fmt: skip
        if circles is None:
            continue
        for x, y, radius in circles.reshape(-1, 3)[:MOST_CIRCLES].astype(np.float64):
            yield (np.array([x, y]) + 0.5 + radius * rim) / factor, 0.05 * radius / factor


def _refined(
    image: Image, contour: Array, coarse_px: float, coin: Reference, intrinsics: Intrinsics
) -> FoundCoin | None:
    if len(contour) < 40:
        return None
    fitted = _fit(contour)
    if fitted is None or _off(contour, *fitted) > MOST_OFF + coarse_px / fitted[1][0]:
        return None
    on, clear = contour, 0.0
    for reach in (max(3.0 * REACH * fitted[1][0], 2.5 * coarse_px), CLOSE_PX):
        points, outward = _on_ellipse(*fitted)
        edges = edges_beside(image, points, outward, reach, innermost=reach == CLOSE_PX)
        on, clear = edges.points_px[edges.found], float(edges.found.mean())
        again = _fit(on) if clear >= LEAST_EDGES else None
        if again is None:
            return None
        fitted = again
    center, axes, turn = fitted
    off = _off(on, center, axes, turn)
    if off > MOST_OFF:
        return None
    views = views_of_circle(_conic(center, axes, turn), coin.width_mm, intrinsics)
    error = off * axes[0] / np.sqrt(max(len(on) / 8.0, 1.0))
    return FoundCoin(center, axes, turn, views, clear - off, float(error))


def _fit(points: Array) -> tuple[Array, tuple[float, float], float] | None:
    (x, y), (a, b), degrees = cv2.fitEllipseDirect(points.astype(np.float32))
    if not np.isfinite([x, y, a, b]).all() or min(a, b) < FLATTEST * max(a, b) or max(a, b) < 16:
        return None
    turn = np.radians(degrees)
    if b > a:
        a, b, turn = b, a, turn + np.pi / 2.0
    return np.array([x, y]), (a / 2.0, b / 2.0), float(turn)


def _off(points: Array, center: Array, axes: tuple[float, float], turn: float) -> float:
    """RMS distance of points from an ellipse, share of its longer half axis, to first order."""
    cosine, sine = np.cos(turn), np.sin(turn)
    local = (points - center) @ np.array([[cosine, -sine], [sine, cosine]]) / axes
    return float(np.sqrt(((np.linalg.norm(local, axis=1) - 1.0) ** 2).mean()))


def _on_ellipse(center: Array, axes: tuple[float, float], turn: float) -> tuple[Array, Array]:
    """Points (n, 2) on an ellipse and their outward unit normals."""
    angles = np.linspace(0.0, 2.0 * np.pi, SAMPLES, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    cosine, sine = np.cos(turn), np.sin(turn)
    turned = np.array([[cosine, sine], [-sine, cosine]])
    normal = circle / axes @ turned
    return center + circle * axes @ turned, normal / np.linalg.norm(normal, axis=1, keepdims=True)


def _conic(center: Array, axes: tuple[float, float], turn: float) -> Array:
    """(3, 3): x^T C x = 0 on the ellipse."""
    cosine, sine = np.cos(turn), np.sin(turn)
    own = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    moved = np.array([[1.0, 0.0, -center[0]], [0.0, 1.0, -center[1]], [0.0, 0.0, 1.0]])
    shape = np.diag([axes[0] ** -2.0, axes[1] ** -2.0, -1.0])
    return np.asarray((own @ moved).T @ shape @ own @ moved)

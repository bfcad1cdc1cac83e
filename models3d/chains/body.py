"""What a chain lies on: a neck with shoulders and chest, or a wrist, as smooth distance fields.

A surface is a function that is negative inside the body and grows by about one metre a metre.
Neck frame: origin at the suprasternal notch, +Y up, +Z out of the chest. Wrist frame: origin at
the centre of the wrist section, +Y towards the hand, +Z dorsal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from models3d.frames import Array
from models3d.tables import rows

PROBE = 0.5e-3  # metres between the points that a gradient is taken from
TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3.0)

# A woman's upper body of mean size, metres, about the notch. The neck's base runs from the notch
# to the seventh vertebra, which stands higher and farther back.
NAPE = np.array([0.0, 0.052, -0.098])
NECK_BLEND = 0.022
CHEST_CENTER = np.array([0.0, -0.160, -0.086])
CHEST_AXES = np.array([0.170, 0.225, 0.120])
BACK_DEPTH = 0.070
SHOULDER_END = np.array([0.175, -0.030, -0.060])
SHOULDER_ROOT = np.array([0.0, 0.010, -0.064])
SHOULDER_RADIUS = 0.040
NECK_HEIGHT = 0.045  # along the neck, from its base to below the larynx
WRIST_BREADTH_PER_DEPTH = 1.36


@dataclass(frozen=True, slots=True)
class BodySize:
    """A girth that people differ in."""

    name: str
    mean_mm: float
    p1_mm: float
    p99_mm: float
    source: str


BODY_SIZES: Mapping[str, BodySize] = MappingProxyType(
    {
        row["id"]: BodySize(
            row["name"],
            float(row["mean_mm"]),
            float(row["p1_mm"]),
            float(row["p99_mm"]),
            row["source"],
        )
        for row in rows("body_sizes")
    }
)


class Body(Protocol):
    """Something to lie on."""

    def depth(self, points: Array) -> Array:
        """(n,) metres outside the skin, negative inside, of points (n, 3)."""


@dataclass(frozen=True, slots=True)
class Neck:
    """Neck, shoulders and upper chest, scaled to the girth of the neck's base."""

    base: float = BODY_SIZES["neck_base"].mean_mm * 1e-3  # metres

    def depth(self, points: Array) -> Array:
        scale = self.base / (BODY_SIZES["neck_base"].mean_mm * 1e-3)
        p = points / scale
        torso = _blend(_chest(p), _shoulders(p), NECK_BLEND)
        return scale * _blend(torso, _throat(p), NECK_BLEND)


@dataclass(frozen=True, slots=True)
class Wrist:
    """An elliptic cylinder of this girth."""

    girth: float  # metres

    @property
    def half_breadth(self) -> float:
        """Metres, along x."""
        return WRIST_BREADTH_PER_DEPTH * self.half_depth

    @property
    def half_depth(self) -> float:
        """Metres, along z."""
        return self.girth / ellipse_girth(WRIST_BREADTH_PER_DEPTH, 1.0)

    def depth(self, points: Array) -> Array:
        return _ellipse(points[:, [0, 2]], np.array([self.half_breadth, self.half_depth]))


def normals(body: Body | Callable[[Array], Array], points: Array) -> tuple[Array, Array]:
    """How far outside the skin points (n, 3) are, and the way out: (n,) metres and (n, 3) unit."""
    depth = body if callable(body) else body.depth
    around = points[None] + PROBE * TETRAHEDRON[:, None]
    values = depth(around.reshape(-1, 3)).reshape(4, -1)
    slope = values.T @ TETRAHEDRON
    slope /= np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
    return values.mean(axis=0), slope


def ellipse_girth(a: float, b: float) -> float:
    """Ramanujan's second approximation of an ellipse's circumference."""
    h = ((a - b) / (a + b)) ** 2
    return float(np.pi * (a + b) * (1.0 + 3.0 * h / (10.0 + np.sqrt(4.0 - 3.0 * h))))


def _ellipse(points: Array, axes: Array) -> Array:
    """(n,) metres outside ellipses about the origin, to first order."""
    shares = points / axes
    reach = np.linalg.norm(shares, axis=1)
    slope = np.linalg.norm(shares / axes, axis=1) / np.maximum(reach, 1e-9)
    return np.asarray((reach - 1.0) / np.maximum(slope, 1e-9))


def _chest(p: Array) -> Array:
    """An ellipsoid whose back is flatter than its front."""
    q = p - CHEST_CENTER
    depth = np.where(q[:, 2] > 0.0, CHEST_AXES[2], BACK_DEPTH)
    axes = np.stack([np.full(len(q), CHEST_AXES[0]), np.full(len(q), CHEST_AXES[1]), depth], 1)
    return _ellipse(q, axes)


def _shoulders(p: Array) -> Array:
    """Two capsules that fall from the neck to the points of the shoulders."""
    q = np.concatenate([np.abs(p[:, :1]), p[:, 1:]], axis=1) - SHOULDER_ROOT
    arm = SHOULDER_END - SHOULDER_ROOT
    share = np.clip(q @ arm / (arm @ arm), 0.0, 1.0)
    return np.asarray(np.linalg.norm(q - share[:, None] * arm, axis=1) - SHOULDER_RADIUS)


def _throat(p: Array) -> Array:
    """A cone on the neck's tilted base, narrower towards the head."""
    back = NAPE / np.linalg.norm(NAPE)
    up = np.array([0.0, -back[2], back[1]])
    q = p - NAPE / 2.0
    height = q @ up
    half_depth = np.linalg.norm(NAPE) / 2.0
    girth = BODY_SIZES["neck_base"].mean_mm * 1e-3
    taper = 1.0 - BODY_SIZES["neck"].mean_mm * 1e-3 / girth
    shrink = 1.0 - taper * np.clip(height / NECK_HEIGHT, -0.8, 1.4)
    # the blend with shoulders and chest adds to the girth what the axes leave out
    half_breadth = 0.0585
    axes = np.stack([half_breadth * shrink, 0.98 * half_depth * shrink], axis=1)
    return _ellipse(np.stack([q[:, 0], q @ back], axis=1), axes)


def _blend(a: Array, b: Array, width: float) -> Array:
    """The nearer of two surfaces, their crease filled over `width` metres."""
    overlap = np.maximum(width - np.abs(a - b), 0.0)
    return np.minimum(a, b) - overlap * overlap / (4.0 * width)

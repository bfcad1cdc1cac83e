"""How a chain comes to rest: an inextensible line under gravity, held off the skin.

Half of a loop that is symmetric about x = 0 is led to the least potential energy by damped Newton
steps on a line of stiff springs (Baraff and Witkin, 1998), so the pull of a pendant reaches the
nape in one step; the small stretch that is left is taken out when links are laid along the line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import solve_banded, solveh_banded

from models3d.chains.body import Body, normals
from models3d.frames import Array

STRETCH_STIFFNESS = 1e6  # weights of the half loop per metre of one segment
SKIN_STIFFNESS = 1e5  # weights of a node per metre
HELD = 1e12
BEND_SAMPLES = 15
PUSH_REACH = 0.022  # metres to either side of the front
FLIPPED = np.array([-1.0, 1.0, 1.0])
LONGEST_STEP = 8e-3  # metres
DAMPING = np.geomspace(600.0, 6.0, 60)  # weights of a node per metre, step by step
_DAMPING_RANGE = float(np.log(DAMPING[0] / DAMPING[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What hangs, and on what."""

    body: Body
    length: float  # metres of the whole loop
    radius: float  # metres from the skin to the middle of the chain
    gravity: Array  # (3,) unit
    load: float = 0.0  # mass at the front over the mass of the chain
    gap: float = 0.0  # metres at the front that something stiff takes the place of
    bend: float = 0.0  # metres to either side of the front over which the chain rounds a kink


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A loop at rest, from the front's middle by the side of +x to the clasp and on round.

    Where a pendant pulls, it has a kink at the front.
    """

    half: CubicSpline  # metres from the front to the clasp: points with x >= 0
    half_length: float
    body: Body
    bend: float = 0.0  # metres to either side of the front over which the chain rounds a kink
    push: Array = field(default_factory=lambda: np.zeros(3))  # metres, of the front by a bail

    @property
    def length(self) -> float:
        """Metres, all round."""
        return 2.0 * self.half_length

    def points(self, along: Array) -> Array:
        """(n, 3) points at (n,) metres from the front's middle."""
        s = np.mod(along + self.half_length, self.length) - self.half_length
        if self.bend == 0.0:
            return self._sharp(s)
        pushed = np.exp(-((s / PUSH_REACH) ** 2))[:, None] * self.push
        reach = np.clip(2.0 * self.bend - np.abs(s), 0.0, self.bend)
        window = np.linspace(-1.0, 1.0, BEND_SAMPLES)
        spread = self._sharp((s[:, None] + reach[:, None] * window).ravel())
        return np.asarray(spread.reshape(len(s), BEND_SAMPLES, 3).mean(axis=1) + pushed)

    def front(self) -> Array:
        """(3,) the middle of the front."""
        point: Array = self.points(np.zeros(1))[0]
        return point

    def _sharp(self, s: Array) -> Array:
        """Points at -half_length..half_length, the kink as it is."""
        found = self.half(np.abs(s))
        return np.asarray(np.where((s >= 0.0)[:, None], found, found * FLIPPED))


def rest(line: Line, start: Array) -> Curve:
    """Let half a loop fall and come to rest.

    Args:
        start: (m + 1, 3) points clear of the body, from the clasp to the front, x >= 0.
    """
    count = len(start) - 1
    piece = (line.length - line.gap) / 2.0 / count
    wide = float(np.linalg.norm(np.diff(start, axis=0), axis=1).mean())
    weight = np.ones(count + 1)
    weight[0] = 0.5
    weight[-1] = 0.5 + 0.5 * line.load * count + line.gap / 2.0 / piece
    x = start.copy()
    x[0, 0], x[-1, 0] = 0.0, line.gap / 2.0
    tight = STRETCH_STIFFNESS * weight.sum()
    for damping in DAMPING:
        drawn_in = max(0.0, 1.0 - 2.0 * float(np.log(DAMPING[0] / damping) / _DAMPING_RANGE))
        step = _step(line, x, weight, piece + (wide - piece) * drawn_in, tight, damping)
        x = x + step * min(1.0, LONGEST_STEP / float(np.abs(step).max()))
    return _curve(x[::-1], line)


def _step(line: Line, x: Array, weight: Array, piece: float, tight: float, damping: float) -> Array:
    """(n, 3) metres towards balance: Newton's step on the potential energy, damped.

    Forces are in weights of one node. The second derivative of the stretching holds the pull's
    resistance to going sideways as well, where it is a pull.
    """
    apart = np.diff(x, axis=0)
    distance = np.linalg.norm(apart, axis=1)
    unit = apart / distance[:, None]
    depth, out = normals(line.body, x)
    pull = tight * (distance - piece)[:, None] * unit
    push = SKIN_STIFFNESS * np.maximum(line.radius - depth, 0.0)
    force = weight[:, None] * line.gravity + push[:, None] * out
    force[:-1] += pull
    force[1:] -= pull
    aligned = unit[:, :, None] * unit[:, None, :]
    sideways = np.maximum(1.0 - piece / distance, 0.0)[:, None, None]
    spring = tight * (aligned + sideways * (np.eye(3) - aligned))
    touching = np.where(depth < line.radius, SKIN_STIFFNESS, 0.0)
    diagonal = touching[:, None, None] * (out[:, :, None] * out[:, None, :])
    diagonal += (damping * np.maximum(weight, 1.0))[:, None, None] * np.eye(3)
    diagonal[:-1] += spring
    diagonal[1:] += spring
    diagonal[[0, -1], 0, 0] += HELD  # the ends stay in the plane of symmetry
    return _solve(diagonal, -spring, force)


def _solve(diagonal: Array, beside: Array, force: Array) -> Array:
    """Solve a symmetric block tridiagonal system.

    Args:
        diagonal: (n, 3, 3) blocks.
        beside: (n - 1, 3, 3) symmetric blocks below the diagonal.
        force: (n, 3)
    """
    bands = np.zeros((6, 3 * len(diagonal)))
    for column in range(3):
        for row in range(3):
            if row >= column:
                bands[row - column, column::3] = diagonal[:, row, column]
            bands[3 + row - column, column:-3:3] = beside[:, row, column]
    return np.asarray(solveh_banded(bands, force.ravel(), lower=True).reshape(-1, 3))


def restore(points: Array, lengths: Array, steps: int = 4) -> Array:
    """Move all points but the first and the last until neighbours are as far apart as they should.

    Args:
        points: (n, 3) metres.
        lengths: (n - 1,) metres.
        steps: of Newton's method; each squares the error.
    """
    mobility = np.ones(len(points))
    mobility[[0, -1]] = 0.0
    for _ in range(steps):
        apart = np.diff(points, axis=0)
        distance = np.linalg.norm(apart, axis=1)
        unit = apart / distance[:, None]
        bands = np.zeros((3, len(lengths)))
        bands[1] = mobility[:-1] + mobility[1:]
        bands[0, 1:] = bands[2, :-1] = -np.sum(unit[:-1] * unit[1:], axis=1) * mobility[1:-1]
        pull = solve_banded((1, 1), bands, distance - lengths)[:, None] * unit
        shift = np.zeros_like(points)
        shift[:-1] += pull
        shift[1:] -= pull
        points = points + mobility[:, None] * shift
    return points


def _curve(points: Array, line: Line) -> Curve:
    """The smooth line through nodes from the front to the clasp."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    along += line.gap / 2.0
    if line.gap > 0.0:
        points = np.concatenate([points[:1] * (0.0, 1.0, 1.0), points])
        along = np.concatenate([[0.0], along])
    half_length = line.length / 2.0
    along *= half_length / along[-1]
    slope_back = np.array([-1.0, 0.0, 0.0])
    front = (1, np.array([1.0, 0.0, 0.0])) if line.load == 0.0 else (2, np.zeros(3))
    spline = CubicSpline(along, points, bc_type=(front, (1, slope_back)))
    return Curve(spline, half_length, line.body, line.bend)

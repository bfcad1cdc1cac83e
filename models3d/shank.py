"""The shank: the hoop round the finger whose shoulders rise to a head.

Plane of the ring: x and z; along the finger: y. Angles run from +Z (the head) towards +X.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from manifold3d import Manifold

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Profile, outline
from models3d.solids import MM, solid, union
from models3d.sweep import SweepPath, sweep

HOOP_STEP_DEG = 3.4
BRIDGE_STEP_DEG = 3.0
BRIDGE_STEP_DOWN = np.radians(12.0)  # from the seat of the basket to the thin arc
SHOULDER_STEPS = 12  # along each arm that rises to the head
SWOOP = np.radians(3.0)  # the arm leaves the hoop this much later than a straight tangent would
LIFT = np.radians(7.0)  # and arrives this much steeper
BRIDGE_WIDTH = 0.86  # of the shoulder's: the step reads as a soldered gallery


@dataclass(frozen=True, slots=True)
class Support:
    """A flat on the bridge that carries a basket on one side of the ring, mirrored on the other."""

    height: float  # of its plane from the finger's axis, metres
    reach: float  # half its length along the ring, metres
    tilt: float = 0.0  # of its plane to the side, radians
    shift: float = 0.0  # of its middle along the plane from the foot of the finger's axis, metres

    @property
    def middle(self) -> float:
        """Angle from the head, radians."""
        return float(self.tilt + np.arctan2(self.shift, self.height))

    @property
    def end(self) -> float:
        """Angle from the head up to which it is flat."""
        return float(self.tilt + np.arctan2(self.shift + self.reach, self.height))


@dataclass(frozen=True, slots=True)
class ShankForm:
    """A ring's shank, in metres; the head's joint decides how the shoulders rise."""

    inner_radius: float
    profile: Profile
    width: float  # at the palm
    thickness: float  # at the palm
    joint_radius: float  # from the head's axis to the point where the shoulder's end is buried
    joint_height: float  # z of that point
    joint_width: float
    joint_thickness: float
    supports: tuple[Support, ...]  # what the bridge carries, from the middle outwards
    swoop: float = SWOOP  # radians
    lift: float = LIFT


@dataclass(frozen=True, slots=True, eq=False)
class Hoop:
    """The hoop's course from one joint round the palm to the other, before it is skinned."""

    path: SweepPath
    width: Array  # (n,) metres
    thickness: Array  # (n,) metres
    from_joint: Array  # (n,) metres along the inner line from the nearer joint
    arm_length: float  # metres of it that rise from the circle

    def outside(self) -> tuple[Array, Array]:
        """The middle line of its outside, (n, 3) metres, and the outward normals."""
        return self.path.origin + self.thickness[:, None] * self.path.outward, self.path.outward


def cathedral(form: ShankForm) -> Manifold:
    """A solid hoop whose shoulders leave the circle and rise to the head over a bridge."""
    course = hoop(form)
    section = outline(form.profile, course.width, course.thickness)
    joined = union([solid(sweep(course.path, section)), solid(bridge(form))])
    return reamed(joined, form.inner_radius)


def reamed(body: Manifold, radius: float) -> Manifold:
    """The hole brought to size: chords of hoop and bridge cross a few micrometres inside it."""

    def outwards(points: Array) -> Array:
        from_axis = np.hypot(points[:, 0], points[:, 2])
        scale = np.maximum(radius / MM / from_axis, 1.0)
        return np.asarray(points * np.stack([scale, np.ones(len(scale)), scale], axis=-1))

    return body.warp_batch(outwards)


def hoop(form: ShankForm) -> Hoop:
    """From one joint round the palm to the other."""
    leaving = _leaving_angle(form)
    arm = _arm(form, leaving)  # (s, 2) x, z from the joint to the hoop
    steps = int(np.ceil((np.pi - leaving) / np.radians(HOOP_STEP_DEG)))
    angle = np.linspace(leaving, np.pi, steps + 1)
    circle = form.inner_radius * np.stack([np.sin(angle), np.cos(angle)], axis=-1)
    half = np.concatenate([arm, circle[1:]])
    inner = np.concatenate([half, half[-2::-1] * (-1.0, 1.0)])
    station = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(inner, axis=0), axis=1))])
    tangent = np.gradient(inner, station, axis=0, edge_order=2)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    middle = len(half) - 1
    tangent[len(arm) - 1 : middle + 1] = np.stack([np.cos(angle), -np.sin(angle)], axis=-1)
    tangent[middle:] = (tangent[: middle + 1] * (1.0, -1.0))[::-1]
    outward = np.stack([-tangent[:, 1], 0.0 * station, tangent[:, 0]], axis=-1)
    from_joint = np.minimum(station, station[-1] - station)
    width = _widths(form, from_joint, station[-1] / 2.0)
    thickness = _thicknesses(form, from_joint, float(station[len(arm) - 1]))
    origin = np.stack([inner[:, 0], 0.0 * station, inner[:, 1]], axis=-1)
    path = SweepPath(origin, _across(len(inner)), outward, station)
    return Hoop(path, width, thickness, from_joint, float(station[len(arm) - 1]))


def _widths(form: ShankForm, from_joint: Array, half_length: float) -> Array:
    """The shank narrows over three quarters of its way from the palm to the head."""
    return form.joint_width + (form.width - form.joint_width) * _smooth(
        from_joint / (0.75 * half_length)
    )


def _thicknesses(form: ShankForm, from_joint: Array, arm_length: float) -> Array:
    """The shoulder keeps its thickness and thins only as it climbs to the head."""
    return form.joint_thickness + (form.thickness - form.joint_thickness) * _smooth(
        (from_joint + 0.15 * arm_length) / (1.1 * arm_length)
    )


def _arm(form: ShankForm, leaving: float) -> Array:
    """(s, 2) x, z of the shoulder's inner line from the joint down to the hoop.

    A quintic that takes position, direction and curvature of the circle at its foot, so that
    reflections run over the joint without a kink.
    """
    end, direction = _arm_end(form, leaving)
    start = form.inner_radius * np.array([np.sin(leaving), np.cos(leaving)])
    heading = np.array([-np.cos(leaving), np.sin(leaving)])
    length = float(np.linalg.norm(end - start))
    bend = -start / form.inner_radius**2  # the circle's curvature vector
    p0, v0, a0 = start, length * heading, length**2 * bend
    p1, v1, a1 = end, length * direction, np.zeros(2)
    t = np.linspace(1.0, 0.0, SHOULDER_STEPS + 1)[:, None]
    return np.asarray(
        p0 * (1 - 10 * t**3 + 15 * t**4 - 6 * t**5)
        + v0 * (t - 6 * t**3 + 8 * t**4 - 3 * t**5)
        + a0 * (0.5 * t**2 - 1.5 * t**3 + 1.5 * t**4 - 0.5 * t**5)
        + p1 * (10 * t**3 - 15 * t**4 + 6 * t**5)
        + v1 * (-4 * t**3 + 7 * t**4 - 3 * t**5)
        + a1 * (0.5 * t**3 - t**4 + 0.5 * t**5)
    )


def _arm_end(form: ShankForm, leaving: float) -> tuple[Array, Array]:
    """Where the shoulder's inner line ends and where it heads there."""
    joint = np.array([form.joint_radius, form.joint_height])
    foot = form.inner_radius * np.array([np.sin(leaving), np.cos(leaving)])
    chord = joint - foot
    elevation = np.arctan2(chord[1], -chord[0]) + form.lift
    direction = np.array([-np.cos(elevation), np.sin(elevation)])
    outward = np.array([np.sin(elevation), np.cos(elevation)])
    return joint - form.joint_thickness / 2.0 * outward, direction


def _leaving_angle(form: ShankForm) -> float:
    """Angle from the head at which the shoulder leaves the circle: a little after the tangent."""
    distance = np.hypot(form.joint_radius, form.joint_height)
    tangent = np.arctan2(form.joint_radius, form.joint_height) + np.arccos(
        form.inner_radius / distance
    )
    return float(tangent - form.swoop)


def bridge(form: ShankForm) -> Mesh:
    """The arc over the finger under the head: round inside, flat-topped to carry the baskets.

    Its ends are buried in the hoop, so they draw back a little from the finger hole.
    """
    leaving = _leaving_angle(form)
    flat_end = max(support.end for support in form.supports)
    foot = flat_end + BRIDGE_STEP_DOWN
    end = max(leaving, foot) + np.radians(7.0)
    stops = [support.end for support in form.supports[:-1]]
    half = [0.0, *sorted({*stops, flat_end, foot, leaving}), end]
    pieces = [
        np.linspace(a, b, max(4, int(np.ceil((b - a) / np.radians(BRIDGE_STEP_DEG)))) + 1)[1:]
        for a, b in pairwise(half)
    ]
    angle = np.concatenate([[0.0], *pieces])
    angle = np.concatenate([-angle[:0:-1], angle])
    away = np.abs(angle)
    low = form.inner_radius + 0.5 * form.thickness
    inner = form.inner_radius + 0.08 * form.thickness * _smooth((away - leaving) / (end - leaving))
    top = np.max([_carrying(support, away, low) for support in form.supports], axis=0)
    outer = np.minimum(top, _inside_arm(form, leaving, away))
    radial = _radial(angle)
    path = SweepPath(
        inner[:, None] * radial, _across(len(angle)), radial, angle * form.inner_radius
    )
    width = np.full(len(angle), BRIDGE_WIDTH * form.joint_width)
    return sweep(path, outline(form.profile, width, outer - inner))


def _carrying(support: Support, away: Array, low: float) -> Array:
    """(n,) radii of the bridge's top as far as one support has its say; `low` beyond."""
    flat_end = support.end
    within = np.clip(away, 2.0 * support.middle - flat_end if support.shift else 0.0, flat_end)
    flat = support.height / np.cos(within - support.tilt)
    beyond = np.abs(away - within) / BRIDGE_STEP_DOWN
    return np.asarray(flat + (low - flat) * _smooth(beyond))


def _inside_arm(form: ShankForm, leaving: float, away: Array) -> Array:
    """(n,) radii that stay hidden within the shoulder at angles `away` from the head."""
    arm = _arm(form, leaving)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(arm, axis=0), axis=1))])
    middle = np.hypot(*arm.T) + 0.4 * _thicknesses(form, length, float(length[-1]))
    return np.asarray(np.interp(away, np.arctan2(*arm.T), middle))


def _radial(angle: Array) -> Array:
    """(n, 3) unit vectors in the ring's plane."""
    return np.stack([np.sin(angle), 0.0 * angle, np.cos(angle)], axis=-1)


def _across(count: int) -> Array:
    return np.tile([0.0, 1.0, 0.0], (count, 1))


def _smooth(share: Array) -> Array:
    """0 to 1 with no kink at either end."""
    t = np.clip(share, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))

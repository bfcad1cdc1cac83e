"""Cross-sections of wire and shanks: convex outlines whose every edge is filleted.

Profile frame: u across the width, v outwards from the wearer; v = 0 where the inside touches at
u = 0. A fillet is what draws the line of light that makes an edge read as metal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from models3d.frames import Array


class Profile(StrEnum):
    """How a shank is rounded, by the trade's names."""

    COURT = "court"  # domed outside, gently domed inside (comfort fit)
    D_SHAPE = "d"  # domed outside, flat inside
    FLAT = "flat"  # flat both, edges broken
    BEVELLED = "bevelled"  # flat both, the outside between two slopes


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """n cross-sections of k points each, counter-clockwise, along one sweep."""

    points: Array  # (n, k, 2) u, v in metres
    normals: Array  # (n, k, 2) unit, outwards


@dataclass(frozen=True, slots=True)
class _Form:
    """A profile as shares of the thickness."""

    outer_rise: float  # dome of the outside
    inner_rise: float
    outer_fillet: float
    inner_fillet: float
    widest_fillet_mm: float  # an edge break stays one on a thick ring
    outer_steps: int  # segments along the outside
    inner_steps: int


_FORMS = {
    Profile.COURT: _Form(0.48, 0.12, 0.34, 0.20, 0.8, 10, 4),
    Profile.D_SHAPE: _Form(0.58, 0.0, 0.12, 0.08, 0.25, 10, 4),
    Profile.FLAT: _Form(0.0, 0.0, 0.10, 0.09, 0.18, 4, 4),
    Profile.BEVELLED: _Form(0.0, 0.0, 0.08, 0.09, 0.18, 4, 4),
}
_BEVEL_SHARE, _WIDEST_BEVEL_MM = 0.22, 1.3  # of the width, on each side
_BEVEL_SLOPE, _DEEPEST_BEVEL = 0.65, 0.34  # fall over reach; of the thickness
FILLET_STEPS = 3
_STEEPEST_DOME = 0.34  # greatest rise as a share of the width: a dome, not a bead


def outline(profile: Profile, width: ArrayLike, thickness: ArrayLike) -> Outline:
    """Cross-sections of a shank.

    Args:
        width, thickness: (n,) metres. Fillets stay round, they are not stretched with the section.
    """
    w, h = np.broadcast_arrays(np.asarray(width, np.float64), np.asarray(thickness, np.float64))
    form = _FORMS[profile]
    if profile is Profile.BEVELLED:
        return _bevelled_outline(w, h, form)
    outer_rise = np.minimum(form.outer_rise * h, _STEEPEST_DOME * w)
    inner_rise = np.minimum(form.inner_rise * h, _STEEPEST_DOME * w)
    side = h - outer_rise - inner_rise
    return domed_outline(
        w,
        h,
        outer_rise,
        inner_rise,
        _fillet(form.outer_fillet, form, w, h, outer_rise, side),
        _fillet(form.inner_fillet, form, w, h, inner_rise, side),
        (form.outer_steps, form.inner_steps),
    )


def face_points(profile: Profile) -> slice:
    """Which points of an `outline` are its outside between the rounded edges, right to left."""
    if profile is Profile.BEVELLED:
        return slice(2 * FILLET_STEPS + 1, 2 * FILLET_STEPS + _FORMS[profile].outer_steps + 2)
    return slice(FILLET_STEPS, FILLET_STEPS + _FORMS[profile].outer_steps + 1)


def _bevelled_outline(width: Array, thickness: Array, form: _Form) -> Outline:
    """A flat outside that falls away over a straight slope on each side; a flat inside."""
    reach = np.minimum(_BEVEL_SHARE * width, _WIDEST_BEVEL_MM * 1e-3)
    fall = np.minimum(_BEVEL_SLOPE * reach, _DEEPEST_BEVEL * thickness)
    slope = np.arctan2(fall, reach)  # of the bevel's normal from the v axis
    radius = np.minimum(form.outer_fillet * thickness, 0.3 * reach)
    low = _corner_arc(
        width / 2.0, thickness - fall, radius, np.full_like(slope, np.pi / 2.0), slope
    )
    high = _corner_arc(width / 2.0 - reach, thickness, radius, slope, np.zeros_like(slope))
    top = high.points[:, -1:, :] * np.stack(
        [np.linspace(1.0, -1.0, form.outer_steps + 1)[1:-1], np.ones(form.outer_steps - 1)], -1
    )
    mirror = np.array([-1.0, 1.0])
    right = np.concatenate([low.points, high.points], axis=1)
    right_normals = np.concatenate([low.normals, high.normals], axis=1)
    upright = np.broadcast_to([0.0, 1.0], top.shape)
    flat = np.zeros_like(width)
    inner = _half_round(
        width, flat, _fillet(form.inner_fillet, form, width, thickness, flat, thickness - fall),
        form.inner_steps, FILLET_STEPS,
    )  # fmt: skip
    return Outline(
        np.concatenate([right, top, right[:, ::-1] * mirror, -inner.points], axis=1),
        np.concatenate(
            [right_normals, upright, right_normals[:, ::-1] * mirror, -inner.normals], axis=1
        ),
    )


def _corner_arc(u: Array, v: Array, radius: Array, start: Array, end: Array) -> Outline:
    """Corners (n,) at u, v rounded from one normal's angle to the next; angles from the v axis."""
    bisector = (start + end) / 2.0
    off = radius / np.cos((start - end) / 2.0)  # from the corner to the arc's centre
    center = np.stack([u - off * np.sin(bisector), v - off * np.cos(bisector)], axis=-1)
    angle = start[:, None] + np.linspace(0.0, 1.0, FILLET_STEPS + 1) * (end - start)[:, None]
    normals = np.stack([np.sin(angle), np.cos(angle)], axis=-1)
    return Outline(center[:, None] + radius[:, None, None] * normals, normals)


def _fillet(
    share: float, form: _Form, width: Array, thickness: Array, rise: Array, side: Array
) -> Array:
    """(n,) radii of one edge, never more than the section has room for.

    A fillet of radius f between a wall and an arc that falls by the angle phi at its end takes
    f tan(45° - phi / 2) of the wall, and tan(phi / 2) is the arc's rise over half its width.
    """
    steepness = 2.0 * rise / width
    room = 0.44 * side * (1.0 + steepness) / (1.0 - steepness)
    radius = np.minimum(share * thickness, form.widest_fillet_mm * 1e-3)
    return np.asarray(np.minimum(np.minimum(radius, room), 0.40 * width))


def domed_outline(
    width: Array,
    thickness: Array,
    outer_rise: Array,
    inner_rise: Array,
    outer_fillet: Array,
    inner_fillet: Array,
    steps: tuple[int, int],
    fillet_steps: int = FILLET_STEPS,
) -> Outline:
    """Two arcs of a circle joined by straight sides, each corner rounded by a tangent arc.

    Args:
        width, thickness: (n,) metres, over all.
        outer_rise, inner_rise: (n,) metres by which the arcs stand over their unfilleted corners.
        outer_fillet, inner_fillet: (n,) metres, radii.
        steps: segments along the outer and the inner arc.
        fillet_steps: segments along each fillet.
    """
    outer = _half_round(width, outer_rise, outer_fillet, steps[0], fillet_steps)
    inner = _half_round(width, inner_rise, inner_fillet, steps[1], fillet_steps)
    lifted = outer.points + np.stack([0.0 * thickness, thickness], axis=-1)[:, None]
    return Outline(
        np.concatenate([lifted, -inner.points], axis=1),
        np.concatenate([outer.normals, -inner.normals], axis=1),
    )


def ellipse_outline(half_width: Array, half_height: Array, count: int) -> Outline:
    """Ellipses about u = v = 0.

    Args:
        half_width, half_height: (n,) metres, along u and v.
        count: points on each.
    """
    angle = np.arange(count) * (2.0 * np.pi / count)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    axes = np.stack([half_width, half_height], axis=-1)[:, None]
    normals = circle * axes[..., ::-1]
    return Outline(circle * axes, normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def _half_round(width: Array, rise: Array, fillet: Array, steps: int, fillet_steps: int) -> Outline:
    """The outside from its right fillet over the arc to its left fillet; the arc's top is v = 0.

    Written with the curvature, so that a flat outside (curvature 0) is no special case.
    """
    half = width / 2.0
    curvature = 2.0 * rise / (half**2 + rise**2)
    reach = half - fillet  # u of the fillet's centre
    shrunk = 1.0 - curvature * fillet
    cosine = np.sqrt(shrunk**2 - (curvature * reach) ** 2)
    center_v = -fillet - reach**2 * curvature / (shrunk + cosine)
    turn = np.arcsin(curvature * reach / shrunk)  # the arc's slope where the fillet begins
    share = np.linspace(0.0, 1.0, fillet_steps + 1)[:-1]  # the arc brings the last point
    angle = np.pi / 2.0 + share * (turn - np.pi / 2.0)[:, None]  # from the v axis
    corner_normals = np.stack([np.sin(angle), np.cos(angle)], axis=-1)
    corner = corner_normals * fillet[:, None, None] + np.stack([reach, center_v], -1)[:, None]
    u = np.linspace(1.0, -1.0, steps + 1) * (reach + fillet * np.sin(turn))[:, None]
    bend = curvature[:, None] * u
    upright = np.sqrt(1.0 - bend**2)
    arc = np.stack([u, -bend * u / (1.0 + upright)], axis=-1)
    arc_normals = np.stack([bend, upright], axis=-1)
    mirror = np.array([-1.0, 1.0])
    return Outline(
        np.concatenate([corner, arc, corner[:, ::-1] * mirror], axis=1),
        np.concatenate([corner_normals, arc_normals, corner_normals[:, ::-1] * mirror], axis=1),
    )

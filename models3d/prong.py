"""One claw: a tapering wire that leans outwards, bends over the girdle and ends round.

Claw plane: rho away from the head's axis, z up, z = 0 at the upper girdle edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import ellipse_outline
from models3d.sweep import SweepPath, sweep

AROUND = 14  # points of a cross-section
BEND_STEPS = 7
DOME_STEPS = 3
BEND_RADIUS = 0.52  # of the thickness: just more than the claw's half, so its inside never folds
SLIMMEST = 0.56  # the tip's thickness as a share of the claw's
GRIP = 0.45  # of the tip's radius: height of its centre over the crown, so that it rests on it
FALL_OVER_CROWN = np.radians(
    15.0
)  # the tip runs this much flatter than the crown: it presses on it


@dataclass(frozen=True, slots=True)
class Prong:
    """A claw's measures, in metres and radians."""

    thickness: float
    lean: float  # outwards from the head's axis
    girdle_radius: float  # of the stone
    girdle_rho: float  # of the claw's centre line at z = 0
    foot_z: float  # lowest point
    reach_rho: float  # of the tip's innermost point
    gem_crown_angle: float


def prong(shape: Prong, azimuth: float) -> Mesh:
    """The claw at one azimuth about the head's axis, before its seat is cut."""
    half = shape.thickness / 2.0
    centers, tangents, radii, station, poles = _centre_line(shape, half)
    out = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    aside = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    up = np.array([0.0, 0.0, 1.0])
    path = SweepPath(
        centers[:, :1] * out + centers[:, 1:] * up,
        np.tile(aside, (len(centers), 1)),
        tangents[:, :1] * up - tangents[:, 1:] * out,
        station,
    )
    return sweep(
        path,
        ellipse_outline(radii * 0.96, radii, AROUND),
        poles[:, :1] * out + poles[:, 1:] * up,
    )


def _centre_line(shape: Prong, half: float) -> tuple[Array, Array, Array, Array, Array]:
    """Centres and tangents (n, 2) in rho and z, radii and stations (n,), and both poles (2, 2)."""
    lean = np.array([np.sin(shape.lean), np.cos(shape.lean)])
    foot = _on_line(shape, shape.foot_z + half)
    final = shape.gem_crown_angle - FALL_OVER_CROWN  # elevation of the tip's direction
    turn = np.pi / 2.0 + shape.lean - final
    bend = BEND_RADIUS * shape.thickness
    inwards = np.array([-lean[1], lean[0]])
    angle = np.linspace(0.0, turn, BEND_STEPS + 1)[1:, None]
    bow = bend * (inwards * (1.0 - np.cos(angle)) + lean * np.sin(angle))
    tip_radius = SLIMMEST * half
    tip_rho = min(
        shape.reach_rho + tip_radius,
        shape.girdle_rho + bow[-1, 0] - 0.05 * shape.thickness,
    )
    tip = np.array([tip_rho, _gripping_height(shape, tip_rho, tip_radius)])
    heading = np.array([-np.cos(final), np.sin(final)])
    # The straight part, the bow and a last straight bit of direction `heading` end at the tip.
    rise = np.tan(final)
    knee_z = (tip[1] - bow[-1, 1] - (shape.girdle_rho + bow[-1, 0] - tip_rho) * rise) / (
        1.0 + np.tan(shape.lean) * rise
    )
    knee = _on_line(shape, knee_z)
    arc = knee + bow
    arc_tangents = lean * np.cos(angle) + inwards * np.sin(angle)
    shaft = np.array([[0.0], [0.5], [0.8], [1.0]])
    centers = np.concatenate([foot + (knee - foot) * shaft, arc, tip[None]])
    tangents = np.concatenate([np.tile(lean, (len(shaft), 1)), arc_tangents, heading[None]])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(centers, axis=0), axis=1))])
    slimming = np.clip((along - along[1]) / (along[-1] - along[1]), 0.0, 1.0)
    radii = half * (1.0 - (1.0 - SLIMMEST) * slimming**2)
    dome = np.linspace(0.0, np.pi / 2.0, DOME_STEPS + 1)[1:-1]
    below, above = dome[::-1], dome
    return (
        np.concatenate(
            [
                foot - half * np.sin(below)[:, None] * lean,
                centers,
                tip + tip_radius * np.sin(above)[:, None] * heading,
            ]
        ),
        np.concatenate([np.tile(lean, (len(dome), 1)), tangents, np.tile(heading, (len(dome), 1))]),
        np.concatenate([half * np.cos(below), radii, tip_radius * np.cos(above)]),
        np.concatenate([-half * below, along, along[-1] + tip_radius * above]),
        np.stack([foot - half * lean, tip + tip_radius * heading]),
    )


def _gripping_height(shape: Prong, tip_rho: float, tip_radius: float) -> float:
    """z at which the tip's centre stands `GRIP` of its radius over the crown's mains."""
    sine, cosine = np.sin(shape.gem_crown_angle), np.cos(shape.gem_crown_angle)
    return float((GRIP * tip_radius + (shape.girdle_radius - tip_rho) * sine) / cosine)


def _on_line(shape: Prong, z: float) -> Array:
    """The point of the leaning straight part at height z."""
    return np.array([shape.girdle_rho + z * np.tan(shape.lean), z])

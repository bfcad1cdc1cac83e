"""One claw: a tapering wire that leans outwards, bends over the girdle and ends round.

Claw plane: rho outwards from the point of the girdle that it holds, z up, z = 0 at the upper
girdle edge.
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
SLENDER = 0.96  # width over depth
SLIMMEST = 0.56  # the tip's thickness as a share of the claw's
GRIP = 0.45  # of the tip's radius: height of its centre over the crown, so that it rests on it
FALL_OVER_CROWN = np.radians(
    15.0
)  # the tip runs this much flatter than the crown: it presses on it


@dataclass(frozen=True, slots=True)
class Prong:
    """A claw's measures, in metres and radians."""

    thickness: float
    lean: float  # outwards
    girdle_rho: float  # of the claw's centre line at z = 0
    foot_z: float  # lowest point
    reach_rho: float  # of the tip's innermost point
    gem_crown_angle: float  # where the claw holds


@dataclass(frozen=True, slots=True, eq=False)
class ClawPlace:
    """Where a claw holds a stone."""

    point: Array  # (2,) metres, on the girdle's outline
    outward: Array  # (2,) unit
    spread: float = 0.0  # radians that the stone's corner opens inwards; 0: no corner

    @property
    def pointed(self) -> bool:
        """A corner so sharp that it wants the shelter of a V."""
        return self.spread > 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Wire:
    """The claw's centre line and how thick it is, from the foot to the tip."""

    centers: Array  # (n, 2) rho, z
    tangents: Array  # (n, 2) unit, towards the tip
    radii: Array  # (n,)
    taper: Array  # (n,) radians by which the skin closes in
    poles: Array  # (2, 2) the very ends


def prong(shape: Prong, place: ClawPlace) -> Mesh:
    """The claw at one place, before its seat is cut."""
    wire = _wire(shape)
    foot = np.append(place.point, 0.0)
    out = np.append(place.outward, 0.0)
    aside = np.array([-place.outward[1], place.outward[0], 0.0])
    up = np.array([0.0, 0.0, 1.0])
    path = SweepPath(
        foot + wire.centers[:, :1] * out + wire.centers[:, 1:] * up,
        np.tile(aside, (len(wire.centers), 1)),
        wire.tangents[:, :1] * up - wire.tangents[:, 1:] * out,
    )
    return sweep(
        path,
        ellipse_outline(SLENDER * wire.radii, wire.radii, AROUND),
        poles=foot + wire.poles[:, :1] * out + wire.poles[:, 1:] * up,
        taper=wire.taper,
    )


def _wire(shape: Prong) -> _Wire:
    half = shape.thickness / 2.0
    lean = np.array([np.sin(shape.lean), np.cos(shape.lean)])
    inwards = np.array([-lean[1], lean[0]])
    final = shape.gem_crown_angle - FALL_OVER_CROWN  # elevation of the tip's direction
    heading = np.array([-np.cos(final), np.sin(final)])
    turn = np.pi / 2.0 + shape.lean - final
    angle = np.linspace(0.0, turn, BEND_STEPS + 1)[1:, None]
    bend = BEND_RADIUS * shape.thickness
    bow = bend * (inwards * (1.0 - np.cos(angle)) + lean * np.sin(angle))
    tip_radius = SLIMMEST * half
    tip_rho = min(
        shape.reach_rho + tip_radius,
        shape.girdle_rho + bow[-1, 0] - 0.05 * shape.thickness,
    )
    tip = np.array([tip_rho, _gripping_height(shape, tip_rho, tip_radius)])
    # The straight part, the bow and a last straight bit of direction `heading` end at the tip.
    rise = np.tan(final)
    knee_z = (tip[1] - bow[-1, 1] - (shape.girdle_rho + bow[-1, 0] - tip_rho) * rise) / (
        1.0 + np.tan(shape.lean) * rise
    )
    foot, knee = _on_line(shape, shape.foot_z + half), _on_line(shape, float(knee_z))
    shaft = np.array([[0.0], [0.5], [0.8], [1.0]])
    centers = np.concatenate([foot + (knee - foot) * shaft, knee + bow, tip[None]])
    tangents = np.concatenate(
        [
            np.tile(lean, (len(shaft), 1)),
            lean * np.cos(angle) + inwards * np.sin(angle),
            heading[None],
        ]
    )
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(centers, axis=0), axis=1))])
    slimming_length = along[-1] - along[1]
    slimming = np.maximum(along - along[1], 0.0) / slimming_length
    radii = half * (1.0 - (1.0 - SLIMMEST) * slimming**1.6)
    taper = np.arctan(half * (1.0 - SLIMMEST) * 1.6 * slimming**0.6 / slimming_length)
    below = np.linspace(-np.pi / 2.0, 0.0, DOME_STEPS + 1)[1:-1]
    above = np.linspace(taper[-1], np.pi / 2.0, DOME_STEPS + 1)[1:-1]
    # The tip's dome is the sphere that the wire, tapering as it does there, runs into.
    ball_radius = tip_radius / np.cos(taper[-1])
    ball = tip - ball_radius * np.sin(taper[-1]) * heading
    return _Wire(
        np.concatenate(
            [
                foot + half * np.sin(below)[:, None] * lean,
                centers,
                ball + ball_radius * np.sin(above)[:, None] * heading,
            ]
        ),
        np.concatenate(
            [np.tile(lean, (len(below), 1)), tangents, np.tile(heading, (len(above), 1))]
        ),
        np.concatenate([half * np.cos(below), radii, ball_radius * np.cos(above)]),
        np.concatenate([below, taper, above]),
        np.stack([foot - half * lean, ball + ball_radius * heading]),
    )


def _gripping_height(shape: Prong, tip_rho: float, tip_radius: float) -> float:
    """z at which the tip's centre stands `GRIP` of its radius over the crown's mains."""
    sine, cosine = np.sin(shape.gem_crown_angle), np.cos(shape.gem_crown_angle)
    return float((GRIP * tip_radius - tip_rho * sine) / cosine)


def _on_line(shape: Prong, z: float) -> Array:
    """The point of the leaning straight part at height z."""
    return np.array([shape.girdle_rho + z * np.tan(shape.lean), z])

"""Where the key light stands, from how skin is shaded over surfaces whose normals are known.

Many lamps are tried: each a direction, a share of the light that comes from it, and how far it
wraps round what it lights, as a large one does. Each explains the measured light more or less
well; the answer is their mean, weighted by how well they explain it and by where lamps usually
stand. So a face without shading gives light from above and in front, and nothing jumps.

Only ratios within a group count: a group is a surface of one colour, a finger or a face.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array

Pixels = NDArray[np.float32]

DIRECTIONS = 24  # and their mirror images: left and right are alike
FARTHEST_BEHIND = 0.35  # of a lamp's unit direction, away from the camera: it still grazes skin
SHARES = (0.2, 0.5, 0.85)  # of the light on a surface that faces the lamp
WRAPS = (0.0, 0.6)  # cosines: how far beyond a right angle a lamp still lights
SPREAD = 0.10  # natural logarithm: of skin's own unevenness
STRANGE = 2.5  # spreads at which a place is no shading: a highlight, a scar, a beard
EVIDENCE = 28.0  # independent places that the samples amount to, at most
USUAL = np.array([0.0, -0.6, -0.8])  # where lamps stand: above, behind the camera
USUAL_BELIEF = 1.2
LEAST_SAMPLES = 12


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """The strongest light."""

    direction: Array  # (3,) unit, towards it: x right, y down, z away from the camera
    hardness: float  # 0 the light is even .. 1 it all comes from one small place


NO_KEY = Key(USUAL, 0.5)


def _tried() -> tuple[Pixels, Pixels, Pixels]:
    """Directions (d, 3), and shares and wraps of each kind (k,)."""
    k = np.arange(DIRECTIONS) + 0.5
    z = -1.0 + (1.0 + FARTHEST_BEHIND) * k / DIRECTIONS  # even on the sphere: a Fibonacci spiral
    turn, across = np.pi * (1.0 + np.sqrt(5.0)) * k, np.sqrt(1.0 - z**2)
    directions = np.stack([across * np.cos(turn), across * np.sin(turn), z], axis=-1)
    directions = np.concatenate([directions, directions * (-1.0, 1.0, 1.0)])
    share, wrap = np.meshgrid(SHARES, WRAPS)
    return (
        directions.astype(np.float32),
        share.ravel().astype(np.float32),
        wrap.ravel().astype(np.float32),
    )


_DIRECTIONS, _SHARES, _WRAPS = _tried()


def find_key(light: Array, normals: Array, group: NDArray[np.intp]) -> Key:
    """The lamp that explains the light on skin.

    Args:
        light: (n,) linear, any unit.
        normals: (n, 3) unit, outward: x right, y down, z away from the camera.
        group: (n,) which surface each belongs to, from 0.
    """
    if len(light) < LEAST_SAMPLES:
        return NO_KEY
    seen = np.log(np.maximum(light, 1e-3)).astype(np.float32)
    member = (group == np.arange(int(group.max()) + 1)[:, None]).astype(np.float32)
    member /= np.maximum(member.sum(axis=1, keepdims=True), 1.0)
    seen = seen - (member @ seen)[group]
    cosine = normals.astype(np.float32) @ _DIRECTIONS.T  # (n, d)
    wrap, share = _WRAPS[:, None, None], _SHARES[:, None, None]
    lit = np.maximum((cosine + wrap) / (1.0 + wrap), 0.0)
    explained = np.log(1.0 - share + share * lit + np.float32(0.02))  # (k, n, d)
    explained -= (member @ explained)[:, group]
    off = (seen[:, None] - explained) * np.float32(1.0 / SPREAD)
    off *= off
    np.minimum(off, np.float32(STRANGE**2), out=off)
    misfit = off.mean(axis=1, dtype=np.float64)  # (k, d)
    belief = -0.5 * min(len(light), EVIDENCE) * misfit
    belief = belief + USUAL_BELIEF * (_DIRECTIONS @ USUAL)
    belief = np.exp(belief - belief.max())
    belief /= belief.sum()
    towards = belief.sum(axis=0) @ _DIRECTIONS
    hard = _SHARES * (1.0 - 0.5 * _WRAPS)
    return Key(
        np.asarray(towards / max(float(np.linalg.norm(towards)), 1e-6), np.float64),
        float(belief.sum(axis=1) @ hard),
    )

"""Pavé: rows of small stones in drilled seats, each held by four beads that neighbours share.

Row frame at a stone: z out of the metal, x along the row, y across it; z = 0 at the upper girdle
edge. A row may graduate: stones, beads and gaps then scale together.
"""

from __future__ import annotations

from dataclasses import dataclass

import manifold3d
import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.settings.head import seat_tool
from models3d.settings.lathe import lathe
from models3d.solids import skin, solid
from models3d.stones.stone import Stone

GAP = 0.09  # between neighbours, as a share of the stone's width: 0.1 to 0.15 mm
GAPS = (0.08e-3, 0.25e-3)  # what is still pavé, metres
BEADS = (0.30e-3, 0.45e-3)  # least and greatest diameter of a bead, metres
BEAD_SEGMENTS = 8
DRILL_SEGMENTS = 12
HIDDEN_DEG = 75.0  # the burr's edge, under the stone, is shaded as if it were round
SEAT_PLAY = 5e-6  # metres round the girdle
DRILL_HEAD = 0.6  # of the stone's width: how far the burr stands out of the metal
PROUD = 0.012  # of the width: the girdle's upper edge over the metal


@dataclass(frozen=True, slots=True)
class Bead:
    """A grain of metal raised between two stones of one width and pushed over their girdles."""

    stone: Stone
    pitch: float  # metres between the stones
    radius: float
    aside: float  # metres from the row's line
    top: float  # over the girdles
    root: float  # below the girdle, in the metal
    turn: float = 0.0  # radians from stone to stone: the row lies on a curve

    @property
    def drop(self) -> float:
        """Metres by which the stones' middles lie under the gap's: where their planes meet."""
        return self.pitch / 2.0 * float(np.tan(self.turn / 4.0))


def pave_bead(stone: Stone, pitch: float, turn: float = 0.0) -> Bead:
    """The bead of a row: as high as the table, over both girdles by a fifth of its width."""
    radius = float(np.clip(0.29 * stone.width, *BEADS)) / 2.0
    away = stone.width / 2.0 + 0.55 * radius
    aside = float(np.sqrt(max(away**2 - (pitch / 2.0) ** 2, (1.15 * radius) ** 2)))
    return Bead(stone, pitch, radius, aside, 0.95 * stone.crown_height, 1.1 * radius, turn)


def bead_mesh(bead: Bead) -> Mesh:
    """One bead on the +y side of a gap, its seat cut; the other side's is turned by half."""
    turn = np.linspace(0.0, np.pi / 2.0, 4)
    dome = np.stack([bead.radius * np.cos(turn), (bead.top + bead.drop) * np.sin(turn)], axis=1)
    dome[-1, 0] = 0.0
    profile = np.concatenate([[[0.0, -bead.root], [1.0 * bead.radius, -bead.root]], dome])
    body = solid(lathe(profile, BEAD_SEGMENTS))
    seat = seat_tool(bead.stone, 0.0)
    for side in (-1.0, 1.0):
        tilted = seat.rotate((0.0, side * np.degrees(bead.turn) / 2.0, 0.0))
        x = side * bead.pitch / 2.0
        body -= tilted.translate((1e3 * x, -1e3 * bead.aside, -1e3 * bead.drop))
    return skin(body)


def drill(stone: Stone) -> Mesh:
    """What the setter's burr takes out for one stone: a cone under a cylinder."""
    rim = (stone.width / 2.0 + SEAT_PLAY) / np.cos(np.pi / DRILL_SEGMENTS)
    bottom = -stone.girdle_height - SEAT_PLAY
    tip = bottom - stone.pavilion_depth * rim / (stone.width / 2.0) - SEAT_PLAY
    profile = np.array([[0.0, tip], [rim, bottom], [rim, DRILL_HEAD * stone.width]])
    head = [[0.0, DRILL_HEAD * stone.width]]
    return lathe(np.concatenate([profile, head]), DRILL_SEGMENTS, HIDDEN_DEG)


def frames(origins: Array, along: Array, out: Array, scales: Array | float = 1.0) -> Array:
    """(k, 4, 4) places: x along the row, z out of the metal.

    Args:
        origins, along, out: (k, 3) metres, unit vectors.
        scales: (k,) or one: uniform.
    """
    across = np.cross(out, along)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    x = np.cross(across, out)
    placed = np.tile(np.eye(4), (len(origins), 1, 1))
    turned = np.stack([x, across, out], axis=2)
    placed[:, :3, :3] = turned * np.broadcast_to(np.asarray(scales), (len(origins),))[:, None, None]
    placed[:, :3, 3] = origins
    return placed


def paired(middles: Array, aside: float) -> Array:
    """Both beads of each gap: (k, 4, 4) frames in the gaps' middles to (2 k, 4, 4) places."""
    half_turn = np.diag([-1.0, -1.0, 1.0, 1.0])
    step = np.eye(4)
    step[1, 3] = aside
    return np.concatenate([middles @ step, middles @ half_turn @ step])


def placed(tool: Mesh | manifold3d.Manifold, places: Array) -> list[manifold3d.Manifold]:
    """A body at (k, 4, 4) places, for one batch of boolean work."""
    body = tool if isinstance(tool, manifold3d.Manifold) else solid(tool)
    return [body.transform(_in_millimetres(place)) for place in places]


def _in_millimetres(place: Array) -> Array:
    matrix = place[:3].copy()
    matrix[:, 3] *= 1e3
    return matrix

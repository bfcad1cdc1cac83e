"""A channel: two walls with a groove that takes the girdles of a row of stones, table-level.

Section frame: u across the row, v out of the metal, v = 0 at the upper girdle edge.
"""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.settings.wire import rounded_polygon
from models3d.stones.stone import Stone

WALL = 0.80e-3  # outside the girdle
BITE = 0.11e-3  # of each girdle into its wall
PLAY = 8e-6  # metres round the girdle
UNDER = 0.05e-3  # between the culets and the floor
LEVEL = 0.02e-3  # of the walls' tops over the tables
EDGE = 0.05e-3  # the walls' inner edges are broken


def channel_width(stone: Stone) -> float:
    """Of the band, metres."""
    return stone.width + 2.0 * WALL


def groove(stone: Stone) -> tuple[Array, Array]:
    """What is milled out: its section, points and outward normals (n, 2)."""
    radius, girdle = stone.width / 2.0, stone.girdle_height
    mouth = radius - BITE
    bitten = radius + PLAY
    over = BITE * np.tan(stone.crown_angle) + PLAY
    below = -girdle - BITE * np.tan(stone.pavilion_angle) - PLAY
    floor = -girdle - stone.pavilion_depth - UNDER
    top = stone.crown_height + LEVEL
    narrow = 0.35 * radius
    right = np.array(
        [
            [narrow, floor],
            [mouth, below],
            [bitten, -girdle - PLAY],
            [bitten, PLAY],
            [mouth, over],
            [mouth, top - EDGE],
            [mouth + 2.0 * EDGE, top + EDGE],
        ]
    )
    corners = np.concatenate([right, right[::-1] * (-1.0, 1.0)])
    radii = np.concatenate([np.full(4, 0.0), np.full(3, 0.02e-3)])
    return rounded_polygon(corners, np.concatenate([radii, radii[::-1]]), 1)

"""Things that hang from one link of a chain by a jump ring: charms, and an extender's drop.

Charm frame, metres: origin where the charm bears on its jump ring, +Y up, +Z off the skin.
"""

from __future__ import annotations

import numpy as np

from models3d.chains.link import Link
from models3d.chains.strand import Row
from models3d.frames import Array


def spread(row: Row, count: int, apart: float) -> list[int]:
    """Links that lie flat on the skin, evenly to both sides of the front.

    Args:
        count: how many are wanted.
        apart: metres between them.
    Returns:
        numbers of different links in the row, from the wearer's right to the left.
    """
    along = np.concatenate([[0.0], np.cumsum([item.bearing for item in row.items])])
    middles = (along[:-1] + along[1:]) / 2.0
    middles = np.where(middles > along[-1] / 2.0, middles - along[-1], middles)
    flat = [
        k
        for k, item in enumerate(row.items)
        if item.part == "link" and abs(np.sin(item.roll)) < 1e-6
    ]
    wanted = (np.arange(count) - (count - 1) / 2.0) * apart
    nearest = [flat[int(np.argmin(np.abs(middles[flat] - place)))] for place in wanted]
    return sorted(set(nearest), key=lambda k: middles[k])


def hang(row: Row, at: list[int], ring: Link, down: Array) -> tuple[Array, Array]:
    """Jump rings on flat links and what hangs in them.

    Args:
        at: numbers of the links in the row.
        ring: the jump ring; it goes round the lower side of the link.
        down: (3,) unit, gravity.
    Returns:
        model from ring and model from charm, (k, 4, 4) each.
    """
    frames = row.frames[at]
    sides = np.array([row.items[k].link.width - row.items[k].link.wire for k in at]) / 2.0
    lower = np.where(frames[:, :3, 1] @ down > 0.0, 1.0, -1.0)[:, None] * frames[:, :3, 1]
    out, drop = frames[:, :3, 2], lower
    wire = frames[:, :3, 3] + sides[:, None] * lower
    links = np.array([row.items[k].link.wire for k in at])
    reach = (links / 2.0 + ring.bearing / 2.0)[:, None]
    rings = np.tile(np.eye(4), (len(at), 1, 1))
    # the wire lies in the ring's top, inside; the ring's plane holds `drop` and `out`
    rings[:, :3, 0], rings[:, :3, 1] = drop, out
    rings[:, :3, 2] = np.cross(drop, out)
    rings[:, :3, 3] = wire + (reach - links[:, None]) * drop
    charms = np.tile(np.eye(4), (len(at), 1, 1))
    charms[:, :3, 1], charms[:, :3, 2] = -drop, out
    charms[:, :3, 0] = np.cross(-drop, out)
    charms[:, :3, 3] = rings[:, :3, 3] + ring.bearing / 2.0 * drop
    return rings, charms

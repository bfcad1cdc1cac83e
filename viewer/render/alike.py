"""Which instances of a part see alike surroundings, so that one of them is baked for many.

What stands round an instance is summed up as the solid angle it takes in a few directions of the
instance's own frame, from points spread over all parts. Links of a chain, beads and melee stones
then fall into few kinds, and each kind shares what its first member sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models3d.frames import Array
from viewer.render.placed import Placed

Indices = NDArray[np.int64]

MOST_POINTS = 40_000  # that stand for all parts
LEAST_POINTS = 24  # of one instance
REACH = 3.0  # radii of the instance
ALIKE = 0.15  # steradians over the radius of the lobe, between two that are of one kind
LOBES = np.indices((3, 3, 3)).reshape(3, -1).T - 1.0
LOBES = LOBES[LOBES.any(axis=1)]
LOBES /= np.linalg.norm(LOBES, axis=1, keepdims=True)


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Points spread over all parts, each standing for some area."""

    points: Array  # (n, 3) model frame
    areas: Array  # (n,) square metres
    owners: Indices  # (n, 2): which part, which instance


def crowd_of(parts: Sequence[Placed]) -> Crowd:
    """Middles of triangles, thinned where there are very many."""
    total = sum(len(p.mesh.triangles) * len(p.model_from_part) for p in parts)
    points, areas, owners = [], [], []
    for number, part in enumerate(parts):
        corners = part.mesh.positions[part.mesh.triangles]
        area = np.linalg.norm(
            np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
        )  # fmt: skip
        share = min(1.0, MOST_POINTS / max(total, 1))
        count = min(len(corners), max(int(share * len(corners)), LEAST_POINTS))
        # evenly over the area: the same points for the same mesh
        heaped = np.cumsum(area)
        chosen = np.searchsorted(heaped, (np.arange(count) + 0.5) / count * heaped[-1])
        middle = corners[np.minimum(chosen, len(corners) - 1)].mean(axis=1)
        matrices = part.model_from_part
        moved = middle @ np.swapaxes(matrices[:, :3, :3], 1, 2) + matrices[:, None, :3, 3]
        points.append(moved.reshape(-1, 3))
        areas.append(np.repeat(heaped[-1] / 2.0 / count * part.scales**2, count))
        instance = np.repeat(np.arange(len(matrices)), count)
        owners.append(np.stack([np.full(len(instance), number), instance], axis=-1))
    return Crowd(np.concatenate(points), np.concatenate(areas), np.concatenate(owners))


def _seen(crowd: Crowd, number: int, part: Placed) -> Array:
    """(k, directions): solid angle that others take of each instance's sky, in its own frame."""
    tree = cKDTree(crowd.points)
    radii = part.scales * part.radius
    around = tree.query_ball_point(part.centers, REACH * radii)
    rotations = part.model_from_part[:, :3, :3] / part.scales[:, None, None]
    found = np.zeros((len(radii), len(LOBES)))
    for k, near in enumerate(around):
        rows = np.asarray(near, np.int64)
        rows = rows[(crowd.owners[rows] != (number, k)).any(axis=1)]
        offset = (crowd.points[rows] - part.centers[k]) @ rotations[k]  # into the part's frame
        distance = np.maximum(np.linalg.norm(offset, axis=1), 0.3 * radii[k])
        solid = crowd.areas[rows] / distance**2
        lobes = np.clip(offset / distance[:, None] @ LOBES.T, 0.0, None) ** 4
        found[k] = solid @ lobes
    return found


def kinds(crowd: Crowd, number: int, part: Placed, most: int) -> tuple[Indices, Indices]:
    """The instances that stand for the others, and which of them stands for each (k,).

    Args:
        number: of the part among those the crowd was made of.
        most: representatives allowed.
    """
    count = len(part.model_from_part)
    if count <= most:
        return np.arange(count), np.arange(count)
    if most == 1:
        return np.zeros(1, np.int64), np.zeros(count, np.int64)
    seen = _seen(crowd, number, part)
    first = int(np.argmin(np.linalg.norm(seen - np.median(seen, axis=0), axis=1)))
    chosen, nearest = [first], np.linalg.norm(seen - seen[first], axis=1)
    kind = np.zeros(count, np.int64)
    while len(chosen) < most and nearest.max() > ALIKE:
        farthest = int(np.argmax(nearest))
        distance = np.linalg.norm(seen - seen[farthest], axis=1)
        closer = distance < nearest
        kind[closer], nearest = len(chosen), np.minimum(nearest, distance)
        chosen.append(farthest)
    return np.array(chosen, np.int64), kind

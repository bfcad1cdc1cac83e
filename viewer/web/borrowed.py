"""The light on a piece as that on another one which is much alike, so that it is shown at once.

A ring of another size is occluded where the first one is: what a vertex sees is taken from the
vertex at the same place of the same part, each part measured by its own box; instances and stones
are told apart by where they stand in the piece. A part that the other one does not have, as a metal
bracelet in place of a strap, takes what is seen nearby there by whatever faces the same way. No
renderer is needed, and whoever looks at the piece gets a file that was looked at closely next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models3d.frames import Array
from models3d.mesh import Mesh, Model, Part, box_of
from models3d.threads import shared_out
from viewer.display import View, outline_points
from viewer.render.alike import Indices
from viewer.render.apart import Apart
from viewer.render.ground import ground_frame
from viewer.render.occlusion import Openness
from viewer.render.placed import Placed
from viewer.web.known import Known, KnownSurface
from viewer.web.shades import GroundShade, Shades, StoneShade

FACING: Final = 0.1  # of a part's size, as much as a turn of a normal by a radian counts
OFF: Final = 0.05  # share by which a vertex may be farther than the nearest
MOST_KINDS: Final = 12  # of a part's instances
SURFACES_KEPT: Final = 128
PAIRS_KEPT: Final = 256  # of meshes, one of which is lit as the other
PIECES_KEPT: Final = 4
TURNED: Final = 0.3  # of a piece's radius, as much as a turn of a normal by a radian counts
FEW_INSTANCES, FEW_VERTICES = 8, 400  # of a known surface that stand for all of it
FEW_KINDS: Final = 6  # of the instances of a part that is not known
CELLS, FACING_CELLS = 32.0, 4.0  # of a radius and of a normal: vertices of one see alike
NEIGHBOURS: Final = 8  # that stand for a vertex of such a part: some lie under another layer
AWAY: Final = 0.3  # share by which they may be farther than the nearest
OPEN: Final = np.array([1.0, 0.0, 0.0, 0.0])


def borrowed(model: Model, apart: Apart, view: View, known: Known) -> Shades:
    """Taken from a piece that is known.

    Args:
        view: of the model, not turned.
    """
    own = apart.center, apart.radius
    surfaces = shared_out(lambda one: _openness(*one, own, known), apart.surfaces)
    return Shades(
        tuple(surfaces),
        tuple(
            _seen(part.model_from_part @ np.append(shape.center, 1.0), owner, own, known)
            for part, owner, shape in apart.stones
        ),
        _ground(model, apart, view, known.ground) if view.stands else None,
    )


def _openness(part: Placed, owner: Part, own: tuple[Array, float], known: Known) -> Openness:
    like = [one for one in known.surfaces if one.part == owner.name]
    if not like:
        return _usual(part, own, known)
    chosen = _nearest(part.centers, own, [one.centers for one in like], known)[0]
    common = np.argsort(-np.bincount(chosen), kind="stable")[:MOST_KINDS]
    chosen = np.where(np.isin(chosen, common), chosen, common[0])
    used, kind = np.unique(chosen, return_inverse=True)
    return Openness(tuple(_taken_over(part.mesh, like[k]) for k in used), kind)


def _usual(part: Placed, own: tuple[Array, float], known: Known) -> Openness:
    """Of a part that is not known: what is seen nearby in the piece, facing the same way."""
    count = len(part.mesh.positions)
    if not known.surfaces or count == 0:
        return Openness((np.tile(OPEN, (count, 1)),), np.zeros(len(part.centers), np.int64))
    few = _spread(len(part.centers), FEW_KINDS)
    _, nearest = cKDTree(part.centers[few]).query(part.centers)
    used, kind = np.unique(nearest, return_inverse=True)
    tree, seen = _neighbourhood(known)
    values = []
    for instance in few[used]:
        turn = part.model_from_part[instance, :3, :3] / part.scales[instance]
        places = (part.positions(slice(instance, instance + 1))[0] - own[0]) / own[1]
        cells = np.round(np.hstack([CELLS * places, FACING_CELLS * part.mesh.normals @ turn.T]))
        alike, cell = np.unique(cells, axis=0, return_inverse=True)
        wanted = np.hstack([alike[:, :3] / CELLS, TURNED / FACING_CELLS * alike[:, 3:]])
        _, near = tree.query(wanted, k=NEIGHBOURS, eps=AWAY)
        mean = seen[near].mean(axis=1)
        values.append(np.column_stack([mean[:, :1], mean[:, 1:] @ turn])[cell])
    return Openness(tuple(values), kind)


@lru_cache(maxsize=PIECES_KEPT)
def _neighbourhood(known: Known) -> tuple[cKDTree, Array]:
    """Where vertices are all over a piece and how they face, and what they see (n, 4).

    Of its model frame, places from its centre in radii.
    """
    rows, seen = [], []
    for one in known.surfaces:
        instances = _spread(len(one.centers), FEW_INSTANCES)
        some = _spread(len(one.positions), FEW_VERTICES // len(instances))
        linear = one.model_from_part[instances, :3, :3]
        back = np.swapaxes(linear, 1, 2)
        turn = back / np.cbrt(np.linalg.det(linear))[:, None, None]
        moved = one.positions[some] @ back + one.model_from_part[instances, None, :3, 3]
        places = (moved - known.center) / known.radius
        rows.append(np.concatenate([places, TURNED * (one.normals[some] @ turn)], axis=2))
        mean = np.broadcast_to(one.openness[some, :1], (*places.shape[:2], 1))
        seen.append(np.concatenate([mean, one.openness[some, 1:] @ turn], axis=2))
    every = np.concatenate([each.reshape(-1, 6) for each in rows])
    return cKDTree(every), np.concatenate([each.reshape(-1, 4) for each in seen])


def _spread(count: int, most: int) -> Indices:
    """At most so many of `count` indices, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def _taken_over(mesh: Mesh, like: KnownSurface) -> Array:
    """(n, 4) of a mesh: what the vertices at the same places of another one see."""
    if len(mesh.positions) == 0:
        return np.zeros((0, 4))
    taken: Array = like.openness[_same_places(mesh, like)]
    return taken


@lru_cache(maxsize=PAIRS_KEPT)
def _same_places(mesh: Mesh, like: KnownSurface) -> NDArray[np.int32]:
    """(n,): the vertex of another mesh that is where each one of this mesh is."""
    tree, proportions = _tree(like)
    here = _measured(mesh.positions, proportions, 1e-9)
    _, nearest = tree.query(np.hstack([here, FACING * mesh.normals]), eps=OFF)
    return np.asarray(nearest, np.int32)


@lru_cache(maxsize=SURFACES_KEPT)
def _tree(like: KnownSurface) -> tuple[cKDTree, Array]:
    """Where its vertices are and how they face, and the proportions of its box (3,)."""
    low, high = box_of(like.positions)
    reach = float((high - low).max())
    proportions = (high - low) / reach
    there = _measured(like.positions, proportions, 1e-3 * reach)
    return cKDTree(np.hstack([there, FACING * like.normals])), proportions


def _measured(positions: Array, proportions: Array, least: float) -> Array:
    """Places in their own box, whose sides are `proportions` of one and at least `least` metres."""
    low, high = box_of(positions)
    measured: Array = (positions - low) * (proportions / np.maximum(high - low, least))
    return measured


def _seen(places: Array, owner: Part, own: tuple[Array, float], known: Known) -> StoneShade:
    """What stones at these places (k, 4) see, the maps of those that stand there now."""
    seen = [one for one in known.stones if one.slot == owner.slot]
    like = [one for one in seen if one.part == owner.name] or seen
    for one in like:
        if one.maps is not None:
            _, instance = _nearest(places[:, :3], own, [one.centers], known)
            used, layers = np.unique(one.layers[instance], return_inverse=True)
            return StoneShade(np.ascontiguousarray(one.maps[used]), layers)
    return StoneShade(None, np.zeros(len(places), np.int64))


def _nearest(
    centers: Array, own: tuple[Array, float], there: Sequence[Array], known: Known
) -> tuple[Indices, Indices]:
    """For each centre (k, 3) which group of others is nearest, and which of all of them."""
    group = np.repeat(np.arange(len(there)), [len(one) for one in there])
    tree = cKDTree((np.concatenate(there) - known.center) / known.radius)
    _, nearest = tree.query((centers - own[0]) / own[1])
    return group[nearest], nearest


def _ground(
    model: Model, apart: Apart, view: View, known: GroundShade | None
) -> GroundShade | None:
    """The same shade, as large as the piece."""
    if known is None:
        return None
    world_from_model = view.shown[0].world_from_model
    lowest = outline_points(model) @ world_from_model.rotation[1]
    model_from_ground, half = ground_frame(
        apart.center, apart.radius, world_from_model, float(lowest.min())
    )
    return replace(
        known, half_side=half, world_from_ground=(world_from_model @ model_from_ground).matrix
    )

"""Self-occlusion of metal: how open each vertex's surroundings are, as a function of direction.

For every vertex, visibility over the hemisphere above it is fitted by `a + b . direction`; open
surfaces get exactly (1, 0). The surface shader asks it in the direction of the reflection.

A part of its own is seen in pictures of the whole model. Of small parts in many places, a few are
looked at closely, and the others take over what the most alike of those sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, diags

from models3d.frames import Array
from models3d.mesh import Mesh
from viewer.render.alike import Indices, crowd_of, kinds
from viewer.render.caster import Caster, Reach, caster_near, caster_of, reaches
from viewer.render.placed import BoolArray, Placed
from viewer.render.visibility import VisibilityBaker, Window, even_directions, window_on

PULL = 0.05  # towards "open all round": keeps the fit steady
CHUNK = 50_000  # vertices at a time
SMOOTHINGS = 3  # that hide the grain of few directions from mirrors
SAME_WAY = 0.95  # cosine between the normals of neighbours that share what they see
FACING_CELLS = 4.0  # of a normal's grid per unit: those nearer than that may share
LIFT = 0.004  # of the radius looked at: off the surface before looking around
SMALL = 0.2  # of the model's radius: parts in many places that are looked at closely
CLOSE_RESOLUTION = 128
CLOSE_REACH = 3.0  # radii of the instance


@dataclass(frozen=True, slots=True)
class Care:
    """How closely a model is looked at."""

    directions: int
    close_directions: int  # of parts in many places
    resolution: float  # of the pictures of the whole model, against the usual
    most_kinds: int  # of one part's instances
    most_close: int  # of a model's


CAREFUL = Care(96, 48, 1.0, 8, 28)
HURRIED = Care(40, 24, 0.7, 3, 9)  # the first live frame waits for it


@dataclass(frozen=True, slots=True, eq=False)
class Openness:
    """What the vertices of one part see, for each kind of its instances."""

    values: tuple[Array, ...]  # per kind (n, 4): a, and b in the part's frame
    kind: Indices  # (k,) of each instance


def openness_of(
    baker: VisibilityBaker,
    parts: Sequence[Placed],
    casts: Sequence[bool],
    care: Care = CAREFUL,
) -> list[Openness]:
    """What every part sees.

    Args:
        casts: whether a part keeps light away; glass does not.
        care: how closely to look.
    """
    solid = [part for part, keeps in zip(parts, casts, strict=True) if keeps]
    caster = caster_of(solid or list(parts))
    whole = window_on(caster)
    window = replace(whole, resolution=int(care.resolution * whole.resolution))
    close = [len(p.model_from_part) > 1 and _size(p) < SMALL * window.radius for p in parts]
    far = [k for k, near in enumerate(close) if not near]
    found: dict[int, Openness] = dict(zip(far, _seen_from_afar(
        baker, [parts[k] for k in far], caster, window, care), strict=True))  # fmt: skip
    crowd = crowd_of(parts) if any(close) else None
    spheres = reaches(solid) if any(close) else []
    left = care.most_close
    for number, part in enumerate(parts):
        if crowd is None or not close[number]:
            continue
        waiting = sum(close[number:])
        most = max(1, min(care.most_kinds, left // waiting))
        chosen, kind = kinds(crowd, number, part, most)
        left -= len(chosen)
        found[number] = Openness(
            tuple(_seen_closely(baker, solid, spheres, part, int(k), care) for k in chosen), kind
        )
    return [found[k] for k in range(len(parts))]


def _size(part: Placed) -> float:
    return float(part.radius * part.scales.max())


def _seen_from_afar(
    baker: VisibilityBaker, parts: Sequence[Placed], caster: Caster, window: Window, care: Care
) -> list[Openness]:
    """Every instance for itself, in one set of pictures."""
    if not parts:
        return []
    places = [part.positions() for part in parts]
    normals = [
        part.mesh.normals @ np.swapaxes(part.model_from_part[:, :3, :3], 1, 2)
        / part.scales[:, None, None]
        for part in parts
    ]  # fmt: skip
    middle = caster.positions.mean(axis=0)
    lift = LIFT * np.linalg.norm(caster.positions - middle, axis=1).max()
    positions = np.concatenate([p.reshape(-1, 3) for p in places])
    facing = np.concatenate([n.reshape(-1, 3) for n in normals])
    chosen, group = _alike(positions, facing, 2.0 * window.radius / window.resolution)
    baked = _fitted(
        baker, positions[chosen], facing[chosen], caster, lift, care.directions, window
    )[group]  # fmt: skip
    found, first = [], 0
    for part in parts:
        count, vertices = len(part.model_from_part), len(part.mesh.positions)
        rows = baked[first : first + count * vertices].reshape(count, vertices, 4)
        mean = _mean_of_neighbours(part.mesh)
        for _ in range(SMOOTHINGS):
            rows = np.stack([mean @ row for row in rows])
        first += count * vertices
        rotations = part.model_from_part[:, :3, :3] / part.scales[:, None, None]
        values = [np.column_stack([v[:, :1], v[:, 1:] @ r]) for v, r in
                  zip(rows, rotations, strict=True)]  # fmt: skip
        found.append(Openness(tuple(values), np.arange(count)))
    return found


def _mean_of_neighbours(mesh: Mesh) -> csr_matrix:
    """(n, n): half a vertex itself, half those along its edges that face nearly the same way."""
    a, b, c = mesh.triangles.T
    start, end = np.concatenate([a, b, c, b, c, a]), np.concatenate([b, c, a, a, b, c])
    turn = np.einsum("ij,ij->i", mesh.normals[start], mesh.normals[end])
    start, end = start[turn > SAME_WAY], end[turn > SAME_WAY]
    count = len(mesh.positions)
    near = csr_matrix((np.ones(len(start)), (start, end)), (count, count))
    total = np.asarray(near.sum(axis=1)).ravel()
    own = np.where(total > 0.0, 0.5, 1.0)
    share = np.where(total > 0.0, 0.5 / np.maximum(total, 1.0), 0.0)
    return csr_matrix(diags(share) @ near + diags(own))


def _alike(positions: Array, normals: Array, texel: float) -> tuple[Indices, Indices]:
    """Vertices that stand for those of one texel which face the same way, and which for each."""
    place = np.floor((positions - positions.min(axis=0)) / texel).astype(np.int64)
    facing = np.round(normals * FACING_CELLS).astype(np.int64) + 16
    key = place @ np.array([1, 1 << 11, 1 << 22]) + (facing @ np.array([1, 32, 1024]) << 33)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return first, group


def _seen_closely(
    baker: VisibilityBaker,
    solid: Sequence[Placed],
    spheres: Sequence[Reach],
    part: Placed,
    instance: int,
    care: Care,
) -> Array:
    """(n, 4) of one instance, in pictures of its neighbourhood."""
    matrix, scale = part.model_from_part[instance], part.scales[instance]
    rotation = matrix[:3, :3] / scale
    center, radius = part.centers[instance], part.radius * scale
    reach = CLOSE_REACH * radius
    window = Window(center, 1.05 * radius, 2.0 * reach, CLOSE_RESOLUTION)
    positions = part.positions(slice(instance, instance + 1))[0]
    normals = part.mesh.normals @ rotation.T
    caster = caster_near(solid, spheres, center, reach)
    baked = _fitted(
        baker, positions, normals, caster, 2.0 * LIFT * radius, care.close_directions, window
    )  # fmt: skip
    return np.column_stack([baked[:, :1], baked[:, 1:] @ rotation])


def _fitted(
    baker: VisibilityBaker, positions: Array, normals: Array, caster: Caster, lift: float,
    count: int, window: Window,
) -> Array:  # fmt: skip
    """(n, 4): a and b of each vertex, model frame."""
    directions = even_directions(count)
    points = positions + normals * lift
    seen: BoolArray = np.stack(list(baker.visible(caster, points, directions, window)))
    basis = np.column_stack([np.ones(count), directions])  # (k, 4)
    squares = (basis[:, :, None] * basis[:, None, :]).reshape(count, 16)
    openness = np.zeros((len(points), 4))
    for first in range(0, len(points), CHUNK):
        rows = slice(first, first + CHUNK)
        weight = np.clip(normals[rows] @ directions.T, 0.0, None)  # (n, k)
        system = (weight @ squares).reshape(-1, 4, 4) + PULL * np.eye(4)
        target = (weight * seen[:, rows].T) @ basis
        target[:, 0] += PULL
        openness[rows] = np.linalg.solve(system, target[..., None])[..., 0]
    return openness

"""Occluders as uniforms: those that can reach a jewel, brought into its frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models3d.frames import Array, IntArray, RigidTransform
from viewer.render.types import Occluder

BoolArray = NDArray[np.bool_]

MAX_LIMBS = 16  # as chunks/limbs.glsl has room for, with the wearer's
FEW_LIMBS = 3  # a wearer with a neighbour on each side
PROBE_CELLS = 14  # along the longest side
LOOKED_AT = 512  # points at once, farthest first
ROUND = (0.0, 0.0, 0.0)
MANY = 10_000  # pairs of limbs and points: worth leaving limbs out beforehand
WIDER = 1.5  # the sphere about a jewel, for what may lie in other directions than its middle


@dataclass(frozen=True, slots=True, eq=False)
class Limbs:
    """Occluders as rows, camera frame."""

    starts: Array  # (k, 3) metres
    axes: Array  # (k, 3) from start to end
    radii: Array  # (k, 2) metres, at start and end
    softness: Array  # (k,)
    flatness: Array  # (k,)
    flats: Array  # (k, 3) unit; 0 where a limb is round

    @staticmethod
    def of(occluders: Sequence[Occluder]) -> Limbs:
        """The rows of some occluders."""
        starts = np.array([limb.start for limb in occluders], np.float64).reshape(-1, 3)
        ends = np.array([limb.end for limb in occluders], np.float64).reshape(-1, 3)
        numbers = np.array(
            [(o.start_radius, o.end_radius, o.softness, o.flatness) for o in occluders], np.float64
        ).reshape(-1, 4)
        flats = [ROUND if limb.flat is None else limb.flat for limb in occluders]
        return Limbs(
            starts, ends - starts, numbers[:, :2], numbers[:, 2], numbers[:, 3],
            np.array(flats, np.float64).reshape(-1, 3),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.starts)

    def only(self, rows: NDArray[np.integer[Any]]) -> Limbs:
        """Some of them."""
        return Limbs(
            self.starts[rows], self.axes[rows], self.radii[rows], self.softness[rows],
            self.flatness[rows], self.flats[rows],
        )  # fmt: skip

    @property
    def stretched_by(self) -> Array:
        """(k,): what stretching adds to a vector's part along `flats`."""
        return np.asarray(1.0 / self.flatness - 1.0)

    def stretched(self, vectors: Array) -> Array:
        """Vectors (k, 3) in the space in which a flattened limb is round, about the eye."""
        along = np.einsum("ij,ij->i", self.flats, vectors)
        return np.asarray(vectors + self.flats * (self.stretched_by * along)[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Points that stand for a thing where only its extent matters."""

    points: Array  # (n, 3) metres
    gap: float  # metres from any point of the thing to the nearest of them, at most


@dataclass(frozen=True, slots=True, eq=False)
class Probes:
    """Probes of all that is drawn of a model, one after the other."""

    points: Array  # (n, 3) model frame
    gaps: Array  # (n,)
    firsts: IntArray  # (k,) the first point of each thing

    @staticmethod
    def of(probes: Sequence[Probe]) -> Probes:
        """Put probes in a row."""
        counts = [len(probe.points) for probe in probes]
        return Probes(
            np.concatenate([np.zeros((0, 3)), *(probe.points for probe in probes)]),
            np.repeat([probe.gap for probe in probes], counts),
            np.cumsum([0, *counts])[:-1].astype(np.int32),
        )


def probe(positions: Array, triangles: IntArray) -> Probe:
    """One vertex for each cell of a grid over a mesh."""
    cell = max(float(np.ptp(positions, axis=0).max()) / PROBE_CELLS, 1e-9)
    keys = np.floor((positions - positions.min(axis=0)) / cell).astype(np.int64)
    _, first, group = np.unique(
        keys @ np.array([1, 64, 64 * 64]), return_index=True, return_inverse=True
    )
    points = positions[first]
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    covered = np.concatenate([positions, (a + b) / 2, (b + c) / 2, (c + a) / 2, (a + b + c) / 3])
    own, corner = points[group], triangles.T
    near = np.concatenate([own, *(own[corner[k]] for k in (0, 1, 2, 0))])
    away = covered - near  # from some probe: the nearest may be nearer
    return Probe(points, _farthest(points, covered, np.sqrt(np.einsum("ij,ij->i", away, away))))


def _farthest(points: Array, covered: Array, at_most: Array) -> float:
    """How far the farthest of `covered` (n, 3) is from the nearest of `points`.

    Args:
        at_most: (n,) bounds: those not above what is found already are not looked at.
    """
    tree, order, gap = cKDTree(points), np.argsort(-at_most), 0.0
    for some in np.split(order, range(LOOKED_AT, len(order), LOOKED_AT)):
        if len(some) == 0 or at_most[some[0]] <= gap:
            break
        gap = max(gap, float(tree.query(covered[some])[0].max()))
    return gap


def reaching(
    limbs: Limbs, points: Array, gaps: Array | float, wearer: int | None = None
) -> BoolArray:
    """Which limbs may hide something near each point (k, n), seen from the origin.

    Args:
        points, gaps: of probes, camera frame.
        wearer: index of the limb that hides only what is behind its axis.
    """
    start, axis = limbs.starts, limbs.axes
    first, last = limbs.radii[:, :1], limbs.radii[:, 1:]
    distance = np.sqrt(np.einsum("ij,ij->i", points, points))
    rays = points / np.maximum(distance, 1e-9)[:, None]
    ahead, along = start @ rays.T, axis @ rays.T
    pairs = ((axis, start), (axis, axis), (start, start))
    both, length2, square = ((a * b).sum(axis=1)[:, None] for a, b in pairs)
    share = np.clip((ahead * along - both) / np.maximum(length2 - along**2, 1e-12), 0.0, 1.0)
    depth = ahead + along * share
    miss2 = square + share * (2.0 * both + share * length2) - depth**2
    radius = (first + (last - first) * share) * np.maximum(limbs.flatness, 1.0)[:, None]
    hides: BoolArray = np.zeros(miss2.shape, bool)
    np.logical_and(miss2 < (radius + gaps) ** 2, distance + gaps > depth - radius, out=hides)
    if wearer is not None:
        hides[wearer] &= _behind(limbs, wearer, points, gaps)
    return hides


def _behind(limbs: Limbs, number: int, points: Array, gaps: Array | float) -> BoolArray:
    """Which points (n,) may lie behind a limb's axis, where the limb is round."""
    flat, flatness = limbs.flats[number], float(limbs.flatness[number])
    thinner = (1.0 / flatness - 1.0) * flat  # what stretching adds
    start, axis = limbs.starts[number], limbs.axes[number]
    start, axis = start + (start @ flat) * thinner, axis + (axis @ flat) * thinner
    seen = points + (points @ flat)[:, None] * thinner if flat.any() else points
    share = np.clip((seen - start) @ axis / max(float(axis @ axis), 1e-12), 0.0, 1.0)
    distance2 = np.einsum("ij,ij->i", seen, seen)
    nearest = seen @ start + share * (seen @ axis)  # along the ray, times its length
    depth = (distance2 - nearest) / np.sqrt(np.maximum(distance2, 1e-18))
    return np.asarray(depth > -gaps / min(flatness, 1.0))


def limb_uniforms(
    limbs: Limbs,
    wearer: int | None,
    model_from_camera: RigidTransform,
    points_camera: Array,
    probes: Probes,
) -> list[dict[str, Any]]:
    """Uniforms of chunks/limbs.glsl for each thing that is drawn of one jewel, then for its skin.

    Args:
        wearer: index of the occluder that wears it.
        points_camera: the probes' points.
    """
    things = len(probes.firsts)
    if len(limbs) == 0 or things == 0:
        return [NO_LIMBS] * (things + 1)
    if len(limbs) * len(points_camera) > MANY:
        near = _near(limbs, points_camera, float(probes.gaps.max()))
        if wearer is not None:
            near[wearer] = True
        rows = np.flatnonzero(near)
        limbs = limbs.only(rows)
        wearer = None if wearer is None else int(np.searchsorted(rows, wearer))
    reaches = reaching(limbs, points_camera, probes.gaps, wearer)
    hides = np.logical_or.reduceat(reaches, probes.firsts, axis=1)  # (k, things)
    on_skin: BoolArray = np.asarray(reaches.any(axis=1))
    if wearer is not None:
        on_skin[wearer] = True
    table = _table(limbs, model_from_camera)
    made: dict[bytes, dict[str, Any]] = {}
    found = []
    for column in [*hides.T, on_skin]:
        key = column.tobytes()
        if key not in made:
            chosen = np.flatnonzero(column).tolist()
            first = [k for k in chosen if k == wearer]
            others = [k for k in chosen if k != wearer][: MAX_LIMBS - 1]
            made[key] = _uniforms(table[:, first], table[:, others])
        found.append(made[key])
    return found


def _near(limbs: Limbs, points: Array, gap: float) -> BoolArray:
    """Which limbs (k,) may hide anything of all that lies about some points."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    offsets = points - middle
    radius = float(np.sqrt(np.einsum("ij,ij->i", offsets, offsets).max())) + gap
    return np.asarray(reaching(limbs, middle[None], WIDER * radius)[:, 0])


def _table(limbs: Limbs, model_from_camera: RigidTransform) -> NDArray[np.float32]:
    """(4, k, 4): limb_start, limb_axis, limb_terms and limb_flat of each, model frame."""
    turned = model_from_camera.rotation.T
    first = limbs.stretched(limbs.starts) @ turned
    along = limbs.stretched(limbs.axes) @ turned
    table = np.zeros((4, len(limbs), 4), np.float32)
    table[0, :, :3], table[0, :, 3] = first, limbs.radii[:, 0]
    table[1, :, :3], table[1, :, 3] = along, limbs.radii[:, 1] - limbs.radii[:, 0]
    table[2, :, 0] = np.einsum("ij,ij->i", first, along)
    table[2, :, 1] = np.maximum(np.einsum("ij,ij->i", along, along), 1e-12)
    table[2, :, 2] = np.einsum("ij,ij->i", first, first)
    table[2, :, 3] = 1.0 / np.maximum(limbs.softness, 1e-3)
    table[3, :, :3] = limbs.flats @ turned
    table[3, :, 3] = np.where(limbs.flats.any(axis=1), limbs.stretched_by, 0.0)
    return table


def _uniforms(wearer: NDArray[np.float32], others: NDArray[np.float32]) -> dict[str, Any]:
    """Of some limbs' rows (4, k, 4): of the one that wears the jewel, or none, and of others."""
    room = np.zeros((4, MAX_LIMBS, 4), np.float32)
    room[0, :, 3] = 1.0  # nobody's limb hides nothing, but is not to divide by nothing
    room[:, : wearer.shape[1]] = wearer
    room[:, 1 : 1 + others.shape[1]] = others
    start, axis, terms, flat = (each.tobytes() for each in room)
    count = wearer.shape[1] + others.shape[1]
    return {
        "limb_count": 1 + others.shape[1] if count else 0,
        "limb_wearer": float(wearer.shape[1]),
        "limb_start": start,
        "limb_axis": axis,
        "limb_terms": terms,
        "limb_flat": flat,
    }


def most_limbs(uniforms: Mapping[str, Any], *, besides_wearer: bool = False) -> int:
    """How many limbs, with the wearer, a program must know that is to draw with these uniforms.

    Args:
        besides_wearer: it leaves the wearer out.
    """
    count: int = uniforms["limb_count"]
    if count <= (1 if besides_wearer else 0):
        return 0
    return next(n for n in (1, FEW_LIMBS, MAX_LIMBS) if count <= n)


def limb_defines(most: int) -> dict[str, str]:
    """What is compiled in for `most_limbs`."""
    return {} if most == MAX_LIMBS else {"LIMBS": str(most)}


_NOBODY = np.zeros((4, 0, 4), np.float32)
NO_LIMBS = _uniforms(_NOBODY, _NOBODY)

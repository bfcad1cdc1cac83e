"""Occluders as uniforms: those that can reach a jewel, brought into its frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models3d.frames import Array, IntArray, RigidTransform
from viewer.render.types import Occluder

BoolArray = NDArray[np.bool_]

MAX_LIMBS = 16  # as chunks/limbs.glsl has room for
PROBE_CELLS = 14  # along the longest side


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
    _, first = np.unique(keys @ np.array([1, 64, 64 * 64]), return_index=True)
    points = positions[first]
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    covered = np.concatenate([positions, (a + b) / 2, (b + c) / 2, (c + a) / 2, (a + b + c) / 3])
    return Probe(points, float(cKDTree(points).query(covered)[0].max()))


def reaching(
    occluders: Sequence[Occluder], points: Array, gaps: Array | float, wearer: int | None = None
) -> BoolArray:
    """Which limbs may hide something near each point (k, n), seen from the origin.

    Args:
        points, gaps: of probes, camera frame.
        wearer: index of the limb that hides only what is behind its axis.
    """
    start = np.array([limb.start for limb in occluders]).reshape(-1, 3)
    axis = np.array([limb.end for limb in occluders]).reshape(-1, 3) - start
    first, last, flatness = (
        np.array([getattr(limb, name) for limb in occluders]).reshape(-1, 1)
        for name in ("start_radius", "end_radius", "flatness")
    )
    distance = np.linalg.norm(points, axis=1)
    rays = points / np.maximum(distance, 1e-9)[:, None]
    ahead, along = start @ rays.T, axis @ rays.T
    pairs = ((axis, start), (axis, axis), (start, start))
    both, length2, square = ((a * b).sum(axis=1)[:, None] for a, b in pairs)
    share = np.clip((ahead * along - both) / np.maximum(length2 - along**2, 1e-12), 0.0, 1.0)
    depth = ahead + along * share
    miss2 = square + share * (2.0 * both + share * length2) - depth**2
    radius = (first + (last - first) * share) * np.maximum(flatness, 1.0)
    hides: BoolArray = np.zeros(miss2.shape, bool)
    np.logical_and(miss2 < (radius + gaps) ** 2, distance + gaps > depth - radius, out=hides)
    if wearer is not None:
        hides[wearer] &= _behind(occluders[wearer], points, gaps)
    return hides


def _behind(limb: Occluder, points: Array, gaps: Array | float) -> BoolArray:
    """Which points (n,) may lie behind a limb's axis, where the limb is round."""
    stretch = stretching(limb)
    start, axis = stretch @ limb.start, stretch @ (limb.end - limb.start)
    seen = points @ stretch.T
    share = np.clip((seen - start) @ axis / max(float(axis @ axis), 1e-12), 0.0, 1.0)
    nearest = start + share[:, None] * axis
    distance = np.linalg.norm(seen, axis=1)
    depth = distance - np.einsum("ij,ij->i", nearest, seen) / np.maximum(distance, 1e-9)
    return np.asarray(depth > -gaps / min(limb.flatness, 1.0))


def limb_uniforms(
    occluders: Sequence[Occluder],
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
    if not occluders or things == 0:
        return [_uniforms((), False, model_from_camera)] * (things + 1)
    reaches = reaching(occluders, points_camera, probes.gaps, wearer)
    hides = np.logical_or.reduceat(reaches, probes.firsts, axis=1)  # (k, things)
    on_skin: BoolArray = np.asarray(reaches.any(axis=1))
    if wearer is not None:
        on_skin[wearer] = True
    made: dict[bytes, dict[str, Any]] = {}
    found = []
    for column in [*hides.T, on_skin]:
        key = column.tobytes()
        if key not in made:
            chosen = np.flatnonzero(column).tolist()
            chosen.sort(key=lambda k: k != wearer)  # the wearer stays when there are too many
            worn = wearer is not None and bool(column[wearer])
            limbs = [occluders[k] for k in chosen[:MAX_LIMBS]]
            made[key] = _uniforms(limbs, worn, model_from_camera)
        found.append(made[key])
    return found


def _uniforms(
    limbs: Sequence[Occluder], worn: bool, model_from_camera: RigidTransform
) -> dict[str, Any]:
    """Of some limbs; the first may wear the jewel."""
    start, axis, terms, flat = (np.zeros((MAX_LIMBS, 4)) for _ in range(4))
    for row, limb in enumerate(limbs):
        stretch = model_from_camera.rotation @ stretching(limb)
        first, along = stretch @ limb.start, stretch @ (limb.end - limb.start)
        start[row] = (*first, limb.start_radius)
        axis[row] = (*along, limb.end_radius - limb.start_radius)
        length2 = max(float(along @ along), 1e-12)
        terms[row] = (first @ along, length2, first @ first, 1.0 / max(limb.softness, 1e-3))
        if limb.flat is not None:
            flat[row] = (*model_from_camera.rotate(limb.flat), 1.0 / limb.flatness - 1.0)
    return {
        "limb_count": len(limbs),
        "limb_wearer": float(worn),
        "limb_start": start.astype("f4").tobytes(),
        "limb_axis": axis.astype("f4").tobytes(),
        "limb_terms": terms.astype("f4").tobytes(),
        "limb_flat": flat.astype("f4").tobytes(),
    }


def stretching(limb: Occluder) -> Array:
    """(3, 3), camera frame: what makes a flattened limb round, about the eye."""
    if limb.flat is None:
        return np.eye(3)
    return np.eye(3) + (1.0 / limb.flatness - 1.0) * np.outer(limb.flat, limb.flat)

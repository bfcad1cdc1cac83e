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
    """Points that stand for a whole model where only its extent matters."""

    points: Array  # (n, 3) metres
    gap: float  # metres from any point of the model to the nearest of them, at most


def probe(positions: Array, triangles: IntArray) -> Probe:
    """One vertex for each cell of a grid over a mesh."""
    cell = max(float(np.ptp(positions, axis=0).max()) / PROBE_CELLS, 1e-9)
    keys = np.floor((positions - positions.min(axis=0)) / cell).astype(np.int64)
    _, first = np.unique(keys @ np.array([1, 64, 64 * 64]), return_index=True)
    points = positions[first]
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    covered = np.concatenate([positions, (a + b) / 2, (b + c) / 2, (c + a) / 2, (a + b + c) / 3])
    return Probe(points, float(cKDTree(points).query(covered)[0].max()))


def reaching(occluders: Sequence[Occluder], points: Array, gap: float) -> BoolArray:
    """Which limbs (k,) may hide something of a model seen from the origin.

    Args:
        points, gap: the model's probe, camera frame.
    """
    start = np.array([limb.start for limb in occluders]).reshape(-1, 1, 3)
    axis = np.array([limb.end for limb in occluders]).reshape(-1, 1, 3) - start
    first, last = (
        np.array([getattr(limb, name) for limb in occluders]).reshape(-1, 1)
        for name in ("start_radius", "end_radius")
    )
    distance = np.linalg.norm(points, axis=1)
    rays = points / np.maximum(distance, 1e-9)[:, None]
    ahead, along = (np.einsum("kij,nj->kn", vectors, rays) for vectors in (start, axis))
    both, length2 = (np.einsum("kij,kij->ki", axis, vectors) for vectors in (start, axis))
    share = np.clip((ahead * along - both) / np.maximum(length2 - along**2, 1e-12), 0.0, 1.0)
    depth = ahead + along * share
    miss = np.linalg.norm(start + axis * share[..., None] - rays * depth[..., None], axis=-1)
    widest = np.array([max(limb.flatness, 1.0) for limb in occluders]).reshape(-1, 1)
    radius = (first + (last - first) * share) * widest
    hides: BoolArray = (miss < radius + gap) & (distance + gap > depth - radius)
    return np.asarray(hides.any(axis=1))


def limb_uniforms(
    occluders: Sequence[Occluder],
    wearer: int | None,
    model_from_camera: RigidTransform,
    points_camera: Array,
    gap: float,
) -> dict[str, Any]:
    """Uniforms of chunks/limbs.glsl for one jewel.

    Args:
        wearer: index of the occluder that wears it.
        points_camera, gap: probe of the jewel.
    """
    reaches = reaching(occluders, points_camera, gap)
    chosen = [(k, limb) for k, limb in enumerate(occluders) if k == wearer or reaches[k]]
    chosen.sort(key=lambda item: item[0] != wearer)  # the wearer stays when there are too many
    chosen = chosen[:MAX_LIMBS]
    start, axis, terms, flat = (np.zeros((MAX_LIMBS, 4)) for _ in range(4))
    for row, (_, limb) in enumerate(chosen):
        stretch = model_from_camera.rotation @ stretching(limb)
        first, along = stretch @ limb.start, stretch @ (limb.end - limb.start)
        start[row] = np.append(first, limb.start_radius)
        axis[row] = np.append(along, limb.end_radius - limb.start_radius)
        softness = max(limb.softness, 1e-3)
        length2 = max(float(along @ along), 1e-12)
        terms[row] = np.array([first @ along, length2, first @ first, 1.0 / softness])
        if limb.flat is not None:
            flat[row] = np.append(model_from_camera.rotate(limb.flat), 1.0 / limb.flatness - 1.0)
    return {
        "limb_count": len(chosen),
        "limb_wearer": float(any(k == wearer for k, _ in chosen)),
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

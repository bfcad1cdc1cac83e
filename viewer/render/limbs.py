"""Occluders as uniforms: those that can reach a jewel, brought into its frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models3d.frames import Array, RigidTransform
from viewer.render.types import Occluder

MAX_LIMBS = 16  # as chunks/limbs.glsl has room for


def _reaches(occluder: Occluder, center: Array, radius: float) -> bool:
    """Whether a limb's outline may overlap that of a sphere, seen from the origin."""
    length = float(np.linalg.norm(center))
    if length <= radius:
        return True
    towards = center / length
    axis = occluder.end - occluder.start
    # the point of the limb whose direction is nearest: sampled, with a margin for the gaps
    share = np.linspace(0.0, 1.0, 9)[:, None]
    points = occluder.start + axis * share
    distance = np.linalg.norm(points, axis=1)
    thick = max(occluder.start_radius, occluder.end_radius) + float(np.linalg.norm(axis)) / 16.0
    if np.any(distance <= thick):
        return True
    angle = np.arccos(np.clip(points @ towards / distance, -1.0, 1.0))
    allowed = np.arcsin(np.minimum(thick / distance, 1.0)) + float(np.arcsin(radius / length))
    return bool(np.any(angle <= allowed))


def limb_uniforms(
    occluders: Sequence[Occluder],
    wearer: int | None,
    model_from_camera: RigidTransform,
    center_camera: Array,
    radius: float,
) -> dict[str, Any]:
    """Uniforms of chunks/limbs.glsl for one jewel.

    Args:
        wearer: index of the occluder that wears it.
        center_camera, radius: bounding sphere of the jewel.
    """
    chosen = [
        (k, occluder)
        for k, occluder in enumerate(occluders)
        if k == wearer or _reaches(occluder, center_camera, radius)
    ]
    chosen.sort(key=lambda item: item[0] != wearer)  # the wearer stays when there are too many
    chosen = chosen[:MAX_LIMBS]
    start, end = (np.zeros((MAX_LIMBS, 4), np.float32) for _ in range(2))
    kind = np.zeros((MAX_LIMBS, 2), np.float32)
    for row, (k, occluder) in enumerate(chosen):
        start[row, :3] = model_from_camera.apply(occluder.start)
        end[row, :3] = model_from_camera.apply(occluder.end)
        start[row, 3], end[row, 3] = occluder.start_radius, occluder.end_radius
        kind[row] = max(occluder.softness, 1e-3), float(k == wearer)
    return {
        "limb_count": len(chosen),
        "limb_start": start.tobytes(),
        "limb_end": end.tobytes(),
        "limb_kind": kind.tobytes(),
    }

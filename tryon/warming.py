"""What a renderer prepares when a piece is first drawn live, asked for before anybody waits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models3d.frames import Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model
from tryon.detail import LADDER, Detail
from viewer.render.types import Occluder, Shot, Worn

_SIDE_PX = 128
_FOCAL_PX = 1000.0  # of a camera of 720 rows
_AWAY_M = 0.45
_FINGER = Occluder(np.array([0.0, -0.03, _AWAY_M]), np.array([0.0, 0.03, _AWAY_M]), 0.008, 0.008)


def warming_shots(model: Model, details: Sequence[Detail] = LADDER) -> tuple[Shot, ...]:
    """Small pictures of a piece as streams draw it, one for each kind of care.

    Args:
        details: the cares; those that need the same programs are drawn once.
    """
    distinct = {(each.gem_bounces, each.full_dispersion): each for each in details}
    return tuple(
        Shot(
            Intrinsics(_FOCAL_PX, _FOCAL_PX, _SIDE_PX / 2, _SIDE_PX / 2),
            PixelRegion(0, 0, _SIDE_PX, _SIDE_PX),
            (Worn(model, RigidTransform.from_translation([0.0, 0.0, _AWAY_M]), wearer=0),),
            (_FINGER,),
            shadow_strength=1.0,
            supersampling=detail.supersampling,
            gem_bounces=detail.gem_bounces,
            full_dispersion=detail.full_dispersion,
            live=not detail.full_dispersion,
        )
        for detail in distinct.values()
    )

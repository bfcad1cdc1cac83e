"""Vectors of what stands before a jewel: person masks, hair, cloth, collars, hands."""

from __future__ import annotations

import numpy as np

from models3d.frames import PixelRegion
from tests.vectors.golden import Case, Vectors, case, mask
from tryon.covers.masks import body_share, person_at, warped


def vectors() -> Vectors:
    """Of portraits and their person masks."""
    random = np.random.default_rng(97)
    return {"masks": [_masks(random), _masks(random)]}


def _masks(random: np.random.Generator) -> Case:
    person, width, height = mask("wearer.mask"), 118, 154
    x = random.uniform(-9.0, width + 9.0, 30).round(2)
    y = random.uniform(-9.0, height + 9.0, 30).round(2)
    region = PixelRegion(11, 31, 97, 83)
    size = (31, 29)
    then = random.uniform((20, 60), (100, 140), (4, 2)).round(2)
    now = (then @ [[0.9, 0.1], [-0.1, 0.9]] + random.normal(0.0, 2.0, (4, 2))).round(2)
    moved = warped(person, then, now, width, height)
    told = {
        "at": np.asarray(person_at(person, x, y, width, height), np.float64),
        "body": np.asarray(body_share(person, region, size, width, height), np.float64),
        "moved": np.asarray(moved.share[::7, ::5], np.float64),
        "same": warped(person, then, then, width, height) is person,
    }
    return case(
        told,
        mask="@wearer.mask",
        x=x,
        y=y,
        region=region,
        columns=size[0],
        rows=size[1],
        then=list(then),
        now=list(now),
        width=width,
        height=height,
    )

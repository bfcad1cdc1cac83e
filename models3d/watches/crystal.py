"""Sapphire crystals: flat, domed or box, always with a bevelled rim. Millimetres."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import numpy as np

from models3d.mesh import Material
from models3d.metals import metal
from models3d.watches.outlines import Corner, Outline, circle, rounded
from models3d.watches.shells import KEPT, Shell, extruded

ANTI_REFLEX_SPECULAR = 0.15  # what a coating on both faces leaves of the reflectance
ANTI_REFLEX_TINT = (0.62, 0.80, 1.0)  # and it leaves more blue
BEVEL = 0.28
DOME_STEPS = 6


class CrystalForm(StrEnum):
    """Side view of a crystal."""

    FLAT = "flat"
    DOMED = "domed"
    BOX = "box"  # a tall wall, then a shallow dome


def sapphire() -> Material:
    """A pane of sapphire with an anti-reflex coating."""
    body = metal("sapphire_crystal")
    return Material(
        "pane/sapphire_crystal",
        ior=1.77 if body.ior is None else round(body.ior, 2),
        roughness=0.0,
        transmission=1.0,
        specular=ANTI_REFLEX_SPECULAR,
        specular_color=ANTI_REFLEX_TINT,
    )


@lru_cache(maxsize=KEPT)
def crystal(
    form: CrystalForm, radius: float, bottom: float, thickness: float, segments: int = 96
) -> Shell:
    """A round crystal; a dome rises over the thickness, which is that of the rim.

    Args:
        bottom: z of its underside.
    """
    top = bottom + thickness
    rise = {CrystalForm.FLAT: 0.0, CrystalForm.DOMED: 0.035, CrystalForm.BOX: 0.03}[form] * radius
    corners = [Corner(0.0, bottom), Corner(radius, bottom, 0.05)]
    if form is CrystalForm.FLAT:
        corners += [
            Corner(radius, top - BEVEL, 0.06),
            Corner(radius - BEVEL, top, 0.06),
            Corner(0.0, top),
        ]
        return extruded(circle(0.0, segments), rounded(corners, closed=False))
    rim = 0.9 if form is CrystalForm.BOX else BEVEL
    sphere = (radius**2 + rise**2) / (2.0 * rise)
    angle = np.linspace(np.arcsin((radius - rim - 0.3) / sphere), 0.0, DOME_STEPS + 1)
    fan = np.stack([np.sin(angle), np.cos(angle)], axis=-1)
    dome = sphere * fan + (0.0, top + rise - sphere)
    before = sphere * np.cos(np.arcsin((radius - rim) / sphere)) + top + rise - sphere
    wall = rounded(
        [
            *corners,
            Corner(radius, top - 0.5 * rim, min(0.45 * rim, 0.35)),
            Corner(radius - rim, before, 0.2 * rim),
            Corner(*dome[0]),
        ],
        closed=False,
    )
    profile = Outline(
        np.concatenate([wall.points[:-1], dome]),
        np.concatenate([wall.normals[:-1], fan]),
        np.zeros(len(wall.points) + DOME_STEPS),
        False,
    )
    return extruded(circle(0.0, segments), profile)


def plate(outline: Outline, bottom: float, thickness: float) -> Shell:
    """A flat crystal of another shape; the outline's corners are rounder than the bevel."""
    top = bottom + thickness
    profile = rounded(
        [
            Corner(-0.3, bottom),
            Corner(0.0, bottom, 0.05),
            Corner(0.0, top - BEVEL, 0.06),
            Corner(-BEVEL, top, 0.06),
            Corner(-BEVEL - 0.2, top),
        ],
        closed=False,
    )
    return extruded(outline, profile)

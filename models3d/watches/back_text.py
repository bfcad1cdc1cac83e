"""Words on the case back. Millimetres; read from below, 12 o'clock up."""

from __future__ import annotations

from dataclasses import replace

import manifold3d
import numpy as np

from models3d.bill import EngravingLot
from models3d.engraving.cut import (
    CLEARANCE_MM,
    CORNER_DEG,
    ENGRAVED_UV,
    LONGEST_EDGE_MM,
    engrave_plane,
)
from models3d.engraving.limits import FIGURES, fitted
from models3d.engraving.look import engraved
from models3d.engraving.text import Lettering
from models3d.frames import Array
from models3d.mesh import Part
from models3d.metals import metal_material
from models3d.watches.metals import POLISHED_FINISH, two_finish_parts
from models3d.watches.shells import Shell, from_solid

DEPTH = 0.12
# by which outlines may stray, finest first: the first that leaves no more corners is taken
OUTLINES_OFF = (0.008, 0.012, 0.018, 0.025)
MOST_CORNERS = 1500
RING_SHARE = 0.60  # of the ring's width that capitals take: some letters hang below the line
LINE_LETTERS = 2.0  # height on a rectangular back
FIELDS = ("engraving", "typeface")
# Seen from below with 12 o'clock up, x runs the other way: the text is turned about y.
BACK_FROM_TEXT = np.diag([-1.0, 1.0, -1.0, 1.0])


def ring_line(text: str, typeface: str, inner: float, outer: float) -> Lettering:
    """The text, if it fits round a ring between these radii.

    Raises:
        Unbuildable: it is too long or too fine, or a character has no glyph; says what would fit.
    """
    length = np.pi * (inner + outer) * FIGURES["usable_circumference"]
    height = round(RING_SHARE * (outer - inner), 2)
    return fitted(text, typeface, height, length, outer - inner, "round the case back", FIELDS)


def flat_line(text: str, typeface: str, width: float, height: float) -> Lettering:
    """The text, if it fits across a field of this size.

    Raises:
        Unbuildable: it is too long or too fine, or a character has no glyph; says what would fit.
    """
    return fitted(text, typeface, LINE_LETTERS, width, height, "across the case back", FIELDS)


def engraved_round(back: Shell, line: Lettering, inner: float, outer: float) -> Shell:
    """Cut round the flat ring, to be read clockwise.

    The ring is flat, so the strokes are bent as outlines and then sunk straight: a quarter of the
    triangles that bending a solid would take.
    """
    radius = (inner + outer) / 2.0
    strokes = _simplified(line.centered())
    bent = [_bent(polygon, radius) for polygon in strokes.to_polygons()]
    strokes = manifold3d.CrossSection(bent, manifold3d.FillRule.NonZero)
    tool = strokes.extrude(DEPTH + CLEARANCE_MM).translate((0.0, 0.0, -DEPTH))
    mesh = tool.calculate_normals(0, CORNER_DEG).to_mesh64()
    turn = BACK_FROM_TEXT[:3, :3]
    rows = np.asarray(mesh.vert_properties)
    uvs = np.broadcast_to(ENGRAVED_UV, (len(rows), 2))
    cutter = manifold3d.Manifold(
        manifold3d.Mesh64(
            np.ascontiguousarray(np.hstack([rows[:, :3] @ turn.T, rows[:, 3:6] @ turn.T, uvs])),
            np.array(mesh.tri_verts, np.uint64),
            merge_from_vert=np.asarray(mesh.merge_from_vert, np.uint64),
            merge_to_vert=np.asarray(mesh.merge_to_vert, np.uint64),
        )
    )
    return from_solid(back.solid() - cutter)


def _simplified(strokes: manifold3d.CrossSection) -> manifold3d.CrossSection:
    """The same letters with fewer corners: each costs five triangles."""
    drawn = (strokes.simplify(off) for off in OUTLINES_OFF)
    fewest = strokes
    for fewest in drawn:
        if fewest.num_vert() <= MOST_CORNERS:
            break
    return fewest


def _bent(polygon: Array, radius: float) -> Array:
    """An outline (n, 2) laid along a circle, tops outwards, its middle at 12 o'clock."""
    following = np.roll(polygon, -1, axis=0)
    pieces = np.ceil(np.linalg.norm(following - polygon, axis=1) / LONGEST_EDGE_MM).astype(int)
    which = np.repeat(np.arange(len(polygon)), pieces)
    share = (np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[which]
    fine = polygon[which] + (following - polygon)[which] * share[:, None]
    angle = np.pi / 2.0 - fine[:, 0] / radius
    distance = radius + fine[:, 1]
    return np.asarray(distance[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1))


def engraved_across(back: Shell, line: Lettering) -> Shell:
    """Cut across the middle."""
    return from_solid(engrave_plane(back.solid(), line, BACK_FROM_TEXT, DEPTH))


def engraved_parts(back: Shell, metal: str, model_from_part: Array) -> tuple[Part, ...]:
    """The case back with the floors of its letters matte and dark."""
    body, *land = two_finish_parts("case_back", back, metal, model_from_part)
    cut: Array = np.all(np.abs(back.uvs - ENGRAVED_UV) < 1e-6, axis=1)
    told = replace(back, uvs=np.where(cut[:, None], back.uvs, 0.0))
    material = engraved(metal_material(metal, POLISHED_FINISH))
    return replace(body, mesh=told.textured(), material=material), *land


def engraving_lot(line: Lettering) -> EngravingLot:
    """For the bill."""
    return EngravingLot(line.text, line.typeface, "case_back", line.letter_height_mm, DEPTH)

"""Cutting a lettering into a solid: on a plane, inside or outside a hoop, round a circle.

Solids are in millimetres, as `models3d.solids.solid` makes them. The tool is the lettering's own
outlines, swept down to the depth and bent to the surface, so that its floor follows the surface.
What a tool leaves carries the texture coordinates of `ENGRAVED_UV`: a material made by
`models3d.engraving.look.engraved` shows it matte and dark, in one closed body with its metal.
"""

from __future__ import annotations

from collections.abc import Callable

import manifold3d
import numpy as np

from models3d.engraving.text import Lettering
from models3d.frames import Array

CLEARANCE_MM = 0.3  # the tool stands out of the surface: a dome rises into it
LONGEST_EDGE_MM = 0.55  # a chord of it strays 4 micrometres from a ring's curve
CORNER_DEG = 40.0  # between walls that meet in an edge
ENGRAVED_UV = (0.5, 0.75)  # texture coordinates of engraved floors; see `look`

# From points (n, 3) in the lettering's frame (z up from the surface) to points (n, 3) and frames
# (n, 3, 3) whose columns are where x, y and z point there.
Bend = Callable[[Array], tuple[Array, Array]]
Height = Callable[[Array, Array], Array]


def engrave_plane(
    body: manifold3d.Manifold,
    lettering: Lettering,
    body_from_text: Array,
    depth_mm: float,
    height_mm: Height | None = None,
) -> manifold3d.Manifold:
    """Cut into a flat or gently domed face.

    Args:
        body_from_text: (4, 4) rigid, millimetres: origin at the middle of the ink, x along the
            line, y up the letters, z out of the metal.
        height_mm: of the surface above the plane at x, y; None: it is flat.
    """

    def bend(points: Array) -> tuple[Array, Array]:
        lift = 0.0 if height_mm is None else height_mm(points[:, 0], points[:, 1])
        placed = points + np.stack(
            [0.0 * points[:, 0], 0.0 * points[:, 0], lift + 0.0 * points[:, 0]], -1
        )
        rotation = body_from_text[:3, :3]
        frames = np.broadcast_to(rotation, (len(points), 3, 3))
        return placed @ rotation.T + body_from_text[:3, 3], frames

    return body - _tool(lettering.centered(), depth_mm, bend, height_mm is not None)


def engrave_ring(
    body: manifold3d.Manifold,
    lettering: Lettering,
    radius_mm: Callable[[Array], Array] | float,
    inside: bool,
    depth_mm: float,
    *,
    centre_angle: float = np.pi,
    across_mm: float = 0.0,
) -> manifold3d.Manifold:
    """Cut into a hoop about +Y, letters upright along +Y, read from where its side is seen.

    Args:
        radius_mm: of the surface; of one that is not a cylinder, at each distance along Y.
        inside: the hole's surface, read from the axis; else the outside.
        centre_angle: radians from +Z towards +X of the middle of the ink.
        across_mm: Y of the middle of the ink.
    """
    radius = radius_mm if callable(radius_mm) else lambda y: np.full_like(y, radius_mm)
    mean = float(radius(np.array([across_mm]))[0])
    turn, out = (-1.0, -1.0) if inside else (1.0, 1.0)

    def bend(points: Array) -> tuple[Array, Array]:
        angle = centre_angle + turn * points[:, 0] / mean
        across = across_mm + points[:, 1]
        distance = radius(across) + out * points[:, 2]
        step = 1e-3
        slope = (radius(across + step) - radius(across - step)) / (2.0 * step)
        radial = np.stack([np.sin(angle), 0.0 * angle, np.cos(angle)], -1)
        along = turn * np.stack([np.cos(angle), 0.0 * angle, -np.sin(angle)], -1)
        up = np.array([0.0, 1.0, 0.0]) + slope[:, None] * radial
        up /= np.linalg.norm(up, axis=1, keepdims=True)
        placed = distance[:, None] * radial + across[:, None] * np.array([0.0, 1.0, 0.0])
        return placed, np.stack([along, up, np.cross(along, up)], axis=-1)

    return body - _tool(lettering.centered(), depth_mm, bend, True)


def engrave_circle(
    body: manifold3d.Manifold,
    lettering: Lettering,
    body_from_disc: Array,
    radius_mm: float,
    depth_mm: float,
    *,
    centre_angle: float = np.pi / 2.0,
    tops_outwards: bool = True,
) -> manifold3d.Manifold:
    """Cut round a disc.

    Args:
        body_from_disc: (4, 4) rigid, millimetres: origin at the disc's centre on its surface, z
            out of the metal.
        radius_mm: of the circle through the middle of the ink's height.
        centre_angle: radians from x towards y of the middle of the ink.
        tops_outwards: letters stand on their circle and run clockwise; else they hang from it and
            run counter-clockwise, to be read along the lower half.
    """
    sign = 1.0 if tops_outwards else -1.0

    def bend(points: Array) -> tuple[Array, Array]:
        angle = centre_angle - sign * points[:, 0] / radius_mm
        distance = radius_mm + sign * points[:, 1]
        radial = np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], -1)
        up = sign * radial
        out = np.tile([0.0, 0.0, 1.0], (len(points), 1))
        rotation = body_from_disc[:3, :3]
        flat = distance[:, None] * radial + points[:, 2:] * (0.0, 0.0, 1.0)
        frames = rotation @ np.stack([np.cross(up, out), up, out], axis=-1)
        return flat @ rotation.T + body_from_disc[:3, 3], frames

    return body - _tool(lettering.centered(), depth_mm, bend, True)


def _tool(
    strokes: manifold3d.CrossSection, depth_mm: float, bend: Bend, curved: bool
) -> manifold3d.Manifold:
    """The strokes as a solid from the floor to above the surface, bent to it."""
    height = depth_mm + CLEARANCE_MM
    flat = strokes.extrude(height).translate((0.0, 0.0, -depth_mm))
    if curved:
        flat = flat.refine_to_length(LONGEST_EDGE_MM)
    # the tool's normals look out of the tool; `models3d.solids.skin` turns them for the cut
    mesh = flat.calculate_normals(0, CORNER_DEG).to_mesh64()
    properties = np.asarray(mesh.vert_properties)
    placed, frames = bend(properties[:, :3])
    normals = np.einsum("nij,nj->ni", frames, properties[:, 3:6])
    uvs = np.broadcast_to(ENGRAVED_UV, (len(placed), 2))
    return manifold3d.Manifold(
        manifold3d.Mesh64(
            np.ascontiguousarray(np.concatenate([placed, normals, uvs], axis=1)),
            np.array(mesh.tri_verts, np.uint64),  # a copy: the mesh lends its own read-only
            merge_from_vert=np.asarray(mesh.merge_from_vert, np.uint64),
            merge_to_vert=np.asarray(mesh.merge_to_vert, np.uint64),
        )
    )

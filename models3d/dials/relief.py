"""Small raised things of a dial: bodies with a bevelled edge, and flat print.

Outlines in millimetres, meshes in metres.
"""

from __future__ import annotations

import manifold3d
import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh, merge
from models3d.solids import MM

PRINT_HEIGHT_MM = 0.02  # a pad print's ink


def polygon(points: Array) -> manifold3d.CrossSection:
    """A region from one outline (n, 2) in mm, wound either way."""
    return manifold3d.CrossSection([points], manifold3d.FillRule.NonZero)


def flat(region: manifold3d.CrossSection, z_mm: float) -> Mesh:
    """The region as a face that looks up."""
    polygons = region.to_polygons()
    points = np.concatenate(polygons)
    positions = np.column_stack([points, np.full(len(points), z_mm)]) * MM
    normals = np.tile([0.0, 0.0, 1.0], (len(points), 1))
    return Mesh(positions, normals, np.asarray(manifold3d.triangulate(polygons), np.int32))


def raised(
    region: manifold3d.CrossSection,
    height_mm: float,
    *,
    inset_mm: float = 0.0,
    drop_mm: float = 0.0,
    base_mm: float = 0.0,
) -> Mesh:
    """A prism whose upper edge is bevelled; every facet has its own normal. Closed below.

    Args:
        inset_mm, drop_mm: how far the bevel goes in and down.
        base_mm: height on which it stands.
    """
    polygons = region.to_polygons()
    top = base_mm + height_mm
    shoulder = top - drop_mm
    faces = [_walls(polygons, base_mm, shoulder), _underside(region, base_mm)]
    inner = region.offset(-inset_mm, manifold3d.JoinType.Miter, 4.0)
    if inset_mm == 0.0 or inner.is_empty():
        return merge([*faces, flat(region, shoulder)])
    return merge([*faces, _bevel(polygons, inner.to_polygons(), shoulder, top), flat(inner, top)])


def _underside(region: manifold3d.CrossSection, z_mm: float) -> Mesh:
    face = flat(region, z_mm)
    return Mesh(face.positions, -face.normals, np.ascontiguousarray(face.triangles[:, ::-1]))


def _walls(polygons: list[Array], low_mm: float, high_mm: float) -> Mesh:
    """Upright facets along every outline."""
    starts = np.concatenate(polygons)
    ends = np.concatenate([np.roll(p, -1, axis=0) for p in polygons])
    along = ends - starts
    outward = np.column_stack([along[:, 1], -along[:, 0], 0.0 * along[:, 0]])
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    low, high = np.full((len(starts), 1), low_mm), np.full((len(starts), 1), high_mm)
    corners = np.stack(
        [
            np.hstack([starts, low]),
            np.hstack([ends, low]),
            np.hstack([ends, high]),
            np.hstack([starts, high]),
        ],
        axis=1,
    )
    first = 4 * np.arange(len(starts))[:, None]
    triangles = np.concatenate([first + np.array(half) for half in ((0, 1, 2), (0, 2, 3))])
    return Mesh(
        corners.reshape(-1, 3) * MM, np.repeat(outward, 4, axis=0), triangles.astype(np.int32)
    )


def _bevel(outlines: list[Array], insets: list[Array], shoulder_mm: float, top_mm: float) -> Mesh:
    """Facets between outlines and their insets, each flat."""
    band = [*outlines, *(inset[::-1] for inset in insets)]
    points, count = np.concatenate(band), sum(len(outline) for outline in outlines)
    z = np.where(np.arange(len(points)) < count, shoulder_mm, top_mm)
    corners = np.column_stack([points, z])[np.asarray(manifold3d.triangulate(band))]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    size = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(size > 1e-12, normals / np.maximum(size, 1e-12), [0.0, 0.0, 1.0])
    return Mesh(
        corners.reshape(-1, 3) * MM,
        np.repeat(normals, 3, axis=0),
        np.arange(3 * len(corners), dtype=np.int32).reshape(-1, 3),
    )

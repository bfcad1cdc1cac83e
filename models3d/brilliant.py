"""The round brilliant: 57 facets, a round girdle and, on request, a culet, from its proportions.

Frame: girdle radius 1, table on +Z, z = 0 at the upper girdle edge, azimuth 0 (+X) through a
pavilion main. Percentages are of the girdle diameter, angles to the girdle plane, as on a
grading report.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Final

import numpy as np

from models3d.errors import ModelError
from models3d.facets import Planes, Polyhedron, facet_mesh, polyhedron
from models3d.frames import Array
from models3d.mesh import Mesh

GIRDLE_SEGMENTS: Final = 96  # a multiple of 16, so that corners fall on the facets' meets
DIAMOND_DENSITY_G_CM3: Final = 3.52
GRAMS_PER_CARAT: Final = 0.2
EIGHTH: Final = np.pi / 4.0  # azimuth from main to main
SMALLEST_CULET_PCT: Final = 0.1

# What grading reports show on real stones, from old European cuts to spread ones.
LIMITS: Final = {
    "diameter_mm": (0.5, 60.0),
    "table_pct": (38.0, 80.0),
    "crown_angle_deg": (15.0, 50.0),
    "pavilion_angle_deg": (34.0, 50.0),
    "girdle_pct": (0.5, 12.0),
    "star_length_pct": (25.0, 85.0),
    "lower_half_pct": (35.0, 95.0),
    "culet_pct": (0.0, 20.0),
}


def _shortest_star_pct(table_pct: float) -> float:
    """Star length at which the stars lie in the plane of the table."""
    corner, apothem = table_pct / 100.0, table_pct / 100.0 * np.cos(EIGHTH / 2.0)
    return float(100.0 * (corner / np.cos(EIGHTH / 2.0) - apothem) / (1.0 - apothem))


@dataclass(frozen=True, slots=True)
class RoundBrilliant:
    """Proportions of a round brilliant; the defaults lie in the middle of GIA's Excellent.

    Raises:
        ModelError: a proportion is out of the range that real stones have, the stars would stand
            above the table, or the culet cuts into the lower halves.
    """

    diameter_mm: float = 6.469  # one carat of diamond at these proportions
    table_pct: float = 57.0  # corner to corner
    crown_angle_deg: float = 34.5
    pavilion_angle_deg: float = 40.75
    girdle_pct: float = 3.0  # thickness at the mains
    star_length_pct: float = 55.0  # of the way from the table's edge to the girdle
    lower_half_pct: float = 77.0  # of the way from the girdle to the centre
    culet_pct: float = 0.0  # corner to corner; 0: a point

    def __post_init__(self) -> None:
        for field in fields(self):
            value, (low, high) = getattr(self, field.name), LIMITS[field.name]
            if not low <= value <= high:
                raise ModelError(f"{field.name} must be from {low:g} to {high:g}, got {value!r}")
        shortest = _shortest_star_pct(self.table_pct) + 1.0
        if self.star_length_pct < shortest:
            raise ModelError(
                f"with a table of {self.table_pct:g} % the star length must be at least "
                f"{shortest:.1f} %, got {self.star_length_pct:g} %: the stars would stand above it"
            )
        if 0.0 < self.culet_pct < SMALLEST_CULET_PCT:
            raise ModelError(
                f"culet_pct must be 0 (a point) or at least {SMALLEST_CULET_PCT:g}, "
                f"got {self.culet_pct!r}"
            )
        if self.culet_pct >= 0.95 * (100.0 - self.lower_half_pct):
            raise ModelError(
                f"a culet of {self.culet_pct:g} % reaches the lower halves, which end "
                f"{100.0 - self.lower_half_pct:g} % from the centre"
            )

    @property
    def depth_pct(self) -> float:
        """Total depth, table to culet."""
        crown = (1.0 - self.table_pct / 100.0) * np.tan(np.radians(self.crown_angle_deg))
        return float(50.0 * crown + self.girdle_pct + 50.0 * _pavilion_depth(self))


def planes(cut: RoundBrilliant, segments: int = GIRDLE_SEGMENTS) -> Planes:
    """Half-spaces of the stone, in the frame of this module.

    Groups, in order: table, star (8), bezel_facet (8), upper_girdle (16), pavilion_main (8),
    lower_girdle (16), culet (0 or 1), girdle (`segments`, a multiple of 16).
    """
    table, star = cut.table_pct / 100.0, cut.star_length_pct / 100.0
    crown, pavilion = np.radians([cut.crown_angle_deg, cut.pavilion_angle_deg])
    girdle = 2.0 * cut.girdle_pct / 100.0
    inner = 1.0 - cut.lower_half_pct / 100.0
    mains = EIGHTH * np.arange(8.0)
    halves = mains + EIGHTH / 2.0
    apothem = np.cos(EIGHTH / 2.0)

    star_radius = table * apothem + star * (1.0 - table * apothem)
    table_corners = _points(table, mains, (1.0 - table) * np.tan(crown))
    star_tips = _points(star_radius, halves, (1.0 - star_radius * apothem) * np.tan(crown))
    lower_tips = _points(inner, halves, -girdle - (1.0 - inner * apothem) * np.tan(pavilion))
    upper_edge, lower_edge = _points(1.0, mains, 0.0), _points(1.0, mains, -girdle)
    upper_meet, lower_meet = _points(1.0, halves, 0.0), _points(1.0, halves, -girdle)

    after = np.roll(np.arange(8), -1)
    segment = 2.0 * np.pi / segments
    sides = segment * (np.arange(float(segments)) + 0.5)
    groups = [
        ("table", np.array([[0.0, 0.0, 1.0]]), table_corners[:1]),
        ("star", _normals(table_corners, star_tips, table_corners[after]), star_tips),
        ("bezel_facet", _sloping(mains, crown, 1.0), upper_edge),
        ("upper_girdle", _normals(star_tips, upper_edge, upper_meet), star_tips),
        ("upper_girdle", _normals(star_tips, upper_meet, upper_edge[after]), star_tips),
        ("pavilion_main", _sloping(mains, pavilion, -1.0), lower_edge),
        ("lower_girdle", _normals(lower_tips, lower_meet, lower_edge), lower_tips),
        ("lower_girdle", _normals(lower_tips, lower_edge[after], lower_meet), lower_tips),
        ("girdle", _sloping(sides, np.pi / 2.0, 1.0), _points(np.cos(segment / 2.0), sides, 0.0)),
    ]
    if cut.culet_pct > 0.0:
        bottom = np.array([[0.0, 0.0, -girdle - _pavilion_depth(cut)]])
        groups.insert(-1, ("culet", np.array([[0.0, 0.0, -1.0]]), bottom))
    normals = np.concatenate([normal for _, normal, _ in groups])
    through = np.concatenate([point for _, _, point in groups])
    return Planes(
        normals,
        np.einsum("ij,ij->i", normals, through),
        tuple(name for name, normal, _ in groups for _ in normal),
    )


def unit_body(cut: RoundBrilliant, segments: int = GIRDLE_SEGMENTS) -> Polyhedron:
    """The stone's polyhedron in the frame of this module: girdle radius 1."""
    return _unit_body(replace(cut, diameter_mm=2.0), segments)


@lru_cache(maxsize=64)
def _unit_body(cut: RoundBrilliant, segments: int) -> Polyhedron:
    girdle = 2.0 * cut.girdle_pct / 100.0
    return polyhedron(planes(cut, segments), np.array([0.0, 0.0, -girdle / 2.0]))


def build(cut: RoundBrilliant, segments: int = GIRDLE_SEGMENTS) -> Mesh:
    """The stone in metres: flat facets, each with its own vertices, and a smooth girdle.

    The triangles of a facet lie together, in the order of `planes`.
    """
    body = unit_body(cut, segments)
    mesh = facet_mesh(body, cut.diameter_mm / 2000.0)
    on_girdle = np.concatenate(
        [
            np.full(len(facet), group == "girdle")
            for group, facet in zip(body.planes.groups, body.facets, strict=True)
        ]
    )
    radial = mesh.positions * (1.0, 1.0, 0.0)
    radial /= np.maximum(np.linalg.norm(radial, axis=1, keepdims=True), 1e-12)
    return replace(mesh, normals=np.where(on_girdle[:, None], radial, mesh.normals))


def facet_groups(cut: RoundBrilliant) -> tuple[str, ...]:
    """The group of each triangle of `build(cut)`: table, star, bezel_facet …"""
    body = unit_body(cut)
    return tuple(
        group
        for group, facet in zip(body.planes.groups, body.facets, strict=True)
        for _ in facet[2:]
    )


def carat(cut: RoundBrilliant, density_g_cm3: float = DIAMOND_DENSITY_G_CM3) -> float:
    """Weight in carats (0.2 g) from the volume of the mesh."""
    volume_mm3 = unit_body(cut).volume() * (cut.diameter_mm / 2.0) ** 3
    return volume_mm3 * density_g_cm3 / 1000.0 / GRAMS_PER_CARAT


def diameter_mm_for_carat(
    weight_ct: float,
    density_g_cm3: float = DIAMOND_DENSITY_G_CM3,
    cut: RoundBrilliant = RoundBrilliant(),
) -> float:
    """Diameter of the stone of this weight with the proportions of `cut`; inverse of `carat`.

    Raises:
        ModelError: the weight is not positive.
    """
    if not weight_ct > 0.0:
        raise ModelError(f"a stone weighs more than 0 ct, got {weight_ct!r}")
    of_one_mm = carat(replace(cut, diameter_mm=1.0), density_g_cm3)
    return float((weight_ct / of_one_mm) ** (1.0 / 3.0))


def _pavilion_depth(cut: RoundBrilliant) -> float:
    """From the lower girdle edge to the culet, girdle radius 1."""
    culet_apothem = cut.culet_pct / 100.0 * np.cos(EIGHTH / 2.0)
    return float((1.0 - culet_apothem) * np.tan(np.radians(cut.pavilion_angle_deg)))


def _points(radius: float, azimuths: Array, z: float) -> Array:
    """(n, 3) points on a circle about the axis."""
    return np.stack(
        [radius * np.cos(azimuths), radius * np.sin(azimuths), np.full(len(azimuths), z)], axis=1
    )


def _sloping(azimuths: Array, angle: float, up: float) -> Array:
    """(n, 3) normals of planes at `angle` to the girdle plane, facing up (1) or down (-1)."""
    return _points(float(np.sin(angle)), azimuths, up * float(np.cos(angle)))


def _normals(a: Array, b: Array, c: Array) -> Array:
    """(n, 3) unit normals of the planes through a, b and c, counter-clockwise from outside."""
    normals = np.cross(b - a, c - a)
    unit: Array = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    return unit

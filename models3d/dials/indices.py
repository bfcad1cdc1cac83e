"""Applied indices and printed numerals round a dial, and the lume laid on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import manifold3d
import numpy as np

from models3d.dials.digits import figures
from models3d.dials.regions import Circle, Shape
from models3d.dials.relief import PRINT_HEIGHT_MM, flat, polygon, raised
from models3d.dials.roman import numeral
from models3d.frames import Array
from models3d.mesh import Mesh, merge
from models3d.solids import MM

HEIGHT_MM = 0.4  # of applied indices
OUTLINE_OFF_MM = 0.006  # by which a numeral's outline may stray
LUME_DOME_MM = 0.07
LUME_EDGE_MM = 0.17  # of metal left round the lume


class Indices(StrEnum):
    """What marks the hours."""

    BATON = "baton"
    ROMAN = "roman"
    ARABIC = "arabic"
    DOT = "dot"


@dataclass(frozen=True, slots=True)
class HourPlace:
    """Where one hour's index may stand, along the ray from the centre; millimetres."""

    hour: int  # 0 is 12 o'clock
    outer_mm: float
    inner_mm: float

    @property
    def angle(self) -> float:
        """Clock angle in radians."""
        return self.hour * np.pi / 6.0

    @property
    def length_mm(self) -> float:
        """Along the ray."""
        return self.outer_mm - self.inner_mm


@dataclass(frozen=True, slots=True, eq=False)
class IndexSet:
    """Meshes of one kind with their places, in the dial frame."""

    name: str
    mesh: Mesh
    model_from_part: Array  # (k, 4, 4)
    lume: Mesh | None = None  # lies in the same places


def on_ray(place: HourPlace, radius_mm: float) -> Array:
    """(4, 4): the index frame (y outwards along the ray, x clockwise) in the dial frame."""
    s, c = np.sin(place.angle), np.cos(place.angle)
    matrix = np.eye(4)
    matrix[:2, :2] = [[c, s], [-s, c]]
    matrix[:2, 3] = np.array([s, c]) * radius_mm * MM
    return matrix


def batons(
    places: Sequence[HourPlace], length_mm: float, width_mm: float, lume: bool
) -> tuple[IndexSet, ...]:
    """Faceted bars, two at 12; beside sub-dials and the date they are cut shorter."""
    sets: list[IndexSet] = []
    for share in sorted({round(p.length_mm / length_mm, 2) for p in places}, reverse=True):
        here = [p for p in places if round(p.length_mm / length_mm, 2) == share]
        mesh, plot = _baton(length_mm * share, width_mm, lume)
        matrices = []
        for place in here:
            middle = on_ray(place, (place.outer_mm + place.inner_mm) / 2.0)
            shifts = (-0.62, 0.62) if place.hour == 0 else (0.0,)
            for shift in shifts:
                aside = np.eye(4)
                aside[0, 3] = shift * width_mm * MM
                matrices.append(middle @ aside)
        name = "indices" if not sets else f"short_indices_{len(sets)}"
        sets.append(IndexSet(name, mesh, np.stack(matrices), plot))
    return tuple(sets)


def dots(
    places: Sequence[HourPlace], size_mm: float, length_mm: float, lume: bool
) -> tuple[IndexSet, ...]:
    """Framed discs, bars at 3, 6 and 9 and a triangle at 12, for reading in the dark."""
    half = size_mm / 2.0
    bar = polygon(
        np.array([[-0.42, -0.5], [0.42, -0.5], [0.42, 0.5], [-0.42, 0.5]]) * [size_mm, length_mm]
    )
    angle = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    disc = polygon(np.stack([np.cos(angle), np.sin(angle)], axis=-1) * half)
    triangle = polygon(
        np.array([[-0.86, 0.5], [0.0, -0.5], [0.86, 0.5]]) * [size_mm, length_mm]
    ).offset(-0.12, manifold3d.JoinType.Round, 2.0, 24)
    triangle = triangle.offset(0.12, manifold3d.JoinType.Round, 2.0, 24)
    kinds = (("triangle", triangle, (0,)), ("bars", bar, (3, 6, 9)),
             ("dots", disc, (1, 2, 4, 5, 7, 8, 10, 11)))  # fmt: skip
    sets = []
    for name, region, hours in kinds:
        here = [p for p in places if p.hour in hours and p.length_mm > 0.9 * length_mm]
        if here:
            mesh, plot = _framed(region, lume)
            inset = half if name == "dots" else length_mm / 2.0
            matrices = np.stack([on_ray(p, p.outer_mm - inset) for p in here])
            sets.append(IndexSet(name, mesh, matrices, plot))
    return tuple(sets)


def numerals(
    places: Sequence[HourPlace], edge: Shape, height_mm: float, kind: Indices, applied: bool
) -> Mesh:
    """Roman numerals with their feet to the centre, or upright figures, as one mesh.

    Args:
        edge: what no corner of a numeral may cross; numerals move to the centre for it, on a
            round dial all alike.
    """
    drawn = numeral if kind is Indices.ROMAN else _upright
    shown = [p for p in places if p.length_mm > 0.95 * height_mm]
    regions = []
    for place in shown:
        region = drawn(place.hour).translate((0.0, -0.5)).scale((height_mm, height_mm))
        region = region.simplify(OUTLINE_OFF_MM)
        if kind is Indices.ROMAN:
            region = region.rotate(-_lean_deg(place.hour, edge))
        regions.append(region)
    middles = np.array([(p.outer_mm + p.inner_mm) / 2.0 for p in shown])
    rays = np.array([[np.sin(p.angle), np.cos(p.angle)] for p in shown])
    shifts = np.array(
        [_shift(r, m * ray, ray, edge) for r, m, ray in zip(regions, middles, rays, strict=True)]
    )
    if isinstance(edge, Circle):
        shifts[:] = shifts.max()
    meshes = []
    for region, middle, ray in zip(regions, middles - shifts, rays, strict=True):
        placed = region.translate((float(middle * ray[0]), float(middle * ray[1])))
        meshes.append(
            raised(placed, 0.8 * HEIGHT_MM, inset_mm=0.05, drop_mm=0.05)
            if applied
            else flat(placed, PRINT_HEIGHT_MM)
        )
    return merge(meshes)


def _lean_deg(hour: int, edge: Shape) -> float:
    """Clockwise turn of a Roman numeral: along its ray, in a rectangle square to its side."""
    if isinstance(edge, Circle):
        return 30.0 * hour
    return 90.0 * ((hour + 1) // 3)


def _shift(region: manifold3d.CrossSection, middle: Array, ray: Array, edge: Shape) -> float:
    """How far to move inwards along the ray for all of a region to lie inside an edge."""
    points = np.concatenate(region.to_polygons()) + middle
    steps = np.arange(0.0, 4.0, 0.05)
    inside = [bool((edge.distance(points - step * ray) <= 0.0).all()) for step in steps]
    return float(steps[inside.index(True)]) if True in inside else 0.0


def _upright(hour: int) -> manifold3d.CrossSection:
    return figures(str(hour or 12))


def _baton(length_mm: float, width_mm: float, lume: bool) -> tuple[Mesh, Mesh | None]:
    half_length, outer, inner = length_mm / 2.0, width_mm / 2.0, 0.42 * width_mm
    region = polygon(
        np.array(
            [
                [-inner, -half_length],
                [inner, -half_length],
                [outer, half_length],
                [-outer, half_length],
            ]
        )
    )
    if lume:
        return _framed(region, lume)
    return raised(region, HEIGHT_MM, inset_mm=0.30 * width_mm, drop_mm=0.42 * HEIGHT_MM), None


def _framed(region: manifold3d.CrossSection, lume: bool) -> tuple[Mesh, Mesh | None]:
    """A bevelled body; with lume, a rim of metal round a domed plot."""
    body = raised(region, HEIGHT_MM, inset_mm=0.10, drop_mm=0.10)
    if not lume:
        return body, None
    plot = region.offset(-LUME_EDGE_MM, manifold3d.JoinType.Round, 2.0, 24)
    dome = raised(plot, LUME_DOME_MM, inset_mm=0.08, drop_mm=0.05, base_mm=HEIGHT_MM - 0.01)
    return body, dome

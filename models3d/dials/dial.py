"""A watch's dial from its options.

Dial frame: +Z is the dial's normal, 12 o'clock at +Y, 3 o'clock at +X, z = 0 on the plate.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from models3d.dials.date import date_parts, window
from models3d.dials.indices import (
    HEIGHT_MM,
    LUME_DOME_MM,
    HourPlace,
    Indices,
    batons,
    dots,
    numerals,
)
from models3d.dials.plates import guilloche_plate, plain_plate
from models3d.dials.printing import ring, track
from models3d.dials.regions import Circle, Rectangle, Shape, reach_along
from models3d.dials.signature import NAME, check_signature, signed
from models3d.dials.sub_dials import SubDial, SubDialKind, scale, sub_dial_parts
from models3d.dials.surfaces import (
    DialStyle,
    dial_colour,
    index_material,
    lume,
    lume_material,
    print_material,
    sub_dial_material,
)
from models3d.errors import ModelError
from models3d.mesh import Mesh, Part, merge
from models3d.metals import metal

__all__ = ["NAME", "Dial", "DialShape", "DialStyle", "Indices", "SubDial", "SubDialKind"]

KEPT = 16  # dials: watches with other straps have the same one
DIAMETERS_MM = (16.0, 40.0)
SIDES_MM = (12.0, 40.0)
SIGNATURE_HEIGHT, SIGNATURE_WIDTH = 0.062, 0.66  # shares of the half width
MARGIN_MM = 0.45  # of plain dial outside the minute track
TRACK_GAP_MM, RAILWAY_GAP_MM = 0.30, 0.45  # to the indices
SHORTEST_INDEX = 0.45  # share of an index that a sub-dial or the date may leave
INDEX_LENGTHS = {  # along the ray, as a share of the dial's half width
    Indices.BATON: 0.21,
    Indices.ROMAN: 0.24,
    Indices.ARABIC: 0.20,
    Indices.DOT: 0.19,
}


class DialShape(StrEnum):
    """The outline."""

    ROUND = "round"
    RECTANGULAR = "rectangular"


@dataclass(frozen=True, slots=True)
class Dial:
    """A dial.

    Raises:
        ModelError: a measure is out of range, or no such colour, metal or lume.
        Unbuildable: the signature is too long or has other characters than letters.
    """

    shape: DialShape = DialShape.ROUND
    diameter_mm: float = 31.0  # what shows inside the rehaut; round only
    width_mm: float = 20.0  # rectangular only
    height_mm: float = 27.0
    style: DialStyle = DialStyle.SUNRAY
    colour: str = "silver"
    indices: Indices = Indices.BATON
    index_metal: str = "rhodium"
    lume: bool = False
    lume_colour: str = "c3"
    glows: bool = False  # as seen in the dark
    date: bool = False
    day: int = 8
    signature: str = NAME  # printed under 12; empty: none. Engine turning leaves no room for it
    sub_dials: tuple[SubDial, ...] = ()

    def __post_init__(self) -> None:
        if self.shape is DialShape.ROUND:
            _check("diameter_mm", self.diameter_mm, DIAMETERS_MM)
        else:
            _check("width_mm", self.width_mm, SIDES_MM)
            _check("height_mm", self.height_mm, SIDES_MM)
        if not 1 <= self.day <= 31:
            raise ModelError(f"day must be from 1 to 31, got {self.day!r}")
        check_signature(self.signature)
        dial_colour(self.colour)
        lume(self.lume_colour)
        metal(self.index_metal)

    @property
    def outline(self) -> Shape:
        """The edge of the plate."""
        if self.shape is DialShape.ROUND:
            return Circle(self.diameter_mm / 2.0)
        return Rectangle(self.width_mm, self.height_mm, 0.06 * self.width_mm)

    @property
    def half_width_mm(self) -> float:
        """From the centre to the nearest edge."""
        if self.shape is DialShape.ROUND:
            return self.diameter_mm / 2.0
        return min(self.width_mm, self.height_mm) / 2.0

    @property
    def track_length_mm(self) -> float:
        """Of an ordinary minute mark."""
        return 0.055 * self.half_width_mm

    @property
    def minute_track_radius_mm(self) -> float:
        """The middle of the minute marks, where they are nearest: the minute hand reaches it."""
        return self.half_width_mm - MARGIN_MM - 0.5 * self.track_length_mm

    @property
    def index_length_mm(self) -> float:
        """Of an hour's index along its ray."""
        return INDEX_LENGTHS[self.indices] * self.half_width_mm

    @property
    def index_outer_radius_mm(self) -> float:
        """Outer end of the indices where they are nearest."""
        marks, gap = (1.0, RAILWAY_GAP_MM) if self.has_railway_track else (1.5, TRACK_GAP_MM)
        return self.half_width_mm - MARGIN_MM - marks * self.track_length_mm - gap

    @property
    def index_inner_radius_mm(self) -> float:
        """Inner end of the indices where they are nearest: the hour hand reaches it."""
        return self.index_outer_radius_mm - self.index_length_mm

    @property
    def highest_mm(self) -> float:
        """Height of the indices over the plate: hands must clear it."""
        return HEIGHT_MM + LUME_DOME_MM

    @property
    def has_railway_track(self) -> bool:
        """Two printed lines with the minutes between them, instead of free marks."""
        return self.shape is DialShape.RECTANGULAR or self.indices is Indices.ROMAN

    def parts(self) -> tuple[Part, ...]:
        """The dial's parts in the dial frame, metres."""
        return _parts(self)


@lru_cache(maxsize=KEPT)
def _parts(dial: Dial) -> tuple[Part, ...]:
    return (
        *_plates(dial),
        *sub_dial_parts(
            dial.sub_dials,
            sub_dial_material(dial.style, dial_colour(dial.colour)),
            index_material(dial.index_metal),
        ),
        *_hours(dial),
        *_printing(dial),
        *_date(dial),
    )


def _check(name: str, value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    if not low <= value <= high:
        raise ModelError(f"{name} must be from {low:g} to {high:g}, got {value!r}")


def _window(dial: Dial) -> Rectangle:
    return window(dial.half_width_mm, dial.index_outer_radius_mm - 0.25)


def _holes(dial: Dial) -> list[Shape]:
    holes: list[Shape] = [sub_dial.outline for sub_dial in dial.sub_dials]
    return [*holes, _window(dial)] if dial.date else holes


def _panel(dial: Dial) -> Shape:
    """The engine-turned part of a guilloché dial."""
    if dial.shape is DialShape.ROUND:
        return Circle(dial.index_inner_radius_mm - 0.45)
    margin = dial.half_width_mm - dial.index_inner_radius_mm + 0.45
    return Rectangle(dial.width_mm - 2.0 * margin, dial.height_mm - 2.0 * margin, 0.2)


def _plates(dial: Dial) -> tuple[Part, ...]:
    colour, holes, unit = dial_colour(dial.colour), _holes(dial), dial.half_width_mm
    if dial.style is not DialStyle.GUILLOCHE:
        return plain_plate(dial.outline, holes, dial.style, colour, unit)
    edge = index_material(dial.index_metal)
    sunk = not dial.sub_dials
    return guilloche_plate(dial.outline, _panel(dial), holes, colour, unit, edge, sunk)


def _index_edge(dial: Dial) -> Shape:
    """What the indices' outer ends touch."""
    return dial.outline.grown(dial.index_outer_radius_mm - dial.half_width_mm)


def _places(dial: Dial) -> list[HourPlace]:
    """Room for each hour's index: the date and the sub-dials take theirs."""
    edge = _index_edge(dial)
    angle = np.arange(12) * (np.pi / 6.0)
    outer = reach_along(edge, angle)
    obstacles: list[Shape] = [sub_dial.outline.grown(0.35) for sub_dial in dial.sub_dials]
    if dial.date:
        obstacles.append(_window(dial).grown(0.5))
    places = []
    for hour in range(12):
        ray = np.array([np.sin(angle[hour]), np.cos(angle[hour])])
        along = np.linspace(outer[hour], outer[hour] - dial.index_length_mm, 41)
        points = along[:, None] * ray
        blocked = np.zeros(len(along), bool)
        for obstacle in obstacles:
            blocked |= obstacle.distance(points) < 0.0
        free = int(blocked.argmax()) - 1 if blocked.any() else len(along) - 1
        if free >= SHORTEST_INDEX * (len(along) - 1):
            places.append(HourPlace(hour, float(along[0]), float(along[free])))
    return places


def _hours(dial: Dial) -> tuple[Part, ...]:
    places, length = _places(dial), dial.index_length_mm
    applied = index_material(dial.index_metal)
    if dial.indices in (Indices.ROMAN, Indices.ARABIC):
        is_applied = dial.style is DialStyle.SUNRAY
        mesh = numerals(places, _index_edge(dial), length, dial.indices, is_applied)
        if is_applied:
            return (Part("numerals", mesh, applied, slot="index"),)
        ink = print_material(dial_colour(dial.colour).print_dark)
        return (Part("numerals", mesh, ink, slot="print"),)
    if dial.indices is Indices.BATON:
        width = (0.075 if dial.lume else 0.052) * dial.half_width_mm
        sets = batons(places, length, width, dial.lume)
    else:
        sets = dots(places, 0.145 * dial.half_width_mm, length, dial.lume)
    paint = lume_material(lume(dial.lume_colour), dial.glows)
    return (
        *(Part(s.name, s.mesh, applied, s.model_from_part, "index") for s in sets),
        *(
            Part(f"{s.name}_lume", s.lume, paint, s.model_from_part, "lume")
            for s in sets
            if s.lume is not None
        ),
    )


def _printing(dial: Dial) -> tuple[Part, ...]:
    outer = dial.outline.grown(-MARGIN_MM)
    inner = outer.grown(-dial.track_length_mm)
    if dial.has_railway_track:
        marks = track(outer, inner, longer=1.0, long_line_mm=0.3)
        meshes = [marks, ring(outer, 0.08), ring(inner, 0.08)]
    else:
        meshes = [track(outer, inner)]
    for sub_dial in dial.sub_dials:
        meshes += scale(sub_dial)
    if dial.signature.strip() and dial.style is not DialStyle.GUILLOCHE:
        meshes.append(_signature(dial))
    ink = print_material(dial_colour(dial.colour).print_dark)
    return (Part("printing", merge(meshes), ink, slot="print"),)


def _signature(dial: Dial) -> Mesh:
    """The maker's name under 12 o'clock."""
    half_height = (
        dial.height_mm / 2.0 if dial.shape is DialShape.RECTANGULAR else dial.half_width_mm
    )
    widest = SIGNATURE_WIDTH * dial.half_width_mm
    return signed(dial.signature, SIGNATURE_HEIGHT * dial.half_width_mm, widest, 0.45 * half_height)


def _date(dial: Dial) -> tuple[Part, ...]:
    if not dial.date:
        return ()
    frame = index_material(dial.index_metal)
    return date_parts(_window(dial), dial.day, frame, dark_disc=dial.colour == "black")

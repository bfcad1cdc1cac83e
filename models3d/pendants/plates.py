"""Engravable pendants: a bar and a disc, the disc with or without a small stone. Millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import manifold3d
import numpy as np

from models3d.bill import EngravingLot, Measure
from models3d.engraving.cut import Height, engrave_plane
from models3d.engraving.limits import FIGURES, check_wall, fitted
from models3d.engraving.look import engraved
from models3d.engraving.text import Lettering
from models3d.errors import Unbuildable
from models3d.frames import Array, RigidTransform
from models3d.mesh import Material, Mesh, Part
from models3d.pendants.body import PendantBody, eye_lift_mm, eyed, top_at_mm
from models3d.pendants.domes import Rise, dome_solid, rise_over, round_outline
from models3d.settings.bezel import Bezel, wall
from models3d.settings.girdle import offset_line
from models3d.settings.head import seat_tool
from models3d.settings.lathe import lathe
from models3d.settings.wire import rounded_polygon
from models3d.solids import skin, solid, union
from models3d.stones.stone import Stone

DEPTH_MM = FIGURES["depth"]
DISC_DOME_MM = 0.22  # a flat polished disc shows every scratch: it is struck a little domed
DISC_EDGE_MM = 0.34
UPRIGHT = 1.0 - 2e-9  # share of the way out where its rim begins
BAR_EDGE_MM = 0.30
BAR_ROUND = 0.30  # radius of its corners over its width
MARGIN_MM = 0.9  # between letters and rim
LETTERS_PER_DISC = 0.86  # of the chord at the letters' height
STONE_PLACE = 0.58  # of the radius, under the letters
BURNISHED_MM = 0.05  # of the girdle under the metal round a flush stone
LEAST_FLOOR_MM = 0.25


@dataclass(frozen=True, slots=True)
class Words:
    """What is engraved, and how."""

    text: str
    typeface: str
    letter_height_mm: float

    def lot(self, place: str, depth_mm: float = DEPTH_MM) -> EngravingLot:
        """Its line on the bill."""
        return EngravingLot(self.text, self.typeface, place, self.letter_height_mm, depth_mm)


def words_measures(
    line: Lettering, wall_mm: float, depth_mm: float = DEPTH_MM
) -> tuple[Measure, ...]:
    """What the workshop checks of an engraving."""
    return (
        Measure("engraving_stroke", "letters", line.stroke_mm),
        Measure("under_engraving", "under the letters", wall_mm - depth_mm),
    )


def bar_words(words: Words, length_mm: float, width_mm: float) -> Lettering:
    """The line up a bar.

    Raises:
        Unbuildable: it does not fit.
    """
    fields = ("letter_height_mm", "engraving", "bar_length_mm", "bar_width_mm", "typeface")
    return fitted(
        words.text,
        words.typeface,
        words.letter_height_mm,
        length_mm - 2.0 * MARGIN_MM - 0.5,
        width_mm - 2.0 * 0.6,
        "on the bar",
        fields,
    )


def bar(
    length_mm: float, width_mm: float, thickness_mm: float, words: Words | None, material: Material
) -> PendantBody:
    """An upright bar with eased edges; letters run down it."""
    metal = bar_solid(length_mm, width_mm, thickness_mm)
    at = np.array([0.0, eye_lift_mm(metal, 0.0), 0.0])
    foot = np.array([0.0, length_mm / 2.0 - 0.4, 0.0])
    whole = eyed(metal, at, foot)
    measures = [Measure("wall", "bar", thickness_mm)]
    lots: tuple[EngravingLot, ...] = ()
    if words is not None:
        line = bar_words(words, length_mm, width_mm)
        place = np.eye(4)
        place[:3, :3] = RigidTransform.from_axis_angle((0, 0, 1), -np.pi / 2.0).rotation
        place[2, 3] = thickness_mm / 2.0
        whole = engrave_plane(whole, line, place, DEPTH_MM)
        lots, material = (words.lot("bar"),), engraved(material)
        measures += words_measures(line, thickness_mm)
    whole = whole.translate((-at).tolist())
    return PendantBody(
        (Part("pendant", skin(whole), material, slot="metal"),),
        (whole,),
        ("pendant",),
        engravings=lots,
        measures=tuple(measures),
    )


def bar_solid(length_mm: float, width_mm: float, thickness_mm: float) -> manifold3d.Manifold:
    """A plate of a rounded rectangle, every edge eased."""
    half, radius = np.array([width_mm, length_mm]) / 2.0, BAR_ROUND * width_mm
    corners = half * np.array([[1, -1], [1, 1], [-1, 1], [-1, -1]])
    outline, normals = rounded_polygon(corners, np.full(4, radius), 10)
    return solid(eased_plate(outline, normals, thickness_mm, BAR_EDGE_MM))


def eased_plate(outline: Array, normals: Array, thickness_mm: float, edge_mm: float) -> Mesh:
    """A flat plate over a convex outline whose edges are rounded.

    Args:
        outline, normals: (n, 2) counter-clockwise, and the ways out.
    """
    angle = np.linspace(0.0, np.pi / 2.0, 6)
    inset = edge_mm * (1.0 - np.cos(angle))
    height = thickness_mm / 2.0 - edge_mm + edge_mm * np.sin(angle)
    rows_in = np.concatenate([inset[::-1], inset])
    rows_z = np.concatenate([-height[::-1], height])
    lean = np.concatenate([-angle[::-1], angle])
    count, rows = len(outline), len(lean)
    flat = (rows, count, 1)
    xy = outline - rows_in[:, None, None] * normals
    points = np.concatenate([xy, np.broadcast_to(rows_z[:, None, None], flat)], axis=2)
    ways = np.concatenate(
        [
            np.cos(lean)[:, None, None] * np.broadcast_to(normals, xy.shape),
            np.broadcast_to(np.sin(lean)[:, None, None], flat),
        ],
        axis=2,
    )
    i, j = np.arange(rows - 1)[:, None], np.arange(count)[None]
    a, b = i * count + j, i * count + (j + 1) % count
    quads = np.stack([np.stack([a, b, a + count], -1), np.stack([b, b + count, a + count], -1)], 2)
    face = np.asarray(manifold3d.triangulate([points[-1, :, :2]]), np.int32)
    triangles = [quads.reshape(-1, 3), face + (rows - 1) * count, face[:, ::-1]]
    return Mesh(
        1e-3 * points.reshape(-1, 3),
        ways.reshape(-1, 3),
        np.concatenate(triangles).astype(np.int32),
    )


def disc_rises(radius_mm: float, thickness_mm: float) -> tuple[Rise, Rise]:
    """Front, a little domed, and the flat back, both rounded to the rim; over shares of the way."""
    straight = 1.0 - DISC_EDGE_MM / radius_mm
    side = thickness_mm / 2.0 - DISC_EDGE_MM - DISC_DOME_MM / 2.0

    def over(at: Array, dome: float) -> Array:
        edge = np.clip((at - straight) / (1.0 - straight), 0.0, 1.0)
        rounding = DISC_EDGE_MM * np.sqrt(np.maximum(1.0 - edge**2, 0.0))
        rise = dome * (1.0 - np.minimum(at / straight, 1.0) ** 2)
        return np.asarray(side * (at < 1.0) + rounding + rise)  # upright at the rim

    return (lambda at: over(at, DISC_DOME_MM)), (lambda at: -over(at, 0.0))


def disc_shares(radius_mm: float) -> Array:
    """Where a disc has rings: few inside, fine round its edge."""
    straight = 1.0 - DISC_EDGE_MM / radius_mm
    edge = straight + (1.0 - straight) * np.sin(np.linspace(0.0, np.pi / 2.0, 7))
    return np.concatenate([np.linspace(0.0, straight, 7)[:-1], edge[:-1], [UPRIGHT, 1.0]])


def disc_words(words: Words, radius_mm: float, y_mm: float) -> Lettering:
    """The line across a disc.

    Raises:
        Unbuildable: it does not fit.
    """
    inner = radius_mm - MARGIN_MM
    fields = ("letter_height_mm", "engraving", "diameter_mm", "typeface")
    farthest = abs(y_mm) + 0.5 * words.letter_height_mm
    if farthest >= 0.92 * inner:
        raise Unbuildable("The letters are too high for the disc.", fields)
    return fitted(
        words.text,
        words.typeface,
        words.letter_height_mm,
        2.0 * LETTERS_PER_DISC * float(np.sqrt(inner**2 - farthest**2)),
        2.0 * (inner - abs(y_mm)),
        "on the disc",
        fields,
    )


def words_middle_mm(radius_mm: float, stone: Stone | None) -> float:
    """y of the letters: over the stone, if there is one."""
    return 0.0 if stone is None else 0.12 * radius_mm


def stone_middle_mm(radius_mm: float, words: Words | None) -> float:
    """y of the stone: under the letters, or high on a plain disc."""
    return 0.5 * radius_mm if words is None else -STONE_PLACE * radius_mm


def check_disc(
    radius_mm: float,
    thickness_mm: float,
    stone: Stone | None,
    flush: bool,
    words: Words | None,
    metal_id: str,
) -> None:
    """Raises:
    Unbuildable: letters or stone do not fit.
    """
    if words is not None:
        disc_words(words, radius_mm, words_middle_mm(radius_mm, stone))
        fields = ("thickness_mm", "metal", "engraving")
        check_wall(metal_id, thickness_mm - DISC_DOME_MM, DEPTH_MM, "under the letters", fields)
    if stone is None:
        return
    if flush and flush_floor_mm(thickness_mm, stone) < LEAST_FLOOR_MM:
        raise Unbuildable(
            f"A stone {1e3 * stone.width:.1f} mm wide is too deep for so thin a disc.",
            ("stone_size_mm", "thickness_mm", "accent"),
        )
    if words is not None:
        line = disc_words(words, radius_mm, words_middle_mm(radius_mm, stone))
        below = words_middle_mm(radius_mm, stone) - line.height_mm / 2.0
        top = stone_middle_mm(radius_mm, words) + 0.5e3 * stone.width + 0.5
        if below < top:
            raise Unbuildable(
                "The letters reach into the stone.",
                ("letter_height_mm", "diameter_mm", "accent"),
            )


def flush_floor_mm(thickness_mm: float, stone: Stone) -> float:
    """Metal left under a flush stone's culet."""
    return thickness_mm - DISC_DOME_MM / 2.0 - 1e3 * (stone.depth - 0.4 * stone.crown_height)


def disc(
    radius_mm: float,
    thickness_mm: float,
    stone: Stone | None,
    flush: bool,
    words: Words | None,
    material: Material,
) -> PendantBody:
    """A round plate, a little domed."""
    outline = round_outline(radius_mm)
    front, back = disc_rises(radius_mm, thickness_mm)
    height = rise_over(outline, front, disc_shares(radius_mm))
    metal = dome_solid(outline, disc_shares(radius_mm), front, back)
    at = np.array([0.0, eye_lift_mm(metal, 0.0), 0.0])
    metal = eyed(metal, at, np.array([0.0, top_at_mm(metal, 0.0) - 0.4, 0.0]))
    measures = [Measure("wall", "disc", thickness_mm - DISC_DOME_MM)]
    parts: list[Part] = []
    if stone is not None:
        y = stone_middle_mm(radius_mm, words)
        surface = float(height(np.zeros(1), np.array([y]))[0])
        metal, z = _set(metal, stone, y, surface, flush)
        shift = np.array([0.0, y, z]) - at
        place = RigidTransform.from_translation(1e-3 * shift).matrix[None]
        parts.append(stone.part("stone", place))
        measures.append(
            Measure("seat_floor", "under the stone", flush_floor_mm(thickness_mm, stone))
            if flush
            else Measure("bezel", "bezel of the stone", 1e3 * Bezel(stone, 0.0).wall)
        )
    if words is not None:
        y = words_middle_mm(radius_mm, stone)
        line = disc_words(words, radius_mm, y)
        place = np.eye(4)
        place[1, 3] = y
        metal = engrave_plane(metal, line, place, DEPTH_MM, _moved(height, y))
        material = engraved(material)
        measures += words_measures(line, thickness_mm - DISC_DOME_MM)
    whole = metal.translate((-at).tolist())
    return PendantBody(
        (Part("pendant", skin(whole), material, slot="metal"), *parts),
        (whole,),
        ("pendant", *(part.name for part in parts)),
        stones=() if stone is None else (stone.lot(1, "flush" if flush else "bezel"),),
        engravings=() if words is None else (words.lot("disc"),),
        measures=tuple(measures),
    )


def _moved(height: Height, y_mm: float) -> Height:
    return lambda x, y: height(x, y + y_mm)


def _set(
    metal: manifold3d.Manifold, stone: Stone, y: float, surface: float, flush: bool
) -> tuple[manifold3d.Manifold, float]:
    """The disc with the stone's seat, and the height of the stone's girdle."""
    if flush:
        z = surface - 0.6e3 * stone.crown_height
        seat = seat_tool(stone, 0.0) + solid(_opening(stone))
        return metal - seat.translate((0.0, y, z)), z
    bezel = Bezel(stone, 0.0)
    z = surface + 1e3 * stone.girdle_height + 0.15
    collet = solid(wall(bezel)).translate((0.0, y, z))
    inside = offset_line(stone.outline, -bezel.bearing, 0.0, 48)
    cup = manifold3d.CrossSection([1e3 * inside.points]).extrude(3.0).translate((0.0, y, surface))
    seat = seat_tool(stone, 0.0).translate((0.0, y, z))
    low = collet.trim_by_plane((0.0, 0.0, 1.0), surface - 0.5)
    return union([metal, low]) - cup.calculate_normals(0, 50.0) - seat, z


def _opening(stone: Stone) -> Mesh:
    """What a flush setter's graver leaves open over the girdle: a bright cone."""
    girdle = stone.width / 2.0
    throat = girdle - 1e-3 * BURNISHED_MM
    low = 0.12 * stone.crown_height
    top = 0.6 * stone.crown_height
    profile = np.array(
        [[0.0, low], [throat, low], [girdle + 0.10e-3, top], [girdle + 0.3e-3, top + 0.4e-3]]
    )
    return lathe(np.concatenate([profile, [[0.0, top + 0.4e-3]]]), 48)

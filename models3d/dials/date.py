"""The date: a framed opening and, below the plate, the disc with today's figure."""

from __future__ import annotations

from models3d.dials.digits import figures
from models3d.dials.regions import Rectangle, plate, wall
from models3d.dials.relief import PRINT_HEIGHT_MM, flat, polygon, raised
from models3d.dials.surfaces import print_material
from models3d.mesh import Material, Part

SUNK_MM = 0.35
FRAME_MM = 0.24  # width
FRAME_HEIGHT_MM = 0.17
FRAME_FOOT_MM = -0.05


def window(half_width_mm: float, outer_mm: float) -> Rectangle:
    """The opening at 3 o'clock.

    Args:
        half_width_mm: of the dial.
        outer_mm: distance of the opening's outer edge from the dial's centre.
    """
    width, height = max(0.165 * half_width_mm, 1.9), max(0.118 * half_width_mm, 1.4)
    return Rectangle(width, height, 0.12, (outer_mm - width / 2.0, 0.0))


def date_parts(opening: Rectangle, day: int, frame: Material, dark_disc: bool) -> tuple[Part, ...]:
    """Frame, walls of the opening, disc and figure.

    Args:
        frame: material of the frame.
        dark_disc: white on black, as a black dial wants it.
    """
    border = polygon(opening.grown(FRAME_MM).outline()) - polygon(opening.outline())
    body = raised(
        border,
        FRAME_HEIGHT_MM - FRAME_FOOT_MM,
        inset_mm=0.09,
        drop_mm=0.10,
        base_mm=FRAME_FOOT_MM,
    )
    height = 0.78 * opening.height_mm
    figure = figures(str(day)).translate((0.0, -0.5)).scale((0.92 * height, height))
    printed = flat(figure.translate(opening.center_mm), -SUNK_MM + PRINT_HEIGHT_MM)
    # cells small enough to take the light that falls through the opening
    ground = plate(opening.grown(0.1), [], -SUNK_MM, ring_mm=0.25, sectors=24)
    grey = (0.012, 0.012, 0.013, 1.0) if dark_disc else (0.78, 0.78, 0.76, 1.0)
    disc = Material("date/" + ("black" if dark_disc else "white"), grey, roughness=0.5)
    return (
        Part("date_frame", body, frame, slot="index"),
        Part("date_opening", wall(opening, 0.0, FRAME_FOOT_MM, -SUNK_MM), frame, slot="index"),
        Part("date_disc", ground, disc, slot="date"),
        Part("date_figure", printed, print_material(not dark_disc), slot="print"),
    )

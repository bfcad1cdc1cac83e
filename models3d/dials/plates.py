"""The plate of a dial: brushed, fired or engine-turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models3d.dials.regions import Circle, Shape, plate, wall
from models3d.dials.surfaces import (
    BRUSH_TURNS,
    DialColour,
    DialStyle,
    guilloche_material,
    plate_material,
)
from models3d.mesh import Material, Mesh, Part
from models3d.solids import MM

ARBOR_HOLE = Circle(0.55)
PANEL_SUNK_MM = 0.12  # engine-turned centre
PANEL_EDGE_MM = 0.12
PANEL_SECTORS = 96
BARLEYCORNS, BARLEYCORN_MM = 64.0, 0.95  # round the dial; two cuts of the engine
HOBNAIL_MM = 0.55
PEEL_WAVES, PEEL_MM, PEEL_SLOPE = 9, (2.6, 6.0), 0.007  # lengths, root mean square


def plain_plate(
    outline: Shape, holes: Sequence[Shape], style: DialStyle, colour: DialColour, unit_mm: float
) -> tuple[Part, ...]:
    """One plate brushed from the centre, or fired.

    Args:
        unit_mm: distance over which v grows by one.
    """
    whole = plate(outline, [ARBOR_HOLE, *holes], 0.0, turns=BRUSH_TURNS, v_mm=unit_mm)
    if style is DialStyle.ENAMEL:
        whole = _fired(whole)
    return (Part("dial", whole, plate_material(style, colour), slot="dial"),)


def guilloche_plate(
    outline: Shape,
    panel: Shape,
    holes: Sequence[Shape],
    colour: DialColour,
    unit_mm: float,
    edge: Material,
    sunk: bool,
) -> tuple[Part, ...]:
    """A brushed chapter ring round an engine-turned panel.

    Args:
        edge: material of the chamfer round the panel.
        sunk: the panel lies lower; not where a hole cuts its edge, for a step would stand in air.
    """
    style, floor = DialStyle.GUILLOCHE, -PANEL_SUNK_MM if sunk else 0.0
    chapter = plate(outline, [panel, *holes], 0.0, turns=BRUSH_TURNS, v_mm=unit_mm)
    turned = plate(
        panel,
        [ARBOR_HOLE, *holes],
        floor,
        sectors=PANEL_SECTORS,
        turns=BARLEYCORNS,
        v_mm=BARLEYCORN_MM,
    )
    is_round = isinstance(panel, Circle)
    if not is_round:
        turned = _on_the_diagonal(turned)
    parts = [
        Part("dial", chapter, plate_material(style, colour), slot="dial"),
        Part("guilloche", turned, guilloche_material(colour, is_round), slot="dial"),
    ]
    if sunk:
        chamfer = wall(panel, -PANEL_EDGE_MM, 0.0, floor)
        parts.append(Part("panel_edge", chamfer, edge, slot="index"))
    return tuple(parts)


def _fired(mesh: Mesh) -> Mesh:
    """The same plate with the soft waves that glass keeps from the kiln: orange peel."""
    turn = np.arange(PEEL_WAVES) * 2.399963  # the golden angle: no direction is preferred
    length = np.linspace(*PEEL_MM, PEEL_WAVES)
    wave = np.stack([np.cos(turn), np.sin(turn)], -1) * (2.0 * np.pi / length)[:, None]
    phase = mesh.positions[:, :2] / MM @ wave.T + 3.0 * turn
    direction = wave / np.linalg.norm(wave, axis=1, keepdims=True)
    slope = PEEL_SLOPE * np.sqrt(2.0 / PEEL_WAVES) * np.cos(phase) @ direction
    normals = np.column_stack([-slope, np.ones(len(slope))])
    return replace(mesh, normals=normals / np.linalg.norm(normals, axis=1, keepdims=True))


def _on_the_diagonal(mesh: Mesh) -> Mesh:
    """The same plate with hobnails laid at 45 degrees."""
    x, y = mesh.positions[:, 0] / MM, mesh.positions[:, 1] / MM
    return replace(mesh, uvs=np.stack([x + y, x - y], axis=-1) / (np.sqrt(2.0) * HOBNAIL_MM))

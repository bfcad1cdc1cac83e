"""The milanese mesh: a woven band on a sliding clasp, its free end outside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.mesh import Material, Mesh, Part, merge
from models3d.metals import metal_material
from models3d.straps import textures
from models3d.straps.buckle import keeper
from models3d.straps.fittings import HOOP_POINTS, hoop, rounded_section
from models3d.straps.lugs import LugGeometry
from models3d.straps.piece import Piece, Section
from models3d.straps.two_piece import SIDE_PLAY, Lengths, TwoPiece, lift_over, strap_loop

THICKNESS = 2.0e-3
WEAVE_TILE = 2.5e-3  # two rows of the weave
WIRE_UV = (0.5, 0.25)
TAIL = 26e-3  # that lies over the other half
TWELVE_SHARE = 0.46  # of the line from bar to bar
SLIDER_WIDTH, CAP_WIDTH = 9.0e-3, 3.4e-3


def mesh_halves(lugs: LugGeometry) -> TwoPiece:
    """A band as wide as the lugs; it slides, so it fits any wrist without holes."""
    bar = 2.0 * lugs.bar_radius + 1.3e-3
    loop = strap_loop(lugs, bar)
    twelve = TWELVE_SHARE * loop.length
    lengths = Lengths("made", loop.length - twelve + TAIL, twelve)
    width = lugs.lug_width - 2.0 * SIDE_PLAY
    short = _section(lengths.twelve, width, bar, 0.0)
    long = _section(lengths.six, width - 0.6e-3, bar, 2.0e-3)
    six = Piece(long, loop, 1.0, lift_over(short, loop, loop.length - twelve))
    return TwoPiece(six, Piece(short, loop, -1.0), lengths)


def _section(length: float, width: float, bar: float, tip: float) -> Section:
    return Section(
        length=length,
        width_bar=width,
        width_tip=width,
        bar_thickness=bar,
        edge_thickness=THICKNESS,
        padding=0.0,
        padding_tip=0.0,
        tip_length=tip,
        tip_thickness=THICKNESS,
        stitched=False,
    )


def mesh_parts(band: TwoPiece, metal_id: str) -> tuple[Part, ...]:
    """The woven halves, and their polished ends and slider.

    Raises:
        ModelError: no such metal.
    """
    weave = textures.milanese()
    satin = metal_material(metal_id, "satin")
    polished = metal_material(metal_id, "mirror_polish")
    woven = _woven(satin, weave)
    parts = []
    for name, half in (("six", band.six), ("twelve", band.twelve)):
        top, edge, lining = half.skins(WEAVE_TILE)
        # the rim is soldered smooth: one point of the maps, on the back of a wire
        rim = replace(edge, uvs=np.tile(WIRE_UV, (len(edge.positions), 1)))
        parts.append(Part(f"mesh_{name}", merge([top, rim, lining]), woven, slot="metal_strap"))
    tail = band.six.section.length - CAP_WIDTH / 2.0
    fittings = [
        keeper(band.twelve, band.six, band.lengths.twelve - 4.5e-3, SLIDER_WIDTH, 0.9e-3),
        _cap(band.six, tail),
        _cap(band.six, 3.6e-3),
        _cap(band.twelve, 3.6e-3),
    ]
    parts.append(Part("mesh_slider", merge(fittings), polished, slot="metal_strap"))
    return tuple(parts)


def _woven(satin: Material, weave: textures.GrainMaps) -> Material:
    return replace(
        satin,
        name=f"{satin.name}/woven",
        normal_texture=weave.normal,
        base_color_texture=weave.shade,
    )


def _cap(half: Piece, station: float) -> Mesh:
    """A polished sleeve soldered round the band."""
    s, zero = np.array([station]), np.zeros(1)
    low = half.place(s, zero, half.section.bottom(s))[0]
    high = half.place(s, zero, half.section.top(s, zero))[0]
    ahead = half.place(s + 5e-4, zero, zero)[0] - half.place(s - 5e-4, zero, zero)[0]
    ahead /= np.linalg.norm(ahead)
    out = high - low - ahead * float((high - low) @ ahead)
    height = float(np.linalg.norm(out))
    out /= height
    section = rounded_section(CAP_WIDTH, 0.25e-3, 0.1e-3, 0.02e-3, HOOP_POINTS)
    reach = float(half.section.half_width(np.array([0.3 * half.section.length]))[0])
    return hoop(
        (low + high) / 2.0,
        (np.cross(out, ahead), out, ahead),
        (reach - 0.22e-3, height / 2.0),
        0.45e-3,
        section,
    )

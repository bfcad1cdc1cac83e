"""Leather and rubber straps: two halves, a pin buckle, keepers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.mesh import Material, Mesh, Part, merge
from models3d.straps.buckle import buckle, keeper
from models3d.straps.loop import Loop, loop_round
from models3d.straps.lugs import LugGeometry
from models3d.straps.materials import StrapMaterial
from models3d.straps.piece import Piece, Section
from models3d.straps.stitches import stitch, stitch_places
from models3d.tables import rows
from models3d.threads import shared_out

EASE = 7.5e-3  # longer than the wrist: a finger's tip fits under
SIDE_PLAY = 0.1e-3  # to each lug
OVERLAP = 32e-3  # of the halves, at least: two keepers and some holes
HOLE_COUNT, HOLE_PITCH = 7, 6.5e-3
HOLE_TO_BAR = 1.5e-3  # the tongue passes the hole before the frame's bar
LAYER_GAP = 0.12e-3
KEEPERS = (7.5e-3, 21e-3)  # from the buckle's bar: the fixed one and the free one
KEPT = 16  # straps whose shapes are kept: they come in many colours


@dataclass(frozen=True, slots=True)
class Lengths:
    """Of the two halves from the bar's axis, metres."""

    id: str
    six: float
    twelve: float


def fitting_lengths(bar_to_bar: float) -> Lengths:
    """The shortest standard strap that closes over this line with enough overlap.

    Raises:
        ModelError: none does.
    """
    for lengths in LENGTHS:
        if lengths.six + lengths.twelve - bar_to_bar >= OVERLAP:
            return lengths
    raise ModelError(f"no standard strap spans {1e3 * bar_to_bar:.0f} mm from bar to bar")


def strap_loop(lugs: LugGeometry, bar_thickness: float) -> Loop:
    """The lining's line, which begins under the spring bar."""
    slope = lugs.lug_slope + np.radians(12.0)
    inward = np.array([-np.sin(slope), -np.cos(slope)])
    start = np.array([lugs.bar_x, lugs.bar_z]) + inward * bar_thickness / 2.0
    return loop_round(lugs.wrist, start, slope, EASE / (2.0 * np.pi))


@dataclass(frozen=True, slots=True, eq=False)
class TwoPiece:
    """Both halves on the wrist."""

    six: Piece
    twelve: Piece
    lengths: Lengths

    @property
    def pin_station(self) -> float:
        """Along the 6 o'clock half, where the buckle's bar lies."""
        return self.six.loop.length - self.lengths.twelve


@lru_cache(maxsize=KEPT)
def leather_halves(lugs: LugGeometry) -> TwoPiece:
    """Padded, stitched, tapering by a tenth."""
    bar = 2.0 * lugs.bar_radius + 1.6e-3
    return _halves(lugs, bar, edge=2.3e-3, tip=2.0e-3, padding=(1.5e-3, 0.45e-3), ribs=0.0)


@lru_cache(maxsize=KEPT)
def rubber_halves(lugs: LugGeometry) -> TwoPiece:
    """Solid, ribbed near the case so that it bends."""
    bar = 2.0 * lugs.bar_radius + 2.2e-3
    return _halves(lugs, bar, edge=2.9e-3, tip=2.6e-3, padding=(0.9e-3, 0.35e-3), ribs=1.15e-3)


def _halves(
    lugs: LugGeometry,
    bar: float,
    *,
    edge: float,
    tip: float,
    padding: tuple[float, float],
    ribs: float,
) -> TwoPiece:
    width = lugs.lug_width - 2.0 * SIDE_PLAY
    narrow = lugs.lug_width - max(2e-3, 0.1 * lugs.lug_width)
    loop = strap_loop(lugs, bar)
    lengths = fitting_lengths(loop.length)
    shape = {"stitched": ribs == 0.0, "bar_thickness": bar, "edge_thickness": edge}
    ribbed = (9e-3, 30e-3, 4.2e-3, ribs)
    short = Section(
        length=lengths.twelve,
        width_bar=width,
        width_tip=narrow,
        padding=padding[0],
        padding_tip=padding[1],
        tip_length=0.0,
        tip_thickness=tip,
        ribs=ribbed,
        **shape,  # type: ignore[arg-type]
    )
    long = Section(
        length=lengths.six,
        width_bar=width,
        width_tip=narrow,
        padding=padding[0],
        padding_tip=0.25 * padding[1],
        tip_length=11e-3,
        tip_thickness=tip,
        ribs=ribbed,
        **shape,  # type: ignore[arg-type]
    )
    twelve = Piece(short, loop, -1.0)
    pin = loop.length - lengths.twelve
    six = Piece(long, loop, 1.0, lift_over(short, loop, pin), _holes(pin, lengths.six))
    return TwoPiece(six, twelve, lengths)


def lift_over(short: Section, loop: Loop, pin: float) -> Array:
    """(n, 2) stations of the long half and how far it rises over the short one."""
    over = np.linspace(pin, loop.length, 60)
    top = short.top(loop.length - over, np.zeros(60)) + LAYER_GAP
    top[0] = top[1] = top[2]
    rise = np.linspace(0.0, 1.0, 12)[:-1]
    start = pin - 7.5e-3
    smooth = rise * rise * (3.0 - 2.0 * rise)
    before = np.stack([start + rise * (pin - start), smooth * top[0]], -1)
    return np.concatenate([[[0.0, 0.0]], before, np.stack([over, top], -1)])


def _holes(pin: float, length: float) -> tuple[float, ...]:
    """Stations of the holes; the tongue passes through one of them."""
    used = pin - HOLE_TO_BAR
    wanted = length - 27e-3 - (HOLE_COUNT - 1) / 2.0 * HOLE_PITCH  # the middle of the row
    index = int(np.clip(round((used - wanted) / HOLE_PITCH), -3, 3))
    middle = used - index * HOLE_PITCH
    return tuple(middle + k * HOLE_PITCH for k in range(-(HOLE_COUNT // 2), HOLE_COUNT // 2 + 1))


def two_piece_parts(strap: TwoPiece, material: StrapMaterial, metal: Material) -> tuple[Part, ...]:
    """Everything of a leather or rubber strap.

    Args:
        metal: of the buckle.
    """
    shapes = _shapes(strap, material.tile)
    parts: list[Part] = []
    for name, (top, edge, lining) in zip(("six", "twelve"), shapes.halves, strict=True):
        parts += [
            Part(f"strap_{name}", top, material.outer(), slot="strap"),
            Part(f"strap_{name}_edge", edge, material.edge(), slot="strap"),
            Part(f"strap_{name}_lining", lining, material.lining(), slot="strap_lining"),
        ]
    if shapes.stitches is not None:
        parts.append(Part("stitching", stitch(), material.stitching(), shapes.stitches, "thread"))
    parts.append(Part("keepers", shapes.keepers, material.edge(), slot="strap"))
    parts.append(Part("buckle", shapes.buckle, metal, slot="metal_buckle"))
    return tuple(parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Shapes:
    """Of a strap, whatever its colour."""

    halves: tuple[tuple[Mesh, Mesh, Mesh], ...]  # outer face, edge and lining of each
    stitches: Array | None  # (k, 4, 4) their places; None: it has none
    keepers: Mesh
    buckle: Mesh


@lru_cache(maxsize=KEPT)
def _shapes(strap: TwoPiece, tile: float) -> _Shapes:
    six, twelve = strap.six, strap.twelve
    stitches = None
    if six.section.stitched:
        free = six.section.length - six.section.tip_length
        stitches = np.concatenate(
            [
                stitch_places(six, 4.2e-3, free - 2e-3),
                stitch_places(twelve, 4.2e-3, twelve.section.length - 5e-3),
            ]
        )
    loops = [keeper(twelve, six, strap.lengths.twelve - at) for at in KEEPERS]
    halves = tuple(shared_out(lambda half: half.skins(tile), (six, twelve)))
    return _Shapes(halves, stitches, merge(loops), buckle(twelve, six))


LENGTHS = tuple(
    Lengths(row["id"], float(row["six_mm"]) * 1e-3, float(row["twelve_mm"]) * 1e-3)
    for row in rows("strap_lengths")
)

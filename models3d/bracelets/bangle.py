"""Bangle and cuff: one piece of metal round the wrist, closed or open.

Wrist frame: the origin at the centre of the wrist section, +Y towards the hand, +Z dorsal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.chains.body import Wrist, ellipse_girth
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, Array
from models3d.mesh import Mesh, Model, Part
from models3d.metals import metal_material
from models3d.profiles import Profile, outline
from models3d.sweep import SweepPath, sweep
from models3d.weigh import metal_lot
from models3d.wrists import Wears, worn_on

INSIDE_MM = (54.0, 72.0)  # across the broad side
OVAL = 50.0 / 60.0  # height of the opening over its width: a wrist is no circle
WIDTHS_MM = (2.5, 30.0)
THICKNESSES_MM = (1.5, 4.0)
OPENINGS_MM = (24.0, 32.0)  # of a cuff: the wrist slips in sideways
LEAST_SPAN_MM2 = 6.0  # width times thickness below which a bangle bends in wear
SEGMENTS = 240
BANGLE_EASE_MM = 22.0  # round the inside, beyond the wrist: it has to pass the hand
CUFF_EASE_MM = 12.0
END_STEPS = 12
END_ROUNDING = 0.5  # of the width: a cuff's ends are half round, seen from above


@dataclass(frozen=True, slots=True)
class Bangle:
    """A closed oval that slips over the hand.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    profile: Profile = Profile.COURT
    inside_mm: float = 60.0
    width_mm: float = 4.0
    thickness_mm: float = 2.5
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        _check(self.inside_mm, self.width_mm, self.thickness_mm)

    def build(self) -> Model:
        """One part, bangle.

        Raises:
            ModelError: no such metal or finish.
        """
        angle = np.linspace(0.0, 2.0 * np.pi, SEGMENTS, endpoint=False)
        half_width = self.inside_mm / 2000.0
        path = _oval(angle, half_width, closed=True)
        same = np.ones(SEGMENTS)
        section = outline(
            self.profile, self.width_mm * 1e-3 * same, self.thickness_mm * 1e-3 * same
        )
        return _model("bangle", sweep(path, section), self, ())


@dataclass(frozen=True, slots=True)
class Cuff:
    """An open oval whose ends are rounded and taper.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    profile: Profile = Profile.D_SHAPE
    inside_mm: float = 60.0
    width_mm: float = 14.0
    thickness_mm: float = 2.0
    opening_mm: float = 28.0
    taper_pct: float = 25.0  # by which the ends are narrower than the middle
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        _check(self.inside_mm, self.width_mm, self.thickness_mm)
        low, high = OPENINGS_MM
        if not low <= self.opening_mm <= high:
            raise ModelError(f"opening_mm must be from {low:g} to {high:g}")
        if not 0.0 <= self.taper_pct <= 60.0:
            raise ModelError("taper_pct must be from 0 to 60")

    def build(self) -> Model:
        """One part, cuff.

        Raises:
            ModelError: no such metal or finish.
        """
        half_width = self.inside_mm / 2000.0
        end = np.pi - np.arcsin(self.opening_mm / self.inside_mm)
        end_width = self.width_mm * 1e-3 * (1.0 - self.taper_pct / 100.0)
        reach = END_ROUNDING * end_width  # metres of the path that the rounding takes
        turn = reach / half_width
        quarter = np.linspace(0.0, np.pi / 2.0, END_STEPS + 1)[1:]
        rounded = end - turn * (1.0 - np.sin(quarter))[:-1]  # towards the end
        straight = np.linspace(-(end - turn), end - turn, SEGMENTS)
        angle = np.concatenate([-rounded[::-1], straight, rounded])
        into = np.clip((np.abs(angle) - (end - turn)) / turn, 0.0, 1.0)
        narrowing = 1.0 - self.taper_pct / 100.0 * (angle / end) ** 2
        round_end = np.sqrt(np.maximum(1.0 - into**2, 0.0))
        widths = self.width_mm * 1e-3 * narrowing * np.maximum(round_end, 0.02)
        blunt = np.maximum(round_end, 0.02) ** 0.5
        path = _oval(angle, half_width, closed=False)
        thickness = self.thickness_mm * 1e-3
        section = outline(self.profile, widths, thickness * blunt)
        lifted = SweepPath(
            path.origin + path.outward * (0.5 * thickness * (1.0 - blunt))[:, None],
            path.across,
            path.outward,
            path.station,
        )
        tips = _oval(np.array([-end, end]), half_width, closed=False)
        poles = tips.origin + 0.5 * thickness * tips.outward
        mesh = sweep(lifted, section, poles=poles)
        opening = Dimension("opening", "Opening", self.opening_mm)
        return _model("cuff", mesh, self, (opening,))


def _oval(angle: Array, half_width: float, *, closed: bool) -> SweepPath:
    """The opening's oval from dorsal (+Z) by +X, as a path whose v points away from the wrist."""
    half_height = OVAL * half_width
    sine, cosine, zero = np.sin(angle), np.cos(angle), 0.0 * angle
    origin = np.stack([half_width * sine, zero, half_height * cosine], axis=-1)
    outward = np.stack([half_height * sine, zero, half_width * cosine], axis=-1)
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True)
    across = np.tile([0.0, 1.0, 0.0], (len(angle), 1))
    steps = np.linalg.norm(np.diff(origin, axis=0), axis=1)
    station = np.concatenate([[0.0], np.cumsum(steps)])
    length = float(station[-1] + np.linalg.norm(origin[0] - origin[-1])) if closed else None
    return SweepPath(origin, across, outward, station, length)


def _model(name: str, mesh: Mesh, piece: Bangle | Cuff, dimensions: tuple[Dimension, ...]) -> Model:
    bill = Bill(
        metals=(metal_lot(piece.metal, [mesh]),),
        dimensions=(
            Dimension("inside_width", "Inside, across", piece.inside_mm),
            Dimension("inside_height", "Inside, high", OVAL * piece.inside_mm),
            Dimension("width", "Width", piece.width_mm),
            Dimension("thickness", "Thickness", piece.thickness_mm),
            *dimensions,
        ),
        measures=(Measure("shank", name, piece.thickness_mm),),
    )
    return Model(
        name,
        (Part(name, mesh, metal_material(piece.metal, piece.finish), slot="metal"),),
        Anchor.WRIST,
        piece.inside_mm * 1e-3,
        _worn(piece),
        bill,
    )


def _worn(piece: Bangle | Cuff) -> Mapping[str, Any]:
    """What try-on is told: the wrist that a piece of this size is for."""
    closed = isinstance(piece, Bangle)
    inside = ellipse_girth(piece.inside_mm / 2.0, OVAL * piece.inside_mm / 2.0)
    wrist = Wrist(1e-3 * (inside - (BANGLE_EASE_MM if closed else CUFF_EASE_MM)))
    return worn_on(wrist.half_breadth, wrist.half_depth, Wears.HANGS if closed else Wears.SITS)


def _check(inside_mm: float, width_mm: float, thickness_mm: float) -> None:
    for name, value, (low, high) in (
        ("inside_mm", inside_mm, INSIDE_MM),
        ("width_mm", width_mm, WIDTHS_MM),
        ("thickness_mm", thickness_mm, THICKNESSES_MM),
    ):
        if not low <= value <= high:
            raise ModelError(f"{name} must be from {low:g} to {high:g}, got {value!r}")
    if width_mm * thickness_mm < LEAST_SPAN_MM2:
        raise Unbuildable(
            f"A bangle {width_mm:g} mm wide and {thickness_mm:g} mm thick bends in wear.",
            ("thickness_mm", "width_mm"),
        )
    if thickness_mm > width_mm:
        raise Unbuildable(
            "A bangle thicker than it is wide turns on the arm.", ("width_mm", "thickness_mm")
        )

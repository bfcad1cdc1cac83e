"""The signet ring: an engravable table on shoulders that flow into the shank."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models3d.bill import Bill, Dimension, EngravingLot, Measure
from models3d.engraving.cut import engrave_plane
from models3d.engraving.limits import FIGURES, check_wall
from models3d.engraving.look import engraved
from models3d.engraving.monogram import monogram
from models3d.engraving.text import Lettering
from models3d.frames import Anchor, Array
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.rings.signet_form import SignetForm, Table, signet_body
from models3d.sizes import RingSize
from models3d.solids import skin, solid
from models3d.weigh import metal_lot

TABLES_MM = (9.0, 16.0)
TABLE_THICKNESSES_MM = (0.8, 1.6)
SHANK_WIDTHS_MM = (2.5, 5.0)
SHANK_THICKNESS_MM = 1.7
DOME_MM = 0.15  # research: tables are domed by 0.1 to 0.2
MARGIN_MM = 0.7  # between the monogram and the rim


@dataclass(frozen=True, slots=True)
class Signet:
    """A signet ring, plain or with a monogram.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the monogram does not fit, or leaves too little metal.
    """

    table: Table = Table.OVAL
    table_length_mm: float = 13.0
    table_thickness_mm: float = 1.2
    shank_width_mm: float = 3.2
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"
    engraving: str = ""
    typeface: str = "monogram"
    seal: bool = False
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("table_length_mm", self.table_length_mm, TABLES_MM)
        check_range("table_thickness_mm", self.table_thickness_mm, TABLE_THICKNESSES_MM)
        check_range("shank_width_mm", self.shank_width_mm, SHANK_WIDTHS_MM)
        if self.engraving:
            self._monogram()
            check_wall(
                self.metal,
                self.table_thickness_mm,
                self.depth_mm,
                "under the table",
                ("table_thickness_mm", "seal", "metal"),
            )

    @property
    def depth_mm(self) -> float:
        """Of the engraving: a seal's must print in wax."""
        return FIGURES["depth_seal" if self.seal else "depth_monogram"]

    @property
    def form(self) -> SignetForm:
        return SignetForm(
            self.size.inner_diameter / 2.0,
            self.table,
            self.table_length_mm * 1e-3,
            self.table_thickness_mm * 1e-3,
            DOME_MM * 1e-3,
            self.shank_width_mm * 1e-3,
            SHANK_THICKNESS_MM * 1e-3,
        )

    def _monogram(self) -> Lettering:
        """Raises:
        Unbuildable: it does not fit.
        """
        outline = 1e3 * self.form.outline()
        angle = np.arctan2(outline[:, 1], outline[:, 0])
        order = np.argsort(angle)

        def rim_mm(at: Array) -> Array:
            return np.asarray(
                np.interp(at, angle[order], np.hypot(*outline[order].T), period=2.0 * np.pi)
            )

        return monogram(
            self.engraving,
            self.typeface,
            rim_mm,
            MARGIN_MM,
            mirrored=self.seal,
            fields=("table_length_mm", "engraving", "typeface"),
        )

    def build(self) -> Model:
        """One part, signet.

        Raises:
            ModelError: no such metal or finish.
        """
        form = self.form
        mesh, material = signet_body(form), metal_material(self.metal, self.finish)
        engravings: tuple[EngravingLot, ...] = ()
        measures = [
            Measure("shank", "shank at the palm", SHANK_THICKNESS_MM),
            Measure("wall", "table over the finger", self.table_thickness_mm),
        ]
        body = solid(mesh)
        if self.engraving:
            initials = self._monogram()
            middle = np.eye(4)
            middle[2, 3] = 1e3 * form.height

            def height_mm(x: Array, y: Array) -> Array:
                return -1e3 * form.drop(1e-3 * np.stack([x, y], -1))

            body = engrave_plane(body, initials, middle, self.depth_mm, height_mm)
            mesh, material = skin(body), engraved(material)
            place = "seal" if self.seal else "table"
            engravings = (
                EngravingLot(
                    self.engraving, self.typeface, place, initials.letter_height_mm, self.depth_mm
                ),
            )
            measures += [
                Measure("engraving_stroke", "monogram", initials.stroke_mm),
                Measure(
                    "under_engraving",
                    "table under the monogram",
                    self.table_thickness_mm - self.depth_mm,
                ),
            ]
        bill = Bill(
            metals=(metal_lot(self.metal, [body]),),
            engravings=engravings,
            dimensions=(
                Dimension("table_length", "Table, along the finger", self.table_length_mm),
                Dimension("table_width", "Table, across", 2e3 * form.half_width),
                Dimension("shank_width", "Shank width", self.shank_width_mm),
                Dimension("height", "Height above the finger", self.table_thickness_mm),
            ),
            measures=tuple(measures),
            size=self.size,
            resizable=(-2.0, 2.0),
        )
        return Model(
            "signet",
            (Part("signet", mesh, material, slot="metal"),),
            Anchor.FINGER,
            self.size.inner_diameter,
            bill=bill,
        )

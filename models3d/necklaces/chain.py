"""A necklace that is a chain and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from models3d.bill import Bill
from models3d.chains.chain import ChainForm, check_neck_length, wear_necklace
from models3d.chains.clasps import Clasp
from models3d.chains.extender import extender
from models3d.chains.lengths import LENGTHS_CM, necklace_length
from models3d.chains.lots import (
    chain_dimensions,
    chain_measures,
    clasp_components,
    metal_lot_of_volume,
)
from models3d.chains.styles import LinkStyle
from models3d.errors import ModelError
from models3d.frames import Anchor
from models3d.mesh import Model
from models3d.metals import metal, metal_material


@dataclass(frozen=True, slots=True)
class ChainNecklace:
    """Links, jump rings and a clasp, hanging round a neck.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: links of this kind are not made of such wire.
    """

    link: LinkStyle = LinkStyle.CABLE
    wire_mm: float = 0.8  # a box chain's: the side of its links
    length: str = "princess"  # collar … opera, or custom
    length_cm: float = 45.0
    clasp: Clasp = Clasp.LOBSTER
    extender: bool = False
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        least, greatest = LENGTHS_CM
        if not least <= self.length_cm <= greatest:
            raise ModelError(
                f"length_cm must be from {least:g} to {greatest:g}, got {self.length_cm!r}"
            )
        check_neck_length(self.form, necklace_length(self.length, self.length_cm))

    @property
    def form(self) -> ChainForm:
        return ChainForm(self.link, self.wire_mm, self.clasp, self.extender)

    def build(self) -> Model:
        """Parts link (and long_link), jump_ring, clasp; with an extender its links and drop.

        Raises:
            ModelError: no such metal or finish.
        """
        length = necklace_length(self.length, self.length_cm)
        worn = wear_necklace(self.form, length, density_g_cm3=metal(self.metal).density_g_cm3)
        rows = [worn.row, extender(worn)] if self.extender else [worn.row]
        volume = sum(row.volume for row in rows)
        bill = Bill(
            metals=(metal_lot_of_volume(self.metal, volume),),
            components=clasp_components(self.clasp),
            dimensions=chain_dimensions(worn),
            measures=chain_measures(worn),
        )
        material = metal_material(self.metal, self.finish)
        parts = tuple(part for row in rows for part in row.parts(material))
        return Model("chain", parts, Anchor.NECK, bill=bill)

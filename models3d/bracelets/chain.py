"""A bracelet that is a chain and nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models3d.bill import Bill, Dimension
from models3d.bracelets.wear import check_wrist, draped_on
from models3d.chains.chain import ChainForm, wear_bracelet
from models3d.chains.clasps import Clasp
from models3d.chains.lots import (
    chain_dimensions,
    chain_measures,
    clasp_components,
    metal_lot_of_volume,
)
from models3d.chains.styles import LinkStyle
from models3d.frames import Anchor
from models3d.mesh import Model
from models3d.metals import metal_material


@dataclass(frozen=True, slots=True)
class ChainBracelet:
    """Links, jump rings and a clasp, round a wrist with some ease.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: links of this kind are not made of such wire.
    """

    link: LinkStyle = LinkStyle.CURB
    wire_mm: float = 1.6  # a box chain's: the side of its links
    wrist_mm: float = 155.0
    ease_mm: float = 18.0
    clasp: Clasp = Clasp.LOBSTER
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_wrist(self.wrist_mm, self.ease_mm)
        ChainForm(self.link, self.wire_mm, self.clasp)

    def build(self) -> Model:
        """Parts link (and long_link), jump_ring, clasp.

        Raises:
            ModelError: no such metal or finish.
        """
        form = ChainForm(self.link, self.wire_mm, self.clasp)
        worn = wear_bracelet(form, self.wrist_mm * 1e-3, self.ease_mm * 1e-3)
        bill = Bill(
            metals=(metal_lot_of_volume(self.metal, worn.row.volume),),
            components=clasp_components(self.clasp),
            dimensions=(*chain_dimensions(worn), Dimension("wrist", "Wrist", self.wrist_mm)),
            measures=chain_measures(worn),
        )
        material = metal_material(self.metal, self.finish)
        return Model(
            "chain-bracelet",
            worn.row.parts(material),
            Anchor.WRIST,
            self.wrist_mm * 1e-3 / math.pi,
            draped_on(self.wrist_mm),
            bill=bill,
        )

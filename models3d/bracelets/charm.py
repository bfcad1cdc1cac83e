"""The charm bracelet: a chain round the wrist with charms on jump rings."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models3d.bill import Bill, Dimension, EngravingLot, StoneLot
from models3d.bracelets.charms import PEARL_MM, Charm, CharmBody, charm_body
from models3d.bracelets.wear import check_wrist, draped_on
from models3d.chains.chain import ChainForm, WornChain, wear_bracelet
from models3d.chains.fittings import jump_ring
from models3d.chains.hung import hang, spread
from models3d.chains.lots import (
    chain_dimensions,
    chain_measures,
    clasp_components,
    metal_lot_of_volume,
)
from models3d.chains.styles import LinkStyle
from models3d.engraving.look import engraved
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, Array
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.stones.stone import stone

STYLES_WITH_CHARMS = (LinkStyle.CABLE, LinkStyle.ROLO)
WIRES_MM = (0.8, 1.5)
CHARMS = (1, 5)
APART = 13.5e-3  # metres between charms
RING_WIRE_MM, RING_INNER_MM = 0.6, 3.2
DOWN = np.array([0.0, -1.0, 0.0])  # the hand is raised, as when a bracelet is shown


@dataclass(frozen=True, slots=True)
class CharmBracelet:
    """Charms on a cable or rolo chain.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: links of this kind are not made of such wire.
    """

    link: LinkStyle = LinkStyle.ROLO
    wire_mm: float = 1.2
    wrist_mm: float = 155.0
    ease_mm: float = 20.0
    charms: int = 5
    charm_1: Charm = Charm.HEART
    charm_2: Charm = Charm.PEARL
    charm_3: Charm = Charm.DISC
    charm_4: Charm = Charm.STAR
    charm_5: Charm = Charm.MOON
    engraving: str = ""  # an initial on the discs
    typeface: str = "serif"
    pearl: str = "pearl_white"
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_wrist(self.wrist_mm, self.ease_mm)
        if not CHARMS[0] <= self.charms <= CHARMS[1]:
            raise ModelError(f"charms must be from 1 to 5, got {self.charms!r}")
        if self.link not in STYLES_WITH_CHARMS:
            raise Unbuildable("Charms hang from cable or rolo chains.", ("link",))
        if not WIRES_MM[0] <= self.wire_mm <= WIRES_MM[1]:
            raise Unbuildable(
                f"A chain that carries charms is made of wire of {WIRES_MM[0]:g} to "
                f"{WIRES_MM[1]:g} mm.",
                ("wire_mm",),
            )
        form = ChainForm(self.link, self.wire_mm)
        if form.links(300)[0].width * 1e3 - 2.0 * self.wire_mm < RING_WIRE_MM:
            raise Unbuildable("A charm's ring does not pass through links so fine.", ("wire_mm",))

    @property
    def chosen(self) -> tuple[Charm, ...]:
        """The charms, from the wearer's right to the left."""
        row = (self.charm_1, self.charm_2, self.charm_3, self.charm_4, self.charm_5)
        return row[: self.charms]

    def build(self) -> Model:
        """Parts link, jump_ring, clasp, charm_ring, one for each kind of charm, pearl.

        Raises:
            ModelError: no such metal, finish or typeface.
            Unbuildable: the initial cannot be engraved.
        """
        form = ChainForm(self.link, self.wire_mm)
        worn = wear_bracelet(form, self.wrist_mm * 1e-3, self.ease_mm * 1e-3, flat=True)
        ring = jump_ring(RING_WIRE_MM, RING_INNER_MM)
        at = spread(worn.row, self.charms, APART)
        rings, places = hang(worn.row, at, ring, DOWN)
        material = metal_material(self.metal, self.finish)
        bodies = {kind: charm_body(kind, self.engraving, self.typeface) for kind in self.chosen}
        parts = [*worn.row.parts(material), Part("charm_ring", ring.mesh, material, rings, "metal")]
        volume = worn.row.volume + len(at) * ring.volume
        pearls: list[Array] = []
        for kind, body in bodies.items():
            where = places[[k for k, chosen in enumerate(self.chosen) if chosen is kind]]
            dressed = engraved(material) if body.engraving else material
            parts.append(Part(f"charm_{kind}", body.mesh, dressed, where, "metal"))
            volume += len(where) * body.volume
            if body.pearl_y is not None:
                lift = np.eye(4)
                lift[1, 3] = body.pearl_y
                pearls.extend(where @ lift)
        stones: tuple[StoneLot, ...] = ()
        if pearls:
            drop = stone("pearl", self.pearl, PEARL_MM)
            parts.append(drop.part("pearl", np.array(pearls), slot="pearl"))
            stones = (drop.lot(len(pearls), "drilled", "side"),)
        return Model(
            "charm-bracelet",
            tuple(parts),
            Anchor.WRIST,
            self.wrist_mm * 1e-3 / math.pi,
            draped_on(self.wrist_mm),
            bill=self._bill(worn, volume, stones, bodies),
        )

    def _bill(
        self,
        worn: WornChain,
        volume: float,
        stones: tuple[StoneLot, ...],
        bodies: dict[Charm, CharmBody],
    ) -> Bill:
        engravings: list[EngravingLot] = []
        for kind in self.chosen:
            lot = bodies[kind].engraving
            if lot is not None:
                engravings.append(lot)
        return Bill(
            metals=(metal_lot_of_volume(self.metal, volume),),
            stones=stones,
            components=clasp_components(worn.form.clasp),
            engravings=tuple(engravings),
            dimensions=(*chain_dimensions(worn), Dimension("wrist", "Wrist", self.wrist_mm)),
            measures=chain_measures(worn),
        )

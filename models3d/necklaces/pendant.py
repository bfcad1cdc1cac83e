"""A pendant on a fine chain: the chain's lowest point carries the bail."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from models3d.bill import GRAMS_PER_CARAT, Bill, Dimension, Measure, MetalLot
from models3d.chains.body import Neck
from models3d.chains.chain import ChainForm, WornChain, check_neck_length, wear_necklace
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
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor, Array, RigidTransform
from models3d.mesh import Material, Model, Part
from models3d.metals import metal, metal_material
from models3d.pendants.bail import RING_WIRE, THICK, Bail, bail_for, bail_mesh, ring_mesh
from models3d.pendants.body import PendantBody
from models3d.solids import solid
from models3d.weigh import metal_lot

THICKEST_CHAIN = 4.0e-3
TOUCH = 0.03e-3  # metres kept between chain and bail, and between pendant and skin
TURNS = np.radians(np.linspace(-25.0, 60.0, 341))  # of what hangs, its foot away from the chest


@dataclass(frozen=True, slots=True)
class PendantNecklace(ABC):
    """The chain that pendants share.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: links of this kind are not made of such wire.
    """

    link: LinkStyle = LinkStyle.CABLE
    wire_mm: float = 0.4  # a box chain's: the side of its links
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
        form = self.form
        check_neck_length(form, necklace_length(self.length, self.length_cm))
        if form.links(300)[0].height > THICKEST_CHAIN:
            raise Unbuildable("A pendant hangs from a finer chain.", ("wire_mm", "link"))
        self.check()

    @property
    def form(self) -> ChainForm:
        return ChainForm(self.link, self.wire_mm, self.clasp, self.extender)

    def check(self) -> None:  # noqa: B027 - most pendants refuse nothing
        """Refuse what cannot be made; quick.

        Raises:
            ModelError: a measure is out of the range that can be made.
            Unbuildable: options do not go together.
        """

    @abstractmethod
    def body(self, material: Material) -> PendantBody:
        """What hangs in the jump ring."""

    def build(self) -> Model:
        """Parts of the chain, bail, bail_ring, and those of the pendant.

        Raises:
            ModelError: no such metal or finish.
            Unbuildable: options do not go together.
        """
        material = metal_material(self.metal, self.finish)
        body, bail = self.body(material), bail_for(self.form)
        hung = hanging_parts(bail, body, material)
        fittings = [solid(part.mesh) for part in hung[:2]]
        eye_y = 1e3 * bail.eye_top
        own = [piece.translate((0.0, eye_y, 0.0)) for piece in body.metal]
        ring_y = 1e3 * bail.ring_middle
        lot = metal_lot(
            self.metal, [fittings[0], fittings[1].translate((0.0, ring_y, 0.0)), *own], "pendant"
        )
        carats = sum(stone.count * stone.carat for stone in body.stones)
        worn = wear_necklace(
            self.form,
            necklace_length(self.length, self.length_cm),
            lot.mass_g + carats * GRAMS_PER_CARAT,
            metal(self.metal).density_g_cm3,
            lift=max(bail.reach + TOUCH - self.form.links(300)[0].height / 2.0, 0.0),
        )
        place = hung_place(worn, bail, hung)
        rows = [worn.row, extender(worn)] if self.extender else [worn.row]
        chain = metal_lot_of_volume(self.metal, sum(row.volume for row in rows), "chain")
        parts = tuple(part for row in rows for part in row.parts(material))
        moved = tuple(replace(p, model_from_part=place.matrix @ p.model_from_part) for p in hung)
        pivot = place.apply(np.array([0.0, -bail.radius, 0.0]))
        return Model(
            "pendant",
            (*parts, *moved),
            Anchor.NECK,
            extras={
                "focus": ["bail", "bail_ring", *body.focus],
                "hanging": [part.name for part in hung],
                "hangs_from": [round(float(x), 6) for x in pivot],
            },
            bill=self._bill(worn, (lot, chain), body, bail),
        )

    def _bill(
        self, worn: WornChain, metals: tuple[MetalLot, ...], body: PendantBody, bail: Bail
    ) -> Bill:
        low, high = body.box_mm()
        across, _, deep = high - low
        drop = 1e3 * (THICK[0] - bail.eye_top) - low[1]
        return Bill(
            metals=metals,
            stones=body.stones,
            components=clasp_components(self.clasp),
            engravings=body.engravings,
            dimensions=(
                Dimension("pendant_height", "Pendant height with bail", float(drop)),
                Dimension("pendant_width", "Pendant width", float(across)),
                Dimension("pendant_depth", "Pendant depth", float(deep)),
                Dimension("bail_opening", "Bail, inside", 1e3 * bail.height),
                *chain_dimensions(worn),
            ),
            measures=(
                Measure("wall", "bail", 1e3 * min(THICK)),
                Measure("wire", "jump ring of the bail", 1e3 * RING_WIRE),
                *body.measures,
                *chain_measures(worn),
            ),
        )


def hanging_parts(bail: Bail, body: PendantBody, material: Material) -> tuple[Part, ...]:
    """Bail, jump ring and pendant, one below the other, in the pendant's frame."""
    ring = RigidTransform.from_translation([0.0, bail.ring_middle, 0.0]).matrix[None]
    down = RigidTransform.from_translation([0.0, bail.eye_top, 0.0]).matrix
    return (
        Part("bail", bail_mesh(bail), material, slot="metal"),
        Part("bail_ring", ring_mesh(), material, ring, "metal"),
        *(replace(part, model_from_part=down @ part.model_from_part) for part in body.parts),
    )


def hung_place(worn: WornChain, bail: Bail, hung: tuple[Part, ...]) -> RigidTransform:
    """Model from pendant: the bail on the chain, all below it by gravity or against the chest.

    What hangs turns about the axis of the bail's round top, which rests on the chain all the same.
    """
    top = _rest_height(worn, bail)
    axis = worn.bail.apply(np.array([0.0, top - bail.radius, 0.0]))
    points = np.concatenate([part.world_mesh().positions for part in hung])
    points = points + np.array([0.0, bail.radius, 0.0])  # about the axis
    middle = _middle(hung) + np.array([0.0, bail.radius, 0.0])
    freely = float(np.arctan2(-middle[2], -middle[1]))  # its middle under the axis
    skin = Neck(worn.curve.body.base) if isinstance(worn.curve.body, Neck) else worn.curve.body
    outer = points[np.linalg.norm(points[:, 1:], axis=1) > bail.reach + 0.4e-3]
    outer = outer[outer[:, 2] < middle[2]][:: max(len(outer) // 1500, 1)]
    turn = max(freely, float(TURNS[0]))
    for angle in TURNS[freely <= TURNS].tolist():
        turn = angle
        swung = axis + outer @ _swing(angle).rotation.T
        if float(skin.depth(swung).min()) >= TOUCH:
            break
    swing = _swing(turn)
    return RigidTransform(swing.rotation, axis + swing.rotate([0.0, bail.radius, 0.0]))


def _swing(angle: float) -> RigidTransform:
    """The foot of what hangs swung forwards."""
    return RigidTransform.from_axis_angle((1, 0, 0), -angle)


def _middle(hung: tuple[Part, ...]) -> Array:
    """(3,) the centre of volume of the closed bodies that hang."""
    total, moment = 0.0, np.zeros(3)
    for part in hung:
        mesh = part.world_mesh()
        a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
        share = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6.0
        total += float(share.sum())
        moment += share @ (a + b + c) / 4.0
    return moment / total


def _rest_height(worn: WornChain, bail: Bail) -> float:
    """How far over the chain's middle the bail's inside comes to rest, metres."""
    frame = worn.bail.inverse().matrix
    places = worn.row.places()
    near = np.flatnonzero(np.linalg.norm(places[:, :3, 3] - worn.bail.translation, axis=1) < 0.02)
    clouds = []
    for k in near.tolist():
        matrix = frame @ places[k]
        clouds.append(worn.row.items[k].link.mesh.positions @ matrix[:3, :3].T + matrix[:3, 3])
    points = np.concatenate(clouds)
    inside = (np.abs(points[:, 0]) < bail.wide / 2.0 + 0.1e-3) & (
        np.abs(points[:, 2]) < 0.98 * bail.radius
    )
    y, z = points[inside, 1], points[inside, 2]
    return float((y + bail.radius - np.sqrt(bail.radius**2 - z**2)).max()) + TOUCH

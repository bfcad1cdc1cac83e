"""Lines of the bill that chains share."""

from __future__ import annotations

from models3d.bill import ComponentLot, Dimension, Measure, MetalLot
from models3d.chains.chain import WornChain
from models3d.chains.clasps import Clasp
from models3d.chains.link import PLAY
from models3d.metals import metal


def metal_lot_of_volume(metal_id: str, volume: float, place: str = "") -> MetalLot:
    """An alloy by the cubic metres of bodies that do not overlap."""
    return MetalLot(metal_id, volume * 1e9, volume * 1e6 * metal(metal_id).density_g_cm3, place)


def chain_measures(worn: WornChain) -> tuple[Measure, ...]:
    """What the workshop checks of a chain."""
    link = worn.pattern[0]
    return (
        Measure("wire", "links", 1e3 * link.wire),
        Measure("wire", "jump rings", worn.form.ring_wire_mm),
        Measure("link_gap", "between links", 1e3 * PLAY * link.wire),
    )


def clasp_components(kind: Clasp) -> tuple[ComponentLot, ...]:
    """What a clasp holds that is not cast."""
    if kind is Clasp.BOX:
        return (ComponentLot("tongue_spring", "Spring tongue of the clasp", 1, 0.05),)
    return (ComponentLot("clasp_spring", "Steel spring of the clasp", 1, 0.02),)


def chain_dimensions(worn: WornChain) -> tuple[Dimension, ...]:
    """Length, width, thickness and wire."""
    link = worn.pattern[0]
    return (
        Dimension("length", "Length", 1e3 * worn.length),
        Dimension("width", "Width", 1e3 * link.width),
        Dimension("thickness", "Thickness", 2e3 * worn.half_height),
        Dimension("wire", "Wire", 1e3 * link.wire),
    )

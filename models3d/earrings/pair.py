"""What every pair of earrings shares: its bill, its place on the ear, what swings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from manifold3d import Manifold

from models3d.bill import Bill, MetalLot
from models3d.chains.lots import metal_lot_of_volume
from models3d.frames import Anchor, Array
from models3d.mesh import Model, Part
from models3d.weigh import metal_lot

HEAVIEST_G = 12.0  # of one earring: more drags at the lobe


def pair_bill(one: Bill) -> Bill:
    """The bill of a pair: every metal, stone and component twice.

    Dimensions and measures stay those of one earring.
    """
    return replace(
        one,
        metals=tuple(
            replace(lot, volume_mm3=2.0 * lot.volume_mm3, mass_g=2.0 * lot.mass_g)
            for lot in one.metals
        ),
        stones=tuple(replace(lot, count=2 * lot.count) for lot in one.stones),
        components=tuple(replace(lot, count=2 * lot.count) for lot in one.components),
    )


def earring(
    name: str,
    parts: tuple[Part, ...],
    one: Bill,
    *,
    mirrored: bool = False,
    hanging: tuple[str, ...] = (),
    hangs_from: Array | None = None,
    seen_from_side: bool = False,
) -> Model:
    """The right ear's earring, with the bill of the pair.

    Args:
        one: what this earring is made of.
        mirrored: the other earring is this one's mirror image.
        hanging: names of the parts that swing.
        hangs_from: (3,) metres, the point they swing about.
        seen_from_side: its best side is +X, as a hoop's.
    """
    extras: dict[str, Any] = {"pair": "mirrored" if mirrored else "alike"}
    if hangs_from is not None:
        extras |= {"hanging": list(hanging), "hangs_from": [float(v) for v in hangs_from]}
    if seen_from_side:
        extras["seen_from"] = "side"
    facts: Mapping[str, Any] = extras
    return Model(name, parts, Anchor.EAR, extras=facts, bill=pair_bill(one))


def metal_with_hung(metal_id: str, bodies: Sequence[Manifold], hung: float) -> MetalLot:
    """One earring's metal.

    Args:
        bodies: solids in millimetres that may overlap.
        hung: cubic metres of what hangs from them and overlaps nothing.
    Raises:
        ModelError: no such metal.
    """
    fixed, loose = metal_lot(metal_id, bodies), metal_lot_of_volume(metal_id, hung)
    return replace(
        fixed,
        volume_mm3=fixed.volume_mm3 + loose.volume_mm3,
        mass_g=fixed.mass_g + loose.mass_g,
    )

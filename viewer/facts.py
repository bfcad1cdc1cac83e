"""What a shopper may know before asking: materials, weights, dimensions, in words."""

from __future__ import annotations

from dataclasses import dataclass

from models3d.bill import Bill, StoneLot
from viewer.configuration import Configuration, build_model
from viewer.words import cut_words, gem_words, metal_words

ROLES = {"centre": "Stone", "side": "Side stones", "melee": "Small stones"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a data sheet."""

    label: str
    value: str


def facts(configuration: Configuration) -> tuple[Fact, ...]:
    """The data sheet of a piece, measured on its model."""
    bill = bill_of(configuration)
    lines = [
        Fact(
            f"Metal, {lot.place}" if lot.place else "Metal",
            f"{metal_words(lot.metal)}, {lot.mass_g:.1f} g",
        )
        for lot in bill.metals
    ]
    lines += [Fact(ROLES.get(lot.role, "Stone"), _stones(lot)) for lot in bill.stones]
    lines += [Fact("With", lot.name) for lot in bill.components]
    lines += [Fact(item.label, f"{item.mm:.1f} mm") for item in bill.dimensions]
    lines += [Fact("Engraving", f"“{lot.text}”, {lot.place}") for lot in bill.engravings]
    if bill.size is not None:
        names = " · ".join(bill.document()["sizes"].values())
        lines.append(Fact("Size", f"{names}, {bill.size.inner_diameter_mm:.1f} mm inside"))
    return tuple(lines)


def description(configuration: Configuration) -> str:
    """The piece in one phrase, for those who hear the page: metal and stone."""
    bill = bill_of(configuration)
    metal = metal_words(bill.metals[0].metal) if bill.metals else ""
    words = [metal] if metal else []
    if bill.stones:
        first = bill.stones[0]
        stone = gem_words(first.gem)
        words.append(f"{bill.carats:.3g} ct {stone[0].lower()}{stone[1:]}")
    return " · ".join(words)


def bill_of(configuration: Configuration) -> Bill:
    """What a configured piece is made of."""
    bill = build_model(configuration).bill
    if bill is None:
        raise ValueError(f"{configuration.product} has no bill")
    return bill


def _stones(lot: StoneLot) -> str:
    words = gem_words(lot.gem)
    total = lot.count * lot.carat
    many = f"{lot.count} × " if lot.count > 1 else ""
    size = f"{lot.length_mm:.1f} × {lot.width_mm:.1f}"
    if abs(lot.length_mm - lot.width_mm) < 0.05:
        size = f"{lot.width_mm:.1f}"
    return f"{many}{words}, {total:.2f} ct, {cut_words(lot.cut)}, {size} × {lot.depth_mm:.1f} mm"

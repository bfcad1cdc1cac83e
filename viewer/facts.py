"""What a shopper may know before asking: materials, weights, dimensions, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from models3d.bill import Bill, StoneLot
from viewer.catalogue import product
from viewer.configuration import Configuration, idle_options
from viewer.words import cut_words, gem_words, metal_words

STONE_SOURCES = ("transparent_gems", "gems", "pearls")
ROLES = {  # of a stone: how its weight and its cut are announced
    "centre": ("Stone", "Cut"),
    "side": ("Side stones", "Their cut"),
    "melee": ("Small stones", "Their cut"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a data sheet."""

    label: str
    value: str


def facts(bill: Bill) -> tuple[Fact, ...]:
    """The data sheet of a piece, measured on its model."""
    lines = [
        Fact(
            f"Metal, {lot.place}" if lot.place else "Metal",
            f"{metal_words(lot.metal)}, {lot.mass_g:.1f} g",
        )
        for lot in bill.metals
    ]
    lines += [line for lot in bill.stones for line in _stone_lines(lot)]
    lines += [Fact("With", lot.name) for lot in bill.components]
    lines += [Fact(item.label, f"{item.mm:.1f} mm") for item in bill.dimensions]
    lines += [Fact("Engraving", f"“{lot.text}”, {lot.place}") for lot in bill.engravings]
    if bill.size is not None:
        names = " · ".join(bill.document()["sizes"].values())
        lines.append(Fact("Size", f"{names}, {bill.size.inner_diameter_mm:.1f} mm inside"))
    return tuple(lines)


def description(configuration: Configuration) -> str:
    """The piece in one phrase, for those who hear the page: metal and stone, as chosen."""
    item, options = product(configuration.product), configuration.options
    idle = idle_options(configuration)
    by_source = {
        option.source: options[option.id]
        for option in reversed(item.options)  # the first of a kind is the main one
        if option.source is not None and option.id not in idle
    }
    words = [metal_words(by_source["metals"])] if "metals" in by_source else []
    stones = [by_source[source] for source in STONE_SOURCES if source in by_source]
    if stones:
        stone = gem_words(stones[0])
        carat = f"{Decimal(options['carat']):f} ct " if "carat" in options else ""
        words.append(f"{carat}{stone[0].lower()}{stone[1:]}")
    return " · ".join(words)


def _stone_lines(lot: StoneLot) -> tuple[Fact, ...]:
    words = gem_words(lot.gem)
    if lot.count > 1:
        weight = (
            f"{lot.count} × {words[0].lower()}{words[1:]}, {lot.count * lot.carat:.2f} ct in all"
        )
    else:
        grade = f", {lot.grade}" if lot.grade else ""
        weight = f"{words}, {lot.carat:.2f} ct{grade}"
    across = f"{lot.width_mm:.1f} mm across"
    if abs(lot.length_mm - lot.width_mm) >= 0.05:
        across = f"{lot.length_mm:.1f} mm long, {lot.width_mm:.1f} mm wide"
    cut = f"{cut_words(lot.cut)}, {across}, {lot.depth_mm:.1f} mm deep"
    label, cut_label = ROLES[lot.role]
    lines = (Fact(label, weight), Fact(cut_label, cut))
    return (*lines, Fact("Report", lot.report)) if lot.report else lines

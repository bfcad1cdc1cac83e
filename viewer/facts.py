"""What a shopper may know before asking: materials, weights, dimensions, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from models3d.bill import Bill, StoneLot
from viewer.catalogue import product
from viewer.configuration import Configuration, idle_options
from viewer.language import gettext as _
from viewer.language import later
from viewer.quantities import number, quantity
from viewer.refusals import translated
from viewer.words import (
    STONE_SOURCES,
    cut_words,
    gem_words,
    metal_words,
    mid_sentence,
    place_words,
)

ROLES = {  # of a stone: how its weight and its cut are announced
    "centre": (later("Stone"), later("Cut")),
    "side": (later("Side stones"), later("Their cut")),
    "melee": (later("Small stones"), later("Their cut")),
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
            _("Metal, {place}", place=place_words(lot.place)) if lot.place else _("Metal"),
            _("{metal}, {mass}", metal=metal_words(lot.metal), mass=quantity(lot.mass_g, "g", 1)),
        )
        for lot in bill.metals
    ]
    lines += [line for lot in bill.stones for line in _stone_lines(lot)]
    lines += [Fact(_("Comes with"), translated(lot.name)) for lot in bill.components]
    lines += [Fact(_(item.label), quantity(item.mm, "mm", 1)) for item in bill.dimensions]
    lines += [
        Fact(_("Engraving"), _("“{text}”, {place}", text=lot.text, place=place_words(lot.place)))
        for lot in bill.engravings
    ]
    if bill.size is not None:
        names = " · ".join(bill.document()["sizes"].values())
        inside = quantity(bill.size.inner_diameter_mm, "mm", 1)
        lines.append(Fact(_("Size"), _("{sizes}, {diameter} inside", sizes=names, diameter=inside)))
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
        if "carat" in options:
            carat = quantity(Decimal(options["carat"]), "ct")
            words.append(_("{carat} {stone}", carat=carat, stone=mid_sentence(stone)))
        else:
            words.append(mid_sentence(stone))
    return " · ".join(words)


def _stone_lines(lot: StoneLot) -> tuple[Fact, ...]:
    words = gem_words(lot.gem)
    if lot.count > 1:
        weight = _(
            "{count} × {stone}, {carat} in all",
            count=number(lot.count),
            stone=mid_sentence(words),
            carat=quantity(lot.count * lot.carat, "ct", 2),
        )
    else:
        carat = quantity(lot.carat, "ct", 2)
        weight = _("{stone}, {carat}", stone=words, carat=carat)
        weight += _(", {grade}", grade=lot.grade) if lot.grade else ""
    width, length, depth = (
        quantity(each, "mm", 1) for each in (lot.width_mm, lot.length_mm, lot.depth_mm)
    )
    if abs(lot.length_mm - lot.width_mm) >= 0.05:
        cut = _(
            "{cut}, {length} long, {width} wide, {depth} deep",
            cut=cut_words(lot.cut),
            length=length,
            width=width,
            depth=depth,
        )
    else:
        cut = _(
            "{cut}, {width} across, {depth} deep", cut=cut_words(lot.cut), width=width, depth=depth
        )
    label, cut_label = ROLES[lot.role]
    lines = (Fact(_(label), weight), Fact(_(cut_label), cut))
    return (*lines, Fact(_("Report"), lot.report)) if lot.report else lines

"""What a piece costs, line by line, from its bill and the merchant's prices; exact decimals.

price = (metal + stones + setting + making + engraving + components + extras)
        * (1 + margin) * (1 + tax)

Each line carries its margin and is rounded to the currency's smallest coin, so that the lines add
up to the total that is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision

from models3d.bill import Bill, MetalLot, StoneLot
from models3d.metals import metal
from viewer.catalogue import product
from viewer.configuration import Configuration
from viewer.errors import PriceUnknown
from viewer.language import gettext as _
from viewer.language import ngettext
from viewer.price_file import PriceFile
from viewer.quantities import number, quantity
from viewer.refusals import translated
from viewer.words import gem_words, metal_words, mid_sentence

GRAMS_PER_TROY_OUNCE = Decimal("31.1034768")
THOUSANDTH = Decimal("0.001")  # grams and carats are taken to it
HUNDRED = Decimal(100)
SEVEN_MM = Decimal(7)


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One item, before tax."""

    kind: str  # metal, stones, setting, making, engraving, component or extra
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """A price and everything needed to work it out again."""

    lines: tuple[QuoteLine, ...]
    net: Decimal
    tax: Decimal
    tax_label: str
    total: Decimal
    currency: str
    edition: str  # of the prices
    demonstration: bool
    configuration: str  # hash

    def formatted(self, amount: Decimal, locale: str) -> str:
        """An amount as it is written in a language, such as `fr` or `de_CH`."""
        return format_currency(amount, self.currency, locale=locale)


def quote(
    configuration: Configuration, bill: Bill, prices: PriceFile, currency: str | None = None
) -> Quote:
    """The price of a configuration.

    Args:
        bill: of its piece.
        currency: one that the prices give a rate for; theirs by default.
    Raises:
        PriceUnknown: the prices lack a metal, a grade, a component or the currency.
    """
    wanted = currency or prices.currency
    rate = Decimal(1) if wanted == prices.currency else prices.rates.get(wanted)
    if rate is None:
        known = ", ".join([prices.currency, *prices.rates])
        raise PriceUnknown(f"There is no price in {wanted}: ask in one of {known}.")
    coin = Decimal(1).scaleb(-get_currency_precision(wanted))
    factor = rate * (1 + prices.margin_percent / HUNDRED)
    family = product(configuration.product).family
    lines = tuple(
        QuoteLine(kind, label, (cost * factor).quantize(coin, ROUND_HALF_UP))
        for kind, label, cost in _costs(bill, family, configuration.options, prices)
        if cost
    )
    net = sum((line.amount for line in lines), Decimal(0))
    tax = (net * prices.tax_percent / HUNDRED).quantize(coin, ROUND_HALF_UP)
    percent = quantity(prices.tax_percent, "%")
    return Quote(
        lines,
        net,
        tax,
        f"{_(prices.tax_name)} {percent}",
        net + tax,
        wanted,
        prices.edition,
        prices.demonstration,
        configuration.hash,
    )


def _costs(
    bill: Bill, family: str, options: Mapping[str, str], prices: PriceFile
) -> Iterator[tuple[str, str, Decimal]]:
    """Kind, label and cost of every item, without margin, in the currency of the prices."""
    for metal_lot in bill.metals:
        grams = _thousandths(metal_lot.mass_g)
        mass = quantity(grams, "g", 2)
        label = _("{metal}, {mass}", metal=metal_words(metal_lot.metal), mass=mass)
        yield "metal", label, _metal_cost(metal_lot, prices)
    setting = Decimal(0)
    for stone_lot in bill.stones:
        yield "stones", _stone_label(stone_lot), _stone_cost(stone_lot, options, prices)
        carat = _thousandths(stone_lot.carat)
        setting += stone_lot.count * prices.setting.of(stone_lot.setting, carat)
    yield "setting", _("Stone setting"), setting
    grams = _thousandths(bill.metal_mass_g)
    by_the_piece: Decimal = getattr(prices.making, family)
    yield "making", _("Making"), by_the_piece + grams * prices.making.per_gram
    for engraving in bill.engravings:
        letters = sum(not letter.isspace() for letter in engraving.text)
        cost = prices.engraving.once + letters * prices.engraving.per_character
        label = ngettext("Engraving, {count} letter", "Engraving, {count} letters", letters)
        yield "engraving", label, cost
    for component in bill.components:
        each = prices.components.get(component.id, Decimal(0))
        yield "component", translated(component.name), component.count * each
    if any(metal(lot.metal).fineness_ppt for lot in bill.metals):
        yield "extra", _("Hallmark"), prices.hallmark
    for name, cost in prices.extras.items():
        yield "extra", _(name.replace("_", " ").capitalize()), cost


def _metal_cost(lot: MetalLot, prices: PriceFile) -> Decimal:
    """Fine metal by the ounce with the dealer's premium, or the alloy by the gram; and what
    casting loses."""
    alloy, grams = metal(lot.metal), _thousandths(lot.mass_g)
    element = lot.metal.split("_")[0]
    spot = prices.metal.per_troy_ounce.get(element)
    if spot is not None and alloy.fineness_ppt is not None:
        fine = grams * alloy.fineness_ppt / 1000
        cost = fine * spot / GRAMS_PER_TROY_OUNCE * (1 + prices.metal.premium_percent / HUNDRED)
    elif element in prices.metal.per_gram:
        cost = grams * prices.metal.per_gram[element]
    else:
        raise PriceUnknown(f"{metal_words(lot.metal)} is priced on request.")
    return cost * (1 + prices.metal.casting_loss_percent / HUNDRED)


def _stone_label(lot: StoneLot) -> str:
    words = gem_words(lot.gem)
    if lot.count == 1:
        return _("{stone}, {carat}", stone=words, carat=quantity(lot.carat, "ct", 2))
    return _(
        "{count} × {stone}, {carat}",
        count=number(lot.count),
        stone=mid_sentence(words),
        carat=quantity(lot.count * lot.carat, "ct", 2),
    )


def _stone_cost(lot: StoneLot, options: Mapping[str, str], prices: PriceFile) -> Decimal:
    if lot.gem.startswith("pearl"):
        diameter = Decimal(str(round(lot.width_mm, 2)))
        return lot.count * prices.pearls.base * (diameter / SEVEN_MM) ** 3
    carat = _thousandths(lot.carat)
    if lot.gem == "diamond":
        each = carat * _diamond_per_carat(lot, carat, prices) * _grade(lot, options, prices)
    elif lot.gem in prices.gems:
        each = carat * prices.gems[lot.gem][carat >= 1]
    elif prices.gems_otherwise is not None:
        each = carat * prices.gems_otherwise.per_carat[carat >= 1]
    else:
        raise PriceUnknown(f"{gem_words(lot.gem)} is priced on request.")
    return lot.count * each


def _diamond_per_carat(lot: StoneLot, carat: Decimal, prices: PriceFile) -> Decimal:
    shape = "round" if lot.cut in ("round_brilliant", "single_cut", "old_european") else "fancy"
    fitting = [b for b in prices.diamond if b.shape == shape and b.from_ct <= carat]
    if not fitting:
        raise PriceUnknown(f"A {shape} diamond of {carat} ct is priced on request.")
    return max(fitting, key=lambda bracket: bracket.from_ct).per_carat


def _grade(lot: StoneLot, options: Mapping[str, str], prices: PriceFile) -> Decimal:
    """The factor of the centre stone's colour and clarity; small stones have the house's."""
    grades = prices.diamond_grades
    chosen = options if lot.role == "centre" else {}
    colour = chosen.get("colour", grades.default_colour)
    clarity = chosen.get("clarity", grades.default_clarity)
    if colour not in grades.colour or clarity not in grades.clarity:
        raise PriceUnknown(f"A diamond of colour {colour} and clarity {clarity} is on request.")
    return grades.colour[colour] * grades.clarity[clarity]


def _thousandths(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(THOUSANDTH, ROUND_HALF_UP)

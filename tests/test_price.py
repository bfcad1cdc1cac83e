"""Prices: exact, itemised, the merchant's own, in any currency that has a rate."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.metals import METALS
from viewer.bills import bill_of
from viewer.catalogue import PRODUCTS
from viewer.configuration import Configuration, configure
from viewer.errors import InvalidPriceFile, PriceUnknown
from viewer.price import Quote
from viewer.price import quote as quote_of
from viewer.price_file import DEMONSTRATION, PriceFile, prices, read_prices

DEMO = read_prices(DEMONSTRATION)


def quote(configuration: Configuration, prices: PriceFile, currency: str | None = None) -> Quote:
    return quote_of(configuration, bill_of(configuration), prices, currency)


def by_kind(result: Quote) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in result.lines:
        sums[line.kind] = sums.get(line.kind, Decimal(0)) + line.amount
    return sums


def test_a_band_costs_what_the_formula_says() -> None:
    configuration = configure("band", {"metal": "gold_18k_yellow_3N", "width": 4})
    result = quote(configuration, DEMO)
    grams = Decimal(repr(bill_of(configuration).metal_mass_g)).quantize(Decimal("0.001"))
    gold = grams * 750 / 1000 * 2400 / Decimal("31.1034768") * Decimal("1.03") * Decimal("1.06")
    making = Decimal(180) + 6 * grams
    cents = Decimal("0.01")
    expected = {
        "metal": (gold * Decimal("1.6")).quantize(cents),
        "making": (making * Decimal("1.6")).quantize(cents),
        "extra": (Decimal(12) * Decimal("1.6")).quantize(cents),
    }
    assert by_kind(result) == expected
    assert result.net == sum(expected.values())
    assert result.tax == (result.net / 5).quantize(cents)
    assert result.total == result.net + result.tax


def test_a_solitaire_pays_for_its_stone_and_its_setting() -> None:
    kinds = by_kind(quote(configure("solitaire"), DEMO))
    assert kinds["stones"] == Decimal("5600") * Decimal("1.18") * Decimal("1.6")  # 1 ct, F VS1
    assert kinds["setting"] == Decimal("35") * Decimal("1.6")
    small = by_kind(quote(configure("solitaire", {"carat": 0.5}), DEMO))
    assert small["stones"] == Decimal("0.5") * 2600 * Decimal("1.18") * Decimal("1.6")
    lesser = by_kind(quote(configure("solitaire", {"colour": "J", "clarity": "SI1"}), DEMO))
    assert lesser["stones"] < Decimal("0.6") * kinds["stones"]


@settings(max_examples=20, deadline=None)
@given(
    carat=st.decimals("0.30", "3.00", places=2),
    gem=st.sampled_from(["diamond", "ruby", "sapphire_blue", "moissanite", "spinel_red"]),
    currency=st.sampled_from([None, "JPY", "USD"]),
)
def test_lines_add_up_to_what_is_paid(carat: Decimal, gem: str, currency: str | None) -> None:
    chosen = {"carat": str(carat), "gem": gem, "shank_width": "2", "size": "EU 60"}
    result = quote(configure("solitaire", chosen), DEMO, currency)
    places = 0 if currency == "JPY" else -2
    assert sum(line.amount for line in result.lines) + result.tax == result.total
    assert all(line.amount > 0 for line in result.lines)
    assert all(line.amount.as_tuple().exponent == places for line in result.lines)
    assert result.configuration == configure("solitaire", chosen).hash


def test_every_product_and_every_metal_on_offer_has_a_price() -> None:
    for item in PRODUCTS.values():
        assert quote(configure(item.id), DEMO).total > 0
    for choice in PRODUCTS["band"].option("metal").choices:  # type: ignore[union-attr]
        result = quote(configure("band", {"metal": choice.id}), DEMO)
        precious = METALS[choice.id].fineness_ppt is not None
        assert ("Hallmark" in [line.label for line in result.lines]) == precious


def test_amounts_are_written_as_a_language_writes_them() -> None:
    result = quote(configure("solitaire"), DEMO)
    assert result.formatted(Decimal("1234.5"), "de") == "1.234,50\xa0€"
    assert result.formatted(Decimal("1234.5"), "en_GB") == "€1,234.50"
    yen = quote(configure("solitaire"), DEMO, "JPY")
    assert yen.formatted(Decimal(1234), "ja") == "￥1,234"


def test_an_unknown_currency_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PriceUnknown, match="EUR, USD"):
        quote(configure("band"), DEMO, "XAU")


def test_a_stone_without_a_price_is_on_request() -> None:
    bare = DEMO.model_copy(update={"gems": {}, "gems_otherwise": None})
    with pytest.raises(PriceUnknown, match="Ruby is priced on request"):
        quote(configure("solitaire", {"gem": "ruby"}), bare)


def test_a_house_has_prices_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "house.toml"
    text = DEMONSTRATION.read_text("utf-8").replace('"demonstration-1"', '"winter"')
    own.write_text(text.replace("margin_percent = 60", "margin_percent = 0"), "utf-8")
    monkeypatch.setenv("PARURE_PRICES", str(own))
    house: PriceFile = prices()
    assert quote(configure("band"), house).edition == "winter"
    assert quote(configure("band"), house).net < quote(configure("band"), DEMO).net


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("margin_percent = 60", "margin_percent = -1"), "margin_percent: .*greater than or equal"),
        (("gold = 2400", "gold = nan"), "metal.per_troy_ounce.gold"),
        (('currency = "EUR"', 'currency = "euro"'), "currency"),
        (("[pearls]", "[perls]"), "pearls: Field required|perls"),
        (('name = "D', "name = D"), "cannot be read"),
    ],
)
def test_a_wrong_price_file_is_refused_with_the_place(
    change: tuple[str, str], sentence: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    text = DEMONSTRATION.read_text("utf-8")
    assert change[0] in text
    wrong.write_text(text.replace(*change), "utf-8")
    with pytest.raises(InvalidPriceFile, match=sentence):
        read_prices(wrong)

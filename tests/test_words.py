"""The shop's words: every choice has some, none speaks as a workshop does."""

import re

from tests.serving import ROOT
from viewer.bills import bill_bytes, bill_of, read_bill
from viewer.catalogue import PRODUCTS
from viewer.configuration import configure
from viewer.facts import description, facts
from viewer.web.scene import ENGRAVING, NAMED, SLOTS
from viewer.words import gem_swatch, gem_words, metal_swatch, metal_words

COLOUR = re.compile(r"#[0-9a-f]{6}")


def choices(option_id: str) -> list[str]:
    options = [product.option(option_id) for product in PRODUCTS.values()]
    return sorted({choice.id for option in options if option for choice in option.choices})


def test_every_metal_and_stone_has_words_of_its_own_without_brackets() -> None:
    for words, option_id in ((metal_words, "metal"), (gem_words, "gem")):
        named = [words(key) for key in choices(option_id)]
        assert len(set(named)) == len(named)
        assert not [name for name in named if re.search(r"[()_/]", name)]


def test_every_place_that_is_pointed_out_has_a_name_in_the_page_s_language() -> None:
    script = (ROOT / "static/js/viewer/overlay.js").read_text("utf-8")
    named = set(re.findall(r"^  (\w+): _\('The ", script, re.M))
    assert named == {*NAMED, *SLOTS.values(), ENGRAVING}


def test_swatches_show_the_colour_of_the_material() -> None:
    for key in choices("metal"):
        assert COLOUR.fullmatch(metal_swatch(key))
    red, green, blue = (int(gem_swatch("ruby")[at : at + 2], 16) for at in (1, 3, 5))
    assert red > 1.5 * max(green, blue)
    red, green, blue = (int(gem_swatch("sapphire_blue")[at : at + 2], 16) for at in (1, 3, 5))
    assert blue > 1.5 * max(red, green)
    assert gem_swatch("diamond") == "#ffffff"
    platinum, gold = metal_swatch("platinum_950"), metal_swatch("gold_18k_yellow_3N")
    assert int(gold[1:3], 16) - int(gold[5:7], 16) > 50
    assert int(platinum[1:3], 16) - int(platinum[5:7], 16) < 20


def test_the_data_sheet_follows_the_configuration() -> None:
    sheet = {
        fact.label: fact.value for fact in facts(bill_of(configure("solitaire", {"carat": 0.5})))
    }
    assert sheet["Stone"] == "Natural diamond, 0.50 ct, F VS1"
    assert re.fullmatch(r"Platinum 950, \d\.\d g", sheet["Metal"])
    assert re.fullmatch(r"Round brilliant, 5\.\d mm across, 3\.\d mm deep", sheet["Cut"])
    assert "EU 54" in sheet["Size"]
    assert "17.2 mm inside" in sheet["Size"]
    band = {fact.label: fact.value for fact in facts(bill_of(configure("band", {"width": 6})))}
    assert (band["Width"], band["Thickness"]) == ("6.0 mm", "1.8 mm")
    assert "Stone" not in band


def test_a_phrase_names_metal_and_stone() -> None:
    ring = configure("solitaire", {"carat": 1.25, "gem": "ruby", "metal": "gold_18k_yellow_3N"})
    assert description(ring) == "Yellow gold 18 ct · 1.25 ct ruby"
    assert description(configure("band")) == "Yellow gold 18 ct"


def test_a_phrase_is_had_for_every_product_without_building_it() -> None:
    for product in PRODUCTS:
        phrase = description(configure(product))
        assert phrase
        assert not re.search(r"[()_/]", phrase), phrase
    assert description(configure("pearl-strand")).endswith("pearl")


def test_a_bill_comes_back_from_its_text_as_it_was() -> None:
    for product in ("solitaire", "band", "eternity"):
        bill = bill_of(configure(product))
        assert read_bill(bill_bytes(bill)) == bill

"""The catalogue: what `parure products --json` and the configurator are told."""

import json
import re

import pytest

from models3d.frames import Anchor
from models3d.gems import GEMS
from models3d.metals import FINISHES, METALS
from viewer.catalogue import PRODUCTS, Option, Product, catalogue_json, product
from viewer.configuration import configure
from viewer.errors import InvalidOption, UnknownProduct

ANCHORS = {
    "ring": ("finger",),
    "necklace": ("neck",),
    "earring": ("ear",),
    "bracelet": ("wrist",),
    "watch": ("wrist",),
}
UNITS = (None, "ct", "mm", "cm", "%", "°")
EVERY_OPTION = [(item, option) for item in PRODUCTS.values() for option in item.options]


def test_the_json_form_has_the_fields_of_the_contract() -> None:
    document = json.loads(json.dumps(catalogue_json(), allow_nan=False))
    assert {"solitaire", "band"} <= {item["id"] for item in document}
    for item in document:
        assert set(item) == {"id", "name", "family", "anchor", "options"}
        assert item["anchor"] in ANCHORS[item["family"]]
        for option in item["options"]:
            assert {"id", "label", "kind", "default"} <= set(option)
            if option["kind"] == "number":
                assert option["min"] <= option["default"] <= option["max"]
                assert 0 < option["step"] < option["max"]
                assert option.get("unit") in UNITS
            elif option["kind"] == "text":
                assert len(option["default"]) <= option["longest"]
            else:
                assert option["kind"] == "choice"
                assert option["default"] in [choice["id"] for choice in option["choices"]]
                assert all(choice["label"] for choice in option["choices"])


def test_ids_are_unique() -> None:
    for item in PRODUCTS.values():
        ids = [option.id for option in item.options]
        assert len(set(ids)) == len(ids)
        for option in item.options:
            choices = [choice.id for choice in option.choices]
            assert len(set(choices)) == len(choices)


@pytest.mark.parametrize(("item", "option"), EVERY_OPTION)
def test_every_value_on_offer_is_taken(item: Product, option: Option) -> None:
    offered = [choice.id for choice in option.choices]
    if option.kind == "number":
        offered = [str(option.least), str(option.greatest), option.default]
    for value in offered:
        try:
            configure(item.id, {option.id: value})
        except InvalidOption as refusal:  # not with the other defaults: a reason, not a range
            assert not re.search('must be|cannot be "', str(refusal))  # noqa: PT017
    assert configure(item.id).options[option.id] == option.default


@pytest.mark.parametrize(("item", "option"), EVERY_OPTION)
def test_an_option_can_be_told_in_one_line(item: Product, option: Option) -> None:
    summary = option.summary()
    assert summary.startswith(f"{option.id}={option.default}")
    assert "\n" not in summary


def test_metals_finishes_and_gems_on_offer_exist() -> None:
    for item in PRODUCTS.values():
        for table, option_id in ((METALS, "metal"), (FINISHES, "finish"), (GEMS, "gem")):
            option = item.option(option_id)
            if option is not None:
                assert {choice.id for choice in option.choices} <= set(table)


def test_only_stones_that_light_passes_through_are_set() -> None:
    option = PRODUCTS["solitaire"].option("gem")
    assert option is not None
    assert all(GEMS[choice.id].material().is_gem for choice in option.choices)


def test_a_size_is_offered_with_its_names_in_every_system() -> None:
    option = PRODUCTS["band"].option("size")
    assert option is not None
    labels = {choice.id: choice.label for choice in option.choices}
    assert labels["EU 54"] == "EU 54 · US 6.75 · UK N · JP 14"
    assert option.notation == "ring_size"


def test_a_number_has_a_span_and_a_choice_has_none() -> None:
    width, metal = (PRODUCTS["band"].option(name) for name in ("width", "metal"))
    assert width is not None
    assert metal is not None
    assert width.span() == "2 to 8 mm in steps of 0.1"
    with pytest.raises(ValueError, match="not a number"):
        metal.span()


def test_an_unknown_product_is_answered_with_the_nearest() -> None:
    assert product("band").anchor is Anchor.FINGER
    with pytest.raises(UnknownProduct, match='Did you mean "solitaire"'):
        product("solitare")
    with pytest.raises(UnknownProduct, match=r"Products: solitaire, .*band"):
        product("")

"""The JSON Schema of a product says what `configure` takes."""

from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator

from viewer.catalogue import PRODUCTS
from viewer.configuration import configure
from viewer.errors import InvalidOption
from viewer.options import Option, Product
from viewer.schema import product_schema

each_product = pytest.mark.parametrize("item", PRODUCTS.values(), ids=lambda item: item.id)


def typed(option: Option, text: str) -> str | float:
    return float(text) if option.kind == "number" else text


@each_product
def test_it_is_a_schema_and_the_defaults_fit(item: Product) -> None:
    schema = product_schema(item)
    Draft202012Validator.check_schema(schema)
    defaults = {o.id: typed(o, configure(item.id).options[o.id]) for o in item.options}
    Draft202012Validator(schema).validate(defaults)
    assert list(schema["properties"]) == [option.id for option in item.options]


@each_product
def test_what_it_refuses_configure_refuses(item: Product) -> None:
    validator = Draft202012Validator(product_schema(item))
    for option in item.options:
        if option.when is not None:
            continue
        if option.kind == "number":
            assert option.greatest is not None
            wrong: str | float = float(option.greatest + Decimal(1))
        elif option.kind == "text":
            assert option.longest is not None
            wrong = "x" * (option.longest + 1)
        else:
            wrong = "no such thing"
        assert not validator.is_valid({option.id: wrong})
        with pytest.raises(InvalidOption):
            configure(item.id, {option.id: wrong})
    assert not validator.is_valid({"no_such_option": "1"})


def test_rules_between_options_are_told() -> None:
    (rule,) = product_schema(PRODUCTS["solitaire"])["x-rules"]
    assert rule["require"] == "shank_width >= 1.8"
    assert rule["when"] == "carat > 2"
    assert rule["because"].endswith(".")

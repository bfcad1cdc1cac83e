"""What can be chosen next is told before it is chosen, and it is what `configure` takes."""

from decimal import Decimal

import pytest

from viewer.catalogue import PRODUCTS
from viewer.configuration import configure
from viewer.errors import InvalidOption
from viewer.options import decimal_text
from viewer.possible import conflict_with, possible


def option_of(product: str, option: str):
    found = PRODUCTS[product].option(option)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("product", "option"),
    [("chain", "link"), ("eternity", "setting"), ("halo-pendant", "link"), ("band", "profile")],
)
def test_a_choice_is_refused_exactly_where_configure_refuses_it(product: str, option: str) -> None:
    found = possible(configure(product), option_of(product, option))
    for choice in option_of(product, option).choices:
        try:
            configure(product, {option: choice.id})
        except InvalidOption:
            assert choice.id in found.refused
        else:
            assert choice.id not in found.refused


@pytest.mark.parametrize(
    ("product", "option"),
    [("chain", "wire"), ("dress-watch", "thickness"), ("tennis-necklace", "stone")],
)
def test_a_span_ends_where_configure_begins_to_refuse(product: str, option: str) -> None:
    asked = option_of(product, option)
    span = possible(configure(product), asked).span
    assert span is not None
    assert asked.step is not None
    for end, why, way in ((span.least, span.below, -1), (span.greatest, span.above, 1)):
        configure(product, {option: end})
        beyond = Decimal(end) + way * asked.step
        if why is not None:
            with pytest.raises(InvalidOption):
                configure(product, {option: decimal_text(beyond)})


def test_what_would_have_to_give_way_makes_it_possible() -> None:
    chain = configure("chain")
    against = conflict_with(chain, option_of("chain", "link"), "rope")
    assert against is not None
    assert "wire" in against.because
    (change,) = against.changes()
    option, value, words = change
    assert (option.id, words) == ("wire", "0.6 mm")
    assert configure("chain", {"link": "rope", option.id: value}).options["link"] == "rope"

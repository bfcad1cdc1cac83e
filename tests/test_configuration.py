"""One configuration, one canonical text, one hash, one model."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.errors import ParureError
from viewer.catalogue import PRODUCTS
from viewer.configuration import (
    MODELS_KEPT,
    Configuration,
    RawValue,
    build_model,
    configure,
    parse_settings,
)
from viewer.errors import InvalidOption, UnknownProduct

CANONICAL_SOLITAIRE = (
    '{"options":{"carat":"1","clarity":"VS1","colour":"F","crown_angle_deg":"34.5",'
    '"cut":"round_brilliant","finish":"mirror_polish","gem":"diamond","girdle_pct":"3",'
    '"lower_half_pct":"77","metal":"platinum_950","pavilion_angle_deg":"40.75","profile":"court",'
    '"prongs":"6","proportions":"house","report":"","setting":"claws","shank_width":"2",'
    '"size":"EU 54","star_length_pct":"55","table_pct":"57"},"product":"solitaire","schema":1}'
)
HASH_OF_SOLITAIRE = "a0b2612c267d4b469446440d5c41c105ec834611401a85010f2455d04a574dd2"


def test_the_default_solitaire_has_this_text_and_hash_for_ever() -> None:
    configuration = configure("solitaire")
    assert configuration.canonical() == CANONICAL_SOLITAIRE
    assert configuration.hash == HASH_OF_SOLITAIRE


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"carat": 1},
        {"carat": 1.0},
        {"carat": "1"},
        {"carat": " 1.00 "},
        {"carat": "1,0"},
        {"carat": "1 ct"},
        {"carat": "1e0"},
        {"prongs": 6},
        {"prongs": "6.0"},
        {"prongs": "6 claws"},
        {"gem": "Diamond"},
        {"metal": "Platinum-950"},
        {"finish": "Mirror polish"},
        {"size": "54"},
        {"size": 54},
        {"size": "iso 54.0"},
        {"size": "EU 54", "carat": "1.0", "shank_width": "2.0 mm"},
    ],
)
def test_options_that_differ_only_in_spelling_have_one_hash(raw: dict[str, RawValue]) -> None:
    assert configure("solitaire", raw).hash == HASH_OF_SOLITAIRE
    assert configure("solitaire", raw) == configure("solitaire")


def test_the_canonical_text_is_sorted_json_that_configures_itself() -> None:
    configuration = configure("band", {"size": "UK n 1/2", "width": "3.50", "metal": "gold_24k"})
    document = json.loads(configuration.canonical())
    assert document["options"]["size"] == "UK N½"
    assert document["options"]["width"] == "3.5"
    assert configure(document["product"], document["options"]) == configuration
    assert json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == (
        configuration.canonical()
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_choice_reads_back_from_its_canonical_text(data: st.DataObject) -> None:
    item = PRODUCTS[data.draw(st.sampled_from(sorted(PRODUCTS)))]
    raw: dict[str, RawValue] = {}
    for option in item.options:
        if option.kind == "number":
            assert option.least is not None
            assert option.greatest is not None
            assert option.step is not None
            steps = int((option.greatest - option.least) / option.step)
            value = option.least + data.draw(st.integers(0, steps)) * option.step
            raw[option.id] = data.draw(st.sampled_from([str(value), float(value)]))
        elif option.kind == "choice":
            raw[option.id] = data.draw(st.sampled_from(option.choices)).id
    try:
        configuration = configure(item.id, raw)
    except InvalidOption:  # these do not go together
        return
    again = json.loads(configuration.canonical())
    assert configure(item.id, again["options"]).hash == configuration.hash
    for option in item.options:
        if option.kind == "number" and option.when is None:
            assert Decimal(configuration.options[option.id]) == Decimal(str(raw[option.id]))


def test_any_change_changes_the_hash() -> None:
    changes: list[dict[str, RawValue]] = [
        {}, {"carat": 1.01}, {"gem": "ruby"}, {"prongs": 4}, {"shank_width": 2.1},
        {"profile": "d"}, {"metal": "gold_24k"}, {"finish": "satin"}, {"size": "EU 54.5"},
    ]  # fmt: skip
    hashes = {configure("solitaire", change).hash for change in changes}
    assert len(hashes) == len(changes)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            {"carat": "5"},
            r'Carat \("carat"\) must be 0.3 to 3 ct in steps of 0.01; got "5", .* 3 ct',
        ),
        ({"carat": "1.005"}, "the nearest is 1.01 ct"),
        ({"carat": -1}, "the nearest is 0.3 ct"),
        ({"carat": "big"}, 'must be a number, 0.3 to 3 ct in steps of 0.01; got "big"'),
        ({"carat": "nan"}, "must be a number"),
        ({"carat": "Infinity"}, "must be a number"),
        ({"carat": "1e999999"}, "the nearest is 3 ct"),
        ({"carat": ""}, "must be a number"),
        ({"carat": True}, "must be text or a number"),
        ({"carat": "1" * 500}, "too long: 500 characters"),
        ({"gem": "rubby"}, 'The nearest is "ruby"'),
        ({"gem": "onyx_black"}, "It is one of: diamond"),
        ({"prongs": "5"}, 'Claws .* cannot be "5".* It is one of: 4, 6'),
        ({"size": "EU 540"}, "EU 38 to EU 77 in halves. The nearest is EU 77"),
        ({"size": "7"}, "ambiguous"),
        ({"caret": "1"}, 'no option "caret". Did you mean "carat"'),
        ({"engraving": "x"}, "Its options: carat, cut, gem"),
    ],
)
def test_a_wrong_value_is_answered_with_one_sentence_that_helps(
    raw: dict[str, RawValue], sentence: str
) -> None:
    with pytest.raises(InvalidOption, match=sentence):
        configure("solitaire", raw)


@settings(deadline=None)
@given(st.sampled_from(["carat", "gem", "prongs", "size", "x"]), st.text(max_size=40))
def test_any_text_is_taken_or_refused_politely(option_id: str, text: str) -> None:
    try:
        configuration = configure("solitaire", {option_id: text})
    except ParureError:
        return
    assert configure("solitaire", configuration.options) == configuration


def test_an_unknown_product_is_refused() -> None:
    with pytest.raises(UnknownProduct, match="solitaire"):
        configure("solitare")


def test_words_from_the_command_line_become_options() -> None:
    assert parse_settings(["carat=1.5", "size=US 6 1/2"]) == {"carat": "1.5", "size": "US 6 1/2"}
    assert parse_settings([]) == {}
    with pytest.raises(InvalidOption, match="KEY=VALUE"):
        parse_settings(["carat"])
    with pytest.raises(InvalidOption, match="KEY=VALUE"):
        parse_settings(["=1"])
    with pytest.raises(InvalidOption, match="set twice"):
        parse_settings(["carat=1", "carat=2"])


def test_the_same_configuration_is_the_same_model() -> None:
    model = build_model(configure("solitaire"))
    assert build_model(configure("solitaire", {"carat": "1.00"})) is model
    assert build_model(configure("solitaire", {"carat": "1.01"})) is not model
    assert model.extras["configuration"] == HASH_OF_SOLITAIRE
    assert json.loads(json.dumps(dict(model.extras))) == dict(model.extras)


def test_old_models_are_forgotten() -> None:
    first = build_model(configure("band", {"width": "2"}))
    sizes = [f"{size / 2}" for size in range(78, 78 + MODELS_KEPT)]
    for size in sizes:
        build_model(configure("band", {"size": size, "width": "2.1"}))
    assert build_model(configure("band", {"width": "2"})) is not first


def test_every_option_reaches_the_model() -> None:
    model = build_model(
        configure(
            "band",
            {
                "width": 5,
                "thickness": "2.1",
                "metal": "gold_24k",
                "finish": "satin",
                "size": "US 9",
            },
        )
    )
    facts = model.extras
    assert facts["dimensions_mm"]["width"] == 5.0
    assert facts["dimensions_mm"]["thickness"] == 2.1
    assert (facts["metals"][0]["metal"], facts["size"]) == ("gold_24k", "US 9")
    assert model.parts[0].material.roughness > 0.2
    solitaire = build_model(
        configure("solitaire", {"carat": 0.5, "gem": "ruby", "prongs": 4, "shank_width": 3})
    )
    (stone,) = solitaire.extras["stones"]
    assert (stone["gem"], stone["carat"], stone["cut"]) == ("ruby", 0.5, "round_brilliant")
    assert solitaire.extras["dimensions_mm"]["shank_width"] == 3.0


def test_a_configuration_is_a_value() -> None:
    one, other = configure("band"), configure("band")
    assert one == other
    assert hash(one) == hash(other)
    assert isinstance(one, Configuration)
    with pytest.raises(TypeError):
        one.options["width"] = "9"  # type: ignore[index]

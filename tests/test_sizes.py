"""Ring sizes: four systems, one finger hole."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models3d.errors import ModelError
from models3d.sizes import RingSize, parse_ring_size, ring_sizes, size_systems


def all_sizes() -> list[RingSize]:
    sizes = []
    for system in size_systems().values():
        count = int((system.greatest - system.least) / system.step)
        sizes += [RingSize(system.id, system.least + k * system.step) for k in range(count + 1)]
    return sizes


def test_every_size_reads_back_as_it_is_written() -> None:
    for size in all_sizes():
        assert parse_ring_size(str(size)) == size
        assert ring_sizes(size.inner_diameter)[size.system] == str(size)


def test_a_greater_size_is_a_wider_hole() -> None:
    for system in size_systems():
        diameters = [s.inner_diameter for s in all_sizes() if s.system == system]
        assert diameters == sorted(diameters)
        assert len(set(diameters)) == len(diameters)
        assert 0.011 < diameters[0] < diameters[-1] < 0.026


@pytest.mark.parametrize(
    ("text", "diameter_mm"),
    [
        ("EU 54", 54 / math.pi),
        ("US 0.458", None),
        ("US 7", 11.63 + 0.8128 * 7),
        ("UK C", 40.0 / math.pi),
        ("UK Z+1", 70.0 / math.pi),
        ("JP 1", 13.0),
        ("JP 13", 17.0),
    ],
)
def test_sizes_mean_what_the_standards_say(text: str, diameter_mm: float | None) -> None:
    if diameter_mm is None:
        with pytest.raises(ModelError, match="nearest is US 1"):
            parse_ring_size(text)
    else:
        assert parse_ring_size(text).inner_diameter_mm == pytest.approx(diameter_mm, abs=1e-9)


def test_us_7_is_n_and_a_half_in_britain_and_14_in_japan() -> None:
    sizes = ring_sizes(parse_ring_size("US 7").inner_diameter)
    assert sizes == {"EU": "EU 54.5", "US": "US 7", "UK": "UK N½", "JP": "JP 14"}


@pytest.mark.parametrize(
    ("spellings", "canonical"),
    [
        (("54", "EU54", "eu 54", " EU 54.0 ", "ISO 54", "fr54", "54 EU", "54,0"), "EU 54"),
        (("US 6 1/2", "us 6.5", "US6½", "6½ US", "USA 6,5", "US 6  1/2", "US size 6.5"), "US 6.5"),
        (("uk n½", "N 1/2", "UK N.5", "gb N½", "n½", "N½ UK"), "UK N½"),
        (("Z+1½", "uk z + 1 1/2", "UK Z+1.5"), "UK Z+1½"),
        (("JP 14", "jp14", "JP #14", "JIS 14"), "JP 14"),
    ],
)
def test_spelling_does_not_matter(spellings: tuple[str, ...], canonical: str) -> None:
    assert {str(parse_ring_size(text)) for text in spellings} == {canonical}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("EU 100", "EU 38 to EU 77 in halves. The nearest is EU 77"),
        ("54.2", "The nearest is EU 54"),
        ("JP 14.5", "JP 1 to JP 35 in whole sizes. The nearest is JP 15"),
        ("US 99", "The nearest is US 15.5"),
        ("UK Z+90", r"UK A to UK Z\+6½ in halves. The nearest is UK Z\+6½"),
        ("UK N+2", "UK A to UK"),
        ("7", 'ambiguous: write "US 7" or "JP 7"'),
        ("US 1/0", "US 1 to US 15.5"),
        ("", "not a ring size"),
        ("large", "EU 38 to EU 77"),
        ("EU US 54", "not a ring size"),
        ("9" * 500, "too long"),
    ],
)
def test_a_wrong_size_is_answered_with_the_range_and_the_nearest(text: str, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        parse_ring_size(text)


@given(st.text(max_size=30))
def test_any_text_is_a_size_or_a_model_error(text: str) -> None:
    try:
        size = parse_ring_size(text)
    except ModelError:
        return
    assert parse_ring_size(str(size)) == size


@given(st.decimals(min_value=Decimal("12.2"), max_value=Decimal("24"), places=3))
def test_the_nearest_size_is_never_further_than_half_a_step(diameter_mm: Decimal) -> None:
    for system_id, text in ring_sizes(float(diameter_mm) * 1e-3).items():
        system = size_systems()[system_id]
        value = parse_ring_size(text).value
        if system.least < value < system.greatest:
            step = system.diameter_mm(value + system.step) - system.diameter_mm(value)
            assert abs(system.diameter_mm(value) - float(diameter_mm)) <= step / 2 + 1e-9

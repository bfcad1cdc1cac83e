"""Khronos' validator finds nothing to object to in any product, nor in 200 configurations."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from gltf_validator import problems
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models3d.gltf import Profile, write_glb
from models3d.sizes import parse_ring_size
from viewer.catalogue import PRODUCTS
from viewer.configuration import build_model, configure
from viewer.errors import ViewerError
from viewer.options import Option, Product, decimal_text
from viewer.variants import variants

CONFIGURATIONS = 200
WATCHES = 3  # of them: a watch takes as long as thirty bands
QUICK, QUICK_ONES = ("band", "signet", "bangle", "cuff", "eternity"), 140
TEXTS = ("", "Amour", "A & É", "永遠", "∞")


def value(option: Option) -> st.SearchStrategy[str]:
    """Any value of an option, as its canonical text."""
    if option.notation == "ring_size":
        return st.integers(44, 70).map(lambda eu: str(parse_ring_size(f"EU {eu}")))
    if option.kind == "choice":
        return st.sampled_from([choice.id for choice in option.choices])
    if option.kind == "text":
        return st.sampled_from([text[: option.longest] for text in TEXTS])
    assert option.least is not None
    assert option.greatest is not None
    assert option.step is not None
    least, step = option.least, option.step
    steps = int((option.greatest - least) / step)
    return st.integers(0, steps).map(lambda k: decimal_text(least + step * Decimal(k)))


def chosen(product: Product) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    """The product with some options changed."""
    values = {option.id: value(option) for option in product.options}
    return st.tuples(st.just(product.id), st.fixed_dictionaries({}, optional=values))


def written(product_id: str, options: Mapping[str, str]) -> tuple[str, bytes] | None:
    """A configuration's name and file; None where the options do not go together."""
    try:
        configuration = configure(product_id, options)
    except ViewerError:
        return None
    changed = {k: v for k, v in configuration.options.items() if k in options}
    data = write_glb(build_model(configuration), Profile.FULL, variants(configuration))
    return f"{product_id} {changed}", data


@pytest.fixture(scope="module")
def random_files() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    quick = [PRODUCTS[product_id] for product_id in QUICK]
    watches = [p for p in PRODUCTS.values() if p.family == "watch"]
    others = [p for p in PRODUCTS.values() if p not in quick and p not in watches]

    def draw(products: list[Product], count: int) -> None:
        wanted = len(found) + count

        @settings(
            max_examples=20 * count,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(products).flatmap(chosen))
        def collect(drawn: tuple[str, dict[str, str]]) -> None:
            if len(found) < wanted and (file := written(*drawn)) is not None:
                found.setdefault(*file)

        collect()

    draw(quick, QUICK_ONES)
    draw(watches, WATCHES)
    draw(others, CONFIGURATIONS - QUICK_ONES - WATCHES)
    return found


def test_every_product_at_its_defaults_is_valid_for_pages_and_for_everyone(
    tmp_path: Path,
) -> None:
    files = {}
    for product_id in PRODUCTS:
        configuration = configure(product_id)
        model, looks = build_model(configuration), variants(configuration)
        for profile in Profile:
            files[f"{product_id} {profile}"] = write_glb(model, profile, looks)
    assert problems(tmp_path, files) == {}


def test_two_hundred_configurations_are_valid(
    tmp_path: Path, random_files: dict[str, bytes]
) -> None:
    assert len(random_files) == CONFIGURATIONS
    assert problems(tmp_path, random_files) == {}


def test_the_validator_is_asked_for_warnings_too(tmp_path: Path) -> None:
    good = write_glb(build_model(configure("band")))
    broken = good.replace(b'"metallicFactor"', b'"metallicFactory"', 1)
    assert set(problems(tmp_path, {"good": good, "short": good[:-4], "odd": broken})) >= {"short"}

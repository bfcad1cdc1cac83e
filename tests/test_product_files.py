"""A product is a file: what it may say, and how a wrong one is answered."""

import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from models3d.errors import Unbuildable
from models3d.mesh import Model
from models3d.rings.band import Band
from viewer.compatibility import refuse_what_cannot_be
from viewer.errors import InvalidOption, InvalidProductFile
from viewer.options import Product
from viewer.pieces import piece
from viewer.product_files import SHARED_OPTIONS, read_product, read_products
from viewer.rules import holds, names_in

SHARED = tomllib.loads(SHARED_OPTIONS.read_text("utf-8"), parse_float=Decimal)
BAND = """
name = "Test band"
family = "ring"
anchor = "finger"
piece = "models3d.rings.band:Band"

[[options]]
id = "width"
label = "Width"
unit = "mm"
min = 2
max = 8
step = 0.5
default = 4

[[options]]
id = "thickness"
label = "Thickness"
unit = "mm"
min = 1.5
max = 2.5
step = 0.1
default = 1.8

[[options]]
use = "size"

[[rules]]
when = "size > 20"
require = "width * thickness >= 8"
because = "A large band this slight bends."
"""


def product(folder: Path, text: str = BAND, name: str = "test-band") -> Product:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return read_product(path, SHARED)


def values(item: Product, **chosen: str) -> dict[str, str]:
    return {option.id: chosen.get(option.id, option.default) for option in item.options}


def test_a_file_becomes_a_product(tmp_path: Path) -> None:
    item = product(tmp_path)
    assert (item.id, item.name, item.order) == ("test-band", "Test band", 500)
    assert [option.id for option in item.options] == ["width", "thickness", "size"]
    width = item.option("width")
    assert width is not None
    assert (width.least, width.step, width.unit) == (Decimal(2), Decimal("0.5"), "mm")
    band = piece(item, values(item, width="6"))
    assert isinstance(band, Band)
    assert band.width_mm == 6.0


def test_a_house_adds_its_own_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    product(tmp_path, BAND.replace("name =", "order = 1\nname ="))
    monkeypatch.setenv("PARURE_PRODUCTS", str(tmp_path))
    read = read_products()
    assert next(iter(read)) == "test-band"
    assert "solitaire" in read


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("name =", "nam ="), r"test-band.toml, name|nam"),
        (('"ring"', '"hat"'), "family"),
        (('"finger"', '"toe"'), "anchor"),
        (("step = 0.5", "step = -1"), "width: a number needs min < max and a step above 0"),
        (("max = 8", "max = 1"), "width: a number needs min < max"),
        (('use = "size"', 'use = "sise"'), 'no shared option "sise"'),
        (('id = "thickness"', 'id = "width"'), "two options have the same id"),
        (("width * thickness", "width * weight"), "speaks of weight: no option"),
        (("width * thickness >=", "width * >="), "is not a condition"),
        (("[[options]]", "[[options"), "test-band.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    change: tuple[str, str], sentence: str, tmp_path: Path
) -> None:
    assert change[0] in BAND
    with pytest.raises(InvalidProductFile, match=sentence):
        product(tmp_path, BAND.replace(change[0], change[1], 1))


def test_a_rule_is_explained_with_the_nearest_that_is_possible(tmp_path: Path) -> None:
    item = product(tmp_path)
    refuse_what_cannot_be(item, values(item, width="5", size="EU 70"))
    with pytest.raises(InvalidOption) as refused:
        refuse_what_cannot_be(item, values(item, width="3", size="EU 70"))
    assert str(refused.value) == (
        "A large band this slight bends. The nearest possible: width 4.5 mm or ring size EU 62."
    )


def test_what_the_piece_cannot_build_is_explained_too(tmp_path: Path) -> None:
    item = product(tmp_path, BAND.replace("models3d.rings.band:Band", f"{__name__}:Fussy"))
    with pytest.raises(InvalidOption, match=r"Too square\. The nearest possible: width 2\.5 mm"):
        refuse_what_cannot_be(item, values(item, width="2", thickness="2"))
    refuse_what_cannot_be(item, values(item, width="2", thickness="2.1"))


class Fussy:
    """A piece that refuses a square section."""

    width_mm: float
    thickness_mm: float
    size: str

    def __init__(self, width_mm: float, thickness_mm: float, size: str) -> None:
        if width_mm == thickness_mm:
            raise Unbuildable("Too square.", ("width_mm", "thickness_mm"))

    def build(self) -> Model:
        """Never asked for here."""
        raise NotImplementedError


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("width >= 4", True),
        ("width + thickness < 5", False),
        ("max(width, 3) == 4 and size > 17", True),
        ("len('abc') == 3", True),
    ],
)
def test_conditions_compare_options(condition: str, truth: bool, tmp_path: Path) -> None:
    item = product(tmp_path)
    options = {option.id: option for option in item.options}
    assert holds(condition, options, values(item)) is truth


def test_conditions_are_read_by_many_threads_at_once() -> None:
    def ask(number: int) -> bool:
        return all(
            holds(f"max(1, {number}) + {k} * 2 > {k} and ({number} < 9 or {k} == 3)", {}, {})
            for k in range(200)
        )

    turn_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(ask, range(8)))
    finally:
        sys.setswitchinterval(turn_s)


def test_a_condition_can_call_nothing_else(tmp_path: Path) -> None:
    item = product(tmp_path)
    options = {option.id: option for option in item.options}
    assert names_in("min(width, 2) > thickness") == {"width", "thickness"}
    for attack in ("().__class__", "open('x')", "__import__('os')", "9**9**9**9"):
        with pytest.raises((ValueError, KeyError)):
            holds(attack, options, values(item))

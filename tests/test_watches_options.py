"""Watches from their product files, and the words on their backs."""

import numpy as np
import pytest

from models3d.dials.dial import DialStyle
from models3d.engraving.cut import ENGRAVED_UV
from models3d.errors import Unbuildable
from models3d.solids import solid
from models3d.straps.strap import StrapKind
from models3d.watches.dress import DressWatch
from models3d.watches.rectangular import RectangularWatch
from viewer.pieces import piece
from viewer.product_files import read_products

PRODUCTS = {p.id: p for p in read_products().values() if p.family == "watch"}


def back(model):
    return next(p for p in model.parts if p.name == "case_back")


@pytest.mark.parametrize(
    "product_id", ["dress-watch", "dive-watch", "chronograph", "rectangular-watch"]
)
def test_a_watch_is_built_from_its_product_s_defaults(product_id: str):
    product = PRODUCTS[product_id]
    model = piece(product, {o.id: o.default for o in product.options}).build()
    assert model.bill is not None
    assert model.bill.dimension("thickness") == float(product.option("thickness").default)
    slots = {p.slot for p in model.parts}
    assert slots >= {"metal", "dial", "hand", "crystal"}


@pytest.mark.parametrize("product_id", PRODUCTS)
def test_three_dials_and_five_straps_are_offered(product_id: str):
    product = PRODUCTS[product_id]
    assert {c.id for c in product.option("dial").choices} == set(DialStyle)
    assert {c.id for c in product.option("strap").choices} == set(StrapKind)


def test_every_offered_leather_and_rubber_exists():
    product = PRODUCTS["dress-watch"]
    values = {o.id: o.default for o in product.options}
    for strap in ("leather", "rubber"):
        for choice in product.option(strap).choices:
            piece(product, {**values, "strap": strap, strap: choice.id})
    for choice in product.option("dial_colour").choices:
        piece(product, {**values, "dial_colour": choice.id})


@pytest.mark.parametrize("watch", [DressWatch, RectangularWatch])
def test_words_are_cut_out_of_the_case_back(watch):
    plain, told = watch().build(), watch(engraving="For Clara").build()
    taken = solid(back(plain).mesh).volume() - solid(back(told).mesh).volume()
    assert 0.1 < taken < 10.0
    assert [lot.place for lot in told.bill.engravings] == ["case_back"]


@pytest.mark.parametrize("watch", [DressWatch, RectangularWatch])
def test_words_on_the_back_are_read_from_below_with_twelve_up(watch):
    item = back(watch(engraving="H .").build())
    cut = np.all(np.abs(item.mesh.uvs - ENGRAVED_UV) < 1e-6, axis=1)
    x, y, z = item.mesh.positions[cut].T  # 12 o'clock at +Y, seen from -Z: +X is on the left
    assert z.min() >= -1e-6
    if watch is DressWatch:  # round the ring: along it, and how far out
        radius = np.hypot(x, y)
        x, y = radius.mean() * np.arctan2(x, y), radius
    left, right = x > x.max() - 2e-4, x < x.min() + 2e-4
    assert np.ptp(y[left]) > 2.0 * np.ptp(y[right])  # the H is at the left, the stop at the right
    assert y[right].mean() < y[left].mean()  # on the line, which is below


def test_a_text_that_is_too_long_for_the_case_back_is_refused():
    with pytest.raises(Unbuildable) as refusal:
        DressWatch(case_diameter_mm=28.0, thickness_mm=7.0, engraving="W" * 64)
    assert refusal.value.fields[0] == "engraving"

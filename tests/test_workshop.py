"""The bench's report: limits by alloy, delicate and impossible measures, resizing."""

import pytest

from models3d.bill import Bill, Measure, MetalLot
from models3d.rings.band import Band
from models3d.rings.solitaire import Solitaire
from models3d.sizes import parse_ring_size
from models3d.workshop import Verdict, workshop_report
from viewer.bills import bill_of
from viewer.catalogue import PRODUCTS
from viewer.configuration import configure


def checked(kind: str, mm: float, metal: str = "gold_18k_yellow_3N") -> tuple[Verdict, str]:
    bill = Bill((MetalLot(metal, 100.0, 1.5),), measures=(Measure(kind, "here", mm),))
    (check,) = workshop_report(bill).checks
    return check.verdict, check.remark


@pytest.mark.parametrize(
    ("kind", "mm", "metal", "verdict"),
    [
        ("shank", 1.5, "platinum_950", Verdict.GOOD),
        ("shank", 1.3, "platinum_950", Verdict.DELICATE),
        ("shank", 1.1, "platinum_950", Verdict.TOO_THIN),
        ("wall", 0.8, "silver_925", Verdict.GOOD),
        ("wall", 0.8, "gold_18k_yellow_3N", Verdict.DELICATE),
        ("under_engraving", 0.7, "gold_18k_yellow_3N", Verdict.GOOD),
        ("under_engraving", 0.7, "silver_925", Verdict.TOO_THIN),
    ],
)
def test_limits_depend_on_the_alloy(kind: str, mm: float, metal: str, verdict: Verdict) -> None:
    found, remark = checked(kind, mm, metal)
    assert found is verdict
    assert bool(remark) == (verdict is not Verdict.GOOD)


def test_one_measure_too_thin_and_it_cannot_be_made() -> None:
    good = Solitaire().build().bill
    assert good is not None
    assert workshop_report(good).can_be_made
    thin = Bill(good.metals, measures=(*good.measures, Measure("prong", "claws", 0.2)))
    assert not workshop_report(thin).can_be_made


def test_a_ring_says_how_far_it_can_be_resized() -> None:
    band = Band(size=parse_ring_size("EU 54")).build().bill
    assert band is not None
    assert workshop_report(band).resizing == "It can be resized from EU 52 to EU 56."
    eternity = Bill(band.metals, size=band.size, resizable=(0.0, 0.0))
    assert "cannot be resized" in workshop_report(eternity).resizing
    assert workshop_report(Bill(band.metals)).resizing == ""


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_product_can_be_made_as_it_is_shown(product: str) -> None:
    report = workshop_report(bill_of(configure(product)))
    assert report.checks
    assert report.can_be_made, [c for c in report.checks if c.verdict is Verdict.TOO_THIN]

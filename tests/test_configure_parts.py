"""Swatches, cuts, previews, the ring sizer and what is told of materials: of the real thing."""

import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from pypdf import PdfReader

from models3d.engraving.typefaces import TYPEFACES
from models3d.errors import Unbuildable
from models3d.metals import METALS
from models3d.stones.cuts import CUTS, cut, unit_stone
from viewer.bills import bill_of
from viewer.catalogue import PRODUCTS
from viewer.configuration import configure
from viewer.cut_icon import SIDE, cut_icon
from viewer.engraving_preview import engraving_preview
from viewer.language import speaking
from viewer.provenance import delivery, materials
from viewer.render.renderer import Renderer
from viewer.ring_sizer import CARD_MM, CIRCLES_EU, ring_sizer_pdf
from viewer.swatch import SIDE_PX, metal_swatch_picture, offered, stone_swatch_picture

MM = 72.0 / 25.4


def numbers(path: str) -> np.ndarray:
    return np.array([float(number) for number in re.findall(r"-?[\d.]+", path)]).reshape(-1, 2)


@pytest.mark.parametrize("cut_id", CUTS)
def test_a_cut_is_drawn_within_its_girdle(cut_id: str) -> None:
    drawing = ElementTree.fromstring(cut_icon(cut_id))
    paths = [numbers(one.get("d") or "") for one in drawing.iter() if one.get("d")]
    girdle, lines = paths[0], paths[-1]
    outline = unit_stone(cut_id, cut(cut_id).checked(None)).outline
    shape = np.ptp(outline, axis=0)
    drawn = np.ptp(girdle, axis=0)
    assert drawn[0] / drawn[1] == pytest.approx(shape[0] / shape[1], rel=0.01)
    assert girdle.min() >= 0
    assert girdle.max() <= SIDE
    assert (lines.min(axis=0) >= girdle.min(axis=0) - 0.2).all()
    assert (lines.max(axis=0) <= girdle.max(axis=0) + 0.2).all()


def test_a_round_brilliant_shows_its_eight_fold_crown() -> None:
    """Table 8 edges, stars 16, mains 16, the halves' 8: 48 lines, alike after a turn of 45°."""
    drawing = ElementTree.fromstring(cut_icon("round_brilliant"))
    path = [one.get("d") or "" for one in drawing.iter() if one.get("d")][1]
    ends = numbers(path).reshape(-1, 2, 2) - SIDE / 2.0
    assert len(ends) == 48
    turn = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2.0)
    middles = ends.mean(axis=1)
    apart = np.linalg.norm((middles @ turn.T)[:, None] - middles[None], axis=-1)
    assert apart.min(axis=1).max() < 0.3


@pytest.mark.parametrize("face", TYPEFACES)
def test_a_line_is_the_engravers_own_and_differs_by_typeface(face: str) -> None:
    drawing = engraving_preview("Anna ♥ 12", face)
    assert 'id="line"' in drawing
    assert "currentColor" in drawing
    others = {engraving_preview("Anna ♥ 12", other) for other in TYPEFACES}
    assert len(others) >= 6


def test_what_cannot_be_engraved_is_refused() -> None:
    with pytest.raises(Unbuildable, match="nothing to engrave"):
        engraving_preview(" ", "serif")


def test_what_is_drawn_ahead_is_what_the_pages_show() -> None:
    metals, stones = offered()
    assert ("gold_18k_yellow_3N", "mirror_polish") in metals
    assert ("platinum_950", "satin") in metals
    assert {"diamond", "ruby"} < set(stones)
    assert len(set(metals)) == len(metals)
    chosen = {c.id for item in PRODUCTS.values() for o in item.options for c in o.choices}
    assert {metal for metal, _ in metals} | set(stones) <= chosen


@pytest.mark.gpu
def test_swatches_have_the_colour_of_their_material(renderer: Renderer) -> None:
    gold = metal_swatch_picture(renderer, "gold_18k_yellow_3N", "satin").astype(float)
    platinum = metal_swatch_picture(renderer, "platinum_950", "satin").astype(float)
    ruby = stone_swatch_picture(renderer, "ruby").astype(float)
    for picture in (gold, platinum, ruby):
        assert picture.shape == (SIDE_PX, SIDE_PX, 4)
        solid = picture[..., 3] > 250
        assert 0.4 < solid.mean() < 0.85
        assert not solid[0].any()
        assert not solid[:, 0].any()

    def warmth(picture: np.ndarray) -> float:
        solid = picture[..., 3] > 250
        return float((picture[..., 0] - picture[..., 2])[solid].mean())

    assert warmth(gold) > warmth(platinum) + 30.0
    reds = ruby[ruby[..., 3] > 250].mean(axis=0)
    assert reds[0] > 1.5 * max(reds[1], reds[2])


def test_the_ring_sizer_prints_at_full_size_on_both_sheets() -> None:
    page = PdfReader(io.BytesIO(ring_sizer_pdf())).pages[0]
    drawn = page.get_contents().get_data().decode("latin-1")
    points = np.array(
        [[float(x), float(y)] for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+) [lm]\b", drawn)]
    )
    letter = np.array([215.9, 279.4]) * MM
    assert points.min() > 0
    assert (points < letter).all()
    ruler = np.unique(points[np.isclose(points[:, 1], (280 - 32) * MM, atol=0.01), 0])
    assert np.ptp(ruler) == pytest.approx(100 * MM, abs=0.05)
    text = page.extract_text()
    assert all(str(size) in text for size in CIRCLES_EU)
    assert CARD_MM == (85.60, 53.98)
    with speaking("de"):
        german = PdfReader(io.BytesIO(ring_sizer_pdf())).pages[0].extract_text()
    for line in text.splitlines():
        assert not re.search("[a-z]{4}", line) or line not in german.splitlines(), line


def test_materials_say_what_is_known_and_guess_nothing() -> None:
    natural, grown = (
        {
            fact.label: fact.value
            for fact in materials(bill_of(configure("solitaire", {"gem": gem})))
        }
        for gem in ("diamond", "diamond_lab")
    )
    assert natural["Platinum 950"] == "hallmarked 950 parts in 1000"
    assert natural["Natural diamond"] == "origin on request"
    assert grown["Lab-grown diamond"] == "grown in a laboratory"
    assert METALS["platinum_950"].fineness_ppt == 950


def test_every_product_says_when_it_is_ready() -> None:
    assert all(item.delivery_weeks for item in PRODUCTS.values())
    assert delivery(configure("solitaire")) == "Made to order in 4 to 6 weeks"
    with speaking("fr"):
        assert "4" in delivery(configure("solitaire"))

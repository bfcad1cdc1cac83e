"""Bracelets as worn: round the wrist, with what hangs from them hanging."""

import manifold3d
import numpy as np
import pytest

from models3d.bill import Bill
from models3d.bracelets.chain import ChainBracelet
from models3d.bracelets.charm import CharmBracelet
from models3d.bracelets.charms import Charm, charm_body
from models3d.bracelets.tennis import TennisBracelet
from models3d.chains.styles import LinkStyle
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Anchor
from models3d.mesh import Model, Part
from models3d.solids import solid


def bill(model: Model) -> Bill:
    assert model.bill is not None
    return model.bill


def part(model: Model, name: str) -> Part:
    return next(part for part in model.parts if part.name == name)


def placed(of: Part, number: int = 0) -> manifold3d.Manifold:
    place = of.model_from_part[number][:3].copy()
    place[:, 3] *= 1e3
    return solid(of.mesh).transform(place)


@pytest.mark.parametrize("wrist", [140.0, 155.0, 190.0])
@pytest.mark.parametrize("style", [LinkStyle.CURB, LinkStyle.CABLE])
def test_a_chain_bracelet_is_as_long_as_the_wrist_and_its_ease(
    wrist: float, style: LinkStyle
) -> None:
    model = ChainBracelet(style, 1.2, wrist_mm=wrist).build()
    assert model.anchor is Anchor.WRIST
    assert bill(model).dimension("length") == pytest.approx(wrist + 18.0, abs=1.0)
    assert model.inner_diameter == pytest.approx(wrist * 1e-3 / np.pi)


def test_a_tennis_bracelet_has_as_many_stones_as_its_length_takes() -> None:
    small, large = TennisBracelet(wrist_mm=140).build(), TennisBracelet(wrist_mm=190).build()
    counts = [sum(lot.count for lot in bill(model).stones) for model in (small, large)]
    assert counts[1] - counts[0] == round(50.0 / 3.3)
    for model, count in zip((small, large), counts, strict=True):
        assert len(part(model, "stone").model_from_part) == count
        assert len(part(model, "basket").model_from_part) == count


def test_stones_of_a_tennis_bracelet_face_away_from_the_wrist() -> None:
    places = part(TennisBracelet().build(), "stone").model_from_part
    away = places[:, :3, 3] - places[:, :3, 3].mean(axis=0)
    assert (np.sum(away * places[:, :3, 2], axis=1) > 0.0).all()


@pytest.mark.parametrize("kind", list(Charm))
def test_a_charm_is_one_closed_body_with_an_eye(kind: Charm) -> None:
    body = solid(charm_body(kind, "", "serif").mesh)
    assert len(body.decompose()) == 1
    assert body.genus() == 1
    assert body.volume() > 1.0


@pytest.mark.parametrize("style", [LinkStyle.ROLO, LinkStyle.CABLE])
def test_charms_hang_on_rings_that_touch_nothing_else(style: LinkStyle) -> None:
    model = CharmBracelet(style, engraving="M").build()
    rings = part(model, "charm_ring")
    links = part(model, "link")
    names = [f"charm_{kind}" for kind in CharmBracelet().chosen]
    for number, name in enumerate(names):
        ring, charm = placed(rings, number), placed(part(model, name))
        assert (ring ^ charm).volume() < 1e-9
        # lifted out by more than its play it meets the ring: it hangs in it
        assert (ring ^ charm.translate([0.0, -0.4, 0.0])).volume() > 1e-3
        near = np.argsort(
            np.linalg.norm(
                links.model_from_part[:, :3, 3] - rings.model_from_part[number, :3, 3], axis=1
            )
        )[:3]
        for link in near.tolist():
            assert (ring ^ placed(links, link)).volume() < 1e-9
            assert (charm ^ placed(links, link)).volume() < 1e-9


def test_charms_are_as_many_as_asked_for_and_the_bill_knows_them() -> None:
    model = CharmBracelet(charms=2, engraving="A").build()
    assert {p.name for p in model.parts if p.name.startswith("charm_")} == {
        "charm_ring", "charm_heart", "charm_pearl",
    }  # fmt: skip
    assert bill(model).stones[0].cut == "pearl"
    assert not bill(model).engravings
    engraved = CharmBracelet(charms=3, engraving="A").build()
    assert bill(engraved).engravings[0].text == "A"
    assert bill(engraved).metal_mass_g > bill(model).metal_mass_g


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(ModelError, match="wrist_mm"):
        TennisBracelet(wrist_mm=90.0)
    with pytest.raises(Unbuildable, match="cable or rolo"):
        CharmBracelet(LinkStyle.CURB)
    with pytest.raises(Unbuildable, match="carries charms"):
        CharmBracelet(wire_mm=0.5)
    with pytest.raises(Unbuildable, match="Figaro"):
        ChainBracelet(LinkStyle.FIGARO, 3.0)

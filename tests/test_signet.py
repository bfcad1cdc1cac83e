"""Signet rings: the table, the shoulders and the monogram."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.bill import Bill
from models3d.errors import Unbuildable
from models3d.mesh import Model
from models3d.metals import METALS
from models3d.rings.signet import DOME_MM, Signet
from models3d.rings.signet_form import Table
from models3d.sizes import parse_ring_size
from models3d.solids import solid

SIGNETS = st.builds(
    Signet,
    table=st.sampled_from(Table),
    table_length_mm=st.floats(9.0, 16.0),
    table_thickness_mm=st.floats(0.8, 1.6),
    shank_width_mm=st.floats(2.5, 5.0),
    size=st.sampled_from([parse_ring_size(s) for s in ("EU 46", "EU 54", "EU 70")]),
)


@cache
def built(ring: Signet) -> Model:
    return ring.build()


def bill(model: Model) -> Bill:
    assert model.bill is not None
    return model.bill


@settings(max_examples=25, deadline=None)
@given(SIGNETS)
def test_any_signet_is_one_closed_ring_round_an_open_hole(ring: Signet) -> None:
    model = ring.build()
    body = solid(model.parts[0].mesh)
    assert (len(body.decompose()), body.genus()) == (1, 1)
    radius = np.hypot(*model.parts[0].mesh.positions[:, [0, 2]].T)
    assert radius.min() == pytest.approx(ring.size.inner_diameter / 2.0, abs=2e-6)
    assert np.linalg.norm(model.parts[0].mesh.normals, axis=1) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("table", Table)
def test_the_shoulders_flow_into_the_shank_without_a_seam(table: Table) -> None:
    mesh = built(Signet(table=table)).parts[0].mesh
    corner = mesh.positions[mesh.triangles]
    face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    area = np.linalg.norm(face, axis=1)
    told = np.einsum(
        "ij,ikj->ik", face / np.maximum(area, 1e-30)[:, None], mesh.normals[mesh.triangles]
    ).min(axis=1)
    large = area > 2e-10
    assert (told[large] < 0.85).mean() < 1e-3
    # wherever two vertices share a place beside or behind the head, they share a normal too
    places, inverse = np.unique(np.round(mesh.positions, 9), axis=0, return_inverse=True)
    total = np.zeros_like(places)
    np.add.at(total, inverse.ravel(), mesh.normals)
    count = np.bincount(inverse.ravel())
    outside = np.hypot(places[:, 0], places[:, 2]) > 9.6e-3
    agreed = np.linalg.norm(total, axis=1) / count
    assert agreed[outside & (count > 1)].min() > 0.97


@pytest.mark.parametrize("table", Table)
def test_the_table_has_its_outline_its_thickness_and_its_dome(table: Table) -> None:
    ring = Signet(table=table, table_length_mm=14.0, table_thickness_mm=1.1)
    mesh = built(ring).parts[0].mesh
    top = 1e3 * mesh.positions[mesh.normals[:, 2] > 0.995]
    top = top[top[:, 2] > 1e3 * ring.form.height - 0.4]
    inner = ring.size.inner_diameter_mm / 2.0
    assert top[:, 2].max() - inner == pytest.approx(1.1, abs=1e-6)
    assert np.ptp(top[:, 1]) == pytest.approx(14.0, abs=0.8)  # but for the broken edge
    assert np.ptp(top[:, 0]) == pytest.approx(2e3 * ring.form.half_width, abs=1.0)
    tips = top[np.abs(top[:, 1]) > 6.6]
    assert top[:, 2].max() - tips[:, 2].min() == pytest.approx(DOME_MM, abs=0.03)


def test_a_signet_is_mirror_symmetric() -> None:
    points = np.round(1e6 * built(Signet()).parts[0].mesh.positions)
    for mirror in ((-1.0, 1.0, 1.0), (1.0, -1.0, 1.0)):
        here = {tuple(p) for p in points + 0.0}
        there = {tuple(p) for p in points * mirror + 0.0}
        assert len(here ^ there) < 0.02 * len(here)  # rounding to a micrometre aside


@pytest.mark.parametrize(
    ("text", "typeface"),
    [("A", "monogram"), ("AB", "serif"), ("ABC", "monogram"), ("愛", "japanese")],
)
def test_a_monogram_is_cut_to_its_depth_and_weighed(text: str, typeface: str) -> None:
    plain, cut = built(Signet()), built(Signet(engraving=text, typeface=typeface))
    lot = bill(cut).engravings[0]
    lost = bill(plain).metals[0].volume_mm3 - bill(cut).metals[0].volume_mm3
    strokes = Signet(engraving=text, typeface=typeface)._monogram()
    assert lost == pytest.approx(strokes.area_mm2 * lot.depth_mm, rel=0.03)
    assert lot.place == "table"
    assert 3.5 < lot.letter_height_mm <= 9.0
    metal = bill(cut).metals[0]
    assert metal.mass_g == pytest.approx(
        metal.volume_mm3 * 1e-3 * METALS[metal.metal].density_g_cm3
    )


def test_a_monogram_keeps_off_the_rim_on_every_side() -> None:
    ring = Signet(engraving="ABC")
    rim = 1e3 * ring.form.outline()
    points = np.concatenate([np.asarray(p) for p in ring._monogram().cross_section.to_polygons()])
    nearest = np.linalg.norm(points[:, None] - rim[None, ::20], axis=2).min()
    assert nearest > 0.55


def test_a_seal_is_mirrored_and_deeper() -> None:
    read, seal = Signet(engraving="F"), Signet(engraving="F", seal=True)
    plain, turned = read._monogram().cross_section, seal._monogram().cross_section
    assert (plain.mirror((1.0, 0.0)) - turned).area() == pytest.approx(0.0, abs=1e-9)
    assert (plain - turned).area() > 0.5
    assert seal.depth_mm > read.depth_mm
    assert bill(built(seal)).engravings[0].place == "seal"


def test_what_does_not_fit_a_table_is_refused() -> None:
    with pytest.raises(Unbuildable, match=r"fits this table only .* needs 4 mm"):
        Signet(table_length_mm=9.0, engraving="WMW")
    with pytest.raises(Unbuildable, match=r"this alloy needs 0.8 mm"):
        Signet(engraving="A", seal=True, metal="silver_925", table_thickness_mm=1.0)

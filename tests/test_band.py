"""Wedding bands measured as a goldsmith would: metals, finishes, beads, letters."""

import io
from functools import cache

import manifold3d
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from models3d.bill import Bill
from models3d.engraving.text import lettering
from models3d.errors import ModelError, Unbuildable
from models3d.mesh import Mesh, Model, Part
from models3d.metals import METALS
from models3d.profiles import Profile
from models3d.rings.band import Band
from models3d.rings.band_bodies import TwoTone
from models3d.rings.millgrain import BEAD_MM, PITCH_MM
from models3d.sizes import parse_ring_size
from models3d.solids import solid, union
from models3d.surfaces import HAMMER_DEPTH_MM, hammer_marks

FINISHES = [
    "mirror_polish", "satin", "brushed_linear", "matte_bead_blast", "hammered",
    "florentine_engine_turned",
]  # fmt: skip
BANDS = [
    Band(),
    Band(finish="hammered", profile=Profile.D_SHAPE, width_mm=6.0),
    Band(finish="brushed_linear", profile=Profile.BEVELLED),
    Band(two_tone=TwoTone.INLAY, width_mm=6.0, finish="satin"),
    Band(two_tone=TwoTone.RAILS, width_mm=6.0, finish="hammered", profile=Profile.FLAT),
    Band(two_tone=TwoTone.HALVES, width_mm=6.0, millgrain=True),
    Band(millgrain=True, profile=Profile.FLAT, finish="satin", width_mm=5.0),
    Band(engraving="Forever — 12.06.2026"),
    Band(engraving="Anna", engraving_outside="إلى الأبد", width_mm=6.0, typeface="arabic"),
    Band(two_tone=TwoTone.RAILS, engraving_outside="永遠", width_mm=7.0, typeface="japanese"),
]
each_band = pytest.mark.parametrize("ring", BANDS, ids=range(len(BANDS)))


@cache
def built(ring: Band) -> Model:
    return ring.build()


def bill(model: Model) -> Bill:
    assert model.bill is not None
    return model.bill


def part(model: Model, name: str) -> Part:
    return next(p for p in model.parts if p.name == name)


def made(item: Part) -> Mesh:
    """What the workshop makes of a part."""
    return item.workshop_mesh or item.world_mesh()


def volume(model: Model) -> float:
    return float(union([solid(made(p)) for p in model.parts]).volume())


@each_band
def test_every_part_is_closed_and_together_they_are_one_ring(ring: Band) -> None:
    bodies = [solid(made(p)) for p in built(ring).parts]
    whole = union(bodies)
    assert len(whole.decompose()) == 1
    assert whole.genus() == 1 or ring.millgrain  # beads that all but touch leave tunnels


@each_band
def test_the_mass_is_the_volume_s(ring: Band) -> None:
    lots = bill(built(ring)).metals
    assert sum(lot.volume_mm3 for lot in lots) == pytest.approx(volume(built(ring)), rel=1e-4)
    for lot in lots:
        assert lot.mass_g == pytest.approx(
            lot.volume_mm3 * 1e-3 * METALS[lot.metal].density_g_cm3, rel=1e-9
        )


@pytest.mark.parametrize("profile", Profile)
def test_a_band_is_as_wide_thick_and_narrow_inside_as_ordered(profile: Profile) -> None:
    ring = Band(profile=profile, width_mm=5.0, thickness_mm=2.0, finish="satin")
    points = 1e3 * np.concatenate([made(p).positions for p in built(ring).parts])
    radius = np.hypot(points[:, 0], points[:, 2])
    assert np.ptp(points[:, 1]) == pytest.approx(5.0, abs=1e-6)
    assert radius.min() == pytest.approx(ring.size.inner_diameter_mm / 2.0, abs=2e-3)
    assert radius.max() - radius.min() == pytest.approx(2.0, abs=2e-3)


@pytest.mark.parametrize("finish", FINISHES)
def test_the_inside_stays_polished_whatever_the_outside_is(finish: str) -> None:
    model = built(Band(finish=finish))
    assert part(model, "shank").material.roughness < 0.05
    assert model.parts[0].material.roughness >= 0.03
    brushed = finish == "brushed_linear"
    assert (model.parts[0].material.anisotropy > 0.4) == brushed or finish.startswith("flor")


def test_brushed_grain_runs_round_the_ring() -> None:
    face = part(built(Band(finish="brushed_linear")), "face").mesh
    assert face.uvs is not None
    corner, uv = face.positions[face.triangles], face.uvs[face.triangles]
    edge, du = corner[:, 1:] - corner[:, :1], uv[:, 1:] - uv[:, :1]
    determinant = du[:, 0, 0] * du[:, 1, 1] - du[:, 0, 1] * du[:, 1, 0]
    textured = np.abs(determinant) > 1e-12
    along_u = (
        du[textured, 1, 1, None] * edge[textured, 0] - du[textured, 0, 1, None] * edge[textured, 1]
    ) / determinant[textured, None]
    along_u /= np.linalg.norm(along_u, axis=1, keepdims=True)
    assert np.abs(along_u[:, 1]).max() < 1e-6  # never along the finger


def test_hammer_marks_are_real_and_no_two_are_alike() -> None:
    smooth, beaten = built(Band(profile=Profile.FLAT)), built(
        Band(profile=Profile.FLAT, finish="hammered")
    )  # fmt: skip
    lost = volume(smooth) - volume(beaten)
    area = np.pi * (smooth.inner_diameter or 0.0) * 1e3 * 4.0
    assert 0.01 * area < lost < HAMMER_DEPTH_MM[1] * area
    marks = hammer_marks(18.0, 5.0)
    assert len(np.unique(np.round(marks.depths_mm, 4))) > 0.9 * len(marks.depths_mm)
    u, v = np.linspace(0.0, 18.0, 90, endpoint=False), np.linspace(0.0, 5.0, 30)
    heights = marks.heights_mm(u, v)
    assert heights.max() <= 0.0
    assert heights.min() >= -HAMMER_DEPTH_MM[1]
    assert marks.heights_mm(u + 18.0, v) == pytest.approx(heights)  # closes round the ring


@pytest.mark.parametrize("tone", [TwoTone.INLAY, TwoTone.RAILS, TwoTone.HALVES])
def test_two_metals_meet_without_overlap_and_both_are_weighed(tone: TwoTone) -> None:
    model = built(Band(two_tone=tone, width_mm=6.0))
    face, core = part(model, "face"), part(model, "shank")
    assert (face.slot, core.slot) == ("metal_2", "metal")
    assert (solid(made(face)) ^ solid(made(core))).volume() == pytest.approx(0.0, abs=1e-9)
    assert {lot.metal for lot in bill(model).metals} == {"gold_18k_yellow_3N", "platinum_950"}


def test_millgrain_beads_close_round_the_ring_and_sit_in_the_metal() -> None:
    model = built(Band(millgrain=True, width_mm=5.0, profile=Profile.FLAT))
    places = part(model, "millgrain").model_from_part
    for row in (places[places[:, 1, 3] < 0.0], places[places[:, 1, 3] > 0.0]):
        angle = np.sort(np.arctan2(row[:, 0, 3], row[:, 2, 3]))
        gaps = np.diff(np.append(angle, angle[0] + 2.0 * np.pi))
        assert gaps == pytest.approx(gaps[0])
        radius = float(np.hypot(row[0, 0, 3], row[0, 2, 3])) * 1e3
        assert BEAD_MM * 0.97 < 2.0 * radius * np.sin(gaps[0] / 2.0) < PITCH_MM * 1.03
    alone = solid(part(model, "shank").world_mesh())
    bead = part(model, "millgrain")
    one = solid(Part("bead", bead.mesh, bead.material, places[:1]).world_mesh())
    assert 0.2 < (one ^ alone).volume() / one.volume() < 0.7


def test_an_engraving_takes_its_area_times_its_depth_out_of_the_metal() -> None:
    plain, cut = built(Band(width_mm=5.0)), built(Band(width_mm=5.0, engraving="Anna & Tom"))
    line = lettering("Anna & Tom", "serif", 1.5)
    lost = bill(plain).metals[0].volume_mm3 - bill(cut).metals[0].volume_mm3
    assert lost == pytest.approx(line.area_mm2 * 0.15, rel=0.03)
    kinds = {measure.kind: measure.mm for measure in bill(cut).measures}
    assert kinds["engraving_stroke"] == pytest.approx(line.stroke_mm)
    assert kinds["under_engraving"] < 1.8 - 0.15 + 1e-9


def test_very_many_strokes_are_shown_by_maps_and_made_by_cutting() -> None:
    ring = Band(width_mm=6.0, engraving="永遠に愛してる永遠に愛してる永遠", typeface="japanese")
    model = built(ring)
    shank, plain = part(model, "shank"), part(built(Band(width_mm=6.0)), "shank")
    assert shank.workshop_mesh is not None
    assert shank.material.normal_texture is not None
    assert len(shank.mesh.triangles) < 1.2 * len(plain.mesh.triangles)
    assert solid(shank.mesh).volume() == pytest.approx(solid(plain.mesh).volume(), rel=1e-3)
    line = lettering(ring.engraving, "japanese", 1.5)
    lost = solid(shank.mesh).volume() - bill(model).metals[0].volume_mm3
    assert lost == pytest.approx(line.area_mm2 * 0.15, rel=0.1)
    # the maps show what is cut, where it is cut: the share of dark in the strip is the area's
    texture = shank.material.base_color_texture
    assert texture is not None
    pixels = np.asarray(Pillow.open(io.BytesIO(texture.data)))[..., 2]
    dark = (255.0 - pixels[: len(pixels) // 2]) / (255.0 - pixels.min())
    mm2 = 2.0 * np.pi * ring.size.inner_diameter_mm / 2.0 * (line.height_mm + 0.24)
    assert dark.mean() * mm2 == pytest.approx(line.area_mm2, rel=0.05)
    assert dark[:, : dark.shape[1] // 8].max() == 0.0  # none at the top of the ring


def test_letters_inside_stand_opposite_the_hallmarks_and_leave_them_room() -> None:
    model = built(Band(width_mm=5.0, engraving="Anna & Tom"))
    mesh = part(model, "shank").mesh
    assert mesh.uvs is not None
    cut = mesh.positions[np.abs(mesh.uvs[:, 1] - 0.75) < 1e-6]
    assert cut[:, 2].max() < 0.0  # all at the palm's side


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"engraving": "Forever and ever and ever, Anna & Johannes"},
            r"mm long .*letters of .* fit",
        ),
        ({"engraving": "Forever", "width_mm": 2.0}, r"mm high .*do not fit either"),
        ({"engraving": "ever 😀"}, "grinning face"),
        ({"engraving_outside": "Anna", "finish": "hammered"}, "cannot be read"),
        ({"two_tone": TwoTone.INLAY, "width_mm": 2.5}, "at least 3 mm"),
        ({"millgrain": True, "width_mm": 2.0}, r"at least 2.5 mm"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(Unbuildable, match=said):
        Band(**options)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(
    st.builds(
        Band,
        profile=st.sampled_from(Profile),
        width_mm=st.floats(3.0, 8.0),
        thickness_mm=st.floats(1.3, 2.5),
        finish=st.sampled_from(FINISHES),
        two_tone=st.sampled_from(TwoTone),
        millgrain=st.booleans(),
        size=st.sampled_from([parse_ring_size(s) for s in ("EU 44", "US 6 1/2", "EU 72")]),
    )
)
def test_any_band_can_be_made_in_one_piece(ring: Band) -> None:
    model = ring.build()
    assert len(union([solid(made(p)) for p in model.parts]).decompose()) == 1
    assert isinstance(solid(made(model.parts[0])), manifold3d.Manifold)
    for item in model.parts:
        assert np.linalg.norm(item.mesh.normals, axis=1) == pytest.approx(1.0, abs=1e-6)


def test_a_measure_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(ModelError, match="width_mm"):
        Band(width_mm=9.0)

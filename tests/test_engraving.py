"""Letterings: shaped, measured, cut, refused; judged by HarfBuzz's advances and by volumes."""

import unicodedata
from pathlib import Path

import manifold3d
import numpy as np
import pytest
import uharfbuzz as harfbuzz
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.engraving import typefaces
from models3d.engraving.bidi import levels, visual_order
from models3d.engraving.cut import ENGRAVED_UV, engrave_circle, engrave_plane, engrave_ring
from models3d.engraving.limits import check_wall, fitted
from models3d.engraving.look import engraved
from models3d.engraving.text import Lettering, lettering
from models3d.engraving.typefaces import TYPEFACES, files_with, opened, typeface
from models3d.engraving.woff import opentype
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array
from models3d.metals import metal_material
from models3d.profiles import Profile
from models3d.rings.hoop import plain_chains, section, turned
from models3d.solids import skin, solid

SAMPLES = {
    "roman": "FOREVER",
    "serif": "Forever — 12.06.2026",
    "italic": "Toujours à toi",
    "script": "Anna & Tom",
    "sans": "2026",
    "blackletter": "Für immer",
    "monogram": "ABC",
    "arabic": "إلى الأبد",
    "hebrew": "אהבה",
    "japanese": "永遠に",
    "chinese": "永远爱你",
    "korean": "사랑해",
}
each_typeface = pytest.mark.parametrize("typeface_id", list(TYPEFACES))


def plate(size_mm: float = 40.0, thickness_mm: float = 2.0) -> manifold3d.Manifold:
    """A plate whose top is z = 0; its normals are carried as `solid` carries them."""
    return (
        manifold3d.Manifold.cube((size_mm, size_mm, thickness_mm), True)
        .translate((0.0, 0.0, -thickness_mm / 2.0))
        .calculate_normals(0, 40.0)
    )


def hoop(radius_mm: float = 9.0) -> manifold3d.Manifold:
    """A flat hoop about +Y, 6 wide and 2 thick, its hole of this radius."""
    shape = section(Profile.FLAT, 6e-3, 2e-3)
    return solid(turned(plain_chains(shape), radius_mm * 1e-3))


def floor_points(body: manifold3d.Manifold) -> Array:
    """(n, 3) millimetres, of what was cut."""
    mesh = skin(body)
    assert mesh.uvs is not None
    return 1e3 * mesh.positions[np.abs(mesh.uvs - ENGRAVED_UV).max(axis=1) < 1e-9]


@each_typeface
def test_every_typeface_is_open_and_draws_its_script(typeface_id: str) -> None:
    face = typeface(typeface_id)
    assert face.licence == "OFL-1.1"
    line = lettering(SAMPLES[typeface_id], typeface_id, 2.0)
    assert line.area_mm2 > 0.5
    assert 0.1 < line.stroke_mm < 0.5
    assert line.height_mm > 1.5


@pytest.mark.parametrize("typeface_id", ["serif", "script", "arabic"])
def test_a_line_is_as_long_as_harfbuzz_says(typeface_id: str) -> None:
    word = {"serif": "AVATAR", "script": "Forever", "arabic": "السلام"}[typeface_id]
    font = opened(files_with(typeface(typeface_id), word[0])[0], typeface_id)
    buffer = harfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    harfbuzz.shape(font.font, buffer)
    letter = typeface(typeface_id).letter
    file = opened(files_with(typeface(typeface_id), letter)[0], typeface_id)
    extents = file.font.get_glyph_extents(file.font.get_nominal_glyph(ord(letter)))
    advance = sum(position.x_advance for position in buffer.glyph_positions)
    tracking = typeface(typeface_id).tracking_em * font.units_per_em * len(word)
    assert lettering(word, typeface_id, 3.0).advance_mm == pytest.approx(
        3.0 * (advance + tracking) / extents.y_bearing, rel=1e-9
    )


def test_the_letter_height_is_that_of_a_capital_and_scales_everything() -> None:
    assert lettering("H", "serif", 1.7).height_mm == pytest.approx(1.7, abs=0.02)
    small, large = lettering("Anna", "serif", 1.0), lettering("Anna", "serif", 2.0)
    assert large.width_mm == pytest.approx(2.0 * small.width_mm)
    assert large.area_mm2 == pytest.approx(4.0 * small.area_mm2)


def test_kerning_and_ligatures_are_applied() -> None:
    apart = lettering("A", "serif", 2.0).advance_mm + lettering("V", "serif", 2.0).advance_mm
    assert lettering("AV", "serif", 2.0).advance_mm < apart - 0.05
    joined = lettering("حب", "arabic", 2.0)
    single = [lettering(letter, "arabic", 2.0) for letter in "حب"]
    assert joined.advance_mm < sum(letter.advance_mm for letter in single)
    strokes = len(joined.cross_section.decompose())
    assert strokes == sum(len(letter.cross_section.decompose()) for letter in single) - 1


def test_arabic_runs_from_right_to_left_and_numbers_in_it_from_left_to_right() -> None:
    line = "حب 12"
    assert [levels(line)[at] for at in (0, 1, 3, 4)] == [1, 1, 2, 2]
    assert visual_order([1, 2]) == [1, 0]
    word, whole = lettering("حب", "arabic", 2.0), lettering(line, "arabic", 2.0)
    right_end = whole.cross_section.bounds()[2]
    right_part = whole.cross_section ^ manifold3d.CrossSection.square(
        (word.width_mm, 20.0)
    ).translate((right_end - word.width_mm, -10.0))
    assert right_part.area() == pytest.approx(word.area_mm2, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", [0, 0, 0]),
        ("אב", [1, 1]),
        ("אב cd", [1, 1, 1, 2, 2]),
        ("a אב 5%", [0, 0, 1, 1, 1, 2, 2]),
        ("12.06", [0] * 5),
        ("אב ", [1, 1, 1]),
    ],
)
def test_directions_follow_the_bidirectional_algorithm(text: str, expected: list[int]) -> None:
    assert levels(text) == expected


def test_letters_that_a_typeface_lacks_come_from_another_at_the_same_height() -> None:
    mixed = lettering("Ж永", "roman", 2.0)
    alone = lettering("Ж", "serif", 2.0), lettering("永", "japanese", 2.0)
    assert mixed.area_mm2 == pytest.approx(sum(line.area_mm2 for line in alone), rel=1e-6)


def test_composed_and_decomposed_characters_are_the_same_engraving() -> None:
    text = "Zoë José"
    plain = lettering(text, "serif", 2.0)
    apart = lettering(unicodedata.normalize("NFD", text), "serif", 2.0)
    assert apart.area_mm2 == plain.area_mm2
    assert lettering("♥\ufe0f", "serif", 2.0).area_mm2 == lettering("♥", "serif", 2.0).area_mm2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing"),
        (" \u200d ", "nothing"),
        ("a\nb", "control character .U.000A"),
        ("a\u202eb", "invisible control character .U.202E"),
        ("\ud800", "half a character"),
        ("😀", "grinning face"),
        ("नमस्ते", "devanagari letter na"),
        ("\ue000", "private"),
        ("x" * 65, "at most 64"),
    ],
)
def test_what_cannot_be_engraved_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(Unbuildable, match=f"(?i){said}"):
        lettering(text, "serif", 1.5)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=12), st.sampled_from(list(TYPEFACES)))
def test_any_text_is_engraved_or_politely_refused(text: str, typeface_id: str) -> None:
    refusal = ""
    try:
        line = lettering(text, typeface_id, 1.5)
    except Unbuildable as error:
        refusal = str(error)
    if refusal:
        assert refusal.encode("utf-8").endswith(b".")
    else:
        assert line.area_mm2 > 0.0
        assert np.isfinite(line.bounds_mm).all()


def test_a_missing_font_file_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARURE_TYPEFACES", str(tmp_path))
    with pytest.raises(ModelError, match=r"make setup.*PARURE_TYPEFACES"):
        files_with(TYPEFACES["script"], "A")
    with pytest.raises(ModelError, match="make setup"):
        opened(tmp_path / "none.woff", "script")


@given(st.binary(max_size=120))
def test_damaged_font_files_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"WOFF|table"):
        opentype(b"wOFF" + data if len(data) % 2 else data)


def test_a_cut_takes_its_area_times_its_depth_and_leaves_a_closed_body() -> None:
    body, line = plate(), lettering("Forever ♡ 8", "serif", 3.0)
    cut = engrave_plane(body, line, np.eye(4), 0.2)
    assert cut.status() == manifold3d.Error.NoError
    assert body.volume() - cut.volume() == pytest.approx(0.2 * line.area_mm2, rel=1e-6)
    assert floor_points(cut)[:, 2].min() == pytest.approx(-0.2, abs=1e-9)


def test_a_cut_follows_a_dome() -> None:
    dome = manifold3d.Manifold.sphere(60.0, 256).translate((0.0, 0.0, -60.0))
    dome = dome.calculate_normals(0, 40.0)
    line = lettering("Anna", "serif", 3.0)

    def height(x: Array, y: Array) -> Array:
        return np.sqrt(3600.0 - x * x - y * y) - 60.0

    cut = engrave_plane(dome, line, np.eye(4), 0.2, height)
    assert dome.volume() - cut.volume() == pytest.approx(0.2 * line.area_mm2, rel=0.05)


@pytest.mark.parametrize("inside", [True, False])
def test_a_ring_s_letters_are_cut_to_depth_all_along_the_curve(inside: bool) -> None:
    body, line = hoop(), lettering("Forever — 12.06.2026", "serif", 2.0)
    surface = 9.0 if inside else 11.0
    cut = engrave_ring(body, line, surface, inside, 0.15)
    assert cut.genus() == body.genus()
    radial = (surface + 0.075 if inside else surface - 0.075) / surface
    assert body.volume() - cut.volume() == pytest.approx(0.15 * line.area_mm2 * radial, rel=0.03)
    floor = np.hypot(floor_points(cut)[:, 0], floor_points(cut)[:, 2])
    deepest = floor.max() if inside else floor.min()
    assert deepest == pytest.approx(9.15 if inside else 10.85, abs=0.01)


def seen_from_above(cut: manifold3d.Manifold) -> Array:
    """(n, 2) what was cut, x to the right and y up, as somebody sees it who looks along -Z."""
    return floor_points(cut)[:, :2]


def assert_reads_as_l(points: Array) -> None:
    """An L has its stem on the left and its foot below: nothing above on the right."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    above = points[points[:, 1] > middle[1] + 0.3]
    below = points[points[:, 1] < middle[1]]
    assert above[:, 0].max() < middle[0] < below[:, 0].max()


def test_letters_read_the_right_way_round_on_every_surface() -> None:
    line = lettering("L", "sans", 3.0)
    assert_reads_as_l(seen_from_above(engrave_plane(plate(), line, np.eye(4), 0.2)))
    # outside at the top, seen from above; inside at the palm, seen from the finger's axis
    outside = engrave_ring(hoop(), line, 11.0, False, 0.2, centre_angle=0.0)
    assert_reads_as_l(seen_from_above(outside))
    inside = engrave_ring(hoop(), line, 9.0, True, 0.2, centre_angle=np.pi)
    assert_reads_as_l(seen_from_above(inside))
    above = engrave_circle(plate(), line, np.eye(4), 12.0, 0.2)
    assert_reads_as_l(seen_from_above(above))
    below = engrave_circle(
        plate(), line, np.eye(4), 12.0, 0.2, centre_angle=-np.pi / 2.0, tops_outwards=False
    )
    assert_reads_as_l(seen_from_above(below))


def test_a_seal_is_the_mirror_image() -> None:
    plain, seal = lettering("L", "sans", 3.0), lettering("L", "sans", 3.0, True)
    assert seal.area_mm2 == pytest.approx(plain.area_mm2)
    points = seen_from_above(engrave_plane(plate(), seal, np.eye(4), 0.2))
    assert_reads_as_l(points * (-1.0, 1.0))


def test_text_round_a_disc_keeps_its_letters_at_their_radius() -> None:
    line = lettering("HHHHHHHH", "sans", 1.5)
    cut = engrave_circle(plate(), line, np.eye(4), 12.0, 0.1)
    distance = np.hypot(*floor_points(cut)[:, :2].T)
    assert distance.min() == pytest.approx(12.0 - 0.75, abs=0.03)
    assert distance.max() == pytest.approx(12.0 + 0.75, abs=0.03)


def test_cut_faces_look_out_of_the_metal() -> None:
    mesh = skin(engrave_ring(hoop(), lettering("Anna", "serif", 2.0), 9.0, True, 0.15))
    corner = mesh.positions[mesh.triangles]
    face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    area = np.linalg.norm(face, axis=1)
    told = np.einsum(
        "ij,ikj->ik", face / np.maximum(area, 1e-30)[:, None], mesh.normals[mesh.triangles]
    )
    assert told[area > 2e-10].min() > 0.85


def test_the_cut_is_matte_and_the_metal_round_it_keeps_its_polish() -> None:
    plain = metal_material("platinum_950")
    cut = engraved(plain)
    assert cut.roughness > 0.3
    assert cut.metallic_roughness_texture is not None
    assert cut.base_color == plain.base_color


def test_a_line_that_fits_is_taken_and_one_that_does_not_says_what_would() -> None:
    line = fitted("Anna", "serif", 1.5, 20.0, 3.0, "inside the band")
    assert isinstance(line, Lettering)
    with pytest.raises(Unbuildable, match=r"20.9 mm long .* 15.0 mm .*letters of this height fit"):
        fitted("Forever — 12.06.2026", "serif", 1.5, 15.0, 3.0, "inside the band")
    with pytest.raises(Unbuildable, match=r"high and there are 1.2 mm .*letters of 1.1 mm fit"):
        fitted("Anna", "serif", 1.5, 20.0, 1.2, "inside the band")
    with pytest.raises(Unbuildable, match="too fine"):
        fitted("Anna", "italic", 0.8, 20.0, 3.0, "inside the band")
    with pytest.raises(Unbuildable, match=r"least is 0\.8"):
        fitted("Anna", "serif", 0.5, 20.0, 3.0, "inside the band")


@settings(max_examples=30, deadline=None)
@given(st.floats(4.0, 30.0), st.floats(0.8, 4.0), st.sampled_from(["serif", "sans", "arabic"]))
def test_the_letter_height_that_a_refusal_names_does_fit(
    length: float, height: float, typeface_id: str
) -> None:
    try:
        fitted("Anna", typeface_id, 3.0, length, height, "here")
    except Unbuildable as error:
        if " mm fit" in str(error):
            named = float(str(error).split("letters of ")[-1].split(" mm fit")[0])
            fitted("Anna", typeface_id, named, length, height, "here")


def test_an_alloy_s_least_wall_is_kept() -> None:
    check_wall("platinum_950", 0.8, 0.2, "here")
    with pytest.raises(Unbuildable, match=r"leaves 0.60 mm.*needs 0.8 mm"):
        check_wall("silver_925", 0.8, 0.2, "here")


def test_the_typefaces_folder_is_beside_the_code() -> None:
    assert (typefaces.BESIDE_THE_CODE / "cinzel" / "LICENSE").exists()

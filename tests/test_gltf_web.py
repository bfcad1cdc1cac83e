"""GLB for pages: packed, rounded and instanced, and still the very piece; turns and variants."""

import dataclasses
import io
from collections import Counter
from pathlib import Path

import brotli
import numpy as np
import pytest
from gltf_samples import read
from gltf_validator import assert_valid, validate
from PIL import Image
from scipy.spatial.transform import Rotation
from test_gltf_write import document, place, square

from models3d.brilliant import RoundBrilliant, build
from models3d.errors import ModelError
from models3d.frames import Anchor
from models3d.gems import gem
from models3d.gltf import Profile, Variant, write_glb
from models3d.gltf.encoding import exponential
from models3d.mesh import Material, Mesh, Model, Part, Texture
from models3d.metals import metal_material
from models3d.rings.solitaire import Solitaire

GRID = 2.0**-20  # metres: the coarsest grid of positions


@pytest.fixture(scope="module")
def solitaire() -> Model:
    return Solitaire().build()


def corners(mesh: Mesh, grid: float) -> Counter[tuple[tuple[int, ...], ...]]:
    """Triangles by the grid cells of their corners, whatever their order and first corner."""
    cells = np.round(mesh.positions / grid).astype(int)[mesh.triangles]
    first = np.lexsort(np.moveaxis(cells, 2, 0)[::-1].reshape(3, *cells.shape[:2]), axis=1)[:, 0]
    turned = cells[np.arange(len(cells))[:, None], (first[:, None] + np.arange(3)) % 3]
    return Counter(tuple(map(tuple, triangle)) for triangle in turned.tolist())


def outwards(mesh: Mesh) -> float:
    """Area of the triangles as their vertices' normals see it."""
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    seen = mesh.normals[mesh.triangles].mean(axis=1)
    return float(np.einsum("ij,ij->", np.cross(b - a, c - a), seen))


def melee() -> Model:
    turns = Rotation.from_rotvec(np.outer(np.linspace(0.0, 6.0, 90), (0.3, 0.9, -0.2)))
    places = np.tile(np.eye(4), (90, 1, 1))
    places[:, :3, :3] = turns.as_matrix() * 1.02
    places[:, :3, 3] = turns.apply((0.0, 0.0, 0.0108))
    stone = build(RoundBrilliant(diameter_mm=1.3))
    return Model("eternity", (Part("melee", stone, gem("diamond").material(), places, "melee"),))


def test_every_triangle_comes_back_to_a_micrometre(tmp_path: Path, solitaire: Model):
    back = read(tmp_path, write_glb(solitaire, Profile.WEB))
    for got, want in zip(back.parts, solitaire.parts, strict=True):
        assert (got.name, got.slot, got.material) == (want.name, want.slot, want.material)
        np.testing.assert_allclose(got.mesh.bounds(), want.mesh.bounds(), rtol=0, atol=GRID)
        if got.material.is_gem:
            assert corners(got.mesh, GRID) == corners(want.mesh, GRID)
        lost = len(want.mesh.triangles) - len(got.mesh.triangles)
        assert 0 <= lost <= 0.01 * len(want.mesh.triangles)
        assert outwards(got.mesh) == pytest.approx(outwards(want.mesh), rel=1e-3)


@pytest.mark.parametrize("diameter_mm", [1.0, 1.3, 6.5, 9.4])
def test_facets_keep_their_planes(tmp_path: Path, diameter_mm: float):
    stone = build(RoundBrilliant(diameter_mm=diameter_mm))
    model = Model("m", (Part("stone", stone, gem("diamond").material()),))
    (part,) = read(tmp_path, write_glb(model, Profile.WEB)).parts
    normals = part.mesh.normals[part.mesh.triangles]
    flat = np.abs(normals[:, 0, 2]) > 0.05  # the girdle is round
    np.testing.assert_array_equal(normals[flat], np.repeat(normals[flat][:, :1], 3, axis=1))
    want = np.unique(stone.normals[np.abs(stone.normals[:, 2]) > 0.05], axis=0)
    for normal in want:
        turn = np.linalg.norm(np.cross(normals[flat][:, 0], normal), axis=1)
        facet = flat.nonzero()[0][(turn < 2e-3) & (normals[flat][:, 0] @ normal > 0.0)]
        assert np.degrees(turn.min()) < 0.01
        points = part.mesh.positions[part.mesh.triangles[facet]].reshape(-1, 3)
        around = points - points.mean(axis=0)
        spanned = np.linalg.svd(around)[2][2]
        assert np.degrees(np.linalg.norm(np.cross(spanned, normal))) < 0.01


def test_it_is_valid_but_for_what_the_validator_does_not_know(solitaire: Model):
    found = validate(write_glb(solitaire, Profile.WEB))["issues"]
    assert found["numErrors"] + found["numWarnings"] == 0, found["messages"]
    assert {m["code"] for m in found["messages"]} <= {"UNSUPPORTED_EXTENSION", "UNUSED_OBJECT"}


def test_the_same_model_gives_the_same_bytes(solitaire: Model):
    assert write_glb(solitaire, Profile.WEB) == write_glb(Solitaire().build(), Profile.WEB)


def test_a_solitaire_takes_60_kb_and_a_ring_of_90_stones_90_kb_over_the_wire(solitaire: Model):
    assert len(brotli.compress(write_glb(solitaire, Profile.WEB))) <= 60_000
    (stones,) = melee().parts
    shank = tuple(part for part in solitaire.parts if part.slot == "metal")
    pave = Model("pave", (*shank, stones))
    assert len(brotli.compress(write_glb(pave, Profile.WEB))) <= 90_000


def test_repeated_parts_are_instances_and_come_back_in_their_places(tmp_path: Path):
    data = write_glb(melee(), Profile.WEB)
    written = document(data)
    assert [node.get("name") for node in written["nodes"]] == ["eternity", "melee"]
    assert written["extensionsRequired"] == [
        "EXT_mesh_gpu_instancing",
        "EXT_meshopt_compression",
        "KHR_mesh_quantization",
    ]
    (part,) = read(tmp_path, data).parts
    want = melee().parts[0].model_from_part
    np.testing.assert_allclose(part.model_from_part[:, :3, 3], want[:, :3, 3], atol=5e-9)
    np.testing.assert_allclose(part.model_from_part[:, :3, :3], want[:, :3, :3], atol=2e-4)
    assert validate(data)["issues"]["numErrors"] + validate(data)["issues"]["numWarnings"] == 0


def test_mirrored_instances_stand_beside_the_others(tmp_path: Path):
    mirror = np.diag([-1.0, 1.0, 1.0, 1.0])
    places = np.stack([place(0.01 * k, 0.0, 0.0) for k in range(3)] + [mirror])
    model = Model("m", (Part("leaf", square(), Material("m"), places),))
    data = write_glb(model, Profile.WEB)
    assert [node.get("matrix") is not None for node in document(data)["nodes"]] == [
        False,
        False,
        True,
    ]
    (part,) = read(tmp_path, data).parts
    np.testing.assert_allclose(part.model_from_part, places, atol=5e-9)


def test_exponential_words_are_exact_multiples_of_their_grid():
    words = exponential(np.array([[0.25, -0.25, 3.0], [0.0, 1.0, -3.0]]), -2)
    assert words.tolist() == [
        [0xFE000001, 0xFEFFFFFF, 0xFE00000C],
        [0xFE000000, 0xFE000004, 0xFEFFFFF4],
    ]
    coarser = exponential(np.array([[2.0**22, 1.0, 0.0]]), -2)
    assert coarser[0, 0] >> 24 == 0x00
    assert coarser[0, 0] & 0xFFFFFF == 2**22


def test_texture_coordinates_and_tangents_come_back(tmp_path: Path):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), (128, 128, 255)).save(buffer, "PNG")
    relief = Texture(buffer.getvalue(), "image/png")
    material = dataclasses.replace(metal_material("gold_24k"), normal_texture=relief)
    model = Model("m", (Part("plate", square(uvs=True), material),))
    (part,) = read(tmp_path, write_glb(model, Profile.WEB)).parts
    assert part.material == material
    order = np.lexsort(part.mesh.uvs.T)
    want = square(uvs=True).uvs
    np.testing.assert_allclose(part.mesh.uvs[order], want[np.lexsort(want.T)], atol=2.0**-15)
    assert document(write_glb(model))["meshes"][0]["primitives"][0]["attributes"].keys() >= {
        "TANGENT"
    }


def watch() -> Model:
    tilt = np.eye(4)
    tilt[:3, :3] = Rotation.from_rotvec([0.4, 0.0, 0.0]).as_matrix()
    tilt[:3, 3] = (0.0, 0.001, 0.006)
    steel = metal_material("steel_316L")
    seconds = Part("second_hand", square(), steel, tilt[None], "hand", 60.0)
    minutes = Part("minute_hand", square(), steel, tilt[None], "hand", 3600.0)
    return Model("watch", (seconds, minutes), Anchor.WRIST)


@pytest.mark.parametrize("profile", Profile)
def test_hands_turn_clockwise_about_their_own_axis(tmp_path: Path, profile: Profile):
    data = write_glb(watch(), profile)
    written = document(data)
    seconds, minutes = written["animations"]
    assert (seconds["name"], minutes["name"]) == ("second_hand", "minute_hand")
    sampler = seconds["samplers"][0]
    times, turns = (written["accessors"][sampler[key]] for key in ("input", "output"))
    assert (times["min"], times["max"], times["count"]) == ([0.0], [60.0], 5)
    view = written["bufferViews"][turns["bufferView"]]
    start = data.rindex(b"BIN\0") + 4 + view["byteOffset"]
    quaternions = np.frombuffer(data, "<f4", 20, start).reshape(5, 4)
    model_from_hand = Rotation.from_quat(quaternions)
    resting = watch().parts[0].model_from_part[0, :3, :3]
    np.testing.assert_allclose(model_from_hand[0].as_matrix(), resting, atol=1e-6)
    np.testing.assert_allclose(model_from_hand[4].as_matrix(), resting, atol=1e-6)
    # a hand that points to its own +Y at rest points to its +X after a quarter: clockwise
    np.testing.assert_allclose(model_from_hand[1].apply([0, 1, 0]), resting[:, 0], atol=1e-6)
    steps = np.einsum("ij,ij->i", quaternions[:-1], quaternions[1:])
    np.testing.assert_allclose(steps, np.cos(np.pi / 4.0), atol=1e-6)  # the short way each time
    back = read(tmp_path, data)
    assert [(p.slot, p.turn_period) for p in back.parts] == [("hand", 60.0), ("hand", 3600.0)]


def test_hands_are_valid():
    assert_valid(write_glb(watch()))


@pytest.mark.parametrize(
    "about", [{"slot": 7}, {"turn_period": -1.0}, {"turn_period": True}, {"turn_period": "60"}]
)
def test_a_part_that_says_nonsense_is_refused(tmp_path: Path, about: dict[str, object]):
    from gltf_samples import tetrahedron

    sample = tetrahedron()
    sample.document["nodes"][0]["extras"] = {"parure": about}
    with pytest.raises(ModelError, match=r"slot|turn_period"):
        read(tmp_path, sample.glb())


def test_variants_give_the_same_geometry_other_materials():
    gold, rose = metal_material("gold_18k_yellow_3N"), metal_material("gold_18k_rose_5N")
    ruby = gem("ruby").material()
    model = Model(
        "ring",
        (
            Part("shank", square(), gold, slot="metal"),
            Part("stone", build(RoundBrilliant()), gem("diamond").material(), slot="gem"),
        ),
    )

    def in_slot(slot: str, material: Material) -> Variant:
        return Variant(material.name, lambda part: material if part.slot == slot else part.material)

    data = write_glb(
        model, variants=[in_slot("metal", gold), in_slot("metal", rose), in_slot("gem", ruby)]
    )
    issues = validate(data)["issues"]
    assert issues["numErrors"] + issues["numWarnings"] == 0, issues["messages"]
    written = document(data)
    names = written["extensions"]["KHR_materials_variants"]["variants"]
    assert [entry["name"] for entry in names] == [gold.name, rose.name, ruby.name]
    shank, stone = (
        mesh["primitives"][0]["extensions"]["KHR_materials_variants"]["mappings"]
        for mesh in written["meshes"]
    )
    assert [(written["materials"][m["material"]]["name"], m["variants"]) for m in shank] == [
        (rose.name, [1])  # gold is what it wears anyway
    ]
    assert [(written["materials"][m["material"]]["name"], m["variants"]) for m in stone] == [
        (ruby.name, [2])
    ]


def test_every_surface_comes_back(tmp_path: Path):
    materials = [
        Material("lacquer", clearcoat=0.8, clearcoat_roughness=0.1),
        Material("pearl", iridescence=0.6, iridescence_ior=1.6, iridescence_thickness_nm=320.0),
        Material("crystal", ior=1.77, transmission=1.0, specular=0.15),
        Material("tinted", specular_color=(0.9, 0.8, 0.7)),
        Material("sunray", metallic=1.0, anisotropy=0.6, anisotropy_rotation=1.5),
    ]
    parts = tuple(Part(m.name, square(uvs=True), m) for m in materials)
    for profile in Profile:
        data = write_glb(Model("m", parts), profile)
        issues = validate(data)["issues"]
        assert issues["numErrors"] + issues["numWarnings"] == 0, issues["messages"]
        assert [part.material for part in read(tmp_path, data).parts] == materials

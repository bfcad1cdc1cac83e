"""Writing GLB: what is written is valid, deterministic, and comes back as it was."""

import dataclasses
import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gltf_samples import read
from gltf_validator import assert_valid, validate
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.spatial.transform import Rotation

from models3d.brilliant import RoundBrilliant, build
from models3d.frames import Anchor
from models3d.gems import GEMS, gem
from models3d.gltf import write_glb
from models3d.gltf.tangents import tangents
from models3d.mesh import Material, Mesh, Model, Part, Texture
from models3d.metals import FINISHES, METALS, metal_material


def square(uvs: bool = False) -> Mesh:
    corners = np.array([[0.0, 0.0, 0.0], [0.01, 0.0, 0.0], [0.01, 0.01, 0.0], [0.0, 0.01, 0.0]])
    return Mesh(
        corners,
        np.tile([0.0, 0.0, 1.0], (4, 1)),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        corners[:, :2] * 100.0 if uvs else None,
    )


def place(x: float, y: float, z: float) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, 3] = (x, y, z)
    return matrix


def ring() -> Model:
    stone = Part(
        "stone", build(RoundBrilliant()), gem("ruby").material(), place(0, 0, 0.0126)[None]
    )
    melee = Part(
        "melee",
        build(RoundBrilliant(diameter_mm=1.3)),
        gem("diamond").material(),
        np.stack([place(0.001 * k, 0.002, 0.011) for k in range(5)]),
    )
    shank = Part("shank", square(), metal_material("platinum_950"))
    return Model(
        "solitaire",
        (shank, stone, melee),
        Anchor.FINGER,
        0.0172,
        {"configuration": "5f3a", "sizes": {"US": 6.75, "EU": 54}},
    )


def picture(mime_type: str, color: tuple[int, int, int] = (200, 150, 90)) -> Texture:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), color).save(buffer, mime_type.split("/")[1].upper())
    return Texture(buffer.getvalue(), mime_type)


def document(data: bytes) -> dict[str, Any]:
    length = struct.unpack_from("<I", data, 12)[0]
    parsed: dict[str, Any] = json.loads(data[20 : 20 + length])
    return parsed


def assert_same_model(got: Model, want: Model) -> None:
    assert (got.name, got.anchor, dict(got.extras)) == (want.name, want.anchor, dict(want.extras))
    assert got.inner_diameter == pytest.approx(want.inner_diameter, abs=1e-12)
    for a, b in zip(got.parts, want.parts, strict=True):
        assert a.name == b.name
        assert a.material == b.material
        np.testing.assert_array_equal(a.mesh.triangles, b.mesh.triangles)
        np.testing.assert_array_equal(a.mesh.positions, b.mesh.positions.astype(np.float32))
        np.testing.assert_array_equal(a.mesh.normals, b.mesh.normals.astype(np.float32))
        np.testing.assert_allclose(a.model_from_part, b.model_from_part, rtol=0, atol=1e-12)
        if b.mesh.uvs is None:
            assert a.mesh.uvs is None
        else:
            np.testing.assert_array_equal(a.mesh.uvs, b.mesh.uvs.astype(np.float32))


def test_a_ring_is_valid_and_comes_back_as_it_was(tmp_path: Path):
    data = write_glb(ring())
    assert_valid(data)
    assert_same_model(read(tmp_path, data), ring())


def test_the_same_model_gives_the_same_bytes_and_so_does_a_copy_read_back(tmp_path: Path):
    data = write_glb(ring())
    assert write_glb(ring()) == data
    assert write_glb(read(tmp_path, data)) == data


def test_extras_in_another_order_give_the_same_bytes():
    model = ring()
    other = dataclasses.replace(model, extras=dict(reversed(model.extras.items())))
    assert write_glb(other) == write_glb(model)


def test_the_root_says_what_the_model_is():
    root = document(write_glb(ring()))["nodes"][0]
    assert root["name"] == "solitaire"
    assert root["extras"]["parure"] == {
        "schema": 1,
        "anchor": "finger",
        "inner_diameter_mm": 17.2,
        "configuration": "5f3a",
        "sizes": {"EU": 54, "US": 6.75},
    }


def test_instances_share_one_mesh_in_plain_nodes():
    written = document(write_glb(ring()))
    melee = [node for node in written["nodes"] if node.get("name", "").startswith("melee.")]
    assert len(melee) == 5
    assert len({node["mesh"] for node in melee}) == 1
    assert "extensionsRequired" not in written


def test_bounds_are_those_of_the_single_precision_positions():
    written = document(write_glb(ring()))
    mesh = ring().parts[1].mesh.positions.astype(np.float32)
    number = written["meshes"][1]["primitives"][0]["attributes"]["POSITION"]
    np.testing.assert_array_equal(written["accessors"][number]["min"], mesh.min(axis=0))
    np.testing.assert_array_equal(written["accessors"][number]["max"], mesh.max(axis=0))


def test_a_plain_metal_uses_no_extension():
    model = Model("band", (Part("shank", square(), metal_material("gold_24k")),))
    assert "extensionsUsed" not in document(write_glb(model))


def what_is_said(material: Material) -> Material:
    """Without the details of a film and a coat that are not there: nobody writes them."""
    if not material.iridescence:
        plain = Material("plain")
        film = (plain.iridescence_ior, plain.iridescence_thickness_nm)
        material = dataclasses.replace(
            material, iridescence_ior=film[0], iridescence_thickness_nm=film[1]
        )
    return material if material.clearcoat else dataclasses.replace(material, clearcoat_roughness=0)


def test_every_gem_and_metal_is_valid_and_comes_back_equal(tmp_path: Path):
    mesh = square(uvs=True)
    materials = [stone.material() for stone in GEMS.values()]
    materials += [metal_material(m) for m in METALS]
    materials += [metal_material("steel_316L", f) for f in FINISHES]
    parts = tuple(Part(f"part {k}", mesh, m) for k, m in enumerate(materials))
    data = write_glb(Model("palette", parts))
    issues = validate(data)["issues"]
    assert issues["numErrors"] + issues["numWarnings"] == 0, issues["messages"]
    assert {message["code"] for message in issues["messages"]} <= {
        "UNUSED_OBJECT",  # the validator does not know that anisotropy uses them
        "UNUSED_MESH_TANGENT",
    }
    back = [part.material for part in read(tmp_path, data).parts]
    assert back == [what_is_said(material) for material in materials]


@pytest.mark.parametrize("mime_type", ["image/png", "image/jpeg", "image/webp"])
def test_textures_are_valid_and_come_back_byte_for_byte(tmp_path: Path, mime_type: str):
    color = picture(mime_type)
    material = Material(
        "textured",
        roughness=0.7,
        emissive=(0.2, 0.4, 0.8),
        base_color_texture=color,
        metallic_roughness_texture=picture(mime_type, (0, 90, 255)),
        normal_texture=picture(mime_type, (128, 128, 255)),
        occlusion_texture=color,
        emissive_texture=color,
        double_sided=True,
        alpha_mode="MASK",
        alpha_cutoff=0.25,
    )
    model = Model("textured", (Part("face", square(uvs=True), material),))
    data = write_glb(model)
    issues = validate(data)["issues"]
    assert issues["numErrors"] + issues["numWarnings"] == 0, issues["messages"]
    assert len(document(data)["images"]) == 3
    assert_same_model(read(tmp_path, data), model)


def test_light_beyond_one_is_written_as_emissive_strength(tmp_path: Path):
    material = Material("lamp", emissive=(4.0, 2.0, 1.0))
    data = write_glb(Model("lamp", (Part("bulb", square(), material),)))
    assert_valid(data)
    assert read(tmp_path, data).parts[0].material.emissive == pytest.approx((4.0, 2.0, 1.0))


def test_more_than_65535_vertices_use_wide_indices(tmp_path: Path):
    triangles = np.arange(65538, dtype=np.int32).reshape(-1, 3)
    angles = np.linspace(0.0, 6.0, 65538)
    positions = np.stack([np.cos(angles), np.sin(angles), angles], axis=1)
    normals = np.tile([0.0, 0.0, 1.0], (65538, 1))
    model = Model("long", (Part("coil", Mesh(positions, normals, triangles), Material("m")),))
    data = write_glb(model)
    assert document(data)["accessors"][2]["componentType"] == 5125
    assert_same_model(read(tmp_path, data), model)


@settings(max_examples=60, deadline=None)
@given(
    translation=st.tuples(*[st.floats(-1.0, 1.0)] * 3),
    turn=st.tuples(*[st.floats(-3.0, 3.0)] * 3),
    scale=st.tuples(*[st.floats(0.1, 10.0)] * 3),
    mirrored=st.booleans(),
    shear=st.floats(-0.5, 0.5),
)
def test_any_place_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    translation: tuple[float, float, float],
    turn: tuple[float, float, float],
    scale: tuple[float, float, float],
    mirrored: bool,
    shear: float,
):
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_rotvec(turn).as_matrix() @ np.diag(scale)
    matrix[:3, :3] @= [[-1.0 if mirrored else 1.0, shear, 0], [0, 1, 0], [0, 0, 1]]
    matrix[:3, 3] = translation
    model = Model("m", (Part("p", square(), Material("plain"), matrix[None]),))
    back = read(tmp_path_factory.getbasetemp(), write_glb(model))
    np.testing.assert_allclose(back.parts[0].model_from_part[0], matrix, rtol=0, atol=1e-11)


def test_brushed_metal_says_which_way_it_is_brushed():
    face = square(uvs=True)
    data = write_glb(Model("m", (Part("p", face, metal_material("gold_24k", "brushed_linear")),)))
    assert validate(data)["issues"]["numWarnings"] == 0
    np.testing.assert_allclose(tangents(face)[:, :3], np.tile([1.0, 0.0, 0.0], (4, 1)), atol=1e-12)


@settings(deadline=None)
@given(st.floats(0.0, 6.28), st.booleans())
def test_tangents_follow_u_and_the_sign_follows_v(angle: float, mirrored: bool):
    face = square(uvs=True)
    c, s = np.cos(angle), np.sin(angle)
    along_u, up_v = np.array([c, s]), np.array([-s, c]) * (-1.0 if mirrored else 1.0)
    uvs = face.positions[:, :2] @ np.stack([along_u, -up_v], axis=1)  # v runs down
    found = tangents(dataclasses.replace(face, uvs=uvs))
    np.testing.assert_allclose(found[:, :2], np.tile(along_u, (4, 1)), atol=1e-9)
    bitangents = np.cross(face.normals, found[:, :3]) * found[:, 3:]
    np.testing.assert_allclose(bitangents[:, :2], np.tile(up_v, (4, 1)), atol=1e-9)


def test_what_is_not_a_model_is_refused():
    part = Part("p", square(), Material("m"))
    broken = square()
    nan = dataclasses.replace(broken, positions=broken.positions * np.nan)
    outside = dataclasses.replace(broken, triangles=broken.triangles + 2)
    textured = Material("m", normal_texture=picture("image/png"))
    empty = dataclasses.replace(broken, triangles=np.zeros((0, 3), np.int32))
    for model, message in [
        (Model("m", ()), "no parts"),
        (Model("m", (dataclasses.replace(part, mesh=nan),)), "not finite"),
        (Model("m", (dataclasses.replace(part, mesh=outside),)), "not there"),
        (Model("m", (dataclasses.replace(part, mesh=empty),)), "no triangles"),
        (Model("m", (part,), extras={"when": object()}), "not JSON"),
        (Model("m", (part,), extras={"size": float("nan")}), "not JSON"),
        (Model("m", (dataclasses.replace(part, material=textured),)), "no texture coordinates"),
    ]:
        with pytest.raises(ValueError, match=message):
            write_glb(model)

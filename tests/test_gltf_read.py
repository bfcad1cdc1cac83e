"""Reading glTF files that others wrote."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gltf_samples import (
    TETRAHEDRON,
    TETRAHEDRON_INDICES,
    Sample,
    read,
    tetrahedron,
)
from PIL import Image
from scipy.spatial.transform import Rotation

from models3d.errors import ModelError
from models3d.gltf import read_model
from models3d.mesh import Mesh, Model

FACES = TETRAHEDRON_INDICES.reshape(-1, 3)


def only_mesh(model: Model) -> Mesh:
    (part,) = model.parts
    return part.mesh


def assert_tetrahedron(mesh: Mesh, scale: float = 1.0, tolerance: float = 1e-6) -> None:
    """The sample's triangles in their winding; codecs may start at any triangle and corner."""
    assert mesh.triangles.shape == (4, 3)
    nearest = np.linalg.norm(mesh.positions[:, None] - TETRAHEDRON * scale, axis=2)
    assert nearest.min(axis=1).max() <= tolerance
    found = {tuple(np.roll(t, -t.argmin())) for t in nearest.argmin(axis=1)[mesh.triangles]}
    assert found == {tuple(np.roll(t, -t.argmin())) for t in FACES}


def png(size: int = 2) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), (90, 60, 30)).save(buffer, "PNG")
    return buffer.getvalue()


def test_missing_normals_are_those_of_the_flat_triangles(tmp_path: Path):
    mesh = only_mesh(read(tmp_path, tetrahedron().glb()))
    assert_tetrahedron(mesh)
    assert len(mesh.positions) == 12
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    outwards = np.cross(b - a, c - a)
    for corner in mesh.triangles.T:
        cosines = np.einsum("ij,ij->i", mesh.normals[corner], outwards)
        np.testing.assert_allclose(cosines, np.linalg.norm(outwards, axis=1), rtol=1e-12)


def test_a_foreign_model_has_no_anchor_and_the_default_material(tmp_path: Path):
    model = read(tmp_path, tetrahedron().glb(), "Étoile 1.glb")
    assert (model.name, model.anchor, model.inner_diameter) == ("Étoile 1", None, None)
    material = model.parts[0].material
    assert (material.metallic, material.roughness, material.base_color) == (1.0, 1.0, (1, 1, 1, 1))


def test_normals_are_made_unit_and_missing_ones_filled_in(tmp_path: Path):
    sample = Sample()
    normals = np.array([[0, 0, 2], [0, 0, 0], [0, 3, 0], [1, 0, 0]], np.float32)
    sample.mesh(
        {"POSITION": sample.accessor(TETRAHEDRON), "NORMAL": sample.accessor(normals)},
        indices=sample.accessor(TETRAHEDRON_INDICES),
    )
    mesh = only_mesh(read(tmp_path, sample.glb()))
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(mesh.normals[[0, 2, 3]], [[0, 0, 1], [0, 1, 0], [1, 0, 0]])
    assert mesh.normals[1] @ np.array([1.0, -1.0, -1.0]) > 0.0  # its triangles' mean


def test_transforms_multiply_down_the_tree(tmp_path: Path):
    sample = tetrahedron()
    turn = Rotation.from_rotvec([0.3, -0.2, 0.5])
    matrix = np.eye(4)
    matrix[:3, 3] = (0.0, 7.0, 0.0)
    sample.document["nodes"] = [
        {"children": [1, 2], "translation": [1.0, 2.0, 3.0], "scale": [2.0, 2.0, 2.0]},
        {"mesh": 0, "rotation": turn.as_quat().tolist()},
        {"children": [3], "matrix": matrix.T.ravel().tolist()},
        {"mesh": 0},
    ]
    (part,) = read(tmp_path, sample.glb()).parts
    root = np.diag([2.0, 2.0, 2.0, 1.0])
    root[:3, 3] = (1.0, 2.0, 3.0)
    rotated = np.eye(4)
    rotated[:3, :3] = turn.as_matrix()
    np.testing.assert_allclose(part.model_from_part, [root @ rotated, root @ matrix], atol=1e-12)


def test_a_mirrored_node_keeps_its_outside_outside(tmp_path: Path):
    sample = tetrahedron()
    sample.document["nodes"] = [{"mesh": 0, "scale": [-1.0, 1.0, 1.0]}]
    mesh = read(tmp_path, sample.glb()).parts[0].world_mesh()
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    assert np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0 == pytest.approx(1.0 / 6.0)


def test_only_the_chosen_scene_is_shown(tmp_path: Path):
    sample = tetrahedron()
    sample.mesh({"POSITION": sample.accessor(TETRAHEDRON * 5)})
    sample.document |= {
        "nodes": [{"mesh": 0}, {"mesh": 1}],
        "scenes": [{"nodes": [1]}, {"nodes": [0]}],
        "scene": 1,
    }
    assert_tetrahedron(only_mesh(read(tmp_path, sample.glb())))


def test_without_scenes_every_root_is_shown(tmp_path: Path):
    sample = tetrahedron()
    sample.document["nodes"] = [{"mesh": 0}, {"mesh": 0, "translation": [0.0, 0.0, 9.0]}]
    del sample.document["scenes"], sample.document["scene"]
    assert len(read(tmp_path, sample.glb()).parts[0].model_from_part) == 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_indices_of_every_width(tmp_path: Path, dtype: type):
    sample = Sample()
    sample.mesh(
        {"POSITION": sample.accessor(TETRAHEDRON)},
        indices=sample.accessor(TETRAHEDRON_INDICES.astype(dtype)),
    )
    assert_tetrahedron(only_mesh(read(tmp_path, sample.glb())))


def test_vertices_without_indices_are_triangles_as_they_come(tmp_path: Path):
    sample = Sample()
    sample.mesh({"POSITION": sample.accessor(TETRAHEDRON[TETRAHEDRON_INDICES])})
    assert_tetrahedron(only_mesh(read(tmp_path, sample.glb())))


def test_a_strip_alternates_its_winding_and_drops_its_joints(tmp_path: Path):
    sample = Sample()
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 2, 0]], np.float32)
    indices = np.array([0, 1, 2, 3, 4, 4], np.uint16)
    sample.mesh({"POSITION": sample.accessor(points)}, indices=sample.accessor(indices), mode=5)
    mesh = only_mesh(read(tmp_path, sample.glb()))
    assert len(mesh.triangles) == 3
    np.testing.assert_allclose(mesh.normals, np.tile([0.0, 0.0, 1.0], (9, 1)))


def test_a_fan_shares_its_first_vertex(tmp_path: Path):
    sample = Sample()
    angles = np.linspace(0.0, np.pi, 6)
    rim = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    points = np.concatenate([np.zeros((1, 3)), rim]).astype(np.float32)
    sample.mesh({"POSITION": sample.accessor(points)}, mode=6)
    mesh = only_mesh(read(tmp_path, sample.glb()))
    assert len(mesh.triangles) == 5
    np.testing.assert_allclose(mesh.normals[:, 2], 1.0)


@pytest.mark.parametrize("mode", [0, 1, 2, 3])
def test_points_and_lines_are_left_out(tmp_path: Path, mode: int):
    sample = tetrahedron()
    primitive = {"attributes": {"POSITION": 0}, "mode": mode}
    sample.document["meshes"][0]["primitives"].append(primitive)
    assert_tetrahedron(only_mesh(read(tmp_path, sample.glb())))


def test_interleaved_vertices_are_taken_apart(tmp_path: Path):
    sample = Sample()
    normals = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    uvs = np.arange(8, dtype=np.float32).reshape(4, 2)
    view = sample.view(np.hstack([TETRAHEDRON, normals, uvs]).tobytes(), byteStride=32)
    for offset, kind in [(0, "VEC3"), (12, "VEC3"), (24, "VEC2")]:
        sample.document["accessors"].append(
            {"bufferView": view, "byteOffset": offset, "componentType": 5126, "count": 4}
            | {"type": kind}
        )
    sample.mesh(
        {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2},
        indices=sample.accessor(TETRAHEDRON_INDICES),
    )
    mesh = only_mesh(read(tmp_path, sample.glb()))
    assert_tetrahedron(mesh)
    np.testing.assert_array_equal(mesh.normals, normals)
    np.testing.assert_array_equal(mesh.uvs, uvs)


def test_quantized_vertices_are_brought_back_to_numbers(tmp_path: Path):
    sample = Sample()
    sample.extension("KHR_mesh_quantization")
    padded = np.zeros((4, 4), np.int16)
    padded[:, :3] = np.round(TETRAHEDRON * 32767)
    position = sample.accessor(padded, normalized=True, type="VEC3")
    sample.document["bufferViews"][0]["byteStride"] = 8
    normals = np.zeros((4, 4), np.int8)
    normals[:, 2] = -128
    normal = sample.accessor(normals, normalized=True, type="VEC3")
    sample.document["bufferViews"][1]["byteStride"] = 4
    uv = sample.accessor(np.full((4, 2), 65535, np.uint16), normalized=True)
    sample.mesh(
        {"POSITION": position, "NORMAL": normal, "TEXCOORD_0": uv},
        indices=sample.accessor(TETRAHEDRON_INDICES),
    )
    mesh = only_mesh(read(tmp_path, sample.glb()))
    assert_tetrahedron(mesh)
    np.testing.assert_array_equal(mesh.normals[0], [0.0, 0.0, -1.0])
    np.testing.assert_array_equal(mesh.uvs, np.ones((4, 2)))


@pytest.mark.parametrize("base", [True, False])
def test_sparse_values_replace_those_below(tmp_path: Path, base: bool):
    sample = tetrahedron()
    replaced = np.array([1, 3], np.uint8)
    values = np.array([[1, 0, 0], [0, 0, 1]], np.float32)
    below = TETRAHEDRON.copy()
    below[replaced] = 99.0
    if base:
        number = sample.accessor(below)
    else:
        sample.document["accessors"].append({"componentType": 5126, "count": 4, "type": "VEC3"})
        number = len(sample.document["accessors"]) - 1
        replaced, values = np.array([1, 2, 3], np.uint8), TETRAHEDRON[1:]
    sample.document["accessors"][number]["sparse"] = {
        "count": len(replaced),
        "indices": {"bufferView": sample.view(replaced.tobytes()), "componentType": 5121},
        "values": {"bufferView": sample.view(values.tobytes())},
    }
    sample.document["meshes"][0]["primitives"][0]["attributes"]["POSITION"] = number
    assert_tetrahedron(only_mesh(read(tmp_path, sample.glb())))


def test_instances_of_the_extension_are_placed_one_by_one(tmp_path: Path):
    sample = tetrahedron()
    sample.extension("EXT_mesh_gpu_instancing")
    turn = Rotation.from_rotvec([[0, 0, 0.5], [0, 1.0, 0], [0.2, 0, 0]])
    places = np.array([[0, 0, 0], [1, 2, 3], [4, 5, 6]], np.float32)
    sizes = np.array([[1, 1, 1], [2, 2, 2], [1, 2, 3]], np.float32)
    sample.document["nodes"][0] |= {
        "translation": [10.0, 0.0, 0.0],
        "extensions": {
            "EXT_mesh_gpu_instancing": {
                "attributes": {
                    "TRANSLATION": sample.accessor(places),
                    "ROTATION": sample.accessor(turn.as_quat().astype(np.float32)),
                    "SCALE": sample.accessor(sizes),
                }
            }
        },
    }
    matrices = read(tmp_path, sample.glb()).parts[0].model_from_part
    np.testing.assert_allclose(matrices[:, :3, 3], places + np.array([10.0, 0.0, 0.0]), atol=1e-6)
    for matrix, rotation, size in zip(matrices, turn.as_matrix(), sizes, strict=True):
        np.testing.assert_allclose(matrix[:3, :3], rotation @ np.diag(size), atol=1e-6)


def test_gltf_with_a_data_uri(tmp_path: Path):
    sample = tetrahedron()
    payload = base64.b64encode(bytes(sample.binary)).decode()
    sample.document["buffers"] = [
        {
            "byteLength": len(sample.binary),
            "uri": f"data:application/octet-stream;base64,{payload}",
        }
    ]
    assert_tetrahedron(
        only_mesh(read(tmp_path, json.dumps(sample.document).encode(), "model.gltf"))
    )


def test_gltf_with_a_file_beside_it_under_an_escaped_name(tmp_path: Path):
    sample = tetrahedron()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "é 1.bin").write_bytes(bytes(sample.binary))
    uri = "data/%C3%A9%201.bin"
    sample.document["buffers"] = [{"byteLength": len(sample.binary), "uri": uri}]
    assert_tetrahedron(
        only_mesh(read(tmp_path, json.dumps(sample.document).encode(), "model.gltf"))
    )


def textured(material: dict[str, Any]) -> Sample:
    sample = tetrahedron()
    image = {"bufferView": sample.view(png()), "mimeType": "image/png"}
    uvs = [np.arange(8, dtype=np.float32).reshape(4, 2) * k for k in (1.0, -1.0)]
    normals = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    sample.document["meshes"][0]["primitives"][0]["attributes"] |= {
        "TEXCOORD_0": sample.accessor(uvs[0].astype(np.float32)),
        "TEXCOORD_1": sample.accessor(uvs[1].astype(np.float32)),
        "NORMAL": sample.accessor(normals),
    }
    sample.document["meshes"][0]["primitives"][0]["material"] = 0
    sample.document |= {
        "images": [image],
        "textures": [{"source": 0}],
        "materials": [material],
    }
    return sample


def test_all_five_textures_come_with_their_bytes(tmp_path: Path):
    info = {"index": 0}
    sample = textured(
        {
            "pbrMetallicRoughness": {"baseColorTexture": info, "metallicRoughnessTexture": info},
            "normalTexture": info,
            "occlusionTexture": info,
            "emissiveTexture": info,
        }
    )
    material = read(tmp_path, sample.glb()).parts[0].material
    for texture in (
        material.base_color_texture,
        material.metallic_roughness_texture,
        material.normal_texture,
        material.occlusion_texture,
        material.emissive_texture,
    ):
        assert texture is not None
        assert (texture.mime_type, texture.data) == ("image/png", png())


def test_a_picture_may_stand_in_a_file_or_a_data_uri(tmp_path: Path):
    (tmp_path / "gold.png").write_bytes(png())
    for uri in ("gold.png", "data:image/png;base64," + base64.b64encode(png()).decode()):
        sample = textured({"emissiveTexture": {"index": 0}})
        sample.document["images"] = [{"uri": uri}]
        texture = read(tmp_path, sample.glb()).parts[0].material.emissive_texture
        assert texture is not None
        assert texture.data == png()


def test_a_picture_in_ktx2_beside_a_png_is_passed_over(tmp_path: Path):
    sample = textured({"emissiveTexture": {"index": 0}})
    sample.document["images"].append(
        {"bufferView": sample.view(b"\xabKTX 20\xbb\r\n\x1a\n"), "mimeType": "image/ktx2"}
    )
    sample.document["textures"][0]["extensions"] = {"KHR_texture_basisu": {"source": 1}}
    assert read(tmp_path, sample.glb()).parts[0].material.emissive_texture is not None


def test_the_second_texture_coordinates_are_used_when_asked_for(tmp_path: Path):
    sample = textured({"emissiveTexture": {"index": 0, "texCoord": 1}})
    uvs = only_mesh(read(tmp_path, sample.glb())).uvs
    np.testing.assert_array_equal(uvs, -np.arange(8).reshape(4, 2))


def test_a_texture_transform_moves_the_coordinates(tmp_path: Path):
    # The specification's example: the lower left quadrant, turned clockwise by 90 degrees.
    move = {"offset": [0.0, 1.0], "rotation": np.pi / 2, "scale": [0.5, 0.5]}
    info = {"index": 0, "extensions": {"KHR_texture_transform": move}}
    sample = textured({"emissiveTexture": info})
    square = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    number = sample.accessor(square)
    sample.document["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"] = number
    uvs = only_mesh(read(tmp_path, sample.glb())).uvs
    np.testing.assert_allclose(uvs, [[0, 1], [0, 0.5], [0.5, 1], [0.5, 0.5]], atol=1e-7)


def test_textures_on_different_coordinates_are_refused(tmp_path: Path):
    sample = textured(
        {"normalTexture": {"index": 0}, "emissiveTexture": {"index": 0, "texCoord": 1}}
    )
    with pytest.raises(ModelError, match="different texture coordinates"):
        read(tmp_path, sample.glb())


def test_an_occlusion_texture_on_coordinates_of_its_own_is_left_out(tmp_path: Path):
    sample = textured(
        {"normalTexture": {"index": 0}, "occlusionTexture": {"index": 0, "texCoord": 1}}
    )
    (part,) = read(tmp_path, sample.glb()).parts
    assert part.material.occlusion_texture is None
    assert part.material.normal_texture is not None
    np.testing.assert_array_equal(part.mesh.uvs, np.arange(8).reshape(4, 2))


def test_a_mesh_without_coordinates_goes_without_textures(tmp_path: Path):
    sample = textured({"emissiveTexture": {"index": 0}})
    del sample.document["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"]
    part = read(tmp_path, sample.glb()).parts[0]
    assert part.mesh.uvs is None
    assert part.material.emissive_texture is None


def test_material_extensions_are_read(tmp_path: Path):
    sample = tetrahedron()
    sample.document["meshes"][0]["primitives"][0]["material"] = 0
    sample.document["materials"] = [
        {
            "name": "emerald",
            "emissiveFactor": [0.5, 0.25, 0.0],
            "doubleSided": True,
            "extensions": {
                "KHR_materials_ior": {"ior": 1.58},
                "KHR_materials_transmission": {"transmissionFactor": 0.9},
                "KHR_materials_volume": {
                    "thicknessFactor": 0.004,
                    "attenuationDistance": 0.005,
                    "attenuationColor": [0.02, 0.6, 0.3],
                },
                "KHR_materials_dispersion": {"dispersion": 0.28},
                "KHR_materials_anisotropy": {"anisotropyStrength": 0.3},
                "KHR_materials_emissive_strength": {"emissiveStrength": 4.0},
                "KHR_materials_clearcoat": {"clearcoatFactor": 1.0},
            },
        }
    ]
    material = read(tmp_path, sample.glb()).parts[0].material
    assert (material.name, material.ior, material.transmission) == ("emerald", 1.58, 0.9)
    assert (material.thickness, material.attenuation_distance) == (0.004, 0.005)
    assert (material.attenuation_color, material.dispersion) == ((0.02, 0.6, 0.3), 0.28)
    assert (material.anisotropy, material.emissive) == (0.3, (2.0, 1.0, 0.0))
    assert material.double_sided


def test_parts_are_named_after_their_mesh_and_cleaned_for_lists(tmp_path: Path):
    sample = tetrahedron()
    sample.document["meshes"][0]["name"] = "lug\x1b[31m\n" + "x" * 500
    (part,) = read(tmp_path, sample.glb()).parts
    assert part.name.startswith("lug[31mx")
    assert part.name.isprintable()
    assert len(part.name) == 120


def test_extras_of_another_schema_are_refused(tmp_path: Path):
    sample = tetrahedron()
    sample.document["nodes"][0]["extras"] = {"parure": {"schema": 2}}
    with pytest.raises(ModelError, match="schema 2"):
        read(tmp_path, sample.glb())


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [("anchor", "elbow", "'elbow'; known are finger"), ("inner_diameter_mm", -1, "0 to 1000")],
)
def test_extras_that_say_nonsense_are_refused(
    tmp_path: Path, field: str, value: object, message: str
):
    sample = tetrahedron()
    sample.document["nodes"][0]["extras"] = {"parure": {"schema": 1, field: value}}
    with pytest.raises(ModelError, match=message):
        read(tmp_path, sample.glb())


def test_an_unsupported_required_extension_is_named_with_those_supported(tmp_path: Path):
    sample = tetrahedron()
    sample.extension("ACME_secret")
    with pytest.raises(ModelError, match=r"requires ACME_secret; supported are .*KHR_draco"):
        read(tmp_path, sample.glb())


def test_an_unsupported_optional_extension_is_passed_over(tmp_path: Path):
    sample = tetrahedron()
    sample.extension("ACME_secret", required=False)
    assert_tetrahedron(only_mesh(read(tmp_path, sample.glb())))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path):
    with pytest.raises(ModelError, match=r"ring\.glb is missing"):
        read_model(tmp_path / "ring.glb")
    with pytest.raises(ModelError, match="not a file"):
        read_model(tmp_path)

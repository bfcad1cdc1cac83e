"""Draco and meshopt geometry in glTF files."""

from pathlib import Path
from typing import Any

import DracoPy
import meshopt
import numpy as np
import pytest
from gltf_samples import TETRAHEDRON, TETRAHEDRON_INDICES, Sample, read
from test_gltf_read import assert_tetrahedron, only_mesh

from models3d.brilliant import RoundBrilliant, build
from models3d.errors import ModelError

STONE = build(RoundBrilliant(diameter_mm=50.0))


def draco_sample(data: bytes, vertices: int, indices: int, **ids: int) -> Sample:
    """A document whose only primitive is this Draco data."""
    sample = Sample()
    sample.extension("KHR_draco_mesh_compression")
    accessors = sample.document["accessors"]
    attributes = {}
    for name in ids:
        attributes[name] = len(accessors)
        kind = "VEC2" if name.startswith("TEX") else "VEC3"
        accessors.append({"componentType": 5126, "count": vertices, "type": kind})
    accessors.append({"componentType": 5125, "count": indices, "type": "SCALAR"})
    sample.mesh(
        attributes,
        indices=len(accessors) - 1,
        extensions={
            "KHR_draco_mesh_compression": {"bufferView": sample.view(data), "attributes": ids}
        },
    )
    return sample


def encoded_tetrahedron(**options: Any) -> bytes:
    data: bytes = DracoPy.encode(
        TETRAHEDRON, TETRAHEDRON_INDICES.reshape(-1, 3).astype(np.uint32), **options
    )
    return data


@pytest.mark.parametrize("options", [{"compression_level": 10}, {"preserve_order": True}])
def test_draco_positions_come_back(tmp_path: Path, options: dict[str, Any]):
    data = encoded_tetrahedron(quantization_bits=20, **options)
    mesh = only_mesh(read(tmp_path, draco_sample(data, 4, 12, POSITION=0).glb()))
    assert_tetrahedron(mesh, tolerance=1e-5)


def test_a_whole_stone_comes_back_from_draco_with_its_normals(tmp_path: Path):
    data = DracoPy.encode(
        STONE.positions.astype(np.float32),
        STONE.triangles.astype(np.uint32),
        normals=STONE.normals,
        quantization_bits=20,
        preserve_order=True,
    )
    ids = {a["attribute_type"]: a["unique_id"] for a in DracoPy.decode(data).attributes}
    count = len(DracoPy.decode(data).points)
    sample = draco_sample(data, count, STONE.triangles.size, POSITION=ids[0], NORMAL=ids[1])
    mesh = only_mesh(read(tmp_path, sample.glb()))
    assert mesh.bounds() == pytest.approx(STONE.bounds(), abs=1e-6)
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    outwards = np.cross(b - a, c - a)
    assert (np.einsum("ij,ij->i", outwards, mesh.normals[mesh.triangles[:, 0]]) > 0.0).all()


def test_draco_that_holds_more_than_promised_is_refused_before_it_is_unpacked(tmp_path: Path):
    sample = draco_sample(encoded_tetrahedron(), 4, 3, POSITION=0)
    with pytest.raises(ModelError, match="4 triangles, expected 1"):
        read(tmp_path, sample.glb())
    sample = draco_sample(encoded_tetrahedron(), 3, 12, POSITION=0)
    with pytest.raises(ModelError, match="do not hold the 3 vertices"):
        read(tmp_path, sample.glb())


@pytest.mark.parametrize("cut", [0, 4, 12, 20, 40])
def test_truncated_draco_is_refused(tmp_path: Path, cut: int):
    data = encoded_tetrahedron()
    sample = draco_sample(data[:cut] or b"\0", 4, 12, POSITION=0)
    with pytest.raises(ModelError, match="Draco"):
        read(tmp_path, sample.glb())


def test_flipped_draco_bytes_give_a_mesh_in_bounds_or_an_error(tmp_path: Path):
    data = encoded_tetrahedron()
    rng = np.random.default_rng(5)
    refused = 0
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(3):
            broken[rng.integers(11, len(data))] ^= 1 << int(rng.integers(8))
        try:
            mesh = only_mesh(read(tmp_path, draco_sample(bytes(broken), 4, 12, POSITION=0).glb()))
            assert mesh.triangles.max() < len(mesh.positions)
        except ModelError:
            refused += 1
    assert refused > 10


def test_a_draco_attribute_that_is_not_there_is_refused(tmp_path: Path):
    sample = draco_sample(encoded_tetrahedron(), 4, 12, POSITION=7)
    with pytest.raises(ModelError, match="no attribute 7"):
        read(tmp_path, sample.glb())


def meshopt_view(
    sample: Sample, values: np.ndarray, mode: str, extension: str, undo: str = "NONE"
) -> None:
    """Add a compressed buffer view: its own buffer is a fallback without data."""
    version = 1 if extension.startswith("KHR") else 0  # of the codec for vertices
    packed = meshopt.encode_gltf_buffer(values, mode, version)
    raw = sample.view(packed)
    source = sample.document["bufferViews"][raw]
    size = values.nbytes // len(values)
    sample.document["bufferViews"][raw] = {
        "buffer": 1,
        "byteLength": values.nbytes,
        "extensions": {
            extension: {
                "buffer": 0,
                "byteOffset": source["byteOffset"],
                "byteLength": len(packed),
                "byteStride": size,
                "count": len(values),
                "mode": mode,
                "filter": undo,
            }
        },
    } | ({"byteStride": size} if mode == "ATTRIBUTES" else {})


def meshopt_tetrahedron(extension: str, mode: str = "TRIANGLES") -> Sample:
    sample = Sample()
    sample.extension(extension)
    meshopt_view(sample, TETRAHEDRON, "ATTRIBUTES", extension)
    meshopt_view(sample, TETRAHEDRON_INDICES, mode, extension)
    sample.document["accessors"] = [
        {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
        {"bufferView": 1, "componentType": 5123, "count": 12, "type": "SCALAR"},
    ]
    sample.document["meshes"] = [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}]
    sample.binary.extend(bytes(-len(sample.binary) % 4))
    sample.document["buffers"] = [
        {"byteLength": len(sample.binary)},
        {"byteLength": 10_000, "extensions": {extension: {"fallback": True}}},
    ]
    return sample


@pytest.mark.parametrize("extension", ["EXT_meshopt_compression", "KHR_meshopt_compression"])
@pytest.mark.parametrize("mode", ["TRIANGLES", "INDICES"])
def test_meshopt_comes_back(tmp_path: Path, extension: str, mode: str):
    assert_tetrahedron(only_mesh(read(tmp_path, meshopt_tetrahedron(extension, mode).glb())))


def test_meshopt_filters_are_undone(tmp_path: Path):
    extension = "EXT_meshopt_compression"
    sample = Sample()
    sample.extension(extension, "KHR_mesh_quantization")
    normals = np.array([[0, 0, 1], [0, 0.6, 0.8], [1, 0, 0], [-0.8, 0, 0.6]], np.float32)
    octahedral = meshopt.encode_filter_oct(np.hstack([normals, np.zeros((4, 1))]), 4, 8)
    exponential = meshopt.encode_filter_exp(TETRAHEDRON * 3.0, 16)
    meshopt_view(sample, exponential, "ATTRIBUTES", extension, "EXPONENTIAL")
    meshopt_view(sample, octahedral, "ATTRIBUTES", extension, "OCTAHEDRAL")
    sample.document["accessors"] = [
        {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
        {"bufferView": 1, "componentType": 5120, "count": 4, "type": "VEC3", "normalized": True},
    ]
    indices = sample.accessor(TETRAHEDRON_INDICES)
    sample.mesh({"POSITION": 0, "NORMAL": 1}, indices=indices)
    sample.binary.extend(bytes(-len(sample.binary) % 4))
    sample.document["buffers"] = [
        {"byteLength": len(sample.binary)},
        {"byteLength": 10_000, "extensions": {extension: {"fallback": True}}},
    ]
    mesh = only_mesh(read(tmp_path, sample.glb()))
    assert_tetrahedron(mesh, scale=3.0, tolerance=3e-4)
    np.testing.assert_allclose(mesh.normals, normals, atol=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 5}, "do not make"),
        ({"byteLength": 3}, "broken"),
        ({"byteLength": 10_000}, "ends at byte"),
        ({"mode": "TRIANGLES"}, "broken"),
        ({"mode": "POINTS"}, "expected one of ATTRIBUTES"),
        ({"filter": "QUATERNION"}, "broken"),
        ({"byteStride": 300}, "whole number from 1 to 256"),
    ],
)
def test_broken_meshopt_is_refused(tmp_path: Path, change: dict[str, Any], message: str):
    sample = meshopt_tetrahedron("EXT_meshopt_compression")
    sample.document["bufferViews"][0]["extensions"]["EXT_meshopt_compression"] |= change
    with pytest.raises(ModelError, match=message):
        read(tmp_path, sample.glb())


def test_a_fallback_buffer_cannot_be_read(tmp_path: Path):
    sample = meshopt_tetrahedron("EXT_meshopt_compression")
    del sample.document["bufferViews"][0]["extensions"]
    with pytest.raises(ModelError, match="without data"):
        read(tmp_path, sample.glb())

"""Broken and hostile glTF files: one sentence each, never anything else."""

import base64
import copy
import io
import json
import random
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gltf_samples import TETRAHEDRON, Sample, glb, glb_of_chunks, read, tetrahedron
from PIL import Image

from models3d.errors import ModelError
from models3d.gltf import read_model, write_glb
from models3d.mesh import Material, Mesh, Model, Part, Texture

JSON, BIN = 0x4E4F534A, 0x004E4942
MINIMAL = b'{"asset":{"version":"2.0"}}'
GOOD = tetrahedron().glb()


def broken(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The tetrahedron after `change` to its document."""
    sample = tetrahedron()
    change(sample.document)
    return sample.glb()


def set_at(*path: Any) -> Callable[[dict[str, Any]], None]:
    """Set the value at a path into the document: keys, then the value."""

    def change(document: dict[str, Any]) -> None:
        at: Any = document
        for key in path[:-2]:
            at = at[key]
        at[path[-2]] = path[-1]

    return change


CONTAINERS = {
    "empty": (b"", "neither with 'glTF' nor"),
    "a picture": (b"\xff\xd8\xff\xe0" + bytes(100), "not a glTF file"),
    "header only": (b"glTF", "truncated"),
    "version 1": (struct.pack("<4sII", b"glTF", 1, 20) + bytes(8), "version 1"),
    "one byte short": (GOOD[:-1], "truncated"),
    "one byte long": (GOOD + b"\0", "the header says"),
    "no chunks": (struct.pack("<4sII", b"glTF", 2, 12), "truncated"),
    "chunk beyond the end": (
        struct.pack("<4sIIII", b"glTF", 2, 20, 2**31, JSON),
        "beyond the end",
    ),
    "half a chunk header": (glb(MINIMAL)[:8] + struct.pack("<I", len(glb(MINIMAL)) + 4)
                            + glb(MINIMAL)[12:] + bytes(4), "within its header"),
    "binary first": (glb_of_chunks([(BIN, bytes(4))]), "not JSON"),
    "two JSON chunks": (glb_of_chunks([(JSON, MINIMAL + b" ")] * 2), "two JSON chunks"),
    "binary third": (
        glb_of_chunks([(JSON, MINIMAL + b" "), (1, bytes(4)), (BIN, bytes(4))]),
        "second chunk",
    ),
    "odd chunk": (glb_of_chunks([(JSON, MINIMAL)]), "multiple of 4"),
    "mark": (glb(b"\xef\xbb\xbf" + MINIMAL), "byte order mark"),
    "latin-1": (glb(b'{"asset":{"version":"2.0","copyright":"\xe9"}}'), "not UTF-8"),
    "no JSON": (glb(b"{]"), "broken: Expecting"),
    "a list": (glb(b"[]"), "not an object"),
    "NaN": (glb(b'{"asset":{"version":"2.0"},"x":NaN}'), "NaN is not a number"),
    "many digits": (glb(b'{"scene":' + b"9" * 5000 + b"}"), "too many digits"),
    "deep lists": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeper than 64"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deeper than 64"),
    "endless values": (b'{"a":[' + b"[],[]," * 400_000 + b"1]}", "more than 1,000,000 values"),
    "no asset": (b"{}", "asset.version is missing"),
    "version 3": (b'{"asset":{"version":"3.0"}}', "only glTF 2.0"),
    "newer minor": (b'{"asset":{"version":"2.0","minVersion":"2.1"}}', "minVersion is '2.1'"),
    "nothing in it": (MINIMAL, "nothing to show"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_broken_container_is_refused(tmp_path: Path, name: str):
    data, message = CONTAINERS[name]
    with pytest.raises(ModelError, match=message):
        read(tmp_path, data)


DOCUMENTS = {
    "index beyond the vertices": (
        set_at("accessors", 0, "count", 3), r"accessor 1 names element 3 of 3"),
    "accessor beyond its view": (set_at("accessors", 0, "count", 5), "ends at byte 60"),
    "view beyond its buffer": (set_at("bufferViews", 0, "byteLength", 9999), "ends at byte 9999"),
    "negative offset": (set_at("bufferViews", 0, "byteOffset", -4), "whole number from 0"),
    "fractional count": (set_at("accessors", 0, "count", 3.5), "whole number"),
    "no elements": (set_at("accessors", 0, "count", 0), "from 1 to"),
    "a count as text": (set_at("accessors", 0, "count", "4"), "got '4'"),
    "true as a number": (set_at("nodes", 0, "mesh", True), "got True"),
    "24 GB of zeros": (
        set_at("accessors", 0, {"componentType": 5126, "count": 2**31 - 1, "type": "VEC3"}),
        "2,147,483,647 elements"),
    "sparse bomb": (
        set_at("accessors", 0, "sparse", {"count": 2**30, "indices": {"bufferView": 1,
               "componentType": 5123}, "values": {"bufferView": 0}}), "replaces 1073741824"),
    "stride below the element": (set_at("bufferViews", 0, "byteStride", 8), "stand 8 bytes apart"),
    "stride not in fours": (set_at("bufferViews", 0, "byteStride", 13), "multiple of 4"),
    "misaligned": (set_at("accessors", 0, "byteOffset", 2), "multiple of its 4 bytes"),
    "unknown component": (set_at("accessors", 0, "componentType", 5124), "expected one of 5120"),
    "unknown type": (set_at("accessors", 0, "type", "VEC9"), "expected one of SCALAR"),
    "normalized floats": (set_at("accessors", 0, "normalized", True), "only 8 and 16 bit"),
    "positions in a plane": (set_at("accessors", 0, "type", "VEC2"), "is VEC2, expected VEC3"),
    "fractional indices": (
        set_at("meshes", 0, "primitives", 0, "indices", 0), "does not hold vertex numbers"),
    "no such accessor": (
        set_at("meshes", 0, "primitives", 0, "attributes", "POSITION", 7), "one of 2 accessors"),
    "no such mesh": (set_at("nodes", 0, "mesh", 1), "one of 1 meshes"),
    "no such material": (
        set_at("meshes", 0, "primitives", 0, "material", 0), "one of 0 materials"),
    "no such scene": (set_at("scene", 5), "one of 1 scenes"),
    "no primitives": (set_at("meshes", 0, "primitives", []), "at least 1 entries"),
    "mode 7": (set_at("meshes", 0, "primitives", 0, "mode", 7), "from 0 to 6"),
    "a node in itself": (set_at("nodes", 0, "children", [0]), "its own ancestor"),
    "two parents": (
        set_at("nodes", [{"children": [1, 2]}, {"children": [2]}, {"mesh": 0}]), "two parents"),
    "a skin": (
        lambda d: d.update(nodes=[{"mesh": 0, "skin": 0}], skins=[{"joints": [0]}]), "skinned"),
    "projective matrix": (
        set_at("nodes", 0, "matrix", [1.0] * 16), "not affine"),
    "short matrix": (set_at("nodes", 0, "matrix", [1.0] * 15), "exactly 16"),
    "no rotation": (set_at("nodes", 0, "rotation", [0.0] * 4), "no quaternion"),
    "endless translation": (
        set_at("nodes", 0, "translation", [1e39, 0.0, 0.0]), "expected a number"),
    "overflow down the tree": (
        lambda d: d.update(nodes=[{"scale": [1e38] * 3, "children": [k + 1]} for k in range(9)]
                           + [{"mesh": 0}]), "not finite"),
    "too many nodes": (set_at("nodes", [{}] * 100_001), "100,001 nodes"),
    "null": (set_at("nodes", 0, "name", None), "expected text, got null"),
    "a list for an object": (set_at("nodes", 0, "extensions", []), "expected an object"),
    "colour beyond one": (
        set_at("materials", [{"pbrMetallicRoughness": {"baseColorFactor": [2, 0, 0, 1]}}]),
        "number from 0 to 1"),
    "alpha mode": (set_at("materials", [{"alphaMode": "GLASS"}]), "one of OPAQUE"),
    "index below one": (
        set_at("materials", [{"extensions": {"KHR_materials_ior": {"ior": 0.5}}}]),
        "0 or a number from 1"),
    "empty buffer": (set_at("buffers", [{"byteLength": 0}]), "from 1 to"),
    "long buffer": (set_at("buffers", [{"byteLength": 9999}]), "it should have 9999"),
    "second buffer without data": (
        lambda d: d.update(buffers=[{"byteLength": 72}, {"byteLength": 4}]),
        "buffer 1 has no data"),
    "instances of unlike length": (
        lambda d: d["nodes"][0].update(extensions={"EXT_mesh_gpu_instancing": {"attributes": {
            "TRANSLATION": 0, "SCALE": 2}}}) or d["accessors"].append(
                {"componentType": 5126, "count": 3, "type": "VEC3"}), "differ in length"),
    "more instances than anyone shows": (
        lambda d: d["nodes"][0].update(extensions={"EXT_mesh_gpu_instancing": {"attributes": {
            "SCALE": 2, "extras": {}}}}) or d["accessors"].append(
                {"componentType": 5126, "count": 5_000_000, "type": "VEC3"}),
        "more than 100,000 instances"),
    "instances by what is not listed": (
        lambda d: d["nodes"][0].update(extensions={"EXT_mesh_gpu_instancing": {}}),
        "attributes is missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_broken_document_is_refused(tmp_path: Path, name: str):
    change, message = DOCUMENTS[name]
    with pytest.raises(ModelError, match=message):
        read(tmp_path, broken(change))


@pytest.mark.parametrize(
    "bad", [np.nan, np.inf, -np.inf, np.uint32(0x7F800001).view(np.float32), 3e38]
)
def test_positions_that_are_no_places_are_refused(tmp_path: Path, bad: float):
    sample = Sample()
    positions = TETRAHEDRON.copy()
    positions[2, 1] = bad
    sample.mesh({"POSITION": sample.accessor(positions)})
    with pytest.raises(ModelError, match=r"not finite|1000 km"):
        read(tmp_path, sample.glb())


def test_instances_count_as_the_triangles_they_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("models3d.gltf.read.MOST_TRIANGLES", 11)
    with pytest.raises(ModelError, match="more than 11 triangles"):
        read(tmp_path, broken(set_at("nodes", [{"children": [1, 2, 3]}] + [{"mesh": 0}] * 3)))


def test_attributes_of_unlike_length_are_refused(tmp_path: Path):
    sample = tetrahedron()
    number = sample.accessor(np.tile(np.array([0, 0, 1], np.float32), (3, 1)))
    sample.document["meshes"][0]["primitives"][0]["attributes"]["NORMAL"] = number
    with pytest.raises(ModelError, match="3 of NORMAL for 4 vertices"):
        read(tmp_path, sample.glb())


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("../secret.bin", "leads out"),
        ("sub/../../secret.bin", "leads out"),
        ("%2e%2e/secret.bin", "leads out"),
        ("..%2fsecret.bin", "leads out"),
        ("..\\secret.bin", "leads out"),
        ("/etc/passwd", "only files beside"),
        ("%2fetc/passwd", "leads out"),
        ("\\\\host\\share", "only files beside"),
        ("file:///etc/passwd", "only files beside"),
        ("http://169.254.169.254/latest", "only files beside"),
        ("HTTPS://example.com/a.bin", "only files beside"),
        ("C:/windows/a.bin", "only files beside"),
        ("link.bin", "leads out"),
        ("missing.bin", r"missing\.bin is missing"),
        ("sub", "not a file"),
        ("bad%ff.bin", "not a file name"),
        ("nul%00.bin", "not a file name|missing|cannot be read"),
        ("x" * 5000, "missing|cannot be read|not a file name"),
        ("", "not a file"),
        ("data:application/octet-stream,AAAA", "not base64"),
        ("data:text/html;base64,AAAA", "expected application/octet-stream"),
        ("data:application/octet-stream;base64,A?A=", "broken"),
        ("data:application/octet-stream;base64,AAAA", "has 3 bytes"),
    ],
)
def test_a_uri_reaches_only_files_within_the_models_folder(tmp_path: Path, uri: str, message: str):
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(1000))
    (folder / "link.bin").symlink_to(secret)
    document = tetrahedron().document | {"buffers": [{"byteLength": 72, "uri": uri}]}
    with pytest.raises(ModelError, match=message):
        read(folder, json.dumps(document).encode(), "model.gltf")


def with_picture(data: bytes, mime_type: str | None = "image/png") -> bytes:
    sample = tetrahedron()
    image: dict[str, Any] = {"bufferView": sample.view(data)}
    sample.document["images"] = [image | ({"mimeType": mime_type} if mime_type else {})]
    return sample.glb()


def encoded(size: tuple[int, int], kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size, 7).save(buffer, kind)
    return buffer.getvalue()


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path):
    bomb = bytearray(encoded((8, 8), "PNG"))
    bomb[16:24] = struct.pack(">II", 30_000, 30_000)
    start = time.thread_time()  # of the processor: what else the machine does is no matter
    with pytest.raises(ModelError, match="30000 x 30000 pixels; at most 8192"):
        read(tmp_path, with_picture(bytes(bomb)))
    assert time.thread_time() - start < 1.0


@pytest.mark.parametrize(
    ("data", "declared", "message"),
    [
        (encoded((4, 4), "JPEG"), "image/png", "declared 'image/png' but is image/jpeg"),
        (encoded((4, 4), "GIF"), "image/gif", "not a PNG, JPEG or WebP"),
        (b"<svg onload=alert(1)>", "image/svg+xml", "not a PNG, JPEG or WebP"),
        (encoded((64, 64), "PNG")[:60], "image/png", "broken picture"),
        (encoded((64, 64), "JPEG")[:200], "image/jpeg", "broken picture"),
        (encoded((64, 64), "WEBP")[:24], "image/webp", "broken picture"),
        (b"\x89PNG\r\n\x1a\n", None, "broken picture"),
        (encoded((8200, 4), "JPEG"), None, "8200 x 4 pixels"),
    ],
)
def test_a_broken_picture_is_refused(
    tmp_path: Path, data: bytes, declared: str | None, message: str
):
    with pytest.raises(ModelError, match=message):
        read(tmp_path, with_picture(data, declared))


def test_a_good_file_cut_anywhere_is_refused(tmp_path: Path):
    for length in range(0, len(GOOD), 7):
        with pytest.raises(ModelError):
            read(tmp_path, GOOD[:length])


def rich_document() -> tuple[dict[str, Any], bytes]:
    """A document in which most of what is read occurs."""
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG")
    texture = Texture(buffer.getvalue(), "image/png")
    mesh = Mesh(
        TETRAHEDRON.astype(np.float64),
        np.tile([0.0, 0.0, 1.0], (4, 1)),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        TETRAHEDRON[:, :2].astype(np.float64),
    )
    material = Material(
        "m", ior=2.4, transmission=1.0, thickness=0.1, attenuation_distance=0.2, dispersion=0.3,
        anisotropy=0.5, emissive=(2.0, 1.0, 0.5), base_color_texture=texture,
        normal_texture=texture,
    )  # fmt: skip
    turned = np.array([[0.0, -1, 0, 3], [1, 0, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1]])
    sheared = np.array([[1.0, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    data = write_glb(Model("m", (Part("p", mesh, material, np.stack([turned, sheared])),)))
    length = struct.unpack_from("<I", data, 12)[0]
    document = json.loads(data[20 : 20 + length])
    binary = data[28 + length :]
    document["nodes"].append(
        {"mesh": 0, "extensions": {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": 0}}}}
    )
    document["nodes"][0]["children"].append(len(document["nodes"]) - 1)
    document["accessors"][0]["sparse"] = {
        "count": 1,
        "indices": {"bufferView": document["accessors"][4]["bufferView"], "componentType": 5123},
        "values": {"bufferView": document["accessors"][0]["bufferView"]},
    }
    return document, binary


JUNK = [
    None, True, -1, 0, 1, 3.5, 2**31, 2**70, 1e300, "", "x", "VEC3", "../x", [], [[]], {}, [1],
    {"a": 1}, {"extras": {"a": 1}}, [0.0] * 4, [1.0] * 16, 5123, 5126,
]  # fmt: skip


def test_any_value_replaced_by_junk_gives_a_model_or_a_sentence(tmp_path: Path):
    document, binary = rich_document()
    rng = random.Random(11)
    places: list[tuple[Any, ...]] = []

    def collect(value: Any, path: tuple[Any, ...]) -> None:
        for key in value if isinstance(value, dict) else range(len(value)):
            places.append((*path, key))
            if isinstance(value[key], dict | list):
                collect(value[key], (*path, key))

    collect(document, ())
    outcomes, sentences = {"read": 0, "refused": 0}, set()
    for path in places:
        for junk in rng.sample(JUNK, 4):
            changed = copy.deepcopy(document)
            set_at(*path, junk)(changed)
            try:
                read(tmp_path, glb(json.dumps(changed).encode(), binary))
                outcomes["read"] += 1
            except ModelError as error:
                outcomes["refused"] += 1
                sentences.add(str(error))
    assert len(places) > 150
    assert all(20 < len(sentence) < 700 for sentence in sentences)
    assert min(outcomes.values()) > 100


def test_a_message_names_the_file(tmp_path: Path):
    with pytest.raises(ModelError, match=r"^broken ring\.glb: "):
        read(tmp_path, b"", "broken ring.glb")


def test_base64_that_is_too_long_counts_towards_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("models3d.gltf.accessors.LARGEST_FILE", 100)
    uri = "data:application/octet-stream;base64," + base64.b64encode(bytes(72)).decode()
    document = tetrahedron().document | {"buffers": [{"byteLength": 72, "uri": uri}] * 2}
    with pytest.raises(ModelError, match="data have more than"):
        read(tmp_path, json.dumps(document).encode(), "model.gltf")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path):
    with (tmp_path / "model.glb").open("wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(ModelError, match="300 MB; at most 256 MB"):
        read_model(tmp_path / "model.glb")

"""What a glTF document must look like before anything reads it.

`checked` returns the parts of the JSON that the reader uses, each of the type, range and
reference the specification asks for (glTF 2.0, chapter 5), as pygltflib's objects. What nobody
reads is left out, so the reader may rely on all it gets. (pygltflib's own decoder takes what
comes, and a quarter of a millisecond for each node.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pygltflib as gl

from models3d.errors import ModelError
from models3d.gltf.checks import (
    Check,
    Sizes,
    flag,
    number,
    numbers,
    one_of,
    reference,
    several,
    text,
    whole,
    wrong,
)

SUPPORTED_EXTENSIONS = (
    "EXT_mesh_gpu_instancing",
    "EXT_meshopt_compression",
    "EXT_texture_webp",
    "KHR_draco_mesh_compression",
    "KHR_materials_anisotropy",
    "KHR_materials_clearcoat",
    "KHR_materials_dispersion",
    "KHR_materials_emissive_strength",
    "KHR_materials_ior",
    "KHR_materials_iridescence",
    "KHR_materials_specular",
    "KHR_materials_transmission",
    "KHR_materials_variants",
    "KHR_materials_volume",
    "KHR_mesh_quantization",
    "KHR_meshopt_compression",
    "KHR_texture_basisu",
    "KHR_texture_transform",
)
COMPONENT_TYPES = (5120, 5121, 5122, 5123, 5125, 5126)
ACCESSOR_TYPES = ("SCALAR", "VEC2", "VEC3", "VEC4", "MAT2", "MAT3", "MAT4")


def checked(document: dict[str, Any]) -> gl.GLTF2:
    """The part of the document that is read, checked.

    Raises:
        ModelError: it needs an extension that is not supported, or a value is missing, of the
            wrong type, out of range, or names something that is not there.
    """
    _check_version(document.get("asset"))
    required = document.get("extensionsRequired", [])
    names = several(text)(required, "extensionsRequired", {})
    unsupported = sorted(set(names) - set(SUPPORTED_EXTENSIONS))
    if unsupported:
        raise ModelError(
            f"the model requires {', '.join(unsupported)}; "
            f"supported are {', '.join(SUPPORTED_EXTENSIONS)}"
        )
    sizes = {name: len(value) for name, value in document.items() if isinstance(value, list)}
    return DOCUMENT(document, "", sizes)


def _check_version(asset: object) -> None:
    if not isinstance(asset, dict) or not isinstance(asset.get("version"), str):
        raise ModelError("asset.version is missing: not a glTF 2.0 document")
    for name in ("version", "minVersion"):
        version = asset.get(name, "2.0")
        if not isinstance(version, str) or version.split(".")[0] != "2":
            raise ModelError(f"asset.{name} is {version!r}; only glTF 2.0 is supported")
    if asset.get("minVersion", "2.0") != "2.0":
        raise ModelError(f"asset.minVersion is {asset['minVersion']!r}; only 2.0 is supported")


def _record(
    fields: Mapping[str, Check],
    required: tuple[str, ...] = (),
    make: Callable[..., Any] = dict,
) -> Check:
    """An object with these fields, made into a dict or one of pygltflib's classes."""

    def check(value: Any, where: str, sizes: Sizes) -> Any:
        if not isinstance(value, dict):
            raise wrong(where, "an object", value)
        for name in required:
            if name not in value:
                raise ModelError(f"{where}: {name} is missing")
        prefix = f"{where}." if where else ""
        kept = {
            name: check_field(value[name], prefix + name, sizes)
            for name, check_field in fields.items()
            if name in value
        }
        if make is dict:
            return kept
        if isinstance(value.get("extras"), dict):
            kept["extras"] = value["extras"]
        if "extensions" in value:
            kept["extensions"] = _extensions(value["extensions"], f"{prefix}extensions", sizes)
        return make(**kept)

    return check


def _extensions(value: Any, where: str, sizes: Sizes) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong(where, "an object", value)
    return {
        name: EXTENSIONS[name](content, f"{where}.{name}", sizes)
        for name, content in value.items()
        if name in EXTENSIONS
    }


def _unique_ids(value: Any, where: str, sizes: Sizes) -> dict[str, int]:
    if not isinstance(value, dict):
        raise wrong(where, "an object", value)
    return {name: whole()(entry, f"{where}.{name}", sizes) for name, entry in value.items()}


_accessor = reference("accessors")
_view = reference("bufferViews")
_vertex_attributes = _record(
    dict.fromkeys(
        ("POSITION", "NORMAL", "TEXCOORD_0", "TEXCOORD_1", "TEXCOORD_2", "TEXCOORD_3"), _accessor
    ),
    make=gl.Attributes,
)
_instance_attributes = _record(dict.fromkeys(("TRANSLATION", "ROTATION", "SCALE"), _accessor))
_share = number(0.0, 1.0)
_meshopt = _record(
    {
        "buffer": reference("buffers"),
        "byteOffset": whole(),
        "byteLength": whole(1),
        "byteStride": whole(1, 256),
        "count": whole(1),
        "mode": one_of("ATTRIBUTES", "TRIANGLES", "INDICES"),
        "filter": one_of("NONE", "OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "COLOR"),
    },
    ("buffer", "byteLength", "byteStride", "count", "mode"),
)


def _ior(value: Any, where: str, sizes: Sizes) -> float:
    """A refractive index; 0 stands for an infinite one."""
    index: float = number(0.0)(value, where, sizes)
    if 0.0 < index < 1.0:
        raise wrong(where, "0 or a number from 1 on", value)
    return index


_fallback = _record({"fallback": flag})


def _meshopt_or_fallback(value: Any, where: str, sizes: Sizes) -> dict[str, Any]:
    """On a buffer view the compressed data, on a buffer only whether it is a fallback."""
    check = _meshopt if where.startswith("bufferViews") else _fallback
    result: dict[str, Any] = check(value, where, sizes)
    return result


EXTENSIONS: dict[str, Check] = {
    "EXT_mesh_gpu_instancing": _record({"attributes": _instance_attributes}, ("attributes",)),
    "EXT_meshopt_compression": _meshopt_or_fallback,
    "KHR_meshopt_compression": _meshopt_or_fallback,
    "EXT_texture_webp": _record({"source": reference("images")}, ("source",)),
    "KHR_draco_mesh_compression": _record(
        {"bufferView": _view, "attributes": _unique_ids},
        ("bufferView", "attributes"),
    ),
    "KHR_materials_anisotropy": _record(
        {"anisotropyStrength": _share, "anisotropyRotation": number()}
    ),
    "KHR_materials_clearcoat": _record(
        {"clearcoatFactor": _share, "clearcoatRoughnessFactor": _share}
    ),
    "KHR_materials_dispersion": _record({"dispersion": number(0.0)}),
    "KHR_materials_emissive_strength": _record({"emissiveStrength": number(0.0)}),
    "KHR_materials_ior": _record({"ior": _ior}),
    "KHR_materials_iridescence": _record(
        {
            "iridescenceFactor": _share,
            "iridescenceIor": number(1.0),
            "iridescenceThicknessMaximum": number(0.0),
        }
    ),
    "KHR_materials_specular": _record(
        {"specularFactor": _share, "specularColorFactor": numbers(3, 0.0)}
    ),
    "KHR_materials_transmission": _record({"transmissionFactor": _share}),
    "KHR_materials_volume": _record(
        {
            "thicknessFactor": number(0.0),
            "attenuationDistance": number(0.0),
            "attenuationColor": numbers(3, 0.0, 1.0),
        }
    ),
    "KHR_texture_basisu": _record({"source": reference("images")}, ("source",)),
    "KHR_texture_transform": _record(
        {
            "offset": numbers(2),
            "rotation": number(),
            "scale": numbers(2),
            "texCoord": whole(0, 3),
        }
    ),
}
_texture: dict[str, Check] = {"index": reference("textures"), "texCoord": whole(0, 3)}
_texture_info = _record(_texture, ("index",), gl.TextureInfo)
_scene = _record({"name": text, "nodes": several(reference("nodes"))}, make=gl.Scene)
_node = _record(
    {
        "name": text,
        "mesh": reference("meshes"),
        "skin": reference("skins"),
        "children": several(reference("nodes")),
        "matrix": numbers(16),
        "translation": numbers(3),
        "rotation": numbers(4),
        "scale": numbers(3),
    },
    make=gl.Node,
)
_primitive = _record(
    {
        "attributes": _vertex_attributes,
        "indices": _accessor,
        "material": reference("materials"),
        "mode": whole(0, 6),
    },
    ("attributes",),
    gl.Primitive,
)
_mesh = _record(
    {"name": text, "primitives": several(_primitive, least=1)}, ("primitives",), gl.Mesh
)
_sparse_indices = _record(
    {"bufferView": _view, "byteOffset": whole(), "componentType": one_of(5121, 5123, 5125)},
    ("bufferView", "componentType"),
    gl.AccessorSparseIndices,
)
_sparse_values = _record(
    {"bufferView": _view, "byteOffset": whole()}, ("bufferView",), gl.AccessorSparseValues
)
_sparse = _record(
    {"count": whole(1), "indices": _sparse_indices, "values": _sparse_values},
    ("count", "indices", "values"),
    gl.Sparse,
)
_accessor_entry = _record(
    {
        "bufferView": _view,
        "byteOffset": whole(),
        "componentType": one_of(*COMPONENT_TYPES),
        "normalized": flag,
        "count": whole(1),
        "type": one_of(*ACCESSOR_TYPES),
        "sparse": _sparse,
    },
    ("componentType", "count", "type"),
    gl.Accessor,
)
_view_entry = _record(
    {
        "buffer": reference("buffers"),
        "byteOffset": whole(),
        "byteLength": whole(1),
        "byteStride": whole(4, 252),
    },
    ("buffer", "byteLength"),
    gl.BufferView,
)
_buffer = _record({"uri": text, "byteLength": whole(1)}, ("byteLength",), gl.Buffer)
_surface = _record(
    {
        "baseColorFactor": numbers(4, 0.0, 1.0),
        "metallicFactor": _share,
        "roughnessFactor": _share,
        "baseColorTexture": _texture_info,
        "metallicRoughnessTexture": _texture_info,
    },
    make=gl.PbrMetallicRoughness,
)
_material = _record(
    {
        "name": text,
        "pbrMetallicRoughness": _surface,
        "normalTexture": _record(
            _texture | {"scale": number()}, ("index",), gl.NormalMaterialTexture
        ),
        "occlusionTexture": _record(
            _texture | {"strength": _share}, ("index",), gl.OcclusionTextureInfo
        ),
        "emissiveTexture": _texture_info,
        "emissiveFactor": numbers(3, 0.0, 1.0),
        "alphaMode": one_of("OPAQUE", "MASK", "BLEND"),
        "alphaCutoff": number(0.0),
        "doubleSided": flag,
    },
    make=gl.Material,
)
_image = _record({"uri": text, "mimeType": text, "bufferView": _view}, make=gl.Image)
DOCUMENT = _record(
    {
        "scene": reference("scenes"),
        "scenes": several(_scene),
        "nodes": several(_node),
        "meshes": several(_mesh),
        "accessors": several(_accessor_entry),
        "bufferViews": several(_view_entry),
        "buffers": several(_buffer),
        "materials": several(_material),
        "textures": several(_record({"source": reference("images")}, make=gl.Texture)),
        "images": several(_image),
    },
    make=gl.GLTF2,
)

"""What a glTF document must look like before anything reads it.

`checked` returns the parts of the JSON that the reader uses, each of the type, range and
reference the specification asks for (glTF 2.0, chapter 5). What nobody reads is left out, so the
reader may rely on all it gets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from models3d.errors import ModelError

Sizes = Mapping[str, int]  # how many meshes, accessors … the document has
Check = Callable[[Any, str, Sizes], Any]  # value, where it stands → the value, checked

SUPPORTED_EXTENSIONS = (
    "EXT_mesh_gpu_instancing",
    "EXT_meshopt_compression",
    "EXT_texture_webp",
    "KHR_draco_mesh_compression",
    "KHR_materials_anisotropy",
    "KHR_materials_dispersion",
    "KHR_materials_emissive_strength",
    "KHR_materials_ior",
    "KHR_materials_transmission",
    "KHR_materials_volume",
    "KHR_mesh_quantization",
    "KHR_meshopt_compression",
    "KHR_texture_transform",
)
LARGEST_COUNT = 2**31 - 1
COMPONENT_TYPES = (5120, 5121, 5122, 5123, 5125, 5126)
ACCESSOR_TYPES = ("SCALAR", "VEC2", "VEC3", "VEC4", "MAT2", "MAT3", "MAT4")


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """The part of the document that is read, checked.

    Raises:
        ModelError: it needs an extension that is not supported, or a value is missing, of the
            wrong type, out of range, or names something that is not there.
    """
    _check_version(document.get("asset"))
    required = document.get("extensionsRequired", [])
    names = _several(_text)(required, "extensionsRequired", {})
    unsupported = sorted(set(names) - set(SUPPORTED_EXTENSIONS))
    if unsupported:
        raise ModelError(
            f"the model requires {', '.join(unsupported)}; "
            f"supported are {', '.join(SUPPORTED_EXTENSIONS)}"
        )
    sizes = {name: len(value) for name, value in document.items() if isinstance(value, list)}
    result: dict[str, Any] = DOCUMENT(document, "", sizes)
    return result


def _check_version(asset: object) -> None:
    if not isinstance(asset, dict) or not isinstance(asset.get("version"), str):
        raise ModelError("asset.version is missing: not a glTF 2.0 document")
    for name in ("version", "minVersion"):
        version = asset.get(name, "2.0")
        if not isinstance(version, str) or version.split(".")[0] != "2":
            raise ModelError(f"asset.{name} is {version!r}; only glTF 2.0 is supported")
    if asset.get("minVersion", "2.0") != "2.0":
        raise ModelError(f"asset.minVersion is {asset['minVersion']!r}; only 2.0 is supported")


def _wrong(where: str, expected: str, value: object) -> ModelError:
    got = {dict: "an object", list: "a list", type(None): "null"}.get(type(value))
    return ModelError(f"{where}: expected {expected}, got {got or repr(value)[:60]}")


def _whole(least: int = 0, most: int = LARGEST_COUNT) -> Check:
    def check(value: Any, where: str, sizes: Sizes) -> int:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole or not least <= value <= most:
            raise _wrong(where, f"a whole number from {least} to {most}", value)
        return int(value)

    return check


def _number(least: float = -math.inf, most: float = math.inf) -> Check:
    def check(value: Any, where: str, sizes: Sizes) -> float:
        real = isinstance(value, int | float) and not isinstance(value, bool)
        if not real or not least <= value <= most or abs(value) > 1e38:
            wanted = (
                "a number"
                if (least, most) == (-math.inf, math.inf)
                else (f"a number from {least:g} to {most:g}")
            )
            raise _wrong(where, wanted, value)
        return float(value)

    return check


def _text(value: Any, where: str, sizes: Sizes) -> str:
    if not isinstance(value, str):
        raise _wrong(where, "text", value)
    return value


def _flag(value: Any, where: str, sizes: Sizes) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, "true or false", value)
    return value


def _one_of(*values: int | str) -> Check:
    def check(value: Any, where: str, sizes: Sizes) -> Any:
        if isinstance(value, bool) or value not in values:
            raise _wrong(where, f"one of {', '.join(map(str, values))}", value)
        return value

    return check


def _reference(kind: str) -> Check:
    def check(value: Any, where: str, sizes: Sizes) -> int:
        size = sizes.get(kind, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < size:
            raise _wrong(where, f"the number of one of {size} {kind}", value)
        return value

    return check


def _several(check_one: Check, least: int = 0, exactly: int | None = None) -> Check:
    def check(value: Any, where: str, sizes: Sizes) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong(where, "a list", value)
        if len(value) < least or (exactly is not None and len(value) != exactly):
            wanted = f"exactly {exactly}" if exactly is not None else f"at least {least}"
            raise ModelError(f"{where}: expected {wanted} entries, got {len(value)}")
        return [check_one(entry, f"{where}[{k}]", sizes) for k, entry in enumerate(value)]

    return check


def _numbers(count: int, least: float = -math.inf, most: float = math.inf) -> Check:
    return _several(_number(least, most), exactly=count)


def _record(fields: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    def check(value: Any, where: str, sizes: Sizes) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong(where, "an object", value)
        for name in required:
            if name not in value:
                raise ModelError(f"{where}: {name} is missing")
        prefix = f"{where}." if where else ""
        kept = {
            name: check_field(value[name], prefix + name, sizes)
            for name, check_field in fields.items()
            if name in value
        }
        if isinstance(value.get("extras"), dict):
            kept["extras"] = value["extras"]
        if "extensions" in value:
            kept["extensions"] = _extensions(value["extensions"], f"{prefix}extensions", sizes)
        return kept

    return check


def _extensions(value: Any, where: str, sizes: Sizes) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    return {
        name: EXTENSIONS[name](content, f"{where}.{name}", sizes)
        for name, content in value.items()
        if name in EXTENSIONS
    }


def _attributes(value: Any, where: str, sizes: Sizes) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    accessor = _reference("accessors")
    return {
        name: accessor(value[name], f"{where}.{name}", sizes)
        for name in ("POSITION", "NORMAL", "TEXCOORD_0", "TEXCOORD_1", "TEXCOORD_2", "TEXCOORD_3")
        if name in value
    }


def _unique_ids(value: Any, where: str, sizes: Sizes) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    return {name: _whole()(number, f"{where}.{name}", sizes) for name, number in value.items()}


def _instance_attributes(value: Any, where: str, sizes: Sizes) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    accessor = _reference("accessors")
    return {
        name: accessor(value[name], f"{where}.{name}", sizes)
        for name in ("TRANSLATION", "ROTATION", "SCALE")
        if name in value
    }


_share = _number(0.0, 1.0)
_meshopt = _record(
    {
        "buffer": _reference("buffers"),
        "byteOffset": _whole(),
        "byteLength": _whole(1),
        "byteStride": _whole(1, 256),
        "count": _whole(1),
        "mode": _one_of("ATTRIBUTES", "TRIANGLES", "INDICES"),
        "filter": _one_of("NONE", "OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "COLOR"),
    },
    ("buffer", "byteLength", "byteStride", "count", "mode"),
)
_fallback = _record({"fallback": _flag})


def _meshopt_or_fallback(value: Any, where: str, sizes: Sizes) -> dict[str, Any]:
    """On a buffer view the compressed data, on a buffer only whether it is a fallback."""
    check = _meshopt if where.startswith("bufferViews") else _fallback
    result: dict[str, Any] = check(value, where, sizes)
    return result


EXTENSIONS: dict[str, Check] = {
    "EXT_mesh_gpu_instancing": _record({"attributes": _instance_attributes}, ("attributes",)),
    "EXT_meshopt_compression": _meshopt_or_fallback,
    "KHR_meshopt_compression": _meshopt_or_fallback,
    "EXT_texture_webp": _record({"source": _reference("images")}, ("source",)),
    "KHR_draco_mesh_compression": _record(
        {"bufferView": _reference("bufferViews"), "attributes": _unique_ids},
        ("bufferView", "attributes"),
    ),
    "KHR_materials_anisotropy": _record({"anisotropyStrength": _share}),
    "KHR_materials_dispersion": _record({"dispersion": _number(0.0)}),
    "KHR_materials_emissive_strength": _record({"emissiveStrength": _number(0.0)}),
    "KHR_materials_ior": _record({"ior": _number(0.0)}),
    "KHR_materials_transmission": _record({"transmissionFactor": _share}),
    "KHR_materials_volume": _record(
        {
            "thicknessFactor": _number(0.0),
            "attenuationDistance": _number(0.0),
            "attenuationColor": _numbers(3, 0.0, 1.0),
        }
    ),
    "KHR_texture_transform": _record(
        {
            "offset": _numbers(2),
            "rotation": _number(),
            "scale": _numbers(2),
            "texCoord": _whole(0, 3),
        }
    ),
}
_texture = {"index": _reference("textures"), "texCoord": _whole(0, 3)}
_texture_info = _record(_texture, ("index",))
DOCUMENT = _record(
    {
        "scene": _reference("scenes"),
        "scenes": _several(_record({"name": _text, "nodes": _several(_reference("nodes"))})),
        "nodes": _several(
            _record(
                {
                    "name": _text,
                    "mesh": _reference("meshes"),
                    "skin": _reference("skins"),
                    "children": _several(_reference("nodes")),
                    "matrix": _numbers(16),
                    "translation": _numbers(3),
                    "rotation": _numbers(4),
                    "scale": _numbers(3),
                }
            )
        ),
        "meshes": _several(
            _record(
                {
                    "name": _text,
                    "primitives": _several(
                        _record(
                            {
                                "attributes": _attributes,
                                "indices": _reference("accessors"),
                                "material": _reference("materials"),
                                "mode": _whole(0, 6),
                            },
                            ("attributes",),
                        ),
                        least=1,
                    ),
                },
                ("primitives",),
            )
        ),
        "accessors": _several(
            _record(
                {
                    "bufferView": _reference("bufferViews"),
                    "byteOffset": _whole(),
                    "componentType": _one_of(*COMPONENT_TYPES),
                    "normalized": _flag,
                    "count": _whole(1),
                    "type": _one_of(*ACCESSOR_TYPES),
                    "sparse": _record(
                        {
                            "count": _whole(1),
                            "indices": _record(
                                {
                                    "bufferView": _reference("bufferViews"),
                                    "byteOffset": _whole(),
                                    "componentType": _one_of(5121, 5123, 5125),
                                },
                                ("bufferView", "componentType"),
                            ),
                            "values": _record(
                                {"bufferView": _reference("bufferViews"), "byteOffset": _whole()},
                                ("bufferView",),
                            ),
                        },
                        ("count", "indices", "values"),
                    ),
                },
                ("componentType", "count", "type"),
            )
        ),
        "bufferViews": _several(
            _record(
                {
                    "buffer": _reference("buffers"),
                    "byteOffset": _whole(),
                    "byteLength": _whole(1),
                    "byteStride": _whole(4, 252),
                },
                ("buffer", "byteLength"),
            )
        ),
        "buffers": _several(_record({"uri": _text, "byteLength": _whole(1)}, ("byteLength",))),
        "materials": _several(
            _record(
                {
                    "name": _text,
                    "pbrMetallicRoughness": _record(
                        {
                            "baseColorFactor": _numbers(4, 0.0, 1.0),
                            "metallicFactor": _share,
                            "roughnessFactor": _share,
                            "baseColorTexture": _texture_info,
                            "metallicRoughnessTexture": _texture_info,
                        }
                    ),
                    "normalTexture": _record(_texture | {"scale": _number()}, ("index",)),
                    "occlusionTexture": _record(_texture | {"strength": _share}, ("index",)),
                    "emissiveTexture": _texture_info,
                    "emissiveFactor": _numbers(3, 0.0, 1.0),
                    "alphaMode": _one_of("OPAQUE", "MASK", "BLEND"),
                    "alphaCutoff": _number(0.0),
                    "doubleSided": _flag,
                }
            )
        ),
        "textures": _several(_record({"source": _reference("images")})),
        "images": _several(
            _record({"uri": _text, "mimeType": _text, "bufferView": _reference("bufferViews")})
        ),
    }
)

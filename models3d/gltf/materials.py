"""Materials of a glTF document in the project's terms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pygltflib as gl

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.gltf.accessors import Accessors
from models3d.gltf.images import LARGEST_TOTAL, check_picture
from models3d.mesh import Material, Texture

LONGEST_NAME = 120
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp")
INFINITE_IOR = 1e4  # KHR_materials_ior: 0 stands for an infinite index, which reflects all
UNTOUCHED = (0.0, 0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class TextureCoordinates:
    """Which coordinates the textures of a material use, and how they are moved."""

    number: int = 0  # of TEXCOORD_n
    transform: tuple[float, float, float, float, float] = UNTOUCHED  # offset, rotation, scale

    def apply(self, uvs: Array) -> Array:
        """(n, 2) coordinates scaled, turned and shifted (KHR_texture_transform)."""
        if self.transform == UNTOUCHED:
            return uvs
        shift_u, shift_v, angle, scale_u, scale_v = self.transform
        c, s = math.cos(angle), math.sin(angle)
        turn = np.array([[c, -s], [s, c]])
        moved: Array = (uvs * (scale_u, scale_v)) @ turn + np.array([shift_u, shift_v])
        return moved


class Materials:
    """Reads the materials of one checked document; each picture is loaded once."""

    def __init__(self, accessors: Accessors) -> None:
        self._accessors = accessors
        self._document: gl.GLTF2 = accessors.document
        self._pictures: dict[int, Texture] = {}
        self._pixels = 0
        self.left_out: list[str] = []  # sentences about what could not be taken over

    def read(self, number: int | None) -> tuple[Material, TextureCoordinates]:
        """The material of this number; None is glTF's default material.

        Raises:
            ModelError: a picture cannot be used, or textures use different coordinates.
        """
        if number is None:
            return Material("default", metallic=1.0, roughness=1.0), TextureCoordinates()
        source = self._document.materials[number]
        surface = source.pbrMetallicRoughness or gl.PbrMetallicRoughness()
        infos = {
            "base_color_texture": surface.baseColorTexture,
            "metallic_roughness_texture": surface.metallicRoughnessTexture,
            "normal_texture": source.normalTexture,
            "occlusion_texture": source.occlusionTexture,
            "emissive_texture": source.emissiveTexture,
        }
        used = {slot: info for slot, info in infos.items() if info is not None}
        name = clean_name(source.name or f"material {number}")
        coordinates = _common_coordinates(used, name)
        extensions: dict[str, dict[str, Any]] = source.extensions
        material = Material(
            name,
            base_color=tuple(surface.baseColorFactor),
            metallic=surface.metallicFactor,
            roughness=surface.roughnessFactor,
            double_sided=source.doubleSided,
            alpha_mode=source.alphaMode,
            alpha_cutoff=0.5 if source.alphaCutoff is None else source.alphaCutoff,
            **_light(source.emissiveFactor, extensions),
            **_body(extensions),
            **_surface(extensions),
        )
        pictures: dict[str, Any] = {slot: self._texture(info, name) for slot, info in used.items()}
        return replace(material, **pictures), coordinates

    def _texture(self, info: Any, name: str) -> Texture | None:
        """The picture; None for one that is in KTX2 alone, which nothing here unpacks."""
        texture = self._document.textures[info.index]
        webp = texture.extensions.get("EXT_texture_webp", {})
        number = webp.get("source", texture.source)
        if number is None and "KHR_texture_basisu" in texture.extensions:
            self.left_out.append(
                f"A KTX2 picture of {name} is left out: give it as PNG or WebP too."
            )
            return None
        if number is None:
            raise ModelError(f"texture {info.index} has no PNG, JPEG or WebP picture")
        return self._picture(number)

    def check_pictures(self) -> None:
        """Make sure that every picture can be used, shown or not; KTX2 ones are passed over.

        Most stand beside a picture for viewers that cannot read them (KHR_texture_basisu).

        Raises:
            ModelError: one of them is broken, too large, or not what it says.
        """
        for number, image in enumerate(self._document.images):
            if image.mimeType != "image/ktx2":
                self._picture(number)

    def _picture(self, number: int) -> Texture:
        if number not in self._pictures:
            image, where = self._document.images[number], f"image {number}"
            if image.uri is not None:
                data = self._accessors.fetch(image.uri, IMAGE_TYPES)
            elif image.bufferView is not None:
                data = self._accessors.view(image.bufferView)
            else:
                raise ModelError(f"{where} has neither a URI nor a buffer view")
            mime_type, pixels = check_picture(data, image.mimeType, where)
            self._pixels += pixels
            if self._pixels > LARGEST_TOTAL:
                raise ModelError(f"the pictures have more than {LARGEST_TOTAL:,} pixels together")
            self._pictures[number] = Texture(data, mime_type)
        return self._pictures[number]


def clean_name(name: str) -> str:
    """A name fit for logs and lists: printable and not endless."""
    return "".join(c for c in name if c.isprintable())[:LONGEST_NAME]


def without_textures(material: Material) -> Material:
    """The material for a mesh that has no coordinates to lay textures by."""
    return replace(
        material,
        base_color_texture=None,
        metallic_roughness_texture=None,
        normal_texture=None,
        occlusion_texture=None,
        emissive_texture=None,
    )


def _light(emissive: list[float], extensions: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What it gives off."""
    glow = extensions.get("KHR_materials_emissive_strength", {}).get("emissiveStrength", 1.0)
    r, g, b = emissive
    return {"emissive": (r * glow, g * glow, b * glow)}


def _body(extensions: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """How light passes through it."""
    volume = extensions.get("KHR_materials_volume", {})
    transmission = extensions.get("KHR_materials_transmission", {})
    return {
        "ior": extensions.get("KHR_materials_ior", {}).get("ior", 1.5) or INFINITE_IOR,
        "transmission": transmission.get("transmissionFactor", 0.0),
        "dispersion": extensions.get("KHR_materials_dispersion", {}).get("dispersion", 0.0),
        "thickness": volume.get("thicknessFactor", 0.0),
        "attenuation_color": tuple(volume.get("attenuationColor", (1.0, 1.0, 1.0))),
        "attenuation_distance": volume.get("attenuationDistance") or math.inf,
    }


def _surface(extensions: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What lies on it and how it reflects."""
    brushed = extensions.get("KHR_materials_anisotropy", {})
    coat = extensions.get("KHR_materials_clearcoat", {})
    film = extensions.get("KHR_materials_iridescence", {})
    specular = extensions.get("KHR_materials_specular", {})
    return {
        "anisotropy": brushed.get("anisotropyStrength", 0.0),
        "anisotropy_rotation": brushed.get("anisotropyRotation", 0.0),
        "clearcoat": coat.get("clearcoatFactor", 0.0),
        "clearcoat_roughness": coat.get("clearcoatRoughnessFactor", 0.0),
        "iridescence": film.get("iridescenceFactor", 0.0),
        "iridescence_ior": film.get("iridescenceIor", 1.3),
        "iridescence_thickness_nm": film.get("iridescenceThicknessMaximum", 400.0),
        "specular": specular.get("specularFactor", 1.0),
        "specular_color": tuple(specular.get("specularColorFactor", (1.0, 1.0, 1.0))),
    }


def _common_coordinates(used: dict[str, Any], name: str) -> TextureCoordinates:
    """The coordinates that all textures in `used` share.

    An occlusion texture with coordinates of its own is taken out of `used`: exporters lay it on
    a second set, and all it does is to darken the ambient light in hollows.

    Raises:
        ModelError: the others differ.
    """
    found = {slot: _coordinates(info) for slot, info in used.items()}
    others = {at for slot, at in found.items() if slot != "occlusion_texture"}
    if len(others) > 1:
        raise ModelError(
            f"the textures of material {name!r} use different texture coordinates, "
            "which is not supported: bake them to one set"
        )
    if not others:
        return found.get("occlusion_texture", TextureCoordinates())
    common = others.pop()
    if found.get("occlusion_texture", common) != common:
        del used["occlusion_texture"]
    return common


def _coordinates(info: Any) -> TextureCoordinates:
    move = info.extensions.get("KHR_texture_transform", {})
    return TextureCoordinates(
        move.get("texCoord", info.texCoord or 0),
        (
            *move.get("offset", (0.0, 0.0)),
            move.get("rotation", 0.0),
            *move.get("scale", (1.0, 1.0)),
        ),
    )

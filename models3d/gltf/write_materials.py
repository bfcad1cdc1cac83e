"""Materials and pictures into a document; what says the same is written once."""

from __future__ import annotations

from typing import Any

import numpy as np

from models3d.gltf.document import DocumentWriter
from models3d.mesh import Material, Mesh, Texture

LINEAR, LINEAR_MIPMAP_LINEAR = 9729, 9987
TEXTURE_SLOTS = (
    "base_color_texture",
    "metallic_roughness_texture",
    "normal_texture",
    "occlusion_texture",
    "emissive_texture",
)


class MaterialWriter:
    """Writes materials into one document."""

    def __init__(self, document: DocumentWriter) -> None:
        self._document = document
        self._materials: dict[Material, int] = {}
        self._textures: dict[Texture, int] = {}

    def number(self, material: Material, mesh: Mesh) -> int:
        """Number of the material; equal materials are written once.

        Raises:
            ValueError: it has textures and the mesh no coordinates to lay them by.
        """
        textured = any(getattr(material, slot) is not None for slot in TEXTURE_SLOTS)
        if textured and mesh.uvs is None:
            raise ValueError(f"{material.name!r} has textures, its mesh no texture coordinates")
        if material not in self._materials:
            self._materials[material] = self._document.add("materials", self._described(material))
        return self._materials[material]

    def _described(self, material: Material) -> dict[str, Any]:
        glow = max(1.0, *material.emissive)
        extensions = material_extensions(material, glow)
        self._document.use(*extensions)
        described: dict[str, Any] = {
            "name": material.name,
            "pbrMetallicRoughness": _changed(
                baseColorFactor=(list(material.base_color), [1.0] * 4),
                metallicFactor=(material.metallic, 1.0),
                roughnessFactor=(material.roughness, 1.0),
                baseColorTexture=(self._texture(material.base_color_texture), None),
                metallicRoughnessTexture=(self._texture(material.metallic_roughness_texture), None),
            ),
            "normalTexture": self._texture(material.normal_texture),
            "occlusionTexture": self._texture(material.occlusion_texture),
            "emissiveTexture": self._texture(material.emissive_texture),
        }
        cutoff = material.alpha_cutoff if material.alpha_mode == "MASK" else None
        described |= _changed(
            emissiveFactor=([channel / glow for channel in material.emissive], [0.0] * 3),
            alphaMode=(material.alpha_mode, "OPAQUE"),
            alphaCutoff=(cutoff, None),
            doubleSided=(material.double_sided, False),
        )
        return described | {"extensions": extensions}

    def _texture(self, texture: Texture | None) -> dict[str, int] | None:
        if texture is None:
            return None
        if texture not in self._textures:
            self._textures[texture] = self._new_texture(texture)
        return {"index": self._textures[texture]}

    def _new_texture(self, texture: Texture) -> int:
        document = self._document
        view = document.view(texture.data)
        source = document.add("images", {"mimeType": texture.mime_type, "bufferView": view})
        if not document.lists.get("samplers"):
            document.add("samplers", {"magFilter": LINEAR, "minFilter": LINEAR_MIPMAP_LINEAR})
        if texture.mime_type != "image/webp":
            return document.add("textures", {"sampler": 0, "source": source})
        document.use("EXT_texture_webp", required=True)
        webp = {"EXT_texture_webp": {"source": source}}
        return document.add("textures", {"sampler": 0, "extensions": webp})


def material_extensions(material: Material, glow: float) -> dict[str, Any]:
    """The KHR extensions of a material that say something other than their default.

    Args:
        glow: the strength of its light, at least 1.
    """
    absorbs = bool(np.isfinite(material.attenuation_distance))
    volume: dict[str, Any] = {}
    if material.thickness or absorbs:
        volume["thicknessFactor"] = material.thickness
    if absorbs:
        volume["attenuationDistance"] = material.attenuation_distance
        volume["attenuationColor"] = list(material.attenuation_color)
    found = {
        "KHR_materials_ior": _changed(ior=(material.ior, 1.5)),
        "KHR_materials_transmission": _changed(transmissionFactor=(material.transmission, 0.0)),
        "KHR_materials_volume": volume,
        "KHR_materials_dispersion": _changed(dispersion=(material.dispersion, 0.0)),
        "KHR_materials_emissive_strength": _changed(emissiveStrength=(glow, 1.0)),
        "KHR_materials_specular": _changed(
            specularFactor=(material.specular, 1.0),
            specularColorFactor=(list(material.specular_color), [1.0] * 3),
        ),
    }
    if material.anisotropy:
        found["KHR_materials_anisotropy"] = _changed(
            anisotropyStrength=(material.anisotropy, 0.0),
            anisotropyRotation=(material.anisotropy_rotation, 0.0),
        )
    if material.clearcoat:
        found["KHR_materials_clearcoat"] = _changed(
            clearcoatFactor=(material.clearcoat, 0.0),
            clearcoatRoughnessFactor=(material.clearcoat_roughness, 0.0),
        )
    if material.iridescence:
        found["KHR_materials_iridescence"] = _changed(
            iridescenceFactor=(material.iridescence, 0.0),
            iridescenceIor=(material.iridescence_ior, 1.3),
            iridescenceThicknessMaximum=(material.iridescence_thickness_nm, 400.0),
        )
    return {name: content for name, content in found.items() if content}


def _changed(**fields: tuple[Any, Any]) -> dict[str, Any]:
    """Of values and their defaults, the values that differ."""
    return {name: value for name, (value, default) in fields.items() if value != default}

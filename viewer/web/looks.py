"""Materials as the page's shaders take them: what is compiled in, the numbers, the pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from models3d.gltf.document import DocumentWriter
from models3d.gltf.write_materials import MaterialWriter
from models3d.mesh import Material, Mesh
from viewer.look import shown_material
from viewer.render.materials import MAPS, blends, has_volume, surface_defines, surface_uniforms
from viewer.web.packing import numbers

USED_WITH = {  # uniforms that a shader has when this is compiled in
    "anisotropy": "ANISOTROPY",
    "clearcoat": "CLEARCOAT",
    "clearcoat_roughness": "CLEARCOAT",
    "iridescence": "IRIDESCENCE",
    "alpha_cutoff": "ALPHA_MASK",
}


class LookWriter:
    """Materials of surfaces and stones into one document, each once."""

    def __init__(self, document: DocumentWriter) -> None:
        self.looks: list[dict[str, Any]] = []
        self.optics: list[dict[str, Any]] = []
        self._document = document
        self._materials = MaterialWriter(document)
        self._looks: dict[tuple[Material, bool], int] = {}
        self._optics: dict[Material, int] = {}

    def material(self, material: Material, mesh: Mesh) -> int:
        """Number of glTF's own material, for whoever reads the file without our shaders."""
        return self._materials.number(material, mesh)

    def look(self, material: Material, mesh: Mesh) -> int:
        """Number of a surface's look."""
        key = material, mesh.uvs is not None
        if key not in self._looks:
            self._looks[key] = len(self.looks)
            self.looks.append(self._surface(material, mesh))
        return self._looks[key]

    def optic(self, material: Material) -> int:
        """Number of what a stone does to light."""
        if material not in self._optics:
            self._optics[material] = len(self.optics)
            self.optics.append({**_optic(material), "show": _optic(shown_material(material))})
        return self._optics[material]

    def _surface(self, material: Material, mesh: Mesh) -> dict[str, Any]:
        defines = surface_defines(material, mesh)
        values = {
            name: _plain(value)
            for name, value in surface_uniforms(material).items()
            if name not in USED_WITH or USED_WITH[name] in defines
        }
        number = self.material(material, mesh)
        return {
            "defines": sorted(defines),
            "uniforms": values,
            "images": {
                name.lower(): self._image(number, MAPS[name]) for name in MAPS if name in defines
            },
            "blends": blends(material),
            "double_sided": material.double_sided or (material.is_gem and has_volume(material)),
        }

    def _image(self, material: int, field: str) -> int:
        """Number of the image that a material has in one of its places."""
        described = self._document.lists["materials"][material]
        words = field.removesuffix("_texture").split("_")
        name = "".join([words[0], *(word.title() for word in words[1:]), "Texture"])
        place = described.get(name) or described["pbrMetallicRoughness"][name]
        texture = self._document.lists["textures"][place["index"]]
        webp = texture.get("extensions", {}).get("EXT_texture_webp", texture)
        return int(webp["source"])


def _optic(material: Material) -> dict[str, Any]:
    return {"ior": numbers(material.iors()), "absorption": numbers(material.absorption())}


def _plain(value: Any) -> float | list[float]:
    if isinstance(value, bytes):  # as the GPU takes an array
        return numbers(np.frombuffer(value, "<f4"))
    flat = numbers(value)
    return flat if isinstance(value, tuple) else flat[0]

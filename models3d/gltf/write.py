"""Write a model as GLB: one mesh and material for each part, one node for each instance.

Plain nodes that share a mesh are what every viewer reads. A part keeps its own origin, so that
single precision is spent on the part and not on its place; the facets of a stone stay planes.
The same model gives the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pygltflib as gl
from scipy.spatial.transform import Rotation

from models3d.frames import Array
from models3d.gltf.tangents import tangents
from models3d.mesh import Material, Mesh, Model, Texture

SCHEMA_VERSION = 1  # of extras.parure
GENERATOR = "Parure"
LARGEST_SHORT_INDEX = 65534  # 65535 restarts a strip
TEXTURE_SLOTS = (
    "base_color_texture",
    "metallic_roughness_texture",
    "normal_texture",
    "occlusion_texture",
    "emissive_texture",
)


def write_glb(model: Model) -> bytes:
    """The model as a binary glTF file.

    The root node carries `extras.parure`: schema version, anchor, inner diameter in millimetres
    and the model's own extras; empty values are left out.

    Raises:
        ValueError: the model has no parts, a mesh is empty or not finite, or the extras are not
            JSON.
    """
    if not model.parts:
        raise ValueError(f"{model.name!r} has no parts")
    writer = _Writer()
    root = gl.Node(name=model.name, extras={"parure": _extras(model)})
    writer.document.nodes.append(root)
    for part in model.parts:
        mesh = writer.mesh(part.name, part.mesh, part.material)
        for number, matrix in enumerate(part.model_from_part):
            single = len(part.model_from_part) == 1
            node = _node(part.name if single else f"{part.name}.{number}", mesh, matrix)
            root.children.append(len(writer.document.nodes))
            writer.document.nodes.append(node)
    return writer.finish()


def _extras(model: Model) -> dict[str, Any]:
    """`extras.parure` in canonical order."""
    extras: dict[str, Any] = dict(model.extras) | {"schema": SCHEMA_VERSION}
    if model.anchor is not None:
        extras["anchor"] = str(model.anchor)
    if model.inner_diameter is not None:
        extras["inner_diameter_mm"] = round(model.inner_diameter * 1000.0, 9)
    try:
        canonical: dict[str, Any] = json.loads(json.dumps(extras, sort_keys=True, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"the extras of {model.name!r} are not JSON: {error}") from error
    return canonical


def _node(name: str, mesh: int, matrix: Array) -> gl.Node:
    """A node at `matrix` (4, 4): translation, rotation and scale where these say it all."""
    if not np.isfinite(matrix).all():
        raise ValueError(f"the place of {name!r} is not finite")
    node = gl.Node(name=name, mesh=mesh)
    linear = matrix[:3, :3]
    scale = np.linalg.norm(linear, axis=0)
    rotation = linear / np.where(scale > 0.0, scale, 1.0)
    rigid = np.allclose(rotation.T @ rotation, np.eye(3), rtol=0.0, atol=1e-12)
    if not rigid or np.linalg.det(rotation) < 0.0:
        node.matrix = matrix.T.ravel().tolist()
        return node
    if np.any(matrix[:3, 3]):
        node.translation = matrix[:3, 3].tolist()
    if not np.array_equal(rotation, np.eye(3)):
        node.rotation = Rotation.from_matrix(rotation).as_quat(canonical=True).tolist()
    if not np.allclose(scale, 1.0, rtol=0.0, atol=1e-12):
        node.scale = scale.tolist()
    return node


class _Writer:
    """The growing document and its one buffer."""

    def __init__(self) -> None:
        self.document = gl.GLTF2(
            asset=gl.Asset(generator=GENERATOR), scene=0, scenes=[gl.Scene(nodes=[0])]
        )
        self._buffer = bytearray()
        self._materials: dict[Material, int] = {}
        self._textures: dict[Texture, int] = {}
        self._geometry: dict[int, tuple[dict[str, int], int]] = {}  # by the mesh's identity
        self._tangents: dict[int, int] = {}  # likewise

    def mesh(self, name: str, mesh: Mesh, material: Material) -> int:
        """Number of a new mesh with this material; parts with equal geometry share its data."""
        if id(mesh) not in self._geometry:
            self._geometry[id(mesh)] = self._geometry_of(name, mesh)
        attributes, indices = self._geometry[id(mesh)]
        directed = material.normal_texture is not None or material.anisotropy != 0.0
        if directed and mesh.uvs is not None:
            if id(mesh) not in self._tangents:
                self._tangents[id(mesh)] = self._accessor(tangents(mesh))
            attributes = attributes | {"TANGENT": self._tangents[id(mesh)]}
        primitive = gl.Primitive(
            attributes=gl.Attributes(**attributes),
            indices=indices,
            material=self._material(material, mesh),
        )
        self.document.meshes.append(gl.Mesh(name=name, primitives=[primitive]))
        return len(self.document.meshes) - 1

    def _geometry_of(self, name: str, mesh: Mesh) -> tuple[dict[str, int], int]:
        """Accessors of the vertex attributes and of the indices."""
        if not len(mesh.triangles):
            raise ValueError(f"the mesh of {name!r} has no triangles")
        if not np.isfinite(mesh.positions).all() or not np.isfinite(mesh.normals).all():
            raise ValueError(f"the mesh of {name!r} is not finite")
        if mesh.triangles.min() < 0 or mesh.triangles.max() >= len(mesh.positions):
            raise ValueError(f"a triangle of {name!r} names a vertex that is not there")
        attributes = {
            "POSITION": self._accessor(mesh.positions, bounds=True),
            "NORMAL": self._accessor(mesh.normals),
        }
        if mesh.uvs is not None:
            attributes["TEXCOORD_0"] = self._accessor(mesh.uvs)
        short = len(mesh.positions) - 1 <= LARGEST_SHORT_INDEX
        indices = mesh.triangles.ravel().astype(np.uint16 if short else np.uint32)
        return attributes, self._indices(indices)

    def _accessor(self, values: Array, bounds: bool = False) -> int:
        """Vertex data, (n, 2) to (n, 4), in single precision."""
        single = np.ascontiguousarray(values, np.float32)
        view = self._view(single.tobytes(), gl.ARRAY_BUFFER)
        accessor = gl.Accessor(
            bufferView=view,
            componentType=gl.FLOAT,
            count=len(single),
            type=f"VEC{single.shape[1]}",
        )
        if bounds:
            accessor.min = single.min(axis=0).astype(np.float64).tolist()
            accessor.max = single.max(axis=0).astype(np.float64).tolist()
        self.document.accessors.append(accessor)
        return len(self.document.accessors) - 1

    def _indices(self, indices: np.ndarray[Any, Any]) -> int:
        view = self._view(indices.tobytes(), gl.ELEMENT_ARRAY_BUFFER)
        kind = gl.UNSIGNED_SHORT if indices.itemsize == 2 else gl.UNSIGNED_INT
        self.document.accessors.append(
            gl.Accessor(bufferView=view, componentType=kind, count=len(indices), type=gl.SCALAR)
        )
        return len(self.document.accessors) - 1

    def _view(self, data: bytes, target: int | None) -> int:
        self._buffer.extend(bytes(-len(self._buffer) % 4))
        view = gl.BufferView(
            buffer=0, byteOffset=len(self._buffer), byteLength=len(data), target=target
        )
        self._buffer.extend(data)
        self.document.bufferViews.append(view)
        return len(self.document.bufferViews) - 1

    def _material(self, material: Material, mesh: Mesh) -> int:
        """Number of the material; equal materials are written once."""
        textured = any(getattr(material, slot) is not None for slot in TEXTURE_SLOTS)
        if textured and mesh.uvs is None:
            raise ValueError(f"{material.name!r} has textures, its mesh no texture coordinates")
        if material not in self._materials:
            self._materials[material] = len(self.document.materials)
            self.document.materials.append(self._described(material))
        return self._materials[material]

    def _described(self, material: Material) -> gl.Material:
        glow = max(1.0, *material.emissive)
        described = gl.Material(
            name=material.name,
            pbrMetallicRoughness=gl.PbrMetallicRoughness(
                baseColorFactor=list(material.base_color),
                metallicFactor=material.metallic,
                roughnessFactor=material.roughness,
                baseColorTexture=self._texture_info(material.base_color_texture),
                metallicRoughnessTexture=self._texture_info(material.metallic_roughness_texture),
            ),
            normalTexture=self._texture_info(material.normal_texture),
            occlusionTexture=self._texture_info(material.occlusion_texture),
            emissiveTexture=self._texture_info(material.emissive_texture),
            emissiveFactor=[channel / glow for channel in material.emissive],
            alphaMode=material.alpha_mode,
            alphaCutoff=material.alpha_cutoff if material.alpha_mode == gl.MASK else None,
            doubleSided=material.double_sided,
            extensions=_extensions(material, glow),
        )
        self._use(*described.extensions)
        return described

    def _texture_info(self, texture: Texture | None) -> gl.TextureInfo | None:
        if texture is None:
            return None
        if texture not in self._textures:
            view = self._view(texture.data, None)
            source = len(self.document.images)
            self.document.images.append(gl.Image(mimeType=texture.mime_type, bufferView=view))
            if not self.document.samplers:
                self.document.samplers.append(
                    gl.Sampler(magFilter=gl.LINEAR, minFilter=gl.LINEAR_MIPMAP_LINEAR)
                )
            entry = gl.Texture(sampler=0, source=source)
            if texture.mime_type == "image/webp":
                entry = gl.Texture(sampler=0, extensions={"EXT_texture_webp": {"source": source}})
                self._use("EXT_texture_webp")
                if "EXT_texture_webp" not in self.document.extensionsRequired:
                    self.document.extensionsRequired.append("EXT_texture_webp")
            self._textures[texture] = len(self.document.textures)
            self.document.textures.append(entry)
        return gl.TextureInfo(index=self._textures[texture])

    def _use(self, *extensions: str) -> None:
        for name in extensions:
            if name not in self.document.extensionsUsed:
                self.document.extensionsUsed.append(name)

    def finish(self) -> bytes:
        """The GLB file."""
        self.document.extensionsUsed.sort()
        self.document.buffers.append(gl.Buffer(byteLength=len(self._buffer)))
        self.document.set_binary_blob(bytes(self._buffer))
        return b"".join(self.document.save_to_bytes())


def _extensions(material: Material, glow: float) -> dict[str, Any]:
    """The KHR extensions that say something other than their default."""
    extensions: dict[str, Any] = {}
    if material.ior != 1.5:
        extensions["KHR_materials_ior"] = {"ior": material.ior}
    if material.transmission:
        extensions["KHR_materials_transmission"] = {"transmissionFactor": material.transmission}
    absorbs = np.isfinite(material.attenuation_distance)
    if material.thickness or absorbs:
        volume: dict[str, Any] = {"thicknessFactor": material.thickness}
        if absorbs:
            volume["attenuationDistance"] = material.attenuation_distance
            volume["attenuationColor"] = list(material.attenuation_color)
        extensions["KHR_materials_volume"] = volume
    if material.dispersion:
        extensions["KHR_materials_dispersion"] = {"dispersion": material.dispersion}
    if material.anisotropy:
        extensions["KHR_materials_anisotropy"] = {"anisotropyStrength": material.anisotropy}
    if glow > 1.0:
        extensions["KHR_materials_emissive_strength"] = {"emissiveStrength": glow}
    return extensions

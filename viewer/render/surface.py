"""Metals and other surfaces on the GPU: vertices with baked openness, material, textures."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np
from PIL import Image as Pillow

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.mesh import Material, Mesh, Texture
from viewer.render.detail import with_less_detail
from viewer.render.programs import ProgramCache
from viewer.render.units import ENVIRONMENT_UNIT, FIRST_MATERIAL_UNIT

MAX_TEXTURE_SIDE = 4096
MAPS = {
    "BASE_COLOR_MAP": "base_color_texture",
    "METALLIC_ROUGHNESS_MAP": "metallic_roughness_texture",
    "NORMAL_MAP": "normal_texture",
    "OCCLUSION_MAP": "occlusion_texture",
    "EMISSIVE_MAP": "emissive_texture",
}
ERROR_SAMPLES = 0.5  # samples that a coarser mesh may be off


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A mesh on the GPU; coarser levels leave out what stands out less than their error."""

    error: float  # metres; 0: the whole mesh
    array: moderngl.VertexArray
    vertices: moderngl.Buffer
    indices: moderngl.Buffer


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """One part, ready to draw in the model's frame."""

    program: moderngl.Program
    levels: tuple[Level, ...]  # finest first
    layout: str  # of the vertices: position and normal, the rest skipped
    uniforms: dict[str, Any]
    textures: tuple[tuple[int, moderngl.Texture], ...]
    blends: bool
    double_sided: bool
    center: Array  # (3,) for sorting

    def level(self, metres_per_sample: float) -> Level:
        """The coarsest mesh that looks the same where a sample is so large."""
        chosen = self.levels[0]
        for level in self.levels[1:]:
            if level.error <= ERROR_SAMPLES * metres_per_sample:
                chosen = level
        return chosen

    def release(self) -> None:
        """Give the driver its memory back."""
        for level in self.levels:
            for resource in (level.array, level.vertices, level.indices):
                resource.release()
        for _, texture in self.textures:
            texture.release()


def _texture(context: moderngl.Context, encoded: Texture) -> moderngl.Texture:
    """Decode and upload, with mipmaps.

    Raises:
        ModelError: the image cannot be decoded.
    """
    try:
        picture = Pillow.open(io.BytesIO(encoded.data))
        picture.thumbnail((MAX_TEXTURE_SIDE, MAX_TEXTURE_SIDE))
        pixels = picture.convert("RGBA")
    except (OSError, ValueError, Pillow.DecompressionBombError) as error:
        raise ModelError(f"a texture ({encoded.mime_type}) cannot be decoded: {error}") from error
    texture = context.texture(pixels.size, 4, pixels.tobytes(), alignment=1)
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    texture.anisotropy = 4.0
    return texture


def _defines(material: Material, mesh: Mesh) -> dict[str, str]:
    names = []
    if mesh.uvs is not None:
        names = [name for name, field in MAPS.items() if getattr(material, field) is not None]
        if names:
            names.append("HAS_UV")
    if material.metallic < 1.0 or "METALLIC_ROUGHNESS_MAP" in names:
        names.append("HAS_DIFFUSE")
    if material.double_sided:
        names.append("DOUBLE_SIDED")
    if material.is_gem:
        names += ["ALPHA_BLEND", "THIN_GLASS"]
    elif material.alpha_mode != "OPAQUE":
        names.append(f"ALPHA_{material.alpha_mode}")
    return dict.fromkeys(names, "1")


def dielectric_f0(ior: float) -> float:
    """Reflectance of a dielectric at normal incidence."""
    return ((ior - 1.0) / (ior + 1.0)) ** 2


def _level(
    context: moderngl.Context,
    program: moderngl.Program,
    mesh: Mesh,
    openness: Array,
    has_uv: bool,
    error: float,
) -> Level:
    columns = [mesh.positions.astype("f4").view("u1"), mesh.normals.astype("f4").view("u1")]
    columns.append(openness.astype("f2").view("u1"))
    layout, names = "3f 3f 4f2", ["position", "normal", "openness"]
    if has_uv and mesh.uvs is not None:
        columns.append(np.ascontiguousarray(mesh.uvs, "f4").view("u1"))
        layout, names = layout + " 2f", [*names, "uv"]
    rows = [c.reshape(len(mesh.positions), -1) for c in columns]
    vertices = context.buffer(np.ascontiguousarray(np.hstack(rows)).tobytes())
    indices = context.buffer(np.ascontiguousarray(mesh.triangles, "i4").tobytes())
    array = context.vertex_array(program, [(vertices, layout, *names)], indices, skip_errors=True)
    return Level(error, array, vertices, indices)


def upload_surface(
    context: moderngl.Context,
    programs: ProgramCache,
    mesh: Mesh,
    material: Material,
    openness: Array,
    errors: tuple[float, ...],
) -> Surface:
    """Upload one part.

    Args:
        mesh: in the model's frame.
        openness: (n, 4) of its vertices.
        errors: metres, of the coarser levels, finest first.
    Raises:
        ModelError: a texture cannot be decoded.
    """
    defines = _defines(material, mesh)
    has_uv = "HAS_UV" in defines
    program = programs.get("surface", defines)
    center = mesh.positions.mean(axis=0)
    levels = [_level(context, program, mesh, openness, has_uv, 0.0)]
    for error in errors:
        simple, simple_openness = with_less_detail(mesh, openness, error)
        if 0 < len(simple.triangles) < 0.8 * len(mesh.triangles):
            levels.append(_level(context, program, simple, simple_openness, has_uv, error))
            mesh, openness = simple, simple_openness
    textures = []
    uniforms: dict[str, Any] = {
        "base_color": tuple(material.base_color),
        "metallic": material.metallic,
        "roughness": material.roughness,
        "dielectric_f0": dielectric_f0(material.ior),
        "transmission": material.transmission,
        "emissive": tuple(material.emissive),
        "alpha_cutoff": material.alpha_cutoff,
        "environment_map": ENVIRONMENT_UNIT,
    }
    for unit, name in enumerate(k for k in MAPS if k in defines):
        encoded = getattr(material, MAPS[name])
        textures.append((FIRST_MATERIAL_UNIT + unit, _texture(context, encoded)))
        uniforms[name.lower()] = FIRST_MATERIAL_UNIT + unit
    return Surface(
        program,
        tuple(levels),
        "3f 3f 16x" if has_uv else "3f 3f 8x",
        uniforms,
        tuple(textures),
        material.is_gem or material.alpha_mode == "BLEND",
        material.double_sided or material.is_gem,
        center,
    )

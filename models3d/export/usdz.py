"""USDZ for AR Quick Look: metres, y up, UsdPreviewSurface, everything in one package.

Quick Look traces no rays and knows no transmission: what goes in has its stones baked before.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image as Pillow
from pxr import Gf, Kind, Sdf, Usd, UsdGeom, UsdShade, UsdUtils, Vt

from models3d.errors import ModelError
from models3d.mesh import Material, Model, Part, Texture

LAYER: Final = "model.usdc"
SUFFIXES: Final = {"image/png": ".png", "image/jpeg": ".jpg"}  # all that Quick Look reads
WRITTEN: Final = 315532800  # 1980-01-01, the earliest a ZIP file can say: equal bytes
FLOAT, COLOR, NORMAL = (
    Sdf.ValueTypeNames.Float,
    Sdf.ValueTypeNames.Color3f,
    Sdf.ValueTypeNames.Normal3f,
)


def write_usdz(model: Model) -> bytes:
    """The model as it stands, in metres with y up.

    Raises:
        ModelError: it has a stone that is not baked, or nothing to show.
        ValueError: a part has textures and no coordinates to lay them by.
    """
    if not model.parts:
        raise ModelError(f"{model.name} has nothing to show")
    unbaked = [part.name for part in model.parts if part.material.transmission > 0.0]
    if unbaked:
        raise ModelError(f"{model.name}: {unbaked[0]} lets light through, which USDZ cannot show")
    with tempfile.TemporaryDirectory() as folder:
        _write_stage(model, Path(folder))
        for path in sorted(Path(folder).iterdir()):
            os.utime(path, (WRITTEN, WRITTEN))
        package = Path(folder) / "model.usdz"
        layer = Sdf.AssetPath(str(Path(folder) / LAYER))
        if not UsdUtils.CreateNewARKitUsdzPackage(layer, str(package)):
            raise ModelError(f"{model.name} cannot be packed as USDZ")
        return package.read_bytes()


def package_names(data: bytes) -> list[str]:
    """The files in a USDZ package, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.namelist()


def _write_stage(model: Model, folder: Path) -> None:
    stage = Usd.Stage.CreateNew(str(folder / LAYER))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    root_path = f"/{_identifier(model.name)}"
    root = UsdGeom.Xform.Define(stage, root_path)
    stage.SetDefaultPrim(root.GetPrim())
    Usd.ModelAPI(root).SetKind(Kind.Tokens.component)
    about = {k: v for k, v in model.extras.items() if k in ("product", "configuration")}
    for key in sorted(about):
        root.GetPrim().SetCustomDataByKey(f"parure:{key}", str(about[key]))
    UsdGeom.Scope.Define(stage, f"{root_path}/Materials")
    shaders = _Shaders(stage, f"{root_path}/Materials", folder)
    names: set[str] = set()
    for part in model.parts:
        name = _free(_identifier(part.name), names)
        mesh = _mesh(stage, f"{root_path}/{name}", part)
        material = shaders.material(part)
        UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)
    stage.GetRootLayer().Save()


def _mesh(stage: Any, path: str, part: Part) -> Any:
    """All instances of a part as one mesh."""
    body = part.world_mesh()
    mesh = UsdGeom.Mesh.Define(stage, path)
    points = body.positions.astype(np.float32)
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points))
    mesh.CreateFaceVertexCountsAttr(
        Vt.IntArray.FromNumpy(np.full(len(body.triangles), 3, np.int32))
    )
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(body.triangles.ravel().astype(np.int32)))
    mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(body.normals.astype(np.float32)))
    mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateExtentAttr(
        Vt.Vec3fArray.FromNumpy(np.stack([points.min(axis=0), points.max(axis=0)]))
    )
    mesh.CreateDoubleSidedAttr(part.material.double_sided)
    if body.uvs is not None:
        st = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar(
            "st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex
        )
        upwards = np.column_stack([body.uvs[:, 0], 1.0 - body.uvs[:, 1]])  # USD's v runs up
        st.Set(Vt.Vec2fArray.FromNumpy(upwards.astype(np.float32)))
    return mesh


class _Shaders:
    """Materials of one stage; equal ones are written once."""

    def __init__(self, stage: Any, scope: str, folder: Path) -> None:
        self._stage = stage
        self._scope = scope
        self._folder = folder
        self._materials: dict[Material, Any] = {}
        self._files: dict[Texture, str] = {}
        self._names: set[str] = set()

    def material(self, part: Part) -> Any:
        """The part's material in the stage."""
        material = part.material
        if material not in self._materials:
            if _textures(material) and part.mesh.uvs is None:
                raise ValueError(f"{material.name!r} has textures, its mesh no coordinates")
            name = _free(_identifier(material.name), self._names)
            self._materials[material] = self._new_material(f"{self._scope}/{name}", material)
        return self._materials[material]

    def _new_material(self, path: str, material: Material) -> Any:
        made = UsdShade.Material.Define(self._stage, path)
        surface = self._shader(f"{path}/surface", "UsdPreviewSurface")
        made.CreateSurfaceOutput().ConnectToSource(surface.ConnectableAPI(), "surface")
        surface.CreateInput("useSpecularWorkflow", Sdf.ValueTypeNames.Int).Set(0)
        for name, value in _numbers(material).items():
            surface.CreateInput(name, FLOAT).Set(float(value))
        surface.CreateInput("diffuseColor", COLOR).Set(_color(material.base_color[:3]))
        if any(material.emissive):
            surface.CreateInput("emissiveColor", COLOR).Set(_color(material.emissive))
        if _textures(material):
            self._connect_textures(path, surface, material)
        return made

    def _connect_textures(self, path: str, surface: Any, material: Material) -> None:
        reader = self._shader(f"{path}/coordinates", "UsdPrimvarReader_float2")
        reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
        coordinates = reader.CreateOutput("result", Sdf.ValueTypeNames.Float2)

        def picture(name: str, texture: Texture | None, raw: bool, scale: Any = None) -> Any:
            if texture is None:
                return None
            sampler = self._shader(f"{path}/{name}", "UsdUVTexture")
            sampler.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(self._file(texture))
            sampler.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(coordinates)
            space = "raw" if raw else "sRGB"
            sampler.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set(space)
            for wrap in ("wrapS", "wrapT"):
                sampler.CreateInput(wrap, Sdf.ValueTypeNames.Token).Set("repeat")
            if scale is not None:
                sampler.CreateInput("scale", Sdf.ValueTypeNames.Float4).Set(Gf.Vec4f(*scale))
            return sampler

        def connect(sampler: Any, output: str, name: str, kind: Any) -> None:
            if sampler is not None:
                out_kind = FLOAT if len(output) == 1 else Sdf.ValueTypeNames.Float3
                source = sampler.CreateOutput(output, out_kind)
                surface.CreateInput(name, kind).ConnectToSource(source)

        color = picture("color", material.base_color_texture, False, (*material.base_color[:3], 1))
        connect(color, "rgb", "diffuseColor", COLOR)
        glow = picture("glow", material.emissive_texture, False, (*material.emissive, 1.0))
        connect(glow, "rgb", "emissiveColor", COLOR)
        rough = picture(
            "roughness",
            material.metallic_roughness_texture,
            True,
            (1.0, material.roughness, material.metallic, 1.0),
        )
        connect(rough, "g", "roughness", FLOAT)
        connect(rough, "b", "metallic", FLOAT)
        shade = picture("occlusion", material.occlusion_texture, True)
        connect(shade, "r", "occlusion", FLOAT)
        relief = picture("relief", material.normal_texture, True, (2.0, 2.0, 2.0, 1.0))
        if relief is not None:
            relief.CreateInput("bias", Sdf.ValueTypeNames.Float4).Set(Gf.Vec4f(-1, -1, -1, 0))
            connect(relief, "rgb", "normal", NORMAL)

    def _shader(self, path: str, kind: str) -> Any:
        shader = UsdShade.Shader.Define(self._stage, path)
        shader.CreateIdAttr(kind)
        return shader

    def _file(self, texture: Texture) -> Any:
        """The texture beside the layer, as PNG where Quick Look does not read it."""
        if texture not in self._files:
            data, suffix = texture.data, SUFFIXES.get(texture.mime_type)
            if suffix is None:
                out = io.BytesIO()
                Pillow.open(io.BytesIO(data)).save(out, "PNG")
                data, suffix = out.getvalue(), ".png"
            name = f"texture_{len(self._files)}{suffix}"
            (self._folder / name).write_bytes(data)
            self._files[texture] = name
        return Sdf.AssetPath(f"./{self._files[texture]}")


def _numbers(material: Material) -> dict[str, float]:
    """UsdPreviewSurface's plain inputs."""
    found = {
        "metallic": material.metallic,
        "roughness": material.roughness,
        "ior": min(material.ior, 10.0),
    }
    if material.alpha_mode != "OPAQUE":
        found["opacity"] = material.base_color[3]
    if material.alpha_mode == "MASK":
        found["opacityThreshold"] = material.alpha_cutoff
    if material.clearcoat:
        found |= {
            "clearcoat": material.clearcoat,
            "clearcoatRoughness": material.clearcoat_roughness,
        }
    return found


def _textures(material: Material) -> list[Texture]:
    every = (
        material.base_color_texture,
        material.metallic_roughness_texture,
        material.normal_texture,
        material.occlusion_texture,
        material.emissive_texture,
    )
    return [texture for texture in every if texture is not None]


def _color(rgb: tuple[float, ...]) -> Any:
    return Gf.Vec3f(*(float(channel) for channel in rgb))


def _identifier(name: str) -> str:
    """A name that USD takes: letters, digits and underscores."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name) or "model"
    return f"_{plain}" if plain[0].isdigit() else plain


def _free(name: str, taken: set[str]) -> str:
    """The name, numbered if it is taken; taken from now on."""
    free, number = name, 2
    while free in taken or free == "Materials":
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free

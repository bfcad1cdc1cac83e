"""A model on the GPU: surfaces with baked openness, stones with their shapes and setting maps."""

from __future__ import annotations

from dataclasses import dataclass, field

import moderngl
import numpy as np

from models3d.frames import Array, IntArray
from models3d.mesh import Material, Mesh, Model, merge
from viewer.render.detail import coarser
from viewer.render.gem_shape import GemShape, gem_shape
from viewer.render.limbs import Probe, probe
from viewer.render.occlusion import bake_openness
from viewer.render.programs import ProgramCache
from viewer.render.setting import SIDE, SettingBaker, Surrounding
from viewer.render.shadow import SkinShadow, bake_shadow
from viewer.render.surface import Surface, dielectric_f0, upload_surface
from viewer.render.visibility import BoolArray, VisibilityBaker

MAX_MATERIALS = 6  # of a setting map, before the other stones and skin
STONE_MATERIAL, SKIN_MATERIAL = 7, 8
MAX_OWN_SETTINGS = 12  # instances of a part with a map each; more share the first one's
SKIN_SEGMENTS = 64
MAX_CASTER_TRIANGLES = 40_000
CASTER_CELL = 1 / 120  # of the size
DETAIL_ERRORS = (1 / 1600, 1 / 800, 1 / 400)  # of the model's size


@dataclass(slots=True, eq=False)
class Stone:
    """One instance of a stone."""

    shape: GemShape
    material: Material
    model_from_gem: Array  # (4, 4)
    vertices: moderngl.Buffer
    setting_of: int  # which stone's map it uses
    settings: dict[bool, moderngl.Texture | None] = field(default_factory=dict)  # by worn
    arrays: dict[moderngl.Program, moderngl.VertexArray] = field(default_factory=dict)  # by program


@dataclass(slots=True, eq=False)
class UploadedModel:
    """Everything the renderer keeps of a model."""

    model: Model
    surfaces: tuple[Surface, ...]
    surroundings: tuple[Surrounding, ...]
    setting_materials: tuple[tuple[float, float, float, float], ...]  # reflectance, roughness
    stones: tuple[Stone, ...]
    caster: tuple[Array, IntArray]  # positions and triangles of all parts
    center: Array  # (3,)
    radius: float
    probe: Probe
    visibility: dict[bytes, BoolArray] = field(default_factory=dict)  # by question
    shadow: SkinShadow | None = None
    shadow_texture: moderngl.Texture | None = None

    def release(self) -> None:
        """Give the driver its memory back."""
        for surface in self.surfaces:
            surface.release()
        shared = {id(stone.vertices): stone.vertices for stone in self.stones}
        for stone in self.stones:
            for resource in (*stone.arrays.values(), *stone.settings.values()):
                if resource is not None:
                    resource.release()
        for buffer in shared.values():
            buffer.release()
        if self.shadow_texture is not None:
            self.shadow_texture.release()

    @property
    def skin_radius(self) -> float:
        """Radius in metres of the limb that wears it; 0 when the model does not say."""
        return (self.model.inner_diameter or 0.0) / 2.0


def _similarity(matrix: Array) -> bool:
    """Whether a (4, 4) matrix only turns, moves and scales evenly, without mirroring."""
    linear = matrix[:3, :3]
    gram = linear.T @ linear
    return bool(np.linalg.det(linear) > 0 and np.allclose(gram, np.eye(3) * gram[0, 0], rtol=1e-4))


class Uploader:
    """Brings models to the GPU and bakes what depends on the model alone."""

    def __init__(self, context: moderngl.Context, programs: ProgramCache) -> None:
        self._context = context
        self._programs = programs
        self.visibility = VisibilityBaker(context)
        self._settings = SettingBaker(context)

    def upload(self, model: Model) -> UploadedModel:
        """Upload all parts.

        Raises:
            ModelError: a texture cannot be decoded.
        """
        shapes = [gem_shape(p.mesh) if p.material.is_gem else None for p in model.parts]
        solid = [
            (part.world_mesh(), part.material)
            for part, shape in zip(model.parts, shapes, strict=True)
            if shape is None
        ]
        surfaces = self._surfaces(solid)
        materials = [material for _, material in solid]
        surroundings = tuple(
            Surrounding(
                s.levels[0].vertices, s.layout, s.levels[0].indices, 1 + min(k, MAX_MATERIALS - 1)
            )
            for k, s in enumerate(surfaces)
            if not s.blends
        )
        stones: list[Stone] = []
        for part, shape in zip(model.parts, shapes, strict=True):
            if shape is not None:
                stones += self._stones(part.mesh, part.material, shape, part.model_from_part,
                                       len(stones))  # fmt: skip
        whole = merge([part.world_mesh() for part in model.parts])
        caster = _caster(whole)
        low, high = whole.bounds()
        center = (low + high) / 2.0
        radius = float(np.linalg.norm(whole.positions - center, axis=1).max())
        return UploadedModel(
            model,
            surfaces,
            surroundings,
            tuple(_reflectance(m) for m in materials[:MAX_MATERIALS]),
            tuple(stones),
            caster,
            center,
            radius,
            probe(*caster),
        )

    def _surfaces(self, solid: list[tuple[Mesh, Material]]) -> tuple[Surface, ...]:
        if not solid:
            return ()
        opaque = [m for m, material in solid if not material.is_gem] or [solid[0][0]]
        together = merge(opaque)
        everything = merge([m for m, _ in solid])
        openness = bake_openness(
            self.visibility, everything.positions, everything.normals, *_caster(together)
        )  # fmt: skip
        size = float(np.ptp(everything.positions, axis=0).max())
        errors = tuple(size * share for share in DETAIL_ERRORS)
        surfaces, first = [], 0
        for mesh, material in solid:
            rows = openness[first : first + len(mesh.positions)]
            first += len(mesh.positions)
            surfaces.append(
                upload_surface(self._context, self._programs, mesh, material, rows, errors)
            )
        return tuple(surfaces)

    def _stones(
        self, mesh: Mesh, material: Material, shape: GemShape, instances: Array, first: int
    ) -> list[Stone]:
        """All instances of one part, sharing their vertices."""
        shared = self._vertices(shape)
        stones = []
        for k, matrix in enumerate(instances):
            own, vertices, model_from_part = shape, shared, matrix
            if not _similarity(matrix):  # a stretched or mirrored stone is another cut
                stretched = _transformed(mesh, matrix)
                own, model_from_part = gem_shape(stretched) or shape, np.eye(4)
                vertices = self._vertices(own)
            setting_of = first + k if len(instances) <= MAX_OWN_SETTINGS else first
            stones.append(
                Stone(own, material, model_from_part @ own.part_from_gem, vertices, setting_of)
            )
        return stones

    def _vertices(self, shape: GemShape) -> moderngl.Buffer:
        return self._context.buffer(shape.prism().astype("f4").tobytes())

    def setting(self, uploaded: UploadedModel, index: int, worn: bool) -> moderngl.Texture | None:
        """The setting map of a stone, baked when first asked for."""
        stone = uploaded.stones[index]
        if stone.setting_of != index:
            return self.setting(uploaded, stone.setting_of, worn)
        if worn not in stone.settings:
            stone.settings[worn] = self._bake_setting(uploaded, stone, worn)
        return stone.settings[worn]

    def _bake_setting(
        self, uploaded: UploadedModel, stone: Stone, worn: bool
    ) -> moderngl.Texture | None:
        context = self._context
        around = list(uploaded.surroundings)
        temporary: list[moderngl.Buffer] = []
        for other in uploaded.stones:
            if other is not stone:
                around.append(self._placed_stone(other))
                temporary += [around[-1].vertices, around[-1].indices]
        if worn and uploaded.skin_radius > 0:
            around.append(self._skin(uploaded))
            temporary += [around[-1].vertices, around[-1].indices]
        picture = self._settings.bake(stone.model_from_gem, around)
        for buffer in temporary:
            buffer.release()
        if picture is None:
            return None
        texture = context.texture((SIDE, SIDE), 4, picture.astype("f2").tobytes(), dtype="f2")
        texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        return texture

    def _placed_stone(self, stone: Stone) -> Surrounding:
        linear = stone.model_from_gem[:3, :3]
        positions = stone.shape.positions @ linear.T + stone.model_from_gem[:3, 3]
        normals = stone.shape.vertex_normals @ linear.T / np.cbrt(np.linalg.det(linear))
        return self._surrounding(positions, normals, stone.shape.triangles, STONE_MATERIAL)

    def _skin(self, uploaded: UploadedModel) -> Surrounding:
        """The limb under the jewel, as long as a stone can see."""
        turn = np.arange(SKIN_SEGMENTS) / SKIN_SEGMENTS * 2 * np.pi
        circle = np.stack([np.sin(turn), 0 * turn, np.cos(turn)], axis=-1)
        half = 4.0 * uploaded.skin_radius
        shift = np.array([0.0, half, 0.0])
        positions = np.concatenate([circle * uploaded.skin_radius + s * shift for s in (-1, 1)])
        k = np.arange(SKIN_SEGMENTS)
        j = (k + 1) % SKIN_SEGMENTS
        n = SKIN_SEGMENTS
        triangles = np.concatenate([np.stack([k, j, j + n], -1), np.stack([k, j + n, k + n], -1)])
        return self._surrounding(
            positions, np.concatenate([circle, circle]), triangles, SKIN_MATERIAL
        )

    def _surrounding(
        self, positions: Array, normals: Array, triangles: IntArray, material: int
    ) -> Surrounding:
        rows = np.hstack([positions, normals]).astype("f4")
        return Surrounding(
            self._context.buffer(rows.tobytes()),
            "3f 3f",
            self._context.buffer(np.ascontiguousarray(triangles, "i4").tobytes()),
            material,
        )

    def shadow(self, uploaded: UploadedModel) -> SkinShadow:
        """The jewel's shadow on its wearer, baked when first asked for."""
        if uploaded.shadow is None:
            positions, triangles = uploaded.caster
            shadow = bake_shadow(self.visibility, positions, triangles, uploaded.skin_radius)
            height, width, _ = shadow.blocked.shape
            texture = self._context.texture(
                (width, height), 4, shadow.blocked.astype("f2").tobytes(), dtype="f2"
            )
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
            texture.repeat_x, texture.repeat_y = True, False
            uploaded.shadow, uploaded.shadow_texture = shadow, texture
        return uploaded.shadow

    def release(self) -> None:
        """Give the driver its memory back."""
        self.visibility.release()
        self._settings.release()


def _reflectance(material: Material) -> tuple[float, float, float, float]:
    """Colour of reflection at normal incidence, and roughness."""
    base = dielectric_f0(material.ior) * (1.0 - material.metallic)
    r, g, b = (base + c * material.metallic for c in material.base_color[:3])
    return r, g, b, material.roughness


def _caster(whole: Mesh) -> tuple[Array, IntArray]:
    """What casts shadows: the mesh itself, or a coarser one where it has very many triangles."""
    if len(whole.triangles) > MAX_CASTER_TRIANGLES:
        cell = float(np.ptp(whole.positions, axis=0).max()) * CASTER_CELL
        whole, _ = coarser(whole, np.zeros((len(whole.positions), 1)), cell)
    return whole.positions, whole.triangles


def _transformed(mesh: Mesh, matrix: Array) -> Mesh:
    mirrored = np.linalg.det(matrix[:3, :3]) < 0
    positions = mesh.positions @ matrix[:3, :3].T + matrix[:3, 3]
    triangles = mesh.triangles[:, ::-1] if mirrored else mesh.triangles
    return Mesh(positions, mesh.normals, np.ascontiguousarray(triangles))

"""Metals and other surfaces on the GPU: vertices with baked openness, instances, textures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

import moderngl
import numpy as np
from PIL import Image as Pillow

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.gltf.tangents import tangents
from models3d.mesh import Mesh, Texture
from viewer.render.detail import with_less_detail
from viewer.render.limbs import limb_defines
from viewer.render.materials import MAPS, blends, has_volume, surface_defines, surface_uniforms
from viewer.render.occlusion import Openness
from viewer.render.placed import PLACE_LAYOUT, PLACE_NAMES, Placed, instance_rows
from viewer.render.programs import ProgramCache
from viewer.render.shaders import packed
from viewer.render.units import ENVIRONMENT_UNIT, FIRST_MATERIAL_UNIT

MAX_TEXTURE_SIDE = 4096
FEW_INSTANCES = 16  # of a part: more are links, of which a hurried picture
CROWD_OPENNESS = 0.15  # needs to know less what each corner sees
GRAIN = 2.0  # weight of the tangents against the openness, where details are left out
FEWER = 0.8  # of the whole mesh's triangles: else a level is not worth its memory


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A mesh on the GPU, once for each kind of its instances; coarser ones leave out details."""

    error: float  # metres of the model that it is off; 0: the whole mesh
    vertices: tuple[moderngl.Buffer, ...]  # per kind
    indices: moderngl.Buffer
    arrays: dict[moderngl.Program, tuple[moderngl.VertexArray, ...]]  # per kind, when asked for

    def release(self) -> None:
        """Give the driver its memory back."""
        for arrays in self.arrays.values():
            for array in arrays:
                array.release()
        for buffer in (*self.vertices, self.indices):
            buffer.release()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Of instances on skin: those on its far side are hidden by it."""

    eye: Array  # (3,) model frame
    turned_away: float  # sine from which on skin that looks away hides what lies on it


@dataclass(frozen=True, slots=True, eq=False)
class _Crowd:
    """Instances on skin, of which those that the skin hides are left out."""

    rows: Array  # (k, 12) float32
    centers: Array  # (k, 3) model frame
    outward: Array  # (k, 3) unit
    places: moderngl.Buffer  # of those that are drawn

    def choose(self, view: View | None) -> int:
        """Fill the buffer with the instances that may be seen; how many there are."""
        rows = self.rows
        if view is not None:
            towards = view.eye - self.centers
            distance = np.sqrt(np.einsum("ij,ij->i", towards, towards))
            facing = np.einsum("ij,ij->i", towards, self.outward)
            rows = rows[facing > -view.turned_away * distance]
        if len(rows):
            self.places.orphan()
            self.places.write(rows)
        return len(rows)


@dataclass(slots=True, eq=False)
class Surface:
    """One part, ready to draw in the model's frame."""

    context: moderngl.Context
    maker: Executor  # of coarser meshes
    programs: ProgramCache
    defines: Mapping[str, str]  # of its program
    placed: Placed
    openness: Openness
    has_uv: bool
    has_tangent: bool
    errors: tuple[float, ...]  # metres, of the coarser levels, finest first
    uniforms: Mapping[str, bytes]
    pictures: tuple[tuple[int, Texture], ...]  # of its material, and the units they go to
    blends: bool
    live: bool
    double_sided: bool
    center: tuple[float, ...]  # (3,) for sorting
    outward: Array | None  # (k, 3) unit, of the skin under each instance; None: all are drawn
    unbaked: bool  # what it sees is not known yet: no coarser meshes are made of it
    places: tuple[moderngl.Buffer, ...] = ()  # per kind, its instances
    counts: tuple[int, ...] = ()
    crowds: tuple[_Crowd, ...] = ()  # per kind, where only some are drawn
    levels: dict[float, Level] = field(default_factory=dict)  # by error; coarser when asked for
    coming: dict[float, Future[tuple[Mesh, Array]]] = field(default_factory=dict)  # by error
    found: dict[int, moderngl.Program] = field(default_factory=dict)  # by how many limbs it knows
    brought: tuple[tuple[int, moderngl.Texture], ...] | None = None

    def textures(self) -> tuple[tuple[int, moderngl.Texture], ...]:
        """Its pictures on the GPU, brought there when they are first needed.

        Raises:
            ModelError: one of them cannot be decoded.
        """
        if self.brought is None:
            self.brought = tuple(
                (unit, _texture(self.context, encoded, self.live))
                for unit, encoded in self.pictures
            )
        return self.brought

    def program(self, most_limbs: int) -> moderngl.Program:
        """What draws it where so many limbs may hide some of it."""
        program = self.found.get(most_limbs)
        if program is None:
            program = self.programs.get("surface", {**self.defines, **limb_defines(most_limbs)})
            self.found[most_limbs] = program
        return program

    @property
    def layout(self) -> str:
        """Of the vertices: position and normal, the rest skipped."""
        return f"3f 3f {8 + 8 * self.has_uv + 8 * self.has_tangent}x"

    def level(self, left_out: float) -> Level:
        """The coarsest mesh that is off by no more than `left_out` metres.

        Those that are not at hand are made beside the drawing, and the next finer one serves.
        """
        if self.unbaked:
            return self.levels[0.0]
        error = max((e for e in self.errors if e <= left_out), default=0.0)
        if error not in self.levels and error not in self.coming:
            self.coming[error] = self.maker.submit(self._coarser, error)
        for ready in [e for e, future in self.coming.items() if future.done()]:
            self._take(ready)
        return self.levels[max(e for e in self.levels if e <= error)]

    def settle(self) -> None:
        """Wait for the meshes that are being made."""
        for error in list(self.coming):
            self._take(error)

    def draw(self, program: moderngl.Program, left_out: float, view: View | None = None) -> None:
        """Draw the instances, or those in view; uniforms and textures are in use."""
        counts = tuple(crowd.choose(view) for crowd in self.crowds) or self.counts
        level = self.level(left_out)
        if program not in level.arrays:
            level.arrays[program] = self._arrays(program, level)
        for array, count in zip(level.arrays[program], counts, strict=True):
            if count:
                array.render(instances=count)

    def _coarser(self, error: float) -> tuple[Mesh, Array]:
        whole, seen = self.placed.mesh, np.hstack(self.openness.values)
        share = CROWD_OPENNESS if self.live and sum(self.counts) > FEW_INSTANCES else 1.0
        columns = [share * seen]
        if self.has_tangent:  # the grain of brushed metal must not turn within a triangle
            columns.append(GRAIN * tangents(whole)[:, :3])
        mesh, kept = with_less_detail(
            whole, np.hstack(columns), error / float(self.placed.scales.max())
        )
        return mesh, kept[:, : seen.shape[1]] / share

    def _take(self, error: float) -> None:
        mesh, seen = self.coming.pop(error).result()
        if 0 < len(mesh.triangles) < FEWER * len(self.placed.mesh.triangles):
            values = np.split(seen, len(self.openness.values), axis=1)
            self.levels[error] = self._level(mesh, tuple(values), error)
        else:
            self.levels[error] = self.levels[0.0]

    def _level(self, mesh: Mesh, values: tuple[Array, ...], error: float) -> Level:
        indices = self.context.buffer(np.ascontiguousarray(mesh.triangles, "i4").tobytes())
        vertices = tuple(self._vertices(mesh, openness) for openness in values)
        return Level(error, vertices, indices, {})

    def _arrays(self, program: moderngl.Program, level: Level) -> tuple[moderngl.VertexArray, ...]:
        layout, names = "3f 3f 4f2", ["position", "normal", "openness"]
        if self.has_uv:
            layout, names = f"{layout} 2f", [*names, "uv"]
        if self.has_tangent:
            layout, names = f"{layout} 4f2", [*names, "tangent"]
        return tuple(
            self.context.vertex_array(
                program,
                [(buffer, layout, *names), (places, PLACE_LAYOUT, *PLACE_NAMES)],
                level.indices, skip_errors=True,
            )
            for buffer, places in zip(level.vertices, self._drawn_places(), strict=True)
        )  # fmt: skip

    def _drawn_places(self) -> tuple[moderngl.Buffer, ...]:
        return tuple(crowd.places for crowd in self.crowds) or self.places

    def _vertices(self, mesh: Mesh, openness: Array) -> moderngl.Buffer:
        columns = [mesh.positions.astype("f4"), mesh.normals.astype("f4"), openness.astype("f2")]
        if self.has_uv and mesh.uvs is not None:
            columns.append(mesh.uvs.astype("f4"))
        if self.has_tangent:
            columns.append(tangents(mesh).astype("f2"))
        rows = [np.ascontiguousarray(c).view("u1").reshape(len(c), -1) for c in columns]
        return self.context.buffer(np.ascontiguousarray(np.hstack(rows)).tobytes())

    def upload(self) -> None:
        """Bring instances and the whole mesh to the GPU."""
        matrices, kind = self.placed.model_from_part, self.openness.kind
        chosen = [kind == k for k in range(len(self.openness.values))]
        rows = [instance_rows(matrices[of_kind]) for of_kind in chosen]
        self.places = tuple(self.context.buffer(some.tobytes()) for some in rows)
        self.counts = tuple(len(some) for some in rows)
        if self.outward is not None:
            centers, outward = self.placed.centers, self.outward
            self.crowds = tuple(
                _Crowd(
                    some, centers[of_kind], outward[of_kind],
                    self.context.buffer(some.tobytes(), dynamic=True),
                )
                for some, of_kind in zip(rows, chosen, strict=True)
            )  # fmt: skip
        self.levels[0.0] = self._level(self.placed.mesh, self.openness.values, 0.0)

    def see(self, openness: Openness) -> None:
        """Take what its vertices see, where it was drawn without."""
        self._release_meshes()
        self.levels.clear()
        self.openness, self.unbaked = openness, False
        self.upload()

    def release(self) -> None:
        """Give the driver its memory back."""
        for future in self.coming.values():
            future.cancel()
        self._release_meshes()
        for _, texture in self.brought or ():
            texture.release()

    def _release_meshes(self) -> None:
        for level in {id(level): level for level in self.levels.values()}.values():
            level.release()
        for buffer in (*self.places, *(crowd.places for crowd in self.crowds)):
            buffer.release()


def _texture(context: moderngl.Context, encoded: Texture, live: bool) -> moderngl.Texture:
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
    texture.anisotropy = 1.0 if live else 4.0
    return texture


def upload_surface(
    context: moderngl.Context,
    maker: Executor,
    programs: ProgramCache,
    placed: Placed,
    openness: Openness,
    errors: tuple[float, ...],
    outward: Array | None,
    live: bool,
    unbaked: bool,
) -> Surface:
    """Upload one part.

    Args:
        maker: makes coarser meshes, beside the drawing.
        errors: metres of the model, of the coarser levels, finest first.
        outward: (k, 3) of the skin under each instance, where most of them may be left out.
        live: it is shaded in a hurry.
        unbaked: what it sees is told later, by `see`, and then comes little by little.
    """
    material = placed.material
    defines = surface_defines(material, placed.mesh)
    if live:
        defines = {name: value for name, value in defines.items() if name != "TAKES_SHADOWS"}
        defines["LIVE"] = "1"
    if unbaked:
        defines = {**defines, "EASES": "1"}
    pictures = []
    uniforms = {**surface_uniforms(material), "environment_map": ENVIRONMENT_UNIT}
    for unit, name in enumerate(k for k in MAPS if k in defines):
        pictures.append((FIRST_MATERIAL_UNIT + unit, getattr(material, MAPS[name])))
        uniforms[name.lower()] = FIRST_MATERIAL_UNIT + unit
    surface = Surface(
        context,
        maker,
        programs,
        defines,
        placed,
        openness,
        "HAS_UV" in defines,
        "HAS_TANGENT" in defines,
        errors,
        packed(uniforms),
        tuple(pictures),
        blends(material),
        live,
        material.double_sided or (material.is_gem and has_volume(material)),
        tuple(placed.centers.mean(axis=0).tolist()),
        outward,
        unbaked,
    )
    surface.upload()
    return surface

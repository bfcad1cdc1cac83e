"""A model on the GPU: surfaces with baked openness, stones with their shapes and setting maps."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import moderngl
import numpy as np

from models3d.frames import Anchor, Array
from models3d.mesh import Material, Model
from viewer.render.alike import crowd_of
from viewer.render.apart import Apart, taken_apart
from viewer.render.caster import Caster, caster_of
from viewer.render.limbs import Probe, Probes, probe
from viewer.render.live_bake import (
    BesideBaker,
    LiveBake,
    live_openness,
    live_shadow,
    wide_open,
)
from viewer.render.materials import dielectric_f0
from viewer.render.occlusion import CAREFUL, openness_of
from viewer.render.placed import Placed, expanded
from viewer.render.programs import ProgramCache
from viewer.render.setting import SettingBaker, Surrounding
from viewer.render.shadow import SkinShadow, bake_shadow
from viewer.render.shadow_pass import UploadedShadow
from viewer.render.skin import Quadric, has_skin, mirrored, outward_of, patch_of, skin_mesh
from viewer.render.stones import (
    SKIN_MATERIAL,
    Stones,
    bake_settings,
    surrounding,
    upload_stones,
)
from viewer.render.surface import Surface, upload_surface
from viewer.render.visibility import BoolArray, VisibilityBaker

MAX_MATERIALS = 6  # of a setting map, before the other stones and skin
DETAIL_ERRORS = (1 / 1600, 1 / 800, 1 / 400)  # of the model's size
MOST_OF_PART = 1 / 30  # of a part's radius
LINKS = 16  # instances of a part: more are links of a chain
MOST_OF_LIVE_LINK = 1 / 7  # of few pixels, which need few triangles
FEW_INSTANCES = 4  # of a part: more are told by their middles
SCATTERED = 0.8  # of a surface's own colour, as a stone sees it
EASE_STEP = 1 / 8  # of the way to what was baked beside the drawing, with every drawing

Reflectance = tuple[float, float, float, float]  # colour, roughness


@dataclass(slots=True, eq=False)
class UploadedModel:
    """Everything the renderer keeps of a model."""

    model: Model
    apart: Apart
    surfaces: tuple[Surface, ...]
    surroundings: tuple[Surrounding, ...]  # what stones see of them
    setting_materials: tuple[Reflectance, ...]
    stones: tuple[Stones, ...]
    live: bool  # prepared in a hurry
    skin: Quadric  # that its metal mirrors when it is worn
    has_skin: bool  # whether it says what skin lies under it when it is worn
    unbaked: bool  # drawn as if nothing stood about its metal, without a shadow on skin
    coming: Future[LiveBake] | None = None  # what it lacks
    bake: LiveBake | None = None  # what it was given beside the drawing
    eased: float = 1.0  # 0..1: how long ago it was given that
    eased_in: int = 0  # the drawing in which that was last more
    casting: Caster | None = None
    visibility: dict[tuple[bytes, ...], BoolArray] = field(default_factory=dict)  # by question
    shadow: UploadedShadow | None = None
    probed: Probes | None = None

    @property
    def center(self) -> Array:
        """(3,) model frame: the middle of its box."""
        return self.apart.center

    @property
    def radius(self) -> float:
        """Metres about its centre."""
        return self.apart.radius

    @property
    def caster(self) -> Caster:
        """Of all parts but panes; made when it is first needed."""
        if self.casting is None:
            self.casting = caster_of(self.apart.casting)
        return self.casting

    @property
    def probes(self) -> Probes:
        """Of its surfaces, then its stones; made when they are first needed."""
        if self.probed is None:
            surfaces = [_probe(surface.placed) for surface in self.surfaces]
            self.probed = Probes.of(surfaces + [_probe_of(stones) for stones in self.stones])
        return self.probed

    def release(self) -> None:
        """Give the driver its memory back."""
        if self.coming is not None:
            self.coming.cancel()
        for surface in self.surfaces:
            surface.release()
        for stones in self.stones:
            stones.release()
        if self.shadow is not None:
            self.shadow.release()

    def ease(self, drawing: int) -> None:
        """Let what was baked beside the drawing come a step further, once in each drawing."""
        if drawing != self.eased_in:
            self.eased, self.eased_in = min(self.eased + EASE_STEP, 1.0), drawing

    @property
    def baked_share(self) -> float:
        """Of its occlusion and of its shadow on skin, which come softly."""
        return self.eased * self.eased * (3.0 - 2.0 * self.eased)

    @property
    def takes_shadows(self) -> bool:
        """Whether any of its surfaces shows the key's shadows."""
        return any("TAKES_SHADOWS" in surface.defines for surface in self.surfaces)


class Uploader:
    """Brings models to the GPU and bakes what depends on the model alone."""

    def __init__(
        self, context: moderngl.Context, programs: ProgramCache, backend: str | None = None
    ) -> None:
        self._context = context
        self._programs = programs
        self.visibility = VisibilityBaker(context)
        self._settings = SettingBaker(context)
        self._maker = ThreadPoolExecutor(1, "coarser-meshes")
        self._beside = BesideBaker(backend)

    def upload(self, model: Model, live: bool = False, at_once: bool = False) -> UploadedModel:
        """Upload all parts.

        Args:
            live: in a hurry, to be shaded in a hurry.
            at_once: of a live model, bake nothing yet: `finish` does.
        """
        unbaked = live and at_once
        apart = taken_apart(model)
        cut = any(shape is not None for shape in apart.shapes)
        crowd = crowd_of(apart.parts) if cut else None
        stones = tuple(
            upload_stones(self._context, part, shape, crowd, number)
            for number, (part, shape) in enumerate(zip(apart.parts, apart.shapes, strict=True))
            if shape is not None and crowd is not None
        )
        surfaces = self._surfaces(
            model, [part for part, _ in apart.surfaces], apart.size, live, unbaked
        )
        surroundings, materials = _surroundings(surfaces)
        caster = None if unbaked and model.anchor is not Anchor.NECK else caster_of(apart.casting)
        skin = mirrored(model, np.zeros((0, 3)) if caster is None else caster.positions)
        return UploadedModel(
            model, apart, surfaces, surroundings, materials, stones, live, skin, has_skin(model),
            unbaked, casting=caster,
        )  # fmt: skip

    def finish(self, uploaded: UploadedModel, wait: bool) -> None:
        """Bake what was uploaded without, beside the drawing, and take it once it is there.

        Args:
            wait: until it is.
        """
        if uploaded.coming is None:
            uploaded.coming = self._beside.bake(uploaded.model, uploaded.apart)
        if not wait and not uploaded.coming.done():
            return
        coming, uploaded.coming = uploaded.coming, None  # if it failed, the next frame tries again
        uploaded.bake, uploaded.unbaked = coming.result(), False
        uploaded.eased = 1.0 if wait else 0.0
        for surface, seen in zip(uploaded.surfaces, uploaded.bake.openness, strict=True):
            surface.see(seen)
        uploaded.surroundings, _ = _surroundings(uploaded.surfaces)

    def _surfaces(
        self, model: Model, solid: list[Placed], size: float, live: bool, unbaked: bool
    ) -> tuple[Surface, ...]:
        if not solid:
            return ()
        if unbaked:
            openness = [wide_open(part) for part in solid]
        elif live:
            openness = live_openness(lambda: self.visibility, solid)
        else:
            opaque = [not part.material.is_gem for part in solid]
            openness = openness_of(self.visibility, solid, opaque, CAREFUL)
        return tuple(
            upload_surface(
                self._context,
                self._maker,
                self._programs,
                part,
                seen,
                _errors(part, size, live),
                outward_of(model, part.centers) if _is_crowd(part, live) else None,
                live,
                unbaked,
            )
            for part, seen in zip(solid, openness, strict=True)
        )

    def setting(
        self, uploaded: UploadedModel, stones: Stones, worn: bool
    ) -> moderngl.TextureArray | None:
        """The setting maps of stones, baked when first asked for."""
        if worn not in stones.settings:
            skin = self._skin(uploaded.model) if worn else None
            stones.settings[worn] = bake_settings(
                self._context, self._settings, stones, uploaded.surroundings, uploaded.stones, skin
            )
            for buffer in skin.buffers() if skin else ():
                buffer.release()
        return stones.settings[worn]

    def _skin(self, model: Model) -> Surrounding | None:
        mesh = skin_mesh(model)
        if mesh is None:
            return None
        return surrounding(self._context, *mesh, np.eye(4)[None], SKIN_MATERIAL)

    def shadow(self, uploaded: UploadedModel) -> SkinShadow | None:
        """What the jewel keeps from the skin of its wearer; None: it does not say where that is."""
        if uploaded.live:
            if uploaded.bake is None:
                return live_shadow(lambda: self.visibility, uploaded.model, uploaded.caster)
            return uploaded.bake.shadow
        patch = patch_of(uploaded.model, uploaded.caster.positions)
        return None if patch is None else bake_shadow(self.visibility, uploaded.caster, patch)

    def release(self) -> None:
        """Give the driver its memory back."""
        self._maker.shutdown(wait=True, cancel_futures=True)
        self._beside.release()
        self.visibility.release()
        self._settings.release()


def _errors(part: Placed, size: float, live: bool) -> tuple[float, ...]:
    """Metres that coarser levels may be off: little of the model, and little of a small part."""
    share = MOST_OF_LIVE_LINK if _is_crowd(part, live) else MOST_OF_PART
    most = share * float(part.radius * part.scales.max())
    return tuple(sorted({min(size * error, most) for error in DETAIL_ERRORS}))


def _is_crowd(part: Placed, live: bool) -> bool:
    """Whether a part is drawn in a hurry and so often that each of it is small."""
    return live and len(part.model_from_part) > LINKS


def _probe(part: Placed) -> Probe:
    """Of one part: of its mesh, or the middles of many instances."""
    if len(part.model_from_part) > FEW_INSTANCES:
        return Probe(part.centers, float(part.radius * part.scales.max()))
    positions, triangles = expanded(part.positions(), part.mesh.triangles)
    return probe(positions, triangles)


def _probe_of(stones: Stones) -> Probe:
    reach = float(np.linalg.norm(stones.shape.positions, axis=1).max())
    return Probe(stones.model_from_gem[:, :3, 3], stones.largest * reach)


def _surroundings(
    surfaces: Sequence[Surface],
) -> tuple[tuple[Surrounding, ...], tuple[Reflectance, ...]]:
    """What stones see of the opaque surfaces, each with its row of the materials, and those."""
    opaque = [surface for surface in surfaces if not surface.blends]
    rows, materials = setting_rows([surface.placed.material for surface in opaque])
    seen: list[Surrounding] = []
    for surface, row in zip(opaque, rows, strict=True):
        level = surface.levels[0.0]
        for vertices, places, count in zip(
            level.vertices, surface.places, surface.counts, strict=True
        ):
            seen.append(
                Surrounding(vertices, surface.layout, level.indices, places, count, 1 + row)
            )
    return tuple(seen), materials


def setting_rows(materials: Sequence[Material]) -> tuple[list[int], tuple[Reflectance, ...]]:
    """What stones see of opaque surfaces: the first few materials, and the last for all others.

    Returns:
        The row of each surface, and the rows.
    """
    found: list[Reflectance] = []
    rows = []
    for material in materials:
        look = reflectance(material)
        if look not in found and len(found) < MAX_MATERIALS:
            found.append(look)
        rows.append(found.index(look) if look in found else MAX_MATERIALS - 1)
    return rows, tuple(found)


def reflectance(material: Material) -> Reflectance:
    """Colour that a stone sees, and roughness."""
    metal = material.metallic
    base = np.array(material.base_color[:3])
    body = SCATTERED * base * (1.0 - metal) * (1.0 - material.transmission)
    r, g, b = np.minimum(dielectric_f0(material) * (1.0 - metal) + base * metal + body, 1.0)
    return float(r), float(g), float(b), material.roughness if metal > 0.5 else 1.0

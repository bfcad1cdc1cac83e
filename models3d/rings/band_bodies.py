"""The bodies of a wedding band: core, face and millgrain, with letterings cut into them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.bill import MetalLot
from models3d.engraving.cut import engrave_ring
from models3d.engraving.look import engraved, mapped_inside
from models3d.engraving.text import Lettering
from models3d.frames import Array
from models3d.mesh import Material, Mesh, Part
from models3d.metals import metal, metal_material
from models3d.profiles import Profile
from models3d.rings import hoop
from models3d.rings.millgrain import ROW_MM, groove, millgrain
from models3d.solids import skin, solid, union
from models3d.surfaces import HammerMarks, brushed, engine_turned, hammer_marks, hammered

JOINT_MM = 0.05  # broken edges where two metals meet: a fine line
FACE_DEPTH = 0.28  # of the thickness, of a face with a finish of its own
INLAY_DEPTH = 0.45
HAMMERED_SEGMENTS, HAMMERED_STEPS = 288, 20
PATTERN_MM = 18.0  # about so long until a finish repeats
MOST_CORNERS = 2400  # of a lettering that is cut into the display mesh; beyond, it is a map
STRIP_MARGIN_MM = 0.12  # of the strip that carries such a map, beyond the letters


class TwoTone(StrEnum):
    """Where the second metal shows."""

    NONE = "none"
    INLAY = "inlay"  # a stripe in the middle third
    RAILS = "rails"  # a wide middle between rails of the first metal
    HALVES = "halves"  # side by side


# Of the half width: where the face of the second metal begins and ends.
FACES = {
    TwoTone.INLAY: (-0.34, 0.34),
    TwoTone.RAILS: (-0.66, 0.66),
    TwoTone.HALVES: (0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class BandForm:
    """What decides the bodies, but for the letters."""

    profile: Profile
    width_mm: float
    thickness_mm: float
    inner_radius_mm: float
    metal: str
    finish: str  # of the face
    two_tone: TwoTone
    metal_2: str
    millgrain: bool

    @property
    def has_face(self) -> bool:
        """Whether the outside is a body of its own; the rest is always polished."""
        return self.two_tone is not TwoTone.NONE or self.finish != "mirror_polish"

    @property
    def section(self) -> hoop.Section:
        """Its face is what takes the finish, or the second metal."""
        return _section(self)

    @property
    def inner_radius(self) -> float:
        """Metres."""
        return 1e-3 * self.inner_radius_mm

    @property
    def face_middle_mm(self) -> float:
        """Y of the middle of the face."""
        left, right = self.section.face_ends
        return 1e3 * (left + right) / 2.0

    @property
    def face_across_mm(self) -> float:
        """Across the face, along its curve."""
        steps = np.linalg.norm(np.diff(self.section.face.points, axis=0), axis=1)
        return 1e3 * float(steps.sum())

    @property
    def around_mm(self) -> float:
        """Round the ring at the face."""
        crest = 1e3 * float(self.section.face.points[:, 1].max())
        return 2.0 * np.pi * (self.inner_radius_mm + crest)

    @property
    def repeats(self) -> int:
        """How often the pattern of a finish goes round the ring."""
        return max(round(self.around_mm / PATTERN_MM), 1)

    @property
    def segments(self) -> int:
        """Round the ring."""
        return HAMMERED_SEGMENTS if self.finish == "hammered" else hoop.SEGMENTS

    @property
    def bead_rows(self) -> list[tuple[float, float]]:
        """u and v, metres, of the two rows of beads at the edges of the outside."""
        whole = hoop.section(self.profile, self.width_mm * 1e-3, self.thickness_mm * 1e-3)
        left, right = whole.face_ends
        inset = 0.5e-3 * ROW_MM
        u = np.array([left + inset, right - inset])
        return list(zip(u.tolist(), whole.outside_v(u).tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """What is cut into a band."""

    inside: Lettering | None
    outside: Lettering | None
    depth_mm: float


@lru_cache(maxsize=64)
def _section(form: BandForm) -> hoop.Section:
    width, thickness = form.width_mm * 1e-3, form.thickness_mm * 1e-3
    steps = HAMMERED_STEPS if form.finish == "hammered" else hoop.FACE_STEPS
    ends = None
    if form.two_tone is not TwoTone.NONE:
        low, high = FACES[form.two_tone]
        ends = (0.5 * low * width, 0.5 * high * width)
    elif form.millgrain and form.has_face:  # the finish ends inside the beads
        left, right = hoop.section(form.profile, width, thickness).face_ends
        ends = (left + ROW_MM * 1e-3, right - ROW_MM * 1e-3)
    return hoop.section(form.profile, width, thickness, ends, face_steps=steps)


def band_parts(form: BandForm, letters: Letters) -> tuple[Part, ...]:
    """Face, where it has a finish or metal of its own, shank and millgrain.

    Raises:
        ModelError: no such metal or finish.
    """
    polished = metal_material(form.metal)
    parts = []
    chains = hoop.plain_chains(form.section)
    if form.has_face:
        two = form.two_tone is not TwoTone.NONE
        depth = (INLAY_DEPTH if two else FACE_DEPTH) * form.thickness_mm * 1e-3
        joint = JOINT_MM * 1e-3 if two else 0.0
        chains = hoop.core_chains(form.section, depth, joint)
        parts.append(_face(form, letters, hoop.face_chains(form.section, depth, joint)))
    parts.append(_shank(form, letters, chains, polished))
    if form.millgrain:
        parts += _millgrain(form, polished)
    return tuple(parts)


def metal_lots(form: BandForm, parts: tuple[Part, ...]) -> tuple[MetalLot, ...]:
    """One for each metal."""
    whole = [part for part in parts if part.name in ("face", "shank")]
    hoop_bodies = [
        solid(part.mesh if part.workshop_mesh is None else part.workshop_mesh) for part in whole
    ]
    volumes: dict[str, float] = {}
    for part, body in zip(whole, hoop_bodies, strict=True):
        of = _metal_of(form, part)
        volumes[of] = volumes.get(of, 0.0) + float(body.volume())
    for part in parts:
        if part.name.startswith("millgrain"):
            volumes[_metal_of(form, part)] += _standing_out(part, union(hoop_bodies))
    return tuple(
        MetalLot(
            of,
            volume,
            volume * 1e-3 * metal(of).density_g_cm3,
            "" if len(volumes) == 1 else ("band" if of == form.metal else "face"),
        )
        for of, volume in volumes.items()
    )


def _metal_of(form: BandForm, part: Part) -> str:
    return form.metal_2 if part.slot == "metal_2" else form.metal


def _standing_out(beads: Part, body: manifold3d.Manifold) -> float:
    """Cubic millimetres of beads outside the body: those of a row all stand alike."""
    total = 0.0
    for row in np.unique(beads.model_from_part[:, 1, 3]):
        places = beads.model_from_part[beads.model_from_part[:, 1, 3] == row]
        one = solid(Part("bead", beads.mesh, beads.material, places[:1]).world_mesh())
        total += len(places) * float((one - body).volume())
    return total


def _face(form: BandForm, letters: Letters, chains: list[hoop.Chain]) -> Part:
    two = form.two_tone is not TwoTone.NONE
    material = metal_material(form.metal_2 if two else form.metal, form.finish)
    relief = None
    if form.finish == "hammered":
        marks = hammer_marks(form.around_mm / form.repeats, form.face_across_mm)
        material, relief = hammered(material, marks, form.face_across_mm), _relief(form, marks)
    elif form.finish == "brushed_linear":
        material = brushed(material)
    elif form.finish == "florentine_engine_turned":
        period = form.around_mm / form.repeats
        material = engine_turned(material, period, form.face_across_mm)
    mesh = hoop.turned(
        chains, form.inner_radius, form.segments, relief=relief, repeats=form.repeats
    )
    slot = "metal_2" if two else "metal"
    if letters.outside is None and not form.millgrain:
        return Part("face", mesh, material, slot=slot)
    body = _with_grooves(form, solid(mesh))
    if letters.outside is None:
        return Part("face", skin(body), material, slot=slot)
    return Part("face", skin(_cut_outside(form, letters, body)), engraved(material), slot=slot)


def _relief(form: BandForm, marks: HammerMarks) -> Array:
    """(segments, k) metres; nothing at the face's ends, which meet the core."""
    v = np.linspace(0.0, form.face_across_mm, len(form.section.face.points))
    u = np.arange(form.segments) * form.around_mm / form.segments
    lift = 1e-3 * marks.heights_mm(u, v)
    lift[:, [0, -1]] = 0.0
    return lift


def _shank(form: BandForm, letters: Letters, chains: list[hoop.Chain], polished: Material) -> Part:
    mesh = hoop.turned(chains, form.inner_radius, form.segments)
    outside = None if form.has_face else letters.outside
    if letters.inside is None and outside is None and not form.millgrain:
        return Part("shank", mesh, polished, slot="metal")
    body = _with_grooves(form, solid(mesh))
    if letters.inside is None and outside is None:
        return Part("shank", skin(body), polished, slot="metal")
    if letters.inside is not None:
        body = engrave_ring(
            body,
            letters.inside,
            lambda y: form.inner_radius_mm + 1e3 * form.section.inside_v(1e-3 * y),
            True,
            letters.depth_mm,
        )
    if outside is not None:
        body = _cut_outside(form, letters, body)
    made = skin(body)
    many = letters.inside is not None and letters.inside.corner_count > MOST_CORNERS
    if letters.inside is not None and many and outside is None and not form.millgrain:
        return _mapped(form, letters.inside, letters.depth_mm, chains, made, polished)
    return Part("shank", made, engraved(polished), slot="metal")


def _mapped(
    form: BandForm,
    inside: Lettering,
    depth_mm: float,
    chains: list[hoop.Chain],
    made: Mesh,
    polished: Material,
) -> Part:
    """The hoop with the letters inside as maps; the workshop gets them cut."""
    reach_mm = inside.height_mm / 2.0 + STRIP_MARGIN_MM
    radius_mm = form.inner_radius_mm + 1e3 * float(form.section.inside_v(np.zeros(1))[0])
    strip = hoop.with_inside_strip(form.section, chains, 1e-3 * reach_mm)
    mesh = hoop.turned(strip, form.inner_radius, form.segments, rest_v=0.75)
    dressed = mapped_inside(polished, inside, radius_mm, reach_mm, depth_mm)
    return Part("shank", mesh, dressed, slot="metal", workshop_mesh=made)


def _with_grooves(form: BandForm, body: manifold3d.Manifold) -> manifold3d.Manifold:
    if form.millgrain:
        for row in form.bead_rows:
            body = body - groove(row, form.inner_radius)
    return body


def _cut_outside(
    form: BandForm, letters: Letters, body: manifold3d.Manifold
) -> manifold3d.Manifold:
    if letters.outside is None:
        return body
    return engrave_ring(
        body,
        letters.outside,
        lambda y: form.inner_radius_mm + 1e3 * form.section.outside_v(1e-3 * y),
        False,
        letters.depth_mm,
        centre_angle=0.0,
        across_mm=form.face_middle_mm,
    )


def _millgrain(form: BandForm, polished: Material) -> list[Part]:
    """A row at each edge, of the metal that it is rolled from."""
    left, right = form.bead_rows
    if form.two_tone is not TwoTone.HALVES:
        return [millgrain("millgrain", [left, right], form.inner_radius, polished)]
    other = metal_material(form.metal_2)
    return [
        millgrain("millgrain", [left], form.inner_radius, polished),
        millgrain("millgrain_2", [right], form.inner_radius, other, "metal_2"),
    ]

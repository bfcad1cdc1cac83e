"""The wedding band: one or two metals, polished, brushed or hammered, millgrained, engraved."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import manifold3d
import numpy as np

from models3d.bill import Bill, Dimension, EngravingLot, Measure, MetalLot
from models3d.engraving.cut import engrave_ring
from models3d.engraving.limits import (
    FIGURES,
    check_wall,
    fitted,
    inside_length_mm,
    outside_length_mm,
)
from models3d.engraving.look import engraved
from models3d.engraving.text import Lettering
from models3d.errors import Unbuildable
from models3d.frames import Anchor
from models3d.mesh import Material, Mesh, Model, Part
from models3d.metals import metal, metal_material
from models3d.profiles import Profile
from models3d.rings import hoop
from models3d.rings.millgrain import ROW_MM, groove, millgrain
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.sizes import RingSize
from models3d.solids import skin, solid, union
from models3d.surfaces import (
    HAMMER_DEPTH_MM,
    RELIEF_FINISHES,
    HammerMarks,
    brushed,
    engine_turned,
    hammer_marks,
    hammered,
)

BAND_WIDTHS_MM = (2.0, 8.0)
BAND_THICKNESSES_MM = (1.3, 2.5)
LEAST_TWO_TONE_MM = 3.0  # width: a narrower inlay has no hold
LEAST_MILLGRAIN_MM = 2.5
JOINT_MM = 0.05  # broken edges where two metals meet: a fine line
FACE_DEPTH = 0.28  # of the thickness, of a face with a finish of its own
INLAY_DEPTH = 0.45
HAMMERED_SEGMENTS, HAMMERED_STEPS = 288, 20
PATTERN_MM = 18.0  # about so long until a finish repeats


class TwoTone(StrEnum):
    """Where the second metal shows."""

    NONE = "none"
    INLAY = "inlay"  # a stripe in the middle third
    RAILS = "rails"  # a wide middle between rails of the first metal
    HALVES = "halves"  # side by side


# Of the half width: where the face of the second metal begins and ends.
_FACES = {
    TwoTone.INLAY: (-0.34, 0.34),
    TwoTone.RAILS: (-0.66, 0.66),
    TwoTone.HALVES: (0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Band:
    """A hoop, as for weddings.

    The finish is that of the outside, of a two-tone band's second metal; all else is polished.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: options do not go together, or an engraving does not fit.
    """

    profile: Profile = Profile.COURT
    width_mm: float = 4.0
    thickness_mm: float = 1.8
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"
    two_tone: TwoTone = TwoTone.NONE
    metal_2: str = "platinum_950"
    millgrain: bool = False
    engraving: str = ""
    typeface: str = "serif"
    letter_height_mm: float = 1.5
    engraving_outside: str = ""
    outside_letter_height_mm: float = 2.0
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("width_mm", self.width_mm, BAND_WIDTHS_MM)
        check_range("thickness_mm", self.thickness_mm, BAND_THICKNESSES_MM)
        if self.two_tone is not TwoTone.NONE and self.width_mm < LEAST_TWO_TONE_MM:
            raise Unbuildable(
                f"Two metals need a band of at least {LEAST_TWO_TONE_MM:g} mm.",
                ("width_mm", "two_tone"),
            )
        if self.millgrain and self.width_mm < LEAST_MILLGRAIN_MM:
            raise Unbuildable(
                f"Millgrained edges need a band of at least {LEAST_MILLGRAIN_MM:g} mm.",
                ("width_mm", "millgrain"),
            )
        if self.engraving_outside and self.finish in ("hammered", "florentine_engine_turned"):
            raise Unbuildable(
                "Letters cannot be read on a hammered or engine-turned outside.",
                ("finish", "engraving_outside"),
            )
        if self.engraving or self.engraving_outside:
            self._letterings()

    @property
    def _inner_radius_mm(self) -> float:
        return self.size.inner_diameter_mm / 2.0

    def _section(self) -> hoop.Section:
        """Its face is what takes the finish, or the second metal."""
        half = self.width_mm * 0.5e-3
        steps = HAMMERED_STEPS if self.finish == "hammered" else hoop.FACE_STEPS
        if self.two_tone is TwoTone.NONE:
            whole = hoop.section(self.profile, 2.0 * half, self.thickness_mm * 1e-3)
            if not self.millgrain or self.finish == "mirror_polish":
                ends = None
            else:  # the finish ends inside the beads
                left, right = whole.face_ends
                ends = (left + ROW_MM * 1e-3, right - ROW_MM * 1e-3)
        else:
            low, high = _FACES[self.two_tone]
            ends = (low * half, high * half)
        return hoop.section(
            self.profile, 2.0 * half, self.thickness_mm * 1e-3, ends, face_steps=steps
        )

    def _letterings(self) -> tuple[Lettering | None, Lettering | None]:
        """Inside and outside.

        Raises:
            Unbuildable: one does not fit.
        """
        inside = outside = None
        if self.engraving:
            if self.width_mm < FIGURES["band_for_inside"]:
                raise Unbuildable(
                    f"A band needs {FIGURES['band_for_inside']:g} mm for letters inside.",
                    ("width_mm", "engraving"),
                )
            inside = fitted(
                self.engraving,
                self.typeface,
                self.letter_height_mm,
                inside_length_mm(self._inner_radius_mm),
                self.width_mm - 2.0 * FIGURES["margin_inside"],
                "inside the band",
                ("letter_height_mm", "engraving", "width_mm", "size"),
            )
        if self.engraving_outside:
            outside = fitted(
                self.engraving_outside,
                self.typeface,
                self.outside_letter_height_mm,
                outside_length_mm(self._inner_radius_mm + self.thickness_mm),
                self._outside_room_mm(),
                "outside the band",
                ("outside_letter_height_mm", "engraving_outside", "width_mm", "size"),
            )
        for lettering, u_mm in ((inside, 0.0), (outside, self._outside_centre_mm())):
            if lettering is not None:
                where = "under the letters"
                check_wall(self.metal, self._wall_mm(lettering, u_mm), self._depth_mm, where)
        return inside, outside

    @property
    def _depth_mm(self) -> float:
        return FIGURES["depth"]

    def _outside_room_mm(self) -> float:
        """Height that letters outside may take."""
        left, right = self._section().face_ends
        margin = FIGURES["margin_outside"] - 0.3  # the face already ends inside the edge
        room = 1e3 * (right - left) - (2.0 * margin if self.two_tone is not TwoTone.NONE else 0.0)
        beads = 2.0 * ROW_MM if self.millgrain and self.two_tone is TwoTone.NONE else 0.0
        return min(room - beads, self.width_mm - 2.0 * FIGURES["margin_outside"])

    def _outside_centre_mm(self) -> float:
        left, right = self._section().face_ends
        return 1e3 * (left + right) / 2.0

    def _wall_mm(self, lettering: Lettering, centre_mm: float) -> float:
        """Of the metal where it is thinnest under a lettering, before the cut."""
        shape = self._section()
        reach = lettering.height_mm / 2.0
        u = (centre_mm + np.linspace(-reach, reach, 9)) * 1e-3
        wall = 1e3 * float((shape.outside_v(u) - shape.inside_v(u)).min())
        return wall - (HAMMER_DEPTH_MM[1] if self.finish == "hammered" else 0.0)

    def build(self) -> Model:
        """Parts face, where a finish or second metal has its own, shank and millgrain.

        Raises:
            ModelError: no such metal or finish.
        """
        bodies = _Bodies(self)
        parts = bodies.parts()
        inside, outside = self._letterings()
        engravings = [
            EngravingLot(line.text, self.typeface, place, line.letter_height_mm, self._depth_mm)
            for line, place in ((inside, "inside"), (outside, "outside"))
            if line is not None
        ]
        bill = Bill(
            metals=bodies.lots(parts),
            engravings=tuple(engravings),
            dimensions=(
                Dimension("width", "Width", self.width_mm),
                Dimension("thickness", "Thickness", self.thickness_mm),
            ),
            measures=(
                Measure("shank", "band", self._least_thickness_mm),
                *self._engraving_measures(inside, outside),
            ),
            size=self.size,
            resizable=self._resizable,
        )
        return Model("band", parts, Anchor.FINGER, self.size.inner_diameter, bill=bill)

    @property
    def _least_thickness_mm(self) -> float:
        return self.thickness_mm - (HAMMER_DEPTH_MM[1] if self.finish == "hammered" else 0.0)

    @property
    def _resizable(self) -> tuple[float, float]:
        """EU sizes; a pattern or a joint all round does not survive much."""
        plain = self.two_tone is TwoTone.NONE and not self.millgrain
        return (-2.0, 2.0) if plain and self.finish not in RELIEF_FINISHES else (-1.0, 1.0)

    def _engraving_measures(
        self, inside: Lettering | None, outside: Lettering | None
    ) -> list[Measure]:
        found = []
        for lettering, centre, place in (
            (inside, 0.0, "inside"),
            (outside, self._outside_centre_mm(), "outside"),
        ):
            if lettering is not None:
                left = self._wall_mm(lettering, centre) - self._depth_mm
                found.append(Measure("engraving_stroke", f"letters {place}", lettering.stroke_mm))
                found.append(Measure("under_engraving", f"under the letters {place}", left))
        return found


class _Bodies:
    """The solids of one band, cut and dressed."""

    def __init__(self, band: Band) -> None:
        self.band = band
        self.shape = band._section()
        self.radius = band.size.inner_diameter / 2.0
        self.two = band.two_tone is not TwoTone.NONE
        self.inside, self.outside = band._letterings()

    def parts(self) -> tuple[Part, ...]:
        """Face, where it has a finish or metal of its own, core and millgrain."""
        band = self.band
        polished = metal_material(band.metal)
        if not self.two and band.finish not in RELIEF_FINISHES and not self._own_face:
            material = metal_material(band.metal, band.finish)
            body = hoop.turned(hoop.plain_chains(self.shape), self.radius)
            parts = [
                self._part("shank", body, material, "metal", bool(self.inside or self.outside))
            ]
        else:
            depth = (INLAY_DEPTH if self.two else FACE_DEPTH) * band.thickness_mm * 1e-3
            joint = JOINT_MM * 1e-3 if self.two else 0.0
            marks = self._marks()
            segments = hoop.SEGMENTS if marks is None else HAMMERED_SEGMENTS
            core = hoop.turned(
                hoop.core_chains(self.shape, depth, joint), self.radius, segments=segments
            )
            face = hoop.turned(
                hoop.face_chains(self.shape, depth, joint),
                self.radius,
                segments=segments,
                relief=None if marks is None else self._relief(marks, segments),
                repeats=self._repeats,
            )
            dressed = self._dressed(
                metal_material(band.metal_2 if self.two else band.metal, band.finish), marks
            )
            slot = "metal_2" if self.two else "metal"
            parts = [
                self._part("face", face, dressed, slot, bool(self.outside)),
                self._part("shank", core, polished, "metal", bool(self.inside)),
            ]
        if band.millgrain:
            parts += self._millgrain(polished)
        return tuple(parts)

    def _millgrain(self, polished: Material) -> list[Part]:
        """A row at each edge, of the metal that it is rolled from."""
        left, right = self._bead_rows()
        if self.band.two_tone is not TwoTone.HALVES:
            return [millgrain("millgrain", [left, right], self.radius, polished)]
        other = metal_material(self.band.metal_2)
        return [
            millgrain("millgrain", [left], self.radius, polished),
            millgrain("millgrain_2", [right], self.radius, other, "metal_2"),
        ]

    @property
    def _own_face(self) -> bool:
        """Whether the finish stops short of the inside and the edges."""
        return self.band.finish != "mirror_polish"

    @property
    def _face_mm(self) -> float:
        """Across the face, along its curve."""
        steps = np.linalg.norm(np.diff(self.shape.face.points, axis=0), axis=1)
        return 1e3 * float(steps.sum())

    @property
    def _around_mm(self) -> float:
        """Round the ring at the face."""
        return 2e3 * np.pi * (self.radius + float(self.shape.face.points[:, 1].max()))

    @property
    def _repeats(self) -> int:
        return max(round(self._around_mm / PATTERN_MM), 1)

    def _marks(self) -> HammerMarks | None:
        if self.band.finish != "hammered":
            return None
        return hammer_marks(self._around_mm / self._repeats, self._face_mm)

    def _relief(self, marks: HammerMarks, segments: int) -> np.ndarray:
        """(segments, k) metres; nothing at the face's ends, which meet the core."""
        k = len(self.shape.face.points)
        v = np.linspace(0.0, self._face_mm, k)
        u = np.arange(segments) * self._around_mm / segments
        lift = 1e-3 * marks.heights_mm(u, v)
        lift[:, [0, -1]] = 0.0
        return lift

    def _dressed(self, material: Material, marks: HammerMarks | None) -> Material:
        if marks is not None:
            return hammered(material, marks, self._face_mm)
        if self.band.finish == "brushed_linear":
            return brushed(material)
        if self.band.finish == "florentine_engine_turned":
            return engine_turned(material, self._around_mm / self._repeats, self._face_mm)
        return material

    def _part(self, name: str, mesh: Mesh, material: Material, slot: str, cut: bool) -> Part:
        """The body with its letterings and millgrain grooves cut."""
        if not cut and not self.band.millgrain:
            return Part(name, mesh, material, slot=slot)
        body = solid(mesh)
        if self.band.millgrain:
            for row in self._bead_rows():
                body = body - groove(row, self.radius)
        if not cut:
            return Part(name, skin(body), material, slot=slot)
        shape, radius_mm = self.shape, 1e3 * self.radius
        depth = self.band._depth_mm
        if self.inside is not None and name == "shank":
            body = engrave_ring(
                body,
                self.inside,
                lambda y: radius_mm + 1e3 * shape.inside_v(1e-3 * y),
                True,
                depth,
            )
        if self.outside is not None:
            body = engrave_ring(
                body,
                self.outside,
                lambda y: radius_mm + 1e3 * shape.outside_v(1e-3 * y),
                False,
                depth,
                centre_angle=0.0,
                across_mm=self.band._outside_centre_mm(),
            )
        return Part(name, skin(body), engraved(material), slot=slot)

    def _bead_rows(self) -> list[tuple[float, float]]:
        """u and v, metres, of the two rows of beads at the edges of the outside."""
        half = hoop.section(
            self.band.profile, self.band.width_mm * 1e-3, self.band.thickness_mm * 1e-3
        )
        left, right = half.face_ends
        inset = 0.5e-3 * ROW_MM
        u = np.array([left + inset, right - inset])
        return list(zip(u.tolist(), half.outside_v(u).tolist(), strict=True))

    def lots(self, parts: tuple[Part, ...]) -> tuple[MetalLot, ...]:
        """One for each metal."""
        solids: dict[str, list[manifold3d.Manifold]] = {}
        for part in parts:
            of = self.band.metal_2 if part.slot == "metal_2" else self.band.metal
            solids.setdefault(of, []).append(solid(part.world_mesh()))
        taken: list[manifold3d.Manifold] = []
        lots = []
        for of, bodies in solids.items():
            body = union(bodies)
            for other in taken:  # beads of one metal may sink into the other
                body = body - other
            taken.append(body)
            volume = float(body.volume())
            place = "" if len(solids) == 1 else ("band" if of == self.band.metal else "face")
            lots.append(MetalLot(of, volume, volume * 1e-3 * metal(of).density_g_cm3, place))
        return tuple(lots)

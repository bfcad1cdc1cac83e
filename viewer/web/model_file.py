"""The viewer's file of a piece: a GLB with everything that the page must not work out itself.

Geometry is packed as in the web's GLB, with each vertex's openness beside it (`_OPENNESS`, of which
1 is `openness_scale`). A stone's mesh is the prism that its rays start from; its facets, as the
shader takes them, stand in the root's `extras.parure.viewer` beside materials, frame and ground.
Nodes say in `extras.parure` which look or which stone they wear, also under each choice of the
option that has their slot's name; those of a chain also which of its links (`links`), so that
try-on can lay it round another neck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from models3d.frames import Anchor, IntArray
from models3d.gltf import encoding
from models3d.gltf.document import DocumentWriter
from models3d.gltf.write import INSTANCING
from models3d.mesh import Material, Model, Part
from models3d.threads import shared_out
from models3d.wrists import Wears
from viewer.display import View
from viewer.render.apart import Apart, taken_apart
from viewer.render.gem_defines import REFINEMENTS_LIVE, REFINEMENTS_STILL, gem_defines
from viewer.render.gem_shape import GemShape
from viewer.render.materials import blends, surface_defines
from viewer.render.occlusion import Openness
from viewer.render.placed import Placed
from viewer.render.renderer import Renderer
from viewer.render.setting import FAR, NEAR
from viewer.render.stone_pass import SMALL_BOUNCES, SMALL_PX, setting_table
from viewer.render.upload import reflectance, setting_rows
from viewer.variants import Choice
from viewer.web.borrowed import borrowed
from viewer.web.environment_file import environment_file
from viewer.web.known import Known
from viewer.web.looks import LookWriter
from viewer.web.packing import (
    OPENNESS,
    OPENNESS_SCALE,
    compact_bare,
    compact_lit,
    numbers,
    openness_bytes,
    seen_maps,
)
from viewer.web.places import Places, Turned
from viewer.web.scene import described_scene, framed
from viewer.web.shades import Shades, StoneShade, baked
from viewer.web.watch import glowing, turning_parts

SCHEMA: Final = 1
OF_THE_PAGE: Final = {"BOUNCES", "REFINEMENTS", "FULL_DISPERSION", "HAS_SETTING"}
NO_SKIN: Final = np.zeros(3)


def viewer_glb(renderer: Renderer, model: Model, choices: Sequence[Choice] = ()) -> bytes:
    """A model as the page's viewer takes it.

    Args:
        choices: other materials that the page may put on without another file.
    """
    apart, view = renderer.uploaded(model).apart, framed(model)
    writer = _Writer(model, apart, view, choices)
    return writer.written(baked(renderer, model, view))


def hurried_glb(model: Model, like: Known, choices: Sequence[Choice] = ()) -> bytes:
    """The same without a renderer: it is lit as a piece that is known and much alike.

    `extras.parure.viewer.hurried` says so.
    """
    apart, view = taken_apart(model), framed(model)
    shared_out(_bare, [piece for piece, _ in apart.surfaces])  # each is kept
    writer = _Writer(model, apart, view, choices)
    return writer.written(borrowed(model, apart, view, like), hurried=True)


def _bare(piece: Placed) -> encoding.Compact:
    """A mesh packed without its light, with what its material makes use of."""
    return compact_bare(piece.mesh, *_used(piece))


def _used(piece: Placed) -> tuple[bool, bool]:
    """Whether its shader takes texture coordinates and tangents."""
    defines = surface_defines(piece.material, piece.mesh)
    return "HAS_UV" in defines, "HAS_TANGENT" in defines


class _Writer:
    """The growing document and what of the model is in it."""

    def __init__(self, model: Model, apart: Apart, view: View, choices: Sequence[Choice]) -> None:
        self._document = DocumentWriter()
        self._looks = LookWriter(self._document)
        self._model = model
        self._apart = apart
        self._view = view
        self._choices = choices
        self._turning = turning_parts(model)
        self._first_links = _first_links(model)
        self._turned = Turned(apart)
        self._stones: list[dict[str, Any]] = []
        self._children: list[int] = []

    def written(self, shades: Shades, hurried: bool = False) -> bytes:
        """The GLB."""
        document, model = self._document, self._model
        about: dict[str, Any] = dict(model.extras)
        root = {"name": model.name, "children": self._children, "extras": {"parure": about}}
        document.add("scenes", {"nodes": [0]})
        document.add("nodes", root)
        surfaces, stones = self._apart.surfaces, self._apart.stones
        for (piece, part), openness in zip(surfaces, shades.surfaces, strict=True):
            self._surface(piece, part, openness, hurried)
        for (piece, part, shape), shade in zip(stones, shades.stones, strict=True):
            self._stone(piece, part, shape, shade)
        about["anchor"] = None if model.anchor is None else str(model.anchor)
        about["viewer"] = {
            "schema": SCHEMA,
            "environment": environment_file().id,
            "openness_scale": OPENNESS_SCALE,
            "setting": {"near": NEAR, "far": FAR, **self._settings()},
            "small": {"px": SMALL_PX, "bounces": SMALL_BOUNCES},
            "refinements": [REFINEMENTS_LIVE, REFINEMENTS_STILL],
            "looks": self._looks.looks,
            "optics": self._looks.optics,
            "stones": self._stones,
            **described_scene(model, self._apart, self._view, shades.ground, document),
            **({"hurried": True} if hurried else {}),
        }
        document.lists["nodes"][0] = root
        return document.finish()

    def _surface(self, piece: Placed, part: Part, openness: Openness, hurried: bool) -> None:
        names = [OPENNESS if k == 0 else f"{OPENNESS}_{k}" for k in range(len(openness.values))]
        more = {
            name: openness_bytes(values)
            for name, values in zip(names, openness.values, strict=True)
        }
        if hurried:  # vertices at one place are given the same light
            mesh = _bare(piece)
            attributes, indices = encoding.laid(self._document, mesh)
            attributes |= {
                name: encoding.laid_bytes(self._document, np.ascontiguousarray(rows[mesh.kept]))
                for name, rows in more.items()
            }
        else:
            mesh = compact_lit(piece.mesh, *_used(piece), more)
            attributes, indices = encoding.laid(self._document, mesh)
        shared = {key: number for key, number in attributes.items() if key not in more}
        look = self._looks.look(piece.material, piece.mesh)
        about = {"look": look, **self._worn(piece, part, look), **self._dark(piece, part)}
        for kind, name in enumerate(names):
            number = self._document.add(
                "meshes",
                {
                    "primitives": [
                        {
                            "attributes": {**shared, OPENNESS: attributes[name]},
                            "indices": indices,
                            "material": self._looks.material(piece.material, piece.mesh),
                        }
                    ]
                },
            )
            chosen = openness.kind == kind
            links = self._links(part, piece.instances[chosen])
            self._node(number, self._turned.of(piece, chosen), part, {**about, **links})

    def _stone(self, piece: Placed, part: Part, shape: GemShape, shade: StoneShade) -> None:
        places = self._turned.of(piece)
        defines = gem_defines(shape, bounces=0, full_dispersion=False, has_setting=False)
        planes = np.column_stack([shape.normals, shape.offsets]).astype("<f4")
        stone: dict[str, Any] = {
            "defines": {name: text for name, text in defines.items() if name not in OF_THE_PAGE},
            "planes": self._document.accessor(planes),
        }
        if shade.maps is not None:
            stone |= seen_maps(self._document, shade.maps)
        prism = self._document.accessor(shape.prism().astype("<f4"), bounds=True)
        mesh = self._document.add(
            "meshes",
            {
                "primitives": [
                    {
                        "attributes": {"POSITION": prism},
                        "material": self._looks.material(piece.material, part.mesh),
                    }
                ]
            },
        )
        optic = self._looks.optic(piece.material)
        about = {
            "stone": len(self._stones),
            "optic": optic,
            "radius": float(places.scales.max()),
            **self._gems(part, optic),
            **self._links(part, piece.instances),
        }
        self._stones.append(stone)
        self._node(mesh, places, part, about, shade.layers)

    def _node(
        self,
        mesh: int,
        places: Places,
        part: Part,
        about: Mapping[str, Any],
        layers: Any = None,
    ) -> None:
        """One node for all instances of a mesh."""
        said: dict[str, Any] = {**about, "part": part.name, "slot": part.slot}
        if part.turn_period is not None:
            said["turn_period"] = part.turn_period
        if part.name in self._turning:
            said["turning"] = self._turning[part.name]
        node: dict[str, Any] = {"mesh": mesh}
        if len(places.scales) == 1:
            node |= {
                "translation": numbers(places.translations[0]),
                "rotation": places.quaternions[0].tolist(),
                "scale": [float(places.scales[0])] * 3,
            }
        else:
            self._document.use(INSTANCING, required=True)
            scales = np.repeat(places.scales[:, None], 3, axis=1)
            attributes = encoding.instances(
                self._document, places.translations, places.quaternions, scales
            )
            node["extensions"] = {INSTANCING: {"attributes": attributes}}
            if layers is not None and np.any(layers):
                said["layers"] = [int(layer) for layer in layers]
        node["extras"] = {"parure": said}
        self._children.append(self._document.add("nodes", node))

    def _links(self, part: Part, instances: IntArray) -> dict[str, Any]:
        """`links`: which links of a chain's whole row these are, where try-on lays it anew."""
        first = self._first_links.get(id(part))
        return {} if first is None else {"links": (first + instances).tolist()}

    def _dressed(self, part: Part) -> dict[str, Material]:
        """What the part wears under each choice of its slot's option."""
        return {
            choice.id: choice.variant.dress(part)
            for choice in self._choices
            if choice.option == part.slot
        }

    def _worn(self, piece: Placed, part: Part, own: int) -> dict[str, Any]:
        """`choices`: looks of a surface; what would have to be traced is left out."""
        found = {
            name: self._looks.look(material, piece.mesh)
            for name, material in self._dressed(part).items()
            if material.is_gem == piece.material.is_gem
        }
        return {"choices": found} if set(found.values()) - {own} else {}

    def _dark(self, piece: Placed, part: Part) -> dict[str, Any]:
        """`glow`: the look of luminous paint in the dark."""
        if part.slot != "lume":
            return {}
        return {"glow": self._looks.look(glowing(piece.material), piece.mesh)}

    def _gems(self, part: Part, own: int) -> dict[str, Any]:
        """`choices`: optics of a stone; what light does not enter is left out."""
        found = {
            name: self._looks.optic(material)
            for name, material in self._dressed(part).items()
            if material.is_gem
        }
        return {"choices": found} if set(found.values()) - {own} else {}

    def _settings(self) -> dict[str, Any]:
        """What stones see of each material, also under each choice."""
        if not self._apart.stones:
            return {}
        opaque = [
            (piece, part) for piece, part in self._apart.surfaces if not blends(piece.material)
        ]
        rows, looks = setting_rows([piece.material for piece, _ in opaque])
        base = setting_table(looks, NO_SKIN)
        other: dict[str, dict[str, dict[str, list[float]]]] = {}
        for (_, part), row in zip(opaque, rows, strict=True):
            for choice, material in self._dressed(part).items():
                dressed = list(looks)
                dressed[row] = reflectance(material)
                seen = setting_table(dressed, NO_SKIN)[row]
                if not np.array_equal(seen, base[row]):
                    rows_of = other.setdefault(part.slot, {}).setdefault(choice, {})
                    rows_of.setdefault(str(row), numbers(seen))
        return {"materials": numbers(base), "choices": other}


def _first_links(model: Model) -> dict[int, int]:
    """By the identity of each part of a chain: how many links the parts before it have.

    All that does not hang is a row of links, of what is worn at a neck or drapes a wrist.
    """
    drapes = model.anchor is Anchor.WRIST and model.extras.get("wears") == Wears.DRAPES
    if model.anchor is not Anchor.NECK and not drapes:
        return {}
    hanging = frozenset(model.extras.get("hanging", ()))
    row = [part for part in model.parts if part.name not in hanging]
    counts = np.cumsum([0, *(len(part.model_from_part) for part in row)])
    return {id(part): int(first) for part, first in zip(row, counts, strict=False)}

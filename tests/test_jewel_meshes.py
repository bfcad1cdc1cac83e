"""What chains, bracelets and necklaces are drawn with: sound triangles, and not too many."""

from typing import Protocol

import numpy as np
import pytest

from models3d.bracelets.bangle import Bangle, Cuff
from models3d.bracelets.chain import ChainBracelet
from models3d.bracelets.charm import CharmBracelet
from models3d.bracelets.tennis import TennisBracelet
from models3d.chains.clasps import Clasp
from models3d.chains.styles import STYLES, LinkStyle
from models3d.mesh import Mesh, Model
from models3d.necklaces.chain import ChainNecklace
from models3d.necklaces.pearls import PearlStrand
from models3d.necklaces.tennis import TennisNecklace

DRAWN = 100_000


class Piece(Protocol):
    def build(self) -> Model: ...


PIECES: dict[str, Piece] = {
    **{
        f"necklace-{style}": ChainNecklace(style, STYLES[style].default_wire_mm)
        for style in LinkStyle
    },
    **{
        f"bracelet-{style}": ChainBracelet(style, min(STYLES[style].wire_mm[1], 1.6))
        for style in LinkStyle
    },
    "necklace-spring-ring": ChainNecklace(clasp=Clasp.SPRING_RING, extender=True),
    "necklace-box-clasp": ChainNecklace(clasp=Clasp.BOX),
    "riviera": TennisNecklace(),
    "line": TennisNecklace(stone_mm=2.0, graduated=False),
    "tennis-bracelet": TennisBracelet(),
    "fine-tennis-bracelet": TennisBracelet(stone_mm=2.0),
    "pearls": PearlStrand(),
    "graduated-pearls": PearlStrand(graduated=True),
    "long-pearls": PearlStrand(pearl_mm=5.0, length="opera"),
    "charms": CharmBracelet(engraving="A"),
    "bangle": Bangle(),
    "cuff": Cuff(),
}


def meshes(model: Model) -> list[tuple[str, Mesh]]:
    drawn = [(part.name, part.mesh) for part in model.parts]
    made = [(part.name, part.workshop_mesh) for part in model.parts]
    return drawn + [(name, mesh) for name, mesh in made if mesh is not None]


@pytest.mark.parametrize("name", PIECES)
def test_meshes_are_sound_and_light(name: str) -> None:
    model = PIECES[name].build()
    for part, mesh in meshes(model):
        a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
        area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2.0
        assert area.min() > 1e-16, f"{part}: a triangle without area"
        lengths = np.linalg.norm(mesh.normals[mesh.triangles], axis=-1)
        np.testing.assert_allclose(lengths, 1.0, atol=1e-3, err_msg=part)
        facing = np.sum(np.cross(b - a, c - a) * mesh.normals[mesh.triangles].sum(axis=1), axis=1)
        assert (facing[area > 1e-11] > 0.0).all(), f"{part}: a normal looks inwards"
    drawn = sum(len(part.mesh.triangles) * len(part.model_from_part) for part in model.parts)
    assert drawn <= DRAWN

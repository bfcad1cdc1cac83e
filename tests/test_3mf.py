"""3MF files: one closed object for each alloy, in millimetres, with names and masses."""

import io
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
import trimesh

from models3d.errors import ModelError
from models3d.export.threemf import CORE, write_3mf
from models3d.export.workshop import castings, whole
from models3d.frames import Anchor
from models3d.mesh import Mesh, Model, Part
from models3d.metals import metal_material
from models3d.rings.band import Band
from models3d.rings.solitaire import Solitaire
from viewer.configuration import build_model, configure

GOLD, PLATINUM = metal_material("gold_18k_yellow_3N"), metal_material("platinum_950")


def box(size: float) -> Mesh:
    made = trimesh.creation.box((size, size, size))
    corners = made.vertices[made.faces].reshape(-1, 3)
    triangles = np.arange(len(corners), dtype=np.int32).reshape(-1, 3)
    return Mesh(corners, np.repeat(made.face_normals, 3, axis=0), triangles)


def places(*x: float) -> np.ndarray:
    matrices = np.tile(np.eye(4), (len(x), 1, 1))
    matrices[:, 0, 3] = x
    return matrices


def two_alloys() -> Model:
    links = Part("link", box(0.002), GOLD, places(0.0, 0.01, 0.02), "metal")
    clasp = Part("clasp", box(0.003), PLATINUM, places(0.04), "metal_2")
    return Model("chain & clasp", (links, clasp), Anchor.NECK, extras={"configuration": "ab<c>"})


def document(data: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.namelist()[0] == "[Content_Types].xml"
        assert package.testzip() is None
        return ElementTree.fromstring(package.read("3D/3dmodel.model"))


def test_each_alloy_is_a_closed_object_that_trimesh_reads_back() -> None:
    scene = trimesh.load(io.BytesIO(write_3mf(two_alloys())), file_type="3mf")
    assert scene.units == "millimeter"
    gold, platinum = (scene.geometry[name] for name in sorted(scene.geometry))
    assert gold.is_watertight
    assert platinum.is_watertight
    assert (gold.volume, platinum.volume) == pytest.approx((3 * 8.0, 27.0))
    assert (gold.body_count, platinum.body_count) == (3, 1)


def test_names_metals_and_masses_are_in_the_file() -> None:
    model = document(write_3mf(two_alloys()))
    assert model.get("unit") == "millimeter"
    about = {entry.get("name"): entry.text for entry in model.findall(f"{{{CORE}}}metadata")}
    assert about == {
        "Title": "chain & clasp",
        "Application": "Parure",
        "parure:configuration": "ab<c>",
    }
    gold = model.find(f".//{{{CORE}}}object")
    assert gold is not None
    details = {entry.get("name"): entry.text for entry in gold.iter(f"{{{CORE}}}metadata")}
    assert (details["parure:metal"], details["parure:slot"]) == ("gold_18k_yellow_3N", "metal")
    assert float(details["parure:mass_g"] or 0) == pytest.approx(24.0e-3 * 15.5, rel=0.03)
    colors = [base.get("displaycolor") for base in model.iter(f"{{{CORE}}}base")]
    assert len(colors) == 2
    assert all(color is not None and len(color) == 9 for color in colors)


@pytest.mark.parametrize("model", [Solitaire().build(), Band().build()], ids=["solitaire", "band"])
def test_a_ring_weighs_what_its_bill_says(model: Model) -> None:
    scene = trimesh.load(io.BytesIO(write_3mf(model)), file_type="3mf")
    (mesh,) = scene.geometry.values()
    assert model.bill is not None
    assert mesh.is_volume
    assert mesh.volume == pytest.approx(model.bill.metals[0].volume_mm3, rel=1e-5)


def test_the_same_configuration_gives_the_same_bytes() -> None:
    first = write_3mf(build_model(configure("band")))
    assert first == write_3mf(build_model(configure("band")))
    assert configure("band").hash in ElementTree.tostring(document(first), "unicode")


def test_what_the_workshop_makes_goes_before_what_is_shown() -> None:
    part = Part("plate", box(0.002), GOLD, slot="metal", workshop_mesh=box(0.001))
    assert whole(Model("plate", (part,), Anchor.NECK)).volume() == pytest.approx(1.0)


def test_only_metal_is_made_and_an_open_part_is_named() -> None:
    strap = Part("strap", box(0.02), metal_material("enamel"), slot="strap")
    assert [c.metal for c in castings(Model("m", (*two_alloys().parts, strap)))] == [
        "gold_18k_yellow_3N",
        "platinum_950",
    ]
    with pytest.raises(ModelError, match="no metal"):
        write_3mf(Model("strap", (strap,)))
    open_box = box(0.002)
    torn = Mesh(open_box.positions, open_box.normals, open_box.triangles[1:])
    with pytest.raises(ModelError, match=r"lid: .* does not enclose"):
        write_3mf(Model("box", (Part("lid", torn, GOLD, slot="metal"),)))


def test_parts_of_a_chain_need_not_touch_but_those_of_a_ring_must() -> None:
    assert len(whole(two_alloys()).decompose()) == 4
    ring = Model("ring", two_alloys().parts, Anchor.FINGER)
    with pytest.raises(ModelError, match="do not join"):
        whole(ring)

"""Brands' own models: their unit, axis, pivot and parts are found, or told, and reported."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from gltf_samples import glb, read, tetrahedron
from scipy.spatial.transform import Rotation
from test_3mf import box

from cli import main as command
from models3d.brilliant import RoundBrilliant, build
from models3d.errors import ModelError
from models3d.frames import Anchor
from models3d.gems import gem
from models3d.gltf import write_glb
from models3d.importing.guarded import import_bytes, import_file
from models3d.importing.importer import Report, Wishes, import_model
from models3d.importing.placing import find_hole, surface_points
from models3d.mesh import Material, Mesh, Model, Part
from models3d.metals import metal_material

ROOT = Path(__file__).parent.parent


def hoop(inner: float, outer: float, width: float) -> Mesh:
    """A flat band about y, in metres."""
    turn = np.linspace(0.0, 2.0 * np.pi, 121)[:-1]
    ring = np.array(
        [[inner, -width / 2], [outer, -width / 2], [outer, width / 2], [inner, width / 2]]
    )
    points = np.stack(
        [
            np.cos(turn)[:, None] * ring[:, 0],
            np.broadcast_to(ring[:, 1], (120, 4)),
            np.sin(turn)[:, None] * ring[:, 0],
        ],
        axis=-1,
    )
    n = np.arange(480).reshape(120, 4)
    a, b = n, np.roll(n, -1, axis=0)
    c, d = np.roll(b, -1, axis=1), np.roll(a, -1, axis=1)
    triangles = np.concatenate([np.stack([a, d, c], -1), np.stack([a, c, b], -1)]).reshape(-1, 3)
    corners = points.reshape(-1, 3)[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Mesh(
        corners.reshape(-1, 3),
        np.repeat(normals, 3, axis=0),
        np.arange(len(triangles) * 3, dtype=np.int32).reshape(-1, 3),
    )


def foreign_ring(unit: float, turn: Rotation, shift: tuple[float, float, float]) -> Model:
    """A ring of EU 54 with a stone on its +Z, as a modeller may have left it."""
    place = np.eye(4)
    place[:3, :3], place[:3, 3] = turn.as_matrix() / unit, np.array(shift) / unit
    up = np.eye(4)
    up[2, 3] = 0.0125
    gold = Material("Gold_Yellow", (1.0, 0.7, 0.3, 1.0), metallic=1.0, roughness=0.1)
    glass = Material("Mat.003", roughness=0.0)
    return Model(
        "model_final_v2",
        (
            Part("Torus.001", hoop(0.0086, 0.0101, 0.0024), gold, place[None]),
            Part("Object_7", build(RoundBrilliant()), glass, (place @ up)[None]),
        ),
    )


def taken(tmp_path: Path, model: Model, **wishes: object) -> tuple[Model, Report]:
    path = tmp_path / "upload.glb"
    path.write_bytes(write_glb(model))
    return import_model(path, Wishes(**wishes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("unit", "name"), [(1.0, "m"), (1e-3, "mm"), (1e-2, "cm"), (0.0254, "in")])
def test_a_ring_is_found_in_any_unit_turn_and_place(tmp_path: Path, unit: float, name: str) -> None:
    turn = Rotation.from_euler("xyz", [90.0, 0.0, 90.0], degrees=True)
    model, report = taken(tmp_path, foreign_ring(unit, turn, (0.03, -0.01, 0.2)))
    assert (report.unit, report.anchor) == (name, "finger")
    assert report.inner_diameter_mm == pytest.approx(17.2, abs=0.03)
    shank, stone = model.parts
    np.testing.assert_allclose(shank.world_mesh().bounds().mean(axis=0), 0.0, atol=3e-5)
    low, high = shank.world_mesh().bounds()
    np.testing.assert_allclose(high - low, [0.0202, 0.0024, 0.0202], atol=2e-5)
    middle = stone.world_mesh().bounds().mean(axis=0)
    assert middle[2] == pytest.approx(0.0125, abs=1.5e-3)  # dorsal
    np.testing.assert_allclose(middle[:2], 0.0, atol=5e-5)


def test_a_ring_turned_freely_is_found_too(tmp_path: Path) -> None:
    turn = Rotation.from_rotvec([0.7, -0.4, 1.1])
    model, report = taken(tmp_path, foreign_ring(1e-3, turn, (0.0, 0.0, 0.0)))
    assert report.anchor == "finger"
    assert report.inner_diameter_mm == pytest.approx(17.2, abs=0.4)
    assert model.parts[1].world_mesh().bounds().mean(axis=0)[2] == pytest.approx(0.0125, abs=2e-3)


def test_metal_and_stones_are_told_by_name_and_shape(tmp_path: Path) -> None:
    ring = foreign_ring(1.0, Rotation.identity(), (0.0, 0.0, 0.0))
    model, report = taken(tmp_path, ring)
    assert [(g.slot, g.because) for g in report.slots] == [
        ("metal", 'it is called "Gold_Yellow"'),
        ("gem", "it is closed, convex and cut"),
    ]
    assert report.slots[1].replaced_by == "gem/diamond"
    assert model.parts[1].material.transmission == 1.0
    assert [part.slot for part in model.parts] == ["metal", "gem"]


def test_two_alloys_have_two_slots_and_other_things_their_own(tmp_path: Path) -> None:
    plate = box(0.004)
    white = Material("White", (0.9, 0.9, 0.9, 1.0), metallic=1.0)
    yellow = Material("Yellow", (1.0, 0.7, 0.3, 1.0), metallic=1.0)
    sapphire = Material("x", transmission=1.0, ior=1.77)
    parts = (
        Part("case", plate, white),
        Part("lugs", plate, yellow),
        Part("leather strap", plate, Material("brown")),
        Part("second_hand", plate, white),
        Part("cover", plate, sapphire),
    )
    _, report = taken(tmp_path, Model("watch", parts), anchor=Anchor.WRIST)
    assert [guess.slot for guess in report.slots] == [
        "metal",
        "metal_2",
        "strap",
        "hand",
        "crystal",
    ]


def test_equal_stones_of_one_mesh_become_instances(tmp_path: Path) -> None:
    stone = build(RoundBrilliant(diameter_mm=1.5))
    turns = Rotation.from_rotvec(np.outer(np.linspace(0.0, 5.2, 6), (0.0, 1.0, 0.0)))
    matrices = np.tile(np.eye(4), (6, 1, 1))
    matrices[:, :3, :3], matrices[:, :3, 3] = turns.as_matrix(), turns.apply((0.0, 0.0, 0.01))
    placed = Part("s", stone, gem("diamond").material(), matrices)
    melee = placed.world_mesh()
    model, _ = taken(
        tmp_path, Model("m", (Part("Diamonds", melee, Material("Diamonds")),)), unit="m"
    )
    (part,) = model.parts
    assert len(part.model_from_part) == 6
    sizes = np.ptp(part.world_mesh().positions, axis=0)
    np.testing.assert_allclose(sizes, np.ptp(melee.positions, axis=0), atol=3e-5)


def test_what_the_user_knows_goes_before_what_is_found(tmp_path: Path) -> None:
    ring = foreign_ring(1.0, Rotation.identity(), (0.0, 0.0, 0.0))
    model, report = taken(tmp_path, ring, unit="mm", up="x", anchor=Anchor.WRIST)
    assert (report.unit, report.anchor) == ("mm", "wrist")
    assert report.size_mm[1] == pytest.approx(0.0065, abs=0.0006)
    assert model.parts[1].world_mesh().bounds().mean(axis=0)[0] < 0.0  # +Z of the file went to -X
    with pytest.raises(ModelError, match="runs along the hole"):
        taken(tmp_path, ring, up="y")
    for wrong in ({"unit": "furlong"}, {"up": "sideways"}):
        with pytest.raises(ModelError, match=r"must be"):
            Wishes(**wrong)


def test_one_of_ours_stays_as_it_is(tmp_path: Path) -> None:
    ours = Model(
        "band", (Part("shank", hoop(0.0086, 0.0101, 0.004), metal_material("gold_24k")),),
        Anchor.FINGER, 0.0172,
    )  # fmt: skip
    model, report = taken(tmp_path, ours)
    assert report.assumed == ()
    np.testing.assert_allclose(model.bounds(), ours.bounds(), atol=1e-8)


def test_a_box_has_no_hole() -> None:
    assert find_hole(surface_points(Model("m", (Part("p", box(1.0), Material("m")),)))) is None


def data_uri(data: bytes) -> str:
    return "data:application/octet-stream;base64," + base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("http://127.0.0.1:9/x.bin", "only files beside the model"),
        ("file:///etc/passwd", "only files beside the model"),
        ("../../../../etc/passwd", "leads out of the model's folder"),
        ("%2e%2e/secret.bin", "leads out of the model's folder"),
        ("model.bin", "missing"),
        ("/etc/passwd", "only files beside the model"),
        (data_uri(bytes(10)), "has 10 bytes"),
    ],
)
def test_a_model_reaches_nothing_but_files_beside_it(
    tmp_path: Path, uri: str, sentence: str
) -> None:
    document = tetrahedron().document | {"buffers": [{"byteLength": 72, "uri": uri}]}
    (tmp_path / "model.gltf").write_text(json.dumps(document))
    with pytest.raises(ModelError, match=sentence):
        import_model(tmp_path / "model.gltf", Wishes())


def test_an_upload_lies_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.bin").write_bytes(bytes(72))
    document = tetrahedron().document | {"buffers": [{"byteLength": 72, "uri": "model.bin"}]}
    with pytest.raises(ModelError, match=r"model\.bin is missing"):
        import_bytes(json.dumps(document).encode(), Wishes())


def test_an_import_opens_no_socket(tmp_path: Path) -> None:
    (tmp_path / "m.glb").write_bytes(tetrahedron().glb())
    asked = json.dumps({"unit": "mm"})
    worker = [sys.executable, "-m", "models3d.importing.worker"]
    log = tmp_path / "log"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(log), *worker,
         str(tmp_path / "m.glb"), str(tmp_path), asked],
        cwd=ROOT, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "AF_INET" not in log.read_text()
    assert (tmp_path / "model.glb").exists()


def test_too_much_time_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.glb").write_bytes(tetrahedron().glb())
    with pytest.raises(ModelError, match="takes longer than 0 s"):
        import_file(tmp_path / "m.glb", Wishes(), processor_s=0)


def test_too_much_memory_is_refused(tmp_path: Path) -> None:
    """The guard itself: a process that asks for more than its limit does not get it."""
    code = (
        "from models3d.importing import worker; worker.limit(60); import numpy as np\n"
        "try:\n    np.ones(2**28)\nexcept MemoryError:\n    print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused\n"


def test_the_command_writes_model_and_report(tmp_path: Path) -> None:
    source = tmp_path / "ring.glb"
    source.write_bytes(write_glb(foreign_ring(1e-3, Rotation.identity(), (0.0, 0.0, 0.0))))
    done = CliRunner().invoke(command, ["import", str(source), "--no-picture"])
    assert done.exit_code == 0, done.output
    folder = tmp_path / "ring-parure"
    report = json.loads((folder / "ring.json").read_text())
    assert (report["anchor"], report["unit"]) == ("finger", "mm")
    model = read(tmp_path, (folder / "ring.glb").read_bytes())
    assert model.anchor is Anchor.FINGER
    assert [part.slot for part in model.parts] == ["metal", "gem"]
    assert "One unit is taken for one mm" in done.output
    broken = tmp_path / "broken.glb"
    broken.write_bytes(b"glTF")
    refused = CliRunner().invoke(command, ["import", str(broken)])
    assert refused.exit_code == 2
    assert "truncated" in refused.output


def test_pictures_in_ktx2_alone_are_left_out_and_reported(tmp_path: Path) -> None:
    sample = tetrahedron()
    sample.extension("KHR_texture_basisu")
    view = sample.view(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(80))
    sample.document["images"] = [{"bufferView": view, "mimeType": "image/ktx2"}]
    sample.document["textures"] = [{"extensions": {"KHR_texture_basisu": {"source": 0}}}]
    sample.document["materials"] = [
        {"name": "enamel", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
    ]
    sample.document["meshes"][0]["primitives"][0]["material"] = 0
    path = tmp_path / "m.glb"
    path.write_bytes(sample.glb())
    _, report = import_model(path, Wishes(unit="mm"))
    assert report.assumed[0].startswith("A KTX2 picture of enamel is left out")


def test_a_document_that_is_only_json_is_refused_in_a_sentence() -> None:
    with pytest.raises(ModelError, match="nothing to show"):
        import_bytes(glb(b'{"asset":{"version":"2.0"}}'), Wishes())

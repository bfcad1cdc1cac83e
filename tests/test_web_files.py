"""The files of the page's viewer: what is in them is what the renderer has, and they are small."""

import gzip
import json
import re
import struct
from collections.abc import Iterator
from typing import Any

import brotli
import meshopt
import numpy as np
import pytest
from flask.testing import FlaskClient

from api.environments import BROTLI_QUALITY
from models3d.frames import Array
from models3d.mesh import Model
from tests.gltf_validator import validate
from tests.serving import application
from viewer.configuration import build_model, configure
from viewer.render.environment import environment_of
from viewer.render.gem_shape import gem_shape
from viewer.render.renderer import Renderer
from viewer.render.studio import GEM_STUDIO, TENT
from viewer.variants import choices
from viewer.web import packing
from viewer.web.environment_file import FLOOR, STEPS, environment_file
from viewer.web.model_file import viewer_glb
from viewer.web.scene import spots
from viewer.web.skin_file import skin_glb

pytestmark = pytest.mark.gpu


class Opened:
    """A viewer's GLB, or one of what it has to do with skin."""

    def __init__(self, data: bytes) -> None:
        length = struct.unpack("<I", data[12:16])[0]
        self.json: dict[str, Any] = json.loads(data[20 : 20 + length])
        self._binary = data[28 + length :]

    @property
    def about(self) -> dict[str, Any]:
        """What the file says of its piece."""
        found: dict[str, Any] = self.json["nodes"][0]["extras"]["parure"]["viewer"]
        return found

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """Of its parts."""
        return [self.json["nodes"][k] for k in self.json["nodes"][0]["children"]]

    def view(self, number: int) -> Array:
        """The bytes of a packed view, (rows, stride)."""
        packed = self.json["bufferViews"][number]["extensions"]["EXT_meshopt_compression"]
        start = packed.get("byteOffset", 0)
        found = meshopt.decode_gltf_buffer(
            self._binary[start : start + packed["byteLength"]],
            packed["count"],
            packed["byteStride"],
            packed["mode"],
            packed.get("filter", "NONE"),
        )
        return np.frombuffer(found.tobytes(), np.uint8).reshape(packed["count"], -1)

    def attribute(self, node: dict[str, Any], name: str) -> int:
        """The view of an attribute."""
        primitive = self.json["meshes"][node["mesh"]]["primitives"][0]
        return int(self.json["accessors"][primitive["attributes"][name]]["bufferView"])


@pytest.fixture(scope="module")
def ring() -> Model:
    return build_model(configure("solitaire", {}))


@pytest.fixture(scope="module")
def solitaire(renderer: Renderer, ring: Model) -> bytes:
    return viewer_glb(renderer, ring, choices(configure("solitaire", {})))


@pytest.fixture(scope="module")
def opened(solitaire: bytes) -> Opened:
    return Opened(solitaire)


def test_a_solitaire_takes_110_kb_and_the_light_240_kb_over_the_wire(solitaire: bytes) -> None:
    assert len(brotli.compress(solitaire)) <= 110_000
    assert len(brotli.compress(environment_file().data, quality=BROTLI_QUALITY)) <= 240_000


def test_the_same_model_gives_the_same_bytes_and_the_light_the_same_name(
    renderer: Renderer, ring: Model, solitaire: bytes
) -> None:
    again = viewer_glb(renderer, ring, choices(configure("solitaire", {})))
    assert again == solitaire
    environment_file.cache_clear()
    assert Opened(solitaire).about["environment"] == environment_file().id


def test_it_is_valid(solitaire: bytes) -> None:
    found = validate(solitaire)["issues"]
    assert found["numErrors"] + found["numWarnings"] == 0, found["messages"]


def test_each_vertex_says_how_open_it_is(renderer: Renderer, ring: Model, opened: Opened) -> None:
    surfaces = renderer.uploaded(ring).surfaces
    nodes = [node for node in opened.nodes if "look" in node["extras"]["parure"]]
    assert len(nodes) == len(surfaces)
    for node, surface in zip(nodes, surfaces, strict=True):
        positions = opened.view(opened.attribute(node, "POSITION")).view("<f4").astype(float)
        seen = opened.view(opened.attribute(node, "_OPENNESS")).view("i1")
        seen = seen * opened.about["openness_scale"] / 127.0
        (want,) = surface.openness.values
        # vertices come in another order, and hard edges have several in one place
        mesh = surface.placed.mesh.positions
        for k in range(0, len(positions), 97):
            near = np.linalg.norm(mesh - positions[k], axis=1) < 3e-6
            assert near.any()
            assert np.abs(want[near] - seen[k]).max(axis=1).min() < 0.007


def test_the_stone_has_its_facets_as_the_shader_takes_them(ring: Model, opened: Opened) -> None:
    (part,) = (part for part in ring.parts if part.slot == "gem")
    shape = gem_shape(part.mesh)
    assert shape is not None
    (stone,) = opened.about["stones"]
    assert stone["defines"]["PLANE_COUNT"] == str(len(shape.normals))
    facets = {int(k) for k in re.findall(r"[A-Z]\((\d+),", stone["defines"]["FACETS"])}
    assert facets >= set(range(len(shape.normals)))
    assert "GIRDLE_CYLINDER(" in stone["defines"]["ROUND"]
    assert not {"BOUNCES", "FULL_DISPERSION", "HAS_SETTING"} & set(stone["defines"])
    (optic,) = (
        opened.about["optics"][node["extras"]["parure"]["optic"]]
        for node in opened.nodes
        if "optic" in node["extras"]["parure"]
    )
    np.testing.assert_allclose(optic["ior"], part.material.iors(), rtol=1e-5)
    spread = [np.ptp(numbers["ior"]) for numbers in (optic, optic["show"])]
    assert spread[1] > 1.5 * spread[0]


def test_what_the_stone_sees_of_its_setting_comes_back(
    renderer: Renderer, ring: Model, opened: Opened
) -> None:
    (texels,) = renderer.setting_maps(ring)
    assert texels is not None
    (stone,) = opened.about["stones"]
    rows = opened.view(stone["maps"]).reshape(texels.shape).astype(float)
    seen = texels[..., 3] > 0
    np.testing.assert_array_equal(rows[..., 3] > 0, seen)
    np.testing.assert_array_equal(rows[..., 2][seen] // 2, np.floor(np.abs(texels[..., 2]))[seen])
    np.testing.assert_array_equal(rows[..., 2][seen] % 2, (texels[..., 2] < 0)[seen])
    normals = rows[..., :2] / 127.5 - 1.0
    assert np.abs(normals - texels[..., :2])[seen].max() < 0.005
    setting = opened.about["setting"]
    distance = setting["near"] * (setting["far"] / setting["near"]) ** ((rows[..., 3] - 1) / 254)
    assert np.abs(distance / np.maximum(texels[..., 3], 1e-9) - 1.0)[seen].max() < 0.02


def test_every_metal_and_stone_can_be_put_on(opened: Opened) -> None:
    configuration = configure("solitaire", {})
    offered = {(choice.option, choice.id) for choice in choices(configuration)}
    worn = {
        (node["extras"]["parure"]["slot"], choice)
        for node in opened.nodes
        for choice in node["extras"]["parure"].get("choices", {})
    }
    assert worn == offered
    gold = opened.about["setting"]["choices"]["metal"]["gold_18k_yellow_3N"]["0"]
    assert gold[0] > gold[2] * 1.5  # the stone sees gold


def test_maps_are_what_neighbours_do_not_foretell() -> None:
    maps = np.random.default_rng(3).integers(0, 255, (2, 8, 8)).astype(np.int32)
    rest = packing.map_bytes(maps).astype(int)
    back = np.cumsum(np.cumsum(rest, axis=1), axis=2) % 256
    np.testing.assert_array_equal(back, maps)


def summed_up(rest: Array) -> Array:
    """(planes, n, n) of what the median edge detector did not foretell, diagonal after diagonal."""
    side = rest.shape[-1]
    around = np.zeros((len(rest), side + 1, side + 1), int)
    for diagonal in range(2 * side - 1):
        y = np.arange(max(0, diagonal - side + 1), min(side, diagonal + 1))
        x = diagonal - y
        left, upper, corner = around[:, y + 1, x], around[:, y, x + 1], around[:, y, x]
        foretold = np.median([left, upper, left + upper - corner], axis=0).astype(int)
        around[:, y + 1, x + 1] = rest[:, y, x] + foretold
    return around[:, 1:, 1:]


def test_the_light_comes_back_within_half_a_percent() -> None:
    data = environment_file().data
    length = struct.unpack("<I", data[:4])[0]
    head = json.loads(data[4 : 4 + length])
    planes = np.frombuffer(data[4 + length :], np.uint8)
    at = 0
    for name, environment in (
        ("metals", environment_of(TENT)),
        ("stones", environment_of(GEM_STUDIO)),
    ):
        for side, want in zip(head[name], environment.levels, strict=True):
            parts = planes[at : at + 6 * side * side].reshape(3, 2, side, side).astype(int)
            at += 6 * side * side
            zigzag = parts[:, 0] | parts[:, 1] << 8
            rest = np.where(zigzag % 2 == 1, -(zigzag + 1) // 2, zigzag // 2)
            green, red, blue = summed_up(rest)
            steps = np.stack([red + green, green, blue + green], axis=-1)
            radiance = FLOOR * (2.0 ** (steps / STEPS) - 1.0)
            if side == want.shape[0]:
                assert (np.abs(radiance - want) / (want + FLOOR)).max() < 0.005
    assert at == len(planes)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with application(tmp_path_factory.mktemp("store")) as app:
        yield app.test_client()


def test_the_service_gives_both_for_ever(client: FlaskClient) -> None:
    band = client.post("/api/v1/configurations", json={"product": "band"}).json
    assert band is not None
    answer = client.get(
        f"{band['urls']['model'].split('?')[0]}?profile=viewer", headers={"Accept-Encoding": "br"}
    )
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    environment = Opened(brotli.decompress(answer.data)).about["environment"]
    light = f"/api/v1/environments/{environment}.bin"
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)):
        answer = client.get(light, headers={"Accept-Encoding": coding})
        assert answer.status_code == 200
        assert unpack(answer.data) == environment_file().data
        assert "immutable" in answer.headers["Cache-Control"]
    again = client.get(light, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    missing = client.get("/api/v1/environments/0123.bin")
    assert (missing.status_code, missing.json["error"]) == (404, "NotFound")


def test_what_a_ring_has_to_do_with_skin_is_the_renderer_s(renderer: Renderer, ring: Model) -> None:
    data = skin_glb(renderer, ring)
    assert len(brotli.compress(data)) <= 24_000
    found = validate(data)["issues"]
    assert found["numErrors"] + found["numWarnings"] == 0, found["messages"]
    file = Opened(data)
    about = file.json["nodes"][0]["extras"]["parure"]["skin"]
    shadow = renderer.skin_shadow(ring)
    assert shadow is not None
    told = about["shadow"]
    shape = (4, told["rows"], told["columns"])
    rest = file.view(told["map"]).reshape(shape).view(np.int8).astype(np.int64)
    steps = rest.cumsum(axis=1).cumsum(axis=2).astype(np.int8)
    blocked = np.moveaxis(steps * told["step"], 0, -1)
    assert np.abs(blocked - shadow.blocked).max() <= 0.51 * told["step"]
    assert about["mirrored"]["radius"] == renderer.uploaded(ring).skin.radius
    (setting,) = about["settings"]
    seen = file.view(setting["maps"])
    assert (seen[:, 2] // 2 == about["material"]).any()  # skin is seen past the prongs


@pytest.mark.parametrize(
    ("product", "option", "towards", "deep"),
    [
        ("band", "engraving", (0.0, 0.0, 1.0), -1.0),  # inside, at the palm
        ("band", "engraving_outside", (0.0, 0.0, 1.0), 1.0),
        ("disc-pendant", "engraving", (0.0, 0.0, 1.0), 1.0),
    ],
)
def test_a_line_of_letters_is_pointed_out_where_it_is_read(
    product: str, option: str, towards: tuple[float, float, float], deep: float
) -> None:
    model = build_model(configure(product, {option: "A & B"}))
    (spot,) = [one for one in spots(model) if one["about"] == "engraving"]
    assert np.dot(spot["normal"], towards) > 0.95
    low, high = model.bounds()
    if product == "band":
        middle = (low + high) / 2.0
        assert abs(spot["position"][0] - middle[0]) < 1e-3
        assert abs(spot["position"][1] - middle[1]) < 1e-3
        depth = (spot["position"][2] - middle[2]) / (high[2] - middle[2])
        assert deep * depth > 0.8
    plain = build_model(configure(product))
    assert "engraving" not in {one["about"] for one in spots(plain)}

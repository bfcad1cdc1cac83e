"""Light: measured panoramas, softness of the key."""

from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import cv2
import numpy as np
import pytest

from models3d.frames import Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from viewer.errors import UnusablePanorama
from viewer.render import lights, measured
from viewer.render.environment import (
    Environment,
    environment_of,
    look_up,
    octahedral_directions,
    softened,
    solid_angles,
)
from viewer.render.measured import load_hdri
from viewer.render.renderer import Renderer
from viewer.render.studio import TENT
from viewer.render.types import Lighting, Shot, Worn

pytestmark = pytest.mark.usefixtures("settled")

K = Intrinsics(1000.0, 1000.0, 320.0, 240.0)
REGION = PixelRegion(260, 180, 120, 120)
FACING = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
SILVER = Material("silver", base_color=(1.0, 1.0, 1.0, 1.0), metallic=1.0, roughness=0.05)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("PARURE_CACHE", str(tmp_path_factory.getbasetemp() / "environments"))


def mirror() -> Model:
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 65), np.linspace(0, np.pi, 33))
    n = np.stack([np.sin(v) * np.cos(u), np.cos(v), np.sin(v) * np.sin(u)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(64), np.arange(32))
    a = (j * 65 + i).ravel()
    triangles = np.concatenate(
        [np.stack([a, a + 1, a + 66], -1), np.stack([a, a + 66, a + 65], -1)]
    )
    return Model("ball", (Part("ball", Mesh(n * 0.01, n, triangles.astype(np.int32)), SILVER),))


def panorama(path: Path, lamp_azimuth_deg: float = 40.0, elevation_deg: float = 30.0) -> Path:
    """A grey room with one lamp; azimuth from the middle to the right."""
    height, width = 64, 128
    picture = np.full((height, width, 3), 0.2, np.float32)
    column = int((lamp_azimuth_deg / 360.0 + 0.5) * width)
    row = int((0.5 - elevation_deg / 180.0) * height)
    picture[row - 3 : row + 4, column - 3 : column + 4] = (2.0, 6.0, 20.0)  # BGR: a warm lamp
    assert cv2.imwrite(str(path), picture)
    return path


def test_a_lamp_of_the_panorama_stands_where_it_was_seen(tmp_path: Path) -> None:
    found = load_hdri(panorama(tmp_path / "room.hdr"))
    a, e = np.radians(40.0), np.radians(30.0)
    towards = np.array([[np.cos(e) * np.sin(a), np.sin(e), np.cos(e) * np.cos(a)]], np.float32)
    r, g, b = look_up(found.levels[0], towards)[0]
    assert r > 3 * g > 6 * b
    away = look_up(found.levels[0], -towards)[0]
    assert r > 50 * away[0]
    first = found.harmonics[[3, 1, 2], 0]  # x, y, z of red
    np.testing.assert_allclose(first / np.linalg.norm(first), towards[0], atol=0.06)


def test_a_panorama_is_as_bright_on_the_whole_as_the_studio(tmp_path: Path) -> None:
    luminance = np.array([0.2126, 0.7152, 0.0722])
    found = load_hdri(panorama(tmp_path / "room.hdr"))
    assert found.mean @ luminance == pytest.approx(environment_of(TENT).mean @ luminance, rel=0.02)


def test_a_panorama_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = panorama(tmp_path / "room.hdr", 100.0)
    first = load_hdri(path)
    monkeypatch.setattr(measured, "_decoded", None)
    assert load_hdri(path) is first


def test_what_is_no_panorama_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnusablePanorama, match=r"missing\.hdr cannot be read"):
        load_hdri(tmp_path / "missing.hdr")
    (tmp_path / "text.hdr").write_text("no picture")
    with pytest.raises(UnusablePanorama, match="not a Radiance picture"):
        load_hdri(tmp_path / "text.hdr")
    whole = panorama(tmp_path / "room.hdr").read_bytes()
    (tmp_path / "head.hdr").write_bytes(whole[:20])
    with pytest.raises(UnusablePanorama, match="damaged"):
        load_hdri(tmp_path / "head.hdr")
    cv2.imwrite(str(tmp_path / "square.hdr"), np.ones((64, 64, 3), np.float32))
    with pytest.raises(UnusablePanorama, match="64 x 64"):
        load_hdri(tmp_path / "square.hdr")
    cv2.imwrite(str(tmp_path / "dark.hdr"), np.zeros((64, 128, 3), np.float32))
    with pytest.raises(UnusablePanorama, match="holds no light"):
        load_hdri(tmp_path / "dark.hdr")


def test_softer_light_keeps_its_sum_and_loses_its_lamps() -> None:
    tent = environment_of(TENT)
    weight = solid_angles(512)[..., None]
    peaks, sums = [], []
    for softness in (0.0, 0.25, 0.5, 0.75, 1.0):
        level = softened(tent, softness).levels[0]
        peaks.append(float(level.max()))
        sums.append(float((weight * level).sum()))
    assert softened(tent, 0.5) is tent
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[0] > 1.15 * peaks[2] > 1.8 * peaks[4]
    np.testing.assert_allclose(sums, sums[2], rtol=0.06)


def test_the_softest_light_is_what_lies_that_way_in_a_coarse_level() -> None:
    tent = environment_of(TENT)
    for level in softened(tent, 1.0).levels[:4]:
        expected = look_up(tent.levels[4], octahedral_directions(level.shape[0]))
        np.testing.assert_allclose(level, expected, atol=1e-5)


@pytest.mark.gpu
def test_a_live_picture_does_not_wait_for_a_softer_light(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = Event()
    make = lights.softened

    def slowly(environment: Environment, softness: float) -> Environment:
        assert softness == 0.5 or may_go_on.wait(60.0)
        return make(environment, softness)

    monkeypatch.setattr(lights, "softened", slowly)
    live = Shot(K, REGION, (Worn(mirror(), FACING),), live=True)
    soft = replace(live, lighting=Lighting(key_softness=1.0))
    with Renderer() as renderer:
        hard = renderer.render(live).rgba
        assert (renderer.render(soft).rgba == hard).all()  # goes on in the light at hand
        may_go_on.set()
        expected = renderer.render(replace(soft, live=False)).rgba  # a still waits for its own
        deadline = monotonic() + 60.0
        while (seen := renderer.render(soft).rgba.astype(int) - hard).std() < 1.0:
            assert monotonic() < deadline, "the softer light never came"
            sleep(0.01)
    off = np.abs(hard + seen - expected)[expected[..., 3] == 255]
    assert off.mean() < 4.0  # of the softer light, plainer shaded


@pytest.mark.gpu
def test_metal_mirrors_the_light_of_its_shot(renderer: Renderer, tmp_path: Path) -> None:
    shot = Shot(K, REGION, (Worn(mirror(), FACING),), whole_meshes=True)
    plain = renderer.render(shot).rgba

    def lit(**changes: object) -> np.ndarray:
        return renderer.render(replace(shot, lighting=Lighting(**changes))).rgba.astype(int)

    for azimuth in (-40.0, 40.0):
        room = load_hdri(panorama(tmp_path / f"room{azimuth}.hdr", azimuth, 20.0))
        seen = lit(environment=room)
        warm = (seen[..., 0] - seen[..., 2] > 60) & (seen[..., 3] == 255)
        assert warm.sum() > 20
        rows, columns = np.nonzero(warm)
        assert np.sign(columns.mean() - 60) == np.sign(azimuth)
        assert rows.mean() < 60
    np.testing.assert_array_equal(lit(), plain)  # and it goes with its shot


@pytest.mark.gpu
def test_harder_light_has_more_contrast_in_metal(renderer: Renderer) -> None:
    shot = Shot(K, REGION, (Worn(mirror(), FACING),))
    contrast = []
    for softness in (0.0, 0.5, 1.0):
        light = Lighting(key_softness=softness)
        rgba = renderer.render(replace(shot, lighting=light)).rgba.astype(float)
        contrast.append(rgba[rgba[..., 3] == 255][:, 1].std())
    assert contrast == sorted(contrast, reverse=True)
    assert contrast[0] > 1.5 * contrast[2]


@pytest.mark.gpu
@pytest.mark.parametrize("axis", [[0.0, 1.0, 0.0], [1.0, 0.3, 0.0]])
def test_highlights_stay_with_the_room_while_the_jewel_turns(
    renderer: Renderer, axis: list[float]
) -> None:
    """A ball looks the same from everywhere: what lies on it then slides over its metal."""
    shot = Shot(K, REGION, (Worn(mirror(), FACING),), whole_meshes=True)
    still = renderer.render(shot).rgba.astype(int)
    for degrees in (7.0, 25.0, 60.0):
        turn = RigidTransform.from_axis_angle(axis, np.radians(degrees))
        jewel = renderer.render(replace(shot, worn=(Worn(mirror(), FACING @ turn),))).rgba
        room = Lighting(environment_from_camera=FACING.rotation.T @ turn.rotation)
        light = renderer.render(replace(shot, lighting=room)).rgba
        inside = still[..., 3] == 255
        by_jewel, by_room = (np.abs(each.astype(int) - still)[inside] for each in (jewel, light))
        assert by_jewel.mean() < 2.0  # facets only
        assert by_room.mean() > 5.0 * by_jewel.mean()
        assert by_room.mean() > 4.0

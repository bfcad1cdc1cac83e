"""The page's renderer in a real browser draws what the server draws and gives back what it took."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from models3d.frames import Array, Image
from models3d.mesh import Model
from tests.flip import flip
from tests.serving import ROOT, pixels
from tests.viewing import drawing, psnr_db
from viewer.configuration import Configuration, build_model, configure
from viewer.display import view_of
from viewer.picture import turntable
from viewer.render.renderer import Renderer

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
SIDE_PX = 288
VIEWS = 36
LEAST_PSNR_DB = 35.0  # where metal is
MOST_FLIP = 0.08  # where stones are
MOST_SCRIPT_BYTES = 125_000  # of the renderer, in brotli; the rest of 160 KB is the element's

# the address is no page, a busy service asks for patience, a software rasteriser for time
HARMLESS = re.compile(r"favicon|404|status of 503|GPU stall due to ReadPixels")

OPEN = """async ([script]) => {
  globalThis.stage = await (await import(script)).openStage();
  return globalThis.stage !== null;
}"""
# Draws a piece at rest until it is finished, at tier 3, whose samples are the server's.
DRAW = """async ([address, azimuth, options]) => {
  const { stage } = globalThis;
  const piece = await stage.load(address);
  const { mechanism } = piece;
  if (options.time) mechanism.animate(options.time);
  for (const [kind, angle] of Object.entries(options.turn ?? {})) mechanism.turn(kind, angle);
  const chosen = options.choose ? piece.choose(options.choose) : null;
  const { elevation, distance, target } = piece.frame;
  const view = { azimuth, elevation, distance, target };
  const size = { width: options.side, height: options.side };
  const { look, transparent, bare, dark } = options;
  const seen = { ...size, look, transparent, bare, dark, quality: 3 };
  let picture = stage.draw(piece, view, seen);
  const count = options.samples ?? stage.samplesOf(3);
  for (let sample = 1; sample <= count; sample += options.apart ? 1 : count) {
    picture = stage.draw(piece, view, { ...seen, sample, count: options.apart ? 1 : count });
  }
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = options.side;
  canvas.getContext('2d').drawImage(picture, 0, 0);
  const { sizeMm, hotspots, variants } = piece;
  const turnable = Object.entries(mechanism.turnable);
  const turning = Object.fromEntries(turnable.map(([kind, { clicks }]) => [kind, clicks ?? null]));
  const place = hotspots.length ? stage.project(piece, view, size, hotspots[0]) : null;
  const found = { chosen, sizeMm, hotspots, variants, turning, place, png: canvas.toDataURL() };
  piece.release();
  return found;
}"""


class Viewer:
    """A page with the renderer, at the service's own address and under its own policy."""

    def __init__(self, page: Page, address: str, services: Any) -> None:
        self.page = page
        self._address = address
        self._services = services

    def url(self, configuration: Configuration) -> str:
        """The address of a viewer's file."""
        self._services.store.remember(configuration)
        return f"/api/v1/models/{configuration.hash}.glb?profile=viewer"

    def drawn(
        self, configuration: Configuration, azimuth: float = 0.0, **options: Any
    ) -> tuple[Image, dict[str, Any]]:
        """A finished picture (SIDE_PX, SIDE_PX, 3), and what the page knows of the piece."""
        options = {"side": SIDE_PX, "look": "true", **options}
        found = self.page.evaluate(DRAW, [self.url(configuration), azimuth, options])
        data = base64.b64decode(found.pop("png").split(",")[1])
        return pixels(data), found


@pytest.fixture(scope="module")
def viewer(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    with drawing(browser, tmp_path_factory.mktemp("store"), HARMLESS) as (page, app, host):
        page.goto(f"http://{host}/healthz")
        script = app.extensions["parure_manifest"]["stage.js"]
        assert page.evaluate(OPEN, [f"/static/{script}"])
        yield Viewer(page, f"http://{host}", app.extensions["parure"])


def masks(model: Model, azimuth: float) -> tuple[Array, Array]:
    """(SIDE_PX, SIDE_PX): where metal and other surfaces lie, and where a stone shows."""
    view = view_of(model, SIDE_PX, SIDE_PX, azimuth, None, sweep=True)
    metal, stones = np.zeros((2, SIDE_PX, SIDE_PX), np.uint8)
    for one in view.shown:
        camera_from_model = view.camera_from_world @ one.world_from_model
        for part in one.model.parts:
            corners = part.mesh.positions[part.mesh.triangles].reshape(-1, 3)
            for matrix in part.model_from_part:
                placed = corners @ matrix[:3, :3].T + matrix[:3, 3]
                seen = view.intrinsics.project(camera_from_model.apply(placed))
                triangles = np.round(seen).astype(np.int32).reshape(-1, 3, 2)
                if part.material.is_gem and part.slot != "crystal":
                    cv2.fillConvexPoly(stones, cv2.convexHull(triangles.reshape(-1, 2)), 1)
                    continue
                for triangle in triangles:
                    cv2.fillConvexPoly(metal, triangle, 1)
    return (metal > 0) & (stones == 0), stones > 0


@pytest.mark.parametrize(
    ("product", "turn"),
    [
        ("solitaire", 0),
        ("solitaire", 13),
        ("band", 0),
        ("dress-watch", 0),
        ("solitaire-pendant", 0),
        ("stud-earrings", 4),
    ],
)
def test_the_page_draws_what_the_server_draws(
    viewer: Viewer, renderer: Renderer, product: str, turn: int
) -> None:
    configuration = configure(product, {})
    model = build_model(configuration)
    azimuth = 2.0 * np.pi * turn / VIEWS
    want = turntable(renderer, model, SIDE_PX, SIDE_PX, turn, VIEWS, supersampling=4)
    got, _ = viewer.drawn(configuration, azimuth)
    metal, stones = masks(model, azimuth)
    assert metal.sum() > 500
    assert psnr_db(want, got, metal) > LEAST_PSNR_DB
    assert psnr_db(want, got, ~(metal | stones)) > LEAST_PSNR_DB  # the ground and its shadows
    difference = flip(want / 255.0, got / 255.0)
    assert difference.mean() < MOST_FLIP / 2
    if stones.any():
        assert difference[stones].mean() < MOST_FLIP


def test_samples_that_come_one_by_one_make_the_same_picture(viewer: Viewer) -> None:
    ring = configure("band", {})
    at_once, _ = viewer.drawn(ring, side=96)
    apart, _ = viewer.drawn(ring, side=96, apart=True)
    np.testing.assert_array_equal(at_once, apart)


def test_another_metal_is_put_on_without_another_file(viewer: Viewer, renderer: Renderer) -> None:
    platinum = configure("solitaire", {})
    gold = configure("solitaire", {"metal": "gold_18k_yellow_3N"})
    model = build_model(gold)
    want = turntable(renderer, model, SIDE_PX, SIDE_PX, 0, VIEWS, supersampling=4)
    got, found = viewer.drawn(platinum, choose={"metal": "gold_18k_yellow_3N"})
    assert found["chosen"]
    metal, stones = masks(model, 0.0)
    assert psnr_db(want, got, metal) > LEAST_PSNR_DB
    assert flip(want / 255.0, got / 255.0)[stones].mean() < MOST_FLIP  # gold shows in the stone
    _, found = viewer.drawn(platinum, choose={"carat": "2"}, side=16, samples=0)
    assert not found["chosen"]
    assert {"metal", "gem"} <= set(found["variants"])


def test_hands_turn_to_the_time_of_day(viewer: Viewer) -> None:
    watch = configure("dress-watch", {})
    midnight = viewer.page.evaluate("new Date(2026, 5, 1).getTime()")
    shown = midnight + 1000 * build_model(watch).extras["shown_seconds"]
    options = {"side": 160, "samples": 1}
    still, _ = viewer.drawn(watch, **options)
    same, _ = viewer.drawn(watch, time=shown, **options)
    later, _ = viewer.drawn(watch, time=shown + 1800_000, **options)
    assert np.abs(still.astype(int) - same).max() <= 2
    assert (np.abs(still.astype(int) - later).max(axis=-1) > 40).mean() > 0.002


def test_a_diver_s_bezel_turns_and_its_paint_glows_in_the_dark(viewer: Viewer) -> None:
    watch = configure("dive-watch", {})
    options = {"side": 160, "samples": 1}
    light, found = viewer.drawn(watch, **options)
    assert found["turning"] == {"bezel": 120, "crown": None}
    turned, _ = viewer.drawn(watch, turn={"bezel": -np.pi / 3}, **options)
    moved = np.abs(light.astype(int) - turned).max(axis=-1) > 30
    rows, columns = np.nonzero(moved)
    assert moved.mean() > 0.002
    assert np.hypot(rows - 80, columns - 74).max() < 65  # nothing but the watch's head
    back, _ = viewer.drawn(watch, turn={"bezel": 0.0}, **options)
    np.testing.assert_array_equal(light, back)
    dark, _ = viewer.drawn(watch, dark=True, **options)
    assert dark.mean() < 0.15 * light.mean()
    green = dark[..., 1].astype(int) - dark[..., 0]
    assert (green > 100).mean() > 0.002


def test_the_show_look_has_more_fire_and_leaves_metal_alone(viewer: Viewer) -> None:
    ring = configure("solitaire", {})
    true, _ = viewer.drawn(ring, samples=2)
    show, _ = viewer.drawn(ring, samples=2, look="show")
    metal, stones = masks(build_model(ring), 0.0)
    colourful = [np.ptp(picture[stones].astype(int), axis=-1).mean() for picture in (true, show)]
    assert colourful[1] > 1.15 * colourful[0]
    assert psnr_db(true, show, metal) > LEAST_PSNR_DB


def test_a_clear_picture_leaves_the_page_to_show_through(viewer: Viewer) -> None:
    ring = configure("band", {})
    on_black, found = viewer.drawn(ring, samples=0, bare=True)
    assert (on_black[:20] == 0).all()  # nothing there: the canvas was clear
    assert found["sizeMm"][1] > 15.0


def test_a_lost_context_comes_back_with_the_same_picture(viewer: Viewer) -> None:
    ring = configure("band", {})
    before, _ = viewer.drawn(ring, samples=2)
    refused = viewer.page.evaluate(
        """async ([address]) => {
          const { stage } = globalThis;
          const piece = await stage.load(address);
          const lose = stage.renderer.getContext().getExtension('WEBGL_lose_context');
          const heard = (name) => new Promise((done) => stage.addEventListener(name, done));
          const lost = heard('lost');
          lose.loseContext();
          await lost;
          await new Promise((done) => setTimeout(done, 50));  // until the loss is dealt with
          const nothing = stage.draw(piece, piece.frame, { width: 16, height: 16 });
          const late = new Promise((_, fail) => setTimeout(fail, 90_000, Error('not restored')));
          const restored = heard('restored');
          lose.restoreContext();
          await Promise.race([restored, late]);
          piece.release();
          return nothing === null;
        }""",
        [viewer.url(ring)],
    )
    assert refused
    after, _ = viewer.drawn(ring, samples=2)
    np.testing.assert_array_equal(before, after)


def test_a_hundred_pieces_come_and_go_without_a_trace(viewer: Viewer) -> None:
    addresses = [viewer.url(configure(product, {})) for product in ("band", "hoop-earrings")]
    first, last = viewer.page.evaluate(
        """async ([addresses]) => {
          const { stage } = globalThis;
          const round = async (address) => {
            const piece = await stage.load(address);
            stage.draw(piece, piece.frame, { width: 32, height: 32, quality: 0 });
            stage.draw(piece, piece.frame, { width: 32, height: 32, quality: 0, sample: 1 });
            piece.release();
          };
          for (const address of addresses) await round(address);
          const first = stage.memory;
          for (let k = 0; k < 50; k++) for (const address of addresses) await round(address);
          return [first, stage.memory];
        }""",
        [addresses],
    )
    assert first == last


def test_users_of_one_piece_share_it_until_the_last_lets_go(viewer: Viewer) -> None:
    shared, refused = viewer.page.evaluate(
        """async ([address]) => {
          const { stage } = globalThis;
          const [one, other] = await Promise.all([stage.load(address), stage.load(address)]);
          const shared = one === other;
          one.release();
          const drawn = stage.draw(other, other.frame, { width: 16, height: 16 }) !== null;
          other.release();
          const again = await stage.load(address);
          const fresh = again !== one;
          again.release();
          const stop = new AbortController();
          stop.abort();
          const refused = await stage.load(address, { signal: stop.signal }).catch((e) => e.name);
          return [shared && drawn && fresh, refused];
        }""",
        [viewer.url(configure("band", {}))],
    )
    assert shared
    assert refused == "AbortError"


def test_a_place_on_the_piece_is_found_in_the_picture(viewer: Viewer) -> None:
    ring = configure("solitaire", {})
    _, found = viewer.drawn(ring, samples=0)
    _, stones = masks(build_model(ring), 0.0)
    (spot,) = found["hotspots"]
    assert spot["about"] == "stone"
    rows, columns = np.nonzero(stones)
    place = found["place"]
    assert place["facing"]
    assert columns.min() <= place["x"] <= columns.max()
    assert rows.min() <= place["y"] <= rows.max()


def test_the_renderer_is_small() -> None:
    folder = ROOT / "static/dist"
    waiting, scripts = {json.loads((folder / "manifest.json").read_text())["stage.js"]}, set()
    while waiting - scripts:
        scripts |= waiting
        imported = "".join((folder / name).read_text() for name in waiting)
        waiting = set(re.findall(r'"\./([\w-]+\.js)"', imported))
    size = sum((folder / f"{name}.br").stat().st_size for name in scripts)
    assert 80_000 < size < MOST_SCRIPT_BYTES

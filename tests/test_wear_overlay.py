"""What the page draws over a camera's picture is what the server draws over it."""

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from playwright.sync_api import Browser, Page

from models3d.frames import Image
from tests import worn_scenes
from tests.serving import ROOT, pixels
from tests.viewing import drawing, psnr_db
from tests.worn_scenes import CAMERA, Scene
from viewer.render.renderer import Renderer

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
LEAST_PSNR_DB = 32.0
SCENES = [worn_scenes.ring, worn_scenes.watch, worn_scenes.necklace, worn_scenes.earring]
JEWEL = 128  # coverage from which a pixel is the jewel's, not its shadow's
HARMLESS = re.compile(
    r"favicon|404|status of 503|GPU stall due to ReadPixels|CONTEXT_LOST|context lost",
    re.IGNORECASE,
)

OPEN = """async ([script, png]) => {
  globalThis.draws = (await import(script)).openOverlay;
  globalThis.overlays = {};
  const photo = await (await fetch(png)).blob();
  globalThis.photo = await createImageBitmap(photo, { colorSpaceConversion: 'none' });
}"""
# Draws layers over the photo, in the worker or in the window.
DRAW = """async ([layers, intrinsics, worker, quality]) => {
  const { overlays, draws, photo } = globalThis;
  const overlay = (overlays[worker] ??= await draws({ worker }));
  for (const layer of layers) {
    layer.light.environmentFromCamera = Float64Array.from(layer.light.environmentFromCamera);
    for (const body of layer.bodies) {
      body.positions = Float64Array.from(body.positions);
      body.triangles = Int32Array.from(body.triangles);
    }
    for (const { worn, veil } of layer.pieces) {
      if (veil) veil.hides = Float32Array.from(veil.hides);
      for (const { laid } of worn) {
        if (!laid) continue;
        laid.links = Float64Array.from(laid.links);
        laid.hung = Float64Array.from(laid.hung);
      }
    }
  }
  const pieces = layers.flatMap((layer) => layer.pieces);
  await overlay.prepare(pieces.flatMap(({ worn }) => worn.map(({ file }) => file)));
  const canvas = document.createElement('canvas');
  const solved = { image: photo, timeMs: 0, intrinsics, layers, lacks: [], timings: {} };
  await overlay.draw(solved, canvas, quality ?? undefined);
  return canvas.toDataURL();
}"""


class Room:
    """A page that draws jewels over one photo, under the service's own policy."""

    def __init__(self, page: Page, address: str, services: Any) -> None:
        self.page = page
        self.address = address
        self._services = services

    def drawn(
        self, scenes: list[Scene], *, worker: bool = True, quality: int | None = None
    ) -> Image:
        """The picture (HEIGHT, WIDTH, 3); each scene is a layer, back first."""
        for scene in scenes:
            self._services.store.remember(scene.configuration)
        camera = {name: getattr(CAMERA, name) for name in ("fx", "fy", "cx", "cy")}
        layers = [scene.layer(self.address) for scene in scenes]
        found = self.page.evaluate(DRAW, [layers, camera, worker, quality])
        return pixels(base64.b64decode(found.split(",")[1]))


@pytest.fixture(scope="module")
def room(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    photo = io.BytesIO()
    Pillow.fromarray(worn_scenes.photo()).save(photo, "PNG")
    with drawing(browser, tmp_path_factory.mktemp("store"), HARMLESS) as (page, app, host):
        page.route("**/photo.png", lambda route: route.fulfill(body=photo.getvalue()))
        page.goto(f"http://{host}/healthz")
        script = app.extensions["parure_manifest"]["overlay.js"]
        page.evaluate(OPEN, [f"/static/{script}", "/photo.png"])
        yield Room(page, f"http://{host}", app.extensions["parure"])


@pytest.mark.parametrize("scene", SCENES, ids=lambda made: made.__name__)
def test_the_page_draws_what_is_worn_as_the_server_does(
    room: Room, renderer: Renderer, scene: Callable[[], Scene]
) -> None:
    worn, photo = scene(), worn_scenes.photo()
    overlay = worn.drawn(renderer)
    want, got = worn.composed(overlay, photo), room.drawn([worn])
    alpha = overlay.rgba[..., 3]
    assert (alpha > JEWEL).sum() > 250
    assert psnr_db(want, got, alpha > JEWEL) > LEAST_PSNR_DB
    assert psnr_db(want, got, (alpha > 0) & (alpha <= JEWEL)) > LEAST_PSNR_DB  # edges and shadows
    changed = np.abs(got.astype(int) - photo).max(axis=-1) > 6
    assert not (changed & (alpha == 0)).sum() > 10
    np.testing.assert_array_equal(got[:20, :20], photo[:20, :20])  # far from any jewel


def test_the_window_draws_what_the_worker_draws(room: Room) -> None:
    layers = [worn_scenes.ring(), worn_scenes.earring()]
    in_worker = room.drawn(layers, quality=3)
    in_window = room.drawn(layers, quality=3, worker=False)
    assert np.abs(in_worker.astype(int) - in_window).max() <= 2


def test_a_layer_before_another_covers_it(room: Room) -> None:
    ring, earring = worn_scenes.ring(), worn_scenes.earring()
    apart = room.drawn([earring], quality=1)
    together = room.drawn([ring, earring], quality=1)
    photo = worn_scenes.photo().astype(int)
    covered = np.abs(apart - photo).max(axis=-1) > 60
    assert covered.sum() > 100
    assert np.abs(apart.astype(int) - together)[covered].mean() < 6.0
    assert (np.abs(together - photo).max(axis=-1) > 60).sum() > covered.sum() + 100


def test_a_lost_context_comes_back_with_the_same_jewels(room: Room) -> None:
    ring = worn_scenes.ring()
    before = room.drawn([ring], quality=3, worker=False)
    bare = room.page.evaluate(
        """async () => {
          const { stage } = globalThis.overlays[false].paints;
          const lose = stage.renderer.getContext().getExtension('WEBGL_lose_context');
          const heard = (name) => new Promise((done) => stage.addEventListener(name, done));
          const lost = heard('lost');
          lose.loseContext();
          await lost;
          await new Promise((done) => setTimeout(done, 50));  // until the loss is dealt with
          const nothing = await globalThis.overlays[false].paints.paint({ layers: [] }, 3);
          const late = new Promise((_, fail) => setTimeout(fail, 90_000, Error('not restored')));
          const restored = heard('restored');
          lose.restoreContext();
          await Promise.race([restored, late]);
          return nothing === null;
        }"""
    )
    assert bare
    after = room.drawn([ring], quality=3, worker=False)
    np.testing.assert_array_equal(before, after)


def test_pieces_and_frames_leave_nothing_behind(room: Room) -> None:
    ring, earring = worn_scenes.ring(), worn_scenes.earring()
    held = []
    for _ in range(3):
        for scene in (ring, earring):
            room.drawn([scene], quality=0, worker=False)
        held.append(room.page.evaluate("globalThis.overlays[false].paints.memory"))
    assert held[1] == held[2]


def test_drawing_is_small() -> None:
    folder = ROOT / "static/dist"
    name = json.loads((folder / "manifest.json").read_text())["worn-painter.js"]
    assert (folder / f"{name}.br").stat().st_size < 16_000

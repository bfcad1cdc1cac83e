"""Hair and sleeves before a jewel: what the page shows of a photo is what Python shows of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw
from playwright.sync_api import Browser

from models3d.frames import Array, Image
from tests.serving import ROOT, pixels
from tests.viewing import Shop, psnr_db
from tests.wearing import PLAIN_PAGE, asked, png
from tryon.landmarks import FaceTracker, HandTracker
from tryon.nets.heavy import HeavyNets
from tryon.nets.pose import PoseFinder
from tryon.pipeline import Pipeline, TryOnOptions
from tryon.tracker import Tracker
from tryon.types import Seen
from tryon.wearables import Place, wearable

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
PHOTOS = ROOT / "node_modules/@vladmandic/face-api/demo"  # MIT
HAIR = ("sample6.jpg", (60, 280, 560, 1000), 480)  # on both shoulders and over one ear
ARM = ("sample4.jpg", (650, 600, 1150, 1050), 480)
SLEEVE = ((0.586, 0.302), (0.556, 0.463), (0.903, 0.648), (0.903, 0.364))  # drawn over that arm
CLOTH, WEAVE = (46.0, 58.0, 96.0), 0.1
LEAST_PSNR_DB = 32.0
LINK_PX = 2.0  # links of a chain lie half a link further here or there: they are not compared
JEWEL = 128  # coverage from which a pixel is the jewel's, not its shadow's
WORN = """async ([tracking, overlay, picture, asked]) => {
  const modules = await Promise.all([import(tracking), import(overlay)]);
  const [{ openTracking }, { openOverlay }] = modules;
  const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0));
  const photo = new Blob([bytes], { type: 'image/png' });
  const laying = await openOverlay();
  const canvas = document.createElement('canvas');
  let tries = 4; // a machine that others keep busy may be too slow for a photo's first looks
  return new Promise((told, fail) => {
    const begin = () => openTracking({
      progress() {},
      failed(failed) {
        if (failed !== 'broken' || --tries <= 0) return told({ failed });
        follower = begin();
        follower.wear(asked, false);
      },
      async ready(files) {
        await laying.prepare(files).catch(fail);
        follower.frame(await createImageBitmap(photo), 0);
      },
      async solved(solved) {
        const { layers, without } = solved;
        if (without.length && --tries > 0) return follower.wear(asked, false);
        const plain = { blurPx: 0, movedPx: null, noise: 0 };
        for (const { light } of layers) if (light) Object.assign(light, plain);
        await laying.draw(solved, canvas).catch(fail);
        follower.close();
        laying.close();
        const shown = layers.flatMap(({ pieces }) =>
          pieces.map(({ placement, worn }) => [placement.product, placement.ear, worn[0].opacity]),
        );
        told({ picture: canvas.toDataURL(), without, shown });
      },
    });
    let follower = begin();
    follower.wear(asked, false);
  });
}"""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A photo with what is worn in it, by Python and by the page."""

    photo: Image
    want: Image
    got: Image
    covered: Array  # by the jewel, were nothing before it
    hides: Array  # what is before it

    def alike_db(self, where: Array) -> float:
        """How alike both pictures are but for the chain's single links."""
        smooth = [cv2.GaussianBlur(one, (0, 0), LINK_PX) for one in (self.want, self.got)]
        return psnr_db(*smooth, where)


@pytest.mark.parametrize(
    ("scene", "products"),
    [(HAIR, ("chain", "drop-earrings")), (ARM, ("dress-watch",))],
    ids=["hair", "sleeve"],
)
def test_what_stands_before_a_jewel_hides_it_in_the_page_as_in_python(
    shop, browser, monkeypatch, scene, products
):
    photo = _photo(*scene)
    if scene is ARM:
        photo = _sleeved(photo)
    shown = _shown(shop, browser, monkeypatch, photo, products)
    hidden = (shown.covered > JEWEL) & (shown.hides > 0.95)
    seen = (shown.covered > JEWEL) & (shown.hides < 0.05)
    assert hidden.sum() > 100  # of what a drawing without veils would show
    assert seen.sum() > 300
    assert psnr_db(shown.got, photo, hidden) > LEAST_PSNR_DB
    assert np.abs(shown.got.astype(int) - photo).max(axis=-1)[seen].mean() > 10
    assert shown.alike_db(shown.covered > 0) > LEAST_PSNR_DB
    assert shown.alike_db(hidden) > LEAST_PSNR_DB
    np.testing.assert_array_equal(shown.got[:40], photo[:40])  # far from any jewel


def _photo(name: str, box: tuple[int, int, int, int], width: int) -> Image:
    with Pillow.open(PHOTOS / name) as picture:
        part = picture.convert("RGB").crop(box)
    height = round(part.height * width / part.width)
    return np.asarray(part.resize((width, height), Pillow.Resampling.LANCZOS))


def _sleeved(photo: Image) -> Image:
    """The arm in a woven sleeve that reaches over where a watch is worn."""
    height, width = photo.shape[:2]
    mask = Pillow.new("L", (width, height))
    ImageDraw.Draw(mask).polygon([(x * width, y * height) for x, y in SLEEVE], fill=255)
    rows, columns = np.mgrid[0:height, 0:width]
    weave = np.sin(columns) * np.sin(rows) + np.sin(0.08 * (0.3 * columns + rows))
    cloth = np.array(CLOTH) * (1.0 + WEAVE * weave)[..., None]
    return np.where(np.asarray(mask)[..., None] > 0, cloth, photo).astype(np.uint8)


def _shown(
    shop: Shop,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    photo: Image,
    products: tuple[str, ...],
) -> Shown:
    page = browser.new_page()
    page.goto(shop.address + PLAIN_PAGE)
    built = shop.app.extensions["parure_manifest"]
    modules = [f"/static/{built[name]}" for name in ("tracking.js", "overlay.js")]
    told = page.evaluate(WORN, [*modules, png(photo), asked(shop.app, *products)])
    page.close()
    assert "failed" not in told
    assert told["without"] == []
    seen = _seen(photo)
    monkeypatch.setattr(Tracker, "detect", lambda *_: seen)
    worn = [wearable(product, {}, Place()) for product in products]
    options = TryOnOptions(match_grain=False)  # its noise is another in each picture
    with Pipeline(worn, streaming=False, options=options) as pipeline:
        solved = pipeline.solve(photo, 0.0)
        drawn = pipeline.draw(solved)
        want = pipeline.compose(drawn).image
    opacities = {(product, ear): opacity for product, ear, opacity in told["shown"]}
    for place in solved.placements:
        assert opacities[place.product, place.ear] == pytest.approx(place.confidence, abs=0.1)
    covered, hides = np.zeros(photo.shape[:2], int), np.zeros(photo.shape[:2])
    for overlay, veils in zip(drawn.overlays, solved.veils, strict=True):
        region = overlay.region
        here = np.s_[region.y : region.y + region.height, region.x : region.x + region.width]
        covered[here] = np.maximum(covered[here], overlay.rgba[..., 3])
        for veil in veils:
            there = np.s_[
                veil.region.y : veil.region.y + veil.region.height,
                veil.region.x : veil.region.x + veil.region.width,
            ]
            hides[there] = np.maximum(hides[there], veil.hides)
    return Shown(
        photo, want, pixels(base64.b64decode(told["picture"].split(",")[1])), covered, hides
    )


def _seen(photo: Image) -> Seen:
    """What the page's nets see, by Python: MediaPipe's own trackers, bodies by the light net."""
    with HandTracker(streaming=False) as hands, FaceTracker(streaming=False) as faces:
        seen = Seen(hands=hands.detect(photo, 0.0), faces=faces.detect(photo, 0.0))
    with pytest.MonkeyPatch.context() as patch:
        light = PoseFinder.model_for(streaming=True)
        patch.setattr(PoseFinder, "model_for", lambda streaming: light)
        slow = HeavyNets(bodies=True, person=True, find_faces=False, streaming=False, threads=2)
    slowly = slow.see(photo, seen.faces, 0.0)
    return replace(seen, bodies=slowly.bodies, person=slowly.person)
